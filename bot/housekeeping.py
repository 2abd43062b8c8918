"""What has to be forgotten in time: finished work, old lines, conversations nobody came back to."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.domain.conversation import BURST_SECONDS
from bot.settings import Settings

log = logging.getLogger("kawan.housekeeping")
PERIOD = 300.0  # seconds


async def keep_house(inbox: Inbox, store: Store, settings: Settings) -> None:
    """Tidy up every five minutes until cancelled; a failure is tried again the next time."""
    while True:
        try:
            await tidy(inbox, store, settings)
        except Exception as error:
            log.error("tidying up failed: %s", type(error).__name__)
        await asyncio.sleep(PERIOD)


async def tidy(inbox: Inbox, store: Store, settings: Settings) -> None:
    """One round."""
    now = datetime.now(UTC)
    await inbox.prune(now)
    await store.forget_lines(now - timedelta(seconds=BURST_SECONDS))
    await store.forget_conversations(now - timedelta(days=settings.keep_days))
