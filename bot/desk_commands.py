"""Commands for the desk: an exercise of the alarm ladder, and a look at the deployment."""

import argparse
import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import open_vault
from bot.adapters.keys import check_key
from bot.doctor import examine
from bot.domain.case import CaseState, Outcome
from bot.domain.danger import Alarm, Category, Level
from bot.house import url_of
from bot.settings import Settings

MISTAKE = 2
NOBODY = 0  # chat of the person in an exercise; Telegram gives it to nobody
LOOK = 0.5  # seconds


def add_commands(commands: Any, add: Any) -> None:
    """Add them to the parser; `add(name, run, text, where)` as in `bot.cli`."""
    drill = add("drill", _drill, "open a mock case and see how long staff take to answer")
    drill.add_argument("--level", choices=["critical", "high"], default="critical")
    drill.add_argument("--minutes", type=float, default=10.0, help="how long to wait at most")
    add("doctor", _doctor, "look at this deployment and say what to mend")


def _doctor(settings: Settings, _options: argparse.Namespace) -> int:
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    wrong = 0
    async for finding in examine(settings):
        print(finding.line(), flush=True)
        wrong += finding.state == "mend"
    print(f"{wrong} to mend" if wrong else "nothing to mend")
    return MISTAKE if wrong else 0


def _drill(settings: Settings, options: argparse.Namespace) -> int:
    upgrade(url_of(settings))
    return asyncio.run(_exercise(settings, Level.named(options.level), options.minutes * 60))


async def _exercise(settings: Settings, level: Level, seconds: float) -> int:
    """The running bot finds the waiting case and climbs its ladder; this only looks on."""
    vault = open_vault(settings.key.get_secret_value() if settings.key else None, settings.data_dir)
    async with opened(url_of(settings)) as engine:
        await check_key(engine, vault)
        books = Books(engine, vault)
        now = datetime.now(UTC)
        alarm = Alarm(level, Category.VIOLENCE, ("drill",))
        source = -int(now.timestamp() * 1000)
        opened_case = await books.cases.open_or_raise(
            NOBODY, alarm, "id", "", source, now, mock=True
        )
        code = opened_case.case.code
        print(f"{code} {level.label}: open; a running bot notices within 15 seconds", flush=True)
        try:
            return await _look_on(books, code, seconds)
        finally:
            await books.cases.close(code, Outcome.NO_DANGER, "system", datetime.now(UTC))
            await books.people.forget(NOBODY, datetime.now(UTC))


async def _look_on(books: Books, code: str, seconds: float) -> int:
    loop = asyncio.get_running_loop()
    begin, alerted = loop.time(), False
    while loop.time() - begin < seconds:
        passed = loop.time() - begin
        if not alerted and await books.cases.was_alerted(code):
            alerted = True
            print(f"{code}: first alert accepted after {passed:.1f} s", flush=True)
        case = await books.cases.get(code)
        if case is not None and case.state is not CaseState.WAITING:
            print(f"{code}: taken by staff {case.staff} after {passed:.1f} s")
            return 0
        await asyncio.sleep(LOOK)
    print(
        f"{code}: nobody took it"
        if alerted
        else f"{code}: nobody was alerted; is the bot running, is anybody on duty? `kawan doctor`"
    )
    return 1
