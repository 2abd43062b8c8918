"""The disk takes nothing more: people are answered, supervisors are told, nothing is lost."""

import resource
import sys
from pathlib import Path

import pytest

from tests.desk_world import DISCLOSURE, Desk, shows
from tests.fake_api import FakeTelegram

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux limits another process's files"
)
FULL, ENOUGH = 1, resource.RLIM_INFINITY


def _disk(desk: Desk, limit: int) -> None:
    """From now on no file of the bot may grow past `limit` bytes: a write fails as on a full disk."""
    assert desk.bot.process
    resource.prlimit(desk.bot.process.pid, resource.RLIMIT_FSIZE, (limit, ENOUGH))


async def test_with_a_full_disk_safety_steps_come_and_the_alarm_follows(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, Desk(telegram, tmp_path) as desk:
        ana = await desk.counsellor("Ana")
        wulan, budi = await desk.person("Wulan"), await desk.person("Budi")
        _disk(desk, FULL)
        wulan.say(DISCLOSURE)
        budi.say("apa itu calo?")
        assert "129" in (await wulan.replies(1, timeout=30))[0].visible
        assert "topik" in (await budi.replies(1, timeout=30))[0].visible
        told = await shows(desk.leader, "tidak bisa ditulis", telegram)
        assert "tebu" not in told and "Wulan" not in told
        assert not any("critical" in post.visible for post in ana.chat)

        _disk(desk, ENOUGH)
        alert = await shows(ana, "critical", telegram)
        assert "tebu" not in alert
        ana.press("Take")
        await shows(ana, "is yours", telegram)
        ana.press("Show")
        await shows(ana, "kebun tebu", telegram)
