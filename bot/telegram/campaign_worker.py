"""Works off the campaign's updates: groups, cards. Everything else goes to the worker within."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.adapters.content.groups import group_footer
from bot.adapters.content.library import Library
from bot.adapters.content.render import Rendered, render
from bot.campaign_ports import Counter, GroupSettings, Subscribers
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.telegram.campaign_send import CampaignSender
from bot.usecases.group import GroupAnswer, GroupTurn, private_link

log = logging.getLogger("kawan.campaign")
Plan = dict[str, Any]


class Worker(Protocol):
    """`durable.Worker`."""

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]: ...

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool: ...

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None: ...

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]: ...


class Cards(Protocol):
    """Pictures of topics."""

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        """Send the card of `message["topic"]`; False when it could not be done."""
        ...


class CampaignWorker:
    """Implements `durable.Worker` around another one."""

    def __init__(
        self,
        inner: Worker,
        groups: GroupAnswer,
        settings: GroupSettings,
        people: Subscribers,
        sender: CampaignSender,
        cards: Cards,
        library: Callable[[], Library],
        me: Callable[[], Awaitable[str]],
        private: "PrivateCampaign",
        counter: Counter,
        staff_chat: int | None = None,
    ) -> None:
        """`staff_chat`: the group of hotline staff, in which the campaign says nothing."""
        self._inner = inner
        self._groups = groups
        self._settings = settings
        self._people = people
        self._sender = sender
        self._cards = cards
        self._library = library
        self._me = me
        self._private = private
        self._counter = counter
        self._staff_chat = staff_chat

    async def decide(self, raw: dict[str, Any]) -> Plan:
        """As the inner worker's; a group's plan also holds `group`, its new setting."""
        incoming = Incoming.from_json(raw)
        if not incoming.private and incoming.chat_id != self._staff_chat:
            return await self._in_group(incoming)
        plan = await self._private.decide(incoming) if incoming.private else None
        if plan is None:
            plan = await self._inner.decide(raw)
        return plan

    async def _in_group(self, incoming: Incoming) -> Plan:
        plan: Plan = {"messages": [], "state": None, "alarm": None, "group": None, "counts": []}
        if incoming.kind == "blocked":
            return {**plan, "group": "forget"}
        me = await self._me()
        turn = await self._groups(incoming, await self._quiet(incoming), me)
        message = self._message(turn, me)
        if message is not None:
            plan["messages"] = [{**message, "thread": incoming.thread}]
            plan["counts"] = [["group", turn.topic or message["kind"], turn.language]]
        return {**plan, "group": turn.quiet}

    async def _quiet(self, incoming: Incoming) -> bool:
        try:
            return await self._settings.is_quiet(incoming.chat_id)
        except Exception as error:
            log.error("group settings not available: %s", type(error).__name__)
            return False

    def _message(self, turn: GroupTurn, me: str) -> dict[str, Any] | None:
        """The one message of a turn."""
        library = self._library()
        now = datetime.now(UTC)
        if turn.reply is not None:
            return {"kind": "group", **plain(render(turn.reply, library, now))}
        link = plain(
            render(Reply("group/group_hint", turn.language, rows=private_link(me)), library, now)
        )
        if turn.card:
            text = group_footer(turn.language, library)
            return {
                "kind": "card", "topic": turn.card, "language": turn.language, "text": text,
                "keyboard": link["keyboard"], "urgent": False,
            }  # fmt: skip
        quiz = library.quiz(turn.poll[0], turn.language) if turn.poll else None
        if quiz is None or turn.poll is None:
            return None
        question = quiz.questions[turn.poll[1]]
        return {
            "kind": "poll", "question": question.ask, "options": list(question.options),
            "right": question.right, "because": question.because, "keyboard": link["keyboard"],
            "text": question.ask, "urgent": False,
        }  # fmt: skip

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        """Send one planned message of whichever kind; True when it came too late to be shown."""
        kind = message.get("kind")
        if kind == "group":
            await self._sender.text(chat_id, message)
        elif kind == "poll":
            await self._sender.poll(chat_id, message)
        elif kind == "card":
            await self._cards.send(chat_id, message)
        else:
            return await self._inner.send(chat_id, message)
        return False

    async def act(self, raw: dict[str, Any], plan: Plan) -> list[dict[str, Any]]:
        """The deeds of the worker within; who has everything deleted is unsubscribed as well."""
        incoming = Incoming.from_json(raw)
        if any(Deed.from_json(deed).act is Act.FORGET for deed in plan.get("deeds", ())):
            await self._people.unsubscribe(incoming.chat_id)
        return await self._inner.act(raw, plan)

    async def keep(self, raw: dict[str, Any], plan: Plan) -> None:
        """Store what changed; repeating it changes nothing."""
        incoming = Incoming.from_json(raw)
        if incoming.private or incoming.chat_id == self._staff_chat:
            await self._inner.keep(raw, plan)
            if incoming.kind == "blocked":
                await self._people.unsubscribe(incoming.chat_id)
            return
        if plan["group"] == "forget":
            await self._settings.forget_group(incoming.chat_id)
        elif plan["group"] is not None:
            await self._settings.set_quiet(incoming.chat_id, plan["group"])
        counts = [(kind, name, language) for kind, name, language in plan.get("counts", [])]
        await self._counter.count(
            incoming.update_id, counts, datetime.fromtimestamp(incoming.at, UTC)
        )


class PrivateCampaign(Protocol):
    """What the campaign does with a private update before the conversation."""

    async def decide(self, incoming: Incoming) -> Plan | None:
        """A plan when it is the campaign's alone (a card, a broadcast), else None."""
        ...


def plain(rendered: Rendered) -> dict[str, Any]:
    """Text and buttons as they are kept between deciding and sending."""
    return {
        "text": rendered.text,
        "keyboard": [[list(button) for button in row] for row in rendered.keyboard],
        "urgent": rendered.urgent,
    }
