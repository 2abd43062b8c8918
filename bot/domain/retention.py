"""How long each class of data is kept. The settings fill it in, housekeeping enforces it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.conversation import BURST_SECONDS

UPDATES = timedelta(hours=25)  # Telegram repeats an update for 24 hours at most
ADVERTS = timedelta(days=7)  # with zero retention
COPIES_GO_BEFORE = timedelta(hours=1)  # staff copies go this long before Telegram would refuse


@dataclass(frozen=True)
class Retention:
    """`message_ids`: ids of messages, so that they can be deleted (Telegram allows 48 hours);
    `conversation`: state, key and wishes of somebody who does not come back; `transcript`: words of
    a closed case; `case`: a closed case without words, and alarms; `work`: finished durable work;
    `advert`: adverts people agreed to report, with the numbers in them. Events hold nobody's words and stay, else the chain could not be checked."""

    message_ids: timedelta = timedelta(hours=48)
    conversation: timedelta = timedelta(days=30)
    transcript: timedelta = timedelta(days=30)
    case: timedelta = timedelta(days=730)
    work: timedelta = UPDATES
    advert: timedelta = timedelta(days=365)

    def zero(self) -> "Retention":
        """Nothing is kept that the present talk does not need: words go when the case is closed,
        the conversation after its burst, finished work after an hour. Message ids stay: without
        them the quick exit could delete nothing; an advert somebody agreed to report stays until
        staff could look at it. So do the codes of closed cases for a day, so
        that a return code or a repeated update finds them."""
        burst = timedelta(seconds=BURST_SECONDS)
        return replace(
            self,
            conversation=min(self.conversation, burst),
            transcript=timedelta(0),
            case=min(self.case, UPDATES),
            work=min(self.work, timedelta(hours=1)),
            advert=min(self.advert, ADVERTS),
        )
