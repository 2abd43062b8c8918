"""The real program, quickly started again after a kill: what takes seconds (content, rules) is
loaded once in a parent, and every start is a fork of it.

As a program: reads `start` and `quit` from standard input, answers each start with a process id.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class QuickBot:
    """`async with QuickBot(...) as bot:`; `kill` is kill -9."""

    def __init__(self, folder: Path, url: str, token: str, **settings: str) -> None:
        self.log = folder / "bot.log"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KAWAN_", "TELEGRAM_"))},
            "PYTHONPATH": str(ROOT), "TELEGRAM_API_URL": url, "TELEGRAM_BOT_TOKEN": token,
            "KAWAN_DATA_DIR": str(folder / "data"), "KAWAN_NLU_PYTHON": "/nowhere/python",
            **({"KAWAN_CONTENT_DIR": c} if (c := os.environ.get("KAWAN_CONTENT_DIR")) else {}),
            **settings,
        }  # fmt: skip
        self._parent: asyncio.subprocess.Process | None = None
        self._child = 0

    async def __aenter__(self) -> "QuickBot":
        with self.log.open("ab") as output:
            self._parent = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.quick_bot", cwd=ROOT, env=self._environment,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=output,
            )  # fmt: skip
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._parent and self._parent.stdin
        self.kill()
        self._parent.stdin.write(b"quit\n")
        await asyncio.wait_for(self._parent.wait(), 10)

    async def start(self) -> None:
        assert self._parent and self._parent.stdin and self._parent.stdout
        self._parent.stdin.write(b"start\n")
        line = await asyncio.wait_for(self._parent.stdout.readline(), 60)
        self._child = int(line)

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def text(self) -> str:
        return self.log.read_text("utf-8", errors="replace")


def main() -> None:
    from bot import app, logs
    from bot.adapters.database.migrate import upgrade
    from bot.adapters.encryption import open_vault
    from bot.house import open_house
    from bot.settings import load_settings

    settings = load_settings()
    logs.set_up(settings.log_level)
    house = open_house(settings)
    vault = open_vault(None, settings.data_dir)
    upgrade(house.url())
    child = 0
    for line in iter(sys.stdin.readline, ""):
        if child:
            os.waitpid(child, 0)
        if line.strip() == "quit":
            return
        child = os.fork()
        if child == 0:
            asyncio.run(app.run_telegram(house, vault))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
