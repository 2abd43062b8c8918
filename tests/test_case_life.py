"""Whatever people and staff do in whatever order, the promises about cases hold."""

import asyncio
import random
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, make_engine
from bot.adapters.encryption import Vault
from bot.domain.case import CaseState, Outcome
from bot.domain.danger import Alarm, Category, Level
from bot.domain.retention import Retention
from tests.test_cases import NOW, a_team

CHATS = st.sampled_from([11, 12, 13])
STAFF = st.integers(1, 3)
LEVELS = st.sampled_from(list(Level))
ANY = st.randoms(use_true_random=False)


class CaseLife(RuleBasedStateMachine):
    """What should be true is kept in plain dictionaries beside the database."""

    @initialize()
    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        url = database_url(None, Path(self.folder.name))
        migrate.upgrade(url)
        self.engine = make_engine(url)
        self.books = Books(self.engine, Vault(b"k" * 32))
        self.now, self.source = NOW, 0
        self.open: dict[int, str] = {}  # chat -> code
        self.level: dict[str, Level] = {}  # of open cases
        self.holder: dict[str, int | None] = {}  # of open cases
        self.erased: set[str] = set()
        self.returns: list[str] = []
        self.do(a_team(self.books, 3))

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.do(self.engine.dispose())
            self.loop.close()
            self.folder.cleanup()

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        self.source += 1
        return self.now

    def pick(self, dice: random.Random) -> str:
        return dice.choice([*sorted(self.level), "NOCASE"]) if self.level else "NOCASE"

    @rule(chat=CHATS, level=LEVELS)
    def alarm(self, chat: int, level: Level) -> None:
        at, known = self.tick(), self.open.get(chat)
        alarm = Alarm(level, Category.VIOLENCE, ("rules",))
        for _ in range(2):  # every update may come twice
            opened = self.do(
                self.books.cases.open_or_raise(chat, alarm, "id", "tolong", self.source, at)
            )
            assert opened.new == (known is None)
            assert opened.raised == (known is not None and level > self.level[known])
        code = opened.case.code
        self.open[chat] = code
        self.level[code] = max(level, self.level.get(code, level))
        self.holder.setdefault(code, None)

    @rule(dice=ANY, staff=STAFF)
    def take(self, dice: random.Random, staff: int) -> None:
        code = self.pick(dice)
        won = self.do(self.books.cases.take(code, staff, self.tick()))
        assert won == (code in self.holder and self.holder[code] is None)
        if won:
            self.holder[code] = staff

    @rule(dice=ANY, staff=STAFF, to=STAFF)
    def hand_over(self, dice: random.Random, staff: int, to: int) -> None:
        code = self.pick(dice)
        done = self.do(self.books.cases.hand_over(code, staff, to, self.tick()))
        assert done == (self.holder.get(code) == staff and staff != to)
        if done:
            self.holder[code] = to

    @rule(dice=ANY)
    def give_back(self, dice: random.Random) -> None:
        code = self.pick(dice)
        if code != "NOCASE":
            done = self.do(self.books.cases.give_back(code, "system", "silent", self.tick()))
            assert done == (self.holder[code] is not None)
            self.holder[code] = None

    @rule(dice=ANY, level=LEVELS)
    def change_level(self, dice: random.Random, level: Level) -> None:
        code = self.pick(dice)
        if code != "NOCASE":
            self.do(self.books.cases.change_level(code, level, "1", "karena", self.tick()))
            self.level[code] = level

    @rule(dice=ANY, outcome=st.sampled_from(list(Outcome)))
    def close(self, dice: random.Random, outcome: Outcome) -> None:
        code = self.pick(dice)
        if code == "NOCASE":
            return
        secret = self.do(self.books.cases.close(code, outcome, "1", self.tick()))
        assert bool(secret) == (code not in self.erased)
        self.returns += [secret] if secret else []
        self.gone(code)

    @rule(chat=CHATS)
    def come_back(self, chat: int) -> None:
        if not self.returns:
            return
        secret = self.returns.pop()
        back = self.do(self.books.cases.come_back(secret, chat, self.tick()))
        again = self.do(self.books.cases.come_back(secret, chat, self.tick()))
        assert again is None
        if back is not None:
            assert self.open.get(chat, back.code) == back.code
            self.open[chat] = back.code
            self.level.setdefault(back.code, back.level)
            self.holder.setdefault(back.code, None)

    @rule(chat=CHATS)
    def forget(self, chat: int) -> None:
        code = self.open.pop(chat, None)
        survivors = self.do(self.books.people.forget(chat, self.tick()))
        if code is not None and self.level[code] >= Level.HIGH:
            assert survivors == [code]
            self.erased.add(code)
        else:
            assert survivors == []
            if code is not None:
                self.gone(code)

    @rule(days=st.integers(0, 800), zero=st.booleans())
    def time_passes(self, days: int, zero: bool) -> None:
        rules = Retention().zero() if zero else Retention()
        self.now += timedelta(days=days)
        self.do(self.books.forgetting.enforce(rules, self.now))

    def gone(self, code: str) -> None:
        self.level.pop(code)
        self.holder.pop(code)
        self.open = {chat: c for chat, c in self.open.items() if c != code}

    @invariant()
    def nothing_open_is_lost(self) -> None:
        if not hasattr(self, "level"):
            return
        cases = {case.code: case for case in self.do(self.books.cases.open_cases())}
        assert cases.keys() == self.level.keys()
        for code, case in cases.items():
            assert (case.level, case.staff) == (self.level[code], self.holder[code])
            assert (case.state is CaseState.TAKEN) == (case.staff is not None)
            assert case.erased == (code in self.erased)
        for chat, code in self.open.items():
            assert self.do(self.books.cases.chat_of(code)) == chat
        assert self.do(self.books.events.verify()) is None


CaseLife.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_case_life = CaseLife.TestCase
