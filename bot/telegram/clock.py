"""The time at Telegram. Messages carry its time, and what counts as late is told from it; a machine
whose own clock jumps must not take every answer for one that comes too late."""

import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

log = logging.getLogger("kawan.receive")
TRUSTED = 2.0  # seconds; the header has whole seconds and some way to go
_SAID = 60.0  # seconds of difference from which the operator is told, once


class TelegramClock:
    """Learns from the `Date` header of every answer how far our clock is off."""

    def __init__(self) -> None:
        self._off = 0.0
        self._said = False

    async def learn(self, response: httpx.Response) -> None:
        """An httpx event hook."""
        try:
            there = parsedate_to_datetime(response.headers["date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return
        off = there - time.time()
        self._off = off if abs(off) > TRUSTED else 0.0
        if abs(off) > _SAID and not self._said:
            self._said = True
            log.error("the clock of this machine is %.0f s off; set it", -off)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._off)
