"""Broadcasts: to those who asked, never twice, never at night, below everything else."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from bot.adapters.database.broadcasts import BroadcastStore
from bot.adapters.database.campaign_store import CampaignStore
from bot.adapters.database.engine import database_url, opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import Vault
from bot.domain.broadcast import Broadcast, BroadcastState, may_become
from bot.domain.subscription import Subscription
from bot.usecases.compose import ComposeProblem, moment, split_texts
from tests.conftest import ROOT
from tests.fake_api import FakeTelegram

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXTS = {"id": "Kuis baru sudah ada.", "en": "There is a new quiz."}


def any_time(**more: Any) -> Broadcast:
    """Scheduled for now, with no quiet hours."""
    values = {"quiet_from": 0, "quiet_to": 0, "state": BroadcastState.SCHEDULED, **more}
    return Broadcast(TEXTS, datetime.now(UTC) - timedelta(seconds=1), **values)


@pytest.mark.parametrize(
    ("zone", "hour", "awake"),
    [("Asia/Jakarta", 0, False), ("Asia/Jakarta", 1, True), ("Asia/Jakarta", 13, False),
     ("Asia/Jayapura", 23, True), ("Asia/Riyadh", 4, False), ("Asia/Riyadh", 5, True)],
)  # fmt: skip
def test_night_is_the_persons_own(zone: str, hour: int, awake: bool) -> None:
    now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
    assert Broadcast(TEXTS, NOW).awake(zone, now) is awake


def test_states_go_one_way() -> None:
    assert may_become("draft", "scheduled") and may_become("paused", "scheduled")
    for now, then in (("done", "scheduled"), ("cancelled", "running"), ("draft", "running")):
        assert not may_become(now, then)


def test_a_text_must_be_in_every_language() -> None:
    assert split_texts("ID: satu\ndua\nEN: one", ["id", "en"]) == {"id": "satu\ndua", "en": "one"}
    with pytest.raises(ComposeProblem) as caught:
        split_texts("ID: satu", ["id", "en"])
    assert caught.value.detail == "EN"


def test_the_hour_when_school_is_over() -> None:
    at = moment("today", NOW)  # 16:00 in Jakarta is 09:00 UTC: that has come, so the next one
    assert at.astimezone(UTC) == NOW + timedelta(days=1)
    assert moment("tomorrow", NOW - timedelta(hours=1)).astimezone(UTC) == NOW + timedelta(days=1)


async def test_the_audience(any_database: URL, vault: Vault) -> None:
    """By language and interest, and never more often than somebody wished."""
    await asyncio.to_thread(upgrade, any_database)
    async with opened(any_database) as engine:
        people, store = CampaignStore(engine, vault), BroadcastStore(engine, vault)
        wishes = [
            Subscription("id", "all"), Subscription("en", "all", frozenset({"rights"})),
            Subscription("id", "week", frozenset({"signs"})), Subscription("en", "month"),
        ]  # fmt: skip
        for number, wish in enumerate(wishes, 1):
            await people.subscribe(number, wish, NOW)

        async def reached(at: datetime = NOW, **more: Any) -> list[int]:
            number = await store.add(any_time(**more), at)
            await store.open_audience(number, at)
            zones = list(await store.pending_zones(number))
            found = await store.next_recipients(number, zones, 100)
            return sorted(person.chat_id for person in found)

        assert await reached() == [1, 2, 3, 4]
        assert await reached(languages=frozenset({"en"})) == [2, 4]
        assert await reached(interests=frozenset({"rights"})) == [1, 2, 4]
        number = await store.add(any_time(), NOW)
        assert await store.open_audience(number, NOW) == 4
        everybody = {vault.chat_hash(n): "sent" for n in range(1, 5)}
        await store.mark(number, everybody, NOW)
        assert await reached(NOW + timedelta(days=1)) == [1, 2]
        assert await reached(NOW + timedelta(days=8)) == [1, 2, 3]
        assert await reached(NOW + timedelta(days=31)) == [1, 2, 3, 4]
        await store.mark(number, {vault.chat_hash(1): "blocked"}, NOW)
        assert await people.subscription(1) is None  # who blocked the bot is dropped
        assert (await store.progress(number)).states == {"sent": 3, "blocked": 1}


async def _subscribed(folder: Path, telegram: FakeTelegram, count: int) -> list[Any]:
    """People who wrote to the bot and subscribed."""
    url = database_url(None, folder)
    await asyncio.to_thread(upgrade, url)
    people = [telegram.user() for _ in range(count)]
    async with opened(url) as engine:
        store = CampaignStore(engine, Vault(b"k" * 32))
        for person in people:
            person.room.refusal = None
            await store.subscribe(person.id, Subscription("id", "all"), NOW)
    return people


class Process:
    """`tests.broadcast_process` as a child."""

    def __init__(self, telegram: FakeTelegram, folder: Path) -> None:
        self._arguments = (telegram.url, telegram.token, str(folder))
        self.child: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.broadcast_process", *self._arguments, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, env={**os.environ},
        )  # fmt: skip
        assert self.child.stdout
        assert (await asyncio.wait_for(self.child.stdout.readline(), 60)).strip() == b"ready"

    async def kill(self) -> None:
        assert self.child
        self.child.send_signal(signal.SIGKILL)
        await self.child.wait()


async def test_kill_9_sends_nobody_twice(tmp_path: Path) -> None:
    """Killed twice in the middle: who got it got it once; only sends in flight are unknown."""
    dice = random.Random(7)
    async with FakeTelegram() as telegram:
        people = await _subscribed(tmp_path, telegram, 150)
        people[3].block()
        telegram.faults.latency = 0.02
        async with opened(database_url(None, tmp_path)) as engine:
            store = BroadcastStore(engine, Vault(b"k" * 32))
            number = await store.add(any_time(), datetime.now(UTC))
            process = Process(telegram, tmp_path)
            for stop in (dice.randint(25, 45), dice.randint(70, 100)):
                await process.start()
                await telegram.until(lambda n=stop: _sends(telegram) >= n, timeout=60)
                await process.kill()
            await process.start()

            async def over() -> None:
                while (found := await store.get(number)) and found.state != "done":
                    await asyncio.sleep(0.1)

            await asyncio.wait_for(over(), 60)
            await process.kill()
            states = (await store.progress(number)).states
        got = Counter(c.params["chat_id"] for c in telegram.calls_of("sendMessage") if c.done)
        assert max(got.values()) == 1
        assert states.get("blocked") == 1
        assert states["sent"] + states.get("unknown", 0) == 149
        assert states["sent"] <= len(got) <= states["sent"] + states.get("unknown", 0)
        assert states.get("unknown", 0) <= 12  # a few at each kill
        assert not [c for c in telegram.calls if c.error and "Too Many" in c.error]


def _sends(telegram: FakeTelegram) -> int:
    return len(telegram.calls_of("sendMessage"))


async def test_a_lost_answer_is_unknown_and_not_tried_again(world: Any) -> None:
    sari, budi = world.telegram.user(), world.telegram.user()
    for person in (sari, budi):
        person.room.refusal = None
        await world.campaign.store.subscribe(person.id, Subscription("id", "all"), NOW)
    world.telegram.drop("sendMessage", chat=sari, accepted=True)
    world.telegram.fail("sendMessage", status=429, retry_after=1, chat=budi)
    store = world.campaign.broadcasts
    number = await store.add(any_time(), datetime.now(UTC))
    assert await world.campaign.sender.batch(number) == "more"
    assert await world.campaign.sender.batch(number) == "over"
    assert (await store.progress(number)).states == {"unknown": 1, "sent": 1}
    assert [len(await p.replies_so_far()) for p in (sari, budi)] == [1, 1]


async def test_the_first_line_is_harmless_and_one_tap_ends_it(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    sari.say("/start")
    await sari.replies(1)
    await world.campaign.store.subscribe(sari.id, Subscription("id", "all"), NOW)
    number = await world.campaign.broadcasts.add(any_time(), datetime.now(UTC))
    await world.campaign.sender.batch(number)
    (news,) = await sari.replies(1)
    assert news.visible.splitlines()[0] == "Ada kabar baru untukmu."
    assert TEXTS["id"] in news.visible
    sari.press("Berhenti", news)
    await sari.replies(1)
    assert await world.campaign.store.subscribers() == 0


async def test_pausing_stops_at_once_and_nothing_is_lost(world: Any) -> None:
    people = [world.telegram.user() for _ in range(120)]
    for person in people:
        person.room.refusal = None
        await world.campaign.store.subscribe(person.id, Subscription("id", "all"), NOW)
    store = world.campaign.broadcasts
    number = await store.add(any_time(), datetime.now(UTC))
    batch = asyncio.create_task(world.campaign.sender.batch(number))
    await world.telegram.until(lambda: _sends(world.telegram) > 10)
    assert await store.change(number, "paused", datetime.now(UTC))
    await asyncio.wait_for(batch, 5)
    states = (await store.progress(number)).states
    assert states["pending"] > 0 and set(states) == {"pending", "sent"}
    assert await world.campaign.sender.batch(number) == "stopped"
    assert await store.change(number, "scheduled", datetime.now(UTC))
    await world.campaign.sender.batch(number)
    assert (await store.progress(number)).states == {"sent": 120}


async def test_an_organiser_sends_one_from_their_chat(tmp_path: Path, live, rules, guesser) -> None:  # type: ignore[no-untyped-def]
    from tests.campaign_world import open_world

    async with FakeTelegram() as telegram:
        rina, sari = telegram.user(language_code="id"), telegram.user(language_code="id")
        async with open_world(
            tmp_path, live, rules, guesser, telegram, campaigners=str(rina.id)
        ) as world:
            sari.say("/siarkan\nID: halo\nEN: hello")
            (refused,) = await sari.replies(1)
            assert await world.campaign.broadcasts.recent() == []
            rina.say("/siarkan")
            (how,) = await rina.replies(1)
            assert "ID:" in how.visible and refused.visible != how.visible
            rina.say("/siarkan\nID: Ada <kuis> baru\nEN: New quiz")
            (wrong,) = await rina.replies(1)
            assert "Telegram" in wrong.visible
            rina.say("/siarkan\nID: Ada kuis <b>baru</b>\nEN: A <b>new</b> quiz")
            indonesian, english, control = await rina.replies(3)
            assert indonesian.visible.startswith("Ada kabar") and "new quiz" in english.visible
            assert "<10" in control.visible  # few people are not counted out
            rina.press("English", control) if control.button("English") else rina.press(
                "en", control
            )
            rina.press("✅ Kirim", control)
            await rina.replies(2)
            (broadcast,) = await world.campaign.broadcasts.recent()
            assert broadcast.state is BroadcastState.SCHEDULED
            assert broadcast.languages == {"en"}
            rina.press("Batalkan", rina.last)
            await rina.replies(1)
            (broadcast,) = await world.campaign.broadcasts.recent()
            assert broadcast.state is BroadcastState.CANCELLED
