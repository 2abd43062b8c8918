"""Rasa's output as the answer of the parse service."""

from collections.abc import Sequence
from typing import Any

from nlu.labels import is_topic

_SHOWN = 8
_TOPICS_SHOWN = 3
Parsed = dict[str, Any]


def reading(parsed: Parsed) -> dict[str, Any]:
    """`intents` (the best eight, and more where that shows fewer than three topics), `risk`,
    `categories`, `about_other`, and `words` where they were asked for."""
    result = {
        "intents": _best(parsed["intent_ranking"]),
        "risk": {level: round(p, 6) for level, p in parsed["risk"].items()},
        "categories": {name: round(p, 6) for name, p in parsed["categories"].items()},
        "about_other": round(parsed["about_other"], 6),
    }
    if parsed.get("words"):
        result["words"] = parsed["words"]
    return result


def seriousness(parsed: Parsed) -> float:
    """Probability that somebody is in danger."""
    return parsed["risk"]["high"] + parsed["risk"]["critical"]


def combine(windows: Sequence[Parsed]) -> Parsed:
    """One reading of a long text: the danger of its worst window, the average of its intents."""
    worst = max(windows, key=lambda w: (seriousness(w), 1.0 - w["risk"]["none"]))
    total: dict[str, float] = {}
    for window in windows:
        for entry in window["intent_ranking"]:
            share = entry["confidence"] / len(windows)
            total[entry["name"]] = total.get(entry["name"], 0.0) + share
    ranking = [{"name": n, "confidence": p} for n, p in sorted(total.items(), key=lambda i: -i[1])]
    return {**worst, "intent_ranking": ranking}


def _best(ranking: Sequence[Parsed]) -> list[Parsed]:
    chosen = list(ranking[:_SHOWN])
    topics = sum(is_topic(entry["name"]) for entry in chosen)
    for entry in ranking[_SHOWN:]:
        if topics >= _TOPICS_SHOWN:
            break
        if is_topic(entry["name"]):
            chosen.append(entry)
            topics += 1
    return [{"name": e["name"], "confidence": round(e["confidence"], 6)} for e in chosen]
