"""Posts updates to the bot's own address: one at a time, in order, until it answers 200."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .errors import ApiError, bad_request
from .limits import Clock
from .updates import Updates, Waiting
from .waiting import Signal

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Webhook:
    """`first_wait` and `longest_wait`: seconds between tries, doubled each time."""

    def __init__(self, updates: Updates, clock: Clock, changed: Signal) -> None:
        self.url = ""
        self.secret: str | None = None
        self.max_connections = 40
        self.error: tuple[int, str] | None = None
        self.tries = 0
        self.first_wait, self.longest_wait = 0.05, 1.0
        self._updates = updates
        self._clock = clock
        self._changed = changed

    def set(self, url: str, secret: str | None, max_connections: int = 40) -> None:
        """Begin to post to `url`; empty to stop. `ApiError` 400 for what Telegram refuses."""
        if url:
            _check(url)
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self.error = None
        self._changed.notify()

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while True:
                await self._changed.until(lambda: self.url and self._updates.waiting(), 3600)
                if self.url and (waiting := self._updates.waiting()):
                    await self._deliver(session, waiting[0])

    async def _deliver(self, session: aiohttp.ClientSession, waiting: Waiting) -> None:
        wait, url = self.first_wait, self.url
        while self.url == url and not await self._post(session, waiting.update):
            await self._changed.until(lambda: self.url != url, wait)
            wait = min(wait * 2, self.longest_wait)
        if self.url == url:
            self._updates.delivered(waiting)

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        self.tries += 1
        if not _is_local(urlsplit(self.url).hostname or ""):
            self.error = (int(self._clock()), "Connection refused")
            return False  # tests do not reach out of this machine
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return True
                why = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, OSError):
            why = "Connection refused"
        except TimeoutError:
            why = "Read timeout expired"
        self.error = (int(self._clock()), why)
        self._changed.notify()
        return False


def _check(url: str) -> None:
    """Telegram wants HTTPS; the fake lets plain HTTP pass on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "http" and _is_local(parts.hostname or ""):
        return
    if parts.scheme != "https":
        raise _refused("An HTTPS URL must be provided for webhook")
    if parts.port not in (None, 443, 80, 88, 8443) and not _is_local(parts.hostname or ""):
        raise _refused("Webhook can be set up only on ports 80, 88, 443 or 8443")


def _refused(why: str) -> ApiError:
    return bad_request(f"bad webhook: {why}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
