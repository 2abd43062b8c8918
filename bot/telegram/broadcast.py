"""Sends a broadcast: as fast as Telegram allows, below everything else, to nobody twice.

Each recipient is marked `sending` before Telegram is asked and `sent` after. What a crash or a
lost answer leaves in between may have arrived; it becomes `unknown` and is not tried again.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from telegram import Bot, LinkPreviewOptions
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.adapters.content.library import Library
from bot.adapters.database.broadcasts import BroadcastStore
from bot.domain.broadcast import Broadcast, BroadcastState, Recipient
from bot.telegram.campaign_send import keep_id
from bot.telegram.lanes import Lane, Lanes, Undeliverable
from bot.telegram.outbound import Remember, markup

log = logging.getLogger("kawan.broadcast")
BATCH = 900  # recipients of one durable step, about half a minute
AT_ONCE = 24  # sends that wait for their turn or their answer
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Unknown(Exception):
    """Perhaps it arrived."""


class Marks:
    """Gathers marks that come in together into one transaction."""

    def __init__(self, store: BroadcastStore, number: int) -> None:
        self._store = store
        self._number = number
        self._states: dict[str, str] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    def note(self, chat: str, state: str) -> None:
        """Written with the next transaction."""
        self._states[chat] = state

    async def write(self, chat: str, state: str) -> None:
        """Returns once it is on disk."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._states[chat] = state
        self._waiting.append(future)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        await future

    async def flush(self) -> None:
        if self._task:
            await asyncio.wait([self._task])
        await self._commit()

    async def _work(self) -> None:
        while self._waiting:
            await self._commit()

    async def _commit(self) -> None:
        states, self._states = self._states, {}
        waiting, self._waiting = self._waiting, []
        try:
            if states:
                await self._store.mark(self._number, states, datetime.now(UTC))
        except Exception as error:
            for future in waiting:
                if not future.done():
                    future.set_exception(error)
            if not waiting:
                raise
        else:
            for future in waiting:
                if not future.done():
                    future.set_result(None)


class Broadcaster:
    """Implements `campaign_work.Sender`."""

    def __init__(
        self,
        bot: Bot,
        lanes: Lanes,
        store: BroadcastStore,
        library: Callable[[], Library],
        remember: Remember | None = None,
    ) -> None:
        """`remember` keeps the ids of messages, so that a person can have them deleted."""
        self._remember = remember
        self._bot = bot
        self._lanes = lanes
        self._store = store
        self._library = library

    async def batch(self, number: int) -> str:
        """Send to the next recipients. `more`: there are others; `wait`: the others sleep now;
        `over`: nobody is left; `stopped`: paused or cancelled."""
        broadcast = await self._store.get(number)
        if broadcast is None or broadcast.state not in (
            BroadcastState.SCHEDULED, BroadcastState.RUNNING,
        ):  # fmt: skip
            return "stopped"
        await self._store.change(number, BroadcastState.RUNNING, datetime.now(UTC))
        await self._store.settle_interrupted(number)
        await self._store.open_audience(number, datetime.now(UTC))
        await self._store.drop_departed(number)
        zones = await self._store.pending_zones(number)
        awake = [zone for zone in zones if broadcast.awake(zone, datetime.now(UTC))]
        people = await self._store.next_recipients(number, awake, BATCH)
        if people:
            await self._send_all(broadcast, people)
            return "more"
        if zones:
            return "wait"
        await self._store.change(number, BroadcastState.DONE, datetime.now(UTC))
        return "over"

    async def _send_all(self, broadcast: Broadcast, people: list[Recipient]) -> None:
        """All of them, unless it is paused meanwhile: that is looked at every second."""
        marks = Marks(self._store, broadcast.number)
        room = asyncio.Semaphore(AT_ONCE)
        stopped = asyncio.Event()
        watch = asyncio.create_task(self._watch(broadcast.number, stopped))

        async def one(person: Recipient) -> None:
            try:
                await self._send(broadcast, person, marks, stopped)
            finally:
                room.release()

        try:
            async with asyncio.TaskGroup() as tasks:
                for person in people:
                    await room.acquire()
                    if stopped.is_set():
                        break
                    tasks.create_task(one(person))
        finally:
            watch.cancel()
            await marks.flush()

    async def _watch(self, number: int, stopped: asyncio.Event) -> None:
        while True:
            await asyncio.sleep(1.0)
            found = await self._store.get(number)
            if found is None or found.state is not BroadcastState.RUNNING:
                stopped.set()
                return

    async def _send(
        self, broadcast: Broadcast, person: Recipient, marks: Marks, stopped: asyncio.Event
    ) -> None:
        async def prepare() -> bool:
            if stopped.is_set():
                return False
            await marks.write(person.chat_hash, "sending")
            return True

        async def call() -> bool:
            await self._once(broadcast, person)
            return True

        try:
            if await self._lanes.send(Lane.CAMPAIGN, person.chat_id, call, prepare=prepare):
                marks.note(person.chat_hash, "sent")
        except Undeliverable as error:
            marks.note(person.chat_hash, "blocked" if error.blocked else "failed")
        except _Unknown:
            marks.note(person.chat_hash, "unknown")

    async def _once(self, broadcast: Broadcast, person: Recipient) -> None:
        """One attempt. What surely did not arrive may be repeated by the lane (429, no connection);
        every other failure leaves it open."""
        try:
            sent = await self._bot.send_message(
                person.chat_id,
                self.text(broadcast, person.language),
                parse_mode="HTML",
                reply_markup=markup(self._keyboard(person.language)),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            await keep_id(self._remember, person.chat_id, int(sent.message_id))
        except RetryAfter:
            raise
        except NetworkError as error:
            if isinstance(error.__cause__, _NEVER_LEFT) or _refused(error):
                raise
            raise _Unknown from error

    def text(self, broadcast: Broadcast, language: str) -> str:
        """What is sent: first a line that a lock screen may show."""
        return f"{self._library().string('broadcast_first_line', language)}\n\n\n{broadcast.text_for(language)}"

    def _keyboard(self, language: str) -> list[list[list[str]]]:
        library = self._library()
        return [
            [
                [library.string("btn_help_now", language), "help", ""],
                [library.string("btn_sub_stop", language), "sub:off", ""],
            ]
        ]

    async def preview(self, chat_id: int, broadcast: Broadcast, language: str) -> None:
        """Show somebody what subscribers of a language would get."""
        await self._lanes.send(
            Lane.ANSWER,
            chat_id,
            lambda: self._bot.send_message(
                chat_id,
                self.text(broadcast, language),
                parse_mode="HTML",
                reply_markup=markup(self._keyboard(language)),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )


def _refused(error: TelegramError) -> Any:
    """`BadRequest` is a NetworkError in this library; Telegram said no, so nothing arrived."""
    return type(error).__name__ == "BadRequest"
