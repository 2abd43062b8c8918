"""Looks at a deployment and says what to mend. Nothing is changed, nobody is written to."""

import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.adapters.content.check import check
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.database.migrate import config_for
from bot.adapters.encryption import KeyProblem, open_vault
from bot.adapters.keys import check_key
from bot.domain.staff import Role
from bot.house import content_root, open_house, url_of
from bot.settings import Settings, SettingsProblem
from bot.staffing import duty_of, mail_of
from bot.telegram.connect import close_bot, telegram_bot

ROOM = 500 * 2**20  # bytes that must be free
SKEW = 30.0  # seconds that the clock may be wrong


@dataclass(frozen=True)
class Finding:
    """`state`: ok, hint (works, could be better) or mend (something does not work); `text` says
    what was seen and, if need be, what to do."""

    name: str
    state: str
    text: str

    def line(self) -> str:
        return f"{self.state:<5}{self.name}: {self.text}"


def ok(name: str, text: str) -> Finding:
    return Finding(name, "ok", text)


def hint(name: str, text: str) -> Finding:
    return Finding(name, "hint", text)


def mend(name: str, text: str) -> Finding:
    return Finding(name, "mend", text)


Check = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding, one area after another."""
    checks: tuple[Check, ...] = (
        _telegram, _clock, _database, _key_file, _disk, _content, _hours, _mail, _heartbeat,
    )  # fmt: skip
    for look in checks:
        for finding in await look(settings):
            yield finding


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.telegram_bot_token is None:
        return [mend("token", "TELEGRAM_BOT_TOKEN is not set; get one from @BotFather")]
    bot = telegram_bot(settings)
    try:
        me = await bot.get_me()
        found = [ok("token", "Telegram knows it")]
        if me.can_read_all_group_messages:
            found.append(
                mend("privacy mode", "is off, so the bot reads every group it is in; @BotFather, "
                     "/setprivacy, Enable")
            )  # fmt: skip
        else:
            found.append(ok("privacy mode", "on"))
        hook = await bot.get_webhook_info()
        if bool(hook.url) != bool(settings.webhook_url):
            found.append(
                hint("webhook", "Telegram and KAWAN_WEBHOOK_URL differ; `kawan run` sets it")
            )
        if hook.last_error_message:
            found.append(mend("webhook", f"Telegram cannot reach it: {hook.last_error_message}"))
        return [*found, *await _group(bot, settings, me.id)]
    except InvalidToken:
        return [mend("token", "Telegram does not know it; copy it again from @BotFather")]
    except TelegramError as error:
        return [mend("Telegram", f"cannot be reached ({type(error).__name__}); check the network")]
    finally:
        await close_bot(bot)


async def _group(bot: Bot, settings: Settings, me: int) -> list[Finding]:
    if settings.staff_chat is None:
        return [hint("group", "KAWAN_STAFF_CHAT is not set, so there is no digest")]
    try:
        await bot.get_chat(settings.staff_chat)
        member = await bot.get_chat_member(settings.staff_chat, me)
    except TelegramError as error:
        return [
            mend("group", f"KAWAN_STAFF_CHAT cannot be reached ({error}); add the bot to the "
                 "group, and after an upgrade to a supergroup use its new id")
        ]  # fmt: skip
    if member.status in ("left", "kicked"):
        return [mend("group", "the bot is not in it; add it again")]
    if member.status == "administrator":
        return [mend("group", "the bot is an admin and reads everything there; take that back")]
    return [ok("group", "the bot is a plain member")]


async def _clock(settings: Settings) -> list[Finding]:
    """By the Date that Telegram's server tells."""
    base = settings.telegram_api_url or "https://api.telegram.org/bot"
    parts = urlsplit(base)
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(f"{parts.scheme}://{parts.netloc}/")
        told = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        return [hint("clock", f"could not be compared ({type(error).__name__})")]
    off = (datetime.now(UTC) - told).total_seconds()
    if abs(off) > SKEW:
        return [mend("clock", f"is wrong by {off:.0f} seconds; switch time synchronisation on")]
    return [ok("clock", "right")]


async def _database(settings: Settings) -> list[Finding]:
    try:
        url = url_of(settings)
    except SettingsProblem as error:
        return [mend("database", str(error))]
    if url.drivername.startswith("sqlite") and not (url.database and Path(url.database).exists()):
        return [hint("database", "is not there yet; the first `kawan run` makes it")]
    vault = open_vault(settings.key.get_secret_value() if settings.key else None, settings.data_dir)
    try:
        async with opened(url) as engine:
            await check_key(engine, vault)
            async with engine.connect() as connection:
                present = await connection.run_sync(_revision)
            newest = ScriptDirectory.from_config(config_for(url)).get_current_head()
            if present != newest:
                return [mend("database", "is of an older version; `kawan db upgrade`")]
            return [
                ok("database", "reachable, sealed with this key"),
                *await _staff(Books(engine, vault)),
            ]
    except KeyProblem as error:
        return [mend("key", str(error))]
    except (SQLAlchemyError, OSError) as error:
        return [mend("database", f"cannot be used ({type(error).__name__}); is it running?")]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _staff(books: Books) -> list[Finding]:
    everyone = [s for s in await books.staff.everyone() if s.may_work]
    if not everyone:
        return [
            mend("staff", "nobody; put the first supervisors' ids into KAWAN_SUPERVISORS and start")
        ]
    found = []
    leaders = [s for s in everyone if s.role is Role.SUPERVISOR]
    if len(leaders) < 2:
        found.append(
            hint("supervisors", "fewer than two; a supervisor's own held lines need another one")
        )
    silent = ", ".join(str(s.number) for s in everyone if not s.reachable)
    if silent:
        found.append(mend("staff", f"never pressed start, or blocked the bot: {silent}"))
    duty = sum(s.on_duty for s in everyone)
    state = ok if duty else mend
    found.append(
        state("duty", f"{duty} of {len(everyone)} staff on duty" + ("" if duty else "; /duty on"))
    )
    waiting = len(await books.cases.waiting())
    if waiting:
        found.append(hint("queue", f"{waiting} cases wait"))
    return found


async def _key_file(settings: Settings) -> list[Finding]:
    if settings.key:
        return [ok("key", "from KAWAN_KEY")]
    path = settings.data_dir / "master.key"
    if not path.exists():
        return [hint("key", "is made at the first start")]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [mend("key", f"others may read {path}; chmod 600 it")]
    return [hint("key", f"in {path}; keep a copy elsewhere, without it nothing can be read")]


async def _disk(settings: Settings) -> list[Finding]:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".probe"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return [mend("disk", f"{settings.data_dir} cannot be written: {error.strerror}")]
    if free < ROOM:
        return [mend("disk", f"only {free // 2**20} MB are free; make room")]
    return [ok("disk", f"{free // 2**20} MB free")]


async def _content(settings: Settings) -> list[Finding]:
    root = content_root(settings)
    problems = check(root, date.today())
    if problems:
        return [mend("content", f"{len(problems)} problems; `kawan content check` lists them")]
    library = open_house(settings).content.current()
    unconfirmed = sum(h.publish and not h.confirmed for h in library.hotlines)
    if unconfirmed:
        return [
            ok("content", "in order"),
            hint("numbers", f"{unconfirmed} published numbers were never confirmed by phone"),
        ]
    return [ok("content", "in order"), ok("numbers", "all confirmed and in date")]


async def _hours(settings: Settings) -> list[Finding]:
    try:
        duty = duty_of(settings)
    except (SettingsProblem, ImportError) as error:
        return [mend("hours", str(error))]
    now = datetime.now(UTC)
    if not settings.duty_hours:
        return [ok("hours", "always open")]
    state = "open now" if duty.open_at(now) else f"closed, opens {duty.opens(now):%d.%m. %H:%M %Z}"
    return [ok("hours", f"{settings.duty_hours} {settings.time_zone}: {state}")]


async def _mail(settings: Settings) -> list[Finding]:
    try:
        mail = mail_of(settings)
    except SettingsProblem as error:
        return [mend("e-mail", str(error))]
    if mail is None:
        return [
            hint(
                "e-mail",
                "no second channel; KAWAN_SMTP_URL reaches supervisors when Telegram is down",
            )
        ]
    wrong = await mail.check()
    if wrong:
        return [mend("e-mail", f"the server does not let us in ({wrong}); check KAWAN_SMTP_URL")]
    return [ok("e-mail", "the server lets us in")]


async def _heartbeat(settings: Settings) -> list[Finding]:
    if settings.heartbeat_url is None:
        return [hint("heartbeat", "KAWAN_HEARTBEAT_URL is not set; nobody notices a dead machine")]
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            (await client.get(settings.heartbeat_url)).raise_for_status()
    except httpx.HTTPError as error:
        return [mend("heartbeat", f"cannot be reached ({type(error).__name__})")]
    return [ok("heartbeat", "answers")]
