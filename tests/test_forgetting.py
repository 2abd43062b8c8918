"""Who asks to be forgotten is; what is too old goes; and no identity ever reaches the disk."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, MetaData, select, text

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import durable_url, opened
from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.adapters.encryption import Vault
from bot.domain.case import CaseState, Outcome
from bot.domain.conversation import Conversation
from bot.domain.danger import Level
from bot.domain.message import Incoming
from bot.domain.offer import Verdict
from bot.domain.retention import Retention
from bot.people_ports import Wishes
from tests.test_cases import BOSS, CHAT, CONCERN, HIGH, MINUTE, NOW, a_case, a_team

DAY = timedelta(days=1)


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        yield Books(engine, vault)


async def _everything(books: Books, schema: str | None = None) -> str:
    """All text of all tables."""
    found, rows = MetaData(), []
    async with books.unit.engine.connect() as connection:
        await connection.run_sync(lambda c: found.reflect(c, schema=schema))
        for table in found.sorted_tables:
            rows += [str(tuple(row)) for row in await connection.execute(select(table))]
    return "\n".join(rows)


async def test_an_open_serious_case_survives_without_identity(books: Books) -> None:
    boss, other = await a_team(books)
    store = Store(books.unit.engine, books.unit.vault)
    await store.save(CHAT, Conversation(chosen="en"))
    await store.record(1, CHAT, HIGH, NOW)
    await books.people.set_wishes(CHAT, Wishes(True))
    await books.sent.remember(CHAT, 4, NOW, person=True, by_bot=False)
    code = await a_case(books)
    await books.cases.take(code, boss, NOW)
    await books.cases.give_detail(code, "place", "Cirebon", NOW)
    await books.referrals.offer(code, "sapa129", boss, False, "dalam bahaya", NOW)
    await books.sent.remember(BOSS, 9, NOW, person=False, by_bot=True, case=code)
    assert await books.cases.codes_of_chat(CHAT) == [code]

    assert await books.people.forget(CHAT, NOW) == [code]

    case = await books.cases.get(code)
    assert case and case.erased
    assert (case.state, case.level, case.staff) == (CaseState.TAKEN, Level.HIGH, boss)
    assert await books.cases.chat_of(code) is None
    assert await books.cases.of_chat(CHAT) is None
    assert await books.cases.lines(code, boss, NOW) == []
    assert await books.cases.details(code, boss, NOW) == []
    assert [r.reason for r in await books.referrals.of_case(code)] == [""]
    assert await store.load(CHAT) == Conversation()
    assert await books.people.wishes(CHAT) == Wishes()
    assert await books.sent.in_chat(CHAT) == []
    assert await books.sent.of_case(code) == [(BOSS, 9)]  # still to be taken back
    assert books.unit.vault.chat_hash(CHAT) not in await _everything(books)
    # staff can go on with it
    assert await books.cases.hand_over(code, boss, other, NOW)
    await books.cases.add_line(code, "note", "polisi sudah tahu", 50, NOW, staff=other)
    assert [n.words for n in await books.cases.lines(code, other, NOW)] == ["polisi sudah tahu"]
    assert await books.cases.close(code, Outcome.REFERRED, str(other), NOW) == ""
    assert await books.events.verify() is None


async def test_the_rest_is_closed_and_nothing_is_said_about_strangers(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books, CONCERN)
    before = await a_case(books, HIGH, chat=8, source=2)
    secret = await books.cases.close(before, Outcome.HELPED, str(staff), NOW)
    assert await books.people.forget(CHAT, NOW) == []
    assert await books.people.forget(CHAT, NOW) == []
    assert await books.people.forget(31337, NOW) == []
    assert await books.people.forget(8, NOW) == []
    case = await books.cases.get(code)
    assert case and (case.state, case.erased) == (CaseState.CLOSED, True)
    assert await books.cases.come_back(secret, 8, NOW) is None


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
async def test_the_key_of_somebody_forgotten_is_in_no_file(books: Books, tmp_path: Path) -> None:
    await Store(books.unit.engine, books.unit.vault).save(CHAT, Conversation(chosen="en"))
    await a_case(books)
    async with books.unit.engine.connect() as connection:
        key = str(await connection.scalar(text("SELECT sealed_key FROM person"))).encode()
        line = str(await connection.scalar(text("SELECT sealed FROM case_line"))).encode()

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("kawan.db*"))

    assert key in files() and line in files()  # else this test would look at the wrong place
    await books.people.forget(CHAT, NOW)
    assert key not in files()
    assert line not in files()


async def test_each_class_goes_in_its_time(books: Books) -> None:
    rules = Retention()
    (staff,) = await a_team(books, 1)
    store = Store(books.unit.engine, books.unit.vault)
    await store.record(1, CHAT, HIGH, NOW)
    await books.sent.remember(CHAT, 4, NOW, person=True, by_bot=False)
    code = await a_case(books)
    still_open = await a_case(books, chat=8, source=2)
    await books.cases.close(code, Outcome.HELPED, str(staff), NOW)
    forget = books.forgetting.enforce

    assert await forget(rules, NOW + timedelta(hours=47)) == {}
    assert await forget(rules, NOW + 2 * DAY + MINUTE) == {"message_ids": 1}
    assert await books.sent.in_chat(CHAT) == []
    assert await forget(rules, NOW + 29 * DAY) == {}
    assert (await forget(rules, NOW + 30 * DAY + MINUTE))["transcripts"] == 1
    assert await books.cases.lines(code, staff, NOW) == []
    closed = await books.cases.get(code)
    assert closed and closed.outcome is Outcome.HELPED
    assert await books.cases.chat_of(still_open) == 8  # an open case keeps its person
    counts = await forget(rules, NOW + 731 * DAY)
    assert (counts["cases"], counts["alarms"]) == (1, 1)
    assert await books.cases.get(code) is None
    assert [case.code for case in await books.cases.open_cases()] == [still_open]
    assert await books.events.verify() is None


async def test_who_does_not_come_back_is_forgotten_with_their_key(books: Books) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books)
    await books.cases.close(code, Outcome.HELPED, str(staff), NOW)
    await books.people.set_wishes(9, Wishes(True))  # seen by the real clock, later than NOW
    late = await _later(books)
    assert (await books.forgetting.enforce(Retention(), late))["people"] == 2
    assert await books.cases.codes_of_chat(CHAT) == []
    assert await books.people.wishes(9) == Wishes()
    await books.people.block(5, late + 90 * DAY)
    assert "people" not in await books.forgetting.enforce(Retention(), late + 60 * DAY)
    assert await books.people.blocked_until(5) == late + 90 * DAY


async def _later(books: Books) -> Any:
    async with books.unit.engine.connect() as connection:
        people = MetaData()
        await connection.run_sync(people.reflect)
        seen = [row.seen_at for row in await connection.execute(select(people.tables["person"]))]
    newest = max(at.replace(tzinfo=NOW.tzinfo) for at in seen)
    return max(newest, NOW) + 31 * DAY


async def test_zero_retention_keeps_what_the_present_talk_needs(books: Books) -> None:
    rules = Retention().zero()
    (staff,) = await a_team(books, 1)
    store = Store(books.unit.engine, books.unit.vault)
    code = await a_case(books)
    await store.save(CHAT, Conversation(chosen="en"))
    later = await _later(books) - 31 * DAY + 10 * MINUTE
    await books.forgetting.enforce(rules, later)
    assert (await store.load(CHAT)).chosen == "en"  # the case is open
    assert len(await books.cases.lines(code, staff, NOW)) == 1
    await books.cases.close(code, Outcome.HELPED, str(staff), later)
    counts = await books.forgetting.enforce(rules, later + MINUTE)
    assert (counts["transcripts"], counts["people"], counts["conversations"]) == (1, 1, 1)
    assert books.unit.vault.chat_hash(CHAT) not in await _everything(books)
    assert (await books.forgetting.enforce(rules, later + 2 * DAY))["cases"] == 1


PLANTED = {
    "text": "Bang Rustam ngunci aku di gudang",
    "answer": "kami di sini untukmu, Melati",
    "name": "Melati Kusumaningtyas",
    "username": "melati_kusuma_07",
    "number": "+6281298765432",
    "chat": "7123456789",
    "staff": "8987654321",
    "place": "Kampung Cibogo RT 07",
    "note": "ayahnya polisi",
    "reason": "ayah tiri di rumah",
    "safe word": "rambutan-biru",
    "recruiter": "0857-1357-2468",
    "advert": "Dibutuhkan penjaga tambak udang",
    "account": "@agen_sejahtera_jaya",
}


class _Worker:
    """Keeps what a busy evening keeps, and fails over one update."""

    def __init__(self, books: Books) -> None:
        self.books = books

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        if raw["update_id"] == 2:
            raise OSError(f"cannot read {raw['text']} of {raw['chat_id']}")  # errors are kept, too
        return {"messages": [{"text": PLANTED["answer"]}]}

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        return False

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]:
        return []

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        chat, words = raw["chat_id"], raw["text"]
        books, unit = self.books, self.books.unit
        store = Store(unit.engine, unit.vault)
        await store.save(chat, Conversation(lines=((1.0, words),)))
        await store.record(raw["update_id"], chat, HIGH, NOW)
        await books.staff.ensure_supervisors([int(PLANTED["staff"])], NOW)
        (boss,) = await books.staff.everyone()
        opened = await books.cases.open_or_raise(chat, HIGH, "id", words, 1, NOW)
        code = opened.case.code
        await books.cases.take(code, boss.number, NOW)
        await books.cases.add_line(code, "staff", PLANTED["answer"], 2, NOW, staff=boss.number)
        await books.cases.add_line(code, "note", PLANTED["note"], 3, NOW, staff=boss.number)
        await books.cases.give_detail(code, "place", PLANTED["place"], NOW)
        await books.cases.change_level(code, Level.CRITICAL, str(boss.number), PLANTED["note"], NOW)
        await books.referrals.offer(code, "sapa129", boss.number, False, PLANTED["reason"], NOW)
        await books.people.set_wishes(chat, Wishes(safe_word=PLANTED["safe word"]))
        advert = f"{PLANTED['advert']}, hub {PLANTED['recruiter']} {PLANTED['account']}"
        await books.adverts.report(advert, Verdict.WARNING, ("rush",), NOW)
        await books.sent.remember(chat, 5, NOW, person=True, by_bot=True)
        await books.sent.remember(
            int(PLANTED["staff"]), 6, NOW, person=False, by_bot=True, case=code
        )


async def test_no_identity_lies_in_any_file_or_table(
    any_database: URL, tmp_path: Path, vault: Vault
) -> None:
    """Names, numbers, ids and words are planted everywhere, and every byte is searched."""
    await asyncio.to_thread(migrate.upgrade, any_database)
    words = f"{PLANTED['text']} {PLANTED['name']} @{PLANTED['username']} {PLANTED['number']}"
    async with opened(any_database) as engine:
        books = Books(engine, vault)
        inbox = Inbox(durable_url(any_database, tmp_path), vault, _Worker(books))
        await inbox.launch()
        try:
            for number in (1, 2):
                await inbox.put(Incoming(number, int(PLANTED["chat"]), "text", 0.0, words))
            await _finished(inbox)
            (case,) = await books.cases.open_cases()
            boss = int(case.staff or 0)
            lines = await books.cases.lines(case.code, boss, NOW)
            assert lines[0].words == words
            haystacks = [await _everything(books)]
            if engine.dialect.name == "postgresql":
                haystacks.append(await _everything(books, "dbos"))
            files = [p for p in tmp_path.rglob("*") if p.is_file()]
            haystacks += [path.read_bytes().decode("latin-1") for path in files]
        finally:
            inbox.close()
    if any_database.drivername.startswith("sqlite"):
        names = {path.name for path in files}
        assert {"kawan.db", "kawan.db-wal", "work.db"} <= names
    assert len("".join(haystacks)) > 5_000
    for kind, planted in PLANTED.items():
        for form in _forms(planted):
            assert all(form not in haystack for haystack in haystacks), kind


async def _finished(inbox: Inbox) -> None:
    async with asyncio.timeout(60):
        while await inbox.waiting():
            await asyncio.sleep(0.01)


def _forms(planted: str) -> list[str]:
    """As written, each longer word of it, and as JSON or base64 would write it."""
    words = [word for word in planted.split() if len(word) > 4]
    encoded = base64.b64encode(planted.encode()).decode().rstrip("=")[:-2]
    return [planted, json.dumps(planted)[1:-1], encoded, *words]


async def test_finished_work_of_somebody_forgotten_goes_at_once(
    any_database: URL, tmp_path: Path, vault: Vault
) -> None:
    class Quick(_Worker):
        async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
            return {"messages": []}

        async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None: ...

    async with opened(any_database) as engine:
        inbox = Inbox(durable_url(any_database, tmp_path), vault, Quick(Books(engine, vault)))
        await inbox.launch()
        try:
            for number, chat in ((1, 7), (2, 8), (3, 7)):
                await inbox.put(Incoming(number, chat, "text", 0.0, "halo"))
            await _finished(inbox)
            assert await inbox.forget(7) == 2
            assert await inbox.forget(7) == 0
            assert await inbox.forget(8) == 1
        finally:
            inbox.close()
