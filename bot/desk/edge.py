"""Where people and staff part: a private update of an active member goes to the desk, everything
else to the conversation. Implements `durable.Worker`."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from bot.desk.handler import Handler, invitation_in
from bot.desk.runner import Runner
from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.domain.staff import Staff
from bot.ports import Conversations
from bot.staff_ports import StaffBook
from bot.usecases.staff_desk import Desk
from bot.usecases.staff_effects import Effect, tell
from bot.usecases.staff_people import join

log = logging.getLogger("kawan.desk")
T = TypeVar("T")
FRESH = 2.0  # seconds
TRIES = 9  # with the pauses below: about 50 seconds, longer than a locked database
_PAUSES = (0.2, 0.4, 0.8, 1.6, 3.0, 6.0, 10.0, 14.0, 14.0)


class Worker(Protocol):
    """The conversation with people."""

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]: ...

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool: ...

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None: ...

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]: ...


class StaffEdge:
    """Wraps the worker of people."""

    def __init__(
        self,
        people: Worker,
        staff: StaffBook,
        desk: Desk,
        handler: Handler,
        runner: Runner,
        conversations: Conversations,
    ) -> None:
        self._people = people
        self._staff = staff
        self._desk = desk
        self._handler = handler
        self._runner = runner
        self._conversations = conversations
        self._known: tuple[float, frozenset[int]] = (-FRESH, frozenset())

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        incoming = Incoming.from_json(raw)
        if not incoming.private:
            return await self._people.decide(raw)
        me = await self._member(incoming.chat_id)
        if me is not None:
            return await self._of_staff(incoming, me)
        if code := invitation_in(incoming):
            effects = await patiently(lambda: self._join(incoming, code))
            if effects is not None:
                return self._plan(effects)
        return await self._people.decide(raw)

    async def is_staff(self, user_id: int) -> bool:
        """Whether this private chat is one of staff; False as well when nobody can tell."""
        return await self._member(user_id) is not None

    async def _member(self, user_id: int) -> Staff | None:
        """None as well when nobody can tell: then nothing of staff is shown."""
        try:
            if user_id not in await self._chats():
                return None
            return await self._staff.by_user(user_id)
        except Exception as error:
            log.error("staff not available: %s", type(error).__name__)
            return None

    async def _chats(self) -> frozenset[int]:
        """Private chats of staff, known for a moment, so that persons cost no question to the
        database. Who is among them is asked for again: leavers lose access at once."""
        now = time.monotonic()
        if now - self._known[0] > FRESH:
            everyone = await self._staff.everyone()
            chats = frozenset([await self._staff.chat_of(s.number) for s in everyone])
            self._known = (now, chats)
        return self._known[1]

    async def _join(self, incoming: Incoming, code: str) -> list[Effect] | None:
        self._known = (-FRESH, frozenset())
        language = "en" if (incoming.client_language or "").startswith("en") else "id"
        return await join(self._desk, code, incoming.chat_id, language)

    async def _of_staff(self, incoming: Incoming, me: Staff) -> dict[str, Any]:
        self._known = (-FRESH, frozenset())
        if incoming.kind in ("blocked", "unblocked"):
            reachable = incoming.kind == "unblocked"
            await patiently(lambda: self._staff.set_reachable(me.number, reachable))
            return self._plan([Effect("digest")])
        if not me.reachable:
            await patiently(lambda: self._staff.set_reachable(me.number, True))
        before = await patiently(lambda: self._conversations.load(incoming.chat_id))
        try:
            done = await patiently(
                lambda: self._handler.handle(incoming, me, before.case, before.asking)
            )
        except Exception as error:
            log.error("a step of staff failed: %s", type(error).__name__)
            return self._plan([tell(me.number, "staff_failed")], incoming.callback_id, me.number)
        self._known = (-FRESH, frozenset())
        after = replace(before, case=done.current, asking=done.asking)
        plan = self._plan(done.effects, incoming.callback_id, me.number)
        plan["desk_state"] = after.to_json() if after != before else None
        return plan

    @staticmethod
    def _plan(effects: list[Effect], callback: str = "", presser: int = 0) -> dict[str, Any]:
        """A pressed button gets its notice first, an empty one if there is nothing to say."""
        notices = [e for e in effects if e.do == "notice"]
        if callback and not notices:
            notices = [Effect("notice")]
        ordered = [*notices[:1], *(e for e in effects if e.do != "notice")]
        messages = [
            {"desk": e.to_json(), "callback": callback, "presser": presser} for e in ordered
        ]
        return {"messages": messages, "state": None, "alarm": None, "desk_state": None}

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        if "desk" not in message:
            return await self._people.send(chat_id, message)
        effect = Effect.from_json(message["desk"])
        try:
            await patiently(
                lambda: self._runner.run(effect, message["callback"], message["presser"])
            )
        except Exception as error:
            log.error("%s could not be done: %s", effect.do, type(error).__name__)
        return False

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        if "desk_state" not in plan:
            await self._people.keep(raw, plan)
            return
        if plan["desk_state"]:
            state = Conversation.from_json(plan["desk_state"])
            await self._conversations.save(Incoming.from_json(raw).chat_id, state)

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]:
        """Deeds are the persons' own."""
        return await self._people.act(raw, plan)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """`call()`, repeated while the database or the disk fails for a moment."""
    for pause in _PAUSES[:TRIES]:
        try:
            return await call()
        except (OSError, RuntimeError) as error:
            log.warning("%s; trying again", type(error).__name__)
        except Exception as error:
            if not _passing(error):
                raise
            log.warning("%s; trying again", type(error).__name__)
        await asyncio.sleep(pause)
    return await call()


def _passing(error: Exception) -> bool:
    """Whether the database may be well again in a moment (its library is not imported here)."""
    return type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
        "TimeoutError",
        "DBAPIError",
    )
