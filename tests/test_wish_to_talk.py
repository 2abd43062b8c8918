"""Somebody who only asks to talk is not said to have told of violence."""

import asyncio
import json

import pytest
from sqlalchemy import URL, text

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.encryption import Vault
from bot.domain.case import Outcome, Wish
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.usecases import staff_take, staff_views
from bot.usecases.staff_effects import Effect
from tests.both_sides import PERSON, World, on_screen
from tests.test_cases import CHAT, HIGH, NOW, books  # noqa: F401  (a fixture)
from tests.test_person_side import DANGER


@pytest.fixture
def world(on_duty: World) -> World:
    return on_duty


async def _shown(world: World, effects: list[Effect]) -> str:
    """What a member of staff sees, in both languages."""
    world.to_staff.clear()
    await on_screen(world, [effect for effect in effects if effect.do == "tell"])
    return "\n".join(text for _, text in world.to_staff)


async def test_staff_see_that_somebody_asks_to_talk(world: World) -> None:
    await world.update(kind="button", data="talk:now")
    (case,) = await world.books.cases.open_cases()
    assert case.category is None and case.level is Level.CONCERN
    me = await world.me()
    queue = await _shown(world, await staff_views.queue(world.desk, me))
    card = await _shown(world, await staff_take.take(world.desk, me, case.code))
    for shown in (queue, card):
        assert "asks to talk" in shown and "ingin bicara" in shown
        assert "violence" not in shown and "kekerasan" not in shown


async def test_it_is_counted_by_itself(world: World) -> None:
    await world.update(kind="button", data="talk:now")
    me = await world.me()
    assert "open: asks to talk 1" in await _shown(world, await staff_views.stats(world.desk, me))
    await world.update(text=DANGER)
    shown = await _shown(world, await staff_views.stats(world.desk, me))
    assert "open: violence 1" in shown and "of these: -" in shown
    (case,) = await world.books.cases.open_cases()
    await world.books.cases.close(case.code, Outcome.HELPED, str(me.number), world.now())
    shown = await _shown(world, await staff_views.stats(world.desk, me))
    assert "open: -" in shown and "of these: violence 1" in shown


async def test_what_worried_us_before_stays_the_category(world: World) -> None:
    """A concern opens no case; talking about it does."""
    worried = Conversation(language="id", alarm_level=1, alarm_category="online_abuse")
    await world.store.save(PERSON, worried)
    await world.update(kind="button", data="talk:now")
    (case,) = await world.books.cases.open_cases()
    assert (case.level, case.category) == (Level.CONCERN, Category.ONLINE_ABUSE)


async def test_an_alarm_gives_the_case_its_category(books: Books) -> None:  # noqa: F811
    opened_case = await books.cases.open_or_raise(CHAT, Wish(), "id", "", 1, NOW)
    code = opened_case.case.code
    assert opened_case.new and opened_case.case.kind == "asks_to_talk"
    raised = await books.cases.open_or_raise(CHAT, HIGH, "id", "dipukul", 2, NOW)
    assert raised.raised and raised.case.category is Category.VIOLENCE and raised.case.about_other
    first, second = await books.event_log.of_case(code)
    assert json.loads(first.detail) == {"level": 1, "source": 1}
    assert json.loads(second.detail) == {"category": "violence", "level": 2, "source": 2}


async def test_so_does_one_that_is_no_more_severe(books: Books) -> None:  # noqa: F811
    """A supervisor had raised the case by then."""
    code = (await books.cases.open_or_raise(CHAT, Wish(), "id", "", 1, NOW)).case.code
    await books.cases.change_level(code, Level.HIGH, "1", "child", NOW)
    for _ in range(2):
        found = await books.cases.open_or_raise(CHAT, HIGH, "id", "dipukul", 2, NOW)
        assert not found.raised and found.case.category is Category.VIOLENCE
    other = Alarm(Level.HIGH, Category.SELF_HARM, ("rules",))
    found = await books.cases.open_or_raise(CHAT, other, "id", "lelah", 3, NOW)
    assert found.case.category is Category.VIOLENCE
    kinds = [entry.kind for entry in await books.event_log.of_case(code)]
    assert kinds == ["opened", "level", "category"]
    assert await books.events.verify() is None


async def test_the_migration_goes_both_ways_with_such_a_case(
    any_database: URL, vault: Vault
) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        made = Books(engine, vault)
        code = (await made.cases.open_or_raise(CHAT, Wish(), "id", "", 1, NOW)).case.code
        await made.cases.add_line(code, "person", "halo", 2, NOW)
    await asyncio.to_thread(migrate.downgrade, any_database, "0005")
    async with opened(any_database) as engine, engine.connect() as connection:
        rows = (await connection.execute(text('SELECT category FROM "case"'))).all()
        assert [tuple(row) for row in rows] == [("violence",)]
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        case = await Books(engine, vault).cases.get(code)
        assert case and case.category is Category.VIOLENCE
        assert len(await Books(engine, vault).cases.lines(code, 1, NOW)) == 1
