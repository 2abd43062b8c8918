"""One message in the staff group: codes, levels, states, waiting times. Edited a few times a
minute at most, written anew when it was deleted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.case_ports import CaseBook, SentMessages
from bot.desk.render import LIMIT, StaffTexts
from bot.desk_ports import Refused, StaffSender
from bot.domain.case import Case, CaseState
from bot.staff_ports import StaffBook
from bot.usecases.staff_views import packed_row

log = logging.getLogger("kawan.desk")
PERIOD = 15.0  # seconds between changes of the message: four a minute of the group's twenty
IDLE = 60.0  # waiting times grow, so it is looked at even when nothing happened
RENEWED = timedelta(hours=24)  # a bot may delete its messages for two days only
_NAME = "digest"  # under which its message id is kept, like the copies of a case
OUTSIDE = 600.0  # seconds between attempts while the group cannot be written to


class Digest:
    """Run `run()` as a task; `mark()` asks for a fresh digest."""

    def __init__(
        self,
        group: int,
        language: str,
        cases: CaseBook,
        staff: StaffBook,
        sent: SentMessages,
        sender: StaffSender,
        texts: StaffTexts,
        now: Callable[[], datetime],
        period: float = PERIOD,
        adverts: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """`adverts`: how many reported adverts nobody has looked at."""
        self._group = group
        self._language = language
        self._cases = cases
        self._staff = staff
        self._sent = sent
        self._sender = sender
        self._texts = texts
        self._now = now
        self._period = period
        self._adverts = adverts
        self._wanted = asyncio.Event()
        self._shown: tuple[int, str, datetime] | None = None  # message id, text, since when

    def mark(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled. A group that is gone is tried again from time to time."""
        self.mark()
        while True:
            try:
                await asyncio.wait_for(self._wanted.wait(), max(IDLE, self._period))
            except TimeoutError:
                pass
            self._wanted.clear()
            pause = self._period
            try:
                await self.refresh()
            except Refused as error:
                log.warning("the staff group cannot be written to: %s", error)
                pause = OUTSIDE if error.blocked and self._period >= PERIOD else self._period
            except Exception as error:
                log.error("digest failed: %s", type(error).__name__)
            await asyncio.sleep(pause)

    async def refresh(self) -> None:
        """Edit the message, or write a new one where there is none any more."""
        text = await self.text()
        there = self._shown or await self._earlier()
        if there is not None and self._now() - there[2] < RENEWED:
            if there[1] == text:
                return
            try:
                await self._sender.edit(self._group, there[0], text)
                self._shown = (there[0], text, there[2])
                return
            except Refused as error:
                if not error.gone:
                    raise
        await self._write(text, there[0] if there else None)

    async def _write(self, text: str, old: int | None) -> None:
        self._shown = None
        message_id = await self._sender.send(self._group, text, (), 0)
        now = self._now()
        self._shown = (message_id, text, now)
        await self._sent.remember(
            self._group, message_id, now, person=False, by_bot=True, case=_NAME
        )
        if old is not None:
            try:
                await self._sender.delete(self._group, old)
            except Refused:
                pass
            await self._sent.forget(self._group, [old])

    async def _earlier(self) -> tuple[int, str, datetime] | None:
        """The digest that an earlier process left."""
        there = [number for _, number in await self._sent.of_case(_NAME, self._group)]
        return (there[-1], "", self._now()) if there else None

    async def text(self) -> str:
        cases = await self._cases.open_cases()
        on_duty = await self._staff.on_duty()
        waiting = [c for c in cases if c.state is CaseState.WAITING]
        head = self._texts.string(
            "staff_digest" if cases else "staff_digest_empty", self._language,
            waiting_cases=len(waiting), taken_cases=len(cases) - len(waiting),
            on_duty=len(on_duty),
        )  # fmt: skip
        if self._adverts is not None and (count := await self._adverts()):
            head += "\n" + self._texts.string("staff_digest_adverts", self._language, count=count)
        rows = self._texts.cases("\n".join(self._row(case) for case in cases[:40]), self._language)
        return (head + ("\n\n" + rows if rows else ""))[:LIMIT]

    def _row(self, case: Case) -> str:
        """Minutes are rounded, so that the message does not change without need."""
        seconds = int((self._now() - case.opened_at).total_seconds())
        step = 60 if seconds < 600 else 300 if seconds < 3600 else 3600
        return packed_row(case, seconds // step * step)
