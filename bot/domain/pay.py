"""Whether a promised pay is far above what such work earns. Amounts are judged per month:
a day is taken 25 times, an hour 60 times (work paid by the hour is seldom full-time)."""

from collections.abc import Iterable
from dataclasses import dataclass

MONTHLY = {"hour": 60.0, "day": 25.0, "week": 4.3, "month": 1.0, "year": 1 / 12}


@dataclass(frozen=True)
class Amount:
    """Money in the text: the highest `value` of a range, ISO `currency` ("" when not named),
    `period` (a key of `MONTHLY`, or "" when not named)."""

    value: float
    currency: str
    period: str


@dataclass(frozen=True)
class PayLevel:
    """For one place, in rupiah a month: `high` is far above what unskilled work earns there;
    `top` is about the most it earns, too much when "no experience" is stressed."""

    high: float
    top: float


@dataclass(frozen=True)
class PayLevels:
    """`places`: level per place id ("id" is Indonesia); `rates`: rupiah for one unit of a
    currency; `home`: the place whose currency it is; `skilled`: factor for skilled work."""

    places: dict[str, PayLevel]
    rates: dict[str, float]
    home: dict[str, str]
    abroad: PayLevel
    skilled: float

    def unrealistic(
        self, amount: Amount, places: Iterable[str], skilled: bool, no_experience: bool
    ) -> bool:
        """`places`: ids of the places that the text names; the one with the highest pay counts."""
        rate = self.rates.get(amount.currency)
        if rate is None:
            return False
        monthly = amount.value * rate * MONTHLY[amount.period or "month"]
        level = self._level(amount, tuple(places))
        limit = level.top if no_experience else level.high
        return monthly >= limit * (self.skilled if skilled else 1.0)

    def _level(self, amount: Amount, places: tuple[str, ...]) -> PayLevel:
        known = [self.places[place] for place in places if place in self.places]
        if not known and amount.currency != "IDR":
            home = self.home.get(amount.currency, "")
            return self.places.get(home, self.abroad)
        return max(known, key=lambda level: level.high, default=self.places["id"])
