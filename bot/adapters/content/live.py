"""Content that follows its files: an editor saves, the bot serves; a bad file changes nothing."""

import logging
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.adapters.content.check import check
from bot.adapters.content.library import Library, load
from bot.adapters.content.problems import ContentError
from bot.domain.quiz import Quiz

log = logging.getLogger("kawan.content")
INTERVAL = 5.0


class LiveContent:
    """Holds the last good `Library`; `current()` looks for changes at most every 5 seconds.

    A hotline past its date does not take numbers away from anybody: the last good list goes on
    being served and the log says which listing to confirm.
    """

    def __init__(
        self,
        root: Path,
        today: Callable[[], date] = date.today,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises `ContentError` when there is no good content to begin with."""
        self._root = root
        self._today = today
        self._clock = clock
        problems = check(root, today(), patterns=False)  # those are compiled once, at the start
        broken = [p for p in problems if "past its" not in p.what]
        if broken:
            raise ContentError(broken)
        for problem in problems:
            log.warning("content: %s", problem)
        self._library = load(root)
        self._stamp = self._newest()
        self._looked = clock()

    def current(self) -> Library:
        """The newest content without problems."""
        now = self._clock()
        if now - self._looked >= INTERVAL:
            self._looked = now
            stamp = self._newest()
            if stamp != self._stamp:
                self._stamp = stamp
                self._reload()
        return self._library

    @property
    def languages(self) -> frozenset[str]:
        return self.current().languages

    @property
    def order(self) -> tuple[str, ...]:
        return self.current().order

    @property
    def quiz_names(self) -> tuple[str, ...]:
        return self.current().quiz_names

    def quiz(self, name: str, language: str) -> Quiz | None:
        return self.current().quiz(name, language)

    def related(self, topic: str) -> tuple[str, ...]:
        return self.current().related(topic)

    def _reload(self) -> None:
        problems = check(self._root, self._today(), patterns=False)
        if problems:
            log.error("content: kept the last good version, because of %s", problems[0])
            return
        self._library = load(self._root)
        log.info("content: loaded anew")

    def _newest(self) -> tuple[int, int]:
        """(number of files, newest change) of the content folder."""
        times = [p.stat().st_mtime_ns for p in self._root.rglob("*") if p.is_file()]
        return len(times), max(times, default=0)
