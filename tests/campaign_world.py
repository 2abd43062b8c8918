"""The campaign as `kawan run` puts it together, in this process: a database, the fake Bot API over
HTTP, sending lanes. Only DBOS is left out, so updates are worked off as they come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import Bot
from telegram.request import HTTPXRequest

from bot import campaign_app
from bot.adapters.content.live import LiveContent
from bot.adapters.content.person_words import read_person_words
from bot.adapters.danger_rules import SpacyDangerRules
from bot.adapters.database.engine import database_url, opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.database.store import Store
from bot.adapters.encryption import Vault
from bot.adapters.language import Guesser
from bot.adapters.offer_load import load_offers
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming
from bot.domain.understanding import Parsed
from bot.person_side import facts
from bot.settings import Settings
from bot.telegram.lanes import Lanes
from bot.telegram.outbound import Outbound
from bot.telegram.receive import poll
from bot.telegram.worker import UpdateWorker
from bot.usecases.accompany import Accompany
from bot.usecases.answer import Answer
from bot.usecases.check_offer import CheckOffer
from bot.usecases.read import Reader
from tests.conftest import CONTENT
from tests.fake_api import FakeTelegram

CALM = {"none": 1.0, "concern": 0.0, "high": 0.0, "critical": 0.0}
ALARMED = {"none": 0.1, "concern": 0.1, "high": 0.2, "critical": 0.6}
DANGER = ("dikunci", "dikurung", "dipukul", "dijual", "bunuh")


class Scripted:
    """A model that knows what a test told it: words in a text to the topic it is about."""

    def __init__(self) -> None:
        self.topics: dict[str, str] = {}

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        return [Parsed(self._intents(text), _risk(text), {"trafficking": 1.0}) for text in texts]

    def _intents(self, text: str) -> tuple[tuple[str, float], ...]:
        for words, topic in self.topics.items():
            if words in text:
                return ((topic, 0.97), ("signs_general", 0.01))
        return (("signs_general", 0.2), ("rights_work", 0.2), ("help_friend", 0.1))


def _risk(text: str) -> dict[str, float]:
    return ALARMED if any(word in text for word in DANGER) else CALM


class World:
    """`model` may be told topics; `campaign` and `store` are the real ones."""

    def __init__(
        self, telegram: FakeTelegram, campaign: campaign_app.Campaign, answer: Any, model: Scripted
    ) -> None:
        self.telegram = telegram
        self.campaign = campaign
        self.answer = answer
        self.model = model
        self.put = campaign.before(self._work)
        self._locks: dict[int, asyncio.Lock] = {}
        self.worker: Any = None
        self.failed: list[BaseException] = []

    async def _work(self, incoming: Incoming) -> None:
        """In order per chat, as the inbox does it."""
        lock = self._locks.setdefault(incoming.chat_id, asyncio.Lock())
        async with lock:
            raw = incoming.to_json()
            plan = await self.worker.decide(raw)
            for message in plan["messages"]:
                await self.worker.send(incoming.chat_id, message)
            await self.worker.keep(raw, plan)


@contextlib.asynccontextmanager
async def open_world(
    folder: Path,
    content: LiveContent,
    rules: SpacyDangerRules,
    guesser: Guesser,
    telegram: FakeTelegram,
    lanes: Lanes | None = None,
    **settings: Any,
) -> AsyncIterator[World]:
    """A world on an SQLite database in `folder`."""
    given = Settings(telegram_bot_token=SecretStr(telegram.token), data_dir=folder, **settings)  # type: ignore[call-arg]
    url = database_url(None, folder)
    await asyncio.to_thread(upgrade, url)
    vault, lanes, model = Vault(b"k" * 32), lanes or Lanes(), Scripted()
    request = HTTPXRequest(connection_pool_size=64, connect_timeout=5, read_timeout=10)
    updates = HTTPXRequest(connection_pool_size=2, connect_timeout=5)
    bot = Bot(telegram.token, request=request, get_updates_request=updates, base_url=telegram.url)
    reader = Reader(rules, model, TOPICS, content.current().thresholds)
    async with opened(url) as engine:
        store, outbound = Store(engine, vault), Outbound(bot, lanes)
        offers = CheckOffer(load_offers(CONTENT), content.current().weights)
        plain, words = Answer(reader, guesser, content, offers), read_person_words(CONTENT)
        inner = Accompany(plain, lambda: words, facts(given.retention()))
        answer = campaign_app.around_answer(inner, content, engine, vault)
        campaign = campaign_app.build(
            given, content, bot, lanes, engine, vault, reader, guesser, store, outbound
        )
        world = World(telegram, campaign, answer, model)
        world.worker = campaign.around(
            UpdateWorker(answer, store, store, outbound, content.current)
        )
        tasks = [asyncio.create_task(lanes.run()), asyncio.create_task(poll(bot, world.put))]
        try:
            yield world
            await answer.settled()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for part in (request, updates):
                await part.shutdown()
