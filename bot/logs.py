"""Logging: what happened, never what was said or who said it."""

import logging
import sys

_QUIET = ("httpx", "httpcore", "telegram", "alembic", "aiohttp", "sqlalchemy", "dbos", "asyncio")


def set_up(level: str) -> None:
    """Log lines go to standard error. Libraries that would log addresses (with the token in
    them), updates or SQL stay below WARNING."""
    logging.basicConfig(
        level=level,
        stream=sys.stderr,
        force=True,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
