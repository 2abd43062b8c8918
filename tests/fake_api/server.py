"""The Bot API over HTTP: /bot<token>/<method>."""

import asyncio
import inspect
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from aiohttp import web

from . import asking, editing, profile, receiving, sending
from .errors import ApiError, fault
from .faults import Fault
from .params import read_params
from .records import Call
from .state import State

GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_HANDLERS: dict[str, tuple[str, Callable[..., Any]]] = {
    name.lower(): (name, handler)
    for module in (asking, editing, profile, receiving, sending)
    for name, handler in module.METHODS.items()
}


class Server:
    """Serves `state` on a free port of this machine."""

    def __init__(self, state: State, token: str) -> None:
        self.state = state
        self.token = token
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """The port."""
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """The header tells the time of this server, as Telegram's does."""
        response.headers["Date"] = formatdate(self.state.clock(), usegmt=True)

    async def stop(self) -> None:
        self.state.closed = True
        self.state.changed.notify()
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        state = self.state
        if state.faults.down == "drop":
            return _cut(request)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            if state.faults.down:
                raise fault(state.faults.down, None)
            name, handler = _HANDLERS.get(
                request.match_info["method"].lower(), (request.match_info["method"], _unknown)
            )
            call = Call(state.clock(), name, await read_params(request))
            state.calls.append(call)
            return await self._answer(request, call, handler)
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)

    async def _answer(
        self, request: web.Request, call: Call, handler: Callable[..., Any]
    ) -> web.StreamResponse:
        found = self.state.faults.take(call.method, call.params.get("chat_id"))
        if found and not found.accepted:
            call.error = f"fault: {found.kind}"
            self.state.changed.notify()
            return await self._spoil(request, found)
        if self.state.faults.latency and call.method != "getUpdates":
            await asyncio.sleep(self.state.faults.latency)
        result = await self._carry_out(call, handler)
        if self.state.faults.down == "drop":
            return _cut(request)
        if found and found.kind != "slow":
            return await self._spoil(request, found)
        if found:
            await asyncio.sleep(found.seconds)
        return web.json_response({"ok": True, "result": result})

    async def _carry_out(self, call: Call, handler: Callable[..., Any]) -> Any:
        try:
            result = handler(self.state, call.params)
            if inspect.isawaitable(result):
                result = await result
            call.done = True
        except ApiError as error:
            call.error = error.description
            raise
        finally:
            self.state.changed.notify()
        return result

    async def _spoil(self, request: web.Request, found: Fault) -> web.StreamResponse:
        if found.kind == "status":
            raise fault(found.status, found.retry_after)
        if found.kind == "garbage":
            return web.Response(status=found.status, text=GARBAGE, content_type="text/html")
        if found.kind == "hang":
            await self.state.changed.until(lambda: self.state.closed, 600)
        return _cut(request)


def _cut(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def _unknown(_state: State, _params: dict[str, Any]) -> None:
    raise ApiError(404, "Not Found: method not found")
