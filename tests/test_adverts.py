"""Reported adverts in the database: nothing of a person, one text counts once, a number is known
again, and all of it goes in time and survives a new master key."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import URL, MetaData, inspect, select, text

from bot.adapters.backup import back_up, restore
from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, opened
from bot.adapters.encryption import Vault
from bot.adapters.keys import rotate
from bot.domain.advert import AdvertOutcome
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.offer import Verdict
from bot.domain.retention import Retention
from bot.domain.staff import Role, Staff
from bot.usecases import staff_adverts
from bot.usecases.report_offer import EACH, ReportDesk
from bot.usecases.staff_desk import Refusal

NOW = datetime(2026, 11, 24, 9, 17, 33, tzinfo=UTC)
DAY = timedelta(days=1)
BOSS, CHAT, UPDATE = 900_000_001, 770_077_077, 880_088_088
SIGNS = ("documents_kept", "under_18")
TEXT = "LOKER Sabah, hub Bu Yatimah 0812-3456-7890 atau @agen_jaya"
OTHER = "Dibutuhkan admin Poipet gaji 20jt wa.me/6281234567890"
THIRD = "Lowongan toko roti, hub 0857-1111-2222"


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        books = Books(engine, vault)
        await books.staff.ensure_supervisors([BOSS], NOW)
        yield books


async def report(books: Books, words: str, at: datetime = NOW) -> None:
    await books.adverts.report(words, Verdict.WARNING, SIGNS, at)


async def test_a_text_counts_once_however_it_is_copied(books: Books) -> None:
    await report(books, TEXT)
    await report(books, TEXT.upper().replace(",", " 🔥 ") + "!!", NOW + DAY)
    (advert,) = await books.adverts.everything()
    assert (advert.day, advert.signs, advert.verdict) == (
        NOW.replace(hour=0, minute=0, second=0), SIGNS, Verdict.WARNING,
    )  # fmt: skip
    assert (advert.repeats, advert.contacts) == (0, 2)
    assert await books.adverts.known(TEXT) and not await books.adverts.known(OTHER)


async def test_a_number_reported_before_is_noticed_and_on_top(books: Books) -> None:
    await report(books, TEXT)
    await report(books, OTHER, NOW + DAY)
    await report(books, THIRD, NOW + 2 * DAY)
    first, second, third = await books.adverts.everything()
    assert [a.repeats for a in (first, second, third)] == [1, 1, 0]
    assert first.day > second.day  # among repeated ones the newest first
    assert await books.adverts.others(first.code) == [second.code]
    await books.adverts.looked_at(first.code, AdvertOutcome.POLICE, 1, NOW + 3 * DAY)
    assert [a.code for a in await books.adverts.everything()] == [
        second.code, third.code, first.code,
    ]  # fmt: skip
    assert await books.adverts.waiting() == 2


async def test_reading_is_on_record_without_words(books: Books) -> None:
    await report(books, TEXT)
    (advert,) = await books.adverts.everything()
    before = (await books.event_log.head())[0]
    assert (
        await books.adverts.text(advert.code, 1, NOW) == "LOKER Sabah, hub Bu Yatimah ▒2▒ atau ▒1▒"
    )
    assert await books.adverts.contacts(advert.code, 1, NOW) == [
        (1, "@agen_jaya"), (2, "0812-3456-7890"),
    ]  # fmt: skip
    for _ in range(2):  # a step that is repeated adds nothing
        await books.adverts.looked_at(advert.code, AdvertOutcome.KP2MI, 1, NOW)
    async with books.unit.reading() as session:
        rows = (await session.execute(text("SELECT kind, actor, detail FROM case_event "
                f"WHERE number > {before} ORDER BY number"))).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        ("advert_read", "1", f'{{"advert":"{advert.code}","what":"text"}}'),
        ("advert_read", "1", f'{{"advert":"{advert.code}","what":"contacts"}}'),
        ("advert_looked_at", "1", f'{{"advert":"{advert.code}","outcome":"kp2mi"}}'),
    ]
    assert await books.events.verify() is None
    assert await books.adverts.text("XXXXX", 1, NOW) is None
    assert await books.adverts.contacts("XXXXX", 1, NOW) is None


async def test_nothing_in_the_tables_leads_to_a_person_or_names_a_number(books: Books) -> None:
    before = (await books.event_log.head())[0]
    desk = ReportDesk(books.adverts)
    incoming = Incoming(UPDATE, CHAT, "text", NOW.timestamp(), TEXT)
    await desk.take(incoming, Deed(Act.REPORT, "warning:3", TEXT), "id", NOW)
    assert (await books.event_log.head())[0] == before  # its time would tell of the person
    everything = await _dump(books)
    chat_hash = books.unit.vault.chat_hash(CHAT)
    for planted in (str(CHAT), str(UPDATE), chat_hash, "Yatimah", "LOKER", "34567890", "3456-7890",
                    "agen_jaya", "6281234567890", "09:17"):  # fmt: skip
        assert planted not in everything, planted
    columns = {c for t in ("advert", "advert_contact") for c in await _columns(books, t)}
    assert not columns & {"chat_hash", "person", "case", "update_id", "source"}


async def test_adverts_and_their_hashes_go_in_time(books: Books) -> None:
    await report(books, TEXT)
    await report(books, OTHER, NOW + 100 * DAY)
    rules = Retention()
    assert "adverts" not in await books.forgetting.enforce(rules, NOW + 364 * DAY)
    assert (await books.forgetting.enforce(rules, NOW + 366 * DAY))["adverts"] == 1
    (left,) = await books.adverts.everything()
    assert left.repeats == 0  # the hash of the first one's number went with it
    zero = rules.zero()
    assert (await books.forgetting.enforce(zero, NOW + 108 * DAY))["adverts"] == 1
    async with books.unit.reading() as session:
        for table in ("advert", "advert_contact"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


async def test_deleting_a_person_touches_no_advert(books: Books) -> None:
    await report(books, TEXT)
    await books.people.set_quiet(CHAT, True)
    await books.people.forget(CHAT, NOW)
    assert len(await books.adverts.everything()) == 1


async def test_a_number_is_known_after_a_new_master_key(any_database: URL, vault: Vault) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    new = Vault(b"n" * 32)
    async with opened(any_database) as engine:
        await report(Books(engine, vault), TEXT)
        await rotate(engine, vault, new)
        books = Books(engine, new)
        await report(books, TEXT)
        await report(books, OTHER)
        adverts = await books.adverts.everything()
        assert [a.repeats for a in adverts] == [1, 1]
        words = [await books.adverts.text(a.code, 1, NOW) for a in adverts]
        assert any("LOKER" in str(w) for w in words)
        named = [await books.adverts.contacts(a.code, 1, NOW) for a in adverts]
        assert any((2, "0812-3456-7890") in (n or []) for n in named)


async def test_a_backup_holds_them_sealed(any_database: URL, vault: Vault, tmp_path: Path) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        await report(Books(engine, vault), TEXT)
        await back_up(engine, vault, tmp_path / "copy")
    assert b"Yatimah" not in (tmp_path / "copy").read_bytes()
    url = database_url(None, tmp_path / "there")
    await restore(url, vault, tmp_path / "copy")
    async with opened(url) as engine:
        books = Books(engine, vault)
        (advert,) = await books.adverts.everything()
        assert "Yatimah" in str(await books.adverts.text(advert.code, 1, NOW))
        await report(books, OTHER)
        assert [a.repeats for a in await books.adverts.everything()] == [1, 1]


async def test_one_person_reports_a_few_a_day_and_a_repeated_step_is_no_second_one(
    books: Books,
) -> None:
    desk = ReportDesk(books.adverts)

    async def take(update: int, words: str, chat: int = CHAT, at: datetime = NOW) -> str:
        incoming = Incoming(update, chat, "text", at.timestamp(), words)
        return (await desk.take(incoming, Deed(Act.REPORT, "warning:3", words), "id", at)).key

    for number in range(EACH):
        assert await take(number, f"Loker {number} hub 0812") == "message/report_sent"
        assert await take(number, f"Loker {number} hub 0812") == "message/report_sent"
    assert await take(50, "Loker lain hub 0812") == "message/report_limit"
    # one that is known reads the same for everybody, and costs nothing
    assert await take(51, "Loker 0 hub 0812") == "message/report_sent"
    assert await take(52, "Loker lain hub 0812", CHAT + 1) == "message/report_sent"
    assert await take(53, "Loker baru", at=NOW + DAY) == "message/report_sent"
    assert len(await books.adverts.everything()) == EACH + 2


async def test_a_database_that_fails_for_a_moment_costs_no_attempt(books: Books) -> None:
    class Failing:
        tries = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(books.adverts, name)

        async def report(self, *values: Any) -> None:
            self.tries += 1
            if self.tries < 10:
                raise OSError
            await books.adverts.report(*values)

    desk = ReportDesk(Failing())
    deed = Deed(Act.REPORT, "warning:3", TEXT)
    incoming = Incoming(UPDATE, CHAT, "text", NOW.timestamp(), TEXT)
    for _ in range(9):
        with pytest.raises(OSError):
            await desk.take(incoming, deed, "id", NOW)
    assert (await desk.take(incoming, deed, "id", NOW)).key == "message/report_sent"
    assert len(await books.adverts.everything()) == 1


async def test_the_list_has_pages_and_old_buttons_are_refused(books: Books) -> None:
    desk: Any = SimpleNamespace(adverts=books.adverts, now=lambda: NOW)
    me = Staff(1, Role.COUNSELLOR)
    (empty,) = await staff_adverts.listed(desk, me)
    assert empty.key == "staff_adverts_none"
    for number in range(staff_adverts.ON_A_PAGE * 2 + 1):
        await report(books, f"Loker nomor {number}", NOW + number * DAY)
    seen: list[str] = []
    for page in ("0", "1", "2", "99"):
        (effect,) = await staff_adverts.listed(desk, me, page)
        seen += [row.split("|")[0] for row in str(effect.values["adverts"]).splitlines()]
        data = [button for row in effect.buttons for _, button in row if ":ads:" in button]
        assert data == {"0": ["d:ads:1"], "1": ["d:ads:0", "d:ads:2"]}.get(page, ["d:ads:1"])
    assert len(set(seen)) == staff_adverts.ON_A_PAGE * 2 + 1 and seen[-1] == seen[-2]
    for code, step in (("XXXXX", []), (seen[0], ["x"]), (seen[0], ["done", "x"])):
        with pytest.raises(Refusal):
            await staff_adverts.press(desk, me, code, step)
    with pytest.raises(Refusal):
        await staff_adverts.listed(desk, me, "-1")


async def _columns(books: Books, table: str) -> list[str]:
    async with books.unit.engine.connect() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_columns(table))
    return [str(column["name"]) for column in found]


async def _dump(books: Books) -> str:
    async with books.unit.engine.connect() as connection:
        tables = MetaData()
        await connection.run_sync(tables.reflect)
        rows = [
            str(tuple(row))
            for table in tables.sorted_tables
            if table.name.startswith("advert")
            for row in await connection.execute(select(table))
        ]
    return "\n".join(rows)
