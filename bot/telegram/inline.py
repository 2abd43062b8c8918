"""Inline mode: `@bot false job offer` in any chat offers answers and cards to post there. Nothing
of it is kept, and nothing in it tells that somebody may be in danger."""

import asyncio
import html
import logging
from collections.abc import Callable
from typing import Any

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import TelegramError

from bot.adapters.content.groups import group_footer, shorten
from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.domain.language import choose
from bot.domain.message import Incoming
from bot.ports import LanguageGuesser
from bot.telegram.cards import CardService
from bot.telegram.mentions import learn_name
from bot.telegram.outbound import markup
from bot.usecases.read import Reader

log = logging.getLogger("kawan.inline")
USUAL = ("signs_general", "signs_online", "signs_fees", "rights_child_age", "help_friend")
ALWAYS = "help_hotlines"
PAUSE = 0.3  # seconds in which more letters may come
LONGEST_QUERY = 256


class Inline:
    """Answers the newest query of each person; an older one of theirs is dropped."""

    def __init__(
        self,
        bot: Bot,
        reader: Reader,
        guesser: LanguageGuesser,
        library: Callable[[], Library],
        cards: CardService,
    ) -> None:
        self._bot = bot
        self._reader = reader
        self._guesser = guesser
        self._library = library
        self._cards = cards
        self._running: dict[int, asyncio.Task[None]] = {}

    def take(self, incoming: Incoming) -> None:
        """Answer it soon."""
        if (earlier := self._running.get(incoming.chat_id)) is not None:
            earlier.cancel()
        task = asyncio.create_task(self._answer(incoming))
        self._running[incoming.chat_id] = task
        task.add_done_callback(lambda done: self._forget(incoming.chat_id, done))

    def _forget(self, person: int, task: "asyncio.Task[None]") -> None:
        if self._running.get(person) is task:
            del self._running[person]

    async def _answer(self, incoming: Incoming) -> None:
        await asyncio.sleep(PAUSE)
        try:
            results, language = await self.results(incoming)
            label = self._library().string("inline_private", language)
            await self._bot.answer_inline_query(
                incoming.callback_id, results, cache_time=30, is_personal=True,
                button=InlineQueryResultsButton(label, start_parameter="inline"),
            )  # fmt: skip
        except TelegramError as error:
            log.info("inline query not answered: %s", type(error).__name__)
        except Exception as error:
            log.error("inline query failed: %s", type(error).__name__)

    async def results(self, incoming: Incoming) -> tuple[list[Any], str]:
        """Articles and cards for a query, and their language. Where to find help is among them
        whatever was asked."""
        library = self._library()
        text = incoming.text.strip()[:LONGEST_QUERY]
        language = choose(
            known=library.languages,
            detected=self._guesser.detect(text) if text else None,
            client=incoming.client_language,
        )
        topics = await self._topics(text)
        me = await learn_name(self._bot)
        cards = await self._cards.known(topics, language)
        articles = [self._article(topic, language, me) for topic in topics]
        photos = [
            InlineQueryResultCachedPhoto(
                f"card:{topic}:{language}", cards[topic][1], title=cards[topic][0].title,
                caption=group_footer(language, library), parse_mode="HTML",
                reply_markup=markup(self._link(language, me)),
            )
            for topic in topics
            if topic in cards
        ]  # fmt: skip
        return [*articles, *photos], language

    async def _topics(self, text: str) -> list[str]:
        if not text:
            return [*USUAL, ALWAYS]
        decision = (await self._reader.read(text)).decision
        first = (decision.topic,) if decision.topic else ()
        found = dict.fromkeys((*first, *decision.candidates, *USUAL))
        return [*[t for t in found if t != ALWAYS][:4], ALWAYS]

    def _article(self, topic: str, language: str, me: str) -> InlineQueryResultArticle:
        library = self._library()
        page = library.topics[topic, language]
        title = html.escape(page.title, quote=False)
        short = shorten(page.parts[""], 500)
        text = f"<b>{title}</b>\n\n{short}\n\n{group_footer(language, library)}"
        return InlineQueryResultArticle(
            f"topic:{topic}:{language}",
            page.title,
            InputTextMessageContent(
                text,
                parse_mode="HTML",
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            reply_markup=markup(self._link(language, me)),
            description=" ".join(visible(short).split())[:120],
        )

    def _link(self, language: str, me: str) -> list[list[list[str]]]:
        label = self._library().string("btn_private_chat", language)
        return [[[label, "", f"https://t.me/{me}"]]] if me else []
