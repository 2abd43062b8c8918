"""How serious a message is and what it is about. Names follow the label contract."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """Severity of an alarm; a higher number is worse."""

    CONCERN = 1
    HIGH = 2
    CRITICAL = 3

    @classmethod
    def named(cls, name: str) -> "Level":
        """`Level` for its lower-case name; `ValueError` for any other."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise ValueError(f"unknown level {name!r}") from None

    @property
    def label(self) -> str:
        return self.name.lower()


class Category(StrEnum):
    """What kind of danger a disclosure tells of."""

    TRAFFICKING = "trafficking"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    ONLINE_ABUSE = "online_abuse"
    RISKY_RECRUITMENT = "risky_recruitment"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    MISSING_CHILD = "missing_child"


@dataclass(frozen=True)
class Finding:
    """One danger rule that matched: `span` holds the normalised words that did it. `weak`: it adds
    up cues that mean little alone, so a model that sees no danger at all may outvote it."""

    rule: str
    level: Level
    category: Category
    span: str
    weak: bool = False


@dataclass(frozen=True)
class Evidence:
    """What the rules see in one text: the rules that hold, most serious first, and the points of
    all its cues together, below zero for what speaks against danger."""

    findings: tuple[Finding, ...] = ()
    points: int = 0


@dataclass(frozen=True)
class Alarm:
    """The judgement over a message: the worst of what rules and model see."""

    level: Level
    category: Category
    by: tuple[str, ...]
    about_other: bool = False
