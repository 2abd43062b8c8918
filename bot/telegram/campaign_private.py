"""What the campaign does in private chats beside the conversation: cards, and the organisers'
broadcasts."""

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.adapters.content.library import Library
from bot.adapters.content.render import render
from bot.domain.conversation import Conversation
from bot.domain.language import choose
from bot.domain.menu import SECTIONS
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.ports import Conversations
from bot.telegram.campaign_worker import Plan, plain
from bot.usecases import keyboards
from bot.usecases.read import Reader

log = logging.getLogger("kawan.campaign")
_SHARED = (*SECTIONS["signs"][1:], *SECTIONS["rights"])


class Console(Protocol):
    """Broadcasts, as organisers steer them from their chat."""

    def may_use(self, user_id: int) -> bool: ...

    async def command(self, incoming: Incoming, language: str) -> list[dict[str, Any]]: ...

    async def press(self, incoming: Incoming, language: str) -> list[dict[str, Any]]: ...


class Acknowledging(Protocol):
    async def acknowledge(self, callback_id: str) -> None: ...


class PrivateCampaignWorker:
    """Implements `campaign_worker.PrivateCampaign`."""

    def __init__(
        self,
        conversations: Conversations,
        reader: Reader,
        library: Callable[[], Library],
        buttons: Acknowledging,
        console: Console,
    ) -> None:
        self._conversations = conversations
        self._reader = reader
        self._library = library
        self._buttons = buttons
        self._console = console

    async def decide(self, incoming: Incoming) -> Plan | None:
        """A plan for `/kartu`, `/siarkan` and the buttons of broadcasts; None for the rest, which
        includes `/siarkan` from somebody who is no organiser and cards asked for in distress."""
        if incoming.kind == "command" and incoming.command in ("kartu", "card"):
            return await self._card(incoming)
        if not self._console.may_use(incoming.chat_id):
            return None
        if incoming.kind == "command" and incoming.command in ("siarkan", "broadcast"):
            language = (await self._state(incoming)).language or "id"
            return _plan(await self._console.command(incoming, language))
        if incoming.kind == "button" and incoming.data.startswith("bc:"):
            await self._buttons.acknowledge(incoming.callback_id)
            language = (await self._state(incoming)).language or "id"
            return _plan(await self._console.press(incoming, language))
        return None

    async def _card(self, incoming: Incoming) -> Plan | None:
        topic = random.Random(incoming.update_id).choice(_SHARED)  # noqa: S311  (not a secret)
        if incoming.words.strip():
            decision = (await self._reader.read(incoming.words)).decision
            if decision.alarm:
                return None
            topic = decision.topic or next(iter(decision.candidates), topic)
        state = await self._state(incoming)
        language = choose(
            known=self._library().languages,
            explicit=state.chosen or ("en" if incoming.command == "card" else None),
            previous=state.language,
            client=incoming.client_language,
        )
        rows = ((keyboards.topic_button(topic),), (keyboards.HELP, keyboards.MENU))
        buttons = render(Reply(f"topic/{topic}", language, rows=rows), self._library(), _now())
        card = {
            "kind": "card", "topic": topic, "language": language, "text": "",
            "keyboard": plain(buttons)["keyboard"], "urgent": False,
        }  # fmt: skip
        return _plan([card])

    async def _state(self, incoming: Incoming) -> Conversation:
        try:
            return await self._conversations.load(incoming.chat_id)
        except Exception as error:
            log.error("conversation not available: %s", type(error).__name__)
            return Conversation()


def _plan(messages: list[dict[str, Any]]) -> Plan:
    return {"messages": messages, "state": None, "alarm": None, "language": None, "deeds": []}


def _now() -> datetime:
    return datetime.now(UTC)
