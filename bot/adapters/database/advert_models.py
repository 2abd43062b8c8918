"""Tables of reported adverts. No column leads to a person, a chat, a case or an update."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models import Base
from bot.adapters.database.moments import Moment

_Moment = Moment()


class AdvertRow(Base):
    """See `bot.domain.advert.Advert`. `text_hash`: keyed hash of the text's letters, so that one
    text counts once; `sealed_text`: the text without numbers, under the master key; `signs`: packed
    indicator ids; `day`: of the report."""

    __tablename__ = "advert"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_text: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    signs: Mapped[str] = mapped_column(String(8))
    day: Mapped[datetime] = mapped_column(_Moment, index=True)
    outcome: Mapped[str | None] = mapped_column(String(16))
    staff: Mapped[int | None] = mapped_column(ForeignKey("staff.number"))
    looked_at: Mapped[datetime | None] = mapped_column(_Moment)


class AdvertContactRow(Base):
    """A number, account or link of an advert. `contact_hash`: keyed hash of its one spelling;
    `locked`: as it was written, under a random key of its own (`named_key` "contacts"); `mark`: its
    place in the text."""

    __tablename__ = "advert_contact"

    advert: Mapped[str] = mapped_column(ForeignKey("advert.code"), primary_key=True)
    mark: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    contact_hash: Mapped[str] = mapped_column(String(64), index=True)
    locked: Mapped[str] = mapped_column(Text)
