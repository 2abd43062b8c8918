"""A copy of all tables in one sealed file, and an empty database filled from it.

Inside are JSON lines, the same from SQLite and PostgreSQL, so a backup of one restores into the
other: a head, then for each table its name and columns and one line a row, then the end with the
number of rows. Durable work is left out on purpose: done again, it would answer old messages at a
time nobody expects. Alarms that are still open are in the cases.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.database import migrate
from bot.adapters.database.engine import opened
from bot.adapters.encryption import Vault
from bot.adapters.sealed_file import FileProblem, SealedWriter, read_sealed

_VERSIONS = "alembic_version"
_AT_ONCE = 500  # rows


async def back_up(engine: AsyncEngine, vault: Vault, path: Path) -> int:
    """Write a backup to `path`, which must not exist; number of rows. The bot may go on working:
    the backup shows one moment. It is read back before it gets its name."""
    if path.exists():
        raise FileProblem(f"{path} exists already; name a new file")
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            writer = SealedWriter(file, vault)
            async with contextlib.aclosing(_dump(engine)) as values:
                async for value in values:
                    writer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
            writer.finish()
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        rows = sum(isinstance(value, list) for value in _values(part, vault))
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return rows


async def _dump(engine: AsyncEngine) -> AsyncGenerator[Any, None]:
    async with engine.connect() as plain:
        if engine.dialect.name == "postgresql":
            connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection = plain
            await connection.execute(text("BEGIN"))
        tables = await connection.run_sync(_reflect)
        revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        yield {"kawan": 1, "revision": revision, "made_at": datetime.now(UTC).isoformat()}
        rows = 0
        for table in tables:
            yield {"table": table.name, "columns": table.c.keys()}
            async for row in await connection.stream(select(table)):
                rows += 1
                yield [_plain(value) for value in row]
        yield {"end": rows}


async def restore(url: URL, vault: Vault, path: Path) -> int:
    """Fill the empty database at `url` and bring it to the newest version; number of rows.
    `FileProblem` for a bad file, or when the database holds something; nothing is changed then."""
    head = next(values := _values(path, vault), None)
    if not isinstance(head, dict) or head.get("kawan") != 1:
        raise FileProblem("this backup was made by another version of kawan")
    async with opened(url) as engine:
        async with engine.connect() as connection:
            await _refuse_filled(connection)
        await asyncio.to_thread(migrate.upgrade, url, head["revision"])
        async with engine.begin() as connection:
            await _refuse_filled(connection)
            rows = await _fill(connection, values)
    await asyncio.to_thread(migrate.upgrade, url)
    return rows


async def _refuse_filled(connection: AsyncConnection) -> None:
    for table in await connection.run_sync(_reflect):
        if await connection.scalar(select(func.count()).select_from(table)):
            raise FileProblem("the database is not empty; restore into a new one")


async def _fill(connection: AsyncConnection, values: Iterator[Any]) -> int:
    tables = {table.name: table for table in await connection.run_sync(_reflect)}
    table, columns, batch, rows, ended = None, [], [], 0, False
    try:
        for value in values:
            if isinstance(value, list) and table is not None:
                batch.append(dict(zip(columns, map(_value, value), strict=True)))
                rows += 1
            if table is not None and batch and (isinstance(value, dict) or len(batch) >= _AT_ONCE):
                await connection.execute(insert(table), batch)
                batch = []
            if isinstance(value, dict) and "table" in value:
                table, columns = tables[value["table"]], value["columns"]
            elif isinstance(value, dict):
                ended = value.get("end") == rows
    except (KeyError, ValueError, SQLAlchemyError) as error:
        raise FileProblem(f"the backup does not fit ({type(error).__name__})") from error
    if not ended:
        raise FileProblem("the backup is not complete")
    if connection.dialect.name == "postgresql":
        await _count_on(connection, tables.values())
    return rows


async def _count_on(connection: AsyncConnection, tables: Iterable[Table]) -> None:
    """Numbers given out next follow those restored."""
    for table in tables:
        for column in table.primary_key.columns:
            sequence = await connection.scalar(
                select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
            )
            highest = await connection.scalar(select(func.max(column))) if sequence else None
            if highest is not None:
                await connection.execute(select(func.setval(sequence, highest)))


def _reflect(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != _VERSIONS)
    return found.sorted_tables if inspect(connection).get_table_names() else []


def _values(path: Path, vault: Vault) -> Iterator[Any]:
    """Each line of a backup. `FileProblem` when the file is damaged or another key is needed."""
    rest = b""
    with path.open("rb") as file:
        for chunk in read_sealed(file, vault):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)
    if rest:
        raise FileProblem("the backup is not complete")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"at": aware.isoformat()}
    if isinstance(value, bytes):
        raise FileProblem("a table holds bytes, which a backup cannot keep")
    return value


def _value(plain: Any) -> Any:
    return datetime.fromisoformat(plain["at"]) if isinstance(plain, dict) else plain
