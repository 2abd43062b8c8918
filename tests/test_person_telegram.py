"""The real program with a person and a supervisor on the fake Bot API: the talk, the quick exit, and
planted identities in everything that leaves for staff."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram

PLACE, NAME, USERNAME = "gudang tepung", "Wulandari", "wulan_rahasia"
DANGER = f"tolong aku dikunci majikan di {PLACE}"


@pytest.fixture
async def telegram():  # type: ignore[no-untyped-def]
    async with FakeTelegram() as server:
        yield server


async def _seen(person, wanted: str, timeout: float = 30):  # type: ignore[no-untyped-def]
    """The first new message of the bot that holds `wanted`."""
    got = []
    while True:
        for message in await person.replies(1, timeout=timeout):
            got.append(message.visible)
            if wanted in message.visible:
                return message
        assert len(got) < 40, got


async def _button(person, begins: str) -> str:  # type: ignore[no-untyped-def]
    """Data of the newest button that begins so, once there is one."""
    async with asyncio.timeout(30):
        while True:
            data = [b.data for m in reversed(person.chat) if m.own for b in m.buttons if b.data]
            if found := next((d for d in data if d.startswith(begins)), None):
                return found
            await asyncio.sleep(0.02)


async def test_a_talk_a_quick_exit_and_no_identity(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    boss = telegram.user(language_code="id", first_name="Rara")
    wulan = telegram.user(language_code="id", first_name=NAME, username=USERNAME)
    group = telegram.group("Piket", [boss])
    settings = {"KAWAN_SUPERVISORS": str(boss.id), "KAWAN_STAFF_CHAT": str(group.id)}
    async with BotProcess(tmp_path, telegram.url, telegram.token, **settings) as bot:
        await bot.said("answering")
        boss.start()
        await boss.replies(1, timeout=30)
        boss.say("/duty on")
        await boss.replies(1)
        wulan.start()
        await wulan.replies(1, timeout=30)
        wulan.say(DANGER)
        await _seen(wulan, "ini bukan salahmu")
        sent = await _seen(wulan, "terkirim ke konselor")
        assert sent.button("Nanti saja")
        assert PLACE not in "".join(m.text for m in boss.chat if m.own)
        boss.press(await _button(boss, "d:take:"))
        await _seen(wulan, "konselor sekarang membaca")
        wulan.say("dia di luar")
        await _seen(boss, "dia di luar")
        await _seen(wulan, "Sampai ke konselor")
        boss.say("Aku Kak Rara. Kamu aman?")
        boss.press(await _button(boss, "d:send:"))
        await _seen(wulan, "tidak pernah minta foto")
        await _seen(wulan, "Aku Kak Rara")
        wulan.say("/keluar")
        await _seen(wulan, "Ada yang bisa dibantu")
        left = [m.visible for m in wulan.chat if not m.deleted]
        assert left == ["Halo! Ada yang bisa dibantu?"]
        log = bot.text()
    for call in telegram.calls:
        if call.params.get("chat_id") in (boss.id, group.id):
            body = json.dumps(call.params, default=str)
            for secret in (NAME, USERNAME, str(wulan.id)):
                assert secret not in body, call.method
            if call.params.get("chat_id") == group.id:
                assert PLACE not in body and "dia di luar" not in body
            if call.method == "sendMessage" and call.params.get("chat_id") == boss.id:
                assert call.params.get("protect_content") is True
    assert not telegram.calls_of("forwardMessage") and not telegram.calls_of("copyMessage")
    for secret in (NAME, USERNAME, str(wulan.id), PLACE, "dia di luar", telegram.token):
        assert secret not in log, secret
    for path in tmp_path.rglob("*"):
        if path.is_file() and "model" not in path.parts:
            for secret in (NAME, USERNAME, str(wulan.id), PLACE, "dia di luar", "Kak Rara"):
                assert secret.encode() not in path.read_bytes(), (path.name, secret)


async def test_a_quick_exit_goes_through_errors_of_telegram(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Without staff as well. Two failing calls, and one message that cannot be deleted."""
    wulan = telegram.user(language_code="en")
    async with BotProcess(tmp_path, telegram.url, telegram.token) as bot:
        await bot.said("answering")
        wulan.start()
        await wulan.replies(1, timeout=30)
        wulan.say("help me, I am locked in by my boss")
        await _seen(wulan, "129")
        telegram.fail("deleteMessages", times=2, status=502)
        telegram.fail("unpinAllChatMessages", times=1, status=500)
        wulan.say("/exit")
        await _seen(wulan, "How can I help")
        assert [m.visible for m in wulan.chat if not m.deleted] == ["Hello! How can I help?"]
        wulan.say("/delete_me")
        asked = await _seen(wulan, "Delete everything")
        wulan.press("Delete now", asked)
        await _seen(wulan, "it is deleted")
