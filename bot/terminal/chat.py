"""The same conversation in a terminal, for trying and for demonstrations. Nothing is kept."""

import asyncio
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.render import Rendered, render
from bot.domain.conversation import Conversation
from bot.domain.deed import Act
from bot.domain.message import Incoming, read_command
from bot.domain.reply import Reply
from bot.usecases import person_buttons
from bot.usecases.answer import Turn
from bot.usecases.campaign import Answering


class Terminal:
    """Types one person's messages into the conversation and prints what they would see."""

    def __init__(
        self, answer: Answering, library: Callable[[], Library], say: Callable[[str], None] = print
    ) -> None:
        self._answer = answer
        self._library = library
        self._say = say
        self._state = Conversation()
        self._buttons: list[str] = []
        self._numbers = itertools.count(1)

    async def type(self, line: str) -> None:
        """One line: a message, a /command, or the number of a button shown before."""
        incoming = self._read(line)
        turn = await self._answer(incoming, self._state)
        self._state = turn.conversation
        self._buttons = []
        if turn.alarm:
            self._say(f"  [!] alarm: {turn.alarm.level.label} {turn.alarm.category}")
        for reply in (*turn.replies, *self._after(turn)):
            self._show(render(reply, self._library(), datetime.now(UTC)))

    def _after(self, turn: Turn) -> list[Reply]:
        """Nothing is kept here, so leaving and deleting only begin anew."""
        language = turn.conversation.language or "id"
        acts = {deed.act for deed in turn.deeds}
        if Act.FORGET in acts:
            self._state = Conversation()
            return [person_buttons.page("forgotten", language)]
        if Act.LEAVE in acts:
            return [Reply("message/left", language)]
        return [person_buttons.page("return_unknown", language)] if Act.BACK in acts else []

    def _read(self, line: str) -> Incoming:
        base = Incoming(next(self._numbers), 0, "text", time.time(), text=line)
        if line.isdigit() and 1 <= int(line) <= len(self._buttons):
            return replace(base, kind="button", text="", data=self._buttons[int(line) - 1])
        if line.startswith("/"):
            name, words = read_command(line)
            return replace(base, kind="command", command=name, text=words)
        return base

    def _show(self, rendered: Rendered) -> None:
        if rendered.card:
            self._say(f"[picture: {rendered.card.heading}; {', '.join(rendered.card.signs)}]")
        self._say(visible(rendered.text))
        for row in rendered.keyboard:
            shown = []
            for label, data, url in row:
                if url:
                    shown.append(f"[{label}: {url}]")
                    continue
                self._buttons.append(data)
                shown.append(f"[{len(self._buttons)}: {label}]")
            self._say("   " + "  ".join(shown))
        self._say("")


async def converse(terminal: Terminal, intro: str) -> None:
    """Read lines from standard input until its end or /quit."""
    print(intro + "\n")
    await terminal.type("/start")
    loop = asyncio.get_running_loop()
    while True:
        print("> ", end="", flush=True)
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line or line.strip() == "/quit":
            return
        await terminal.type(line.rstrip("\n"))
