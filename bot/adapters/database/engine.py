"""Connections: SQLite (WAL) by default, PostgreSQL by URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class DatabaseProblem(Exception):
    """The database setting is wrong or the database cannot be used; one readable line."""


def database_url(text: str | None, folder: Path) -> URL:
    """The URL with the driver this program uses; `DatabaseProblem` for any other database."""
    try:
        url = make_url(text or f"sqlite:///{folder / 'kawan.db'}")
    except ArgumentError as error:
        raise DatabaseProblem(
            "is not a database URL, such as postgresql://user@host/kawan"
        ) from error
    backend = url.drivername.split("+")[0]
    backend = "postgresql" if backend.startswith("postgres") else backend
    if backend not in _DRIVERS:
        raise DatabaseProblem(f"{backend} is not supported; use sqlite or postgresql")
    return url.set(drivername=_DRIVERS[backend])


def durable_url(url: URL, folder: Path) -> str:
    """Where the durable work is kept: beside the database, for the synchronous driver."""
    if url.drivername.startswith("sqlite"):
        place = Path(url.database or "") if url.database else folder / "kawan.db"
        return f"sqlite:///{place.with_name('work.db')}"
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def make_engine(url: URL) -> AsyncEngine:
    """An engine; nothing is opened until it is used."""
    if url.drivername.startswith("sqlite") and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    served = url.drivername.startswith("postgresql")  # a server may have closed the connection
    engine = create_async_engine(url, pool_pre_ping=served, hide_parameters=True)
    if url.drivername.startswith("sqlite"):

        @event.listens_for(engine.sync_engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "busy_timeout=30000",
                "foreign_keys=ON",
                "secure_delete=ON",  # what is deleted is overwritten
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine


@asynccontextmanager
async def opened(url: URL) -> AsyncIterator[AsyncEngine]:
    """An engine that is closed at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()
