"""From an alarm to a person who answers, with the real program on both sides of Telegram."""

from pathlib import Path

import pytest

from tests.desk_world import DISCLOSURE, Desk, code_in, shows
from tests.fake_api import FakeTelegram


@pytest.fixture
async def telegram():  # type: ignore[no-untyped-def]
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def desk(telegram, tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Desk(telegram, tmp_path) as there:
        yield there


async def test_from_alarm_to_outcome(telegram, desk) -> None:  # type: ignore[no-untyped-def]
    ana, budi = await desk.counsellor("Ana"), await desk.counsellor("Budi")
    wulan = await desk.person()
    wulan.say(DISCLOSURE)
    (safety, *_) = await wulan.replies(1)
    assert "129" in safety.visible
    await shows(wulan, "konselor", telegram)

    alert = await shows(ana, "critical", telegram)
    code = code_in(alert)
    assert code in await shows(budi, "critical", telegram)
    for secret in ("Wulandari", "wulan_rahasia", str(wulan.id), "kebun", "paspor"):
        assert secret not in alert

    ana.press("Take")
    budi.press("Take")
    yours = f"{code} is yours"
    both = (ana, budi)
    await telegram.until(lambda: any(yours in p.visible for who in both for p in who.chat))
    if any(yours in p.visible for p in budi.chat):  # either may have been quicker
        ana, budi = budi, ana
    await telegram.until(lambda: any("was taken by" in p.visible for p in budi.chat))
    taken = [
        p.text for p in telegram.state.presses.values() if "taken" in p.text or "yours" in p.text
    ]
    assert len(taken) == 2
    await shows(wulan, "membaca", telegram)

    ana.press("Show")
    assert "kebun tebu" in await shows(ana, "kebun tebu", telegram)
    wulan.say("tolong, nomor aku 081234567890")
    assert "081234567890" in await shows(ana, "tolong, nomor", telegram)

    ana.say("Kamu aman sekarang?")
    await shows(ana, "Not sent", telegram)
    assert not any("Kamu aman" in p.visible for p in wulan.chat if p.own)
    ana.press("Send to the person")
    await shows(wulan, "Kamu aman sekarang?", telegram)
    await shows(ana, "delivered", telegram)
    ana.press("d:case:" + code) if ana.last.button("d:case:" + code) else ana.say(f"/case {code}")
    await shows(ana, "open for", telegram)
    ana.press("Close")
    await shows(ana, "which outcome", telegram)
    ana.press("helped")
    await shows(ana, f"{code} closed: helped", telegram)
    await telegram.until(lambda: len(wulan.chat) > 8)
    for call in telegram.calls_of("sendMessage"):
        if call.params["chat_id"] in (ana.id, budi.id, desk.leader.id):
            assert call.params.get("protect_content") in (True, "true"), call.params
    assert not telegram.calls_of("forwardMessage") and not telegram.calls_of("copyMessage")
