"""Runs the real program, `kawan run`, against the fake Bot API."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.nlu_service import ROOT, model_file

KAWAN = str(Path(sys.executable).with_name("kawan"))


class BotProcess:
    """`kawan run` as a child. Without `nlu` the parse service is not there, which is quicker."""

    def __init__(
        self, folder: Path, url: str, token: str, nlu: bool = False, **settings: str
    ) -> None:
        self.folder = folder
        self.log = folder / "bot.log"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KAWAN_", "TELEGRAM_"))},
            "TELEGRAM_API_URL": url,
            "TELEGRAM_BOT_TOKEN": token,
            "KAWAN_DATA_DIR": str(folder / "data"),
            "COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml"),
            **settings,
        }
        if content := os.environ.get("KAWAN_CONTENT_DIR"):
            self._environment["KAWAN_CONTENT_DIR"] = content
        if nlu:
            (folder / "data").mkdir(exist_ok=True)
            place = folder / "data" / "model"
            if not place.exists():
                place.symlink_to(model_file().parent)
        else:
            self._environment["KAWAN_NLU_PYTHON"] = "/nowhere/python"
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "BotProcess":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                KAWAN, "run", cwd=ROOT, env=self._environment, stdout=output, stderr=output
            )

    async def kill(self) -> None:
        """kill -9, as when the power fails."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self, within: float = 15.0) -> int:
        """SIGTERM; fails when it does not end in time."""
        assert self.process
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), within)

    async def said(self, words: str, seconds: float = 90.0) -> None:
        """Wait until the log holds `words`."""
        async with asyncio.timeout(seconds):
            while words not in self.text():
                assert self.process and self.process.returncode is None, self.text()[-1500:]
                await asyncio.sleep(0.02)

    def text(self) -> str:
        return self.log.read_text("utf-8", errors="replace")
