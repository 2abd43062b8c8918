"""Lists for staff: the queue, one's own cases, numbers of the last week. Codes only."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from statistics import median

from bot.domain.case import Case, CaseState, in_queue_order
from bot.domain.staff import Staff
from bot.usecases.staff_desk import Desk, lead
from bot.usecases.staff_effects import Effect, Rows, in_rows, tell

SHOWN = 20


def packed(cases: list[Case], desk: Desk) -> str:
    """One case a line ("CODE:level:state:category:seconds:holder:flags"), put into words where it
    is shown."""
    now = desk.now()
    return "\n".join(
        packed_row(case, int((now - case.opened_at).total_seconds())) for case in cases[:SHOWN]
    )


def packed_row(case: Case, seconds: int) -> str:
    """`case` as a line of `packed`; `seconds` it is old, a clock set back makes none of them."""
    flags = "+".join(n for n in ("left_quickly", "erased", "mock") if getattr(case, n))
    return (
        f"{case.code}:{int(case.level)}:{case.state}:{case.kind}:{max(0, seconds)}:"
        f"{case.staff or 0}:{flags}"
    )


async def queue(desk: Desk, me: Staff) -> list[Effect]:
    """What waits, the most severe and longest waiting first."""
    cases = in_queue_order(await desk.cases.waiting())
    if not cases:
        return [tell(me.number, "staff_queue_empty")]
    return [
        tell(
            me.number, "staff_queue", buttons=(*_open(cases), (("staff_btn_next", "d:next"),)),
            cases=packed(cases, desk), count=len(cases),
        )
    ]  # fmt: skip


async def mine(desk: Desk, me: Staff) -> list[Effect]:
    cases = in_queue_order(
        [c for c in await desk.cases.of_staff(me.number) if c.state is CaseState.TAKEN]
    )
    if not cases:
        return [tell(me.number, "staff_mine_empty")]
    return [
        tell(
            me.number, "staff_mine", buttons=_open(cases), cases=packed(cases, desk),
            count=len(cases),
        )
    ]  # fmt: skip


def _open(cases: list[Case]) -> Rows:
    return in_rows([(f"={c.code}", f"d:case:{c.code}") for c in cases[:SHOWN]], 4)


async def stats(desk: Desk, me: Staff) -> list[Effect]:
    """Numbers without anybody in them."""
    cases = [c for c in await desk.cases.open_cases() if not c.mock]
    closed = [
        c for c in await desk.cases.closed_since(desk.now() - timedelta(days=7)) if not c.mock
    ]
    waits = [(c.taken_at - c.opened_at).total_seconds() for c in (*cases, *closed) if c.taken_at]
    return [
        tell(
            me.number, "staff_stats",
            waiting_cases=sum(c.state is CaseState.WAITING for c in cases),
            taken_cases=sum(c.state is CaseState.TAKEN for c in cases),
            critical=sum(int(c.level) == 3 for c in cases),
            on_duty=len(await desk.staff.on_duty()),
            closed=len(closed),
            wait=int(median(waits)) if waits else 0,
            outcomes=_tally(str(c.outcome) for c in closed if c.outcome),
            kinds=_tally(c.kind for c in cases),
            closed_kinds=_tally(c.kind for c in closed),
        )
    ]  # fmt: skip


def _tally(names: Iterable[str]) -> str:
    """ "name:count" for each name, divided by blanks."""
    return " ".join(f"{name}:{count}" for name, count in sorted(Counter(names).items()))


async def help_text(desk: Desk, me: Staff) -> list[Effect]:
    buttons = (
        (("staff_btn_queue", "d:queue"), ("staff_btn_mine", "d:mine")),
        (("staff_btn_next", "d:next"), ("staff_btn_duty", "d:duty")),
        (("staff_btn_adverts", "d:ads:0"),),
    )
    key = "staff_help_supervisor" if me.leads else "staff_help"
    return [tell(me.number, key, buttons=buttons)]


async def held_numbers(desk: Desk, me: Staff) -> list[Effect]:
    """For supervisors: who is on duty."""
    lead(me)
    on = await desk.staff.on_duty()
    numbers = ", ".join(str(s.number) for s in on) or "-"
    return [tell(me.number, "staff_on_duty", numbers=numbers)]
