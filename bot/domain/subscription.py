"""Campaign messages that somebody asked for: which, how often, and when it is night for them."""

from dataclasses import dataclass, replace

FREQUENCIES = {"all": 0, "week": 7, "month": 30}  # days that lie between two messages at least
INTERESTS = ("signs", "rights", "help", "parents")
ZONES = {
    "wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura",
    "hk": "Asia/Hong_Kong", "tw": "Asia/Taipei", "sa": "Asia/Riyadh",
}  # fmt: skip


@dataclass(frozen=True)
class Subscription:
    """`interests`: some of `INTERESTS`, none for everything; `frequency`: one of `FREQUENCIES`;
    `zone`: an IANA time zone."""

    language: str
    frequency: str = "week"
    interests: frozenset[str] = frozenset()
    zone: str = ZONES["wib"]

    def toggled(self, interest: str) -> "Subscription":
        """With one interest more or less."""
        return replace(self, interests=self.interests ^ {interest})
