"""Durable work of broadcasts on DBOS: one at a time, taken up again after a crash."""

import logging
from datetime import UTC, datetime
from typing import Protocol

from dbos import DBOS, SetWorkflowID

from bot.adapters.database.broadcasts import BroadcastStore

log = logging.getLogger("kawan.broadcast")
QUEUE = "broadcasts"
POLLING = 1.0
_UNFINISHED = frozenset({"ENQUEUED", "PENDING"})


class Sender(Protocol):
    async def batch(self, number: int) -> str:
        """`more`, `wait`, `over` or `stopped`."""
        ...


_sender: list[Sender] = []  # DBOS finds workflows by name, so their sender is found here


@DBOS.workflow(name="send_broadcast")
async def _send_broadcast(number: int) -> str:
    sender = _sender[-1]
    said = "more"
    while said == "more":
        said = await DBOS.run_step_async({"name": "batch"}, sender.batch, number)
    return said


class BroadcastWork:
    """Starts what is due. Use after the inbox was launched; the sender must be known before."""

    def __init__(self, sender: Sender, store: BroadcastStore) -> None:
        self._store = store
        _sender.append(sender)

    async def launch(self) -> None:
        await DBOS.register_queue_async(
            QUEUE,
            global_concurrency=1,
            polling_interval_sec=POLLING,
            on_conflict="always_update",
        )

    async def start_due(self, now: datetime | None = None) -> int:
        """Put the work on every broadcast that is due into the queue, unless it is there already;
        how many were put."""
        now = now or datetime.now(UTC)
        started = 0
        for broadcast in await self._store.due(now):
            zones = await self._store.pending_zones(broadcast.number)
            asleep = zones and not any(broadcast.awake(zone, now) for zone in zones)
            if asleep or await self._under_way(broadcast.number, broadcast.run):
                continue
            run = await self._store.next_run(broadcast.number)
            with SetWorkflowID(_identifier(broadcast.number, run)):
                await DBOS.enqueue_workflow_async(QUEUE, _send_broadcast, broadcast.number)
            started += 1
        return started

    async def _under_way(self, number: int, run: int) -> bool:
        status = await DBOS.get_workflow_status_async(_identifier(number, run))
        return status is not None and status.status in _UNFINISHED


def _identifier(number: int, run: int) -> str:
    return f"broadcast-{number}-{run}"
