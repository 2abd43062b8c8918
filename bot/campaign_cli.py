"""`kawan campaign ...`: cards, links, numbers and broadcasts for organisers."""

import argparse
import asyncio
import csv
import html
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import Bot

from bot.adapters.card_text import card_text
from bot.adapters.content.library import Library, load
from bot.adapters.content.markup import faults, visible
from bot.adapters.database.broadcasts import BroadcastStore
from bot.adapters.database.campaign_store import CampaignStore
from bot.adapters.database.counts import CountStore
from bot.adapters.database.engine import opened
from bot.adapters.database.migrate import upgrade
from bot.adapters.encryption import Vault, open_vault
from bot.adapters.links import deep_link, write_qr
from bot.domain.broadcast import Broadcast, BroadcastState
from bot.domain.menu import TOPICS
from bot.domain.subscription import INTERESTS
from bot.house import content_root, url_of
from bot.settings import Settings, SettingsProblem
from bot.usecases.compose import ComposeProblem, check_texts
from bot.usecases.numbers import as_csv_rows, as_text, tables

Options = argparse.Namespace
JAKARTA = ZoneInfo("Asia/Jakarta")
CHANGES = {"pause": "paused", "resume": "scheduled", "cancel": "cancelled"}


def add_commands(commands: Any) -> None:
    """Hang `campaign` and what is below it into the parser's commands."""
    group = commands.add_parser("campaign", help="cards, links, numbers and broadcasts")
    below = group.add_subparsers(required=True, metavar="WHAT")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = below.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    cards = add("cards", _cards, "draw every topic as a picture with its text, per language")
    cards.add_argument("out", type=Path)
    link = add("link", _link, "make a link with a campaign code, and its QR codes")
    link.add_argument("code", help="such as sekolah_12")
    link.add_argument("label", help="what it is for, such as 'Poster at SMA 12'")
    link.add_argument("--out", type=Path, default=Path())
    link.add_argument("--bot", help="the bot's username; Telegram is asked without it")
    add("links", _links, "list the campaign codes")
    numbers = add("numbers", _numbers, "what reached whom, never who; less than ten is not shown")
    numbers.add_argument("--weeks", type=int, default=12)
    numbers.add_argument("--csv", type=Path, help="also write every count into this file")
    numbers.add_argument("--png", type=Path, help="also draw plots into this file")
    _add_broadcasts(add)


def _add_broadcasts(add: Callable[..., argparse.ArgumentParser]) -> None:
    broadcast = add("broadcast", _broadcast, "send a message to subscribers; the bot does it")
    broadcast.add_argument("--text", action="append", default=[], metavar="LANGUAGE=FILE",
                           help="once for every language")  # fmt: skip
    broadcast.add_argument("--topic", choices=sorted(TOPICS), help="or send a topic's answer")
    broadcast.add_argument("--languages", default="", help="only these, as in id,en")
    broadcast.add_argument("--interests", default="", help=f"only these of {','.join(INTERESTS)}")
    broadcast.add_argument(
        "--at", help="when, in Jakarta, as in '2026-12-01 16:00'; now without it"
    )
    broadcast.add_argument("--quiet", default="20-8", help="hours of the night; 0-0 for none")
    broadcast.add_argument("--preview", action="store_true", help="show it and send nothing")
    add("list", _list, "list the latest broadcasts")
    for name, run, text in (
        ("progress", _progress, "how far a broadcast is"),
        ("pause", _change, "stop sending for now"),
        ("resume", _change, "go on sending"),
        ("cancel", _change, "stop for good"),
    ):
        command = add(name, run, text)
        command.add_argument("number", type=int)
        command.set_defaults(change=CHANGES.get(name))


def _with_database(
    settings: Settings, work: Callable[[AsyncEngine, Vault], Coroutine[Any, Any, None]]
) -> None:
    url = url_of(settings)
    key = settings.key.get_secret_value() if settings.key else None
    vault = open_vault(key, settings.data_dir)
    upgrade(url)

    async def run() -> None:
        async with opened(url) as engine:
            await work(engine, vault)

    asyncio.run(run())


def _library(settings: Settings) -> Library:
    return load(content_root(settings))


def _cards(settings: Settings, options: Options) -> None:
    from bot.adapters.cards import draw_card

    library = _library(settings)
    options.out.mkdir(parents=True, exist_ok=True)
    made = 0
    for own in library.spoken:
        for topic in sorted(TOPICS):
            if library.topics[topic, own.code].path.stem != own.code:
                continue  # another language stands in for it, and has its card already
            text = card_text(topic, own.code, library)
            (options.out / f"{topic}.{own.code}.png").write_bytes(draw_card(text))
            (options.out / f"{topic}.{own.code}.txt").write_text(text.alt, "utf-8")
            made += 1
    print(f"{made} cards in {options.out}, each with its words beside it")


def _link(settings: Settings, options: Options) -> None:
    name = options.bot or asyncio.run(_ask_name(settings))
    try:
        link = deep_link(name, options.code)
    except ValueError as error:
        raise SettingsProblem(str(error)) from error

    async def keep(engine: AsyncEngine, vault: Vault) -> None:
        await CampaignStore(engine, vault).add_link(options.code, options.label)

    _with_database(settings, keep)
    for path in write_qr(link, options.out, options.code):
        print(path)
    print(link)


async def _ask_name(settings: Settings) -> str:
    if settings.telegram_bot_token is None:
        raise SettingsProblem("--bot: say the bot's username, or set TELEGRAM_BOT_TOKEN")
    bot = Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=settings.telegram_api_url or "https://api.telegram.org/bot",
    )
    async with bot:
        return str(bot.username)


def _links(settings: Settings, _options: Options) -> None:
    async def show(engine: AsyncEngine, vault: Vault) -> None:
        for code, label in (await CampaignStore(engine, vault).links()).items():
            print(f"{code}  {label}")

    _with_database(settings, show)


def _numbers(settings: Settings, options: Options) -> None:
    since = date.today() - timedelta(weeks=options.weeks)

    async def show(engine: AsyncEngine, vault: Vault) -> None:
        store = CountStore(engine, vault)
        counts = await store.counts(since)
        found = tables(counts, await CampaignStore(engine, vault).links())
        print("\n\n".join(as_text(table) for table in found))
        print("\nAsked alike by at least three people, without an answer:")
        for week, language, words in await store.unanswered_since(since):
            print(f"{week}  {language}  {words}")
        if options.csv:
            with options.csv.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(as_csv_rows(counts))
        if options.png:
            from bot.adapters.plots import draw_numbers

            options.png.write_bytes(draw_numbers(found))

    _with_database(settings, show)


def _broadcast(settings: Settings, options: Options) -> None:
    library = _library(settings)
    texts = _texts(library, options)
    interests = frozenset(filter(None, options.interests.split(",")))
    if strange := interests - set(INTERESTS):
        raise SettingsProblem(
            f"--interests: {', '.join(strange)} is none of {', '.join(INTERESTS)}"
        )
    languages = frozenset(filter(None, options.languages.split(",")))
    if strange := languages - library.languages:
        raise SettingsProblem(f"--languages: {', '.join(strange)} is no language of the content")
    quiet_from, quiet_to = _hours(options.quiet)
    wanted = Broadcast(
        texts, _moment(options.at), languages, interests, quiet_from, quiet_to,
        BroadcastState.SCHEDULED,
    )  # fmt: skip
    if options.preview:
        for code, text in texts.items():
            first = library.string("broadcast_first_line", code)
            print(f"--- {code}\n{first}\n\n\n{visible(text)}\n")
        return

    async def keep(engine: AsyncEngine, vault: Vault) -> None:
        store = BroadcastStore(engine, vault)
        people = await store.audience(wanted, datetime.now(UTC))
        number = await store.add(wanted, datetime.now(UTC))
        when = wanted.starts_at.astimezone(JAKARTA)
        print(f"broadcast {number}: {people} people, from {when:%Y-%m-%d %H:%M} in Jakarta")

    _with_database(settings, keep)


def _texts(library: Library, options: Options) -> dict[str, str]:
    needed = [own.code for own in library.spoken if not own.opt_in]
    if options.topic:
        pages = {code: library.topics[options.topic, code] for code in needed}
        return {
            code: f"<b>{html.escape(page.title, quote=False)}</b>\n\n{page.parts['']}"
            for code, page in pages.items()
        }
    texts = {}
    for entry in options.text:
        code, _, name = entry.partition("=")
        texts[code] = Path(name).read_text("utf-8").strip()
    if missing := [code for code in needed if not texts.get(code)]:
        raise SettingsProblem(f"--text: also needed in {', '.join(missing)}, as in --text en=FILE")
    try:
        check_texts(texts, faults, visible)
    except ComposeProblem as problem:
        raise SettingsProblem(f"--text: {problem.detail}") from problem
    return texts


def _hours(text: str) -> tuple[int, int]:
    begin, _, end = text.partition("-")
    if not (begin.isdigit() and end.isdigit() and int(begin) < 24 and int(end) < 24):
        raise SettingsProblem(f"--quiet: {text!r} is not like 20-8")
    return int(begin), int(end)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)
    except ValueError as error:
        raise SettingsProblem(f"--at: {text!r} is not like '2026-12-01 16:00'") from error


def _list(settings: Settings, _options: Options) -> None:
    async def show(engine: AsyncEngine, vault: Vault) -> None:
        for found in await BroadcastStore(engine, vault).recent(20):
            when = found.starts_at.astimezone(JAKARTA)
            print(f"{found.number}  {found.state}  {when:%Y-%m-%d %H:%M}  {_first_words(found)}")

    _with_database(settings, show)


def _first_words(found: Broadcast) -> str:
    words = " ".join(visible(next(iter(found.texts.values()))).split())
    return words if len(words) <= 60 else words[:59] + "…"


def _progress(settings: Settings, options: Options) -> None:
    async def show(engine: AsyncEngine, vault: Vault) -> None:
        store = BroadcastStore(engine, vault)
        found = await store.get(options.number)
        if found is None:
            raise SettingsProblem(f"there is no broadcast {options.number}")
        states = (await store.progress(options.number)).states
        counted = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        print(f"broadcast {options.number}: {found.state}; {counted or 'not begun'}")

    _with_database(settings, show)


def _change(settings: Settings, options: Options) -> None:
    async def change(engine: AsyncEngine, vault: Vault) -> None:
        store = BroadcastStore(engine, vault)
        found = await store.get(options.number)
        if found is None:
            raise SettingsProblem(f"there is no broadcast {options.number}")
        if not await store.change(options.number, options.change, datetime.now(UTC)):
            raise SettingsProblem(
                f"broadcast {options.number} is {found.state} and cannot become {options.change}"
            )
        print(f"broadcast {options.number}: {options.change}")

    _with_database(settings, change)
