"""An alarm inside a job offer: somebody's advert is checked and nobody is paged; a story in own words
is danger, whatever it is read as; so is everything critical, and every other kind of danger."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.content.library import Library
from bot.adapters.language import Guesser
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.domain.message import Incoming
from bot.domain.understanding import Decision
from bot.usecases.answer import Answer, Turn
from bot.usecases.check_offer import CheckOffer
from bot.usecases.keyboards import PERSON
from bot.usecases.read import Reading

RISKY = Category.RISKY_RECRUITMENT
ADVERTS = {
    "id": "LOKER Sabah! Gaji 15jt tanpa pengalaman, umur 15-25, ijazah ditahan, hub saya 0812-3456-7890",
    "en": "HIRING in Poipet! Salary 3000 USD, no experience, girls 16-22, boss keeps papers, contact me",
}
STORIES = {
    "id": "Anakku 15 tahun ditawari kerja di Sabah gaji 15jt tanpa pengalaman, ijazahnya mau ditahan",
    "en": "My sister is 16, she was offered a job in Poipet, salary 3000 USD, no experience, they keep her papers",
}


class Fixed:
    """A reader that sees the alarm it was told to see."""

    def __init__(self, alarm: Alarm | None) -> None:
        self._alarm = alarm

    async def read(self, text: str, earlier: Sequence[str] = (), **_: Any) -> Reading:
        kind = "disclosure" if self._alarm else "chitchat"
        return Reading(Decision(kind, "message/menu", alarm=self._alarm), self._alarm, None)


async def said(
    words: str, alarm: Alarm | None, parts: tuple[Any, ...], language: str,
    before: Conversation | None = None, forwarded: bool = False,
) -> Turn:  # fmt: skip
    library, guesser, offers = parts
    answer = Answer(Fixed(alarm), guesser, library, offers)  # type: ignore[arg-type]
    own = {"quoted": words} if forwarded else {"text": words}
    incoming = Incoming(9, 1, "text", 5000.0, forwarded=forwarded, **own)  # type: ignore[arg-type]
    return await answer(incoming, before or Conversation(chosen=language))


@pytest.fixture
def parts(library: Library, guesser: Guesser, offer_reader: SpacyOfferReader) -> tuple[Any, ...]:
    return library, guesser, CheckOffer(offer_reader, library.weights)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("level", [Level.CONCERN, Level.HIGH])
@pytest.mark.parametrize("forwarded", [False, True])
async def test_an_advert_is_checked_and_is_no_alarm(
    language: str, level: Level, forwarded: bool, parts: tuple[Any, ...]
) -> None:
    alarm = Alarm(level, RISKY, ("model",))
    turn = await said(ADVERTS[language], alarm, parts, language, forwarded=forwarded)
    assert turn.alarm is None and turn.conversation.alarm_level == 0
    assert turn.replies[0].key == "message/offer_found"
    first = [button for row in turn.replies[0].rows for button in row]
    assert PERSON in first and "help" in [button.data for button in first]
    assert turn.conversation.offer and not turn.conversation.offer.paused
    assert turn.conversation.lines == ()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("forwarded", [False, True])
async def test_a_story_is_danger_and_the_check_waits(
    language: str, forwarded: bool, parts: tuple[Any, ...]
) -> None:
    alarm = Alarm(Level.HIGH, RISKY, ("model",))
    turn = await said(STORIES[language], alarm, parts, language, forwarded=forwarded)
    assert turn.alarm and turn.alarm.level is Level.HIGH
    assert [reply.key for reply in turn.replies] == ["safety/risky_recruitment"]
    assert "offer:resume" in [b.data for row in turn.replies[0].rows for b in row]
    assert turn.conversation.offer and turn.conversation.offer.paused
    assert {sign.id for sign in turn.conversation.offer.signs} >= {"unrealistic_pay"}
    assert STORIES[language] in turn.worried


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "alarm",
    [Alarm(Level.CRITICAL, RISKY, ("rules",))]
    + [Alarm(level, kind, ("rules",)) for kind in Category if kind is not RISKY for level in Level],
    ids=lambda a: f"{a.level.label}-{a.category}",
)
async def test_what_is_critical_or_of_another_kind_is_danger_in_an_advert_too(
    language: str, alarm: Alarm, parts: tuple[Any, ...]
) -> None:
    turn = await said(ADVERTS[language], alarm, parts, language, forwarded=True)
    assert turn.alarm and (turn.alarm.level, turn.alarm.category) == (alarm.level, alarm.category)
    assert turn.replies[0].key == f"safety/{alarm.category}"


async def test_an_own_comment_on_a_forwarded_advert_makes_it_a_story(
    parts: tuple[Any, ...],
) -> None:
    alarm = Alarm(Level.HIGH, RISKY, ("model",))
    words = ADVERTS["id"] + "\nadikku mau berangkat ke sini, katanya aman"
    turn = await said(words, alarm, parts, "id", forwarded=True)
    assert turn.alarm


@pytest.mark.parametrize(("level", "alarmed"), [(Level.CONCERN, False), (Level.HIGH, True)])
async def test_an_answer_within_a_check(
    level: Level, alarmed: bool, parts: tuple[Any, ...]
) -> None:
    turn = await said(ADVERTS["id"], None, parts, "id")
    before = replace(turn.conversation, lines=())
    answer = "ijazahnya ditahan dulu katanya, potong gaji"
    turn = await said(answer, Alarm(level, RISKY, ("model",)), parts, "id", before)
    assert bool(turn.alarm) is alarmed
    assert turn.conversation.offer and turn.conversation.offer.paused is alarmed


async def test_a_story_told_to_a_check_that_waits_for_it_is_kept(parts: tuple[Any, ...]) -> None:
    offers = parts[2]
    before, _ = offers.start(Conversation(chosen="id"), "id", 4000.0)
    words = "umur adikku mau dituakan di KTP sama agennya"
    turn = await said(words, Alarm(Level.HIGH, RISKY, ("rules",)), parts, "id", before)
    assert turn.alarm
    assert turn.conversation.offer and turn.conversation.offer.paused
    assert turn.conversation.offer.signs


async def test_an_advert_beyond_the_hourly_limit_pages_nobody_either(
    parts: tuple[Any, ...],
) -> None:
    before = Conversation(chosen="id", offer_times=tuple(4990.0 + n for n in range(6)))
    turn = await said(ADVERTS["id"], Alarm(Level.HIGH, RISKY, ("model",)), parts, "id", before)
    assert turn.alarm is None
    assert turn.replies[0].key == "message/offer_limit"
    assert PERSON in [button for row in turn.replies[0].rows for button in row]
