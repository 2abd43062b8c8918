"""Safe contact: may we write first, when, and with which harmless opening words."""

import re
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.deed import Act, Deed
from bot.domain.reply import Reply
from bot.domain.text import fold
from bot.people_ports import Wishes
from bot.usecases import person_buttons as buttons

Done = tuple[Conversation, tuple[Reply, ...], tuple[Deed, ...]]
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")
SHORTEST_WORD, LONGEST_WORD = 4, 40


def start_contact(state: Conversation, language: str) -> Done:
    """The first question, and what is promised either way."""
    return state, (buttons.page("contact_ask", language, buttons.contact_ask()),), ()


def press_contact(value: str, state: Conversation, language: str, wishes: Wishes) -> Done:
    """Each answer is kept at once; nothing is agreed before the opening words are chosen."""
    step, _, pick = value.partition(":")
    if step == "yes":
        return state, (buttons.page("contact_zone", language, buttons.contact_zone()),), ()
    if step == "no":
        kept = replace(wishes, may_write_first=False)
        return state, (buttons.page("contact_off", language),), (_wish(kept),)
    if step == "z" and pick in ("0", "1", "2"):
        rows = buttons.contact_hours(int(pick))
        return state, (buttons.page("contact_hours", language, rows),), ()
    if step == "h" and (hours := _HOURS.fullmatch(pick)):
        kept = replace(wishes, hours=(int(hours[1]) % 24, int(hours[2]) % 24))
        rows = buttons.contact_words()
        return state, (buttons.page("contact_words", language, rows),), (_wish(kept),)
    if step == "w" and pick.isdigit() and int(pick) < buttons.OPENINGS:
        kept = replace(wishes, may_write_first=True, opening=int(pick))
        reply = buttons.page("contact_on", language, buttons.under_contact())
        return state, (reply,), (_wish(kept),)
    if step == "word":
        return replace(state, asking="safe_word"), (buttons.page("safe_word_ask", language),), ()
    return start_contact(state, language)


def take_safe_word(words: str, state: Conversation, language: str, wishes: Wishes) -> Done:
    """A word or two of their own; too short ones would be met by chance."""
    word = plain(words)
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
        return state, (buttons.page("safe_word_again", language),), ()
    kept = replace(wishes, safe_word=word)
    return replace(state, asking=""), (buttons.page("safe_word_kept", language),), (_wish(kept),)


def plain(words: str) -> str:
    """Letters and digits in one spelling, so that a safe word is met however it is typed."""
    return " ".join(re.findall(r"[^\W_]+", fold(words)))


def has_safe_word(words: str, known: tuple[str, ...]) -> bool:
    """Whether one of the `known` safe words stands in `words` as whole words."""
    text = f" {plain(words)} "
    return any(f" {plain(word)} " in text for word in known if plain(word))


def _wish(wishes: Wishes) -> Deed:
    hours = f"{wishes.hours[0]}-{wishes.hours[1]}"
    first = "1" if wishes.may_write_first else "0"
    return Deed(Act.WISHES, f"{first}|{hours}|{wishes.opening}", wishes.safe_word)


def wishes_of(deed: Deed) -> Wishes:
    """The wishes that a deed holds."""
    first, hours, opening = deed.value.split("|")
    begin, end = hours.split("-")
    return Wishes(first == "1", (int(begin), int(end)), int(opening), deed.words)
