"""Read a text: rules first, then the model, alone and together with the lines before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.danger import Alarm
from bot.domain.understanding import Decision, Parsed, Thresholds, decide, judge_risk
from bot.ports import DangerRules, Unavailable, Understander


@dataclass(frozen=True)
class Reading:
    """`decision` is about the text; `alone` is its alarm without the lines before it; `parsed`
    is the model's view of the text, None when the model could not be asked."""

    decision: Decision
    alone: Alarm | None
    parsed: Parsed | None


class Reader:
    """Turns words into a `Reading`. Never raises: without the model the rules still speak."""

    def __init__(
        self,
        rules: DangerRules,
        model: Understander,
        topics: frozenset[str],
        limits: Thresholds,
    ) -> None:
        self._rules = rules
        self._model = model
        self._topics = topics
        self._limits = limits

    async def read(
        self, text: str, earlier: Sequence[str] = (), *, explain: bool = False
    ) -> Reading:
        """`earlier`: the same person's lines of the last two minutes, oldest first."""
        together = "\n".join([*earlier, text]) if earlier else ""
        evidence = self._rules.weigh(text)
        texts = [text, together] if together else [text]
        try:
            parsed: Sequence[Parsed | None] = await self._model.parse(texts, explain=explain)
        except Unavailable:
            parsed = [None] * len(texts)
        decision = decide(parsed[0], evidence, self._topics, self._limits)
        if not together:
            return Reading(decision, decision.alarm, parsed[0])
        burst = judge_risk(parsed[1], self._rules.weigh(together), self._limits)
        return Reading(_worse(decision, burst), decision.alarm, parsed[0])


def _worse(decision: Decision, burst: Alarm | None) -> Decision:
    """The decision with the burst's alarm where that is more serious than its own."""
    if burst is None or (decision.alarm and decision.alarm.level >= burst.level):
        return decision
    return replace(
        decision, kind="disclosure", topic=None, reply=f"safety/{burst.category}", alarm=burst
    )
