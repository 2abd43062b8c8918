"""Puts the campaign together: groups, quizzes, cards, inline mode, broadcasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import Bot

from bot.adapters.campaign_work import BroadcastWork
from bot.adapters.content.library import Library
from bot.adapters.content.live import LiveContent
from bot.adapters.content.vocabulary import content_words
from bot.adapters.database.broadcasts import BroadcastStore
from bot.adapters.database.campaign_store import CampaignStore
from bot.adapters.database.counts import CountStore
from bot.adapters.database.groups import GroupStore
from bot.adapters.encryption import Vault
from bot.adapters.lexicon import load_lexicon
from bot.domain.message import Incoming
from bot.ports import Conversations, LanguageGuesser
from bot.settings import Settings
from bot.telegram.broadcast import Broadcaster
from bot.telegram.campaign_private import Acknowledging, PrivateCampaignWorker
from bot.telegram.campaign_send import CampaignSender
from bot.telegram.campaign_worker import CampaignWorker, Worker
from bot.telegram.cards import CardService
from bot.telegram.console import BroadcastConsole
from bot.telegram.inline import Inline
from bot.telegram.lanes import Lanes
from bot.telegram.mentions import learn_name
from bot.telegram.outbound import Remember
from bot.usecases.campaign import Answering, CampaignAnswer
from bot.usecases.counted import CountedAnswer
from bot.usecases.group import GroupAnswer
from bot.usecases.read import Reader

log = logging.getLogger("kawan.campaign")
PERIOD = 2.0  # seconds between looks for broadcasts that are due
TIDY = 3600.0
KEPT_COUNTED = timedelta(days=2)  # Telegram repeats an update for a day at most
KEPT_RECIPIENTS = timedelta(days=30)
KEPT_ASKED = timedelta(weeks=4)


@dataclass(frozen=True)
class Campaign:
    """`take`: an inline query, which is answered at once and kept nowhere."""

    store: CampaignStore
    counts: CountStore
    broadcasts: BroadcastStore
    sender: Broadcaster
    cards: CardService
    inline: Inline
    work: BroadcastWork
    _settings: GroupStore
    _private: PrivateCampaignWorker
    _groups: GroupAnswer
    _sender: CampaignSender
    _library: Callable[[], Library]
    _bot: Bot
    _staff_chat: int | None

    def around(self, inner: Worker) -> CampaignWorker:
        """The worker that does the campaign's updates and hands the others on to `inner`."""

        async def me() -> str:
            return await _name(self._bot)

        return CampaignWorker(
            inner, self._groups, self._settings, self.store, self._sender, self.cards, self._library,
            me, self._private, self.counts, self._staff_chat,
        )  # fmt: skip

    def before(
        self, put: Callable[[Incoming], Awaitable[None]]
    ) -> Callable[[Incoming], Awaitable[None]]:
        """`put` for everything but inline queries."""

        async def front(incoming: Incoming) -> None:
            if incoming.kind == "inline":
                self.inline.take(incoming)
            else:
                await put(incoming)

        return front


def around_answer(
    answer: Answering, content: LiveContent, engine: AsyncEngine, vault: Vault
) -> CountedAnswer:
    """The conversation with quizzes and subscriptions, counted."""
    library = content.current()
    lexicon = load_lexicon(library.root / "lexicon", frozenset())
    people = CampaignStore(engine, vault)
    return CountedAnswer(
        CampaignAnswer(answer, content, people), CountStore(engine, vault), people, lexicon,
        content_words(library, lexicon),
    )  # fmt: skip


def build(
    settings: Settings,
    content: LiveContent,
    bot: Bot,
    lanes: Lanes,
    engine: AsyncEngine,
    vault: Vault,
    reader: Reader,
    guesser: LanguageGuesser,
    conversations: Conversations,
    buttons: Acknowledging,
    remember: Remember | None = None,
) -> Campaign:
    """Everything of the campaign that works on Telegram. `remember` keeps the ids of messages, so
    that a person can have them deleted."""
    store, broadcasts = CampaignStore(engine, vault), BroadcastStore(engine, vault)
    sender = CampaignSender(bot, lanes, remember)
    cards = CardService(sender, store, content.current, _bot_id(settings))
    caster = Broadcaster(bot, lanes, broadcasts, content.current, remember)
    console = BroadcastConsole(settings.organisers, broadcasts, caster, content.current)
    private = PrivateCampaignWorker(conversations, reader, content.current, buttons, console)
    return Campaign(
        store, CountStore(engine, vault), broadcasts, caster, cards,
        Inline(bot, reader, guesser, content.current, cards), BroadcastWork(caster, broadcasts),
        GroupStore(engine, vault), private, GroupAnswer(reader, guesser, content), sender, content.current, bot,
        settings.staff_chat,
    )  # fmt: skip


async def tend(campaign: Campaign, settings: Settings) -> None:
    """Start what is due, tidy up every hour and upload new cards, until cancelled."""
    await campaign.work.launch()
    uploaded, tidied = False, 0.0
    while True:
        try:
            await campaign.work.start_due()
            if asyncio.get_running_loop().time() - tidied > TIDY or not tidied:
                tidied = asyncio.get_running_loop().time()
                await tidy(campaign, datetime.now(UTC))
            if settings.card_chat is not None and not uploaded:
                uploaded = True
                new = await campaign.cards.upload_all(settings.card_chat)
                log.info("%d new cards uploaded", new)
        except Exception as error:
            log.error("campaign work failed: %s", type(error).__name__)
        await asyncio.sleep(PERIOD)


async def tidy(campaign: Campaign, now: datetime) -> None:
    await campaign.counts.forget(now - KEPT_COUNTED, now - KEPT_ASKED)
    await campaign.broadcasts.forget_recipients(now - KEPT_RECIPIENTS)


async def _name(bot: Bot, wait: float = 1.0) -> str:
    """The bot's username; asked for until Telegram answers, since nothing can be sent before."""
    while not (name := await learn_name(bot)):
        await asyncio.sleep(wait)
        wait = min(2 * wait, 30.0)
    return name


def _bot_id(settings: Settings) -> int:
    token = settings.telegram_bot_token
    return int(token.get_secret_value().partition(":")[0]) if token else 0
