"""The life of a case, the same on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import URL

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.encryption import Vault
from bot.domain.case import CaseState, Outcome, Talk
from bot.domain.danger import Alarm, Category, Level
from bot.domain.staff import Role

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HIGH = Alarm(Level.HIGH, Category.VIOLENCE, ("rules",), True)
CRITICAL = Alarm(Level.CRITICAL, Category.TRAFFICKING, ("rules",))
CONCERN = Alarm(Level.CONCERN, Category.RISKY_RECRUITMENT, ("model",))
CHAT, BOSS = 7001, 9001


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        yield Books(engine, vault)


async def a_team(books: Books, size: int = 2) -> list[int]:
    """Numbers of a supervisor and of `size` - 1 counsellors."""
    await books.staff.ensure_supervisors([BOSS], NOW)
    boss = await books.staff.by_user(BOSS)
    assert boss
    numbers = [boss.number]
    for user in range(1, size):
        code = await books.staff.invite(Role.COUNSELLOR, boss.number, NOW + MINUTE)
        member = await books.staff.join(code, BOSS + user, "en", NOW)
        assert member
        await books.staff.confirm(member.number, boss.number, NOW)
        numbers.append(member.number)
    return numbers


async def a_case(books: Books, alarm: Alarm = HIGH, chat: int = CHAT, source: int = 1) -> str:
    opened = await books.cases.open_or_raise(chat, alarm, "id", "tolong aku", source, NOW)
    return opened.case.code


async def test_a_case_is_opened_once_and_raised_but_never_lowered(books: Books) -> None:
    first = await books.cases.open_or_raise(CHAT, HIGH, "id", "tolong", 1, NOW)
    assert (first.new, first.raised, first.case.level) == (True, False, Level.HIGH)
    raised = await books.cases.open_or_raise(CHAT, CRITICAL, "en", "help", 2, NOW + MINUTE)
    assert (raised.new, raised.raised) == (False, True)
    assert raised.case.code == first.case.code
    assert (raised.case.level, raised.case.category) == (Level.CRITICAL, Category.TRAFFICKING)
    assert not raised.case.about_other
    same = await books.cases.open_or_raise(CHAT, CONCERN, "id", "lagi", 3, NOW + 2 * MINUTE)
    assert (same.new, same.raised, same.case.level) == (False, False, Level.CRITICAL)
    assert same.case.person_at == NOW + 2 * MINUTE
    assert [line.words for line in await books.cases.lines(first.case.code, 1, NOW)] == [
        "tolong", "help", "lagi",
    ]  # fmt: skip


async def test_a_repeated_update_answers_the_same_and_adds_nothing(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    for _ in range(2):
        opened = await books.cases.open_or_raise(CHAT, HIGH, "id", "tolong", 1, NOW)
        assert (opened.new, opened.raised) == (True, False)
    for _ in range(2):
        opened = await books.cases.open_or_raise(CHAT, CRITICAL, "id", "cepat", 2, NOW)
        assert (opened.new, opened.raised) == (False, True)
    await books.cases.close(opened.case.code, Outcome.HELPED, str(staff), NOW)
    late = await books.cases.open_or_raise(CHAT, CRITICAL, "id", "cepat", 2, NOW)
    assert late.case.code == opened.case.code
    assert await books.cases.open_cases() == []
    assert len(await books.cases.lines(opened.case.code, staff, NOW)) == 2


async def test_a_line_that_was_relayed_can_still_raise_the_case(books: Books) -> None:
    code = await a_case(books)
    await books.cases.add_line(code, "person", "dia bawa pisau", 2, NOW)
    raised = await books.cases.open_or_raise(CHAT, CRITICAL, "id", "dia bawa pisau", 2, NOW)
    assert raised.raised
    assert len(await books.cases.lines(code, 1, NOW)) == 2


async def test_the_queue_has_the_worst_first_then_the_longest_waiting(books: Books) -> None:
    late = NOW + MINUTE
    await books.cases.open_or_raise(1, HIGH, "id", "a", 1, late)
    await books.cases.open_or_raise(2, HIGH, "id", "b", 2, NOW)
    await books.cases.open_or_raise(3, CRITICAL, "id", "c", 3, late)
    await books.cases.open_or_raise(4, CONCERN, "id", "d", 4, NOW)
    queue = [(case.level, case.opened_at) for case in await books.cases.waiting()]
    assert queue == [
        (Level.CRITICAL, late), (Level.HIGH, NOW), (Level.HIGH, late), (Level.CONCERN, NOW),
    ]  # fmt: skip


async def test_of_many_who_take_at_once_one_wins(books: Books) -> None:
    team = await a_team(books, 5)
    code = await a_case(books)
    won = await asyncio.gather(*(books.cases.take(code, number, NOW) for number in team))
    assert sum(won) == 1
    case = await books.cases.get(code)
    assert case and case.state is CaseState.TAKEN
    assert case.staff == team[won.index(True)]
    assert not await books.cases.take(code, team[0], NOW)
    assert await books.events.verify() is None


async def test_only_who_may_work_can_take(books: Books) -> None:
    boss, other = await a_team(books)
    code = await a_case(books)
    await books.staff.remove(other, boss, NOW)
    assert not await books.cases.take(code, other, NOW)
    assert not await books.cases.take(code, 99, NOW)
    assert not await books.cases.take("NOCASE", boss, NOW)
    assert await books.cases.take(code, boss, NOW)
    assert not await books.cases.hand_over(code, boss, other, NOW)


async def test_hand_over_and_give_back(books: Books) -> None:
    boss, other = await a_team(books)
    code = await a_case(books)
    assert not await books.cases.give_back(code, "system", "silent", NOW)
    assert not await books.cases.hand_over(code, boss, other, NOW)
    await books.cases.take(code, boss, NOW)
    assert not await books.cases.hand_over(code, other, boss, NOW)
    assert await books.cases.hand_over(code, boss, other, NOW)
    assert [case.code for case in await books.cases.of_staff(other)] == [code]
    assert await books.cases.give_back(code, str(other), "anaknya kenal saya", NOW)
    case = await books.cases.get(code)
    assert case and (case.state, case.staff) == (CaseState.WAITING, None)
    notes = [line for line in await books.cases.lines(code, boss, NOW) if line.side == "note"]
    assert [(note.words, note.staff) for note in notes] == [("anaknya kenal saya", other)]
    assert all("kenal" not in e.detail for e in await books.event_log.of_case(code))


async def test_a_silent_counsellor_is_noticed(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books)
    taken = NOW + MINUTE
    await books.cases.take(code, staff, taken)

    async def silent_at(minutes: int) -> bool:
        return bool(await books.cases.silent_since(NOW + minutes * MINUTE))

    assert not await silent_at(1)  # just taken
    assert await silent_at(2)
    await books.cases.add_line(code, "person", "halo?", 2, NOW + 5 * MINUTE)
    assert await silent_at(3)  # writing again does not make the wait shorter
    await books.cases.add_line(code, "staff", "saya di sini", 3, NOW + 6 * MINUTE, staff=staff)
    assert not await silent_at(60)
    await books.cases.add_line(code, "note", "tanya umur", 4, NOW + 6 * MINUTE, staff=staff)
    await books.cases.add_line(code, "person", "ya", 5, NOW + 7 * MINUTE)
    assert not await silent_at(7)
    assert await silent_at(8)


async def test_closing_shows_a_code_once_that_opens_contact_again(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books)
    await books.cases.take(code, staff, NOW)
    await books.cases.give_detail(code, "nickname", "Bintang", NOW)
    secret = await books.cases.close(code, Outcome.REFERRED, str(staff), NOW)
    assert len(secret.replace("-", "")) == 15
    assert await books.cases.close(code, Outcome.REFERRED, str(staff), NOW + MINUTE) == secret
    assert await books.cases.close(code, Outcome.HELPED, str(staff), NOW) == ""
    assert await books.cases.close(code, Outcome.REFERRED, str(staff), NOW + 11 * MINUTE) == ""
    assert await books.cases.of_chat(CHAT) is None
    assert await books.cases.come_back("WRONG-WRONG-WRONG", 42, NOW) is None
    typed = secret.lower().replace("-", " ")
    back = await books.cases.come_back(typed, 42, NOW + MINUTE)
    assert back and (back.state, back.earlier, back.talk) == (CaseState.WAITING, code, Talk.WANTED)
    assert back.level is Level.HIGH
    assert await books.cases.lines(back.code, staff, NOW) == []  # no past text
    assert await books.cases.chat_of(back.code) == 42
    assert await books.cases.come_back(secret, 42, NOW) is None  # once
    with pytest.raises(PermissionError):
        await books.cases.details(code, staff, NOW)


async def test_details_are_for_the_counsellor_who_took_the_case(books: Books) -> None:
    boss, other = await a_team(books)
    code = await a_case(books)
    await books.cases.give_detail(code, "place", "dekat pasar", NOW)
    await books.cases.give_detail(code, "nickname", "Bin", NOW)
    await books.cases.give_detail(code, "nickname", "Bintang", NOW)
    for number in (boss, other):
        with pytest.raises(PermissionError):
            await books.cases.details(code, number, NOW)
    await books.cases.take(code, other, NOW)
    with pytest.raises(PermissionError):
        await books.cases.details(code, boss, NOW)
    assert await books.cases.details(code, other, NOW) == [
        ("place", "dekat pasar"), ("nickname", "Bintang"),
    ]  # fmt: skip
    await books.cases.close(code, Outcome.HELPED, str(other), NOW)
    with pytest.raises(LookupError):
        await books.cases.give_detail(code, "place", "x", NOW)


async def test_levels_alerts_talk_and_leaving_are_kept(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books)
    assert not await books.cases.was_alerted(code)
    await books.cases.alerted(code, staff, NOW)
    assert await books.cases.was_alerted(code)
    await books.cases.set_talk(code, Talk.NOT_MEANT, NOW)
    await books.cases.change_level(code, Level.CRITICAL, str(staff), "ada pisau", NOW)
    await books.cases.left_quickly(CHAT, NOW)
    await books.cases.left_quickly(12345, NOW)
    case = await books.cases.get(code)
    assert case and (case.talk, case.level, case.left_quickly, case.state) == (
        Talk.NOT_MEANT, Level.CRITICAL, True, CaseState.WAITING,
    )  # fmt: skip
    await books.cases.add_line(code, "person", "aku balik", 2, NOW)
    case = await books.cases.get(code)
    assert case and not case.left_quickly
    kinds = [entry.kind for entry in await books.event_log.of_case(code)]
    assert kinds == ["opened", "alerted", "talk", "level", "left_quickly", "line"]


async def test_lines_are_added_once_and_found(books: Books) -> None:
    code = await a_case(books)
    first = await books.cases.add_line(code, "staff", "halo", 5, NOW, staff=None, delivery="held")
    again = await books.cases.add_line(code, "staff", "halo", 5, NOW, staff=None, delivery="held")
    assert first == again
    await books.cases.set_delivery(first.number, "sent")
    found = await books.cases.line(first.number)
    assert found and found[0] == code
    assert (found[1].words, found[1].delivery, found[1].at) == ("halo", "sent", NOW)
    assert await books.cases.line(10**6) is None
    with pytest.raises(LookupError):
        await books.cases.add_line("NOCASE", "staff", "x", 6, NOW)
