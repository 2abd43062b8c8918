"""What every step of staff needs: the books, who asks, and whether they may. Default deny."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.case_ports import CaseBook, Events, Referrals
from bot.domain.case import Case, CaseState
from bot.domain.danger import Level
from bot.domain.staff import Staff
from bot.people_ports import People
from bot.staff_ports import StaffBook
from bot.usecases.advert_book import AdvertBook
from bot.usecases.staff_effects import Rows, in_rows


class Refusal(Exception):
    """A step that may not be done; `key` names the staff text that says why."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Desk:
    """The books of the desk. `services`: ids to refer to; `hold`: why a line must wait for a
    supervisor; `ready`: language -> ready replies by id."""

    cases: CaseBook
    people: People
    staff: StaffBook
    referrals: Referrals
    events: Events
    services: Callable[[], Sequence[str]]
    hold: Callable[[str], tuple[str, ...]]
    ready: Callable[[str], Mapping[str, str]]
    now: Callable[[], datetime]
    adverts: AdvertBook


async def find(desk: Desk, code: str) -> Case:
    """The case; `Refusal` when there is none."""
    case = await desk.cases.get(code.upper())
    if case is None:
        raise Refusal("staff_no_such_case")
    return case


async def readable(desk: Desk, me: Staff, code: str) -> Case:
    """A case whose words `me` may read: one that waits, one they hold, any for a supervisor."""
    case = await find(desk, code)
    if not (case.state is CaseState.WAITING or case.staff == me.number or me.leads):
        raise Refusal("staff_not_yours", code=case.code)
    return case


async def held(desk: Desk, me: Staff, code: str) -> Case:
    """A taken case that `me` holds; supervisors may act on every taken case."""
    case = await find(desk, code)
    if case.state is CaseState.CLOSED:
        raise Refusal("staff_is_closed", code=case.code)
    if case.staff != me.number and not (me.leads and case.state is CaseState.TAKEN):
        raise Refusal("staff_not_yours", code=case.code)
    return case


def lead(me: Staff) -> None:
    """`Refusal` for everybody but supervisors."""
    if not me.leads:
        raise Refusal("staff_supervisors_only")


def number_in(text: str) -> int:
    """A number out of a button or a command; `Refusal` for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refusal("staff_not_understood")
    return int(text)


def level_in(text: str) -> Level:
    try:
        return Level(int(text))
    except ValueError:
        raise Refusal("staff_not_understood") from None


def described(case: Case, now: datetime) -> dict[str, str | int]:
    """What a line about a case is made of; nothing in it tells who the person is."""
    return {
        "code": case.code,
        "level": int(case.level),
        "category": case.kind,
        "state": str(case.state),
        "talk": str(case.talk),
        "holder": case.staff or 0,
        "waiting": max(0, int((now - case.opened_at).total_seconds())),
        "silent": max(0, int((now - case.person_at).total_seconds())),
        "flags": " ".join(
            name
            for name in ("about_other", "left_quickly", "erased", "mock")
            if getattr(case, name)
        ),
    }


def alert_buttons(code: str) -> Rows:
    return ((("staff_btn_take", f"d:take:{code}"), ("staff_btn_show", f"d:show:{code}")),)


def case_buttons(case: Case, me: Staff) -> Rows:
    """What may be done with a case, by whom it is looked at."""
    code = case.code
    if case.state is CaseState.CLOSED:
        return ((("staff_btn_show", f"d:show:{code}"), ("staff_btn_referrals", f"d:rfl:{code}")),)
    if case.state is CaseState.WAITING:
        more = [("staff_btn_level", f"d:lvl:{code}")] if me.leads else []
        return (*alert_buttons(code), *in_rows(more))
    buttons = [
        ("staff_btn_show", f"d:show:{code}"), ("staff_btn_details", f"d:det:{code}"),
        ("staff_btn_ready", f"d:rdy:{code}"), ("staff_btn_level", f"d:lvl:{code}"),
        ("staff_btn_refer", f"d:ref:{code}"), ("staff_btn_referrals", f"d:rfl:{code}"),
        ("staff_btn_hand_over", f"d:over:{code}"), ("staff_btn_give_back", f"d:back:{code}"),
        ("staff_btn_close", f"d:close:{code}"),
    ]  # fmt: skip
    if me.leads:
        buttons.append(("staff_btn_block", f"d:block:{code}"))
    return in_rows(buttons)
