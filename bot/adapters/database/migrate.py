"""Climbing and descending the schema's versions with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.database.engine import DatabaseProblem

_FOLDER = Path(__file__).parent / "migrations"


def config_for(url: URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Bring the schema to `revision`; `DatabaseProblem` in one line when it cannot be done."""
    if url.drivername.startswith("sqlite") and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        command.upgrade(config_for(url), revision)
    except (SQLAlchemyError, CommandError, OSError) as error:
        raise DatabaseProblem(_one_line(error)) from error


def downgrade(url: URL, revision: str) -> None:
    """Go back to `revision` (`base` for an empty schema)."""
    command.downgrade(config_for(url), revision)


def _one_line(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    return " ".join(str(origin).split())[:300]
