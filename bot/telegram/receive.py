"""Taking updates from Telegram: kept first, confirmed after. Polling or webhook."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.domain.message import Incoming
from bot.telegram.inbound import read_update
from bot.telegram.lanes import seconds_of
from bot.telegram.mentions import learn_name

log = logging.getLogger("kawan.receive")
Put = Callable[[Incoming], Awaitable[None]]

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "inline_query"]
LONG_POLL = 25
LONGEST_WAIT = 30.0


Wants = Callable[[int], bool]


def _never(_chat: int) -> bool:
    return False


class TokenRefused(Exception):
    """Telegram does not know this token."""


async def poll(bot: Bot, put: Put, wants_place: Wants = _never) -> None:
    """Fetch updates until cancelled. An update is confirmed by asking for the one after it, and
    that is only done once `put` has kept it."""
    offset: int | None = None
    wait = 0.5
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset,
                timeout=LONG_POLL,
                allowed_updates=ALLOWED,
                read_timeout=LONG_POLL + 5,
            )
            me = await learn_name(bot) if updates else ""
            keep = partial(_keep, put=put, me=me, wants_place=wants_place)
            for number, update in enumerate(updates):
                try:
                    await keep(update)
                except Exception:
                    # nobody behind it waits for it: each is tried, none is confirmed
                    await asyncio.gather(*map(keep, updates[number + 1 :]), return_exceptions=True)
                    raise
                offset = update.update_id + 1
            wait = 0.5
        except InvalidToken as error:
            raise TokenRefused from error
        except RetryAfter as error:
            await asyncio.sleep(seconds_of(error))
        except Conflict:
            log.error("another program polls with this token; trying again")
            await asyncio.sleep(LONGEST_WAIT / 3)
        except TelegramError as error:
            log.warning(
                "Telegram cannot be reached (%s); next try in %.0f s", type(error).__name__, wait
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        except Exception as error:  # storage fails: nothing is confirmed, so nothing is lost
            log.error(
                "updates could not be kept (%s); next try in %.0f s", type(error).__name__, wait
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _keep(update: Update, put: Put, me: str, wants_place: Wants) -> None:
    incoming = read_update(update, me, wants_place)
    if incoming is not None:
        await put(incoming)


class Webhook:
    """A small HTTP server that Telegram posts updates to. 200 only after the update is kept."""

    def __init__(self, bot: Bot, put: Put, secret: str, wants_place: Wants = _never) -> None:
        self._bot = bot
        self._put = put
        self._secret = secret
        self._wants_place = wants_place
        self._runner: web.AppRunner | None = None

    async def listen(self, host: str, port: int) -> None:
        """Begin to serve; `OSError` when the port is taken."""
        app = web.Application(client_max_size=2**20)
        app.router.add_post("/telegram", self._receive)
        app.router.add_get("/health", _health)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=401)
        try:
            update = Update.de_json(json.loads(await request.read()), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return web.Response(status=400)
        try:
            await _keep(update, self._put, await learn_name(self._bot), self._wants_place)
        except Exception as error:  # Telegram repeats what is not answered with 200
            log.error("an update could not be kept: %s", type(error).__name__)
            return web.Response(status=503)
        return web.Response()


async def _health(_request: web.Request) -> web.Response:
    return web.Response(text="ok")
