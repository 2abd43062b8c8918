"""The buttons of a person whom staff may answer. None of them closes or lowers a case."""

from collections.abc import Sequence

from bot.domain.reply import Button, Reply
from bot.usecases import keyboards

Rows = keyboards.Rows
HELP, MENU, NOT_MEANT = keyboards.HELP, keyboards.MENU, keyboards.NOT_MEANT
NUMBERS = Button("btn_numbers", "help")
TALK = Button("btn_talk_now", "talk:now")
LATER = Button("btn_not_now", "talk:later")
CONTACT = Button("btn_safe_contact", "contact:ask")
DETAILS = Button("btn_give_detail", "give:menu")
OPEN = Button("btn_open", "open")
EXIT = Button("btn_quick_exit", "exit")
CANCEL = Button("btn_cancel", "cancel")

OPENINGS = 3  # harmless opening words to choose from
HOURS = ((0, 24), (6, 12), (12, 18), (18, 23))
ZONES = (("wib", 0), ("wita", 1), ("wit", 2))  # hours ahead of WIB
KINDS = ("nickname", "age_band", "place", "safe_number", "location")
AGES = ("under_10", "10_12", "13_15", "16_17", "18_up")


def page(name: str, language: str, rows: Rows | None = None, **context: str) -> Reply:
    """One page of `content/messages`; the numbers and the menu below it unless told otherwise."""
    return Reply(f"message/{name}", language, rows=rows or ((HELP, MENU),), context=context)


def under_alarm(about_other: bool) -> Rows:
    """Below the safety steps where there is staff."""
    switch = Button(
        "btn_about_me" if about_other else "btn_about_other",
        "about:self" if about_other else "about:other",
    )
    return ((NUMBERS,), (TALK, LATER), (switch,), (NOT_MEANT, MENU))


def under_concern() -> Rows:
    """An offer, not a push."""
    return ((NUMBERS,), (TALK,), (NOT_MEANT, MENU))


def under_status() -> Rows:
    return ((TALK, LATER), (NOT_MEANT, NUMBERS))


def safe_place() -> Rows:
    return (
        (Button("btn_safe_here", "place:yes"), Button("btn_not_safe_here", "place:no")),
        (NUMBERS,),
    )


def under_talk() -> Rows:
    return ((CONTACT,), (DETAILS,), (EXIT, NUMBERS))


def under_unsafe() -> Rows:
    return ((EXIT,), (CONTACT,), (NUMBERS,))


def under_later() -> Rows:
    return ((CONTACT,), (TALK, NUMBERS))


def contact_ask() -> Rows:
    return (
        (Button("btn_contact_yes", "contact:yes"), Button("btn_contact_no", "contact:no")),
        (HELP,),
    )


def contact_zone() -> Rows:
    return (
        tuple(Button(f"btn_zone_{name}", f"contact:z:{shift}") for name, shift in ZONES),
        (HELP,),
    )


def contact_hours(shift: int) -> Rows:
    """Hours of the person's own clock; the data holds them in WIB."""
    rows = []
    for begin, end in HOURS:
        data = f"contact:h:{(begin - shift) % 24}-{(end - shift) % 24}"
        rows.append((Button(f"btn_hours_{begin}_{end}", data),))
    return (*rows, (HELP,))


def contact_words() -> Rows:
    picks = tuple(
        (Button(f"btn_opening_{number}", f"contact:w:{number}"),) for number in range(OPENINGS)
    )
    return (*picks, (HELP,))


def under_contact() -> Rows:
    return (
        (Button("btn_safe_word", "contact:word"), Button("btn_contact_off", "contact:no")),
        (HELP, MENU),
    )


def details() -> Rows:
    picks = tuple((Button(f"btn_give_{kind}", f"give:{kind}"),) for kind in KINDS)
    return (*picks, (CANCEL, NUMBERS))


def agree_detail(kind: str) -> Rows:
    """The tap is the consent."""
    if kind == "age_band":
        ages = tuple((Button(f"btn_age_{age}", f"give:age:{age}"),) for age in AGES)
        return (*ages, (CANCEL, NUMBERS))
    return ((Button("btn_agree", f"give:ok:{kind}"),), (CANCEL, NUMBERS))


def forget() -> Rows:
    return ((Button("btn_forget_yes", "forget:yes"), CANCEL), (HELP,))


def referral(number: int) -> Rows:
    return (
        (Button("btn_agree", f"ref:yes:{number}"), Button("btn_no_thanks", f"ref:no:{number}")),
        (NUMBERS,),
    )


def share(number: int, kinds: Sequence[str]) -> Rows:
    """Item by item, each with a tap of its own."""
    picks = tuple((Button(f"btn_share_{kind}", f"ref:{kind}:{number}"),) for kind in kinds)
    return (*picks, (HELP,))


def opening() -> Rows:
    """Below harmless opening words; says nothing of what it opens."""
    return ((OPEN,),)
