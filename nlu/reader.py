"""A trained Rasa model as one function: texts in, readings out."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.domain.text import strip_invisible
from nlu.components.examples import EXPLAIN, LEAN
from nlu.results import combine, reading, seriousness
from nlu.windows import cut

PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER = "__message__", "__tracker__"
_MOST_VECTORS = 6  # windows of one text that get a sentence vector; each costs about 100 ms
_BATCH = 16


class ModelError(Exception):
    """The model file is missing, changed or does not answer sanely; the message says which."""


class Reader:
    """Parses texts with the model in `file`, whose SHA-256 must stand in `file`.sha256."""

    def __init__(self, file: Path) -> None:
        self.sha256 = _verified(file)
        self._agent = Agent()
        self._agent.load_model(file)
        if not self._agent.is_ready():
            raise ModelError(f"{file} holds no usable model")

    def read(self, texts: Sequence[str], explain: bool = False) -> list[dict[str, Any]]:
        """One reading a text, in order (see `nlu.results.reading`). A long text is read in
        windows: the worst risk of any, the average intent of all."""
        windows = [cut(text.strip()) for text in texts]
        short = [w[0] for w in windows if len(w) == 1]
        answers = iter(self.parse(short, {EXPLAIN: explain}))
        return [
            reading(next(answers) if len(w) == 1 else combine(self._long(w, explain)))
            for w in windows
        ]

    def _long(self, windows: list[str], explain: bool) -> list[dict[str, Any]]:
        """All windows by n-grams, then the most worrying ones again with sentence vectors: a
        text of 20,000 characters would else take seconds."""
        if len(windows) <= _MOST_VECTORS:
            return self.parse(windows, {EXPLAIN: explain})
        found = self.parse(windows, {LEAN: True})
        worst = sorted(range(len(windows)), key=lambda i: -seriousness(found[i]))
        chosen = sorted(worst[:_MOST_VECTORS])
        better = self.parse([windows[i] for i in chosen], {EXPLAIN: explain})
        for i, parsed in zip(chosen, better, strict=True):
            found[i] = parsed
        return found

    def parse(
        self, texts: Sequence[str], options: dict[str, bool] | None = None
    ) -> list[dict[str, Any]]:
        """Rasa's own output for each text, of any pipeline; no windows, no smoke test."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(texts), _BATCH):
            batch = [
                UserMessage(_harmless(t), metadata=options or {})
                for t in texts[start : start + _BATCH]
            ]
            found += self._run(batch)
        return found

    def _run(self, batch: list[UserMessage]) -> list[dict[str, Any]]:
        """One pass through Rasa's graph for several messages; `Agent.parse_message` takes one."""
        processor = self._agent.processor
        if processor is None or not batch:
            return []
        target = processor.model_metadata.nlu_target
        tracker = DialogueStateTracker.from_events("kawan", [])
        inputs = {PLACEHOLDER_MESSAGE: batch, PLACEHOLDER_TRACKER: tracker}
        messages: list[Message] = processor.graph_runner.run(inputs=inputs, targets=[target])[
            target
        ]
        return [message.as_dict(only_output_properties=True) for message in messages]


def smoke_test(reader: Reader) -> None:
    """Raises ModelError unless the model tells two different texts apart: Rasa loads an unfitted
    classifier without a word."""
    first, second = reader.read(["halo kak", "adik saya dikurung, tolong"])
    if not first["intents"] or not first["categories"]:
        raise ModelError("the model answers nothing")
    if abs(sum(first["risk"].values()) - 1.0) > 0.01:
        raise ModelError("the model gives no probabilities")
    if first["intents"] == second["intents"] or first["risk"] == second["risk"]:
        raise ModelError("the model answers the same to everything")


def _harmless(text: str) -> str:
    """Rasa takes `/name` as a forced intent: the slash goes before Rasa sees it."""
    return strip_invisible(text).lstrip(" \t\r\n/").strip()


def _verified(file: Path) -> str:
    """SHA-256 of `file`, equal to the one beside it."""
    proof = file.with_name(file.name + ".sha256")
    if not file.exists() or not proof.exists():
        raise ModelError(f"{file if not file.exists() else proof} is missing; train first")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if proof.read_text("ascii").split()[:1] != [found]:
        raise ModelError(f"{file} is not the file that was trained: its SHA-256 differs")
    return found
