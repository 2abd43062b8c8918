"""Raising and lowering a case, with a reason; a temporary block."""

from datetime import timedelta

from bot.domain.case import Case, CaseState
from bot.domain.danger import Level
from bot.domain.staff import Staff
from bot.usecases.staff_desk import Desk, Refusal, find, held, lead, level_in, number_in
from bot.usecases.staff_effects import DIGEST, Effect, in_rows, tell

RAISE_REASONS = ("new_facts", "in_danger_now", "child", "other")
LOWER_REASONS = ("safe_now", "misread", "no_danger", "other")
BLOCK_REASONS = ("abuse", "spam", "threats")
BLOCK_HOURS = (1, 24, 168)


async def choose_level(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """Which level, then why."""
    case = await changeable(desk, me, code)
    buttons = [
        (f"staff_level_{int(level)}", f"d:lvl:{case.code}:{int(level)}")
        for level in sorted(Level, reverse=True)
        if level is not case.level
    ]
    return [tell(me.number, "staff_level_which", case.code, in_rows(buttons), level=case.level)]


async def choose_reason(desk: Desk, me: Staff, code: str, level: str) -> list[Effect]:
    case = await changeable(desk, me, code)
    wanted = level_in(level)
    reasons = RAISE_REASONS if wanted > case.level else LOWER_REASONS
    buttons = [(f"staff_reason_{r}", f"d:lvl:{case.code}:{int(wanted)}:{r}") for r in reasons]
    return [tell(me.number, "staff_level_why", case.code, in_rows(buttons), level=wanted)]


async def change_level(
    desk: Desk, me: Staff, code: str, level: str, reason: str, mark: int
) -> list[Effect]:
    """A raised case that waits climbs its new ladder from the beginning."""
    case = await changeable(desk, me, code)
    wanted = level_in(level)
    if reason not in (*RAISE_REASONS, *LOWER_REASONS):
        raise Refusal("staff_not_understood")
    await desk.cases.change_level(case.code, wanted, str(me.number), reason, desk.now())
    effects = [
        tell(me.number, "staff_level_changed", case.code, level=wanted, reason=reason),
        DIGEST,
    ]
    if case.state is CaseState.WAITING:
        effects.append(Effect("restart", case=case.code, number=int(wanted), key=str(mark)))
    return effects


async def changeable(desk: Desk, me: Staff, code: str) -> Case:
    """One's own case; for supervisors a waiting one as well."""
    case = await find(desk, code)
    if case.state is CaseState.WAITING and me.leads:
        return case
    return await held(desk, me, code)


async def choose_block(desk: Desk, me: Staff, code: str) -> list[Effect]:
    lead(me)
    case = await find(desk, code)
    buttons = [
        (f"staff_reason_{reason}", f"d:block:{case.code}:{hours}:{reason}")
        for hours in BLOCK_HOURS
        for reason in BLOCK_REASONS
    ]
    labelled = tuple(
        tuple((f"{label}|{data.split(':')[3]}", data) for label, data in row)
        for row in in_rows(buttons, len(BLOCK_REASONS))
    )
    return [tell(me.number, "staff_block_how", case.code, labelled)]


async def block(desk: Desk, me: Staff, code: str, hours: str, reason: str) -> list[Effect]:
    """The person still gets danger checks and numbers; what they write is not relayed."""
    lead(me)
    length = number_in(hours)
    if length not in BLOCK_HOURS or reason not in BLOCK_REASONS:
        raise Refusal("staff_not_understood")
    case = await find(desk, code)
    chat = await desk.cases.chat_of(case.code)
    if chat is None:
        raise Refusal("staff_nobody_there", code=case.code)
    now = desk.now()
    await desk.people.block(chat, now + timedelta(hours=length))
    detail: dict[str, str | int | bool] = {"hours": length, "reason": reason}
    await desk.events.record("person_blocked", str(me.number), now, case.code, detail)
    buttons = ((("staff_btn_unblock", f"d:unblock:{case.code}"),),)
    return [tell(me.number, "staff_blocked", case.code, buttons, hours=length, reason=reason)]


async def unblock(desk: Desk, me: Staff, code: str) -> list[Effect]:
    lead(me)
    case = await find(desk, code)
    chat = await desk.cases.chat_of(case.code)
    if chat is not None:
        await desk.people.block(chat, None)
        await desk.events.record("person_unblocked", str(me.number), desk.now(), case.code)
    return [tell(me.number, "staff_unblocked", case.code)]
