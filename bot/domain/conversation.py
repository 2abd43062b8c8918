"""The state of one conversation. It holds what the next answer needs and nothing more."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.domain.danger import Level
from bot.domain.offer_check import OfferCheck

BURST_SECONDS = 120.0
BURST_LINES = 8
BURST_CHARACTERS = 1200


@dataclass(frozen=True)
class Conversation:
    """`chosen`: language picked by the person; `language`: of the last answer; `misses`: answers
    in a row that did not fit; `candidates`: topics to offer when an answer was not meant;
    `lines`: the person's last lines as (Unix seconds, text), two minutes at most; `alarm_level`,
    `alarm_category`, `alarm_at`: the last alarm; `last_update`: newest update dealt with;
    `offer`: a check of a job offer that is under way; `offer_times`: when checks began;
    `case`: code of the person's case, for staff the case they work on (a hint, the database knows);
    `asking`: what the next words are an answer to; `late`: answers (key, part, language) that came
    too late to be shown unasked; `quiz`: the quiz under way as (name, questions answered, of these
    right); `came_by`: campaign code of the link they came by, `stage`: how far they have gone since
    (1 came, 2 talked, 3 saw help)."""

    chosen: str | None = None
    language: str | None = None
    misses: int = 0
    candidates: tuple[str, ...] = ()
    served: str = ""
    lines: tuple[tuple[float, str], ...] = ()
    alarm_level: int = 0
    alarm_category: str = ""
    alarm_at: float = 0.0
    last_update: int = 0
    greeted: bool = field(default=False)
    quiz: tuple[str, int, int] | None = None
    came_by: str = ""
    stage: int = 0
    offer: OfferCheck | None = None
    offer_times: tuple[float, ...] = ()
    case: str = ""
    asking: str = ""
    late: tuple[tuple[str, str, str], ...] = ()

    def recent(self, now: float) -> tuple[tuple[float, str], ...]:
        """Lines of the last two minutes, oldest first, as many as a reading can use."""
        kept: list[tuple[float, str]] = []
        room = BURST_CHARACTERS
        for at, text in reversed(self.lines):
            if abs(now - at) > BURST_SECONDS or len(kept) == BURST_LINES or len(text) > room:
                break
            kept.append((at, text))
            room -= len(text)
        return tuple(reversed(kept))

    def heard(self, now: float, text: str) -> "Conversation":
        """With one more line of the burst."""
        return replace(self, lines=(*self.recent(now), (now, text[:BURST_CHARACTERS])))

    def in_alarm(self, now: float) -> bool:
        """Whether a serious alarm was raised in the last two minutes."""
        return self.alarm_level >= Level.HIGH and abs(now - self.alarm_at) <= BURST_SECONDS

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Conversation":
        """Rebuilt from `to_json`; unknown keys of other versions are left out."""
        known = {k: v for k, v in raw.items() if k in cls.__dataclass_fields__}
        known["lines"] = tuple((float(at), str(text)) for at, text in known.get("lines", ()))
        known["candidates"] = tuple(known.get("candidates", ()))
        if quiz := known.get("quiz"):
            known["quiz"] = (str(quiz[0]), int(quiz[1]), int(quiz[2]))
        known["offer"] = OfferCheck.from_json(known.get("offer"))
        known["offer_times"] = tuple(float(at) for at in known.get("offer_times", ()))
        known["late"] = tuple((str(k), str(p), str(c)) for k, p, c in known.get("late", ()))
        return cls(**known)
