"""A fake Telegram Bot API over real HTTP, with Telegram's rules, limits and bad days.

`async with FakeTelegram() as tg:` starts it; `tg.url` and `tg.token` go to the bot; people and
groups are made with `tg.user()` and `tg.group()`. See tests/test_fake_api.py for all of it.
"""

from .group import Group
from .limits import ManualClock
from .person import User
from .records import Button, Call, Posted, Press, Told
from .telegram import FakeTelegram
from .waiting import NoReply

__all__ = [
    "Button", "Call", "FakeTelegram", "Group", "ManualClock", "NoReply", "Posted", "Press",
    "Told", "User",
]  # fmt: skip
