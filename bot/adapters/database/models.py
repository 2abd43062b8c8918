"""Tables of the bot. Nothing in them tells who somebody is or what they wrote."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMING)


class ConversationRow(Base):
    """`chat_hash`: keyed hash of the chat id; `sealed`: the encrypted `Conversation`;
    `blocked`: the person blocked the bot, so nothing is sent until they write again."""

    __tablename__ = "conversation"

    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    blocked: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class AlarmRow(Base):
    """Danger was noticed: when, how serious, of what kind, and by rules, model or both."""

    __tablename__ = "alarm"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    level: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(32))
    noticed_by: Mapped[str] = mapped_column(String(32))
    about_other: Mapped[bool]
