"""Who reads texts: the parse service, a child process, the spare model; or nobody."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from bot.adapters.nlu_process import NluCommand, NluProcess
from bot.adapters.rasa import TIMEOUT, RasaUnderstander
from bot.adapters.spare_model import WithSpare
from bot.domain.understanding import Parsed
from bot.house import ROOT
from bot.ports import Unavailable, Understander
from bot.settings import Settings


class Deaf:
    """An understander that is never there: what the bot is without its model."""

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        raise Unavailable("not asked")


def nlu_command(settings: Settings) -> NluCommand:
    python = settings.nlu_python or ROOT / ".venv-nlu" / "bin" / "python"
    data = settings.data_dir.resolve()
    return NluCommand(python, ROOT, data / "model" / "kawan-nlu.tar.gz", data / "log" / "nlu.log")


@contextlib.asynccontextmanager
async def understanding(
    settings: Settings, wait: float = 0.0, patience: float = TIMEOUT
) -> AsyncIterator[Understander]:
    """The parse service named in the settings, or a child that is kept running, with the model in
    this process to fall back on. `wait`: seconds to wait for the child to be ready, `TimeoutError`
    after that; `patience`: seconds one answer may take."""
    command = nlu_command(settings)
    if settings.nlu_url and settings.nlu_secret:
        client = RasaUnderstander(
            secret=settings.nlu_secret.get_secret_value(), url=settings.nlu_url, timeout=patience
        )
        try:
            yield WithSpare(client, command.model)
        finally:
            await client.close()
        return
    process = NluProcess(command, patience)
    process.start()
    try:
        if wait:
            await asyncio.wait_for(process.ready.wait(), wait)
        yield WithSpare(process.client, command.model)
    finally:
        await process.stop()
