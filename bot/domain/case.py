"""A case: one person in possible danger, known to staff by a code and by nothing else."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.danger import Category, Level

CODE_LETTERS = "ABCDEFGHJKMNPQRTUVWXY346789"  # no letters that are mistaken for others
CODE_LENGTH = 6
ASKS = "asks_to_talk"  # stands where a category would
RETURN_LENGTH = 15  # letters of a return code or an invitation: more than 71 bits


class CaseState(StrEnum):
    """`WAITING`: nobody has taken it; `TAKEN`: one counsellor answers; `CLOSED`: with an outcome."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class Talk(StrEnum):
    """What the person said about talking. `NOT_NOW` and `NOT_MEANT` never close or lower a case."""

    UNASKED = "unasked"
    WANTED = "wanted"
    NOT_NOW = "not_now"
    NOT_MEANT = "not_meant"


class Outcome(StrEnum):
    """Why a case was closed. `OTHER`: for a reason that staff wrote."""

    HELPED = "helped"
    REFERRED = "referred"
    NO_ANSWER = "no_answer"
    NO_DANGER = "no_danger"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True)
class Wish:
    """Somebody asks to talk and nothing that they wrote worried us: opens a case without a
    category, where an alarm opens one with."""

    level: Level = Level.CONCERN
    category: None = None
    about_other: bool = False


@dataclass(frozen=True)
class Case:
    """`code` is all that staff groups see. `category`: None while they have only asked to talk and
    nothing worried us; `staff`: number of the counsellor who took it, None
    while waiting; `left_quickly`: the person used the quick exit; `erased`: they deleted their
    data, so nobody can be answered any more; `person_at`, `staff_at`: last words of each side;
    times are aware. A taken case with `staff_at` long ago goes back into the queue."""

    code: str
    level: Level
    category: Category | None
    state: CaseState
    talk: Talk
    opened_at: datetime
    person_at: datetime
    about_other: bool = False
    language: str = "id"
    staff: int | None = None
    taken_at: datetime | None = None
    staff_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    left_quickly: bool = False
    erased: bool = False
    mock: bool = False  # opened by `kawan drill`
    earlier: str | None = None  # code of the case whose return code opened this one

    @property
    def kind(self) -> str:
        """What it is about, as staff see and count it: the category, or that they ask to talk."""
        return str(self.category) if self.category else ASKS


def new_code() -> str:
    """A random case code of six letters and digits; 27**6, about 387 million."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def secret_code(entropy: bytes) -> str:
    """A secret code, such as `ABCDE-FGHJK-MNPQR`, made of at least 16 random bytes."""
    number, letters = int.from_bytes(entropy), ""
    for _ in range(RETURN_LENGTH):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[rest]
    return "-".join(letters[i : i + 5] for i in range(0, RETURN_LENGTH, 5))


def plain_code(text: str) -> str:
    """What somebody typed as a code, without the blanks, dashes and small letters people add."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def in_queue_order(cases: list[Case]) -> list[Case]:
    """Most severe first, then the one that waits longest."""
    return sorted(cases, key=lambda case: (-case.level, case.opened_at, case.code))
