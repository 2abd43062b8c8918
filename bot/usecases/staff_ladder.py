"""The steps of the alarm ladder, and passing a person's words on. Each may be repeated after a
crash; then at most one message comes twice, with the code of its case in it."""

import itertools
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.desk_ports import DutyHours, PersonSide, SecondChannel
from bot.domain.case import Case, CaseState
from bot.domain.danger import Level
from bot.domain.ladder import Asked, Times, rung
from bot.domain.staff import Role, Staff
from bot.staff_ports import StaffMessage
from bot.usecases.staff_desk import Desk, alert_buttons, case_buttons, described

log = logging.getLogger("kawan.desk")
MANY = 5  # waiting cases above which repeated alerts become one message
CROWD = 60.0  # seconds between two of these
SEEN = 2.0  # seconds for which the list of waiting cases is good enough


class Telling(Protocol):
    async def tell(self, number: int, message: StaffMessage, weight: int | None = None) -> bool: ...

    async def take_back(self, code: str, number: int | None = None) -> None: ...

    async def refresh_digest(self) -> None: ...


@dataclass(frozen=True)
class Plan:
    """What a rung does: `alert` staff numbers; `person`: "", nobody or again; `mail`: the second
    channel; `next_in` seconds to rung `next_rung`, None at the end. `stop`: nothing is left to
    do."""

    stop: bool = False
    alert: tuple[int, ...] = ()
    person: str = ""
    mail: bool = False
    next_in: float | None = None
    next_rung: int = 0

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "alert": list(self.alert)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Plan":
        return cls(**{**raw, "alert": tuple(raw["alert"])})


@dataclass
class LadderSteps:
    """`at_once`: how many of those on duty are alerted first, 0 for all; the others follow on the
    next rung, or when one of these cannot be reached."""

    desk: Desk
    telling: Telling
    person: PersonSide
    mail: SecondChannel | None
    hours: DutyHours
    times: Times
    at_once: int = 0
    clock: Callable[[], float] = time.monotonic
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)
    _last: dict[int, int] = field(default_factory=dict)
    _crowds: dict[int, float] = field(default_factory=dict)
    _seen: tuple[float, list[Case]] = (-SEEN, [])

    async def plan(self, code: str, level: int, number: int) -> Plan:
        """Rung `number` of a case that still waits at this level."""
        case = await self.desk.cases.get(code)
        if case is None or case.state is not CaseState.WAITING or int(case.level) != level:
            return Plan(stop=True)
        now = self.desk.now()
        if case.level is not Level.CRITICAL and not self.hours.open_at(now):
            opens = self.hours.opens(now)
            tells = "nobody" if number == 0 else ""
            return Plan(person=tells, next_in=(opens - now).total_seconds(), next_rung=number)
        step = rung(case.level, number, self.times)
        asked, on_duty = await self._asked(step.asked)
        if number == 0 and not on_duty:
            asked, _ = await self._asked(Asked.LEADERS)
        told = "again" if step.person else "nobody" if number == 0 and not on_duty else ""
        mail = number >= 1 or not asked
        return Plan(
            alert=tuple(asked), person=told, mail=mail, next_in=step.next_in, next_rung=number + 1
        )

    async def _asked(self, who: Asked) -> tuple[list[int], bool]:
        """Numbers in the order they are asked, and whether anybody of them is on duty."""
        everyone = [s for s in await self.desk.staff.everyone() if s.may_work]
        duty = [s for s in everyone if s.on_duty and s.reachable]
        chosen = {
            Asked.DUTY: duty,
            Asked.LEADERS: [s for s in everyone if s in duty or s.role is Role.SUPERVISOR],
            Asked.EVERYONE: everyone,
        }[who]
        ordered = sorted(chosen, key=lambda s: (not s.on_duty, self._last.get(s.number, -1)))
        if who is Asked.DUTY and self.at_once:
            ordered = ordered[: self.at_once]
        for member in ordered:
            self._last[member.number] = next(self._turns)
        return [s.number for s in ordered], bool(duty)

    async def alert(self, code: str, level: int, number: int, rung: int, rank: int) -> bool:
        """Alert one member, or, if Telegram will not have it, somebody else on duty. `rank`: 0 for
        the first to be asked; the second alert of a case waits for the first ones of others."""
        case = await self.desk.cases.get(code)
        if case is None or case.state is not CaseState.WAITING:
            return True
        if rung and (crowd := await self._crowd(case)):
            return await self._tell_crowd(number, crowd)
        tried = {number}
        member: Staff | None = await self.desk.staff.get(number)
        while member is not None:
            if await self._tell_alert(case, member, rung, rank):
                return True
            member = await self._somebody_else(tried)
            if member is not None:
                tried.add(member.number)
        return False

    async def _crowd(self, case: Case) -> list[Case]:
        """All that wait at this level or above, where they are too many to be repeated one by one."""
        if self.clock() - self._seen[0] > SEEN:
            self._seen = (self.clock(), await self.desk.cases.waiting())
        found = [c for c in self._seen[1] if c.level >= case.level and not c.mock]
        return found if len(found) > MANY and not case.mock else []

    async def _tell_crowd(self, number: int, crowd: list[Case]) -> bool:
        """One message about all of them, at most once a minute: a hundred repeated alerts would
        hide the new ones, and Telegram takes one a second."""
        if self.clock() - self._crowds.get(number, -CROWD) < CROWD:
            return True
        self._crowds[number] = self.clock()
        longest = described(min(crowd, key=lambda c: c.opened_at), self.desk.now())
        values = {"count": len(crowd), "waiting": longest["waiting"]}
        worst = max(c.level for c in crowd)
        return await self.telling.tell(
            number, StaffMessage("staff_many_wait", values), 10 * int(worst) - 2
        )

    async def _tell_alert(self, case: Case, member: Staff, rung: int, rank: int) -> bool:
        first = not await self.desk.cases.was_alerted(case.code)
        key = "staff_drill" if case.mock else "staff_alert" if rung == 0 else "staff_alert_again"
        message = StaffMessage(
            key, described(case, self.desk.now()), "", alert_buttons(case.code), case.code
        )
        weight = 10 * int(case.level) - min(rank + rung, 1)
        if not await self.telling.tell(member.number, message, weight):
            return False
        await self.desk.cases.alerted(case.code, member.number, self.desk.now())
        if first and member.on_duty and not case.mock:
            await self.person.sent(case.code)
        return True

    async def _somebody_else(self, tried: set[int]) -> Staff | None:
        for member in await self.desk.staff.on_duty():
            if member.reachable and member.number not in tried:
                return member
        return None

    async def tell_person(self, code: str, what: str) -> None:
        case = await self.desk.cases.get(code)
        if case is not None and not case.mock and case.state is CaseState.WAITING:
            await self.person.nobody(code, what == "again")

    async def send_mail(self, code: str, level: int) -> None:
        if self.mail is not None:
            await self.mail.alert(code, Level(level).label)

    async def refresh(self) -> None:
        await self.telling.refresh_digest()

    async def pass_on(self, code: str, line: int, edited: bool) -> bool:
        """A line of the person to whoever holds the case. An unreachable holder loses it."""
        case = await self.desk.cases.get(code)
        found = await self.desk.cases.line(line)
        if case is None or found is None or case.state is not CaseState.TAKEN or not case.staff:
            return True
        key = "staff_person_edited" if edited else "staff_person_wrote"
        values: dict[str, str | int] = {"code": code, "level": int(case.level)}
        message = StaffMessage(key, values, found[1].words, (), code)
        accepted = await self.telling.tell(case.staff, message)
        await self.person.relayed(code, line, accepted)
        if not accepted:
            await self.desk.cases.give_back(code, "system", "unreachable", self.desk.now())
        return accepted

    async def event(self, code: str, kind: str) -> None:
        """A line without anybody's words to the holder, else to those on duty, else supervisors."""
        case = await self.desk.cases.get(code)
        if case is None:
            return
        name, _, value = kind.partition(":")
        known = name if name in _EVENTS else "share" if name.startswith("share_") else "other"
        values = {**described(case, self.desk.now()), "value": value or name}
        if case.staff is not None:
            await self._event_to(case, case.staff, known, values)
            return
        listeners = [s for s in await self.desk.staff.on_duty() if s.reachable]
        if case.level >= Level.HIGH and case.state is CaseState.WAITING:
            for member in listeners:
                await self._event_to(case, member.number, known, values)

    async def _event_to(
        self, case: Case, number: int, kind: str, values: dict[str, str | int]
    ) -> None:
        member = await self.desk.staff.get(number)
        if member is None:
            return
        buttons = case_buttons(case, member)[:1]
        message = StaffMessage(f"staff_event_{kind}", values, "", buttons, case.code)
        await self.telling.tell(number, message)

    async def give_back_silent(self, before: datetime) -> list[tuple[str, int]]:
        """Cases whose counsellors let the person wait since `before` go back; (code, level)."""
        found = []
        for case in await self.desk.cases.silent_since(before):
            now = self.desk.now()
            if not await self.desk.cases.give_back(case.code, "system", "silent", now):
                continue
            found.append((case.code, int(case.level)))
            if case.staff is not None:
                await self.telling.take_back(case.code, case.staff)
                message = StaffMessage("staff_given_back_silent", {"code": case.code})
                await self.telling.tell(case.staff, message)
            if not case.mock:
                await self.person.given_back(case.code)
        return found


_EVENTS = frozenset(
    {
        "wants_talk", "not_now", "not_meant", "left_quickly", "erased", "blocked_bot", "detail",
        "came_back", "read", "other_hands", "referral_yes", "referral_no",
    }
)  # fmt: skip
