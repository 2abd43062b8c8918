"""Clocks that jump, Telegram that is away, a watchdog outside: the desk goes on."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.desk.watch import Watch
from bot.domain.danger import Level
from tests.desk_world import DISCLOSURE, Desk, shows
from tests.fake_api import FakeTelegram

HIGH = "pacarku maksa aku kirim foto telanjang, dia ancam sebar"


async def test_a_wrong_clock_of_the_machine_makes_no_answer_late(tmp_path: Path) -> None:
    """Ours is 20 minutes ahead: without Telegram's time every answer would come too late."""
    telegram = FakeTelegram(clock=lambda: time.time() - 1200)
    async with telegram, Desk(telegram, tmp_path) as desk:
        wulan = await desk.person()
        wulan.say("apa itu calo?")
        assert "topik" in (await wulan.replies(1))[0].visible
        wulan.press("Cari bantuan")
        assert (await wulan.replies(1))[0].visible
        await desk.bot.said("clock of this machine is 120")


async def test_after_an_outage_the_most_severe_alert_leaves_first(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, Desk(telegram, tmp_path) as desk:
        ana = await desk.counsellor("Ana")
        people = [telegram.user(language_code="id") for _ in range(4)]
        fault = telegram.fail("sendMessage", times=10_000, status=502)
        for person in people[:3]:
            person.say(HIGH)
        people[3].say(DISCLOSURE)
        with closing(sqlite3.connect(tmp_path / "data" / "kawan.db")) as database:
            await telegram.until(lambda: _cases(database) == len(people), 40)
        fault.times = 0
        await telegram.until(lambda: sum("Show words" in p.labels for p in ana.chat) == 4, 60)
        alerts = [p.visible for p in ana.chat if "Show words" in p.labels]
        assert "critical" in alerts[0]
        assert all("high" in alert for alert in alerts[1:])


def _cases(database: sqlite3.Connection) -> int:
    return int(database.execute('SELECT count(*) FROM "case"').fetchone()[0])


async def test_many_that_wait_are_one_message_and_new_alerts_still_come(tmp_path: Path) -> None:
    settings = {
        "KAWAN_LADDER_CRITICAL": "1", "KAWAN_LADDER_ALL_CRITICAL": "2", "KAWAN_LADDER_REPEAT": "2",
    }  # fmt: skip
    async with FakeTelegram() as telegram, Desk(telegram, tmp_path, **settings) as desk:
        ana = await desk.counsellor("Ana")
        for _ in range(7):
            telegram.user(language_code="id").say(DISCLOSURE)
        await shows(ana, "cases wait", telegram, 30)
        await shows(desk.leader, "cases wait", telegram, 30)
        late = telegram.user(language_code="id")
        late.say(DISCLOSURE)

        def alerted() -> int:
            return sum("Show words" in p.labels and "NOT TAKEN" not in p.visible for p in ana.chat)

        await telegram.until(lambda: alerted() == 8, 30)
        assert sum("cases wait" in p.visible for p in ana.chat) == 1
        ana.say("/next")
        await shows(ana, "is yours", telegram)


async def test_the_heartbeat_reaches_the_watchdog_outside(tmp_path: Path) -> None:
    beats: list[str] = []

    async def beat(request: web.Request) -> web.Response:
        beats.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_get("/kawan", beat)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/kawan"
    try:
        async with FakeTelegram() as telegram, Desk(telegram, tmp_path, KAWAN_HEARTBEAT_URL=url):
            await telegram.until(lambda: bool(beats), 20)
    finally:
        await runner.cleanup()
    assert set(beats) == {"/kawan"}


class _Desk:
    """Two waiting cases, and what the watch asks to be done about them."""

    def __init__(self, *levels: Level) -> None:
        self.found = [_case(f"C{n}", level) for n, level in enumerate(levels)]
        self.restarted: list[str] = []
        self.desk = self.cases = self

    async def waiting(self) -> list[Any]:
        return self.found

    async def restart(self, code: str, level: Level, mark: str) -> None:
        self.restarted.append(code)


def _case(code: str, level: Level) -> Any:
    return type("Waiting", (), {"code": code, "level": level})()


async def test_when_the_clock_goes_back_the_ladders_begin_anew() -> None:
    there, clocks = _Desk(Level.CRITICAL, Level.CONCERN), [1000.0, 50.0]
    steps: Any = there
    watch = Watch(steps, steps, timedelta(minutes=10), None, lambda: (clocks[0], clocks[1]))
    for wall, steady, restarted in (
        (1010, 60, []), (4600, 65, []), (4601, 66, []), (1000, 70, ["C0"]), (1005, 75, ["C0"]),
    ):  # fmt: skip
        clocks[:] = [float(wall), float(steady)]
        await watch.clock()
        assert there.restarted == restarted
