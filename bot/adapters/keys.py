"""Changing the master key: everything sealed with the old one is sealed anew, every hash made with
it is made again. What people wrote stays sealed with their own keys; only these are rewrapped."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.encryption import KeyProblem, Vault

_AT_ONCE = 200  # rows in one transaction
_IDS = {"sealed_chat": "chat_hash", "sealed_user": "user_hash"}  # sealed id, and its hash
_HASHES = {*_IDS.values(), "queue_partition_key"}

Hashes = Mapping[str, str]  # what the old or the new key makes of a chat -> what the new one makes


async def check_key(engine: AsyncEngine, vault: Vault) -> None:
    """`KeyProblem` when the database was sealed with another key, wholly or in part."""
    async with engine.connect() as connection:
        tables = await connection.run_sync(_reflect, None)
        for name, column in (("person", "sealed_key"), ("named_key", "sealed")):
            if name not in tables:
                continue
            for (sealed,) in await connection.execute(select(tables[name].c[column])):
                if not vault.opens(sealed):
                    raise KeyProblem(
                        "the database was sealed with another key; set that one as KAWAN_OLD_KEY "
                        "and run `kawan keys rotate`, or put it back"
                    )


async def rotate(engine: AsyncEngine, old: Vault, new: Vault) -> tuple[dict[str, int], Hashes]:
    """Number of rows changed in each table, and the hashes. The bot must not run meanwhile.
    Stopped half-way it is run again: what has been changed is left alone."""
    async with engine.connect() as connection:
        tables = await connection.run_sync(_reflect, None)
        hashes = await connection.run_sync(_hashes, tables.values(), old, new)
    counts = {}
    for table in tables.values():
        async with engine.connect() as connection:
            counts[table.name] = await connection.run_sync(_rotate_table, table, old, new, hashes)
    await check_key(engine, new)
    return {name: count for name, count in counts.items() if count}, hashes


def rotate_work(url: str, old: Vault, new: Vault, hashes: Hashes) -> int:
    """The same for the durable work; `url` as for `Inbox`. Number of rows changed."""
    engine = create_engine(url, hide_parameters=True)
    schema = None if url.startswith("sqlite") else "dbos"
    try:
        with engine.connect() as connection:
            tables = _reflect(connection, schema)
            connection.rollback()
            return sum(
                _rotate_table(connection, table, old, new, hashes, everything=True)
                for table in tables.values()
            )
    finally:
        engine.dispose()


def _reflect(connection: Connection, schema: str | None) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection, schema=schema)
    return {table.name: table for table in found.sorted_tables if table.primary_key.columns}


def _hashes(
    connection: Connection, tables: Iterable[Table], old: Vault, new: Vault
) -> dict[str, str]:
    """Whoever's id is kept somewhere; the id opens with either key after half a rotation."""
    made = {}
    for table in tables:
        for name in _IDS.keys() & table.c.keys():
            for (sealed,) in connection.execute(select(table.c[name])):
                keeper = new if new.opens(sealed) else old
                if not keeper.opens(sealed):
                    raise KeyProblem("KAWAN_OLD_KEY is not the key this database was sealed with")
                chat_id = int(keeper.open(sealed))
                made[old.chat_hash(chat_id)] = made[new.chat_hash(chat_id)] = new.chat_hash(chat_id)
    return made


def _rotate_table(
    connection: Connection,
    table: Table,
    old: Vault,
    new: Vault,
    hashes: Hashes,
    everything: bool = False,
) -> int:
    """`everything`: look into every text column, not only into those named `sealed...`."""
    key = list(table.primary_key.columns)
    rows = [tuple(row) for row in connection.execute(select(*key))]
    connection.rollback()
    changed = 0
    for start in range(0, len(rows), _AT_ONCE):
        for values in rows[start : start + _AT_ONCE]:
            where = [column == value for column, value in zip(key, values, strict=True)]
            row = connection.execute(select(table).where(*where)).mappings().one()
            changes = _changes(dict(row), table.name, old, new, hashes, everything)
            if changes:
                connection.execute(update(table).where(*where).values(**changes))
                changed += 1
        connection.commit()
    return changed


def _changes(
    row: Mapping[str, Any], table: str, old: Vault, new: Vault, hashes: Hashes, everything: bool
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, value in row.items():
        if not isinstance(value, str) or not value:
            continue
        if name == "key_id":
            changes[name] = new.key_id
        elif name in _HASHES:
            # an alarm of somebody forgotten: nothing may find them with the old key
            changes[name] = hashes.get(value, "" if table == "alarm" else value)
        elif not everything and not name.startswith("sealed"):
            continue
        elif not new.opens(value) and old.opens(value):
            changes[name] = new.seal(old.open(value))
    return {name: value for name, value in changes.items() if value != row[name]}
