"""A process that only sends broadcasts: `python -m tests.broadcast_process URL TOKEN FOLDER`. Tests
kill it; the benchmark measures it. Prints `ready` once it works."""

import asyncio
import sys
from pathlib import Path

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.adapters.campaign_work import BroadcastWork
from bot.adapters.content.live import LiveContent
from bot.adapters.database.broadcasts import BroadcastStore
from bot.adapters.database.engine import database_url, durable_url, opened
from bot.adapters.durable import Inbox
from bot.adapters.encryption import Vault
from bot.telegram.broadcast import Broadcaster
from bot.telegram.lanes import Lanes
from tests.conftest import CONTENT


class Idle:
    """No updates come here."""

    async def decide(self, raw: dict[str, object]) -> dict[str, object]:
        return {"messages": []}

    async def send(self, chat_id: int, message: dict[str, object]) -> bool:
        return False

    async def keep(self, raw: dict[str, object], plan: dict[str, object]) -> None: ...

    async def act(self, raw: dict[str, object], plan: dict[str, object]) -> list[dict[str, object]]:
        return []


async def main(url: str, token: str, folder: Path) -> None:
    """Work until killed."""
    vault = Vault(b"k" * 32)
    database = database_url(None, folder)
    content = LiveContent(CONTENT)
    request = HTTPXRequest(connection_pool_size=64, connect_timeout=5, read_timeout=10)
    bot = Bot(token, request=request, base_url=url)
    lanes = Lanes()
    async with opened(database) as engine:
        store = BroadcastStore(engine, vault)
        work = BroadcastWork(Broadcaster(bot, lanes, store, content.current), store)
        inbox = Inbox(durable_url(database, folder), vault, Idle())
        running = asyncio.create_task(lanes.run())
        await inbox.launch()
        await work.launch()
        print("ready", flush=True)
        while not running.done():
            await work.start_due()
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
