"""Staff, referrals, wishes and message ids, the same on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import URL

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.encryption import Vault
from bot.domain.referral import ReferralState
from bot.domain.staff import Role
from bot.people_ports import Wishes
from tests.test_cases import BOSS, CHAT, MINUTE, NOW, a_case, a_team

DAY = timedelta(days=1)


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        yield Books(engine, vault)


async def test_the_first_supervisors_come_from_the_settings(books: Books) -> None:
    for _ in range(2):
        await books.staff.ensure_supervisors([BOSS, BOSS + 1], NOW)
    assert [s.role for s in await books.staff.everyone()] == [Role.SUPERVISOR] * 2
    assert await books.staff.by_user(12345) is None
    boss = await books.staff.by_user(BOSS)
    assert boss and boss.leads and not boss.on_duty
    assert await books.staff.chat_of(boss.number) == BOSS


async def test_an_invitation_works_once_for_one_and_not_for_ever(books: Books) -> None:
    (boss,) = await a_team(books, 1)
    code = await books.staff.invite(Role.COUNSELLOR, boss, NOW + DAY)
    assert await books.staff.join("AAAAA-BBBBB-CCCCC", 1, "id", NOW) is None
    assert await books.staff.join(code, 1, "id", NOW + DAY) is None
    member = await books.staff.join(code.lower().replace("-", ""), 1, "id", NOW)
    assert member and (member.confirmed, member.may_work) == (False, False)
    assert await books.staff.join(code, 1, "id", NOW) == member  # a repeated update
    assert await books.staff.join(code, 2, "id", NOW) is None
    assert await books.staff.by_user(1) is None  # not yet
    assert await books.staff.pending() == [member]
    await books.staff.confirm(member.number, boss, NOW)
    assert await books.staff.by_user(1)
    assert await books.staff.pending() == []


async def test_of_two_with_one_invitation_one_gets_in(books: Books) -> None:
    (boss,) = await a_team(books, 1)
    code = await books.staff.invite(Role.COUNSELLOR, boss, NOW + DAY)
    joined = await asyncio.gather(*(books.staff.join(code, n, "id", NOW) for n in range(1, 6)))
    assert sum(member is not None for member in joined) == 1


async def test_a_supervisor_stays_one_with_an_invitation_for_less(books: Books) -> None:
    (boss,) = await a_team(books, 1)
    code = await books.staff.invite(Role.COUNSELLOR, boss, NOW + DAY)
    same = await books.staff.join(code, BOSS, "id", NOW)
    assert same and same.leads
    assert await books.staff.join(code, 1, "id", NOW)


async def test_only_supervisors_let_people_in_and_out(books: Books) -> None:
    boss, other = await a_team(books)
    for number in (other, 99):
        with pytest.raises(PermissionError):
            await books.staff.invite(Role.COUNSELLOR, number, NOW + DAY)
        with pytest.raises(PermissionError):
            await books.staff.confirm(other, number, NOW)
        with pytest.raises(PermissionError):
            await books.staff.remove(boss, number, NOW)
    assert await books.staff.remove(other, other, NOW) == []  # anybody may leave


async def test_who_leaves_loses_access_at_once_and_their_cases_wait_again(books: Books) -> None:
    boss, other = await a_team(books)
    code = await a_case(books)
    await books.cases.take(code, other, NOW)
    await books.staff.set_duty(other, True, NOW)
    assert [s.number for s in await books.staff.on_duty()] == [other]
    assert await books.staff.remove(other, boss, NOW) == [code]
    assert await books.staff.by_user(BOSS + 1) is None
    assert await books.staff.on_duty() == []
    assert [case.code for case in await books.cases.waiting()] == [code]
    await books.staff.set_duty(other, True, NOW)
    assert await books.staff.on_duty() == []
    again = await books.staff.invite(Role.SUPERVISOR, boss, NOW + DAY)
    back = await books.staff.join(again, BOSS + 1, "en", NOW)
    assert back and (back.number, back.role, back.may_work) == (other, Role.SUPERVISOR, False)


async def test_duty_language_and_reach_are_kept(books: Books) -> None:
    (boss,) = await a_team(books, 1)
    await books.staff.set_duty(boss, True, NOW)
    await books.staff.set_duty(boss, True, NOW)
    await books.staff.set_language(boss, "en")
    await books.staff.set_reachable(boss, True)
    staff = await books.staff.get(boss)
    assert staff and (staff.on_duty, staff.language, staff.reachable) == (True, "en", True)
    assert await books.staff.get(99) is None
    with pytest.raises(LookupError):
        await books.staff.chat_of(99)


async def test_a_referral_is_not_over_until_it_is(books: Books) -> None:
    (boss,) = await a_team(books, 1)
    code = await a_case(books)
    with pytest.raises(ValueError, match="duty of care"):
        await books.referrals.offer(code, "polisi110", boss, False, " ", NOW)
    referral = await books.referrals.offer(code, "sapa129", boss, True, "", NOW)
    assert await books.referrals.due(NOW + DAY) == []
    due = await books.referrals.due(NOW + 2 * DAY)
    assert [r.number for r in due] == [referral.number]
    assert await books.referrals.due(NOW + 3 * DAY) == []  # asked again two days later
    change = books.referrals.change
    assert not await change(referral.number, ReferralState.DONE, boss, "", NOW)
    assert await change(referral.number, ReferralState.ACCEPTED, boss, "", NOW)
    assert await change(referral.number, ReferralState.REFUSED, boss, "tidak ada tempat", NOW)
    assert not await change(referral.number, ReferralState.ACCEPTED, boss, "", NOW)
    assert not await change(99, ReferralState.ACCEPTED, boss, "", NOW)
    (kept,) = await books.referrals.of_case(code)
    assert (kept.state, kept.reason, kept.remind_at) == (
        ReferralState.REFUSED, "tidak ada tempat", None,
    )  # fmt: skip
    assert await books.referrals.due(NOW + 90 * DAY) == []


async def test_wishes_quiet_and_block(books: Books) -> None:
    people = books.people
    assert await people.wishes(CHAT) == Wishes()
    assert not await people.quiet(CHAT)
    await people.set_quiet(CHAT, False)
    wishes = Wishes(True, (7, 20), 1, "mangga muda")
    await people.set_wishes(CHAT, wishes)
    await people.set_quiet(CHAT, True)
    await people.block(CHAT, NOW)
    assert await people.wishes(CHAT) == wishes
    assert await people.quiet(CHAT)
    assert await people.blocked_until(CHAT) == NOW
    await people.block(CHAT, None)
    assert await people.blocked_until(CHAT) is None
    assert await people.blocked_until(1) is None


async def test_message_ids_are_found_and_forgotten(books: Books) -> None:
    sent = books.sent
    for number in (1, 3, 2):
        at = NOW + number * MINUTE
        await sent.remember(CHAT, number, at, person=True, by_bot=number > 1)
        await sent.remember(CHAT, number, at, person=True, by_bot=number > 1)
    await sent.remember(BOSS, 4, NOW, person=False, by_bot=True, case="ABCDEF")
    await sent.remember(BOSS + 1, 4, NOW + DAY, person=False, by_bot=True, case="ABCDEF")
    assert [(n, by) for n, by, _ in await sent.in_chat(CHAT)] == [(3, True), (2, True), (1, False)]
    assert await sent.in_chat(BOSS) == []
    assert await sent.of_case("ABCDEF") == [(BOSS, 4), (BOSS + 1, 4)]
    assert await sent.of_case("ABCDEF", BOSS + 1) == [(BOSS + 1, 4)]
    assert await sent.old_copies(NOW + MINUTE) == [(BOSS, 4)]
    await sent.forget(BOSS, [4])
    assert await sent.of_case("ABCDEF") == [(BOSS + 1, 4)]
