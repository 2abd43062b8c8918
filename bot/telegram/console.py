"""Broadcasts steered from an organiser's chat: `/siarkan`, and buttons under what it answers."""

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.content.library import Library
from bot.adapters.content.markup import faults, visible
from bot.adapters.database.broadcasts import BroadcastStore
from bot.domain.broadcast import Broadcast, BroadcastState
from bot.domain.message import Incoming
from bot.domain.subscription import INTERESTS
from bot.telegram.broadcast import Broadcaster
from bot.usecases.compose import ComposeProblem, check_texts, moment, split_texts, topic_of

Message = dict[str, Any]
_STEPS = {"pause": "paused", "resume": "scheduled", "cancel": "cancelled", "send": "scheduled"}


class BroadcastConsole:
    """Implements `campaign_private.Console`."""

    def __init__(
        self,
        organisers: frozenset[int],
        store: BroadcastStore,
        sender: Broadcaster,
        library: Callable[[], Library],
    ) -> None:
        self._organisers = organisers
        self._store = store
        self._sender = sender
        self._library = library

    def may_use(self, user_id: int) -> bool:
        return user_id in self._organisers

    async def command(self, incoming: Incoming, language: str) -> list[Message]:
        """A new draft with what it will look like; without words, how to and what there is."""
        if not incoming.text.strip():
            return await self._overview(language)
        try:
            texts = self._texts(incoming.text)
            check_texts(texts, faults, visible)
        except ComposeProblem as problem:
            detail = html.escape(problem.detail, quote=False)
            return [_message(self._line(problem.key, language).format(what=detail))]
        now = datetime.now(UTC)
        number = await self._store.add(Broadcast(texts, now), now)
        broadcast = await self._store.get(number)
        assert broadcast is not None
        previews = [_message(self._sender.text(broadcast, code)) for code in texts]
        return [*previews, await self._control(broadcast, language)]

    def _texts(self, words: str) -> dict[str, str]:
        library = self._library()
        spoken = [own.code for own in library.spoken if not own.opt_in]
        topic = topic_of(words)
        if topic is None:
            return split_texts(words, spoken)
        return {
            code: f"<b>{html.escape(page.title, quote=False)}</b>\n\n{page.parts['']}"
            for code in spoken
            if (page := library.topics[topic, code])
        }

    async def press(self, incoming: Incoming, language: str) -> list[Message]:
        """`bc:<number>:<what>:<value>`."""
        _, number, what, value = (*incoming.data.split(":"), "", "", "")[:4]
        broadcast = await self._store.get(int(number)) if number.isdigit() else None
        if broadcast is None:
            return await self._overview(language)
        now = datetime.now(UTC)
        if what in _STEPS:
            await self._store.change(broadcast.number, _STEPS[what], now)
        elif wanted := _edited(broadcast, what, value, now):
            await self._store.edit(broadcast.number, wanted)
        elif what == "preview":
            return [_message(self._sender.text(broadcast, code)) for code in broadcast.texts]
        broadcast = await self._store.get(broadcast.number)
        assert broadcast is not None
        return [await self._control(broadcast, language)]

    async def _overview(self, language: str) -> list[Message]:
        rows = [
            [[f"#{b.number} {self._line(f'bc_{b.state}', language)}", f"bc:{b.number}:show", ""]]
            for b in await self._store.recent(6)
        ]
        return [_message(self._line("bc_help", language), rows)]

    async def _control(self, broadcast: Broadcast, language: str) -> Message:
        """How it stands, and buttons for what can be done now."""

        def line(key: str) -> str:
            return self._line(key, language)

        progress = await self._store.progress(broadcast.number)
        draft = broadcast.state is BroadcastState.DRAFT
        people = (
            await self._store.audience(broadcast, datetime.now(UTC)) if draft else progress.audience
        )
        local = broadcast.starts_at.astimezone(ZoneInfo("Asia/Jakarta"))
        rows = [
            f"<b>#{broadcast.number} · {line(f'bc_{broadcast.state}')}</b>",
            line("bc_audience").format(
                people=people if people >= 10 else "&lt;10",
                languages=", ".join(sorted(broadcast.languages)) or line("bc_all"),
                interests=", ".join(line(f"line_sub_{i}") for i in sorted(broadcast.interests))
                or line("bc_all"),
            ),
            line("bc_when").format(when=f"{local:%d.%m.%Y %H.%M} WIB"),
        ]
        if not draft:
            rows += [
                f"{line(f'bc_r_{state}')}: {n}" for state, n in sorted(progress.states.items())
            ]
        return _message("\n".join(rows), self._buttons(broadcast, line))

    def _buttons(self, broadcast: Broadcast, line: Callable[[str], str]) -> list[list[list[str]]]:
        def button(label: str, what: str) -> list[str]:
            return [label, f"bc:{broadcast.number}:{what}", ""]

        state = broadcast.state
        if state is BroadcastState.DRAFT:
            codes = [own.code for own in self._library().spoken]
            about = [button(line(f"line_sub_{i}"), f"about:{i}") for i in INTERESTS]
            return [
                [
                    button(line("bc_everybody"), "lang:all"),
                    *(button(c, f"lang:{c}") for c in codes),
                ],
                [button(line("bc_everything"), "about:all"), *about[:2]],
                about[2:],
                [button(line(f"bc_at_{w}"), f"at:{w}") for w in ("now", "today", "tomorrow")],
                [button(line("bc_preview"), "preview")],
                [button(line("bc_send"), "send"), button(line("bc_cancel"), "cancel")],
            ]
        steps = {
            BroadcastState.SCHEDULED: ("pause", "cancel"),
            BroadcastState.RUNNING: ("pause", "cancel"),
            BroadcastState.PAUSED: ("resume", "cancel"),
        }.get(state, ())
        return [[button(line(f"bc_{s}"), s) for s in (*steps, "show")]]

    def _line(self, key: str, language: str) -> str:
        return self._library().string(key, language)


def _edited(broadcast: Broadcast, what: str, value: str, now: datetime) -> Broadcast | None:
    if what == "lang":
        return replace(broadcast, languages=frozenset() if value == "all" else frozenset({value}))
    if what == "about" and value in (*INTERESTS, "all"):
        chosen = frozenset[str]() if value == "all" else broadcast.interests ^ {value}
        return replace(broadcast, interests=chosen)
    if what == "at" and value in ("now", "today", "tomorrow"):
        return replace(broadcast, starts_at=moment(value, now))
    return None


def _message(text: str, rows: list[list[list[str]]] | None = None) -> Message:
    return {"text": text, "keyboard": rows or [], "urgent": False}
