"""A broadcast by the real program on a fake Bot API that enforces Telegram's limits, with people in
danger writing meanwhile. `python -m tests.bench_broadcast --subscribers 20000`; fails below the
floors: 97% of 30 a second, no 429, p95 of an emergency within a second, flat memory."""

import argparse
import asyncio
import base64
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.adapters.database.broadcasts import BroadcastStore
from bot.adapters.database.campaign_models import SubscriberRow
from bot.adapters.database.engine import database_url, opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import Vault
from bot.domain.broadcast import Broadcast, BroadcastState
from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram

KEY = b"k" * 32
ALLOWED = 30.0
RATE_FLOOR, P95_FLOOR, GROWTH = 0.97, 1.0, 1.15
EMERGENCY_EVERY = 2.0


async def _subscribe(folder: Path, telegram: FakeTelegram, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url(None, folder)
    await asyncio.to_thread(upgrade, url)
    vault, now = Vault(KEY), datetime.now(UTC)
    rows = []
    for _ in range(count):
        person = telegram.user()
        person.room.refusal = None
        rows.append(
            {
                "chat_hash": vault.chat_hash(person.id), "sealed_chat": vault.seal(person.id),
                "language": "id", "interests": "", "frequency": "all", "zone": "Asia/Jakarta",
                "since": now,
            }
        )  # fmt: skip
    async with opened(url) as engine, engine.begin() as connection:
        for start in range(0, len(rows), 500):
            await connection.execute(insert(SubscriberRow), rows[start : start + 500])


async def _emergencies(telegram: FakeTelegram, waits: list[float]) -> None:
    """Somebody new writes every two seconds; seconds until the safety steps are there."""
    while True:
        person = telegram.user()
        begun = time.monotonic()
        person.say("aku dikunci dari luar sama majikan")
        (steps,) = await person.replies(1, timeout=60)
        waits.append(time.monotonic() - begun)
        assert "129" in steps.text
        await asyncio.sleep(EMERGENCY_EVERY)


def _rss(pid: int) -> float:
    """Megabytes."""
    status = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1]
    return int(status.split()[0]) / 1024


async def measure(subscribers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with FakeTelegram() as telegram:
            await _subscribe(folder / "data", telegram, subscribers)
            key = base64.urlsafe_b64encode(KEY).decode()
            async with BotProcess(
                folder, telegram.url, telegram.token, KAWAN_KEY=key, COVERAGE_PROCESS_START=""
            ) as bot:
                await bot.said("answering")
                return await _run(folder / "data", telegram, bot)


async def _run(data: Path, telegram: FakeTelegram, bot: BotProcess) -> dict[str, Any]:
    assert bot.process
    waits: list[float] = []
    memory: list[float] = []
    async with opened(database_url(None, data)) as engine:
        store = BroadcastStore(engine, Vault(KEY))
        first = telegram.user()
        first.say("/start")
        await first.replies(1, timeout=60)
        wanted = Broadcast(
            {"id": "Kuis baru.", "en": "A new quiz."}, datetime.now(UTC) - timedelta(seconds=1),
            quiet_from=0, quiet_to=0, state=BroadcastState.SCHEDULED,
        )  # fmt: skip
        number = await store.add(wanted, datetime.now(UTC))
        danger = asyncio.create_task(_emergencies(telegram, waits))
        while (found := await store.get(number)) and found.state is not BroadcastState.DONE:
            assert not danger.done(), danger.result()
            memory.append(_rss(bot.process.pid))
            await asyncio.sleep(2.0)
        danger.cancel()
        states = (await store.progress(number)).states
    sends = telegram.calls_of("sendMessage")
    times = [c.time for c in sends if c.done and "Kuis baru" in str(c.params.get("text"))]
    inside = [c for c in sends if c.done and times[0] <= c.time <= times[-1]]
    rate = (len(inside) - 1) / (times[-1] - times[0])
    half = len(memory) // 2 or 1
    return {
        "recipients": states,
        "seconds": round(times[-1] - times[0], 1),
        "rate": round(rate, 2),
        "share": round(rate / ALLOWED, 4),
        "refused with 429": len([c for c in sends if c.error and "Too Many" in c.error]),
        "emergencies": len(waits),
        "emergency p95 (s)": round(statistics.quantiles(waits, n=20)[-1], 3),
        "emergency max (s)": round(max(waits), 3),
        "memory first half (MB)": round(statistics.mean(memory[:half]), 1),
        "memory second half (MB)": round(statistics.mean(memory[half:]), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=20_000)
    found = asyncio.run(measure(parser.parse_args().subscribers))
    for name, value in found.items():
        print(f"{name:26} {value}")
    floors = (
        found["share"] >= RATE_FLOOR,
        not found["refused with 429"],
        found["emergency p95 (s)"] <= P95_FLOOR,
        found["memory second half (MB)"] <= GROWTH * found["memory first half (MB)"],
    )
    return 0 if all(floors) else 1


if __name__ == "__main__":
    sys.exit(main())
