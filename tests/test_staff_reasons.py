"""Reasons in staff's own words: asked for, kept sealed, shown on the card, gone with the case."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL, text

from bot.adapters.content.library import Library
from bot.adapters.database.books import Books
from bot.desk.handler import Handled, Handler
from bot.desk.render import LIMIT, StaffTexts
from bot.domain.case import CaseState, Outcome
from bot.domain.danger import Level
from bot.domain.message import Incoming
from bot.domain.referral import ReferralState
from bot.domain.retention import Retention
from bot.usecases.staff_reason import Question, still_asked
from tests.both_sides import PERSON, SUPERVISOR, World, on_screen
from tests.test_cases import NOW, a_case, a_team, books  # noqa: F401  (a fixture)
from tests.test_person_side import DANGER

WHY = "bibinya menjemput di 081234567890"


class Chat:
    """A counsellor's private chat with the desk, as the edge keeps it between updates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.handler = Handler(world.desk, world.books.sent, frozenset({"id", "en"}))
        self.case = self.asking = ""
        self.update = 1000
        self.screen = ""

    async def _do(self, **fields: object) -> Handled:
        self.update += 1
        values = {"update_id": self.update, "chat_id": SUPERVISOR, "at": 0.0, **fields}
        incoming, me = Incoming(**values), await self.world.me()  # type: ignore[arg-type]
        done = await self.handler.handle(incoming, me, self.case, self.asking)
        again = await self.handler.handle(incoming, me, self.case, self.asking)  # after a crash
        assert again.asking == done.asking
        self.case, self.asking = done.current, done.asking
        self.world.to_staff.clear()
        await on_screen(self.world, [e for e in done.effects if e.do in ("tell", "card", "lines")])
        self.screen = "\n".join(shown for _, shown in self.world.to_staff)
        for effect in done.effects:
            if effect.do == "close":
                code, outcome = effect.case, Outcome(effect.key)
                await self.world.books.cases.close(code, outcome, "1", self.world.now())
        return done

    async def press(self, data: str) -> Handled:
        return await self._do(kind="button", data=data, callback_id="c")

    async def say(self, words: str, **fields: object) -> Handled:
        return await self._do(kind="text", text=words, **fields)

    async def send(self, kind: str) -> Handled:
        return await self._do(kind=kind)

    async def command(self, name: str, words: str = "") -> Handled:
        return await self._do(kind="command", command=name, text=words)


@pytest.fixture
async def world(on_duty: World) -> World:
    """A case that the supervisor has taken."""
    await on_duty.update(text=DANGER)
    await on_duty.staff("take")
    return on_duty


async def _code(world: World) -> str:
    return (await world.books.cases.codes_of_chat(PERSON))[0]


async def _notes(world: World, code: str) -> list[str]:
    return [ln.words for ln in await world.books.cases.of_sides(code, ("note",))]


async def test_a_level_changes_once_the_reason_is_written(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:lvl:{code}:2:other")
    assert "tulis alasannya" in chat.screen and "Cancel" in chat.screen
    case = await world.books.cases.get(code)
    assert case and case.level is Level.CRITICAL and chat.asking
    await chat.say(WHY)
    case = await world.books.cases.get(code)
    assert case and case.level is Level.HIGH and not chat.asking
    assert await _notes(world, code) == []
    await chat.say("sudah makan?")
    assert await _notes(world, code) == ["sudah makan?"]
    await chat.command("case", code)
    assert f"Level changed: {WHY}" in chat.screen and f"Tingkat diubah: {WHY}" in chat.screen
    assert chat.screen.count("Level changed") == 1  # though every step was repeated
    kinds = [entry.kind for entry in await world.books.event_log.of_case(code)]
    assert "read_reasons" in kinds


async def test_a_referral_is_refused_for_a_written_reason(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await world.staff("refer: sapa129 consent")
    await chat.press(f"d:rst:{code}:1:refused:other")
    (referral,) = await world.books.referrals.of_case(code)
    assert referral.state is ReferralState.OFFERED
    await chat.say("tidak ada penerjemah")
    (referral,) = await world.books.referrals.of_case(code)
    assert (referral.state, referral.reason) == (ReferralState.REFUSED, "tidak ada penerjemah")
    await chat.command("case", code)
    assert "SAPA 129 refused: tidak ada penerjemah" in chat.screen
    await chat.press(f"d:rst:{code}:1:refused:other")  # an old button
    assert not chat.asking


async def test_a_reason_of_ours_stands_on_the_card_too(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await world.staff("refer: sapa129 consent")
    await chat.press(f"d:rst:{code}:1:refused:no_capacity")
    await chat.command("case", code)
    assert "SAPA 129 refused: no capacity" in chat.screen
    assert "SAPA 129 menolak: tidak ada kapasitas" in chat.screen
    kinds = [entry.kind for entry in await world.books.event_log.of_case(code)]
    assert "read_reasons" not in kinds  # nobody's words were read


async def test_a_case_is_closed_for_a_written_reason(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:close:{code}:other")
    case = await world.books.cases.get(code)
    assert case and case.state is CaseState.TAKEN
    await chat.say("pindah ke kota lain")
    case = await world.books.cases.get(code)
    assert case and (case.state, case.outcome) == (CaseState.CLOSED, Outcome.OTHER)
    await chat.command("case", code)
    assert "Closed: pindah ke kota lain" in chat.screen
    await chat.command("stats")
    assert "another reason 1" in chat.screen


@pytest.mark.parametrize(
    "step",
    [
        lambda chat, code: chat.press("d:why:no"),
        lambda chat, code: chat.press(f"d:show:{code}"),
        lambda chat, code: chat.command("mine"),
    ],
    ids=["cancel", "another button", "a command"],
)
async def test_whatever_is_no_reason_ends_the_question(world: World, step: object) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:lvl:{code}:2:other")
    await step(chat, code)  # type: ignore[operator]
    assert not chat.asking
    await chat.say("catatan biasa")
    case = await world.books.cases.get(code)
    assert case and case.level is Level.CRITICAL
    assert await _notes(world, code) == ["catatan biasa"]


async def test_what_is_too_long_or_a_file_can_be_tried_again(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:lvl:{code}:2:other")
    await chat.say("x" * 201)
    assert "at most 200" in chat.screen and chat.asking
    await chat.send("photo")
    assert chat.asking
    case = await world.books.cases.get(code)
    assert case and case.level is Level.CRITICAL and await _notes(world, code) == []
    await chat.say("y" * 200)
    case = await world.books.cases.get(code)
    assert case and case.level is Level.HIGH


async def test_a_forgotten_question_and_a_changed_message_are_notes(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:lvl:{code}:2:other")
    asking = chat.asking
    await chat._do(kind="edit", text="tadi salah ketik")
    assert not chat.asking
    chat.asking = asking
    world.wait(16 * 60)
    await chat.say("sudah aman")
    case = await world.books.cases.get(code)
    assert case and case.level is Level.CRITICAL
    assert await _notes(world, code) == ["tadi salah ketik", "sudah aman"]


async def test_a_reply_to_another_case_is_a_note_there(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    me = await world.me()
    other = await a_case(world.books, chat=PERSON + 1, source=9000)
    await world.books.cases.take(other, me.number, world.now())
    await world.books.sent.remember(
        SUPERVISOR, 51, world.now(), person=False, by_bot=True, case=other
    )
    await chat.press(f"d:lvl:{code}:2:other")
    await chat.say("untuk yang lain", reply_to=51)
    assert await _notes(world, other) == ["untuk yang lain"] and not chat.asking
    case = await world.books.cases.get(code)
    assert case and case.level is Level.CRITICAL


async def test_who_may_not_change_it_is_not_asked(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:rst:{code}:7:refused:other")
    assert not chat.asking
    await chat.press("d:lvl:NOCASE:2:other")
    assert not chat.asking
    await chat.press(f"d:lvl:{code}:9:other")
    assert not chat.asking
    await chat.press(f"d:close:{code}:other")
    await world.books.cases.close(code, Outcome.HELPED, "1", world.now())
    await chat.say("terlambat")
    assert "is closed" in chat.screen and not chat.asking
    assert await world.books.cases.of_sides(code, ("closing",)) == []


async def test_only_the_holder_sees_numbers_in_it(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await chat.press(f"d:lvl:{code}:2:other")
    await chat.say(WHY)
    await world.books.cases.give_back(code, "1", "gave_back", world.now())
    await chat.command("case", code)
    assert "bibinya menjemput" in chat.screen and "0812" not in chat.screen


async def test_it_stands_in_no_event_effect_or_plain_column(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await world.staff("refer: sapa129 consent")
    for data in (f"d:lvl:{code}:2:other", f"d:rst:{code}:1:refused:other", f"d:close:{code}:other"):
        await chat.press(data)
        # a word that would pass for one of our own reasons
        done = await chat.say("bintang")
        assert all("bintang" not in str(effect.to_json()) for effect in done.effects)
        assert "bintang" not in done.asking + done.current
    await chat.command("case", code)
    assert chat.screen.count("bintang") == 6  # three reasons, two languages
    async with world.engine.connect() as connection:
        tables = (
            await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        ).all()
        for (name,) in tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{name}"'))).all()
            assert "bintang" not in str(rows), name


async def test_it_goes_with_the_person(world: World) -> None:
    chat, code = Chat(world), await _code(world)
    await world.staff("refer: sapa129 consent")
    for data in (f"d:lvl:{code}:2:other", f"d:rst:{code}:1:refused:other"):
        await chat.press(data)
        await chat.say(WHY)
    await world.books.people.forget(PERSON, world.now())
    await chat.command("case", code)
    assert code in chat.screen and "bibinya" not in chat.screen and "✎" not in chat.screen


async def test_it_is_forgotten_with_the_words_of_the_case(
    books: Books,  # noqa: F811
    any_database: URL,
) -> None:
    """Also of a case without any line, such as one opened by a return code."""
    (staff,) = await a_team(books, 1)
    closed = await a_case(books)
    secret = await books.cases.close(closed, Outcome.HELPED, str(staff), NOW)
    again = await books.cases.come_back(secret, 7001, NOW)
    assert again
    made = await books.referrals.offer(again.code, "sapa129", staff, True, "", NOW)
    await books.referrals.change(made.number, ReferralState.REFUSED, staff, WHY, NOW)
    await books.cases.close(again.code, Outcome.OTHER, str(staff), NOW)
    rules = replace(Retention(), transcript=timedelta(days=1))
    counts = await books.forgetting.enforce(rules, NOW + timedelta(days=2))
    assert counts["transcripts"] == 2
    (referral,) = await books.referrals.of_case(again.code)
    assert referral.state is ReferralState.REFUSED and referral.reason == ""
    assert "transcripts" not in await books.forgetting.enforce(rules, NOW + timedelta(days=3))


@given(st.lists(st.text(min_size=1, max_size=200), max_size=40))
def test_a_card_is_never_too_long_for_telegram(library: Library, reasons: list[str]) -> None:
    rows = json.dumps([("level", "", "", words) for words in reasons])
    texts = StaffTexts(lambda: library, "Asia/Jakarta")
    for language in ("id", "en"):
        shown = texts.string("staff_card", language, code="ABCDEF", level=3, reasons=rows)
        assert len(shown) <= LIMIT


@given(st.text(max_size=40))
def test_anything_else_that_was_asked_for_is_no_question(asking: str) -> None:
    assert still_asked(asking, NOW) is None
    until = int(NOW.timestamp()) + 5
    question = Question("level", "ABCDEF", "2", until)
    assert still_asked(str(question), NOW) == question
    assert still_asked(str(question), NOW + timedelta(seconds=6)) is None
