"""The bot's decision about one text, spelled out for people and scripts."""

from typing import Any

from bot.domain.language import choose
from bot.ports import LanguageGuesser
from bot.usecases.read import Reader


async def understand(
    text: str,
    reader: Reader,
    guesser: LanguageGuesser,
    known: frozenset[str],
    explain: bool = False,
) -> dict[str, Any]:
    """The very decision the bot makes for a first message: see `kawan understand --help`."""
    reading = await reader.read(text, explain=explain)
    decision, alarm = reading.decision, reading.decision.alarm
    result: dict[str, Any] = {
        "text": text,
        "language": choose(known=known, detected=guesser.detect(text)),
        "kind": decision.kind,
        "topic": decision.topic,
        "candidates": list(decision.candidates),
        "confidence": decision.confidence,
        "alarm": alarm.level.label if alarm else None,
        "category": str(alarm.category) if alarm else None,
        "by": list(alarm.by) if alarm else (["model"] if reading.parsed else ["rules"]),
        "reply": decision.reply,
    }
    if explain:
        result["rules"] = [
            {"rule": f.rule, "level": f.level.label, "category": str(f.category), "words": f.span}
            for f in decision.findings
        ]
        result["words"] = [list(w) for w in reading.parsed.words] if reading.parsed else []
        result["risk"] = reading.parsed.risk if reading.parsed else None
    return result
