"""A page of content: YAML front matter, then parts divided by `<!-- name -->` lines."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.content.problems import ContentError, Problem

# libyaml reads a large pattern file many times faster; not every machine has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"^<!--\s*([a-z_]+)\s*-->\s*$")


@dataclass(frozen=True)
class Page:
    """`parts`: name -> HTML text ("" is the first part); `starts`: name -> line it begins on."""

    path: Path
    meta: dict[str, Any]
    parts: dict[str, str]
    starts: dict[str, int]
    source: str

    @property
    def title(self) -> str:
        return str(self.meta.get("title", ""))


def read_page(path: Path) -> Page:
    """The page in `path`; `ContentError` when it cannot be read, with the line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([Problem(str(path), 1, f"cannot be read as UTF-8: {error}")]) from error
    rows = text.splitlines()
    if not rows or rows[0].strip() != "---" or "---" not in [r.strip() for r in rows[1:]]:
        raise ContentError(
            [Problem(str(path), 1, "must begin with front matter between --- lines")]
        )
    end = next(n for n, row in enumerate(rows[1:], 1) if row.strip() == "---")
    meta = load_yaml("\n".join(rows[1:end]), path, first_line=2)
    if not isinstance(meta, dict):
        raise ContentError([Problem(str(path), 2, "front matter must be `key: value` lines")])
    parts, starts = _split(rows, end + 1)
    return Page(path, meta, parts, starts, text)


def load_yaml(text: str, path: Path, first_line: int = 1) -> Any:
    """Parsed YAML; `ContentError` with the line in the whole file where it is broken."""
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        what = getattr(error, "problem", None) or "not valid YAML"
        raise ContentError([Problem(str(path), line, f"YAML: {what}")]) from error


def _split(rows: list[str], begin: int) -> tuple[dict[str, str], dict[str, int]]:
    parts: dict[str, list[str]] = {"": []}
    starts = {"": begin + 1}
    name = ""
    for number, row in enumerate(rows[begin:], begin + 1):
        match = _PART.match(row)
        if match:
            name = match.group(1)
            parts[name] = []
            starts[name] = number + 1
        else:
            parts[name].append(row)
    return {k: "\n".join(v).strip() for k, v in parts.items()}, starts
