"""Keeps the parse service running as a child of the bot: started, watched, restarted, ended."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.rasa import TIMEOUT, RasaUnderstander

log = logging.getLogger("kawan.nlu")
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
GRACE = 2.0


@dataclass(frozen=True)
class NluCommand:
    """How to start the service: interpreter of the NLU environment, model file, its log."""

    python: Path
    root: Path
    model: Path
    log: Path

    def missing(self) -> str | None:
        """One line on what is not there yet, or None."""
        for path in (self.python, self.model):
            if not path.exists():
                return f"{path} is missing; run `make setup`"
        return None


class NluProcess:
    """The child and a client for it. The socket lies in a private folder; standard input is a
    pipe, so that the child ends even when this process is killed."""

    def __init__(self, command: NluCommand, patience: float = TIMEOUT) -> None:
        """`patience`: seconds one answer of the client may take."""
        self._command = command
        self._folder = tempfile.TemporaryDirectory(prefix="kawan-")
        self._socket = str(Path(self._folder.name) / "nlu.sock")
        self._secret = secrets.token_urlsafe(32)
        self.client = RasaUnderstander(secret=self._secret, socket=self._socket, timeout=patience)
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Process id of the child that runs now."""
        return self._child.pid if self._child and self._child.returncode is None else None

    def start(self) -> None:
        """Begin to keep the service running."""
        self._task = asyncio.create_task(self._keep_running(), name="nlu")

    async def _keep_running(self) -> None:
        wait = FIRST_WAIT
        while True:
            missing = self._command.missing()
            if missing:
                log.error("understanding is off: %s", missing)
                await asyncio.sleep(LONGEST_WAIT)
                continue
            started = asyncio.get_running_loop().time()
            self._child = await self._spawn()
            watcher = asyncio.create_task(self._announce())
            code = await self._child.wait()
            watcher.cancel()
            self.ready.clear()
            lived = asyncio.get_running_loop().time() - started
            wait = FIRST_WAIT if lived > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            log.error("the parse service ended with code %s; next start in %.0f s", code, wait)
            await asyncio.sleep(wait)

    async def _spawn(self) -> asyncio.subprocess.Process:
        with contextlib.suppress(FileNotFoundError):
            Path(self._socket).unlink()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/"),
            "LANG": os.environ.get("LANG", "C.UTF-8"), "PYTHONPATH": str(self._command.root),
            "KAWAN_NLU_SECRET": self._secret, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1",
            "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
        }  # fmt: skip
        self._command.log.parent.mkdir(parents=True, exist_ok=True)
        with self._command.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                str(self._command.python), "-m", "nlu.server", "--model", str(self._command.model),
                "--uds", self._socket, "--watch-stdin",
                cwd=self._command.root, env=environment, stdin=asyncio.subprocess.PIPE,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    async def _announce(self) -> None:
        while not await self.client.ready():
            await asyncio.sleep(0.2)
        self.ready.set()
        log.info("understanding is ready")

    async def stop(self) -> None:
        """End the child for good: asked first, made to after two seconds."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        child = self._child
        if child and child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), GRACE)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
        await self.client.close()
        self._folder.cleanup()
