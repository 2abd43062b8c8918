"""Who writes when. SQLite has one writer at a time and lets the others sleep and try again, which
under load is a hundred times slower than a queue; so writers of this process queue here, first
come, first served. Small changes that wait together are made in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

T = TypeVar("T")
Change = Callable[[AsyncSession], Awaitable[T]]
_MOST = 100  # changes in one transaction


class Turns:
    """Opens the sessions of one engine; use `turns_of`, so that everybody shares the queue."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._turn = asyncio.Lock()
        self._waiting: list[tuple[Change[Any], asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Commits at the end, rolls back on an error; on SQLite the only writer while it lasts, and
        on both the only one of this process. Not to be nested."""
        async with self._turn, self._transaction() as session:
            yield session

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions.begin() as session:
            if self._sqlite:
                await session.execute(text("BEGIN IMMEDIATE"))
            yield session

    async def together(self, change: Change[T]) -> T:
        """What `change` returns, once it is committed. Others' changes may be in the same
        transaction; one that fails spoils only itself. It may run twice and must bear that."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await done

    async def _drain(self) -> None:
        while self._waiting:
            async with self._turn:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                if not await self._commit(batch) and len(batch) > 1:
                    for one in batch:
                        await self._commit([one])

    async def _commit(self, batch: list[tuple[Change[Any], "asyncio.Future[Any]"]]) -> bool:
        """False when nothing was changed; the error reaches who asked only where it is their own."""
        try:
            async with self._transaction() as session:
                results = [await change(session) for change, _ in batch]
        except Exception as error:
            if len(batch) == 1 and not batch[0][1].done():
                batch[0][1].set_exception(error)
            return False
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)
        return True


_turns: WeakKeyDictionary[AsyncEngine, Turns] = WeakKeyDictionary()


def turns_of(engine: AsyncEngine) -> Turns:
    """The one queue of this engine."""
    if engine not in _turns:
        _turns[engine] = Turns(engine)
    return _turns[engine]
