"""What is wrong in a content file, said so that an editor can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """`line` counts from 1; `what` says what is wrong and what to do."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class ContentError(Exception):
    """Content that cannot be served; holds every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def line_of(text: str, needle: str, default: int = 1) -> int:
    """Number of the first line that holds `needle`."""
    return next((n for n, row in enumerate(text.splitlines(), 1) if needle in row), default)
