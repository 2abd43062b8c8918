"""Numbers for organisers: weeks, never people; nothing below ten; no name, number or link."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL

from bot.adapters.database.counts import CountStore
from bot.adapters.database.engine import opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import Vault
from bot.adapters.links import deep_link, write_qr
from bot.adapters.plots import draw_numbers
from bot.domain.alike import alike, known_words
from bot.domain.numbers import Count, suppressed, week_of
from bot.domain.text import Lexicon
from bot.usecases.numbers import as_csv_rows, as_text, funnel, tables

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
VOCABULARY = frozenset("kerja kapal gaji boleh anak umur pabrik malam".split())


@pytest.fixture
async def counts(any_database: URL, vault: Vault) -> AsyncIterator[CountStore]:
    await asyncio.to_thread(upgrade, any_database)
    async with opened(any_database) as engine:
        yield CountStore(engine, vault)


async def test_an_update_counts_once(counts: CountStore) -> None:
    for update_id in (5, 5, 6):
        await counts.count(update_id, [("topic", "privacy", "id"), ("reach", "", "id")], NOW)
    found = {(c.week, c.kind, c.number) for c in await counts.counts(MONDAY)}
    assert found == {(MONDAY, "topic", 2), (MONDAY, "reach", 2)}
    await counts.forget(NOW + timedelta(days=3), NOW)
    await counts.count(5, [("reach", "", "id")], NOW)  # old updates do not come again


async def test_a_question_shows_once_three_people_asked_alike(counts: CountStore) -> None:
    words = ["anak", "kerja", "kapal", "malam"]
    asked = [(1, 7), (2, 7), (3, 7), (4, 8)]
    for update_id, person in asked:
        await counts.unanswered(update_id, person, words, "id", NOW)
    assert await counts.unanswered_since(MONDAY) == []
    await counts.unanswered(5, 9, ["anak", "kerja", "kapal"], "id", NOW)
    assert await counts.unanswered_since(MONDAY) == [(MONDAY, "id", "anak kerja kapal malam")]
    await counts.unanswered(6, 9, ["gaji", "pabrik"], "id", NOW)
    assert len(await counts.unanswered_since(MONDAY)) == 1


async def test_nothing_is_left_of_who_asked(counts: CountStore, vault: Vault) -> None:
    for person in (7, 8, 9):
        await counts.unanswered(person, person, ["kerja", "kapal"], "id", NOW)
    from sqlalchemy import text

    async with counts._turns.reading() as session:
        rows = (
            await session.execute(text("select askers, sealed_words from campaign_unanswered"))
        ).all()
    assert [row[0] for row in rows] == ["[]"]
    assert "kapal" not in rows[0][1]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nama saya Wulandari, anak saya kerja di kapal", ("anak", "kerja", "kapal")),
        ("hubungi 0812-3456-7890 atau wulan@contoh.id, @wulan kerja malam", ("kerja", "malam")),
        ("gaji di https://contoh.id/wulan?x=1 t.me/wulan pabrik", ("gaji", "pabrik")),
        ("umur 15thn boleh kerja?", ("umur", "boleh", "kerja")),
    ],
)  # fmt: skip
def test_names_numbers_and_links_are_stripped(text: str, kept: tuple[str, ...]) -> None:
    assert known_words(text, Lexicon(), VOCABULARY) == kept


@given(st.text())
def test_only_words_of_the_content_are_ever_kept(text: str) -> None:
    assert set(known_words(text, Lexicon(), VOCABULARY)) <= VOCABULARY


def test_alike_means_half_of_the_words() -> None:
    assert alike(["a", "b", "c"], ["a", "b"]) and not alike(["a", "b", "c"], ["a", "d"])
    assert not alike([], [])


def _count(number: int, kind: str = "topic", week: date = MONDAY) -> Count:
    return Count(week, kind, "sekolah_12", "id", number)


def test_less_than_ten_is_never_shown_and_never_worked_out() -> None:
    counts = [_count(9), _count(25, week=MONDAY - timedelta(weeks=1))]
    assert [c.number for c in suppressed(counts)] == [None, 25]
    text = "\n".join(as_text(table) for table in tables(counts, {}))
    assert "25" in text and "34" not in text and " 9" not in text
    assert all(row[-1] in ("number", "<10", "25") for row in as_csv_rows(counts))


def test_the_funnel() -> None:
    counts = [_count(40, "link"), _count(22, "talk"), _count(3, "help")]
    assert funnel(suppressed(counts), {"sekolah_12": "Poster"}) == [
        ("sekolah_12", "Poster", "40", "22", "<10")
    ]


def test_plots_are_pictures_with_and_without_numbers() -> None:
    for counts in ([], [_count(40, kind) for kind in ("reach", "topic", "quiz", "link", "talk")]):
        assert draw_numbers(tables(counts, {})).startswith(b"\x89PNG")


def test_weeks_begin_on_monday() -> None:
    assert week_of(NOW) == MONDAY and week_of(NOW + timedelta(days=4)) == MONDAY


def test_links_and_their_qr_codes(tmp_path: Path) -> None:
    link = deep_link("@kawan_aman_bot", "sekolah_12")
    assert link == "https://t.me/kawan_aman_bot?start=sekolah_12"
    for wrong in ("", "Ä", "a b", "x" * 33, "-a"):
        with pytest.raises(ValueError):
            deep_link("kawan_aman_bot", wrong)
    png, svg = write_qr(link, tmp_path, "sekolah_12")
    assert png.read_bytes().startswith(b"\x89PNG") and "<svg" in svg.read_text()


async def test_from_a_link_to_help(world: Any) -> None:
    """The code goes with the conversation, never with an alarm, and each step counts once."""
    await world.campaign.store.add_link("sekolah_12", "Poster")
    sari = world.telegram.user(language_code="id")
    sari.start("sekolah_12")
    await sari.replies(1)
    for words in ("halo", "apa kabar", "aku dikunci dari luar sama majikan", "tolong aku dikunci"):
        sari.say(words)
        await sari.replies(1)
    await world.answer.settled()
    found = {
        (c.kind, c.name): c.number for c in await world.campaign.counts.counts(date(2020, 1, 1))
    }
    steps = [found.get((kind, "sekolah_12")) for kind in ("link", "talk", "help")]
    assert steps == [1, 1, 1]
    assert found["reach", ""] == 1


async def test_a_code_that_nobody_made_is_a_plain_start(world: Any) -> None:
    await world.campaign.store.add_link("sekolah_12", "Poster")
    sari = world.telegram.user(language_code="id")
    for code in ("sekolah_13", "xxx", ""):
        sari.start(code)
        await sari.replies(1)
    sari.say("tolong aku dikunci dari luar sama majikan")
    await sari.replies(1)
    sari.start("SEKOLAH_12")  # a real link later on still counts
    await sari.replies(1)
    await world.answer.settled()
    found = {(c.kind, c.name) for c in await world.campaign.counts.counts(date(2020, 1, 1))}
    assert {name for kind, name in found if kind in ("link", "talk", "help")} == {"sekolah_12"}
    assert ("reach", "") in found


async def test_a_start_is_answered_though_codes_cannot_be_looked_up(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_code: str) -> bool:
        raise OSError("no database")

    monkeypatch.setattr(world.answer._links, "has_link", gone)
    sari = world.telegram.user(language_code="id")
    sari.start("sekolah_12")
    await sari.replies(1)
    await world.answer.settled()
    found = {c.kind for c in await world.campaign.counts.counts(date(2020, 1, 1))}
    assert "reach" in found and "link" not in found


async def test_an_unanswered_question_is_counted_and_a_cry_for_help_is_not(world: Any) -> None:
    words = "anak boleh kerja malam di pabrik"
    for number in range(3):
        person = world.telegram.user(language_code="id")
        person.say(f"{words} {'ya' * number}")
        await person.replies(1)
        person.say("aku dikunci majikan di pabrik, anak kerja malam")
        await person.replies(1)
    await world.answer.settled()
    ((_, language, shown),) = await world.campaign.counts.unanswered_since(date(2020, 1, 1))
    assert language == "id" and "kerja" in shown and "dikunci" not in shown
