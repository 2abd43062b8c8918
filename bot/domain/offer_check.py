"""The state of one guided check of a job offer. Of the offer itself it holds indicator ids and
the few words that show each, nothing else, and it is dropped when the check ends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.offer import INDICATORS, QUESTIONS, Found, OfferReading, open_questions

AT_MOST = 6  # checks in an hour, so that nobody tunes an advert on it
WITHIN = 3600.0
LONGEST_WORDS = 70
WAITING = "text"  # the step in which the offer is still to come
# What an answer to a question shows; answers that are not here show nothing.
SHOWS: dict[tuple[str, str], str] = {
    ("travel_cost", "bad"): "upfront_payment",
    ("travel_cost", "debt"): "advance_debt",
    ("papers", "bad"): "documents_kept",
    ("papers", "faked"): "false_identity",
    ("contract", "bad"): "no_contract",
    ("contract", "agent"): "unlicensed_agent",
    ("age", "bad"): "under_18",
    ("place", "bad"): "vague_job",
    ("phone_home", "bad"): "isolation",
    ("phone_home", "secret"): "secrecy",
}
_NUMBER = re.compile(r"\+?\d[\d\s().-]{6,}\d|@\w+|https?://\S+|\S+@\S+")


@dataclass(frozen=True)
class Sign:
    """One sign found; `words` is the evidence ("" for a pressed button); `asked` the question
    whose answer showed it ("" for the offer's own text)."""

    id: str
    words: str = ""
    asked: str = ""


@dataclass(frozen=True)
class OfferCheck:
    """`step`: `text` or the id of the question being asked; `left`: questions still to come;
    `past`: those behind, oldest first; `paused`: danger came up, and words are no answers until
    the person goes on by a button."""

    step: str = WAITING
    left: tuple[str, ...] = tuple(QUESTIONS)
    past: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    paused: bool = False

    def read(self, reading: OfferReading) -> "OfferCheck":
        """With what the offer's text shows, at the first open question."""
        check = self._with(reading.found, asked="")
        left = open_questions(reading)
        return replace(check, step=left[0] if left else "", left=left[1:], past=())

    def answered(self, answer: str, found: Iterable[Found] = ()) -> "OfferCheck":
        """One question further; `found`: signs in the person's own words."""
        shown = SHOWS.get((self.step, answer))
        check = self._with(found, asked=self.step)
        if shown and shown not in {sign.id for sign in check.signs}:
            check = replace(check, signs=(*check.signs, Sign(shown, "", self.step)))
        following = self.left[0] if self.left else ""
        return replace(check, step=following, left=self.left[1:], past=(*self.past, self.step))

    def back(self) -> "OfferCheck":
        """At the question before, as if it had not been answered; at the first one: unchanged."""
        if not self.past:
            return self
        before = self.past[-1]
        kept = tuple(sign for sign in self.signs if sign.asked != before)
        return replace(
            self, step=before, left=(self.step, *self.left), past=self.past[:-1], signs=kept
        )

    def _with(self, found: Iterable[Found], asked: str) -> "OfferCheck":
        known = {sign.id for sign in self.signs}
        more = tuple(Sign(f.id, shorten(f.evidence), asked) for f in found if f.id not in known)
        return replace(self, signs=self.signs + more)

    @classmethod
    def from_json(cls, raw: dict[str, Any] | None) -> "OfferCheck | None":
        """Rebuilt from a dict; None for None and for what another version wrote."""
        if not raw or raw.get("step") not in (WAITING, *QUESTIONS):
            return None
        signs = tuple(
            Sign(str(s["id"]), str(s["words"]), str(s["asked"]))
            for s in raw["signs"]
            if s["id"] in INDICATORS
        )
        left, past = (tuple(q for q in raw[key] if q in QUESTIONS) for key in ("left", "past"))
        return cls(str(raw["step"]), left, past, signs, bool(raw.get("paused")))


def shorten(words: str) -> str:
    """Evidence on one line, without numbers to call, names of accounts or addresses."""
    line = " ".join(_NUMBER.sub("…", words).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1].rstrip() + "…"


def recent_checks(times: Iterable[float], now: float) -> tuple[float, ...]:
    """The checks of the last hour."""
    return tuple(at for at in times if 0 <= now - at < WITHIN)


def pack(signs: Iterable[str]) -> str:
    """Indicator ids as a short word for a button's data."""
    ids = set(signs)
    return format(sum(1 << n for n, name in enumerate(INDICATORS) if name in ids), "x")


def unpack(word: str) -> tuple[str, ...]:
    """The ids of `pack`; nothing for a word that is none."""
    if not re.fullmatch(r"[0-9a-f]{1,8}", word):
        return ()
    bits = int(word, 16)
    return tuple(name for n, name in enumerate(INDICATORS) if bits >> n & 1)
