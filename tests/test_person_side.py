"""The person's side of a case: what no button may do, what a crash may not double, what nobody may
learn from the bot."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL
from telegram import Update

from bot.adapters.content.library import Library
from bot.adapters.content.person_words import read_person_words
from bot.adapters.content.problems import ContentError
from bot.adapters.content.render import render
from bot.adapters.database.books import Books
from bot.adapters.database.engine import make_engine
from bot.adapters.database.migrate import upgrade
from bot.adapters.database.outbox import OutboxBook
from bot.adapters.encryption import Vault
from bot.domain.case import CaseState, Talk
from bot.domain.contact import LATE, Way, way, within
from bot.domain.danger import Level
from bot.people_ports import Wishes
from bot.telegram.inbound import read_update
from bot.telegram.lanes import Lanes
from bot.telegram.outbound import Outbound, TooLate
from bot.usecases import person_buttons as buttons
from bot.usecases.safe_contact import has_safe_word, plain
from tests.both_sides import PERSON, World

DANGER = "gw ngumpet di kamar mandi, dia lagi ngamuk bawa parang"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def world(on_duty: World) -> World:
    return on_duty


def _every_button() -> list[str]:
    """The data of every button of the person's side."""
    rows = [
        *buttons.under_alarm(True), *buttons.under_concern(), *buttons.under_status(),
        *buttons.safe_place(), *buttons.under_talk(), *buttons.under_unsafe(),
        *buttons.contact_ask(), *buttons.contact_zone(), *buttons.contact_hours(1),
        *buttons.contact_words(), *buttons.under_contact(), *buttons.details(),
        *buttons.agree_detail("place"), *buttons.agree_detail("age_band"), *buttons.forget(),
        *buttons.opening(),
    ]  # fmt: skip
    return list(dict.fromkeys(b.data for row in rows for b in row if b.data != "forget:yes"))


async def test_no_button_closes_or_lowers_a_case(world: World) -> None:
    await world.update(text=DANGER)
    (case,) = await world.books.cases.open_cases()
    for data in _every_button():
        await world.update(kind="button", data=data)
        now = await world.books.cases.get(case.code)
        assert now is not None and now.level is Level.CRITICAL, data
        assert now.state is CaseState.WAITING, data
    for word in ("becanda", "gak jadi", "sudah aman", "stop", "batal", "tidak"):
        await world.update(text=word)
    now = await world.books.cases.get(case.code)
    assert now and now.level is Level.CRITICAL and now.state is CaseState.WAITING


def test_button_data_fits_telegram() -> None:
    for data in (
        *_every_button(),
        *(b.data for r in buttons.share(10**9, buttons.KINDS) for b in r),
    ):
        assert len(data.encode()) <= 64


@given(
    st.booleans(),
    st.tuples(st.integers(0, 24), st.integers(0, 24)),
    st.booleans(),
    st.integers(0, 10**6),
    st.integers(0, 86_400),
)
def test_nothing_unprompted_without_agreement(
    agreed: bool, hours: tuple[int, int], quiet: bool, ago: int, shift: int
) -> None:
    now = NOW + timedelta(seconds=shift)
    found = way(
        agreed=agreed, hours=hours, quiet=quiet, wrote_at=now - timedelta(seconds=ago), now=now
    )
    if quiet:
        assert found is Way.NOTHING
    elif ago <= LATE.total_seconds():
        assert found is Way.OPEN
    else:
        assert (found is Way.OPENING) == (agreed and within(hours, now))


def test_hours_are_of_the_clock_in_jakarta_and_may_pass_midnight() -> None:
    assert within((9, 12), NOW)  # 03:00 UTC is 10:00 WIB
    assert not within((11, 12), NOW)
    assert within((20, 11), NOW)
    assert not within((20, 10), NOW)
    assert within((0, 24), NOW)


def test_a_safe_word_is_met_as_whole_words_only() -> None:
    assert has_safe_word("aku suka  Es   KELAPA-muda!", ("es kelapa muda",))
    assert not has_safe_word("tes kelapa mudah", ("es kelapa muda",))
    assert not has_safe_word("halo", ("",))


@given(st.text())
def test_plain_never_fails_and_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)


async def test_the_receipt_is_the_same_with_and_without_a_case(
    world: World, library: Library
) -> None:
    shown = []
    for first in ("halo", DANGER):
        await world.update(text=first)
        await world.update(kind="command", command="hapus", text="")
        asked = world.phone.fresh[-1].rendered
        await world.update(kind="button", data="forget:yes")
        assert len(world.phone.fresh) == 1
        shown.append((asked, world.phone.fresh[0].rendered))
        await world.update(text="apakah anak saya pernah menulis di sini?")
        shown[-1] = (*shown[-1], world.phone.fresh[0].rendered)  # type: ignore[assignment]
    assert shown[0] == shown[1]


async def test_an_open_case_survives_deletion_without_identity(world: World) -> None:
    await world.update(text=DANGER)
    (case,) = await world.books.cases.open_cases()
    await world.update(kind="button", data="forget:yes")
    kept = await world.books.cases.get(case.code)
    assert kept and kept.erased and kept.state is CaseState.WAITING
    assert await world.books.cases.chat_of(case.code) is None
    assert (case.code, "erased") in world.queue.events
    assert world.queue.forgotten == [case.code]
    assert await world.side.tell.deliver(case.code, 1) == "failed"


async def test_a_repeated_update_does_nothing_twice(world: World) -> None:
    """What the durable store does after a kill: the same steps once more."""
    raw: dict[str, Any] = {}
    worker = world.worker

    async def again(**fields: Any) -> None:
        nonlocal raw
        plan = await world.update(**fields)
        raw = {
            "update_id": world._update, "chat_id": PERSON, "kind": fields.get("kind", "text"),
            "at": world.now().timestamp(), "text": fields.get("text", ""),
            "data": fields.get("data", ""), "command": fields.get("command", ""),
        }  # fmt: skip
        if plan.get("deeds"):
            await worker.act(raw, plan)

    await again(text=DANGER)
    await again(text="dia di depan pintu")
    await again(kind="button", data="talk:now")
    (case,) = await world.books.cases.open_cases()
    lines = await world.books.cases.lines(case.code, 1, world.now())
    assert [line.words for line in lines] == [DANGER, "dia di depan pintu"]
    assert case.talk is Talk.WANTED
    assert len([k for _, k in world.to_staff if k.startswith("ALERT")]) == 1
    await world.staff("take")
    await world.staff("close: helped")
    code = world.last_return_code
    await again(kind="command", command="kembali", text=code)
    (back,) = await world.books.cases.open_cases()
    assert back.earlier == case.code
    await again(kind="command", command="keluar", text="")
    await again(kind="button", data="forget:yes")


async def test_return_codes_are_rate_limited(world: World) -> None:
    for _ in range(5):
        await world.update(kind="command", command="kembali", text="AAAAA-BBBBB-CCCCC")
        assert world.phone.fresh[-1].key == "message/return_unknown"
    await world.update(kind="command", command="return", text="AAAAA-BBBBB-CCCCC")
    assert world.phone.fresh[-1].key == "message/return_later"
    assert not [s for s in world.phone.chat.values() if "AAAAA" in s.rendered.text]


async def test_blocked_people_still_get_danger_checks_and_numbers(world: World) -> None:
    await world.update(text="halo")
    await world.books.people.block(PERSON, world.now() + timedelta(days=1))
    await world.update(text="apa itu hak anak?")
    assert [s.key for s in world.phone.fresh] == ["message/blocked_for_now"]
    await world.update(kind="command", command="darurat", text="")
    assert "129" in world.phone.fresh[0].rendered.text
    await world.update(text=DANGER)
    assert world.phone.fresh[0].key == "safety/violence"
    assert "129" in world.phone.fresh[0].rendered.text
    (case,) = await world.books.cases.open_cases()
    await world.update(text="kamu bodoh")
    lines = await world.books.cases.lines(case.code, 1, world.now())
    assert [line.words for line in lines] == [DANGER]


async def test_delivery_and_failure_are_shown_to_the_person(world: World) -> None:
    await world.update(text=DANGER)
    await world.staff("take")
    world.staff_unreachable = True
    await world.update(text="halo kak")
    assert [s.key for s in world.phone.fresh] == ["message/relay_failed"]
    world.phone.refuse = True
    await world.staff("send: Aku di sini")
    assert world.to_staff[-1][1] == "DELIVERY failed"


async def test_staff_are_told_when_a_person_blocks_the_bot(world: World) -> None:
    await world.update(text=DANGER)
    (case,) = await world.books.cases.open_cases()
    await world.update(kind="blocked")
    assert world.queue.events[-1] == (case.code, "blocked_bot")


async def test_after_a_quick_exit_nothing_is_pushed_until_they_write(world: World) -> None:
    """Also without a case: what is pushed by a campaign asks `People.quiet`."""
    await world.update(kind="command", command="exit", text="")
    assert await world.books.people.quiet(PERSON)
    await world.update(kind="command", command="menu", text="")
    assert not await world.books.people.quiet(PERSON)


async def test_what_is_too_old_to_delete_becomes_neutral(world: World) -> None:
    await world.update(text=DANGER)
    world.wait(timedelta(hours=47, minutes=55).total_seconds())
    await world.update(text="dia dateng lagi")
    await world.update(kind="command", command="exit", text="/exit")
    shown = [s.rendered.text for s in world.phone.chat.values() if s.by_bot]
    assert len(shown) > 1 and set(shown) == {"Halo! Ada yang bisa dibantu?"}
    assert not any(s.rendered.keyboard for s in world.phone.chat.values())
    own = [s.rendered.text for s in world.phone.chat.values() if not s.by_bot]
    assert own == [DANGER]  # Telegram lets nobody but them delete it


@pytest.mark.parametrize("broken", ["safe_words: {id: [x]}", "who_wrote: {id: ['(']}", "[]"])
def test_broken_person_words_are_a_problem_with_a_file(tmp_path: Path, broken: str) -> None:
    (tmp_path / "person_words.yml").write_text(broken)
    with pytest.raises(ContentError, match=r"person_words\.yml"):
        read_person_words(tmp_path)


async def test_a_press_ends_a_question_and_danger_is_never_taken_for_an_answer(
    world: World,
) -> None:
    await world.update(kind="button", data="contact:word")
    await world.update(kind="button", data="menu")
    await world.update(text="apa itu hak anak")
    assert (await world.books.people.wishes(PERSON)).safe_word == ""
    await world.update(kind="button", data="contact:word")
    await world.update(text=DANGER)
    assert world.phone.fresh[0].key == "safety/violence"
    assert (await world.books.people.wishes(PERSON)).safe_word == ""


async def test_danger_words_still_raise_a_taken_case(world: World) -> None:
    await world.update(text="ada yang ngancem nyebarin foto telanjang gw")
    await world.staff("take")
    (before,) = await world.books.cases.open_cases()
    await world.update(text="aku mau bunuh diri sekarang")
    (after,) = await world.books.cases.open_cases()
    assert after.level >= before.level and after.level is Level.CRITICAL
    assert after.state is CaseState.TAKEN
    assert any("bunuh diri" in words for _, words in world.to_staff)


async def test_the_database_failing_after_an_alarm_is_told_to_supervisors(world: World) -> None:
    told = []
    world.side._unkept = lambda alarm: _append(told, alarm)  # type: ignore[assignment]
    await world.engine.dispose()

    async def broken(*_: Any, **__: Any) -> Any:
        raise OSError("disk full")

    world.books.cases.open_or_raise = broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        await world.update(text=DANGER)
    assert world.phone.fresh[0].key == "safety/violence"
    assert [alarm.level for alarm in told] == [Level.CRITICAL]


async def _append(told: list[Any], alarm: Any) -> None:
    told.append(alarm)


async def test_without_the_database_an_alarm_is_still_to_be_done(world: World) -> None:
    async def broken(*_: Any) -> Any:
        raise OSError("gone")

    world.side.situation = broken  # type: ignore[method-assign]
    plan = await world.worker.decide(
        {"update_id": 9, "chat_id": PERSON, "kind": "text", "at": NOW.timestamp(), "text": DANGER}
    )
    assert "129" in plan["messages"][0]["text"]
    assert [deed["act"] for deed in plan["deeds"]] == ["alarm"]


async def test_a_send_whose_turn_comes_too_late_is_not_made() -> None:
    class Bot:
        async def send_message(self, *_: Any, **__: Any) -> None:
            raise AssertionError("sent all the same")

    import asyncio

    from bot.adapters.content.render import Rendered

    lanes = Lanes()
    running = asyncio.create_task(lanes.run())
    outbound = Outbound(Bot(), lanes)  # type: ignore[arg-type]
    with pytest.raises(TooLate):
        await outbound.send(1, Rendered("halo", (), True), datetime.now(UTC) - timedelta(seconds=1))
    running.cancel()


def _update(**message: Any) -> Update:
    person = {"id": PERSON, "is_bot": False, "first_name": "Wulandari", "username": "wulan_r"}
    chat = {"id": PERSON, "type": "private", "first_name": "Wulandari", "username": "wulan_r"}
    body = {"message_id": 3, "date": int(NOW.timestamp()), "chat": chat, "from": person, **message}
    made = Update.de_json({"update_id": 5, "message": body}, None)
    assert made is not None
    return made


def test_a_place_is_read_only_from_somebody_who_agreed() -> None:
    update = _update(location={"latitude": -6.2001, "longitude": 106.8})
    without = read_update(update)
    assert without and without.kind == "location" and without.place == ""
    assert "106" not in str(without.to_json())
    agreed = read_update(update, wants_place=lambda chat: chat == PERSON)
    assert agreed and agreed.place == "-6.20010,106.80000"


async def test_the_consent_for_a_place_is_one_tap_and_ends(world: World) -> None:
    await world.update(text=DANGER)
    assert not world.side.wants_place(PERSON)
    await world.update(kind="button", data="give:location")
    assert not world.side.wants_place(PERSON)
    await world.update(kind="button", data="give:ok:location")
    assert world.side.wants_place(PERSON)
    await world.update(kind="location", place="-6.2,106.8")
    assert world.phone.fresh[-1].key == "message/detail_kept"
    (case,) = await world.books.cases.open_cases()
    await world.staff("take")
    me = await world.me()
    given_ = await world.books.cases.details(case.code, me.number, world.now())
    assert given_ == [("location", "-6.2,106.8")]


async def test_what_waits_is_gone_with_the_person(any_database: URL, vault: Vault) -> None:
    import asyncio

    await asyncio.to_thread(upgrade, any_database)
    engine = make_engine(any_database)
    books = Books(engine, vault)
    outbox = OutboxBook(books.unit)
    assert not await outbox.put(5, "ABCDEF", "closed:ABCDEF", {"reply": 1}, NOW)  # nobody known
    await books.people.set_wishes(5, Wishes(True, (6, 12), 1, "es kelapa"))
    assert await outbox.put(5, "ABCDEF", "knock", {"knock": 1}, NOW)
    assert not await outbox.put(5, "ABCDEF", "knock", {"knock": 2}, NOW)
    assert await outbox.put(5, "ABCDEF", "promised:ABCDEF", {}, NOW)
    assert [kept.content for kept in await outbox.waiting(5)] == [{"knock": 2}]
    assert await outbox.has("promised:ABCDEF")
    await books.people.forget(5, NOW)
    assert await outbox.waiting(5) == []
    assert not await outbox.has("promised:ABCDEF")
    await engine.dispose()


PLANTED = {
    "name": "Wulandari", "username": "wulan_r", "phone": "+6281299887766", "chat": "5843027461",
    "words": "gudang tepung", "nickname": "Bintang",
}  # fmt: skip


async def test_no_identity_reaches_staff_logs_disk_or_buttons(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted in updates, then looked for in everything that leaves. Words go to staff, and only
    where they are asked for: the alarm itself carries none."""
    caplog.set_level(logging.DEBUG)
    chat = int(PLANTED["chat"])
    monkeypatch.setattr("tests.both_sides.PERSON", chat)
    person = {
        "id": chat, "is_bot": False, "first_name": PLANTED["name"], "username": PLANTED["username"],
    }  # fmt: skip
    place = {**{k: v for k, v in person.items() if k != "is_bot"}, "type": "private"}

    async def tell(number: int, **message: Any) -> None:
        world._update = number - 1
        body = {
            "message_id": number, "date": int(world.now().timestamp()), "chat": place,
            "from": person, **message,
        }  # fmt: skip
        update = Update.de_json({"update_id": number, "message": body}, None)
        incoming = read_update(update)  # type: ignore[arg-type]
        assert incoming is not None
        fields = {
            k: v for k, v in incoming.to_json().items() if k not in ("update_id", "chat_id", "at")
        }
        await world.update(**fields)

    await tell(1, text=f"tolong aku dikunci majikan di {PLANTED['words']}")
    alerts = [words for _, words in world.to_staff]
    assert alerts and not [w for w in alerts if PLANTED["words"] in w]
    await tell(2, contact={"phone_number": PLANTED["phone"], "first_name": PLANTED["name"]})
    await tell(3, location={"latitude": -6.2, "longitude": 106.8})
    await world.update(kind="button", data="talk:now")
    await world.update(kind="button", data="give:ok:nickname")
    await tell(20, text=PLANTED["nickname"])
    await world.staff("take")
    await tell(30, text="masih di sini")
    await world.staff("send: Aku baca.")
    await world.staff("close: helped")

    staff = "\n".join(words for _, words in world.to_staff)
    data = [b[1] for s in world.phone.chat.values() for row in s.rendered.keyboard for b in row]
    logs = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("kawan"))
    plans = "\n".join(str(m["keyboard"]) for m in world.plan["messages"])
    for kind, secret in PLANTED.items():
        for where, text in (
            ("staff", staff), ("buttons", "\n".join(data) + plans), ("logs", logs),
        ):  # fmt: skip
            assert secret not in text, (kind, where)
    await world.engine.dispose()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for kind, secret in PLANTED.items():
                assert secret.encode() not in content, (kind, path.name)


def test_pages_that_must_be_harmless_are(library: Library) -> None:
    """Opening words and the line after a quick exit name nothing of what this is about."""
    telling = ("konselor", "kasus", "bahaya", "bantuan", "aman", "counsellor", "case", "danger",
               "help number", "129", "kekerasan", "abuse", "lapor")  # fmt: skip
    for name in ("left", *(f"opening_{n}" for n in range(buttons.OPENINGS))):
        for language in library.order:
            reply = buttons.page(name, language, buttons.opening())
            shown = render(reply, library, NOW)
            words = (shown.text + str(shown.keyboard)).casefold()
            assert not [t for t in telling if t in words], (name, language)
            choice = library.strings[language].get(f"btn_{name}")
            assert choice in (None, shown.text)


ASKS: tuple[tuple[str, bool], ...] = (
    ("apakah anak saya pernah menulis di sini?", True),
    ("siapa yang chat di bot ini", True),
    ("anakku cerita apa aja ke kamu", True),
    ("did my daughter write here?", True),
    ("Has my son been talking to you?", True),
    ("who has been using this bot", True),
    ("what did she write", True),
    ("apa itu jeratan utang", False),
    ("temanku ditawari kerja ke luar negeri", False),
    ("my friend was offered a job in another city", False),
    ("boleh nanya di sini?", False),
    ("who can help me", False),
)


@pytest.mark.parametrize(("text", "asks"), ASKS)
def test_asking_who_wrote_is_noticed(library: Library, text: str, asks: bool) -> None:
    found: Callable[[str], bool] = read_person_words(library.root).asks
    assert found(text) == asks
