"""INSERT that replaces the row with the same key, or leaves it alone, on both databases."""

from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.database.models import Base


def upsert(
    dialect: str, table: type[Base], values: dict[str, Any], changed: dict[str, Any] | None = None
) -> Insert:
    """`changed`: what is set when the row is there already (every other column by default; an
    empty dictionary leaves the row alone)."""
    key = [column.name for column in table.__table__.primary_key]
    rest = {k: v for k, v in values.items() if k not in key} if changed is None else changed
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(**values)
    if not rest:
        return statement.on_conflict_do_nothing(index_elements=key)  # type: ignore[no-any-return]
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=key, set_=rest
    )
