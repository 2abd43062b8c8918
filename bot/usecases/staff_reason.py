"""Reasons in staff's own words. "Another reason" asks for one, the next bare text is it. It is kept
as a line of the case or with its referral, sealed like everything written there, and stands in no
event, effect or digest."""

import json
from dataclasses import astuple, dataclass
from datetime import datetime

from bot.domain.masking import mask
from bot.domain.referral import ReferralState
from bot.domain.staff import Staff
from bot.usecases import staff_level as level
from bot.usecases import staff_refer as refer
from bot.usecases import staff_take as take
from bot.usecases.staff_desk import Desk, Refusal, held, level_in
from bot.usecases.staff_effects import Effect, notice, tell

LONGEST = 200  # characters
PATIENCE = 900  # seconds after which a bare text is a note again
OTHER = "other"
_SIDES = ("level", "closing")  # lines of a case that are reasons


@dataclass(frozen=True)
class Question:
    """`about`: level, referral or closing, of case `code`; `value`: the level wanted or the
    referral's number; `until`: Unix seconds."""

    about: str
    code: str
    value: str
    until: int

    def __str__(self) -> str:
        return ":".join(("why", *(str(part) for part in astuple(self))))


def asked(verb: str, rest: list[str], now: datetime) -> Question | None:
    """What a pressed button asks for; None for every other button."""
    until = int(now.timestamp()) + PATIENCE
    match verb, rest:
        case "lvl", [code, wanted, "other"]:
            return Question("level", code, wanted, until)
        case "rst", [code, number, "refused", "other"]:
            return Question("referral", code, number, until)
        case "close", [code, "other"]:
            return Question("closing", code, "", until)
    return None


def still_asked(asking: str, now: datetime) -> Question | None:
    """The question `str()` was made of, while it is fresh; None for anything else."""
    parts = asking.split(":")
    if len(parts) != 5 or parts[0] != "why" or int(parts[4]) < now.timestamp():
        return None
    return Question(parts[1], parts[2], parts[3], int(parts[4]))


async def ask(desk: Desk, me: Staff, question: Question) -> list[Effect]:
    if question.about == "level":
        level_in(question.value)
        case = await level.changeable(desk, me, question.code)
    elif question.about == "referral":
        case = await refer.refusable(desk, me, question.code, question.value)
    else:
        case = await held(desk, me, question.code)
    buttons = ((("staff_btn_cancel", "d:why:no"),),)
    return [tell(me.number, "staff_reason_write", case.code, buttons, limit=LONGEST)]


async def answer(
    desk: Desk, me: Staff, question: Question, words: str, source: int
) -> list[Effect]:
    """Do what waited for its reason. `source`: number of this update."""
    words, code = words.strip(), question.code
    if len(words) > LONGEST:
        raise Refusal("staff_too_long", limit=LONGEST)
    if question.about == "referral":
        return await refer.change(
            desk, me, code, question.value, ReferralState.REFUSED, words=words
        )
    if question.about == "level":
        effects = await level.change_level(desk, me, code, question.value, OTHER, source)
    else:
        effects = await take.close(desk, me, code, OTHER)
    code = effects[0].case
    await desk.cases.add_line(code, question.about, words, source, desk.now(), staff=me.number)
    return effects


def cancel() -> list[Effect]:
    return [notice("staff_reason_cancelled")]


async def packed(desk: Desk, code: str, reader: int) -> str:
    """Why a case was raised, lowered or closed and why its referrals were refused, oldest first:
    JSON rows of (about, service, known reason, own words), empty where there is none. Only the
    holder sees numbers and names in own words; reading them is on record."""
    case = await desk.cases.get(code)
    if case is None:
        return ""
    rows = [(line.side, "", "", line.words) for line in await desk.cases.of_sides(code, _SIDES)]
    for referral in await desk.referrals.of_case(code):
        if referral.state is ReferralState.REFUSED and referral.reason:
            known = referral.reason if referral.reason in refer.REFUSED_REASONS else ""
            words = "" if known else referral.reason
            rows.append(("referral", referral.service, known, words))
    if any(words for *_, words in rows):
        await desk.events.record("read_reasons", str(reader), desk.now(), code)
    shown = str if case.staff == reader else mask
    return json.dumps([(*row, shown(words)) for *row, words in rows]) if rows else ""
