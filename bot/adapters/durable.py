"""Durable work on DBOS: every update is a workflow, done exactly once and in order per chat.

An update is safe as soon as `Inbox.put` returns; a killed process goes on where it stopped. What
DBOS keeps is sealed JSON (never pickle) and is deleted a day after the work is finished.
"""

import asyncio
import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

from dbos import DBOS, DBOSConfig, Serializer, SetEnqueueOptions, SetWorkflowID, StepOptions
from sqlalchemy import make_url

from bot.adapters.encryption import Vault
from bot.domain.danger import Level
from bot.domain.message import Incoming

log = logging.getLogger("kawan.work")

QUEUE = "updates"
POLLING = 0.03  # seconds between looks into the queue
CHATS_AT_ONCE = 24
ENDING = 2  # seconds that work under way has when the program stops
KEPT = timedelta(hours=25)  # Telegram repeats an update for 24 hours at most
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
# A queue of its own, for danger seen at a glance: between chats a queue knows no order
URGENT = "urgent"
URGENT_AT_ONCE = 16
_LARGEST_PRIORITY = 2**31 - 1
# SQLite has one writer at a time, and makes the others sleep and try again; threads that queue for
# one connection take turns without that, which is many times as quick under load
_ONE_CONNECTION = {
    "pool_pre_ping": False, "pool_size": 1, "max_overflow": 0, "pool_timeout": 60,
}  # fmt: skip


class Worker(Protocol):
    """What is done with an update, in steps that may be repeated after a crash."""

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Plan for an update: `messages` to send, and what `keep` needs."""
        ...

    async def send(self, chat_id: int, message: dict[str, Any]) -> bool:
        """Send one message of the plan; True when it was too late to be shown openly."""
        ...

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        """Store the new state and the alarm. Repeating it changes nothing."""
        ...

    async def act(self, raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]:
        """Do the plan's `deeds`; messages to send after them. Repeating it changes nothing."""
        ...


class WorkFailed(Exception):
    """Stands for an error of earlier work; only its type was kept."""


@dataclass(frozen=True)
class SealedJson(Serializer):
    """DBOS serializer whose output nobody can read without the key."""

    vault: Vault

    def name(self) -> str:
        return "kawan_sealed_json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {"__error__": type(data).__name__}
        return self.vault.seal(data)

    def deserialize(self, serialized_data: str) -> Any:
        data = self.vault.open(serialized_data)
        if isinstance(data, dict) and "__error__" in data:
            return WorkFailed(data["__error__"])
        return data


_PATIENT: StepOptions = {
    "name": "keep",
    "retries_allowed": True,
    "max_attempts": 12,
    "interval_seconds": 0.2,
    "backoff_rate": 2.0,
}
_ACTING: StepOptions = {**_PATIENT, "name": "act"}
_chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
_worker: list[Worker] = []  # DBOS finds workflows by name, so their worker is found here


@DBOS.workflow(name="handle_update")
async def _handle_update(raw: dict[str, Any]) -> None:
    lock = _chats.setdefault(raw["chat_id"], asyncio.Lock())
    async with lock:  # one chat may have work in both queues
        await _handle(raw)


async def _handle(raw: dict[str, Any]) -> None:
    worker = _worker[-1]
    plan = await DBOS.run_step_async({"name": "decide"}, worker.decide, raw)
    if plan.get("alarm") and plan.get("deeds"):
        # in danger: staff are told while the answer travels
        after, late = await asyncio.gather(_acted(raw, plan), _sent("send", raw, plan["messages"]))
        await _kept(raw, plan, late)
    else:
        late = await _sent("send", raw, plan["messages"])
        await _kept(raw, plan, late)
        after = await _acted(raw, plan) if plan.get("deeds") else []
    await _sent("tell", raw, after)


async def _sent(name: str, raw: dict[str, Any], messages: list[dict[str, Any]]) -> list[Any]:
    """What to show later instead of those that came too late."""
    late = []
    for number, message in enumerate(messages):
        step: StepOptions = {"name": f"{name} {number}"}
        if await DBOS.run_step_async(step, _worker[-1].send, raw["chat_id"], message):
            late.append(message.get("ref"))
    return [ref for ref in late if ref]


async def _kept(raw: dict[str, Any], plan: dict[str, Any], late: list[Any]) -> None:
    await DBOS.run_step_async(_PATIENT, _worker[-1].keep, raw, {**plan, "late": late})


async def _acted(raw: dict[str, Any], plan: dict[str, Any]) -> list[dict[str, Any]]:
    return await DBOS.run_step_async(_ACTING, _worker[-1].act, raw, plan)


class Inbox:
    """Takes updates in and has them worked off. One per process."""

    def __init__(self, url: str, vault: Vault, worker: Worker, executor: str = "kawan-1") -> None:
        """`url`: SQLAlchemy URL of the system database; `executor`: stable name of this process."""
        self._vault = vault
        self._url = url
        self._worker = worker
        self._config: DBOSConfig = {
            "name": "kawan",
            "system_database_url": url,
            "serializer": SealedJson(vault),
            "executor_id": executor,
            # fixed, so that what waits over an upgrade is still worked off by the new version
            "application_version": "1",
            "log_level": "ERROR",
            "enable_otlp": False,
            **({"db_engine_kwargs": _ONE_CONNECTION} if url.startswith("sqlite") else {}),
        }

    async def launch(self) -> None:
        """Open the store, take up unfinished work, begin to work."""
        _prefer_wal(self._url)
        _worker.append(self._worker)
        _chats.clear()  # what an earlier inbox of this process left behind holds up nobody
        DBOS(config=self._config)
        logging.getLogger("dbos").setLevel(logging.ERROR)
        DBOS.launch()
        # without a global limit DBOS claims the next update of every chat in one statement
        for queue, at_once in ((QUEUE, CHATS_AT_ONCE), (URGENT, URGENT_AT_ONCE)):
            await DBOS.register_queue_async(
                queue,
                worker_concurrency=at_once,
                partition_concurrency=1,
                polling_interval_sec=POLLING,
                on_conflict="always_update",
            )

    async def put(self, incoming: Incoming, level: int = 0) -> None:
        """Keep an update for good. The same `update_id` twice is one piece of work. `level`: the
        danger seen at a glance (`Level`); from high on it does not wait for other chats."""
        identifier = incoming.update_id
        priority = identifier if 1 <= identifier <= _LARGEST_PRIORITY else None
        queue = URGENT if level >= Level.HIGH else QUEUE
        with (
            SetWorkflowID(str(identifier)),
            SetEnqueueOptions(
                queue_partition_key=self._vault.chat_hash(incoming.chat_id), priority=priority
            ),
        ):
            await DBOS.enqueue_workflow_async(queue, _handle_update, incoming.to_json())

    async def waiting(self) -> int:
        """Number of updates that are not finished."""
        rows = await DBOS.list_workflows_async(
            status=["ENQUEUED", "PENDING"], load_input=False, load_output=False
        )
        return len(rows)

    async def prune(self, now: datetime | None = None, kept: timedelta = KEPT) -> int:
        """Delete finished work older than `kept`; returns how many."""
        before = (now or datetime.now(UTC)) - kept
        rows = await DBOS.list_workflows_async(
            status=_FINISHED,
            end_time=before.isoformat(),
            load_input=False,
            load_output=False,
            limit=1000,
        )
        if rows:
            await DBOS.delete_workflows_async([row.workflow_id for row in rows])
        return len(rows)

    async def forget(self, chat_id: int) -> int:
        """Delete the finished work of a chat, for somebody who is forgotten; returns how many."""
        rows = await DBOS.list_workflows_async(
            status=_FINISHED, queue_name=[QUEUE, URGENT], load_input=False, load_output=False
        )
        key = self._vault.chat_hash(chat_id)
        mine = [row.workflow_id for row in rows if row.queue_partition_key == key]
        if mine:
            await DBOS.delete_workflows_async(mine)
        return len(mine)

    async def finish(self) -> None:
        """Take up nothing more, give what is under way a moment to end, then stop."""
        finish = partial(DBOS.destroy, workflow_completion_timeout_sec=ENDING)
        await asyncio.to_thread(finish)
        _worker.clear()

    def close(self) -> None:
        """Stop working at once; what is unfinished is taken up at the next start."""
        DBOS.destroy()
        _worker.clear()


def _prefer_wal(url: str) -> None:
    """SQLite's write-ahead log lets the receiver write while work is read. It is a property of
    the file, so it is set before DBOS opens it."""
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
