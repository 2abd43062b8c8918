"""Trains the model: `python -m nlu.train --out DIR`.

Writes DIR/kawan-nlu.tar.gz with its `.sha256` and `.fingerprint`. Does nothing when data,
configuration and code are those of the model that is there. Exit code 2 and one line when an
input is missing or broken.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

from nlu import check, fingerprint, lexicon
from nlu.quiet import ENVIRONMENT, quiet

MODEL = "kawan-nlu.tar.gz"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        return _run(options)
    except (check.Problem, FileNotFoundError) as problem:
        print(f"cannot train: {problem}", file=sys.stderr)
        return 2


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.train", description="Train the language model.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--config", type=Path, default=Path("config.yml"))
    parser.add_argument("--domain", type=Path, default=Path("domain.yml"))
    parser.add_argument("--data", type=Path, default=Path("nlu") / "data")
    parser.add_argument("--lexicon", type=Path, default=lexicon.FOLDER)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    intents, examples = check.inputs(options.config, options.domain, options.data)
    lexicon.load_words(options.lexicon)
    model = options.out / MODEL
    mark = fingerprint.of(options.config, options.domain, options.data, options.lexicon)
    if not options.force and _unchanged(model, mark):
        print(f"nothing changed: {model} is up to date", flush=True)
        return 0
    print(f"training on {examples} examples of {intents} intents", flush=True)
    _train(options, model)
    _beside(model, "sha256").write_text(_sha256(model) + f"  {model.name}\n", "ascii")
    _beside(model, "fingerprint").write_text(mark + "\n", "ascii")
    size = model.stat().st_size / 1e6
    print(f"{model}: {size:.1f} MB in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def _train(options: argparse.Namespace, model: Path) -> None:
    os.environ.update(ENVIRONMENT)
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ["KAWAN_LEXICON_DIR"] = str(options.lexicon)
    os.environ["KAWAN_VECTOR_CACHE"] = str(options.out / "sentence-vectors.npz")
    print("loading Rasa", flush=True)
    quiet()
    from rasa.model_training import train_nlu

    # Trained aside and moved into place: a model being served never sees half a file.
    with tempfile.TemporaryDirectory(dir=options.out) as folder:
        trained = train_nlu(
            str(options.config),
            str(options.data),
            folder,
            fixed_model_name=MODEL,
            domain=str(options.domain),
        )
        if trained is None:
            raise check.Problem(f"{options.data} holds nothing to learn from")
        Path(trained).replace(model)


def _unchanged(model: Path, mark: str) -> bool:
    proof, seal = _beside(model, "fingerprint"), _beside(model, "sha256")
    if not (model.exists() and proof.exists() and seal.exists()):
        return False
    return proof.read_text("ascii").strip() == mark and seal.read_text("ascii").startswith(
        _sha256(model)
    )


def _beside(model: Path, ending: str) -> Path:
    return model.with_name(f"{model.name}.{ending}")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
