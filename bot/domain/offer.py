"""What the signs in a job offer add up to. The label contract names the indicators; the rule is
the one of the ILO / European Commission Delphi indicators. Nothing here ever says "safe"."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

# What a guided check asks, in this order, and the indicators an answer can show.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "travel_cost": ("upfront_payment", "advance_debt"),
    "papers": ("documents_kept", "false_identity"),
    "contract": ("no_contract", "unlicensed_agent"),
    "age": ("under_18",),
    "place": ("vague_job", "risky_destination"),
    "phone_home": ("isolation", "secrecy"),
}
INDICATORS: tuple[str, ...] = (
    "upfront_payment", "documents_kept", "false_identity", "advance_debt", "vague_job",
    "unrealistic_pay", "under_18", "irregular_route", "no_contract", "rush", "secrecy",
    "all_provided", "isolation", "appearance", "unlicensed_agent", "risky_destination",
    "marriage_lure", "study_lure",
)  # fmt: skip


class Weight(StrEnum):
    """How telling an indicator is by itself."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Verdict(StrEnum):
    """From worst to best; there is no "safe"."""

    STRONG_WARNING = "strong_warning"
    WARNING = "warning"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Found:
    """One indicator; `evidence`: the piece of the text that shows it, letter for letter."""

    id: str
    evidence: str


@dataclass(frozen=True)
class OfferReading:
    """What a text shows: indicators in the order of the text, and the questions that it already
    answers without showing a warning sign ("no fees"). `advert`: it has the form of an advert;
    `work`: it is about work; `personal`: it tells of somebody ("my daughter", "he told me")."""

    found: tuple[Found, ...] = ()
    answered: frozenset[str] = frozenset()
    advert: bool = False
    work: bool = False
    personal: bool = False


def judge(indicators: Collection[str], weights: Mapping[str, Weight]) -> Verdict:
    """The verdict over indicator ids, each counted once.

    Strong warning (positive by the ILO/EC rule): two strong, or one strong and one medium or
    weak, or three medium, or two medium and one weak. Any other strong or medium indicator:
    warning. Weak ones alone, or none: unclear."""
    counted = [weights[name] for name in set(indicators)]
    strong, medium = counted.count(Weight.STRONG), counted.count(Weight.MEDIUM)
    weak = counted.count(Weight.WEAK)
    if strong >= 2 or (strong and (medium or weak)) or medium >= 3 or (medium >= 2 and weak):
        return Verdict.STRONG_WARNING
    return Verdict.WARNING if strong or medium else Verdict.UNCLEAR


def open_questions(reading: OfferReading) -> tuple[str, ...]:
    """Ids of the questions that the text leaves open, in the order they are asked."""
    shown = {found.id for found in reading.found}
    return tuple(
        question
        for question, shows in QUESTIONS.items()
        if question not in reading.answered and shown.isdisjoint(shows)
    )
