"""A small world with both sides: a person, the real stores on SQLite, the desk's own steps, and a
counsellor. Telegram and the work queue are lists. Time only moves when a test moves it."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.content.desk import held_words
from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.render import Rendered, render
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, make_engine
from bot.adapters.database.migrate import upgrade
from bot.adapters.database.store import Store
from bot.adapters.encryption import Vault
from bot.desk.plain_person import NobodyThere
from bot.desk.render import StaffTexts
from bot.desk.runner import Runner
from bot.domain.case import Outcome
from bot.domain.contact import Delivery
from bot.domain.danger import Level
from bot.domain.masking import reasons_to_hold
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.domain.staff import Role, Staff
from bot.person_side import PersonSide
from bot.staff_ports import StaffMessage
from bot.telegram.lanes import Undeliverable
from bot.telegram.outbound import TooLate
from bot.telegram.worker import UpdateWorker
from bot.usecases import staff_adverts, staff_refer, staff_relay, staff_take
from bot.usecases.staff_desk import Desk, Refusal
from bot.usecases.staff_effects import Effect

SUPERVISOR = 900_001
PERSON = 77


@dataclass
class Shown:
    """A message in the person's chat. `number`: its message id."""

    number: int
    key: str
    rendered: Rendered
    by_bot: bool = True


@dataclass
class Phone:
    """The person's chat as Telegram has it."""

    now: Any
    chat: dict[int, Shown] = field(default_factory=dict)
    fresh: list[Shown] = field(default_factory=list)
    refuse: bool = False
    _number: int = 100

    def post(self, key: str, rendered: Rendered, by_bot: bool = True) -> int:
        self._number += 1
        shown = Shown(self._number, key, rendered, by_bot)
        self.chat[self._number] = shown
        if by_bot:
            self.fresh.append(shown)
        return self._number

    def wrote(self, words: str) -> int:
        return self.post("person", Rendered(words, (), False), by_bot=False)


class Telegram:
    """Stands in for `Outbound` and `TelegramPost`: what is sent lands on the phone."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.keys: dict[str, str] = {}

    async def send(
        self, chat_id: int, what: Rendered | Reply, until: datetime | None = None
    ) -> Any:
        world, phone = self._world, self._world.phone
        late = until is not None and world.now() > until
        if isinstance(what, Rendered):
            if late:
                raise TooLate
            if phone.refuse:
                raise Undeliverable("Forbidden", blocked=True)
            number = phone.post(world.key_of.pop(what.text, "?"), what)
            await world.books.sent.remember(chat_id, number, world.now(), person=True, by_bot=True)
            return number
        if late:
            return Delivery.WAITS
        if phone.refuse:
            return Delivery.FAILED
        number = phone.post(what.key, render(what, world.library, world.now()))
        await world.books.sent.remember(chat_id, number, world.now(), person=True, by_bot=True)
        return Delivery.SENT

    async def acknowledge(self, callback_id: str) -> None: ...

    async def delete(self, chat_id: int, message_ids: list[int]) -> None:
        for number in message_ids:
            self._world.phone.chat.pop(number, None)

    async def blank(self, chat_id: int, message_ids: list[int], reply: Reply) -> None:
        for number in message_ids:
            if number in self._world.phone.chat:
                rendered = render(reply, self._world.library, self._world.now())
                self._world.phone.chat[number] = Shown(number, reply.key, rendered)


class Queue:
    """Implements `DeskQueue`: does at once what the work queue would do."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.events: list[tuple[str, str]] = []
        self.ladders: set[tuple[str, int]] = set()
        self.forgotten: list[str] = []

    async def escalate(self, code: str, level: Level) -> None:
        world = self._world
        if (code, int(level)) in self.ladders:
            return
        self.ladders.add((code, int(level)))
        on_duty = await world.books.staff.on_duty()
        if not on_duty:
            await world.side.tell.nobody(code, False)
            return
        for member in on_duty:
            world.to_staff.append((member.number, f"ALERT {code} {level.label}"))
            await world.books.cases.alerted(code, member.number, world.now())
        await world.side.tell.sent(code)

    async def restart(self, code: str, level: Level, mark: str) -> None: ...

    async def person_line(self, code: str, line: int, edited: bool = False) -> None:
        world = self._world
        case = await world.books.cases.get(code)
        found = await world.books.cases.line(line)
        assert case and case.staff and found
        if world.staff_unreachable:
            await world.side.tell.relayed(code, line, False)
            return
        world.to_staff.append((case.staff, f"{code}: {found[1].words}"))
        await world.side.tell.relayed(code, line, True)

    async def person_event(self, code: str, kind: str) -> None:
        self.events.append((code, kind))
        self._world.to_staff.append((0, f"EVENT {code} {kind}"))

    async def forget_case(self, codes: Sequence[str]) -> None:
        self.forgotten += codes


class World:
    """`async with World(...) as world:`; the supervisor is there, nobody is on duty."""

    def __init__(
        self, folder: Path, library: Library, answer: Any, vault: Vault, *, staffed: bool = True
    ) -> None:
        self.library = library
        self._folder, self._answer, self._vault, self._staffed = folder, answer, vault, staffed
        self._now = datetime(2026, 11, 24, 3, tzinfo=UTC)
        self._update = 0
        self.key_of: dict[str, str] = {}
        self.phone = Phone(self.now)
        self.to_staff: list[tuple[int, str]] = []
        self.staff_unreachable = False
        self.plan: dict[str, Any] = {}
        self.last_return_code = ""
        self._stack = AsyncExitStack()

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def __aenter__(self) -> "World":
        import asyncio

        url = database_url(None, self._folder)
        await asyncio.to_thread(upgrade, url)
        self.engine = make_engine(url)
        self._stack.push_async_callback(self.engine.dispose)
        self.books = Books(self.engine, self._vault)
        self.store = Store(self.engine, self._vault)
        self.queue = Queue(self)
        telegram = Telegram(self)
        self.side = PersonSide(self.books, self.queue, telegram, now=self.now)  # type: ignore[arg-type]
        self.worker = UpdateWorker(
            self._answer, self.store, self.store, telegram, lambda: self.library, self.side,
            self.now,
        )  # fmt: skip
        if self._staffed:
            await self.books.staff.ensure_supervisors([SUPERVISOR], self.now())
        words = held_words(self.library.root) if self._staffed else ()
        self.desk = Desk(
            self.books.cases, self.books.people, self.books.staff, self.books.referrals,
            self.books.events, lambda: [h.id for h in self.library.hotlines],
            lambda text: reasons_to_hold(text, words), lambda _lang: {}, self.now,
            self.books.adverts,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def me(self) -> Staff:
        found = await self.books.staff.by_user(SUPERVISOR)
        assert found and found.role is Role.SUPERVISOR
        return found

    async def update(self, late: float = 0.0, **fields: Any) -> dict[str, Any]:
        """One update of the person, through every step of the worker, as JSON in between."""
        self._update += 1
        self._now += timedelta(seconds=1)
        self.phone.fresh.clear()
        if fields.get("kind", "text") != "button" and "message_id" not in fields:
            fields["message_id"] = self.phone.wrote(str(fields.get("text", "")))
        at = self._now.timestamp() - late
        values = {
            "update_id": self._update, "chat_id": PERSON, "kind": "text", "at": at, **fields,
        }  # fmt: skip
        raw = json.loads(json.dumps(Incoming(**values).to_json()))
        self.plan = plan = _again(await self.worker.decide(raw))
        refs = [m.get("ref") for m in plan["messages"] if await self._send(m)]
        plan["late"] = [ref for ref in refs if ref]
        await self.worker.keep(raw, plan)
        if plan.get("deeds"):
            for message in _again(await self.worker.act(raw, plan)):
                await self._send(message)
        return plan

    async def _send(self, message: dict[str, Any]) -> bool:
        ref = message.get("ref") or ["message/left"]
        self.key_of[message["text"]] = ref[0]
        return await self.worker.send(PERSON, message)

    async def staff(self, step: str) -> None:
        """`duty on`, `take`, `send: words`, `release`, `refer: service ground`, `referral: state`,
        `close: outcome`, `give back`, `adverts: list` (or `card`, `text`, `who`, `done outcome` of the
        one on top)."""
        name, _, rest = step.partition(":")
        self.phone.fresh.clear()
        self._now += timedelta(seconds=1)
        effects = await getattr(self, f"_staff_{name.replace(' ', '_')}")(rest.strip())
        for effect in effects or []:
            await self._effect(effect)

    async def _code(self) -> str:
        cases = await self.books.cases.open_cases()
        return cases[0].code

    async def _staff_duty_on(self, _rest: str) -> None:
        await self.books.staff.set_duty((await self.me()).number, True, self.now())

    async def _staff_take(self, _rest: str) -> list[Effect]:
        return await staff_take.take(self.desk, await self.me(), await self._code())

    async def _staff_give_back(self, _rest: str) -> list[Effect]:
        return await staff_take.give_back(self.desk, await self.me(), await self._code(), 1)

    async def _staff_send(self, words: str) -> list[Effect]:
        me, code = await self.me(), await self._code()
        self._update += 1
        (card,) = await staff_relay.write(self.desk, me, words, code, self._update)
        number = card.buttons[0][0][1].split(":")[-1]
        return await staff_relay.send(self.desk, me, number)

    async def _staff_refer(self, rest: str) -> list[Effect]:
        service, ground = rest.split()
        me = await self.me()
        return await staff_refer.offer(self.desk, me, await self._code(), service, ground)

    async def _staff_referral(self, state: str) -> list[Effect]:
        code = await self._code()
        (referral,) = await self.books.referrals.of_case(code)
        reason = "no_capacity" if state == "refused" else ""
        return await staff_refer.change(
            self.desk, await self.me(), code, str(referral.number), state, reason
        )

    async def _staff_close(self, outcome: str) -> list[Effect]:
        return await staff_take.close(self.desk, await self.me(), await self._code(), outcome)

    async def _staff_adverts(self, step: str) -> None:
        """What the desk shows, in both languages, and the labels of the buttons."""
        me = await self.me()
        if step == "list":
            effects = await staff_adverts.listed(self.desk, me)
        else:
            (first, *_) = await self.books.adverts.everything()
            parts = [] if step == "card" else step.split()
            effects = await staff_adverts.press(self.desk, me, first.code, parts)
        await on_screen(self, effects)

    async def _staff_still_waiting(self, _rest: str) -> None:
        await self.side.tell.nobody(await self._code(), True)

    async def _effect(self, effect: Effect) -> None:
        tell = self.side.tell
        match effect.do:
            case "deliver":
                done = await tell.deliver(effect.case, effect.number)
                self.to_staff.append((effect.staff, f"DELIVERY {done}"))
            case "held":
                self.to_staff.append((effect.staff, f"HELD {effect.values['why']}"))
            case "close":
                code = await self.books.cases.close(
                    effect.case, Outcome(effect.key), str(effect.staff), self.now()
                )
                self.last_return_code = code
                await tell.closed(effect.case, code)
            case "person" if effect.key == "referral":
                await tell.referral(effect.case, effect.number)
            case "person":
                await getattr(tell, effect.key)(effect.case)
            case "tell":
                self.to_staff.append((effect.staff, f"{effect.key} {sorted(effect.values)}"))

    def screen(self) -> str:
        """All the phone shows now, messages of both."""
        return "\n".join(visible(shown.rendered.text) for shown in self.phone.chat.values())

    def button(self, label: str) -> str:
        """Data of the newest button with this label."""
        for shown in reversed(self.phone.chat.values()):
            for row in shown.rendered.keyboard:
                for text, data, _ in row:
                    if label in text:
                        return data
        raise AssertionError(f"no button {label!r} on the screen")


class _Screen:
    """Stands in for `TelegramDesk`: the screen of a member of staff."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts = StaffTexts(lambda: world.library, "Asia/Jakarta")

    async def tell(self, number: int, message: StaffMessage) -> bool:
        for language in ("id", "en"):
            text, rows = self._texts.render(message, language)
            labels = [label for row in rows for label, _ in row]
            self._world.to_staff.append((number, visible(text) + f"\n{labels}"))
        return True

    async def refresh_digest(self) -> None: ...


async def on_screen(world: World, effects: Sequence[Effect]) -> None:
    """Carry out what the desk shows: it lands in `to_staff`, in both languages."""
    runner = Runner(world.desk, _Screen(world), NobodyThere(), world.queue, _unnoticed)  # type: ignore[arg-type]
    for effect in effects:
        await runner.run(effect)


async def _unnoticed(*_: object) -> None: ...


def _again(plan: Any) -> Any:
    """As it comes back from the durable store."""
    return json.loads(json.dumps(plan))


__all__ = ["PERSON", "Refusal", "World", "on_screen"]
