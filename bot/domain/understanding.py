"""From what rules and model see to one decision. Pure: no Rasa, no spaCy, no clock."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.danger import Alarm, Category, Evidence, Finding, Level

DISCLOSURE = "disclosure_"
KINDLESS = ("out_of_scope", "ordinary", "harm", "fear_of_harming")
SHOWN = 3
_FEWEST, _MOST = -15, 25  # points that count: a very long text must not outweigh the model
_TINY = 1e-6
_FIRST_PERSON = frozenset({"aku", "kami", "i", "im", "me", "we", "us"})


@dataclass(frozen=True)
class Parsed:
    """The model's reading of one text: `intents` best first with their probability, calibrated
    probabilities of the risk levels (`none` included) and of the categories, `about_other` that
    it is about somebody else; `words` moved the risk (word, weight)."""

    intents: tuple[tuple[str, float], ...]
    risk: dict[str, float]
    categories: dict[str, float]
    words: tuple[tuple[str, float], ...] = ()
    about_other: float = 0.0


@dataclass(frozen=True)
class Thresholds:
    """Where probabilities turn into decisions. Values and their reasons: content/thresholds.yml."""

    alarm: float
    critical: float
    concern: float
    topic: float
    margin: float
    doubt: float = 0.0
    points: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What the bot makes of a message; `reply` is the content key it would serve."""

    kind: str
    reply: str
    topic: str | None = None
    candidates: tuple[str, ...] = ()
    confidence: float = 0.0
    alarm: Alarm | None = None
    understood: bool = True
    findings: tuple[Finding, ...] = field(default=())


def judge_risk(parsed: Parsed | None, evidence: Evidence, limits: Thresholds) -> Alarm | None:
    """The worse of the model's and the rules' judgement; None when neither is worried. Weak
    findings do not count where the model was asked and is all but sure that there is no danger."""
    findings = evidence.findings
    if parsed and 1.0 - parsed.risk["none"] < limits.doubt:
        findings = tuple(f for f in findings if not f.weak)
    by_rules = max(findings, key=lambda f: f.level, default=None)
    level = _model_level(parsed, evidence.points, limits) if parsed else None
    about_other = _about_other(parsed, findings)
    if parsed and level is not None:
        category = Category(max(parsed.categories, key=lambda c: parsed.categories[c]))
        if by_rules is None:
            return Alarm(level, category, ("model",), about_other)
        sure = parsed.categories[category] >= 0.5
        chosen = category if sure else by_rules.category
        return Alarm(max(level, by_rules.level), chosen, ("rules", "model"), about_other)
    if by_rules is not None:
        return Alarm(by_rules.level, by_rules.category, ("rules",), about_other)
    return None


def _about_other(parsed: Parsed | None, findings: Sequence[Finding]) -> bool:
    """Whether it is about somebody else; words that a rule matched on oneself decide first."""
    if any(_FIRST_PERSON & set(f.span.split()) for f in findings):
        return False
    return parsed is not None and parsed.about_other >= 0.5


def _model_level(parsed: Parsed, points: int, limits: Thresholds) -> Level | None:
    """The model's level once the points of the rules' cues have moved its probabilities."""
    risk = parsed.risk
    serious = risk["high"] + risk["critical"]
    push = limits.points * min(max(points, _FEWEST), _MOST)
    if moved(serious, push) >= limits.alarm:
        share = risk["critical"] / max(serious, 1e-9)
        return Level.CRITICAL if share >= limits.critical else Level.HIGH
    return Level.CONCERN if moved(serious + risk["concern"], push) >= limits.concern else None


def moved(probability: float, push: float) -> float:
    """`probability` with `push` added to its log-odds."""
    p = min(max(probability, _TINY), 1.0 - _TINY)
    return 1.0 / (1.0 + math.exp(-(math.log(p / (1.0 - p)) + push)))


def decide(
    parsed: Parsed | None,
    evidence: Evidence,
    topics: frozenset[str],
    limits: Thresholds,
) -> Decision:
    """One decision for one text. `parsed` is None when the model could not be asked: then only
    the rules speak and the reply is the menu, never a guess."""
    findings = evidence.findings
    alarm = judge_risk(parsed, evidence, limits)
    plain = _without_danger(parsed, topics, limits)
    if alarm is None:
        return replace(plain, findings=findings)
    confidence = 1.0 - parsed.risk["none"] if parsed else 1.0
    return Decision(
        kind="disclosure",
        reply=f"safety/{alarm.category}",
        candidates=plain.candidates,
        confidence=round(confidence, 4),
        alarm=alarm,
        findings=findings,
    )


def _without_danger(parsed: Parsed | None, topics: frozenset[str], limits: Thresholds) -> Decision:
    if parsed is None:
        return Decision("out_of_scope", "message/nlu_down", understood=False)
    spoken = [(n, p) for n, p in parsed.intents if not n.startswith(DISCLOSURE)]
    ranked = [(n, p) for n, p in spoken if n in topics]
    candidates = tuple(name for name, _ in ranked[:SHOWN])
    if not spoken:
        return Decision("question", "message/unsure", candidates=candidates, understood=False)
    name, confidence = spoken[0]
    confidence = round(confidence, 4)
    if name.startswith("chitchat_"):
        return Decision("chitchat", f"message/{name}", None, candidates, confidence)
    if name in KINDLESS:
        key = "harm_refusal" if name == "harm" else name
        return Decision("out_of_scope", f"message/{key}", None, candidates, confidence)
    runner_up = spoken[1][1] if len(spoken) > 1 else 0.0
    if confidence >= limits.topic and confidence - runner_up >= limits.margin:
        return Decision("question", f"topic/{name}", name, candidates, confidence)
    return Decision("question", "message/unsure", None, candidates, confidence, understood=False)
