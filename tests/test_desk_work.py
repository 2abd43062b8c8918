"""What staff do all day, and who may not, with the real program."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.bot_process import KAWAN
from tests.desk_world import DISCLOSURE, Desk, code_in, duty, shows
from tests.fake_api import FakeTelegram
from tests.nlu_service import ROOT


@pytest.fixture
async def telegram():  # type: ignore[no-untyped-def]
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def desk(telegram, tmp_path: Path):  # type: ignore[no-untyped-def]
    async with Desk(telegram, tmp_path) as there:
        yield there


async def test_the_default_is_no(telegram, desk) -> None:  # type: ignore[no-untyped-def]
    """Strangers, people in a case, newcomers before confirmation, leavers: nothing of the desk."""
    ana = await desk.counsellor("Ana")
    wulan = await desk.person()
    wulan.say(DISCLOSURE)
    code = code_in(await shows(ana, "critical", telegram))
    stranger = await desk.person("Agen", "agen_palsu")
    for words in (f"/case {code}", "/queue", "/stats", "/duty on", "/join WRONG-CODE", "/staff"):
        stranger.say(words)
        (answer,) = await stranger.replies(1)
        assert code not in answer.visible and "antrean" not in answer.visible.lower()
    body = {
        "id": "77", "from": stranger.info, "chat_instance": "1", "data": f"d:take:{code}",
        "message": stranger.last.raw,
    }  # fmt: skip
    telegram.push("callback_query", body)
    (answer,) = await stranger.replies(1)
    assert code not in answer.visible
    newcomer = telegram.user(language_code="en", first_name="New")
    desk.leader.say("/invite counsellor")
    invitation = await shows(desk.leader, "/join", telegram, times=2)
    words = next(line for line in invitation.splitlines() if line.startswith("/join"))
    newcomer.say(words)
    await shows(newcomer, "A supervisor checks", telegram)
    await shows(desk.leader, "New staff", telegram, times=2)
    newcomer.say(f"/case {code}")
    assert code not in (await newcomer.replies(1))[-1].visible
    thief = telegram.user(language_code="en", first_name="Thief")
    thief.say(words)  # the code works once
    assert "supervisor" not in (await thief.replies(1))[-1].visible.lower()
    for words in ("/invite counsellor", "/staff"):
        ana.say(words)
    await shows(ana, "supervisors only", telegram)
    ana.press("Take")
    await shows(ana, "is yours", telegram)
    desk.leader.say("/staff")
    await shows(desk.leader, "Staff:", telegram)
    desk.leader.press("✕ 3")
    await shows(desk.leader, "Remove staff 3?", telegram)
    desk.leader.press("Yes, remove")
    await shows(desk.leader, "was removed", telegram)
    await telegram.until(
        lambda: not [p for p in ana.chat if p.own and not p.deleted and code in p.visible]
    )
    await ana.replies_so_far()
    ana.say(f"/case {code}")
    assert code not in (await ana.replies(1))[-1].visible
    desk.leader.say("/queue")
    assert code in await shows(desk.leader, "Queue: 1", telegram)


async def test_a_line_that_could_harm_waits_for_a_supervisor(telegram, desk) -> None:  # type: ignore[no-untyped-def]
    ana = await desk.counsellor("Ana")
    wulan = await desk.person()
    wulan.say(DISCLOSURE)
    await shows(ana, "critical", telegram)
    ana.press("Take")
    await shows(ana, "is yours", telegram)
    for words, decision in (
        ("kirim fotomu ke wa 081234567890", "Refuse"),
        ("kita ketemu di kantor polisi?", "Release"),
    ):
        ana.say(words)
        await telegram.until(lambda: ana.last.button("Send to the person"))
        ana.press("Send to the person")
        await shows(desk.leader, words, telegram)
        assert not any(words in p.visible for p in wulan.chat)
        desk.leader.press(decision)
        await shows(
            ana, "refused your line" if decision == "Refuse" else "released your line", telegram
        )
    await shows(wulan, "kita ketemu di kantor polisi?", telegram)
    assert not any("fotomu" in p.visible for p in wulan.chat)
    desk.second.press("Release", next(p for p in desk.second.chat if "fotomu" in p.visible))
    press = list(telegram.state.presses.values())[-1]
    await telegram.until(lambda: press.answered)
    assert "decided" in press.text
    ana.send_photo()
    await shows(ana, "passed on to nobody", telegram)
    ana.press("Ready replies") if ana.last.button("Ready replies") else ana.say("/mine")


async def test_hand_over_level_referral_and_numbers(telegram, desk) -> None:  # type: ignore[no-untyped-def]
    ana, budi = await desk.counsellor("Ana"), await desk.counsellor("Budi")
    wulan = await desk.person()
    wulan.say(DISCLOSURE)
    code = code_in(await shows(ana, "critical", telegram))
    ana.say("/next")
    await shows(ana, "is yours", telegram)
    ana.press("Show words")
    await shows(ana, "kebun tebu", telegram)
    ana.press("Change level")
    await shows(ana, "What should it be", telegram)
    ana.press("high")
    await shows(ana, "Why?", telegram)
    ana.press("another reason")
    await shows(ana, "write the reason in one message", telegram)
    ana.say("she is with her aunt now")
    await shows(ana, "is 🟠 high now (another reason)", telegram)
    ana.say(f"/case {code}")
    await shows(ana, "Level changed: she is with her aunt now", telegram)
    ana.press("Refer")
    await shows(ana, "refer to whom", telegram)
    ana.press("SAPA 129")
    await shows(ana, "on what ground", telegram)
    ana.press("A child is in danger")
    await shows(ana, "Referral of", telegram)
    ana.press("Refused")
    await shows(ana, "why did SAPA 129 refuse", telegram)
    ana.press("no capacity")
    await shows(ana, "SAPA 129: refused", telegram)
    ana.press("Hand over")
    await shows(ana, "hand over to whom", telegram)
    ana.press("4 ●")
    await shows(budi, "was handed over to you", telegram)
    await telegram.until(
        lambda: not any("kebun tebu" in p.visible and not p.deleted for p in ana.chat if p.own)
    )
    ana.say(f"/case {code}")
    await shows(ana, f"You do not hold {code}", telegram)
    budi.say("/stats")
    assert "taken 1" in await shows(budi, "Now", telegram)
    desk.leader.say(f"/case {code}")
    await shows(desk.leader, "open for", telegram)
    desk.leader.press("Block for a while")
    await shows(desk.leader, "block for how long", telegram)
    desk.leader.press(f"d:block:{code}:24:abuse")
    await shows(desk.leader, "blocked for 1 d", telegram)
    await wulan.replies_so_far()
    wulan.say("aku dipukul lagi, tolong aku mau mati")
    assert "129" in (await wulan.replies(1))[-1].visible  # a block never takes help away


async def test_the_digest_survives_deletion_and_removal(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    owner = telegram.user(first_name="Owner")
    group = telegram.group("Staf", [owner])
    settings = {"KAWAN_STAFF_CHAT": str(group.id), "KAWAN_DIGEST_SECONDS": "3.2"}
    async with Desk(telegram, tmp_path, **settings) as desk:
        (digest,) = await group.replies(1, timeout=20)
        ana = await desk.counsellor("Ana")
        wulan = await desk.person()
        wulan.say(DISCLOSURE)
        code = code_in(await shows(ana, "critical", telegram))
        await telegram.until(lambda: code in digest.visible, 20)
        for secret in ("kebun", "Wulandari", str(wulan.id), "wulan_rahasia"):
            assert secret not in digest.visible
        digest.deleted = True
        ana.press("Take")
        (anew,) = await group.replies(1, timeout=20)
        assert code in anew.visible
        group.kick(owner)
        ana.say("/duty off")
        await desk.bot.said("cannot be written to")
        group.invite(owner)
        ana.say("/duty on")
        await telegram.until(lambda: "on duty 1" in anew.visible or "jaga 1" in anew.visible, 30)
        sent = [c for c in telegram.calls if c.params.get("chat_id") == group.id]
        assert len(sent) < 20


async def test_a_silent_counsellor_gives_the_case_back(telegram, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    async with Desk(telegram, tmp_path, KAWAN_SILENT="3") as desk:
        ana = await desk.counsellor("Ana")
        wulan = await desk.person()
        wulan.say(DISCLOSURE)
        code = code_in(await shows(ana, "critical", telegram))
        ana.press("Take")
        await shows(ana, "is yours", telegram)
        await shows(ana, "waited too long", telegram, 30)
        await telegram.until(
            lambda: (
                len(
                    [
                        p
                        for p in ana.chat
                        if "has not said" in p.visible
                        and code in p.visible
                        and "yours" not in p.visible
                    ]
                )
                >= 2
            ),
            30,
        )


async def test_the_ladder_climbs_to_supervisors_and_passes_over_who_blocked_the_bot(  # type: ignore[no-untyped-def]
    telegram, tmp_path: Path
) -> None:
    settings = {
        "KAWAN_LADDER_CRITICAL": "2", "KAWAN_LADDER_ALL_CRITICAL": "4", "KAWAN_LADDER_REPEAT": "2",
        "KAWAN_ALERT_FIRST": "1",
    }  # fmt: skip
    async with Desk(telegram, tmp_path, **settings) as desk:
        ana, budi = await desk.counsellor("Ana"), await desk.counsellor("Budi")
        ana.block()
        telegram.fail("sendMessage", times=1, status=500, chat=budi)
        telegram.fail("sendMessage", times=1, status=429, retry_after=1, chat=budi)
        wulan = await desk.person()
        wulan.say(DISCLOSURE)
        code = code_in(await shows(budi, "critical", telegram))
        await shows(desk.leader, "NOT TAKEN YET", telegram, 30)
        await telegram.until(lambda: sum("NOT TAKEN YET" in p.visible for p in budi.chat) >= 3, 40)
        desk.leader.say("/next")
        await shows(desk.leader, f"{code} is yours", telegram)
        count = len([c for c in telegram.calls_of("sendMessage") if "NOT TAKEN" in str(c.params)])
        desk.leader.say("/staff")
        assert "never pressed Start" in await shows(desk.leader, "Staff:", telegram)
        ana.unblock()
        await duty(ana)
        assert (
            len([c for c in telegram.calls_of("sendMessage") if "NOT TAKEN" in str(c.params)])
            <= count + 2
        )


async def test_with_nobody_on_duty_supervisors_are_paged_and_the_person_is_told(
    telegram, desk
) -> None:  # type: ignore[no-untyped-def]
    wulan = await desk.person()
    wulan.say(DISCLOSURE)
    await shows(desk.leader, "critical", telegram)
    await shows(desk.second, "critical", telegram)
    await telegram.until(lambda: sum(p.own for p in wulan.chat) >= 3)
    assert not any("sudah terkirim ke konselor yang berjaga" in p.visible for p in wulan.chat)


async def test_a_drill_and_the_doctor(telegram, desk, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    ana = await desk.counsellor("Ana")
    environment = {**desk.bot._environment, "PYTHONPATH": str(ROOT)}

    async def command(*words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            KAWAN, *words, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
            stderr=sys.stderr,
        )  # fmt: skip

    drill = await command("drill", "--minutes", "2")
    await shows(ana, "DRILL", telegram, 60)
    ana.press("Take")
    out, _ = await asyncio.wait_for(drill.communicate(), 60)
    assert drill.returncode == 0
    assert "first alert accepted after" in out.decode() and "taken by staff 3" in out.decode()
    doctor = await command("doctor")
    out, _ = await asyncio.wait_for(doctor.communicate(), 90)
    lines = out.decode().splitlines()
    assert "ok   token: Telegram knows it" in lines
    assert "ok   privacy mode: on" in lines
    assert any(line.startswith("ok   duty: 1 of 3") for line in lines), lines
    assert any(line.startswith("hint numbers:") for line in lines)
    assert doctor.returncode == 0, lines
