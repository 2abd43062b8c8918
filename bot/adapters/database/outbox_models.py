"""Table of what a person has not been shown yet."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.case_models import PersonRow
from bot.adapters.database.models import Base
from bot.adapters.database.moments import Moment


class OutboxRow(Base):
    """`sealed`: the content, with the person's key; it goes when the person goes. `mark`: what it
    is, so that nothing waits twice for one person; `waits`: False for a mark that only remembers."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("chat_hash", "mark"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    chat_hash: Mapped[str] = mapped_column(
        ForeignKey(PersonRow.chat_hash, ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    case: Mapped[str] = mapped_column(String(8))
    mark: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    waits: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment())
