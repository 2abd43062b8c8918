"""Time, memory and size of our pipeline beside a stock Rasa one, on the same data and machine.

    python -m nlu.bench [--only ours|stock] [--texts FILE]

Each pipeline trains and answers in a process of its own. The stock one (DIET, as `rasa init`
writes it) takes many minutes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from nlu.fingerprint import ROOT

_STOCK = """recipe: default.v1
assistant_id: stock
language: id
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
policies: []
"""
_FIGURES = ("train_s", "p50_ms", "p95_ms", "per_second", "rss_mb", "model_mb")


def main() -> int:
    parser = argparse.ArgumentParser(prog="nlu.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("ours", "stock"))
    parser.add_argument("--texts", type=Path, default=Path("nlu") / "eval" / "messages.jsonl")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_answer(options.measure, options.texts)))
        return 0
    names = [options.only] if options.only else ["ours", "stock"]
    with tempfile.TemporaryDirectory() as folder:
        results = {name: _one(name, Path(folder) / name, options.texts) for name in names}
    _print(results)
    return 0


def _one(name: str, folder: Path, texts: Path) -> dict[str, float]:
    """Trains and measures one pipeline in child processes."""
    folder.mkdir()
    config = ROOT / "config.yml"
    if name == "stock":
        config = folder / "config.yml"
        config.write_text(_STOCK)
    started = time.monotonic()
    _run("nlu.train", "--out", str(folder), "--config", str(config))
    seconds = time.monotonic() - started
    model = folder / "kawan-nlu.tar.gz"
    found = json.loads(_run("nlu.bench", "--measure", str(model), "--texts", str(texts)))
    return {"train_s": seconds, "model_mb": model.stat().st_size / 1e6, **found}


def _run(module: str, *arguments: str) -> str:
    """Last line a module printed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def _answer(model: Path, texts: Path) -> dict[str, float]:
    """Speed of single parses and memory, in this process."""
    from nlu.quiet import quiet

    quiet()
    from nlu.reader import Reader

    reader = Reader(model)
    lines = [json.loads(line)["text"] for line in texts.read_text("utf-8").splitlines() if line]
    reader.parse(lines[:5])
    times = sorted(_seconds(reader, line) for line in lines)
    return {
        "p50_ms": 1000 * times[len(times) // 2],
        "p95_ms": 1000 * times[int(0.95 * (len(times) - 1))],
        "per_second": len(times) / sum(times),
        "rss_mb": _rss(),
    }


def _seconds(reader: Any, text: str) -> float:
    started = time.perf_counter()
    reader.parse([text])
    return time.perf_counter() - started


def _rss() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _print(results: dict[str, dict[str, float]]) -> None:
    print("figure".ljust(12) + "".join(name.rjust(12) for name in results) + "stock/ours".rjust(12))
    for figure in _FIGURES:
        values = [result[figure] for result in results.values()]
        ratio = f"{values[1] / values[0]:.2f}" if len(values) == 2 else "-"
        print(figure.ljust(12) + "".join(f"{v:12.1f}" for v in values) + ratio.rjust(12))


if __name__ == "__main__":
    sys.exit(main())
