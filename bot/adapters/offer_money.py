"""Amounts of money in an offer: "Rp 15jt", "RM 3,000", "800 USD", "13-20jt/bln", "lima juta"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spacy.language import Language as Pipeline
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc

from bot.domain.pay import Amount

_CURRENCIES = {
    "IDR": "rp rupiah idr",
    "MYR": "rm myr ringgit",
    "USD": "usd dollar dollars dolar",
    "SGD": "sgd",
    "HKD": "hkd",
    "TWD": "nt ntd twd",
    "AED": "aed dirham dirhams dhs",
    "SAR": "sar riyal riyals real reyal",
    "JPY": "jpy yen",
    "KRW": "krw won",
    "THB": "thb baht",
    "EUR": "eur euro euros",
    "GBP": "gbp pound pounds",
    "AUD": "aud",
    "NZD": "nzd",
    "PHP": "php peso",
    "BND": "bnd",
    "QAR": "qar",
    "KWD": "kwd dinar",
    "INR": "rupees",
}
CURRENCY = {word: code for code, words in _CURRENCIES.items() for word in words.split()}
UNIT = {
    "juta": 1e6, "jutaan": 1e6, "million": 1e6, "mio": 1e6, "jeti": 1e6, "ribu": 1e3, "k": 1e3,
    "ribuan": 1e3, "thousand": 1e3, "miliar": 1e9,
}  # fmt: skip
_DIGITS = (
    "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split(),
    "zero one two three four five six seven eight nine ten eleven".split(),
)
NUMBER = {word: float(n) for row in _DIGITS for n, word in enumerate(row)} | {
    "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "fifty": 50.0,
}  # fmt: skip
_TIMES = {"belas": 0.0, "puluh": 10.0, "ratus": 100.0, "hundred": 100.0}
PERIOD = {
    "bulan": "month", "bulanan": "month", "perbulan": "month", "sebulan": "month",
    "month": "month", "monthly": "month", "mo": "month", "months": "month", "pcm": "month",
    "minggu": "week", "seminggu": "week", "perminggu": "week", "week": "week", "weekly": "week",
    "hari": "day", "sehari": "day", "perhari": "day", "harian": "day", "day": "day",
    "daily": "day", "semalam": "day", "malam": "day", "permalam": "day", "night": "day",
    "nightly": "day", "nite": "day", "event": "day", "acara": "day", "show": "day", "sesi": "day",
    "jam": "hour", "sejam": "hour", "perjam": "hour", "hour": "hour",
    "hourly": "hour", "tahun": "year", "setahun": "year", "year": "year", "yearly": "year",
}  # fmt: skip
_PER = frozenset("per a tiap setiap each every an se in dalam sekali one".split())
_BEFORE = _PER | {"1", "satu"}
_ONE_WORD = frozenset(
    word
    for word in PERIOD
    if word.startswith(("se", "per")) or word.endswith("ly") or word in ("bulanan", "harian", "pcm")
)


@dataclass(frozen=True)
class Money:
    """An amount and the words it stands at."""

    amount: Amount
    start: int
    end: int


class MoneyReader:
    """A spaCy entity ruler for amounts, and what their words are worth."""

    def __init__(self, nlp: Pipeline) -> None:
        self._ruler = EntityRuler(nlp, validate=False)
        self._ruler.add_patterns([{"label": "MONEY", "pattern": row} for row in _patterns()])

    def find(self, doc: Doc, words: Sequence[str]) -> list[Money]:
        """Every amount, in the order of the text. `doc` gains the entities."""
        self._ruler(doc)
        found = []
        for entity in doc.ents:
            value, currency = _worth(words[entity.start : entity.end])
            if not value:
                continue
            if not currency and value >= 100_000:
                currency = "IDR"
            period, end = _period(words, entity.start, entity.end)
            found.append(Money(Amount(value, currency, period), entity.start, end))
        return found


def _patterns() -> list[list[dict[str, Any]]]:
    currency = {"LOWER": {"IN": list(CURRENCY)}}
    unit = {"LOWER": {"IN": list(UNIT)}}
    number = {"LIKE_NUM": True}
    spoken = {"LOWER": {"IN": list(NUMBER)}}
    times = {"LOWER": {"IN": list(_TIMES)}}
    to = {"LOWER": {"IN": ["sampai", "to", "hingga", "until"]}}
    some: list[dict[str, Any]] = [{**unit, "OP": "?"}, {**currency, "OP": "?"}]
    plain: list[list[dict[str, Any]]] = [
        [currency, number, {**unit, "OP": "?"}],
        [number, unit, {**currency, "OP": "?"}],
        [number, currency],
        [spoken, {**times, "OP": "?"}, {**spoken, "OP": "?"}, unit, {**currency, "OP": "?"}],
        [spoken, times, currency],
        [{"LOWER": {"IN": ["sejuta", "seribu"]}}, {**currency, "OP": "?"}],
        [{"LOWER": {"REGEX": r"^\d{1,3}(?:[.,]\d{3})+$|^\d{6,9}$"}}],
    ]
    ranges: list[list[dict[str, Any]]] = [
        [
            {**currency, "OP": "?"},
            number,
            *some,
            to,
            {**currency, "OP": "?"},
            number,
            unit,
            some[1],
        ],
        [currency, number, to, {**currency, "OP": "?"}, number],
        [number, to, number, currency],
    ]
    return plain + ranges


def _worth(words: Sequence[str]) -> tuple[float, str]:
    """(highest value, currency) of the words of one amount; value 0 when they hold none."""
    currency = next((CURRENCY[w] for w in words if w in CURRENCY), "")
    unit = max((UNIT[w] for w in words if w in UNIT), default=1.0)
    values = [_number(w) for w in words if w[:1].isdigit()]
    if words[0] in ("sejuta", "seribu"):
        return (1e6 if words[0] == "sejuta" else 1e3), currency or "IDR"
    if not values:
        values = [_spoken(words)]
    value = max(values)
    if value >= 1000 and unit > 1:
        unit = 1.0
    if unit == 1e6 and not currency:
        currency = "IDR"
    if unit == 1e3 and not currency and value >= 20:
        currency = "IDR"
    return value * unit, currency


def _spoken(words: Sequence[str]) -> float:
    value = 0.0
    for word in words:
        if word in NUMBER:
            value += NUMBER[word]
        elif word == "belas":
            value += 10
        elif word in _TIMES:
            value *= _TIMES[word]
    return value


def _number(word: str) -> float:
    """ "1.000" and "3,000" are thousands, "1,5" and "2.5" are not."""
    parts = word.replace(",", ".").split(".")
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]):
        return float("".join(parts)[:15])
    if len(parts) > 2:
        return float("".join(parts[:-1])[:15]) if len(parts[-1]) == 2 else 0.0
    return float(".".join(part[:15] for part in parts))


def _period(words: Sequence[str], start: int, end: int) -> tuple[str, int]:
    """Period of an amount, named behind it or shortly before it, and where its words end."""
    for position in range(end, min(end + 3, len(words))):
        word = words[position]
        if word in PERIOD:
            near = word in _ONE_WORD or words[position - 1] in _PER
            if near or position == end:
                return PERIOD[word], position + 1
        if word not in _PER and word not in ("net", "bersih", "gross", "nett", "an"):
            break
    for position in range(start - 1, max(start - 6, -1), -1):
        word = words[position]
        if word in (".", "?", "!", ","):
            break
        if word in _ONE_WORD or (word in PERIOD and position and words[position - 1] in _BEFORE):
            return PERIOD[word], end
    return "", end
