"""Tables of the campaign. None of them tells who asked, answered or read what."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models import Base

_Moment = DateTime(timezone=True)


class GroupRow(Base):
    """Settings of a group, found by a hash of its id under the named key `groups`: with no id kept,
    a hash under the master key would be lost when that changes. Nothing about its members."""

    __tablename__ = "campaign_group"

    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    quiet: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(_Moment)


class CardRow(Base):
    """A card that Telegram keeps already: `name` holds bot, topic, language and the digest of the
    picture's content, `file_id` is what Telegram calls it."""

    __tablename__ = "campaign_card"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    file_id: Mapped[str] = mapped_column(Text)


class SubscriberRow(Base):
    """Somebody who asked for campaign messages. `sealed_chat`: the chat id, encrypted;
    `interests`: names divided by blanks, none for everything; `last_at`: the last broadcast."""

    __tablename__ = "campaign_subscriber"

    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed_chat: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16), index=True)
    interests: Mapped[str] = mapped_column(Text, default="")
    frequency: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(40), index=True)
    since: Mapped[datetime] = mapped_column(_Moment)
    last_at: Mapped[datetime | None] = mapped_column(_Moment)


class BroadcastRow(Base):
    """See `bot.domain.broadcast.Broadcast`. `texts`: JSON, language to HTML; `run`: how often the
    work on it was started."""

    __tablename__ = "campaign_broadcast"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    texts: Mapped[str] = mapped_column(Text)
    languages: Mapped[str] = mapped_column(Text, default="")
    interests: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(_Moment)
    quiet_from: Mapped[int]
    quiet_to: Mapped[int]
    run: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(_Moment)
    finished_at: Mapped[datetime | None] = mapped_column(_Moment)


class RecipientRow(Base):
    """One person of a broadcast's audience: pending, sending, sent, unknown, blocked, failed or
    left (unsubscribed meanwhile). Deleted a month after the broadcast is over."""

    __tablename__ = "campaign_recipient"

    broadcast: Mapped[int] = mapped_column(
        ForeignKey("campaign_broadcast.number"), primary_key=True
    )
    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="pending", index=True)


class CountRow(Base):
    """How often something happened in a week (its Monday). Never who it was."""

    __tablename__ = "campaign_count"

    week: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class CountedRow(Base):
    """Updates that were counted already, so that a repeated one is not counted twice."""

    __tablename__ = "campaign_counted"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(_Moment, index=True)


class UnansweredRow(Base):
    """Questions of a week that the bot had no answer to, alike ones together. `sealed_words`: the
    known words of the first one (no names, numbers or links), unreadable until enough people
    asked; `askers`: hashes that tell people apart until then, emptied afterwards."""

    __tablename__ = "campaign_unanswered"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    week: Mapped[date] = mapped_column(Date, index=True)
    language: Mapped[str] = mapped_column(String(16))
    sealed_words: Mapped[str] = mapped_column(Text)
    askers: Mapped[str] = mapped_column(Text)
    people: Mapped[int] = mapped_column(default=0)


class LinkRow(Base):
    """A campaign code of a poster, school or event, as it stands in `t.me/<bot>?start=<code>`."""

    __tablename__ = "campaign_link"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_Moment)
