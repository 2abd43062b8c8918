"""Which language an answer is in. The order of precedence is decided here and nowhere else."""

from dataclasses import dataclass

DEFAULT = "id"


@dataclass(frozen=True)
class Detection:
    """What a message looks like. `sure` is False for words that both languages share
    ("ok", "menu"), names, numbers and messages too short to tell."""

    language: str
    sure: bool


def choose(
    *,
    known: frozenset[str],
    explicit: str | None = None,
    detected: Detection | None = None,
    previous: str | None = None,
    client: str | None = None,
) -> str:
    """Language code of the answer, the first of these that is known:

    1. the person's explicit choice (`/bahasa`), which sticks until changed;
    2. the language of this message, when it is clear;
    3. the language of the conversation so far;
    4. the language of the person's Telegram client (`id`, `ms`, `jv`, ... count as Indonesian);
    5. the best guess about this message; then Indonesian.
    """
    candidates = [
        explicit,
        detected.language if detected and detected.sure else None,
        previous,
        _from_client(client),
        detected.language if detected else None,
    ]
    return next((c for c in candidates if c in known), DEFAULT)


def _from_client(code: str | None) -> str | None:
    if not code:
        return None
    base = code.lower().split("-")[0]
    return "id" if base in {"id", "in", "ms", "jv", "su", "min", "ban", "mad"} else base
