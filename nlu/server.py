"""Serves the model: `python -m nlu.server --model FILE (--uds PATH | --host H --port N)`.

The secret of its callers is in KAWAN_NLU_SECRET. Logs no text; keeps nothing.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from nlu.quiet import ENVIRONMENT, quiet
from nlu.service import ParseService

_SECRET = "KAWAN_NLU_SECRET"
_logger = logging.getLogger("kawan.nlu")


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    secret = os.environ.get(_SECRET, "")
    if not secret:
        print(f"{_SECRET} is not set; callers prove themselves with it", file=sys.stderr)
        return 2
    os.environ.update(ENVIRONMENT)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    return asyncio.run(_serve(options, secret))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.server", description="Serve the language model.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--uds", help="path of a Unix socket to listen on")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (loopback)")
    parser.add_argument("--port", type=int, help="port to listen on, 0 for any")
    parser.add_argument("--watch-stdin", action="store_true", help="end when stdin is closed")
    options = parser.parse_args(arguments)
    if (options.uds is None) == (options.port is None):
        parser.error("give either --uds or --port")
    return options


async def _serve(options: argparse.Namespace, secret: str) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    watching = asyncio.create_task(_watch(sys.stdin, ended)) if options.watch_stdin else None
    service = ParseService(secret)
    runner = web.AppRunner(service.application(), access_log=None, handle_signals=False)
    await runner.setup()
    await _listen(runner, options)
    loading = loop.run_in_executor(service.thread, _load, options.model)
    loading.add_done_callback(lambda done: ended.set() if done.exception() else None)
    loading.add_done_callback(lambda done: done.exception() or service.became_ready(*done.result()))
    await ended.wait()
    if watching:
        watching.cancel()
    return await _end(runner, loading)


async def _end(runner: web.AppRunner, loading: "asyncio.Future[Any]") -> int:
    """Stops listening and ends the process without waiting for a parse that still runs."""
    failure = loading.exception() if loading.done() and not loading.cancelled() else None
    if failure:
        _logger.error("the model cannot be served: %s", failure)
    await asyncio.wait([asyncio.ensure_future(runner.cleanup())], timeout=1.0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if failure else 0)  # a thread in the middle of a parse cannot be stopped otherwise


def _load(model: Path) -> tuple[Any, str]:
    """The reading function and the model's SHA-256, after a first parse that made sense."""
    quiet()
    from nlu.reader import Reader, smoke_test

    reader = Reader(model)
    smoke_test(reader)
    _logger.info("ready with model %s", reader.sha256[:12])
    return reader.read, reader.sha256


async def _listen(runner: web.AppRunner, options: argparse.Namespace) -> None:
    if options.uds:
        old = os.umask(0o177)  # only the own user may connect
        await web.UnixSite(runner, options.uds).start()
        os.umask(old)
        _logger.info("listening on a Unix socket")
        return
    await web.TCPSite(runner, options.host, options.port).start()
    host, port = runner.addresses[0][:2]
    _logger.info("listening on %s:%s", host, port)


async def _watch(stream: Any, ended: asyncio.Event) -> None:
    """Sets `ended` when `stream` reaches its end: the parent process is gone."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stream)
    while await reader.read(4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
