"""Commands that look after what is kept: keys, backups, the record of events."""

import argparse
import asyncio
import base64
import re
import secrets
from pathlib import Path
from typing import Any

from bot import app
from bot.adapters.backup import back_up, restore
from bot.adapters.database.books import Books
from bot.adapters.database.engine import durable_url, opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import KeyProblem, Vault, open_vault, parse_key
from bot.adapters.keys import rotate, rotate_work
from bot.house import url_of
from bot.settings import Settings, SettingsProblem

BROKEN = 1  # exit code when the record of events is not whole


def add_commands(commands: Any, add: Any) -> None:
    """Add them to the parser; `add(name, run, text, where)` as in `bot.cli`."""
    keys = commands.add_parser("keys", help="work with the master key").add_subparsers(
        required=True
    )
    add("new", _new_key, "print a new master key", keys)
    add("rotate", _rotate, "seal everything anew, from KAWAN_OLD_KEY to the present key", keys)
    audit = commands.add_parser("audit", help="work with the record of events").add_subparsers(
        required=True
    )
    verify = add("verify", _verify, "check that no event was changed, put in or taken out", audit)
    verify.add_argument("--noted", metavar="NUMBER:HASH", help="what an earlier check printed")
    saving = add("backup", _back_up, "write an encrypted copy of the database to FILE")
    saving.add_argument("file", type=Path, metavar="FILE")
    filling = add("restore", _restore, "fill an empty database from FILE")
    filling.add_argument("file", type=Path, metavar="FILE")


def present_vault(settings: Settings) -> Vault:
    """The vault of the present key, as `kawan run` opens it."""
    return open_vault(settings.key.get_secret_value() if settings.key else None, settings.data_dir)


def _new_key(_settings: Settings, _options: argparse.Namespace) -> None:
    print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _rotate(settings: Settings, _options: argparse.Namespace) -> None:
    if settings.old_key is None:
        raise SettingsProblem(
            "KAWAN_OLD_KEY: put the key of before there, the new one in KAWAN_KEY"
        )
    try:
        old = Vault(parse_key(settings.old_key.get_secret_value()))
    except KeyProblem as error:
        raise SettingsProblem(f"KAWAN_OLD_KEY: {error}") from error
    new = present_vault(settings)
    if old.key_id == new.key_id:
        raise SettingsProblem("KAWAN_OLD_KEY: is the present key; put the new one in KAWAN_KEY")
    url = url_of(settings)
    with app.only_one(settings):
        upgrade(url)
        counts, hashes = asyncio.run(_rotate_tables(settings, old, new))
        counts["durable work"] = rotate_work(durable_url(url, settings.data_dir), old, new, hashes)
    for name, count in counts.items():
        print(f"{name}: {count}")
    print(f"everything is sealed with the present key ({new.key_id}); KAWAN_OLD_KEY can go")


async def _rotate_tables(settings: Settings, old: Vault, new: Vault) -> tuple[dict[str, int], Any]:
    async with opened(url_of(settings)) as engine:
        return await rotate(engine, old, new)


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    problem, (number, mark) = asyncio.run(_check_chain(settings, _noted(options.noted)))
    if problem:
        print(f"the record of events is not whole: {problem}")
        return BROKEN
    print(f"{number} events, none changed, put in or taken out")
    print(f"note this elsewhere and give it to the next check: --noted {number}:{mark}")
    return 0


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,12}):([0-9a-f]{64})", text)
    if not found:
        raise SettingsProblem("--noted: needs NUMBER:HASH as an earlier check printed it")
    return int(found[1]), found[2]


async def _check_chain(
    settings: Settings, noted: tuple[int, str] | None
) -> tuple[str | None, tuple[int, str]]:
    async with opened(url_of(settings)) as engine:
        log = Books(engine, present_vault(settings)).event_log
        return await log.verify(noted), await log.head()


def _back_up(settings: Settings, options: argparse.Namespace) -> None:
    async def run() -> int:
        async with opened(url_of(settings)) as engine:
            return await back_up(engine, present_vault(settings), options.file)

    print(f"{options.file}: {asyncio.run(run())} rows. Keep it and the master key apart.")


def _restore(settings: Settings, options: argparse.Namespace) -> None:
    with app.only_one(settings):
        rows = asyncio.run(restore(url_of(settings), present_vault(settings), options.file))
    print(f"{rows} rows restored")
