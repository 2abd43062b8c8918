"""`kawan check-offer`: offers from standard input, one JSON object each."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

Explain = Callable[[str], dict[str, Any]]


def check_offers(source: TextIO, out: TextIO, explain: Explain, jsonl: bool) -> None:
    """`jsonl`: an offer a line; otherwise everything that can be read is one offer. A line that is
    no JSON object with a text gives `{"error": ..., "line": n}` and the rest goes on."""
    if not jsonl:
        _print(explain(source.read()), out)
        return
    for number, line in enumerate(_lines(source), 1):
        if not line.strip():
            continue
        try:
            result = explain(_text(line))
        except ValueError as error:
            result = {"error": str(error), "line": number}
        _print(result, out)


def _lines(source: TextIO) -> Iterable[str]:
    """Lines as soon as they come; the last one ends the loop, not a full buffer."""
    return iter(source.readline, "")


def _text(line: str) -> str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a JSON object: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ValueError("needs a JSON object with a string `text`")
    return str(value["text"])


def _print(result: dict[str, Any], out: TextIO) -> None:
    print(json.dumps(result, ensure_ascii=False), file=out, flush=True)
