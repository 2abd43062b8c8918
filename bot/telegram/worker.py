"""Works off one update in repeatable steps: decide, send, keep."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.offer_render import Card
from bot.adapters.content.render import Rendered, render
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.ports import AlarmLog, Conversations
from bot.telegram.lanes import Undeliverable
from bot.usecases.answer import Turn
from bot.usecases.press import show_help

log = logging.getLogger("kawan.updates")


class Answering(Protocol):
    async def __call__(self, incoming: Incoming, before: Conversation) -> Turn: ...


class Sending(Protocol):
    async def send(self, chat_id: int, rendered: Rendered) -> int: ...

    async def acknowledge(self, callback_id: str) -> None: ...


class UpdateWorker:
    """Implements `durable.Worker`. Never lets a person go without an answer: when the database or
    our own code fails, safety steps or numbers are answered from memory."""

    def __init__(
        self,
        answer: Answering,
        conversations: Conversations,
        alarms: AlarmLog,
        outbound: Sending,
        library: Callable[[], Library],
    ) -> None:
        self._answer = answer
        self._conversations = conversations
        self._alarms = alarms
        self._outbound = outbound
        self._library = library

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        """`{"messages": [...], "state": ... or None, "alarm": ... or None}`."""
        incoming = Incoming.from_json(raw)
        if incoming.kind in ("blocked", "unblocked"):
            return {"messages": [], "state": None, "alarm": None}
        if incoming.callback_id:
            await self._outbound.acknowledge(incoming.callback_id)
        if not incoming.private:
            return {"messages": self._in_group(incoming), "state": None, "alarm": None}
        before = await self._before(incoming)
        turn = await self._turn(incoming, before or Conversation())
        now = datetime.now(UTC)
        library = self._library()
        return {
            "messages": [_plain(render(reply, library, now)) for reply in turn.replies],
            "state": turn.conversation.to_json() if before else None,
            "alarm": _alarm_json(turn.alarm),
        }

    async def _before(self, incoming: Incoming) -> Conversation | None:
        """The stored state; None when it cannot be had, and then nothing is stored over it."""
        try:
            return await self._conversations.load(incoming.chat_id)
        except Exception as error:
            log.error("conversation not available: %s; answering from memory", type(error).__name__)
            return None

    async def _turn(self, incoming: Incoming, before: Conversation) -> Turn:
        try:
            return await self._answer(incoming, before)
        except Exception as error:
            log.error("answer failed: %s; sending the numbers", type(error).__name__)
            return Turn((show_help(before.language or "id"),), before)

    def _in_group(self, incoming: Incoming) -> list[dict[str, Any]]:
        """In groups the bot only says, to a command, where to write. Always the same words."""
        if incoming.kind != "command":
            return []
        reply = Reply("message/group_hint", "id")
        return [_plain(render(reply, self._library(), datetime.now(UTC)))]

    async def send(self, chat_id: int, message: dict[str, Any]) -> None:
        """Send one planned message; somebody who blocked the bot is remembered, not retried."""
        rows = tuple(tuple((b[0], b[1], b[2]) for b in row) for row in message["keyboard"])
        rendered = Rendered(message["text"], rows, message["urgent"], _card(message.get("card")))
        try:
            await self._outbound.send(chat_id, rendered)
        except Undeliverable as error:
            if error.blocked:
                await self._conversations.set_blocked(chat_id, True)
            elif rendered.urgent:
                # markup that Telegram refuses must never swallow safety steps
                await self._once_more(chat_id, rendered)
            else:
                log.error("an answer could not be delivered: %s", error)

    async def _once_more(self, chat_id: int, rendered: Rendered) -> None:
        bare = Rendered(visible(rendered.text).replace("<", "‹").replace("&", "+"), (), True)
        try:
            await self._outbound.send(chat_id, bare)
        except Undeliverable as error:
            log.error("safety steps could not be delivered: %s", error)

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        """Store state and alarm; both are idempotent."""
        incoming = Incoming.from_json(raw)
        if incoming.kind in ("blocked", "unblocked"):
            await self._conversations.set_blocked(incoming.chat_id, incoming.kind == "blocked")
        if plan["alarm"]:
            await self._record(incoming, _alarm(plan["alarm"]))
        if plan["state"]:
            await self._conversations.save(incoming.chat_id, Conversation.from_json(plan["state"]))

    async def _record(self, incoming: Incoming, alarm: Alarm) -> None:
        at = datetime.fromtimestamp(incoming.at, UTC)
        await self._alarms.record(incoming.update_id, incoming.chat_id, alarm, at)
        log.warning(
            "alarm: level=%s category=%s by=%s",
            alarm.level.label,
            alarm.category,
            "+".join(alarm.by),
        )


def _plain(rendered: Rendered) -> dict[str, Any]:
    return {
        "text": rendered.text,
        "keyboard": [[list(button) for button in row] for row in rendered.keyboard],
        "urgent": rendered.urgent,
        "card": asdict(rendered.card) if rendered.card else None,
    }


def _card(raw: dict[str, Any] | None) -> Card | None:
    if raw is None:
        return None
    return Card(**{**raw, "signs": tuple(raw["signs"]), "lines": tuple(raw["lines"])})


def _alarm_json(alarm: Alarm | None) -> dict[str, Any] | None:
    if alarm is None:
        return None
    return {
        "level": int(alarm.level), "category": str(alarm.category), "by": list(alarm.by),
        "about_other": alarm.about_other,
    }  # fmt: skip


def _alarm(raw: dict[str, Any]) -> Alarm:
    return Alarm(
        Level(raw["level"]), Category(raw["category"]), tuple(raw["by"]), raw["about_other"]
    )
