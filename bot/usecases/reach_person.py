"""One door to a person: now, behind harmless opening words, or not before they write."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.case_ports import CaseBook
from bot.desk_ports import DeskQueue
from bot.domain.case import Case, CaseState
from bot.domain.contact import LATE, Delivery, Way, way, within
from bot.domain.reply import Reply
from bot.people_ports import People
from bot.usecases import person_buttons as buttons
from bot.usecases.outbox import Outbox, PersonPost

KNOCK = "knock"
_ONLY_WHILE = {
    "status_sent": CaseState.WAITING, "status_nobody": CaseState.WAITING,
    "status_still_waiting": CaseState.WAITING, "status_reading": CaseState.TAKEN,
}  # fmt: skip


class ReachPerson:
    """Content is `{"reply": ...}`, `{"status": page}` or `{"line": number}`; a status is put into
    words when it is shown, so that it is true then."""

    def __init__(
        self,
        cases: CaseBook,
        people: People,
        outbox: Outbox,
        post: PersonPost,
        desk: DeskQueue,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._people = people
        self._outbox = outbox
        self._post = post
        self._desk = desk
        self._now = now

    async def say(self, case: Case, content: dict[str, Any], mark: str = "") -> Delivery:
        """Say it if they wrote just now, else keep it under `mark` until they write or tap;
        without a mark it is dropped then."""
        chat_id = await self._cases.chat_of(case.code)
        if chat_id is None:
            return Delivery.FAILED
        if mark:  # kept first, sent after: a crash in between loses nothing
            await self._outbox.put(chat_id, case.code, mark, content, self._now())
        done = Delivery.WAITS
        if await self._way(case, chat_id) is Way.OPEN:
            done = await self._show(case, chat_id, content, case.person_at + LATE)
        if mark and done is not Delivery.WAITS:
            await self._outbox.drop(mark)
        elif mark and await self._way(case, chat_id) is Way.OPENING:
            await self._knock(chat_id, case.code, case.language)
        return done

    async def knock_late(self, chat_id: int, language: str) -> None:
        """An answer comes too late to be shown: opening words, if that was agreed."""
        wishes = await self._people.wishes(chat_id)
        agreed = wishes.may_write_first and within(wishes.hours, self._now())
        if agreed and not await self._people.quiet(chat_id):
            await self._knock(chat_id, "", language)

    async def forget(self, mark: str) -> None:
        """It need not be said any more."""
        await self._outbox.drop(mark)

    async def flush(self, chat_id: int) -> bool:
        """They wrote or tapped: show what has waited, oldest first. False when there was nothing."""
        anything = False
        for kept in await self._outbox.waiting(chat_id):
            case = await self._cases.get(kept.case)
            if case is not None and "knock" not in kept.content:
                anything = True
                await self._show(case, chat_id, kept.content, None)
                if "line" in kept.content:
                    await self._desk.person_event(kept.case, "read")
            await self._outbox.shown(kept.number)
        return anything

    async def _show(
        self, case: Case, chat_id: int, content: dict[str, Any], until: datetime | None
    ) -> Delivery:
        if "line" in content:
            return await self._line(case, chat_id, int(content["line"]), until)
        reply = self._words(case, content)
        return await self._post.send(chat_id, reply, until) if reply else Delivery.SENT

    def _words(self, case: Case, content: dict[str, Any]) -> Reply | None:
        """None for what is not true any more."""
        if "reply" in content:
            return Reply.from_json(content["reply"])
        name = content.get("status", "")
        fits = _ONLY_WHILE.get(name, case.state)
        if not name or case.state is CaseState.CLOSED or case.state is not fits:
            return None
        minutes = int((self._now() - case.opened_at).total_seconds() // 60)
        waiting = case.state is CaseState.WAITING
        rows = buttons.under_status() if waiting else buttons.under_talk()
        return buttons.page(name, case.language, rows, minutes=str(minutes))

    async def _line(
        self, case: Case, chat_id: int, number: int, until: datetime | None
    ) -> Delivery:
        """The counsellor's words; before the first of them, what they will never ask for."""
        found = await self._cases.line(number)
        if found is None or found[1].delivery != "kept":
            return Delivery.SENT
        mark = f"promised:{case.code}"
        if not await self._outbox.has(mark):
            promise = buttons.page("relay_first", case.language, ((buttons.NUMBERS,),))
            done = await self._post.send(chat_id, promise, until)
            if done is not Delivery.SENT:
                return await self._settle(number, done)
            await self._outbox.put(chat_id, case.code, mark, {}, self._now())
        reply = Reply(
            "relay/words", case.language, rows=((buttons.EXIT, buttons.NUMBERS),),
            context={"words": found[1].words},
        )  # fmt: skip
        return await self._settle(number, await self._post.send(chat_id, reply, until))

    async def _settle(self, number: int, done: Delivery) -> Delivery:
        if done is not Delivery.WAITS:
            await self._cases.set_delivery(number, str(done))
        return done

    async def _knock(self, chat_id: int, code: str, language: str) -> None:
        """The harmless opening words, once for everything that waits."""
        if await self._outbox.put(chat_id, code, KNOCK, {"knock": 1}, self._now()):
            wishes = await self._people.wishes(chat_id)
            words = buttons.page(f"opening_{wishes.opening}", language, buttons.opening())
            await self._post.send(chat_id, words)

    async def _way(self, case: Case, chat_id: int) -> Way:
        wishes = await self._people.wishes(chat_id)
        return way(
            agreed=wishes.may_write_first,
            hours=wishes.hours,
            quiet=await self._people.quiet(chat_id),
            wrote_at=case.person_at,
            now=self._now(),
        )
