"""Tables of cases, staff and referrals. What a person wrote, and who they are, is sealed with that
person's own key; destroying the key (`person.sealed_key`) is how they are forgotten."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models import Base
from bot.adapters.database.moments import Moment

_Moment = Moment()


class NamedKeyRow(Base):
    """Random keys that outlive a change of the master key, each sealed with it: `events` chains
    the events, `codes` hashes return codes and invitations, `groups` finds a group's settings."""

    __tablename__ = "named_key"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)


class PersonRow(Base):
    """`chat_hash`: keyed hash of the chat id; `sealed_key`: the person's data key, sealed with the
    master key whose id is `key_id`; `sealed_chat`: the chat id; `sealed_wishes`: safe contact
    (may we write first, when, opening words) and safe word; `quiet`: nothing unprompted is sent
    until they write (quick exit); `blocked_until`: a supervisor's temporary block."""

    __tablename__ = "person"

    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16))
    sealed_key: Mapped[str] = mapped_column(Text)
    sealed_chat: Mapped[str] = mapped_column(Text)
    sealed_wishes: Mapped[str | None] = mapped_column(Text)
    quiet: Mapped[bool] = mapped_column(default=False)
    blocked_until: Mapped[datetime | None] = mapped_column(_Moment)
    created_at: Mapped[datetime] = mapped_column(_Moment)
    seen_at: Mapped[datetime] = mapped_column(_Moment, index=True)


class CaseRow(Base):
    """See `bot.domain.case.Case`. `chat_hash` is emptied when the person deletes their data;
    `return_hash`: keyed hash of the return code; `alerted_at`: first delivery to staff that
    Telegram accepted; `earlier`: the closed case whose return code opened this one."""

    __tablename__ = "case"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    chat_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    level: Mapped[int]
    category: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    talk: Mapped[str] = mapped_column(String(16))
    about_other: Mapped[bool]
    language: Mapped[str] = mapped_column(String(16))
    staff: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))
    opened_at: Mapped[datetime] = mapped_column(_Moment, index=True)
    person_at: Mapped[datetime] = mapped_column(_Moment)
    alerted_at: Mapped[datetime | None] = mapped_column(_Moment)
    taken_at: Mapped[datetime | None] = mapped_column(_Moment)
    staff_at: Mapped[datetime | None] = mapped_column(_Moment)
    closed_at: Mapped[datetime | None] = mapped_column(_Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
    return_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    left_quickly: Mapped[bool] = mapped_column(default=False)
    erased: Mapped[bool] = mapped_column(default=False)
    mock: Mapped[bool] = mapped_column(default=False)
    earlier: Mapped[str | None] = mapped_column(String(8))


class LineRow(Base):
    """One line of a case's talk. `side`: person, staff, note, or level and closing (why staff
    changed or closed the case); `sealed`: its words, with the
    person's key; `delivery`: kept, sent, failed or held (waits for a supervisor); `source`:
    update id it came from, so that a repeated update adds nothing; None for our own notes."""

    __tablename__ = "case_line"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    case: Mapped[str] = mapped_column(ForeignKey("case.code"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    staff: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))
    sealed: Mapped[str] = mapped_column(Text)
    delivery: Mapped[str] = mapped_column(String(8))
    source: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    at: Mapped[datetime] = mapped_column(_Moment, index=True)


class EventRow(Base):
    """Append-only and chained: `hash` is a keyed hash of this row and `previous`. `actor`: "person",
    "system" or a staff number; `detail`: JSON without anybody's words."""

    __tablename__ = "case_event"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    case: Mapped[str | None] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(40))  # ISO 8601, exactly as hashed
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class StaffRow(Base):
    """See `bot.domain.staff.Staff`. `user_hash`: keyed hash of the Telegram user id (which is also
    the id of their private chat), `sealed_user` the id itself under the master key."""

    __tablename__ = "staff"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_user: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    on_duty: Mapped[bool] = mapped_column(default=False)
    confirmed: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    reachable: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(_Moment)


class InvitationRow(Base):
    """A one-time invitation; only a hash of its code is kept."""

    __tablename__ = "invitation"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))
    expires_at: Mapped[datetime] = mapped_column(_Moment)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))


class ReferralRow(Base):
    """See `bot.domain.referral.Referral`; `sealed_reason` with the person's key, or the master key
    after they are forgotten."""

    __tablename__ = "referral"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("case.code"), index=True)
    service: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    consent: Mapped[bool]
    sealed_reason: Mapped[str] = mapped_column(Text)
    staff: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))
    offered_at: Mapped[datetime] = mapped_column(_Moment)
    remind_at: Mapped[datetime | None] = mapped_column(_Moment, index=True)


class DetailRow(Base):
    """Something the person chose to give, each with its own consent: `kind` is nickname, age_band,
    place, safe_number or location. Only the counsellor who took the case sees it."""

    __tablename__ = "case_detail"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("case.code"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(_Moment)


class SentRow(Base):
    """Ids of messages in Telegram chats, kept 48 hours, so that they can be deleted: in a
    person's chat (`person` True) for the quick exit, in a staff chat for hand-over, erasure and
    retention. `chat_hash` finds them, `sealed_chat` names the chat under the master key."""

    __tablename__ = "sent_message"

    chat_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed_chat: Mapped[str] = mapped_column(Text)
    person: Mapped[bool]
    by_bot: Mapped[bool]
    case: Mapped[str | None] = mapped_column(String(8), index=True)
    at: Mapped[datetime] = mapped_column(_Moment, index=True)
