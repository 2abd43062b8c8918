"""Cards in Telegram: drawn when first needed, uploaded once, sent by file id ever after."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from bot.adapters.card_text import CardText, card_text
from bot.adapters.cards import draw_card
from bot.adapters.content.library import Library
from bot.domain.menu import SECTIONS
from bot.telegram.campaign_send import CampaignSender
from bot.telegram.lanes import Lane, Undeliverable

log = logging.getLogger("kawan.cards")


class CardNames(Protocol):
    """Remembers what Telegram calls a card."""

    async def card(self, name: str) -> str | None: ...

    async def cards(self, prefix: str) -> dict[str, str]: ...

    async def keep_card(self, name: str, file_id: str) -> None: ...

    async def forget_card(self, name: str) -> None: ...


class CardService:
    """`bot_id` keeps apart what different bots uploaded: a file id holds for one of them only."""

    def __init__(
        self,
        sender: CampaignSender,
        names: CardNames,
        library: Callable[[], Library],
        bot_id: int,
        draw: Callable[[CardText], bytes] = draw_card,
    ) -> None:
        self._sender = sender
        self._names = names
        self._library = library
        self._bot_id = bot_id
        self._draw = draw

    async def send(self, chat_id: int, message: dict[str, Any], lane: Lane = Lane.ANSWER) -> bool:
        """Send the card of `message["topic"]` in `message["language"]`; False when Telegram
        refuses the chat."""
        text = self._text(message["topic"], message["language"])
        name = self._name(text)
        known = await self._names.card(name)
        try:
            if known:
                try:
                    await self._sender.photo(chat_id, known, message, lane)
                    return True
                except Undeliverable as error:
                    if error.blocked:
                        raise
                    await self._names.forget_card(name)  # Telegram lost it: upload it again
            picture = await asyncio.to_thread(self._draw, text)
            file_id = await self._sender.photo(chat_id, picture, message, lane)
        except Undeliverable as error:
            log.info("a card could not be sent: %s", error)
            return False
        await self._names.keep_card(name, file_id)
        return True

    async def upload_all(self, chat_id: int) -> int:
        """Upload every card that Telegram does not keep yet into `chat_id`; how many were new."""
        known = await self._names.cards(f"{self._bot_id}:")
        new = 0
        for text in self._texts():
            if self._name(text) not in known:
                message = {"topic": text.topic, "language": text.language, "text": text.title}
                new += await self.send(chat_id, message, Lane.CAMPAIGN)
                known[self._name(text)] = ""
        return new

    async def known(self, topics: Sequence[str], language: str) -> dict[str, tuple[CardText, str]]:
        """Topic to (its card, file id), for those that Telegram keeps in their present form."""
        found = {}
        for text in (self._text(topic, language) for topic in topics):
            file_id = await self._names.card(self._name(text))
            if file_id:
                found[text.topic] = (text, file_id)
        return found

    def _text(self, topic: str, language: str) -> CardText:
        """A card of the language that stands in, where the topic is not written in `language`."""
        library = self._library()
        return card_text(topic, library.topics[topic, language].path.stem, library)

    def _texts(self) -> Iterator[CardText]:
        for code in self._library().order:
            for topics in SECTIONS.values():
                for topic in topics:
                    yield self._text(topic, code)

    def _name(self, text: CardText) -> str:
        return f"{self._bot_id}:{text.topic}:{text.language}:{text.digest}"
