"""A process for the kill tests: puts three updates and hangs at a chosen step of the second one,
or takes up what another process left."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.adapters.durable import Inbox
from bot.adapters.encryption import Vault
from bot.domain.message import Incoming

FOLDER, MODE, POINT = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
LOG = FOLDER / "done.log"


def note(line: str) -> None:
    with LOG.open("a") as file:
        file.write(line + "\n")


class Worker:
    async def _step(self, name: str, number: int) -> None:
        if name == POINT and number == 2:
            print("hanging", flush=True)
            await asyncio.Event().wait()

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        await self._step("decide", raw["update_id"])
        return {"messages": [{"number": raw["update_id"]}]}

    async def send(self, chat_id: int, message: dict[str, Any]) -> None:
        await self._step("send", message["number"])
        note(f"send:{message['number']}")

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        await self._step("keep", raw["update_id"])
        note(f"keep:{raw['update_id']}")


async def main() -> None:
    inbox = Inbox(f"sqlite:///{FOLDER}/work.db", Vault(b"k" * 32), Worker())
    await inbox.launch()
    if MODE == "put":
        for number in (1, 2, 3):
            await inbox.put(Incoming(number, 7, "text", 0.0, "halo"))
        if POINT == "between":
            print("hanging", flush=True)
        await asyncio.Event().wait()
    async with asyncio.timeout(30):
        while await inbox.waiting():
            await asyncio.sleep(0.05)
    print(json.dumps({"waiting": await inbox.waiting()}))
    inbox.close()


asyncio.run(main())
