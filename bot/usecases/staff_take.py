"""Taking a case, looking at it, giving it to somebody else, closing it."""

from bot.domain.case import Case, CaseState, Outcome, in_queue_order
from bot.domain.staff import Staff
from bot.usecases.staff_desk import (
    Desk,
    Refusal,
    case_buttons,
    described,
    find,
    held,
    number_in,
    readable,
)
from bot.usecases.staff_effects import DIGEST, Effect, in_rows, notice, tell


async def take(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """One winner; everybody else is told who it was. Repeating it changes nothing."""
    case = await find(desk, code)
    won = await desk.cases.take(case.code, me.number, desk.now())
    case = await find(desk, code)
    if not won and case.staff != me.number:
        key = "staff_is_closed" if case.state is CaseState.CLOSED else "staff_take_lost"
        raise Refusal(key, code=case.code, holder=case.staff or 0)
    return [
        notice("staff_taken", code=case.code),
        Effect("settle", staff=me.number, case=case.code),
        Effect("person", case=case.code, key="reading"),
        tell(
            me.number, "staff_card_taken", case.code, case_buttons(case, me),
            **_shown(desk, case),
        ),
        DIGEST,
    ]  # fmt: skip


def _shown(desk: Desk, case: Case) -> dict[str, str | int]:
    return {k: v for k, v in described(case, desk.now()).items() if k != "code"}


async def next_case(desk: Desk, me: Staff) -> list[Effect]:
    """The most severe, longest waiting case is taken; somebody else may be quicker, then the one
    after it."""
    for case in in_queue_order(await desk.cases.waiting()):
        try:
            return await take(desk, me, case.code)
        except Refusal:
            continue
    raise Refusal("staff_queue_empty")


async def show(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """The words of a case, on a recorded press."""
    case = await readable(desk, me, code)
    return [Effect("lines", staff=me.number, case=case.code)]


async def details(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """What the person chose to give: for the counsellor who holds the case and nobody else."""
    case = await find(desk, code)
    if case.staff != me.number or case.state is not CaseState.TAKEN:
        raise Refusal("staff_not_yours", code=case.code)
    return [Effect("details", staff=me.number, case=case.code)]


async def card(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """Where a case stands, and the reasons given for what was done with it."""
    case = await readable(desk, me, code)
    shown = {"code": case.code, **_shown(desk, case)}
    buttons = case_buttons(case, me)
    return [Effect("card", me.number, case.code, "staff_card", values=shown, buttons=buttons)]


async def choose_colleague(desk: Desk, me: Staff, code: str) -> list[Effect]:
    case = await held(desk, me, code)
    others = [s for s in await desk.staff.everyone() if s.may_work and s.number != case.staff]
    if not others:
        raise Refusal("staff_no_colleague")
    others.sort(key=lambda s: (not s.on_duty, s.number))
    buttons = [
        (f"={s.number}{' ●' if s.on_duty else ''}", f"d:over:{case.code}:{s.number}")
        for s in others[:30]
    ]
    return [tell(me.number, "staff_over_whom", case.code, in_rows(buttons, 4))]


async def hand_over(desk: Desk, me: Staff, code: str, to: str) -> list[Effect]:
    """The former holder's copies are taken back; the new one gets the card."""
    number = number_in(to)
    case = await find(desk, code)
    colleague = await desk.staff.get(number)
    if colleague is None or not colleague.may_work:
        raise Refusal("staff_no_colleague")
    before = case.staff
    if before != number:
        case = await held(desk, me, code)
        if not await desk.cases.hand_over(case.code, case.staff or 0, number, desk.now()):
            raise Refusal("staff_not_yours", code=case.code)
        case = await find(desk, code)
    buttons = case_buttons(case, colleague)
    former = before if before and before != number else me.number
    return [
        Effect("take_back", staff=former, case=case.code),
        tell(number, "staff_card_handed", case.code, buttons, by=me.number, **_shown(desk, case)),
        tell(me.number, "staff_handed_over", case.code, to=number),
        Effect("person", case=case.code, key="given_back"),
        DIGEST,
    ]


async def give_back(desk: Desk, me: Staff, code: str, mark: int) -> list[Effect]:
    """Into the queue again, with a new ladder. `mark`: number of this update."""
    case = await find(desk, code)
    former = case.staff or me.number
    if case.state is not CaseState.WAITING:
        case = await held(desk, me, code)
        await desk.cases.give_back(case.code, str(me.number), "gave_back", desk.now())
    return [
        Effect("take_back", staff=former, case=case.code),
        Effect("restart", case=case.code, number=int(case.level), key=str(mark)),
        tell(me.number, "staff_given_back", case.code),
        Effect("person", case=case.code, key="given_back"),
        DIGEST,
    ]


async def choose_outcome(desk: Desk, me: Staff, code: str) -> list[Effect]:
    case = await held(desk, me, code)
    if any(r.open for r in await desk.referrals.of_case(case.code)):
        key = "staff_close_open_referral"
    else:
        key = "staff_close_how"
    buttons = [(f"staff_outcome_{o}", f"d:close:{case.code}:{o}") for o in Outcome]
    return [tell(me.number, key, case.code, in_rows(buttons))]


async def close(desk: Desk, me: Staff, code: str, outcome: str) -> list[Effect]:
    """Ends the case; the person hears it once, with a return code."""
    if outcome not in set(Outcome):
        raise Refusal("staff_not_understood")
    case = await held(desk, me, code)
    return [
        Effect("close", staff=me.number, case=case.code, key=outcome),
        Effect("take_back", case=case.code),
        tell(me.number, "staff_closed", case.code, outcome=outcome),
        DIGEST,
    ]
