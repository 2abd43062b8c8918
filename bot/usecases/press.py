"""What a pressed button does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.danger import Category
from bot.domain.menu import SECTIONS, TOPIC_PARTS
from bot.domain.reply import Reply
from bot.usecases import keyboards


class Catalogue(Protocol):
    """What there is to serve."""

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def order(self) -> Sequence[str]:
        """Language codes in the order they are offered."""
        ...

    def related(self, topic: str) -> tuple[str, ...]: ...


Step = tuple[Conversation, tuple[Reply, ...]]
_PARTS = {"t": "", "s": "sources", **{letter: part for part, letter in TOPIC_PARTS.items()}}
_NEEDS_NUMBERS = frozenset({"help_hotlines", "talk_to_counsellor"})


def show_help(language: str) -> Reply:
    """The numbers, at once."""
    return Reply("message/emergency", language, rows=keyboards.under_help(), urgent=True)


def serve_topic(
    topic: str, state: Conversation, language: str, catalogue: Catalogue, part: str = ""
) -> Step:
    """A topic's answer; where it is about reaching people, the numbers follow."""
    rows = keyboards.under_topic(topic, catalogue.related(topic), part)
    replies = [Reply(f"topic/{topic}", language, part, rows)]
    if topic in _NEEDS_NUMBERS and part == "":
        replies.append(show_help(language))
    return replace(state, misses=0, served=topic), tuple(replies)


def press(data: str, state: Conversation, language: str, catalogue: Catalogue) -> Step:
    """The answer to button `data`; data of an older version leads to the menu."""
    name, _, value = data.partition(":")
    known_topic = any(value in topics for topics in SECTIONS.values())
    if name in _PARTS and known_topic:
        return serve_topic(value, state, language, catalogue, _PARTS[name])
    if name == "sec" and value in SECTIONS:
        return state, (Reply("message/menu", language, rows=keyboards.section_menu(value)),)
    if name == "help":
        return state, (show_help(language),)
    if name == "call129":
        return state, (Reply("message/call_129", language, rows=keyboards.under_call_129()),)
    if name == "person":
        return serve_topic("talk_to_counsellor", state, language, catalogue)
    if name == "lang":
        return _language(value, state, language, catalogue)
    if name == "notmeant":
        return _not_meant(state, language)
    if name == "about":
        return _about(value, state, language)
    return state, (Reply("message/menu", language, rows=keyboards.main_menu()),)


def _language(value: str, state: Conversation, language: str, catalogue: Catalogue) -> Step:
    if value in catalogue.languages:
        state = replace(state, chosen=value, language=value)
    elif value == "auto":
        state = replace(state, chosen=None)
    else:
        rows = keyboards.languages(catalogue.order)
        return state, (Reply("message/language_choice", language, rows=rows),)
    spoken = state.language or language
    return state, (Reply("message/language_set", spoken, rows=keyboards.main_menu()),)


def _not_meant(state: Conversation, language: str) -> Step:
    """Offers the next best topics. An alarm stays as it is: only words and buttons change."""
    others = tuple(t for t in state.candidates if t != state.served)
    rows = keyboards.under_unsure(others) if others else keyboards.main_menu()
    state = replace(state, misses=state.misses + 1, served="")
    return state, (Reply("message/not_what_i_meant", language, rows=rows),)


def _about(value: str, state: Conversation, language: str) -> Step:
    """The safety steps again, for oneself or for somebody else."""
    if state.alarm_category not in set(Category):
        return state, (show_help(language),)
    other = value == "other"
    rows = keyboards.under_safety(other, with_switch=True)
    key = f"safety/{state.alarm_category}"
    return state, (Reply(key, language, "other" if other else "", rows, urgent=True),)
