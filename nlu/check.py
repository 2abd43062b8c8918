"""Reads the training files before Rasa does, to say in one line what is wrong and where."""

from pathlib import Path
from typing import Any

import yaml

from nlu.labels import LEVELS


class Problem(Exception):
    """What is wrong with an input of the training, and where, in one line."""


def load(file: Path) -> Any:
    """The YAML in `file`; Problem when it is missing or broken."""
    try:
        return yaml.safe_load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise Problem(f"{file} is missing") from None
    except UnicodeDecodeError:
        raise Problem(f"{file} is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        raise Problem(f"{place}: {getattr(error, 'problem', None) or 'not YAML'}") from None


def inputs(config: Path, domain: Path, data: Path) -> tuple[int, int]:
    """Number of intents and of examples; Problem when something does not fit together."""
    if not isinstance(load(config), dict):
        raise Problem(f"{config} holds no configuration")
    intents = set((load(domain) or {}).get("intents") or ())
    if not intents:
        raise Problem(f"{domain} names no intents")
    files = sorted(data.rglob("*.yml"))
    if not files:
        raise Problem(f"{data} holds no training data (*.yml)")
    count = sum(_examples(file, intents) for file in files)
    return len(intents), count


def _examples(file: Path, intents: set[str]) -> int:
    """Number of examples of one file."""
    content = load(file)
    blocks = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(blocks, list):
        raise Problem(f"{file}: needs a list under `nlu:`")
    count = 0
    for block in blocks:
        name = block.get("intent") if isinstance(block, dict) else None
        if name not in intents:
            raise Problem(f"{file}: unknown intent {name!r}; the known ones are in the domain file")
        risk = (block.get("metadata") or {}).get("risk", LEVELS[0])
        if risk not in LEVELS:
            raise Problem(f"{file}: unknown risk {risk!r} of {name}; one of {', '.join(LEVELS)}")
        count += sum(line.startswith("- ") for line in str(block.get("examples")).splitlines())
    return count
