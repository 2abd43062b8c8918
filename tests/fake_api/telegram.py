"""The fake Telegram as a test holds it."""

import asyncio
import itertools
import time
from collections.abc import Callable

from .faults import Faults
from .group import Group
from .limits import Clock, Limits
from .person import User
from .records import Call
from .server import Server
from .state import State
from .switches import Switches
from .text import Json
from .waiting import NoReply

BOT_ID = 7123456789


class FakeTelegram(Switches):
    """`async with FakeTelegram() as tg:` serves the Bot API at `tg.url` for `tg.token`. `clock`:
    seconds since 1970 for dates, ages and limits; waiting always takes real time."""

    def __init__(self, clock: Clock = time.time, privacy: bool = True) -> None:
        bot: Json = {
            "id": BOT_ID, "is_bot": True, "first_name": "Kawan Aman", "username": "kawan_aman_bot",
            "can_join_groups": True, "can_read_all_group_messages": not privacy,
            "supports_inline_queries": True, "can_connect_to_business": False,
            "has_main_web_app": False,
        }  # fmt: skip
        self.token = f"{BOT_ID}:FAKE-token_of-the-tests_0123456789abc"
        self.url = ""  # for TELEGRAM_API_URL and `base_url`
        self.state = State(clock, bot)
        self.users: list[User] = []
        self.groups: list[Group] = []
        self._server = Server(self.state, self.token)
        self._webhook: asyncio.Task[None] | None = None
        self._user_ids = itertools.count(5_843_027_461, 7919)
        self._group_ids = itertools.count(-1_002_184_730_561, -6067)

    async def __aenter__(self) -> "FakeTelegram":
        self.url = f"http://127.0.0.1:{await self._server.start()}/bot"
        self._webhook = asyncio.create_task(self.state.webhook.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._webhook:
            self._webhook.cancel()
            await asyncio.wait([self._webhook])
        await self._server.stop()

    def user(
        self,
        language_code: str | None = "id",
        first_name: str | None = None,
        username: str | None = None,
        last_name: str | None = None,
    ) -> User:
        """A new person, who has not written to the bot yet."""
        info: Json = {
            "id": next(self._user_ids), "is_bot": False,
            "first_name": first_name or f"Orang {len(self.users) + 1}",
            "last_name": last_name, "username": username, "language_code": language_code,
        }  # fmt: skip
        self.users.append(User(self.state, {k: v for k, v in info.items() if v is not None}))
        return self.users[-1]

    def group(
        self,
        title: str = "Grup",
        members: list[User] | None = None,
        *,
        forum: bool = False,
        admin: bool = False,
    ) -> Group:
        """A new group with the bot in it; the first member is its owner. `admin`: the bot is."""
        info: Json = {"id": next(self._group_ids), "type": "supergroup", "title": title}
        if forum:
            info["is_forum"] = True
        self.groups.append(Group(self.state, info, members or [], admin))
        return self.groups[-1]

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot: (time, method, params)."""
        return self.state.calls

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def called(self, method: str, n: int = 1, timeout: float = 10.0) -> list[Call]:
        """All finished calls of `method`, once there are `n`; `NoReply` when less came."""

        def finished() -> list[Call]:
            return [call for call in self.calls_of(method) if call.done or call.error]

        if not await self.state.changed.until(lambda: len(finished()) >= n, timeout):
            raise NoReply(f"{len(finished())} of {n} calls of {method} within {timeout} s")
        return finished()

    async def until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until `condition()` holds; looked at whenever something changes here."""
        if not await self.state.changed.until(condition, timeout):
            raise NoReply(f"the condition did not come true within {timeout} s")

    @property
    def commands(self) -> dict[str, list[Json]]:
        """Language code ("" for the default) to commands."""
        return self.state.commands

    @property
    def profile(self) -> dict[str, dict[str, str]]:
        """`name`, `description`, `short_description` to language code to text."""
        return self.state.profile

    @property
    def limits(self) -> Limits:
        return self.state.limits

    @property
    def faults(self) -> Faults:
        return self.state.faults

    @property
    def updates(self) -> dict[int, Json]:
        """Everything that ever happened, by update_id."""
        return self.state.updates.past

    @property
    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self.state.updates.waiting())

    async def confirmed(self, timeout: float = 10.0) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self.pending, timeout)
