"""What has to be done for a person besides answering. Deeds may be repeated after a crash."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """`ALARM`: open or raise the case; `OPEN`: a case on wish; `LINE`: keep a line, pass it on;
    `TALK`: what they said about talking; `WISHES`: safe contact; `DETAIL`: something they chose to
    give; `REFERRAL`, `SHARE`: consent; `HANDS`: somebody else may hold the phone; `BACK`: a return
    code; `LEAVE`: quick exit; `FORGET`: delete everything; `FLUSH`: show what waited for them;
    `SEEN`: they are there; `WAKE`: they write again after a quick exit; `AWAY`: they blocked the
    bot; `REPORT`: an advert for staff, which nothing ties to the person."""

    ALARM = "alarm"
    OPEN = "open"
    LINE = "line"
    TALK = "talk"
    WISHES = "wishes"
    DETAIL = "detail"
    REFERRAL = "referral"
    SHARE = "share"
    HANDS = "hands"
    BACK = "back"
    LEAVE = "leave"
    FORGET = "forget"
    FLUSH = "flush"
    SEEN = "seen"
    WAKE = "wake"
    AWAY = "away"
    REPORT = "report"


@dataclass(frozen=True)
class Deed:
    """`value` says which; `words` are the person's own, where the deed is about words."""

    act: Act
    value: str = ""
    words: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Deed":
        return cls(Act(raw["act"]), raw["value"], raw["words"])
