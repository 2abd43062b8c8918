"""Works off one update in repeatable steps: decide, send, keep."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.offer_render import Card
from bot.adapters.content.render import Rendered, render
from bot.domain.contact import LATE, late
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.ports import AlarmLog, Conversations
from bot.telegram.lanes import Undeliverable
from bot.telegram.outbound import TooLate
from bot.usecases import keyboards
from bot.usecases.answer import Turn
from bot.usecases.give_details import ASKING_PLACE
from bot.usecases.hotline import NOBODY, UNKNOWN, Situation
from bot.usecases.press import show_help

log = logging.getLogger("kawan.updates")


_HARMLESS = frozenset({"message/left"})  # may be shown at any time
_KEPT_LATE = 3


class Answering(Protocol):
    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn: ...


class Sending(Protocol):
    async def send(
        self, chat_id: int, rendered: Rendered, until: datetime | None = None
    ) -> int: ...

    async def acknowledge(self, callback_id: str) -> None: ...


class Beside(Protocol):
    """The person's side of cases."""

    async def situation(self, chat_id: int) -> Situation: ...

    async def act(
        self, incoming: Incoming, deeds: list[Deed], alarm: Alarm | None, state: Conversation
    ) -> list[Reply]: ...

    def ask_place(self, chat_id: int) -> None:
        """They agreed to give a place: the next one they send may be read."""
        ...

    async def received(self, incoming: Incoming) -> None:
        """Keep the id of the person's message for 48 hours."""
        ...

    async def too_late(self, chat_id: int, language: str) -> None:
        """An answer may not be shown openly any more: at most the agreed opening words."""
        ...

    async def cannot_keep(self, alarm: Alarm) -> None:
        """The database fails while there is an alarm. Never raises."""
        ...


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
        beside: Beside | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._answer = answer
        self._conversations = conversations
        self._alarms = alarms
        self._outbound = outbound
        self._library = library
        self._beside = beside
        self._now = now

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        """`{"messages": [...], "state": ... or None, "alarm": ... or None}`."""
        incoming = Incoming.from_json(raw)
        if incoming.kind in ("blocked", "unblocked"):
            away = self._beside is not None and incoming.kind == "blocked" and incoming.private
            deeds = [Deed(Act.AWAY).to_json()] if away else []
            return {
                "messages": [], "state": None, "alarm": None, "language": None, "deeds": deeds,
            }  # fmt: skip
        if incoming.callback_id:
            await self._outbound.acknowledge(incoming.callback_id)
        if not incoming.private:
            return {"messages": self._in_group(incoming), "state": None, "alarm": None}
        before = await self._before(incoming)
        situation = await self._situation(incoming) if before else UNKNOWN
        turn = await self._turn(incoming, before or Conversation(), situation)
        if before and before.late and not late(incoming.at, self._now()):
            turn = _with_late(turn, before)
        if self._beside is not None and turn.conversation.asking == ASKING_PLACE:
            self._beside.ask_place(incoming.chat_id)
        forgets = any(deed.act is Act.FORGET for deed in turn.deeds)
        return {
            "messages": [self._planned(reply, incoming, turn.alarm) for reply in turn.replies],
            "state": turn.conversation.to_json() if before and not forgets else None,
            "language": turn.conversation.language,
            "alarm": _alarm_json(turn.alarm),
            "deeds": [deed.to_json() for deed in turn.deeds] if self._beside else [],
        }

    def _planned(
        self, reply: Reply, incoming: Incoming, alarm: Alarm | None = None
    ) -> dict[str, Any]:
        """A message as it is kept until it is sent; `until`: Unix seconds after which it may not
        be shown openly; `ref`: what to show later instead; `weight`: the most severe goes first,
        just before the alert to staff."""
        message = _plain(render(reply, self._library(), self._now()))
        message["language"] = reply.language
        message["weight"] = 10 * int(alarm.level if alarm else Level.HIGH) + 5
        if reply.key not in _HARMLESS and incoming.at > 0:
            message["until"] = incoming.at + LATE.total_seconds()
            message["ref"] = [reply.key, reply.part, reply.language]
        return message

    async def _situation(self, incoming: Incoming) -> Situation:
        if self._beside is None:
            return NOBODY
        try:
            return await self._beside.situation(incoming.chat_id)
        except Exception as error:
            log.error("case not available: %s; answering without", type(error).__name__)
            return UNKNOWN

    async def _before(self, incoming: Incoming) -> Conversation | None:
        """The stored state; None when it cannot be had, and then nothing is stored over it."""
        try:
            return await self._conversations.load(incoming.chat_id)
        except Exception as error:
            log.error("conversation not available: %s; answering from memory", type(error).__name__)
            return None

    async def _turn(self, incoming: Incoming, before: Conversation, situation: Situation) -> Turn:
        try:
            if self._beside is None:
                return await self._answer(incoming, before)
            return await self._answer(incoming, before, situation)
        except Exception as error:
            log.error("answer failed: %s; sending the numbers", type(error).__name__)
            return Turn((show_help(before.language or "id"),), before)

    def _in_group(self, incoming: Incoming) -> list[dict[str, Any]]:
        """In groups the bot only says, to a command, where to write. Always the same words."""
        if incoming.kind != "command":
            return []
        reply = Reply("message/group_hint", "id")
        return [_plain(render(reply, self._library(), self._now()))]

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        """Send one planned message; somebody who blocked the bot is remembered, not retried. True
        when it came too late to be shown."""
        rows = tuple(tuple((b[0], b[1], b[2]) for b in row) for row in message["keyboard"])
        rendered = Rendered(
            message["text"],
            rows,
            message["urgent"],
            message.get("weight", 0),
            _card(message.get("card")),
        )
        until = datetime.fromtimestamp(message["until"], UTC) if message.get("until") else None
        try:
            await self._outbound.send(chat_id, rendered, until)
        except TooLate:
            if self._beside is not None:
                await self._beside.too_late(chat_id, message["language"])
            return True
        except Undeliverable as error:
            if error.blocked:
                await self._conversations.set_blocked(chat_id, True)
            elif rendered.urgent:
                # markup that Telegram refuses must never swallow safety steps
                await self._once_more(chat_id, rendered)
            else:
                log.error("an answer could not be delivered: %s", error)
        return False

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
        writes = []
        if self._beside is not None and incoming.private:
            writes.append(self._beside.received(incoming))
        if plan["alarm"]:
            writes.append(self._record(incoming, alarm_of(plan["alarm"])))
        if plan["state"]:
            state = Conversation.from_json(plan["state"])
            missed = (*state.late, *((k, p, c) for k, p, c in plan.get("late", ())))
            state = replace(state, late=missed[-_KEPT_LATE:])
            writes.append(self._conversations.save(incoming.chat_id, state))
        await asyncio.gather(*writes)

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]:
        """Do the deeds of the plan; what is to be said after them."""
        if self._beside is None:
            return []
        incoming = Incoming.from_json(raw)
        alarm = alarm_of(plan["alarm"]) if plan["alarm"] else None
        state = Conversation.from_json(plan["state"] or {"language": plan["language"]})
        deeds = [Deed.from_json(deed) for deed in plan["deeds"]]
        try:
            replies = await self._beside.act(incoming, deeds, alarm, state)
        except Exception:
            if alarm is not None:
                await self._beside.cannot_keep(alarm)
            raise
        return [self._planned(reply, incoming) for reply in replies]

    async def _record(self, incoming: Incoming, alarm: Alarm) -> None:
        at = datetime.fromtimestamp(incoming.at, UTC)
        await self._alarms.record(incoming.update_id, incoming.chat_id, alarm, at)
        log.warning(
            "alarm: level=%s category=%s by=%s",
            alarm.level.label,
            alarm.category,
            "+".join(alarm.by),
        )


def _with_late(turn: Turn, before: Conversation) -> Turn:
    """They are there: what could not be shown before goes first."""
    missed = tuple(
        Reply(key, language, part, keyboards.under_small_talk(), urgent=True)
        for key, part, language in before.late
    )
    state = replace(turn.conversation, late=())
    return replace(turn, replies=(*missed, *turn.replies), conversation=state)


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


def alarm_of(raw: dict[str, Any]) -> Alarm:
    """The alarm of a plan."""
    return Alarm(
        Level(raw["level"]), Category(raw["category"]), tuple(raw["by"]), raw["about_other"]
    )
