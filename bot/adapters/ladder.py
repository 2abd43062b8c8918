"""The desk's durable work on DBOS: the alarm ladder and the relay of persons' lines.

A rung is a workflow that alerts and puts the next rung to sleep; ids make repetitions harmless
(`ladder:<code>:<level>:<mark>:<rung>`). No input holds anybody's words: lines go by number.
"""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, StepOptions

from bot.adapters.encryption import Vault
from bot.domain.danger import Level
from bot.usecases.staff_ladder import LadderSteps, Plan

log = logging.getLogger("kawan.ladder")
LADDER = "ladder"
RELAY = "relay"
ASLEEP = 1.0  # seconds between looks for rungs that wake; what begins now needs no queue
POLLING = 0.1  # the same for lines of persons, which are passed on in order
_UNDER_WAY = ["ENQUEUED", "PENDING", "DELAYED"]
_steps: list[LadderSteps] = []  # workflows are found by name, so their steps are found here


def _patient(name: str) -> StepOptions:
    """Outlives a database that is away for half a minute."""
    return {
        "name": name, "retries_allowed": True, "max_attempts": 12, "interval_seconds": 0.2,
        "backoff_rate": 2.0,
    }  # fmt: skip


@DBOS.workflow(name="ladder_rung")
async def _rung(code: str, level: int, number: int, mark: str) -> None:
    """One rung. The next one is put to sleep before anybody is alerted, so that an alert that
    waits for Telegram holds nothing up."""
    steps = _steps[-1]

    async def plan() -> dict[str, Any]:
        made = await steps.plan(code, level, number)
        if made.next_in is not None and not made.stop:
            again = f"{mark}+" if made.next_rung == number else mark
            await _put_rung(code, level, made.next_rung, again, made.next_in)
        return made.to_json()

    made = Plan.from_json(await DBOS.run_step_async(_patient("plan"), plan))
    if made.stop:
        return
    work = [
        DBOS.run_step_async(
            _patient(f"alert {staff}"), steps.alert, code, level, staff, number, rank
        )
        for rank, staff in enumerate(made.alert)
    ]
    if made.mail:
        work.append(DBOS.run_step_async(_patient("mail"), _mail(steps, code, level)))
    reached = any(await asyncio.gather(*work))
    told = made.person or ("" if reached or number else "nobody")
    if told:
        await DBOS.run_step_async(_patient("person"), steps.tell_person, code, told)
    await DBOS.run_step_async(_patient("digest"), steps.refresh)


def _mail(steps: LadderSteps, code: str, level: int) -> Callable[[], Coroutine[Any, Any, bool]]:
    async def send() -> bool:
        await steps.send_mail(code, level)
        return False

    return send


async def _put_rung(code: str, level: int, number: int, mark: str, seconds: float) -> None:
    name = f"ladder:{code}:{level}:{mark}:{number}"
    await outside(lambda: _enqueue(name, LADDER, _rung, code, level, number, mark, seconds=seconds))


@DBOS.workflow(name="relay_line")
async def _relay(code: str, line: int, edited: bool) -> None:
    steps = _steps[-1]
    accepted = await DBOS.run_step_async(_patient("pass on"), steps.pass_on, code, line, edited)
    if not accepted:
        await DBOS.run_step_async(_patient("restart"), _again(code, f"line{line}"))


def _again(code: str, mark: str) -> Callable[[], Awaitable[None]]:
    async def restart() -> None:
        case = await _steps[-1].desk.cases.get(code)
        if case is not None:
            await _restart(code, int(case.level), mark)

    return restart


@DBOS.workflow(name="person_event")
async def _event(code: str, kind: str) -> None:
    steps = _steps[-1]
    await DBOS.run_step_async(_patient("event"), steps.event, code, kind)
    await DBOS.run_step_async(_patient("digest"), steps.refresh)


@DBOS.workflow(name="take_back_copies")
async def _forget(codes: list[str]) -> None:
    steps = _steps[-1]
    for code in codes:
        await DBOS.run_step_async(_patient(f"take back {code}"), steps.telling.take_back, code)
    await DBOS.run_step_async(_patient("digest"), steps.refresh)


class DeskWork:
    """Implements `DeskQueue`. `ready` before the inbox is launched, `open` after it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def ready(self, steps: LadderSteps) -> None:
        """Unfinished work is taken up as soon as the inbox is launched."""
        _steps.append(steps)

    async def open(self) -> None:
        await DBOS.register_queue_async(
            LADDER, polling_interval_sec=ASLEEP, on_conflict="always_update"
        )
        await DBOS.register_queue_async(
            RELAY, partition_concurrency=1, polling_interval_sec=POLLING,
            on_conflict="always_update",
        )  # fmt: skip

    def close(self) -> None:
        _steps.clear()

    async def escalate(self, code: str, level: Level) -> None:
        name = f"ladder:{code}:{int(level)}:a:0"
        await outside(lambda: _start(name, _rung, code, int(level), 0, "a"))

    async def restart(self, code: str, level: Level, mark: str) -> None:
        await _restart(code, int(level), mark)

    async def person_line(self, code: str, line: int, edited: bool = False) -> None:
        name = f"relay:{line}{':e' if edited else ''}"
        key = self._vault.chat_hash(int.from_bytes(code.encode()))
        await outside(lambda: _enqueue(name, RELAY, _relay, code, line, edited, key=key))

    async def person_event(self, code: str, kind: str) -> None:
        """The same event within a minute is one."""
        name = f"event:{code}:{kind}:{int(datetime.now(UTC).timestamp()) // 60}"
        await outside(lambda: _start(name, _event, code, kind))

    async def forget_case(self, codes: Sequence[str]) -> None:
        if codes:
            name = f"forget:{'+'.join(sorted(codes))}"[:200]
            await outside(lambda: _start(name, _forget, list(codes)))

    async def climbing(self, code: str) -> bool:
        """Whether a ladder of this case is under way or asleep."""
        rows = await DBOS.list_workflows_async(
            workflow_id_prefix=f"ladder:{code}:", status=_UNDER_WAY,
            load_input=False, load_output=False, limit=1,
        )  # fmt: skip
        return bool(rows)


async def _restart(code: str, level: int, mark: str) -> None:
    """Sleeping rungs of an earlier ladder of this case are called off first."""

    async def call() -> None:
        asleep = await DBOS.list_workflows_async(
            workflow_id_prefix=f"ladder:{code}:", status=["DELAYED"],
            load_input=False, load_output=False,
        )  # fmt: skip
        own = f"ladder:{code}:{level}:r{mark}:"
        earlier = [r.workflow_id for r in asleep if not r.workflow_id.startswith(own)]
        if earlier:
            await DBOS.cancel_workflows_async(earlier)
        name = f"{own}0"
        await _start(name, _rung, code, level, 0, f"r{mark}")

    await outside(call)


async def _start(name: str, workflow: Any, *arguments: Any) -> None:
    """At once; an unfinished one is taken up by the next process of this name."""
    with SetWorkflowID(name):
        await DBOS.start_workflow_async(workflow, *arguments)


async def _enqueue(
    name: str, queue: str, workflow: Any, *arguments: Any, key: str | None = None,
    seconds: float | None = None,
) -> None:  # fmt: skip
    with (
        SetWorkflowID(name),
        SetEnqueueOptions(queue_partition_key=key, delay_seconds=seconds),
    ):
        await DBOS.enqueue_workflow_async(queue, workflow, *arguments)


async def outside(call: Callable[[], Awaitable[None]]) -> None:
    """Run `call` outside the workflow we are in: DBOS lets no step start a workflow, and with a
    fixed id starting it twice is starting it once."""

    async def run() -> None:
        await call()

    await asyncio.create_task(run(), context=contextvars.Context())
