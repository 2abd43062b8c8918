"""What has to be forgotten in time: finished work, old lines, everything retention names."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.adapters.database.books import Books
from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.domain.conversation import BURST_SECONDS
from bot.domain.retention import COPIES_GO_BEFORE
from bot.settings import Settings

log = logging.getLogger("kawan.housekeeping")
PERIOD = 300.0  # seconds

TakeBack = Callable[[int, int], Awaitable[None]]  # deletes or blanks (chat id, message id)


async def keep_house(
    inbox: Inbox, store: Store, settings: Settings, books: Books, take_back: TakeBack | None = None
) -> None:
    """Tidy up every five minutes until cancelled; a failure is tried again the next time."""
    while True:
        try:
            await tidy(inbox, store, settings, books, take_back)
        except Exception as error:
            log.error("tidying up failed: %s", type(error).__name__)
        await asyncio.sleep(PERIOD)


async def tidy(
    inbox: Inbox, store: Store, settings: Settings, books: Books, take_back: TakeBack | None = None
) -> None:
    """One round. `take_back` removes staff copies while Telegram still lets us."""
    now, rules = datetime.now(UTC), settings.retention()
    await inbox.prune(now, rules.work)
    await store.forget_lines(now - timedelta(seconds=BURST_SECONDS))
    if take_back is not None:
        await _take_back(books, now - rules.message_ids + COPIES_GO_BEFORE, take_back)
    counts = await books.forgetting.enforce(rules, now)
    if counts:
        log.info("forgotten: %s", ", ".join(f"{name} {n}" for name, n in counts.items()))


async def _take_back(books: Books, before: datetime, take_back: TakeBack) -> None:
    """One that fails is tried again the next time; it must not keep the others from going."""
    for chat, message in await books.sent.old_copies(before):
        try:
            await take_back(chat, message)
            await books.sent.forget(chat, [message])
        except Exception as error:
            log.error("a staff copy could not be taken back: %s", type(error).__name__)
