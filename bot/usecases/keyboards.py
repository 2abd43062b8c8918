"""The buttons under each kind of answer. A help-now button is never missing."""

from collections.abc import Iterable, Sequence

from bot.domain.menu import SECTIONS, TOPIC_PARTS
from bot.domain.reply import Button

Rows = tuple[tuple[Button, ...], ...]

HELP = Button("btn_help_now", "help")
MENU = Button("btn_menu", "menu")
NOT_MEANT = Button("btn_not_meant", "notmeant")
PERSON = Button("btn_talk_person", "person")


def topic_button(topic: str) -> Button:
    return Button(f"topic/{topic}", f"t:{topic}")


def one_each(topics: Iterable[str]) -> Rows:
    return tuple((topic_button(t),) for t in topics)


def main_menu() -> Rows:
    """Sections, language and, first of all, help."""
    sections = tuple((Button(f"btn_section_{name}", f"sec:{name}"),) for name in SECTIONS)
    quiz = (Button("btn_quiz", "quizzes"),)
    return ((HELP,), *sections, quiz, (Button("btn_language", "lang"), PERSON))


def welcome(names: Sequence[str]) -> Rows:
    """The very first buttons: language and menu in one."""
    return (*languages(names)[:-1], *main_menu()[:-1])


def section_menu(section: str) -> Rows:
    return (*one_each(SECTIONS[section]), (HELP, MENU))


def languages(names: Sequence[str]) -> Rows:
    picks = tuple(Button(f"btn_lang_{name}", f"lang:{name}") for name in names)
    return (picks, (Button("btn_lang_auto", "lang:auto"),), (HELP,))


def under_topic(topic: str, related: Sequence[str], part: str) -> Rows:
    """Below a topic's answer: its other parts, its sources, neighbours, a person. Under the short
    answer only what most people want next; the rest appears with the longer one."""
    parts = ["more", "now"] if part == "" else [p for p in TOPIC_PARTS if p != part]
    buttons = [Button(f"btn_{p}", f"{TOPIC_PARTS[p]}:{topic}") for p in parts]
    if part:
        buttons.insert(0, Button("btn_back", f"t:{topic}"))
    if part != "sources":
        buttons.append(Button("btn_sources", f"s:{topic}"))
    return (
        *(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)),
        *one_each(related),
        (PERSON, NOT_MEANT),
        (HELP, MENU),
    )


def under_safety(about_other: bool, with_switch: bool) -> Rows:
    switch = "btn_about_me" if about_other else "btn_about_other"
    swap = ((Button(switch, "about:self" if about_other else "about:other"),),)
    return ((Button("btn_numbers", "help"),), *(swap if with_switch else ()), (NOT_MEANT, MENU))


def under_unsure(candidates: Sequence[str]) -> Rows:
    return (*one_each(candidates), (PERSON, MENU), (HELP,))


def under_small_talk() -> Rows:
    return ((HELP, MENU), (NOT_MEANT,))


def under_help() -> Rows:
    return ((Button("btn_call_129", "call129"),), (PERSON, MENU))


def under_call_129() -> Rows:
    return ((PERSON,), (HELP, MENU))
