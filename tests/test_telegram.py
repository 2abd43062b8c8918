"""The real program on a Bot API server over HTTP: polling, webhook, crashes, limits, privacy."""

import asyncio
import os
import random
import socket
from pathlib import Path

import pytest

from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram

KINDS = ["photo", "voice", "video", "sticker", "location", "contact"]


@pytest.fixture
async def telegram():  # type: ignore[no-untyped-def]
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram, tmp_path: Path):  # type: ignore[no-untyped-def]
    async with BotProcess(tmp_path, telegram.url, telegram.token) as process:
        yield process


async def test_it_answers_after_a_start_without_waiting_for_the_model(
    telegram, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    sari = telegram.user(language_code="id", first_name="Sari")
    sari.start()
    async with BotProcess(tmp_path, telegram.url, telegram.token):
        (welcome,) = await sari.replies(1, timeout=30)
        assert "program" in welcome.text


async def test_a_conversation_in_two_languages(telegram, bot) -> None:  # type: ignore[no-untyped-def]
    sari = telegram.user(language_code="id", first_name="Sari")
    sari.start("sekolah_12")
    (welcome,) = await sari.replies(1)
    assert "bukan manusia" in welcome.text
    sari.press("English")
    (chosen,) = await sari.replies(1)
    assert "English" in chosen.text
    sari.say("/darurat")
    (numbers,) = await sari.replies(1)
    assert "129" in numbers.text and "without speaking" in numbers.text.lower()
    sari.say("kami dikurung di ruko sama agen")
    (safety,) = await sari.replies(1)
    assert "129" in safety.text and "not your fault" in safety.text.lower()


async def test_every_kind_of_message_gets_an_answer(telegram, bot) -> None:  # type: ignore[no-untyped-def]
    budi = telegram.user(language_code="id", first_name="Budi")
    budi.start()
    await budi.replies(1)
    for kind in KINDS:
        getattr(budi, f"send_{kind}")()
        (answer,) = await budi.replies(1)
        assert answer.text and answer.buttons, kind
    budi.send_document("kontrak.pdf", caption=None)
    budi.send_poll("Siapa ikut?", ["aku", "kamu"])
    budi.forward("Lowongan kerja di kota", "Agen")
    budi.say("x" * 4000)
    assert len(await budi.replies(4)) == 4
    assert not [call for call in telegram.calls if call.method in ("getFile", "forwardMessage")]


async def test_commands_are_registered_in_both_languages(telegram, bot) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(60):
        while not {"id", "en"} <= set(telegram.commands):
            await asyncio.sleep(0.02)
    names = {
        language: {c["command"] for c in telegram.commands[language]} for language in ("id", "en")
    }
    assert {"start", "menu", "darurat", "bahasa"} <= names["id"]
    assert {"start", "menu", "help_now", "language"} <= names["en"]


async def test_the_webhook_serves_the_same_conversation(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    settings = {"KAWAN_WEBHOOK_URL": f"http://{address}", "KAWAN_WEBHOOK_LISTEN": address}
    async with BotProcess(tmp_path, telegram.url, telegram.token, **settings):
        sari = telegram.user(language_code="en", first_name="Sari")
        sari.start()
        (welcome,) = await sari.replies(1, timeout=15)
        assert "program" in welcome.text


async def test_a_busy_port_is_one_line_and_exit_code_2(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = {"KAWAN_WEBHOOK_URL": "http://x", "KAWAN_WEBHOOK_LISTEN": address}
        process = BotProcess(tmp_path, telegram.url, telegram.token, **settings)
        await process.start()
        assert process.process
        assert await asyncio.wait_for(process.process.wait(), 20) == 2
    assert "Traceback" not in process.text()


async def test_a_wrong_token_is_one_line_and_exit_code_2(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    process = BotProcess(tmp_path, telegram.url, "1:" + "x" * 35)
    await process.start()
    assert process.process
    assert await asyncio.wait_for(process.process.wait(), 20) == 2
    assert "TELEGRAM_BOT_TOKEN" in process.text()
    assert "Traceback" not in process.text()


async def test_a_second_bot_on_the_same_folder_is_refused(telegram, bot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    await bot.said("answering")
    second = BotProcess(tmp_path, telegram.url, telegram.token)
    second.log = tmp_path / "second.log"
    await second.start()
    assert second.process
    assert await asyncio.wait_for(second.process.wait(), 20) == 2
    assert "KAWAN_DATA_DIR" in second.text()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kill_9_loses_nothing_and_answers_once(telegram, tmp_path: Path, seed: int) -> None:  # type: ignore[no-untyped-def]
    """Twelve people write; the bot is killed at a random moment and started again, three times."""
    dice = random.Random(seed)
    people = [telegram.user(language_code="id", first_name=f"P{n}") for n in range(12)]
    bot = BotProcess(tmp_path, telegram.url, telegram.token)
    await bot.start()
    for person in people:
        person.start()
    for person in people:
        await person.replies(1, timeout=20)
    for _ in range(3):
        for person in people:
            person.say("/menu")
        await asyncio.sleep(dice.uniform(0, 0.6))
        await bot.kill()
        await bot.start()
    got = {id(p): len(await p.replies(3, timeout=30)) for p in people}
    await bot.stop()
    assert all(count >= 3 for count in got.values())
    assert sum(got.values()) <= 12 * 3 + 3 * 3  # only sends in flight at a kill may repeat


async def test_refusals_and_faults_of_telegram(telegram, bot) -> None:  # type: ignore[no-untyped-def]
    sari, budi = telegram.user(language_code="id"), telegram.user(language_code="id")
    for person in (sari, budi):
        person.start()
        await person.replies(1)
    telegram.fail("sendMessage", times=2, status=502)
    sari.say("/menu")
    assert len(await sari.replies(1, timeout=20)) == 1
    telegram.fail("sendMessage", times=1, status=429, retry_after=2, chat=sari.id)
    sari.say("/menu")
    budi.say("/menu")
    assert len(await budi.replies(1, timeout=1.9)) == 1  # one chat's 429 stops that chat only
    assert len(await sari.replies(1, timeout=20)) == 1
    telegram.fail("answerCallbackQuery", times=5, status=500)
    sari.press("Hak anak")
    assert len(await sari.replies(1, timeout=20)) == 1


async def test_somebody_who_blocks_the_bot_can_come_back(telegram, bot) -> None:  # type: ignore[no-untyped-def]
    sari, budi = telegram.user(language_code="id"), telegram.user(language_code="id")
    sari.start()
    await sari.replies(1)
    sari.say("/menu")
    sari.block()
    budi.start()
    assert len(await budi.replies(1, timeout=15)) == 1
    sari.unblock()
    await sari.replies_so_far()
    sari.say("/menu")
    assert len(await sari.replies(1, timeout=15)) >= 1


async def test_no_identity_and_no_word_reaches_log_or_disk(telegram, bot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    secrets = ["Wulandari", "wulan_rahasia", "kebun tebu"]
    wulan = telegram.user(language_code="id", first_name=secrets[0], username=secrets[1])
    wulan.start()
    wulan.say("aku dikunci majikan di kebun tebu")
    await wulan.replies(2, timeout=15)
    await telegram.until(lambda: "alarm: level=" in bot.text(), 15)
    await bot.stop()
    files = [p for p in tmp_path.rglob("*") if p.is_file() and "model" not in p.parts]
    assert any(p.name == "work.db" for p in files)
    for path in files:
        content = path.read_bytes()
        for secret in [*secrets, str(wulan.id), telegram.token]:
            assert secret.encode() not in content, (path.name, secret)
    assert "alarm: level=" in bot.text()


async def test_it_stops_within_5_seconds_and_leaves_no_orphan(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    bot = BotProcess(tmp_path, telegram.url, telegram.token, nlu=True)
    await bot.start()
    await bot.said("understanding is ready")
    children = _children(bot.process.pid)  # type: ignore[union-attr]
    assert children
    await bot.stop(within=5)
    assert not [pid for pid in children if _alive(pid)]
    assert bot.text().count("Traceback") == 0


async def test_the_parse_service_ends_with_a_killed_bot_and_is_restarted_when_it_dies(
    telegram,  # type: ignore[no-untyped-def]
    tmp_path: Path,
) -> None:
    bot = BotProcess(tmp_path, telegram.url, telegram.token, nlu=True)
    await bot.start()
    await bot.said("understanding is ready")
    sari = telegram.user(language_code="id")
    sari.start()
    await sari.replies(1)
    (child,) = _children(bot.process.pid)  # type: ignore[union-attr]
    os.kill(child, 9)
    await bot.said("parse service ended")
    sari.say("apa itu jeratan utang?")  # the model is down: a menu, never an error
    (answer,) = await sari.replies(1, timeout=15)
    assert answer.buttons
    async with asyncio.timeout(60):
        while bot.text().count("understanding is ready") < 2:
            await asyncio.sleep(0.05)
    (child,) = _children(bot.process.pid)  # type: ignore[union-attr]
    await bot.kill()
    async with asyncio.timeout(40):
        while _alive(child):
            await asyncio.sleep(0.05)


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
