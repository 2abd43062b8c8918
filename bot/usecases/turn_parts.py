"""Small parts that turns beside a case are made of."""

from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.answer import Turn
from bot.usecases.hotline import Situation


def page_of(turn: Turn, name: str, rows: buttons.Rows | None = None) -> Reply:
    """A page in the language of the turn."""
    return buttons.page(name, turn.conversation.language or "id", rows)


def line_deed(incoming: Incoming) -> Deed:
    """The words of a message, to be kept beside the case."""
    return Deed(Act.LINE, "edit" if incoming.kind == "edit" else "", incoming.words)


def flush_deed(situation: Situation) -> tuple[Deed, ...]:
    """What waits is shown to whoever writes, except after a quick exit."""
    return (Deed(Act.FLUSH),) if situation.waits and not situation.quiet else ()
