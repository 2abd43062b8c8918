"""A process for the kill test: opens cases and says the number of each once it is kept."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, opened
from bot.adapters.encryption import Vault
from bot.domain.danger import Alarm, Category, Level

ALARM = Alarm(Level.CRITICAL, Category.VIOLENCE, ("rules",))


async def main() -> None:
    async with opened(database_url(None, Path(sys.argv[1]))) as engine:
        books = Books(engine, Vault(b"k" * 32))
        for number in range(int(sys.argv[2]), 10**6):
            now = datetime.now(UTC)
            opened_case = await books.cases.open_or_raise(number, ALARM, "id", "t", number, now)
            await books.cases.take(opened_case.case.code, 1, now)
            print(number, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
