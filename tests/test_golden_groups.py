"""Conversations in groups, with the real model. Each step of a file in tests/golden_groups is a
`command`, a `mention`, a `reply` to the bot, or plain talk (`say`), and what it `shows`: a topic, a
page, `card`, `poll` or `nothing`. Whatever is shown has one shape."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.adapters.content.groups import SHORT, group_footer
from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.render import render
from bot.adapters.danger_rules import SpacyDangerRules
from bot.adapters.language import Guesser
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming, read_command
from bot.ports import Understander
from bot.usecases.group import GroupAnswer, GroupTurn, private_link
from bot.usecases.read import Reader

FILES = sorted((Path(__file__).parent / "golden_groups").glob("*.yml"))
ACTIONS = ("command", "mention", "reply", "say", "joined")


def _incoming(number: int, action: str, value: str, client: str) -> Incoming:
    base = Incoming(
        number, -5, "text", 1_790_000_000.0 + number, text=value, private=False,
        addressed=action != "say", client_language=client,
    )  # fmt: skip
    if action == "joined":
        return replace(base, kind="joined", text="")
    if action == "command":
        name, words = read_command(value)
        return replace(base, kind="command", command=name, text=words)
    return base


def _shown(turn: GroupTurn) -> str:
    if turn.reply:
        return turn.reply.key.removeprefix("group/")
    return "card" if turn.card else "poll" if turn.poll else "nothing"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
async def test_conversation(
    path: Path, library: Library, rules: SpacyDangerRules, guesser: Guesser, model: Understander
) -> None:
    script = yaml.safe_load(path.read_text("utf-8"))
    answer = GroupAnswer(Reader(rules, model, TOPICS, library.thresholds), guesser, library)
    quiet = False
    for number, step in enumerate(script["steps"], 1):
        (action,) = set(step) & set(ACTIONS)
        incoming = _incoming(number, action, str(step[action]), script["client"])
        turn = await answer(incoming, quiet, "kawan_aman_bot")
        quiet = quiet if turn.quiet is None else turn.quiet
        assert _shown(turn) == step["shows"], f"{path.name}, step {number}: {step}"
        if turn.reply:
            assert turn.reply.rows == private_link("kawan_aman_bot")
            text = render(turn.reply, library, datetime(2026, 11, 24, 3, tzinfo=UTC)).text
            assert text.startswith("<b>") and text.endswith(group_footer(turn.language, library))
            assert len(visible(text)) < SHORT + 300
