"""What is known about a person when they write, as far as staff are concerned."""

from dataclasses import dataclass, field

from bot.domain.case import Case
from bot.people_ports import Wishes


@dataclass(frozen=True)
class Situation:
    """`connected`: there is staff; `case`: the person's own, while open; `alerted`: somebody on
    duty was reached about it; `waits`: something was not shown to them yet; `quiet`: they left
    quickly and write again now; `blocked`: by a supervisor, for a time; `unknown`: the database
    could not be asked, so an alarm is still passed on once it can."""

    connected: bool = False
    case: Case | None = None
    alerted: bool = False
    waits: bool = False
    quiet: bool = False
    blocked: bool = False
    unknown: bool = False
    wishes: Wishes = field(default_factory=Wishes)


NOBODY = Situation()
UNKNOWN = Situation(unknown=True)
