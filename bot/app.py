"""The one place where everything is put together."""

import asyncio
import contextlib
import fcntl
import logging
import signal
import sys
from collections.abc import Iterator

from telegram import Bot

from bot import campaign_app
from bot.adapters.database.books import Books
from bot.adapters.database.engine import durable_url, opened
from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.adapters.encryption import Vault
from bot.adapters.keys import check_key
from bot.adapters.ladder import DeskWork
from bot.house import House
from bot.housekeeping import keep_house
from bot.person_side import PersonSide, remembering
from bot.settings import Settings, SettingsProblem
from bot.staffing import build_staffing
from bot.telegram.clock import TelegramClock
from bot.telegram.connect import close_bot, receiver, telegram_bot
from bot.telegram.front import Front
from bot.telegram.lanes import Lanes
from bot.telegram.outbound import Outbound
from bot.telegram.person_post import TelegramPost
from bot.telegram.profile import publish
from bot.telegram.worker import UpdateWorker
from bot.terminal.chat import Terminal, converse
from bot.terminal.subscribers import ForgetfulSubscribers
from bot.understanders import understanding
from bot.usecases.campaign import CampaignAnswer

# httpcore looks for this package, which is not needed with asyncio, at every lock it takes; a known
# absence saves a tenth of the work of an update
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
log = logging.getLogger("kawan")


async def run_terminal(house: House) -> None:
    """The conversation on standard input and output."""
    async with understanding(house.settings) as model:
        answer = CampaignAnswer(house.answer(model), house.content, ForgetfulSubscribers())
        terminal = Terminal(answer, house.content.current)
        library = house.content.current()
        talk = asyncio.create_task(
            converse(terminal, library.string("terminal_intro", library.order[0]))
        )
        await _first(talk, asyncio.create_task(_signalled()))
    sys.stdout.flush()


async def run_telegram(house: House, vault: Vault) -> None:
    """The bot, until a signal. Raises `TokenRefused`, and `OSError` for a busy port."""
    settings = house.settings
    stop = asyncio.create_task(_signalled())
    async with contextlib.AsyncExitStack() as stack:
        model = await stack.enter_async_context(understanding(settings))
        engine = await stack.enter_async_context(opened(house.url()))
        await check_key(engine, vault)
        clock = TelegramClock()
        bot = telegram_bot(settings, clock)
        stack.push_async_callback(close_bot, bot)
        lanes = Lanes()
        store = Store(engine, vault)
        books = Books(engine, vault)
        outbound = Outbound(bot, lanes, remembering(books), clock.now)
        post = TelegramPost(bot, outbound, house.content.current)
        work = DeskWork(vault)
        person = PersonSide(
            books,
            work,
            post,
            lambda alarm: staff.direct.unkept(alarm),
            lambda c: inbox.forget(c),
            clock.now,
        )
        staff = build_staffing(settings, house.content, books, work, bot, lanes, person.tell)
        answer = campaign_app.around_answer(house.answer(model), house.content, engine, vault)
        people = UpdateWorker(
            answer, store, store, outbound, house.content.current, person, clock.now
        )
        campaign = campaign_app.build(
            settings, house.content, bot, lanes, engine, vault, house.reader(model), house.guesser,
            store, outbound, remembering(books),
        )  # fmt: skip
        edge = staff.edge(people, store)
        worker = campaign.around(edge)
        inbox = Inbox(durable_url(house.url(), settings.data_dir), vault, worker, settings.executor)
        await staff.begin()
        jobs = [asyncio.create_task(lanes.run())]
        stack.push_async_callback(_cancel, jobs)
        await inbox.launch()
        stack.push_async_callback(inbox.finish)
        jobs += await staff.open()
        tidying = keep_house(inbox, store, settings, books, staff.take_back)
        jobs.append(asyncio.create_task(tidying))
        jobs.append(asyncio.create_task(campaign_app.tend(campaign, settings)))
        jobs.append(asyncio.create_task(_introduce(bot, house)))
        unkept = staff.direct.unkept
        front = Front(inbox, people, edge.is_staff, house.rules, unkept, now=clock.now)
        put = campaign.before(front.put)
        receiving = await receiver(settings, bot, put, vault, stack, person.wants_place)
        log.info("answering; rules and menu are ready")
        await _first(receiving, stop)
        log.info("stopping")


async def _introduce(bot: Bot, house: House) -> None:
    await publish(bot, house.content.current())


async def _signalled() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()


async def _first(*tasks: "asyncio.Task[None]") -> None:
    """Wait for the first task to end, cancel the others; raises what it raised."""
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await _cancel(list(rest))
    for task in done:
        task.result()


async def _cancel(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=1.0) if tasks else None


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Two bots on one data folder would answer twice: the second one is refused."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / f"{settings.executor}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsProblem(
                f"KAWAN_DATA_DIR: another kawan runs on {settings.data_dir}; "
                "stop it or choose another folder"
            ) from None
        yield
