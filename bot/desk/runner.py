"""Carries out effects, each in a durable step of its own: what a crash interrupts is repeated."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.case_ports import Line
from bot.desk.telegram_desk import TelegramDesk
from bot.desk_ports import DeskQueue, PersonSide
from bot.domain.case import Outcome
from bot.domain.danger import Level
from bot.domain.masking import mask
from bot.domain.staff import Role
from bot.staff_ports import StaffMessage
from bot.usecases.staff_desk import Desk
from bot.usecases.staff_effects import Effect
from bot.usecases.staff_reason import packed
from bot.usecases.staff_relay import held_buttons

log = logging.getLogger("kawan.desk")
PIECE = 3000  # characters of a talk in one message


class Runner:
    """`run` does one effect; `callback`: the pressed button's id, for notices."""

    def __init__(
        self, desk: Desk, telegram: TelegramDesk, person: PersonSide, queue: DeskQueue,
        notify: Callable[[str, str, dict[str, str | int], int], Awaitable[None]],
    ) -> None:  # fmt: skip
        """`notify(callback id, key, values, staff)` shows a line on top of a chat."""
        self._desk = desk
        self._telegram = telegram
        self._person = person
        self._queue = queue
        self._notify = notify

    async def run(self, effect: Effect, callback: str = "", presser: int = 0) -> None:
        match effect.do:
            case "tell":
                await self._tell(effect)
            case "card":
                reasons = await packed(self._desk, effect.case, effect.staff)
                await self._tell(replace(effect, values={**effect.values, "reasons": reasons}))
            case "notice":
                if callback:
                    await self._notify(callback, effect.key, effect.values, presser)
            case "lines":
                await self._lines(effect)
            case "line":
                await self._line(effect)
            case "details":
                await self._details(effect)
            case "advert" | "contacts":
                await self._advert(effect)
            case "held":
                await self._held(effect)
            case "deliver":
                await self.deliver(effect.case, effect.number, effect.staff)
            case "person":
                await self._tell_person(effect)
            case "close":
                await self._close(effect)
            case "settle":
                await self._telegram.settle(effect.case, effect.staff)
            case "take_back":
                await self._take_back(effect)
            case "restart":
                await self._queue.restart(effect.case, Level(effect.number), effect.key)
            case "digest":
                await self._telegram.refresh_digest()
            case _:
                log.error("unknown effect %s", effect.do)

    async def _tell(self, effect: Effect, extra: str = "") -> bool:
        message = StaffMessage(
            effect.key, effect.values, extra, effect.buttons, effect.case or None
        )
        return await self._telegram.tell(effect.staff, message)

    async def _lines(self, effect: Effect) -> None:
        """All that was said, in pieces; only the holder sees numbers and names in it."""
        case = await self._desk.cases.get(effect.case)
        if case is None:
            return
        lines = await self._desk.cases.lines(effect.case, effect.staff, self._desk.now())
        sent = {line.words for line in lines if line.side == "staff"}
        lines = [line for line in lines if line.side != "note" or line.words not in sent]
        rows = [self._row(line, case.staff == effect.staff) for line in lines]
        pieces = _pieces(rows) or ["-"]
        for number, piece in enumerate(pieces, 1):
            values: dict[str, str | int] = {
                "code": effect.case, "number": number, "count": len(pieces),
                "level": int(case.level), "category": case.kind,
            }  # fmt: skip
            last = number == len(pieces)
            take = (("staff_btn_take", f"d:take:{effect.case}"),)
            buttons = (take,) if last and case.staff is None and case.closed_at is None else ()
            message = StaffMessage("staff_lines", values, piece, buttons, effect.case)
            await self._telegram.tell(effect.staff, message)

    def _row(self, line: Line, holder: bool) -> str:
        mark = {"person": "▸", "staff": "◂"}.get(line.side, "✎")
        waits = " …" if line.side == "staff" else ""
        state = {"failed": " ✗", "held": " ⏸", "kept": waits}.get(line.delivery, "")
        return f"{mark} {line.words if holder else mask(line.words)}{state}"

    async def _line(self, effect: Effect) -> None:
        found = await self._desk.cases.line(effect.number)
        if found is not None:
            shown = Effect("tell", effect.staff, found[0], effect.key, values={"code": found[0]},
                           buttons=effect.buttons)  # fmt: skip
            await self._tell(shown, found[1].words)

    async def _details(self, effect: Effect) -> None:
        try:
            given = await self._desk.cases.details(effect.case, effect.staff, self._desk.now())
        except PermissionError:
            return
        rows = "\n".join(f"{kind}: {value}" for kind, value in given)
        key = "staff_details" if given else "staff_no_details"
        shown = Effect("tell", effect.staff, effect.case, key, values={"code": effect.case})
        await self._tell(shown, rows)

    async def _advert(self, effect: Effect) -> None:
        """The text of a reported advert, or what its marks stand for. The copies are taken back in
        time, like those of a case."""
        desk, code, now = self._desk, effect.key, self._desk.now()
        if effect.do == "advert":
            words = await desk.adverts.text(code, effect.staff, now)
        else:
            named = await desk.adverts.contacts(code, effect.staff, now)
            words = "\n".join(f"▒{mark}▒ {written}" for mark, written in named or ())
        key = f"staff_{effect.do}_shown" if words else "staff_advert_gone"
        shown = Effect("tell", effect.staff, code, key, 0, {"code": code}, effect.buttons)
        await self._tell(shown, words or "")

    async def _held(self, effect: Effect) -> None:
        """Every supervisor but the author decides; without one the line stays held."""
        found = await self._desk.cases.line(effect.number)
        if found is None:
            return
        code, line = found
        values: dict[str, str | int] = {"code": code, "by": effect.staff, **effect.values}
        reached = False
        for member in await self._desk.staff.everyone():
            if member.may_work and member.role is Role.SUPERVISOR and member.number != line.staff:
                message = StaffMessage(
                    "staff_held_review", values, line.words, held_buttons(line.number), code
                )
                reached = await self._telegram.tell(member.number, message) or reached
        if not reached:
            message = StaffMessage("staff_held_nobody", {"code": code}, case=code)
            await self._telegram.tell(effect.staff, message)

    async def deliver(self, code: str, number: int, staff: int) -> None:
        """Send a line to the person; whoever wrote it is shown what became of it."""
        found = await self._desk.cases.line(number)
        if found is None or found[1].delivery in ("sent", "held", "failed"):
            return
        case = await self._desk.cases.get(code)
        mock = case is not None and case.mock
        delivery = "sent" if mock else await self._person.deliver(code, number)
        after = await self._desk.cases.line(number)
        if delivery != "waiting" and after is not None and after[1].delivery != delivery:
            await self._desk.cases.set_delivery(number, delivery)
        key = f"staff_delivery_{delivery}"
        await self._telegram.tell(staff, StaffMessage(key, {"code": code}, case=code))

    async def _tell_person(self, effect: Effect) -> None:
        case = await self._desk.cases.get(effect.case)
        if case is None or case.mock:
            return
        if effect.key == "reading":
            await self._person.reading(effect.case)
        elif effect.key == "given_back":
            await self._person.given_back(effect.case)
        elif effect.key == "referral":
            await self._person.referral(effect.case, effect.number)

    async def _close(self, effect: Effect) -> None:
        case = await self._desk.cases.get(effect.case)
        actor = str(effect.staff)
        secret = await self._desk.cases.close(
            effect.case, Outcome(effect.key), actor, self._desk.now()
        )
        if case is not None and not case.mock and secret:
            await self._person.closed(effect.case, secret)

    async def _take_back(self, effect: Effect) -> None:
        if effect.case:
            await self._telegram.take_back(effect.case, effect.staff or None)
            return
        for case in await self._desk.cases.open_cases():
            await self._telegram.take_back(case.code, effect.staff)


def _pieces(rows: list[str]) -> list[str]:
    pieces: list[str] = []
    for row in rows:
        for start in range(0, max(len(row), 1), PIECE):
            part = row[start : start + PIECE]
            if pieces and len(pieces[-1]) + len(part) < PIECE:
                pieces[-1] += "\n" + part
            else:
                pieces.append(part)
    return pieces
