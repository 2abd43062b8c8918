"""Something the person chooses to give, each with its own consent. Only the counsellor who took
the case sees it; an agency gets it only after one more tap for that item."""

from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.hotline import Situation

Done = tuple[Conversation, tuple[Reply, ...], tuple[Deed, ...]]
LONGEST = 200
ASKING_PLACE = "detail:location"


def press_detail(value: str, state: Conversation, language: str, situation: Situation) -> Done:
    """The menu, what happens with an item, and the tap that agrees to it."""
    if situation.case is None:
        return replace(state, asking=""), (buttons.page("detail_no_case", language),), ()
    step, _, pick = value.partition(":")
    if step == "age" and pick in buttons.AGES:
        deed = Deed(Act.DETAIL, "age_band", pick)
        return replace(state, asking=""), (buttons.page("detail_kept", language, _more()),), (deed,)
    if step == "ok" and pick in buttons.KINDS:
        name = "detail_location" if pick == "location" else "detail_write"
        reply = buttons.page(name, language, ((buttons.CANCEL, buttons.NUMBERS),))
        return replace(state, asking=f"detail:{pick}"), (reply,), (Deed(Act.SEEN),)
    if step in buttons.KINDS:
        reply = buttons.page("detail_agree", language, buttons.agree_detail(step))
        return replace(state, asking=""), (_of(reply, step),), ()
    return (
        replace(state, asking=""),
        (buttons.page("detail_menu", language, buttons.details()),),
        (),
    )


def take_detail(incoming: Incoming, state: Conversation, language: str) -> Done | None:
    """The awaited words or place; None when something else came."""
    kind = state.asking.partition(":")[2]
    if kind == "location":
        if incoming.kind != "location":
            return None
        if not incoming.place:  # consent was given to a process that is gone: ask again
            reply = buttons.page("detail_agree", language, buttons.agree_detail(kind))
            return replace(state, asking=""), (_of(reply, kind),), ()
        value = incoming.place
    elif incoming.kind == "text" and incoming.text.strip() and not incoming.forwarded:
        value = incoming.text.strip()[:LONGEST]
    else:
        return None
    reply = buttons.page("detail_kept", language, _more())
    return replace(state, asking=""), (reply,), (Deed(Act.DETAIL, kind, value),)


def _more() -> buttons.Rows:
    return ((buttons.DETAILS,), (buttons.NUMBERS,))


def _of(reply: Reply, kind: str) -> Reply:
    return replace(reply, context={**reply.context, "detail": f"btn_give_{kind}"})
