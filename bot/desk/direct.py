"""Supervisors are told without the database: their ids stand in the settings."""

import logging
import time
from collections.abc import Callable, Sequence

from bot.desk.render import StaffTexts
from bot.desk_ports import Refused, SecondChannel, StaffSender
from bot.domain.danger import Alarm

log = logging.getLogger("kawan.desk")
PERIOD = 300.0  # seconds between two such messages; what came meanwhile is counted


class DirectLine:
    """`unkept` for each alarm that could not be kept. Never raises."""

    def __init__(
        self,
        supervisors: Sequence[int],
        sender: StaffSender,
        texts: StaffTexts,
        language: str,
        mail: SecondChannel | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisors = supervisors
        self._sender = sender
        self._texts = texts
        self._language = language
        self._mail = mail
        self._clock = clock
        self._count = 0
        self._worst = 0
        self._told = -PERIOD

    async def unkept(self, alarm: Alarm) -> None:
        self._count += 1
        self._worst = max(self._worst, int(alarm.level))
        now = self._clock()
        if now - self._told < PERIOD:
            return
        self._told = now
        count, self._count, worst, self._worst = self._count, 0, self._worst, 0
        text = self._texts.string("staff_database_down", self._language, count=count, level=worst)
        for user_id in self._supervisors:
            try:
                await self._sender.send(user_id, text, (), 10 * worst)
            except Refused as error:
                log.error("a supervisor could not be told: %s", error)
        if self._mail is not None:
            await self._mail.alert("-", alarm.level.label)
