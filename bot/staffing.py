"""Puts the desk of hotline staff together and keeps it running."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from telegram import Bot

from bot.adapters.content.desk import held_words, ready_replies
from bot.adapters.content.live import LiveContent
from bot.adapters.database.books import Books
from bot.adapters.hours import ZONES, Duty, HoursProblem, indonesian_holidays
from bot.adapters.ladder import DeskWork
from bot.adapters.mail import Mail, MailProblem
from bot.desk.digest import Digest
from bot.desk.direct import DirectLine
from bot.desk.edge import StaffEdge, Worker
from bot.desk.handler import Handler
from bot.desk.render import StaffTexts
from bot.desk.runner import Runner
from bot.desk.telegram_desk import TelegramDesk
from bot.desk.watch import Watch
from bot.desk_ports import PersonSide
from bot.domain.ladder import Times
from bot.domain.masking import reasons_to_hold
from bot.ports import Conversations
from bot.settings import Settings, SettingsProblem
from bot.telegram.lanes import Lanes
from bot.telegram.staff_sender import ProtectedSender
from bot.usecases.staff_desk import Desk
from bot.usecases.staff_ladder import LadderSteps

log = logging.getLogger("kawan.desk")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Staffing:
    """The desk with everything in it; `work` is what the person's side calls."""

    settings: Settings
    work: DeskWork
    desk: Desk
    steps: LadderSteps
    telegram: TelegramDesk
    runner: Runner
    handler: Handler
    digest: Digest | None
    watch: Watch
    direct: DirectLine
    sender: ProtectedSender
    books: Books

    def edge(self, people: Worker, conversations: Conversations) -> StaffEdge:
        return StaffEdge(
            people, self.books.staff, self.desk, self.handler, self.runner, conversations
        )

    async def begin(self) -> None:
        """The supervisors of the settings are let in. Before the inbox is launched."""
        self.work.ready(self.steps)
        await self.books.staff.ensure_supervisors(list(self.settings.supervisors), now())

    async def open(self) -> "list[asyncio.Task[None]]":
        """After the inbox is launched: queues, and what runs beside them."""
        await self.work.open()
        running = [asyncio.create_task(self.watch.run())]
        if self.digest is not None:
            running.append(asyncio.create_task(self.digest.run()))
        return running

    async def take_back(self, chat_id: int, message_id: int) -> None:
        """For housekeeping: a copy that will soon be too old to delete."""
        await self.telegram.remove(chat_id, message_id)


def mail_of(settings: Settings) -> Mail | None:
    """The second channel; `SettingsProblem` for an address that cannot be used."""
    if settings.smtp_url is None:
        return None
    receivers = [part.strip() for part in (settings.smtp_to or "").split(",") if part.strip()]
    try:
        return Mail(settings.smtp_url.get_secret_value(), settings.smtp_from or "", receivers)
    except MailProblem as error:
        raise SettingsProblem(f"KAWAN_SMTP_URL: {error}") from None


def duty_of(settings: Settings) -> Duty:
    """Duty hours; `SettingsProblem` when they cannot be read."""
    text = settings.duty_hours or ""
    closed = indonesian_holidays() if text and settings.holidays else None
    try:
        return Duty(text, settings.time_zone, closed)
    except HoursProblem as error:
        raise SettingsProblem(f"KAWAN_DUTY_HOURS: {error}") from None


def times_of(settings: Settings) -> Times:
    return Times(
        settings.ladder_critical, settings.ladder_high, settings.ladder_all_critical,
        settings.ladder_all_high, settings.ladder_repeat, silent=settings.silent,
    )  # fmt: skip


def build_desk(books: Books, content: LiveContent) -> Desk:
    root = content.current().root
    words = held_words(root)
    return Desk(
        books.cases, books.people, books.staff, books.referrals, books.events,
        services=lambda: _services(content),
        hold=lambda text: reasons_to_hold(text, words),
        ready=lambda language: ready_replies(root, language),
        now=now,
        adverts=books.adverts,
    )  # fmt: skip


def _services(content: LiveContent) -> Sequence[str]:
    return [hotline.id for hotline in content.current().hotlines]


def build_staffing(
    settings: Settings, content: LiveContent, books: Books, work: DeskWork, bot: Bot,
    lanes: Lanes, person: PersonSide,
) -> Staffing:  # fmt: skip
    """Everything connected; nothing runs yet."""
    texts = StaffTexts(content.current, ZONES[settings.time_zone])
    sender = ProtectedSender(bot, lanes)
    digest = None
    if settings.staff_chat is not None:
        digest = Digest(
            settings.staff_chat, content.order[0], books.cases, books.staff, books.sent, sender,
            texts, now, settings.digest_seconds, books.adverts.waiting,
        )  # fmt: skip
    changed = digest.mark if digest else lambda: None
    telegram = TelegramDesk(books.staff, books.sent, sender, texts, now, changed)
    desk = build_desk(books, content)
    mail, times = mail_of(settings), times_of(settings)
    steps = LadderSteps(
        desk, telegram, person, mail, duty_of(settings), times, settings.alert_first
    )

    async def notify(callback: str, key: str, values: dict[str, str | int], number: int) -> None:
        member = await books.staff.get(number)
        language = member.language if member else content.order[0]
        text = texts.string(key, language, **values) if key else ""
        await sender.notice(callback, text)

    runner = Runner(desk, telegram, person, work, notify)
    handler = Handler(desk, books.sent, content.languages)
    watch = Watch(steps, work, timedelta(seconds=times.silent), settings.heartbeat_url)
    direct = DirectLine(settings.supervisors, sender, texts, content.order[0], mail)
    return Staffing(
        settings, work, desk, steps, telegram, runner, handler, digest, watch, direct, sender, books
    )
