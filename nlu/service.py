"""The parse service as a web application: who may ask, what a question looks like, batches."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

MOST_TEXTS = 64
LONGEST_TEXT = 20_000
_LARGEST_BODY = 8_000_000
_BATCH = 16
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Reading = dict[str, Any]
ReadTexts = Callable[[list[str], bool], list[Reading]]


@dataclass
class Waiting:
    """A text whose reading somebody awaits."""

    text: str
    explain: bool
    result: "asyncio.Future[Reading]"


@dataclass
class ParseService:
    """Parses with `read` once `became_ready` was called. One thread: Rasa's graph is not made
    for several; texts that wait together are parsed together."""

    secret: str
    read: ReadTexts | None = None
    model: str = ""
    _queue: "asyncio.Queue[Waiting]" = field(default_factory=asyncio.Queue)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def became_ready(self, read: ReadTexts, sha256: str) -> None:
        self.read, self.model = read, sha256[:12]

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_json_errors])
        app.router.add_get("/ready", self._ready)
        app.router.add_post("/parse", self._parse)
        app.cleanup_ctx.append(self._worker)
        return app

    async def _ready(self, request: web.Request) -> web.Response:
        if self.read is None:
            return web.json_response({"ready": False}, status=503)
        return web.json_response({"ready": True, "model": self.model})

    async def _parse(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Kawan-Secret", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.secret.encode()):
            raise web.HTTPUnauthorized(text="missing or wrong X-Kawan-Secret")
        texts, explain = _question(await request.read())
        if self.read is None:
            raise web.HTTPServiceUnavailable(text="the model is still loading")
        loop = asyncio.get_running_loop()
        waiting = [Waiting(text, explain, loop.create_future()) for text in texts]
        for one in waiting:
            self._queue.put_nowait(one)
        try:
            results = await asyncio.gather(*(one.result for one in waiting))
        finally:
            for one in waiting:  # of somebody who hung up: not worth parsing any more
                one.result.cancel()
        return web.json_response({"results": results})

    async def _worker(self, app: web.Application) -> Any:
        task = asyncio.create_task(self._work())
        yield
        task.cancel()
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            for explain in (False, True):
                await self._answer(
                    [w for w in batch if w.explain is explain and not w.result.done()], explain
                )

    async def _answer(self, batch: list[Waiting], explain: bool) -> None:
        if not batch or self.read is None:
            return
        loop = asyncio.get_running_loop()
        texts = [one.text for one in batch]
        try:
            results = await loop.run_in_executor(self.thread, self.read, texts, explain)
        except Exception as error:  # one text Rasa chokes on must not end the service
            for one in batch:
                if not one.result.done():
                    one.result.set_exception(_Failed(type(error).__name__))
            return
        for one, result in zip(batch, results, strict=True):
            if not one.result.done():
                one.result.set_result(result)


class _Failed(Exception):
    """Parsing failed; carries the name of the error only, its message may quote the text."""


def _question(body: bytes) -> tuple[list[str], bool]:
    """The texts and the `explain` of a request body; HTTPBadRequest says what is wrong."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="the body is not JSON") from None
    texts = asked.get("texts") if isinstance(asked, dict) else None
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise web.HTTPBadRequest(text='"texts" must be a list of strings')
    if not isinstance(asked.get("explain", False), bool):
        raise web.HTTPBadRequest(text='"explain" must be true or false')
    if len(texts) > MOST_TEXTS or any(len(t) > LONGEST_TEXT for t in texts):
        size = max(_LARGEST_BODY, len(body))
        raise web.HTTPRequestEntityTooLarge(
            max_size=_LARGEST_BODY,
            actual_size=size,
            text=f"at most {MOST_TEXTS} texts of {LONGEST_TEXT} characters",
        )
    # Lone surrogates are valid JSON but no text: the tokenisers would choke on them.
    return [t.encode("utf-8", "replace").decode() for t in texts], asked.get("explain", False)


@web.middleware
async def _json_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.text or error.reason}, status=error.status)
    except _Failed as error:
        return web.json_response({"error": f"parsing failed: {error}"}, status=500)
