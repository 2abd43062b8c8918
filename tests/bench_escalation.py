"""Load of the escalation path, with the real program against the fake Bot API under Telegram's
limits: disclosures in bursts among ordinary messages, ten staff on duty, two alerts each.

The full load is 500 disclosures and 10,000 ordinary messages in ten minutes. `--minutes` takes a
part of it at the same rate; `--factor` asks for that many times the rate.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.desk_world import Desk
from tests.fake_api import FakeTelegram
from tests.fake_api.person import User

MINUTES, DISCLOSURES, ORDINARY, STAFF, ALERTS = 10, 500, 10_000, 10, 2
WORDS = {
    "critical": "tolong aku dikunci majikan di ruko, pasporku diambil",
    "high": "pacarku maksa aku kirim foto telanjang, dia ancam sebar",
}
CHAT = ("halo", "apa itu calo?", "makasih ya", "/menu", "lagi apa", "oke deh", "hak anak apa aja?")
GOAL = 2.0  # seconds at p95


@dataclass
class Sent:
    """A disclosure: who, how severe, when it reached the bot."""

    person: User
    level: str
    at: float
    answered: float = 0.0


async def run(minutes: float, factor: float, seed: int) -> bool:
    dice = random.Random(seed)
    share = minutes / MINUTES
    disclosures, ordinary = int(DISCLOSURES * share * factor), int(ORDINARY * share * factor)
    async with FakeTelegram() as telegram:
        folder = Path(tempfile.mkdtemp())
        settings = {"KAWAN_ALERT_FIRST": str(ALERTS), "COVERAGE_PROCESS_START": ""}
        async with Desk(telegram, folder, nlu=True, **settings) as desk:
            staff = [await desk.counsellor(f"S{n}") for n in range(STAFF)]
            print(
                f"{disclosures} disclosures among {ordinary} messages in {minutes} min", flush=True
            )
            telegram.calls.clear()
            sent = await _load(telegram, dice, minutes * 60, disclosures, ordinary)
            ids = {user.id for user in staff}
            await telegram.until(lambda: len(_alerts(telegram, ids)) >= disclosures, 120)
            await telegram.until(lambda: all(_answer(s) for s in sent), 60)
            return _report(telegram, sent, ids)


async def _load(
    telegram: FakeTelegram, dice: random.Random, seconds: float, disclosures: int, ordinary: int
) -> list[Sent]:
    """Ordinary messages evenly, disclosures half alone and half in bursts of up to eight."""
    moments: list[tuple[float, str]] = [(dice.uniform(0, seconds), "") for _ in range(ordinary)]
    left = disclosures
    while left > 0:
        at, size = dice.uniform(0, seconds), min(left, 1 if dice.random() < 0.5 else 8)
        moments += [(at + dice.uniform(0, 0.5), dice.choice(list(WORDS))) for _ in range(size)]
        left -= size
    talkers = [telegram.user(language_code="id") for _ in range(max(50, ordinary // 5))]
    sent: list[Sent] = []
    begin = time.monotonic()
    for at, level in sorted(moments):
        await asyncio.sleep(max(0.0, begin + at - time.monotonic()))
        if not level:
            dice.choice(talkers).say(dice.choice(CHAT))
            continue
        person = telegram.user(language_code="id")
        sent.append(Sent(person, level, telegram.state.clock()))
        person.say(WORDS[level])
    return sent


def _answer(sent: Sent) -> bool:
    return any(post.own for post in sent.person.chat)


def _alerts(telegram: FakeTelegram, staff: set[int]) -> dict[str, tuple[float, str]]:
    """Case code -> (first accepted alert, level)."""
    from tests.desk_world import code_in

    first: dict[str, tuple[float, str]] = {}
    for call in telegram.calls_of("sendMessage"):
        if call.params.get("chat_id") in staff and call.done and "Show words" in str(call.params):
            text = str(call.params["text"])
            code = code_in(text.replace("<code>", " ").replace("</code>", " "))
            level = "critical" if "critical" in text else "high"
            first.setdefault(code, (call.time, level))
    return first


def _report(telegram: FakeTelegram, sent: list[Sent], staff: set[int]) -> bool:
    answers: dict[int, float] = {}
    for call in telegram.calls_of("sendMessage"):
        if call.done:
            answers.setdefault(int(call.params["chat_id"]), call.time)
    waits = {
        level: [answers[s.person.id] - s.at for s in sent if s.level == level] for level in WORDS
    }
    alerts = sorted(_alerts(telegram, staff).values())
    good = True
    for level in WORDS:
        # a case has no name outside, so the n-th alert of a level belongs to the n-th disclosure;
        # in a burst that can swap neighbours, which changes no percentile by more than the burst
        starts = sorted(s.at for s in sent if s.level == level)
        ends = [at for at, of in alerts if of == level]
        delays = [end - start for start, end in zip(starts, ends, strict=False)]
        good &= _line(f"{level}: first answer", waits[level]) & _line(
            f"{level}: first alert", delays
        )
    good &= _line("all: first answer", [w for part in waits.values() for w in part])
    refused = sum(1 for call in telegram.calls if call.error and "Too Many" in call.error)
    print(f"sends refused by Telegram's limits: {refused}")
    return good


def _line(name: str, seconds: list[float]) -> bool:
    cuts = statistics.quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    print(
        f"{name:<24} n={len(seconds):<5} p50={statistics.median(seconds):.2f} s  p95={cuts[18]:.2f} s  max={max(seconds):.2f} s"
    )
    return cuts[18] <= GOAL


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.2)
    parser.add_argument("--factor", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    good = asyncio.run(run(options.minutes, options.factor, options.seed))
    print("within 2 s at p95" if good else f"slower than {GOAL} s at p95")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
