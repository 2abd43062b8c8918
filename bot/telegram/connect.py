"""The line to Telegram: the bot, and updates by polling or by webhook."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.adapters.encryption import Vault
from bot.settings import Settings
from bot.telegram.clock import TelegramClock
from bot.telegram.receive import ALLOWED, Put, TokenRefused, Webhook, poll

log = logging.getLogger("kawan")


def telegram_bot(settings: Settings, clock: TelegramClock | None = None) -> Bot:
    """`clock` learns Telegram's time from every answer."""
    assert settings.telegram_bot_token is not None
    hooks = {"event_hooks": {"response": [clock.learn]}} if clock else None
    return Bot(
        settings.telegram_bot_token.get_secret_value(),
        request=HTTPXRequest(
            connection_pool_size=64, connect_timeout=5, read_timeout=10, httpx_kwargs=hooks
        ),
        get_updates_request=HTTPXRequest(
            connection_pool_size=2, connect_timeout=5, httpx_kwargs=hooks
        ),
        base_url=settings.telegram_api_url or "https://api.telegram.org/bot",
    )


async def close_bot(bot: Bot) -> None:
    for request in bot._request:
        await request.shutdown()


async def receiver(
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
