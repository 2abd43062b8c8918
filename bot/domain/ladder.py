"""The alarm ladder: who is asked next when nobody has taken a case."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.danger import Level

REPEATED = 3  # from this rung on the ladder repeats itself


class Asked(StrEnum):
    """`DUTY`: everybody on duty; `LEADERS`: those and the supervisors; `EVERYONE`: all staff."""

    DUTY = "duty"
    LEADERS = "leaders"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Times:
    """Seconds. `critical`, `high`: until it is asked again, with the supervisors; `all_critical`,
    `all_high`: until all staff are asked and the person is told, both since the alarm; `repeat`,
    `repeat_high`: between repetitions until somebody takes the case; `silent`: a counsellor who
    lets a person wait that long gives the case back."""

    critical: float = 120.0
    high: float = 600.0
    all_critical: float = 300.0
    all_high: float = 1200.0
    repeat: float = 300.0
    repeat_high: float = 3600.0
    silent: float = 600.0


@dataclass(frozen=True)
class Rung:
    """`asked`: who is alerted; `person`: the person is told that nobody has come yet; `next_in`:
    seconds to the next rung, None at the end."""

    asked: Asked
    person: bool
    next_in: float | None


def rung(level: Level, number: int, times: Times) -> Rung:
    """Rung `number` (from 0) of the ladder of `level`. A concern never wakes all staff; a high
    alarm goes on every `repeat_high`, a critical one every `repeat`."""
    critical = level is Level.CRITICAL
    second = times.critical if critical else times.high
    third = times.all_critical if critical else times.all_high
    if number == 0:
        return Rung(Asked.DUTY, False, second)
    if number == 1:
        return Rung(Asked.LEADERS, False, max(third - second, 0.0))
    if level is Level.CONCERN:
        return Rung(Asked.LEADERS, number == 2, None)
    return Rung(Asked.EVERYONE, number == 2, times.repeat if critical else times.repeat_high)
