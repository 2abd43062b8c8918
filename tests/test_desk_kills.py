"""kill -9 at fifty random moments of the ladder and the relay: no alert and no line is lost, and
only a send in flight at a kill may come twice."""

import asyncio
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.desk_world import DISCLOSURE, Desk, code_in
from tests.fake_api import FakeTelegram
from tests.fake_api.person import User
from tests.quick_bot import QuickBot

KILLS = 25


def own(user: User) -> list[str]:
    return [post.visible for post in user.chat if post.own]


def alerts(user: User) -> list[str]:
    return [
        text
        for text in own(user)
        if "has not said" in text and "critical" in text and "is yours" not in text
    ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    async with FakeTelegram() as telegram:
        world = Desk(telegram, tmp_path, KAWAN_LADDER_CRITICAL="5", KAWAN_LADDER_ALL_CRITICAL="9")
        async with QuickBot(tmp_path, telegram.url, telegram.token, **world.settings) as bot:
            world.bot = bot  # type: ignore[assignment]
            for leader in (world.leader, world.second):
                leader.say("/language en")
                await leader.replies(1, timeout=40)
            ana = await world.counsellor("Ana")
            done: list[tuple[User, str]] = []
            stop = asyncio.Event()
            working = asyncio.create_task(_work(telegram, ana, done, stop))
            for _ in range(KILLS):
                await asyncio.sleep(dice.uniform(0.05, 2.6))
                bot.kill()
                await bot.start()
            stop.set()
            await asyncio.wait_for(working, 120)
    assert len(done) >= 2
    for number, (person, code) in enumerate(done):
        _check(person, ana, code, number)


async def _work(
    telegram: FakeTelegram, ana: User, done: list[tuple[User, str]], stop: asyncio.Event
) -> None:
    """A person discloses, Ana takes the case, each writes a line; again and again."""
    seen: set[str] = set()
    while not stop.is_set():
        number = len(done)
        person = telegram.user(language_code="id")
        person.say(DISCLOSURE)
        await telegram.until(lambda: any(code_in(t) not in seen for t in alerts(ana)), 60)
        code = next(c for t in alerts(ana) if (c := code_in(t)) not in seen)
        seen.add(code)
        ana.press(f"d:take:{code}")
        await telegram.until(lambda c=code: any(f"{c} is yours" in t for t in own(ana)), 60)
        person.say(f"ini baris nomor-{number}x dariku")
        await telegram.until(lambda n=number: any(f"nomor-{n}x" in t for t in own(ana)), 60)
        card = next(p for p in reversed(ana.chat) if p.own and f"nomor-{number}x" in p.visible)
        before = len([t for t in own(ana) if "Not sent" in t])
        ana.reply(card, f"jawaban ke-{number}y untukmu")
        await telegram.until(lambda b=before: len([t for t in own(ana) if "Not sent" in t]) > b, 60)
        ana.press("Send to the person")
        await telegram.until(lambda n=number, p=person: any(f"ke-{n}y" in t for t in own(p)), 60)
        done.append((person, code))


def _check(person: User, ana: User, code: str, number: int) -> None:
    """Everything arrived; what came twice carries the code of its case and is rare."""
    assert any("129" in text for text in own(person))
    relayed = [t for t in own(ana) if f"nomor-{number}x" in t]
    assert relayed and all(code in t for t in relayed)
    assert len(relayed) <= 3
    delivered = [t for t in own(person) if f"ke-{number}y" in t]
    assert 1 <= len(delivered) <= 3
    first = Counter(re.sub(r"\d+ (min|s)", "", t) for t in alerts(ana) if code in t)
    assert max(first.values()) <= 3
