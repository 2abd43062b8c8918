"""The one place where everything is put together."""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import campaign_app
from bot.adapters.content.library import read_languages
from bot.adapters.content.live import LiveContent
from bot.adapters.content.offers import read_weights
from bot.adapters.content.person_words import read_person_words
from bot.adapters.danger_rules import SpacyDangerRules, load_rules
from bot.adapters.database.books import Books
from bot.adapters.database.engine import DatabaseProblem, database_url, durable_url, opened
from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.adapters.encryption import Vault
from bot.adapters.keys import check_key
from bot.adapters.ladder import DeskWork
from bot.adapters.language import Guesser
from bot.adapters.nlu_process import NluCommand, NluProcess
from bot.adapters.offer_load import load_offers
from bot.adapters.offer_rules import SpacyOfferReader
from bot.adapters.rasa import TIMEOUT, RasaUnderstander
from bot.adapters.spare_model import WithSpare
from bot.domain.menu import TOPICS
from bot.domain.understanding import Parsed
from bot.housekeeping import keep_house
from bot.person_side import PersonSide, facts, remembering
from bot.ports import Unavailable, Understander
from bot.settings import Settings, SettingsProblem
from bot.staffing import build_staffing
from bot.telegram.front import Front
from bot.telegram.lanes import Lanes
from bot.telegram.outbound import Outbound
from bot.telegram.person_post import TelegramPost
from bot.telegram.profile import publish
from bot.telegram.receive import ALLOWED, Put, TokenRefused, Webhook, poll
from bot.telegram.worker import UpdateWorker
from bot.terminal.chat import Terminal, converse
from bot.terminal.subscribers import ForgetfulSubscribers
from bot.usecases.accompany import Accompany
from bot.usecases.answer import Answer
from bot.usecases.campaign import CampaignAnswer
from bot.usecases.check_offer import CheckOffer
from bot.usecases.explain_offer import explain_offer
from bot.usecases.read import Reader

# httpcore looks for this package, which is not needed with asyncio, at every lock it takes; a known
# absence saves a tenth of the work of an update
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
log = logging.getLogger("kawan")
ROOT = Path(__file__).resolve().parents[1]
STOPPING = 4.0  # seconds that everything has to end


@dataclass(frozen=True)
class House:
    """What every command needs: settings, content, rules."""

    settings: Settings
    content: LiveContent
    rules: SpacyDangerRules
    guesser: Guesser
    offers: SpacyOfferReader

    def reader(self, model: Understander) -> Reader:
        return Reader(self.rules, model, TOPICS, self.content.current().thresholds)

    def answer(self, model: Understander) -> Accompany:
        offers = CheckOffer(self.offers, self.content.current().weights)
        answer = Answer(self.reader(model), self.guesser, self.content, offers)
        words = read_person_words(content_root(self.settings))
        return Accompany(answer, lambda: words, facts(self.settings.retention()))

    def url(self) -> URL:
        return url_of(self.settings)


def url_of(settings: Settings) -> URL:
    """Where the database is; `SettingsProblem` when it is none of ours."""
    secret = settings.database_url
    try:
        return database_url(secret.get_secret_value() if secret else None, settings.data_dir)
    except DatabaseProblem as error:
        raise SettingsProblem(f"KAWAN_DATABASE_URL: {error}") from error


class Deaf:
    """An understander that is never there: what the bot is without its model."""

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        raise Unavailable("not asked")


def content_root(settings: Settings) -> Path:
    return settings.content_dir or ROOT / "content"


def open_house(settings: Settings) -> House:
    """Load content and rules; `ContentError` when they cannot be served."""
    root = content_root(settings)
    content = LiveContent(root)
    # a language that people have to choose is never guessed
    marks = {own.code: own.marks for own in content.current().spoken if not own.opt_in}
    return House(settings, content, load_rules(root), Guesser(marks), load_offers(root))


def offer_explainer(settings: Settings) -> Callable[[str], dict[str, Any]]:
    """What `kawan check-offer` needs: the offer rules alone, without model, topics or database."""
    root = content_root(settings)
    spoken = read_languages(root / "languages.yml")
    guesser = Guesser({own.code: own.marks for own in spoken if not own.opt_in})
    return partial(
        explain_offer,
        reader=load_offers(root),
        weights=read_weights(root / "offers" / "indicators.yml"),
        guesser=guesser,
        known=frozenset(language.code for language in spoken),
    )


def nlu_command(settings: Settings) -> NluCommand:
    python = settings.nlu_python or ROOT / ".venv-nlu" / "bin" / "python"
    data = settings.data_dir.resolve()
    return NluCommand(python, ROOT, data / "model" / "kawan-nlu.tar.gz", data / "log" / "nlu.log")


@contextlib.asynccontextmanager
async def understanding(
    settings: Settings, wait: float = 0.0, patience: float = TIMEOUT
) -> AsyncIterator[Understander]:
    """The parse service named in the settings, or a child that is kept running, with the model in
    this process to fall back on. `wait`: seconds to wait for the child to be ready, `TimeoutError`
    after that; `patience`: seconds one answer may take."""
    command = nlu_command(settings)
    if settings.nlu_url and settings.nlu_secret:
        client = RasaUnderstander(
            secret=settings.nlu_secret.get_secret_value(), url=settings.nlu_url, timeout=patience
        )
        try:
            yield WithSpare(client, command.model)
        finally:
            await client.close()
        return
    process = NluProcess(command, patience)
    process.start()
    try:
        if wait:
            await asyncio.wait_for(process.ready.wait(), wait)
        yield WithSpare(process.client, command.model)
    finally:
        await process.stop()


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
        bot = telegram_bot(settings)
        stack.push_async_callback(close_bot, bot)
        lanes = Lanes()
        store = Store(engine, vault)
        books = Books(engine, vault)
        outbound = Outbound(bot, lanes, remembering(books))
        post = TelegramPost(bot, outbound, house.content.current)
        work = DeskWork(vault)
        person = PersonSide(
            books, work, post, lambda alarm: staff.direct.unkept(alarm), lambda c: inbox.forget(c)
        )
        staff = build_staffing(settings, house.content, books, work, bot, lanes, person.tell)
        answer = campaign_app.around_answer(house.answer(model), house.content, engine, vault)
        people = UpdateWorker(answer, store, store, outbound, house.content.current, person)
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
        stack.callback(inbox.close)
        jobs += await staff.open()
        tidying = keep_house(inbox, store, settings, books, staff.take_back)
        jobs.append(asyncio.create_task(tidying))
        jobs.append(asyncio.create_task(campaign_app.tend(campaign, settings)))
        jobs.append(asyncio.create_task(_introduce(bot, house)))
        front = Front(inbox, people, edge.is_staff, house.rules, staff.direct.unkept)
        put = campaign.before(front.put)
        receiver = await _receiver(settings, bot, put, vault, stack, person.wants_place)
        log.info("answering; rules and menu are ready")
        await _first(receiver, stop)
        log.info("stopping")


async def _receiver(
    settings: Settings,
    bot: Bot,
    put: Put,
    vault: Vault,
    stack: contextlib.AsyncExitStack,
    wants_place: Callable[[int], bool],
) -> "asyncio.Task[None]":
    if not settings.webhook_url:
        return asyncio.create_task(_poll_without_webhook(bot, put, wants_place))
    secret = hashlib.sha256(vault.chat_hash(0).encode()).hexdigest()
    webhook = Webhook(bot, put, secret, wants_place)
    host, _, port = settings.webhook_listen.rpartition(":")
    await webhook.listen(host, int(port))
    stack.push_async_callback(webhook.close)
    return asyncio.create_task(_register_webhook(bot, settings.webhook_url + "/telegram", secret))


async def _poll_without_webhook(bot: Bot, put: Put, wants_place: Callable[[int], bool]) -> None:
    await _until_reached(lambda: bot.delete_webhook(drop_pending_updates=False))
    await poll(bot, put, wants_place)


async def _register_webhook(bot: Bot, url: str, secret: str) -> None:
    await _until_reached(
        lambda: bot.set_webhook(
            url, secret_token=secret, allowed_updates=ALLOWED, drop_pending_updates=False
        )
    )
    await asyncio.Event().wait()


async def _until_reached(call: Callable[[], Awaitable[object]], wait: float = 0.5) -> None:
    """Repeat a call that must succeed, while Telegram is out of reach."""
    while True:
        try:
            await call()
            return
        except InvalidToken as error:
            raise TokenRefused from error
        except TelegramError as error:
            log.warning(
                "Telegram cannot be reached (%s); next try in %.0f s", type(error).__name__, wait
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, 30.0)


async def _introduce(bot: Bot, house: House) -> None:
    await publish(bot, house.content.current())


def telegram_bot(settings: Settings) -> Bot:
    assert settings.telegram_bot_token is not None
    return Bot(
        settings.telegram_bot_token.get_secret_value(),
        request=HTTPXRequest(connection_pool_size=64, connect_timeout=5, read_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, connect_timeout=5),
        base_url=settings.telegram_api_url or "https://api.telegram.org/bot",
    )


async def close_bot(bot: Bot) -> None:
    for request in bot._request:
        await request.shutdown()


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
