"""Everything the work of hotline staff keeps, in one place."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.database.adverts import Adverts
from bot.adapters.database.cases import Cases
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.people import PeopleBook
from bot.adapters.database.referrals import REMIND_AFTER, ReferralBook
from bot.adapters.database.retention import Forgetting
from bot.adapters.database.sent import SentBook
from bot.adapters.database.staff import StaffList
from bot.adapters.database.unit import Unit
from bot.adapters.encryption import Vault
from bot.case_ports import CaseBook, Events, Referrals, SentMessages
from bot.people_ports import People
from bot.staff_ports import StaffBook
from bot.usecases.advert_book import AdvertBook


class Books:
    """The stores of cases, people and staff on one engine: `Books(engine, vault).cases.take(...)`."""

    def __init__(
        self, engine: AsyncEngine, vault: Vault, remind_after: timedelta = REMIND_AFTER
    ) -> None:
        self.unit = Unit(engine, vault)
        self.event_log = EventLog(self.unit)
        self.events: Events = self.event_log
        self.cases: CaseBook = Cases(self.unit, self.event_log)
        self.people: People = PeopleBook(self.unit, self.event_log)
        self.staff: StaffBook = StaffList(self.unit, self.event_log)
        self.referrals: Referrals = ReferralBook(self.unit, self.event_log, remind_after)
        self.adverts: AdvertBook = Adverts(self.unit, self.event_log)
        self.sent: SentMessages = SentBook(self.unit)
        self.forgetting = Forgetting(self.unit, self.event_log)
