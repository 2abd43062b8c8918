"""One hash of everything a trained model depends on."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CODE = (
    "nlu/components/*.py",
    "nlu/labels.py",
    "nlu/lexicon.py",
    "nlu/vectors.py",
    "nlu/requirements.txt",
    "bot/domain/text.py",
)


def of(config: Path, domain: Path, data: Path, lexicon: Path) -> str:
    """Hex digest over the contents of configuration, domain, training data, lexicon and the code
    that trains and reads."""
    files = [config, domain, *sorted(data.rglob("*.yml")), *sorted(lexicon.glob("*.yml"))]
    code = [f for pattern in _CODE for f in sorted(ROOT.glob(pattern))]
    return _digest([*files, *code])


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()
