"""Buttons about talking with a person: now, not now, not what I meant, safe place, consent."""

from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.danger import Level
from bot.domain.deed import Act, Deed
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.give_details import press_detail
from bot.usecases.hotline import Situation
from bot.usecases.safe_contact import press_contact

Done = tuple[Conversation, tuple[Reply, ...], tuple[Deed, ...]]


def press_person(
    data: str, state: Conversation, language: str, situation: Situation
) -> Done | None:
    """What a button of the person's side does; None for every other button."""
    name, _, value = data.partition(":")
    if name in ("talk", "person") and situation.connected:
        return _talk(value or "now", state, language)
    if name == "notmeant" and _serious(situation):
        return _not_meant(state, language)
    if name == "place":
        return _place(value, state, language)
    if name == "contact":
        return press_contact(value, state, language, situation.wishes)
    if name == "give":
        return press_detail(value, state, language, situation)
    if name == "ref":
        return _referral(value, state, language)
    if name == "open":
        return state, (), (Deed(Act.FLUSH, "open"),)
    if name == "exit":
        return state, (), (Deed(Act.LEAVE),)
    if name == "forget":
        return _forget(value, state, language)
    if name == "cancel":
        return replace(state, asking=""), (buttons.page("cancelled", language),), ()
    return None


def _serious(situation: Situation) -> bool:
    return situation.case is not None and situation.case.level >= Level.HIGH


def _talk(value: str, state: Conversation, language: str) -> Done:
    """ "Not now" is heard and shown to staff. It closes nothing."""
    if value == "later":
        reply = buttons.page("talk_later", language, buttons.under_later())
        return state, (reply,), (Deed(Act.TALK, "not_now"),)
    reply = buttons.page("talk_safe_place", language, buttons.safe_place())
    return state, (reply,), (Deed(Act.OPEN), Deed(Act.TALK, "wanted"))


def _not_meant(state: Conversation, language: str) -> Done:
    reply = buttons.page("talk_not_meant", language, buttons.under_later())
    return state, (reply,), (Deed(Act.TALK, "not_meant"),)


def _place(value: str, state: Conversation, language: str) -> Done:
    safe = value == "yes"
    name, rows = (
        ("talk_ready", buttons.under_talk()) if safe else ("talk_unsafe", buttons.under_unsafe())
    )
    deed = Deed(Act.FLUSH) if safe else Deed(Act.SEEN)
    return state, (buttons.page(name, language, rows),), (deed,)


def _referral(value: str, state: Conversation, language: str) -> Done | None:
    what, _, number = value.partition(":")
    if not number.isdigit():
        return None
    if what in buttons.KINDS:
        return state, (buttons.page("referral_shared", language),), (Deed(Act.SHARE, number, what),)
    return state, (), (Deed(Act.REFERRAL, f"{what}:{number}"),)


def _forget(value: str, state: Conversation, language: str) -> Done:
    if value == "yes":
        return state, (), (Deed(Act.FORGET),)
    return state, (buttons.page("forget_ask", language, buttons.forget()),), ()
