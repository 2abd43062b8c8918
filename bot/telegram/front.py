"""What happens to an update before anything else: it is looked at for danger, so that it does not
wait behind others, and kept. Where it cannot be kept, it is answered from memory."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.domain.danger import Alarm
from bot.domain.message import Incoming
from bot.ports import DangerRules
from bot.telegram.worker import UpdateWorker, alarm_of

log = logging.getLogger("kawan.receive")
_REMEMBERED = 5000  # updates that were answered from memory
PATIENCE = 4.0  # seconds to keep an update in before the person is answered without it


class Inbox(Protocol):
    async def put(self, incoming: Incoming, level: int = 0) -> None: ...


class Front:
    """`put` for the receiver. Raises where an update could not be kept, so that Telegram brings it
    again; by then the person has had an answer and supervisors know of an alarm."""

    def __init__(
        self,
        inbox: Inbox,
        people: UpdateWorker,
        is_staff: Callable[[int], Awaitable[bool]],
        rules: DangerRules,
        unkept: Callable[[Alarm], Awaitable[None]],
        patience: float = PATIENCE,
    ) -> None:
        """`unkept` tells supervisors of an alarm without the database."""
        self._inbox = inbox
        self._people = people
        self._is_staff = is_staff
        self._rules = rules
        self._unkept = unkept
        self._patience = patience
        self._answered: OrderedDict[int, None] = OrderedDict()

    async def put(self, incoming: Incoming) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._inbox.put(incoming, self._level(incoming))
        except Exception as error:
            if incoming.private and incoming.update_id not in self._answered:
                log.error("an update could not be kept (%s); answering", type(error).__name__)
                await self._from_memory(incoming)
            raise

    def _level(self, incoming: Incoming) -> int:
        """What the rules see at a glance; the whole judgement comes later."""
        if not incoming.private or not incoming.words.strip():
            return 0
        return max((int(f.level) for f in self._rules.weigh(incoming.words).findings), default=0)

    async def _from_memory(self, incoming: Incoming) -> None:
        """The same answer as ever, which is kept nowhere; staff wait until theirs can be kept."""
        self._answered[incoming.update_id] = None
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        try:
            if await self._is_staff(incoming.chat_id):
                return
            plan = await self._people.decide(incoming.to_json())
            if plan["alarm"]:
                await self._unkept(alarm_of(plan["alarm"]))
            for message in plan["messages"]:
                await self._people.send(incoming.chat_id, message)
        except Exception as error:
            log.error("no answer from memory either: %s", type(error).__name__)
