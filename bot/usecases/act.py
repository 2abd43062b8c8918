"""Does what a turn asks for besides answering. Every deed may be repeated after a crash."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.case_ports import CaseBook, Events, SentMessages
from bot.desk_ports import DeskQueue
from bot.domain.case import Talk
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.people_ports import People
from bot.usecases import person_buttons as buttons
from bot.usecases.advert_book import AdvertBook
from bot.usecases.come_back import ReturnDoor
from bot.usecases.escalate import Escalate
from bot.usecases.forget_me import forget_me
from bot.usecases.outbox import Outbox, PersonPost
from bot.usecases.quick_exit import QuickExit
from bot.usecases.reach_person import ReachPerson
from bot.usecases.relay_person import keep_line, seen
from bot.usecases.report_offer import ReportDesk
from bot.usecases.safe_contact import wishes_of

_EVENTS = {Talk.WANTED: "wants_talk", Talk.NOT_NOW: "not_now", Talk.NOT_MEANT: "not_meant"}


@dataclass(frozen=True)
class Stores:
    """What the person's side keeps things in."""

    cases: CaseBook
    people: People
    sent: SentMessages
    events: Events
    outbox: Outbox
    adverts: AdvertBook


class Acts:
    """`__call__` does the deeds of one update in order and returns what is to be said after."""

    def __init__(
        self,
        stores: Stores,
        desk: DeskQueue,
        reach: ReachPerson,
        post: PersonPost,
        connected: Callable[[], Awaitable[bool]],
        forget_work: Callable[[int], Awaitable[object]] | None = None,
    ) -> None:
        """`forget_work` deletes finished durable work of a chat."""
        self._stores = stores
        self._desk = desk
        self._reach = reach
        self._escalate = Escalate(stores.cases, desk)
        self._exit = QuickExit(stores.cases, stores.people, stores.sent, post, desk)
        self._door = ReturnDoor(stores.cases, desk)
        self._reports = ReportDesk(stores.adverts)
        self._post = post
        self._connected = connected
        self._forget_work = forget_work

    async def __call__(
        self, incoming: Incoming, deeds: list[Deed], alarm: Alarm | None, state: Conversation
    ) -> list[Reply]:
        replies = []
        for deed in deeds:
            said = await self._do(deed, incoming, alarm, state)
            replies += [said] if said else []
        return replies

    async def _do(
        self, deed: Deed, incoming: Incoming, alarm: Alarm | None, state: Conversation
    ) -> Reply | None:
        stores, chat_id, language = self._stores, incoming.chat_id, state.language or "id"
        at = datetime.fromtimestamp(incoming.at, UTC)
        match deed.act:
            case Act.ALARM if alarm is not None:
                if await self._connected():
                    await self._escalate.alarm(incoming, alarm, deed.words, language, at)
            case Act.OPEN:
                await self._escalate.wish(incoming, _category(state), language, at)
            case Act.LINE:
                edited = deed.value == "edit"
                await keep_line(stores.cases, self._desk, incoming, deed.words, edited, at)
            case Act.SEEN:
                await seen(stores.cases, incoming, at)
            case Act.TALK:
                await self._talk(Talk(deed.value), incoming, at)
            case Act.WISHES:
                await stores.people.set_wishes(chat_id, wishes_of(deed))
            case Act.FLUSH:
                return await self._flush(incoming, at, language, deed.value == "open")
            case Act.WAKE:
                await stores.people.set_quiet(chat_id, False)
            case Act.AWAY:
                case = await stores.cases.of_chat(chat_id)
                if case is not None:
                    await self._desk.person_event(case.code, "blocked_bot")
            case Act.HANDS:
                await self._other_hands(chat_id)
            case Act.BACK:
                await self._post.delete(chat_id, [incoming.message_id])
                return await self._door.open(chat_id, deed.words, at, language)
            case Act.REPORT:
                return await self._reports.take(incoming, deed, language, at)
            case Act.LEAVE:
                return await self._exit.leave(chat_id, incoming.message_id, language, at)
            case Act.FORGET:
                receipt = await forget_me(
                    stores.cases, stores.people, self._desk, chat_id, language, at
                )
                if self._forget_work is not None:
                    await self._forget_work(chat_id)
                return receipt
            case _:
                return await self._consent(deed, incoming, language, at)
        return None

    async def _talk(self, talk: Talk, incoming: Incoming, at: datetime) -> None:
        """Heard and shown to staff; it never closes or lowers anything."""
        case = await self._stores.cases.of_chat(incoming.chat_id)
        if case is not None:
            await self._stores.cases.set_talk(case.code, talk, at)
            await seen(self._stores.cases, incoming, at)
            await self._desk.person_event(case.code, _EVENTS[talk])

    async def _flush(
        self, incoming: Incoming, at: datetime, language: str, tapped: bool
    ) -> Reply | None:
        """A tap on the opening words, or a message: from now on they may be written to."""
        await self._stores.people.set_quiet(incoming.chat_id, False)
        if incoming.kind == "button":
            await seen(self._stores.cases, incoming, at)
        found = await self._reach.flush(incoming.chat_id)
        return buttons.page("nothing_waits", language) if tapped and not found else None

    async def _other_hands(self, chat_id: int) -> None:
        case = await self._stores.cases.of_chat(chat_id)
        if case is not None:
            await self._stores.people.set_quiet(chat_id, True)
            await self._desk.person_event(case.code, "other_hands")

    async def _consent(
        self, deed: Deed, incoming: Incoming, language: str, at: datetime
    ) -> Reply | None:
        """Details and referrals: each item with a tap of its own, each recorded."""
        cases, events = self._stores.cases, self._stores.events
        case = await cases.of_chat(incoming.chat_id)
        if case is None:
            return buttons.page("detail_no_case", language)
        await seen(cases, incoming, at)
        if deed.act is Act.DETAIL:
            await cases.give_detail(case.code, deed.value, deed.words, at)
            await self._desk.person_event(case.code, "detail")
            return None
        answer, _, number = deed.value.rpartition(":")
        detail: dict[str, str | int | bool] = {"referral": int(number)}
        if deed.act is Act.SHARE:
            await events.record("shared", "person", at, case.code, {**detail, "kind": deed.words})
            await self._desk.person_event(case.code, f"share_{deed.words}:{number}")
            return None
        agreed = answer == "yes"
        await events.record("consent", "person", at, case.code, {**detail, "agreed": agreed})
        await self._desk.person_event(case.code, f"referral_{answer}:{number}")
        if not agreed:
            return buttons.page("referral_no", language)
        given = await self._stores.outbox.given(case.code)
        rows = buttons.share(int(number), given) if given else None
        return buttons.page("referral_yes", language, rows)


def _category(state: Conversation) -> Category | None:
    known = state.alarm_category in set(Category)
    return Category(state.alarm_category) if known else None
