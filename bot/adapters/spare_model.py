"""The model's lean edition inside the bot: what still understands when the parse service is down.

It reads the n-gram parts of the very model file that the service serves (JSON and npz, no
pickle). Without sentence vectors it knows less, but far more than rules alone; docs/understanding.md
has the figures. It needs numpy and nothing else, and a few milliseconds a text.
"""

import asyncio
import hashlib
import io
import itertools
import json
import logging
import math
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.text import Lexicon, normalise
from bot.domain.understanding import Parsed
from bot.ports import Unavailable, Understander

log = logging.getLogger("kawan.spare")
LEVELS = ("none", "concern", "high", "critical")
LONGEST = 4000  # characters that are read
_HEADS = ("intent", "level", "kind", "category", "about")
_WORD = re.compile(r"[^\s.,!]+")
_SPACES = re.compile(r"\s\s+")
_TINY = 1e-9
_AGAIN = 30.0  # seconds until a model file that could not be read is looked at again
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Grams:
    """One half of the features: n-gram -> column, and the weight of each column."""

    columns: dict[str, int]
    idf: Floats

    def row(self, grams: Iterator[str]) -> tuple[NDArray[np.int64], Floats]:
        """Columns and sublinear TF-IDF values of length 1 (as scikit-learn's TfidfVectorizer)."""
        counts = Counter(c for g in grams if (c := self.columns.get(g)) is not None)
        columns = np.fromiter(counts, np.int64, len(counts))
        values = np.array([1.0 + math.log(n) for n in counts.values()], np.float32)
        values = values * self.idf[columns]
        length = float(np.linalg.norm(values))
        return columns, values / length if length else values


@dataclass(frozen=True)
class _Head:
    classes: list[str]
    weights: Floats
    bias: Floats
    temperature: float

    def probabilities(self, columns: NDArray[np.int64], values: Floats) -> dict[str, float]:
        scores = (self.weights[:, columns] @ values + self.bias) / self.temperature
        powers = np.exp(scores - scores.max())
        return dict(zip(self.classes, map(float, powers / powers.sum()), strict=True))


class SpareModel:
    """Implements `Understander` in this process."""

    def __init__(self, file: Path) -> None:
        """`file`: kawan-nlu.tar.gz with its `.sha256` beside it. `Unavailable` when it is not
        there, was changed, or is of another version."""
        try:
            parts = _parts(file)
            words = json.loads(parts["lexicon.json"])
            self._lexicon = Lexicon(words["words"], frozenset(words["vocabulary"]))
            self._grams = {name: _grams(parts, name) for name in ("word", "char")}
            self._heads = {name: _head(parts, f"{name}.lean") for name in _HEADS}
        except (OSError, KeyError, ValueError, tarfile.TarError) as error:
            raise Unavailable(type(error).__name__) from error

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        """See `Understander.parse`; words that moved the risk are not told apart here."""
        return [self._read(text[:LONGEST]) for text in texts]

    def _read(self, text: str) -> Parsed:
        normal = normalise(text, self._lexicon)
        first, values = self._grams["word"].row(_word_grams(normal))
        second, more = self._grams["char"].row(_char_grams(normal))
        columns = np.concatenate([first, second + len(self._grams["word"].columns)])
        features = np.concatenate([values, more])
        found = {n: head.probabilities(columns, features) for n, head in self._heads.items()}
        intents = tuple(sorted(found["intent"].items(), key=lambda item: -item[1]))
        risk = _risk(found["level"], found["kind"])
        return Parsed(intents, risk, found["category"], (), found["about"].get("other", 0.0))


def _risk(level: dict[str, float], kind: dict[str, float]) -> dict[str, float]:
    """Geometric mean of the two heads' opinions on the level, as in `nlu.components.risk`."""
    by_kind = dict.fromkeys(LEVELS, 0.0)
    for name, p in kind.items():
        by_kind[name.rpartition("|")[2]] += p
    means = {n: math.sqrt((level.get(n, 0.0) + _TINY) * (by_kind[n] + _TINY)) for n in LEVELS}
    total = sum(means.values())
    return {name: mean / total for name, mean in means.items()}


def _word_grams(text: str) -> Iterator[str]:
    """Words and pairs of words."""
    words = _WORD.findall(text)
    yield from words
    yield from (f"{a} {b}" for a, b in itertools.pairwise(words))


def _char_grams(text: str) -> Iterator[str]:
    """Pieces of 2 to 5 letters inside words with a space on either side; a word shorter than a
    piece counts once (scikit-learn's `char_wb`)."""
    for word in _SPACES.sub(" ", text).split():
        padded = f" {word} "
        for size in range(2, 6):
            yield padded[:size]
            offset = 0
            while offset + size < len(padded):
                offset += 1
                yield padded[offset : offset + size]
            if offset == 0:
                break


def _parts(file: Path) -> dict[str, bytes]:
    """File name -> bytes of the parts this needs, from an unchanged model file."""
    raw = file.read_bytes()
    proof = file.with_name(file.name + ".sha256").read_text("ascii").split()[:1]
    if proof != [hashlib.sha256(raw).hexdigest()]:
        raise ValueError("the model file was changed")
    parts: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        for member in archive:
            name = Path(member.name).name
            wanted = ".lean." in name or name in ("lexicon.json",) or name.startswith(_GRAM_FILES)
            if member.isfile() and wanted:
                stream = archive.extractfile(member)
                assert stream is not None
                parts[name] = stream.read()
    return parts


_GRAM_FILES = ("word.", "char.")


def _grams(parts: dict[str, bytes], name: str) -> _Grams:
    grams = json.loads(parts[f"{name}.json"])
    idf = _arrays(parts[f"{name}.npz"])["idf"].astype(np.float32)
    return _Grams({gram: i for i, gram in enumerate(grams)}, idf)


def _head(parts: dict[str, bytes], name: str) -> _Head:
    arrays = _arrays(parts[f"{name}.npz"])
    classes = [str(c) for c in json.loads(parts[f"{name}.json"])]
    weights = arrays["weights"].astype(np.float32)
    return _Head(classes, weights, arrays["bias"].astype(np.float32), float(arrays["temperature"]))


def _arrays(raw: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


class WithSpare:
    """Asks the parse service and, where it does not answer, the model in this process. Only
    where neither can be had is it `Unavailable`."""

    def __init__(self, service: Understander, file: Path) -> None:
        self._service = service
        self._file = file
        self._spare: SpareModel | None = None
        self._tried_at = -math.inf

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        """See `Understander.parse`."""
        try:
            return await self._service.parse(texts, explain=explain)
        except Unavailable:
            if self._spare is None:
                self._spare = await asyncio.to_thread(self._load)
        return await self._spare.parse(texts)

    def _load(self) -> SpareModel:
        now = time.monotonic()
        if now - self._tried_at < _AGAIN:
            raise Unavailable("no spare model")
        self._tried_at = now
        spare = SpareModel(self._file)
        log.warning("the parse service does not answer; reading with the spare model meanwhile")
        return spare
