"""The pay promised in an offer, beside `content/offers/pay.yml`."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem
from bot.adapters.offer_money import Money
from bot.domain.pay import PayLevel, PayLevels

_MILLION = 1e6
# Words that show an amount to be a cost or a debt, not pay; and those that show it to be pay.
_COST = frozenset(
    "biaya bayar membayar dibayar dp deposit transfer admin administrasi potong potongan dipotong "
    "dipotongin pinjam pinjaman pinjami dipinjami kasbon denda penalti panjar ganti tebus setor "
    "hutang muka jaminan ongkos fee fees cost costs debt loan deducted pay paid fine penalty owe "
    "repay advance kasih dikasih terima modal harga tiket paspor medical seragam refund "
    "tabungan asuransi insurance price balikin kembalikan mahar diberi kirim denda dpnya cicil "
    "cicilan nyicil give gives gave uang".split()
)
_PAY = frozenset(
    "gaji upah salary wage wages income pendapatan penghasilan honor fee digaji penghasilannya basic "
    "pokok earn earning earnings komisi commission thp cuan dapat bisa hasil omzet income bonus "
    "sehari sebulan perbulan perhari seminggu semalam pays paying make get offers offering "
    "offered promises promised dijanjikan dibayar".split()
)
# "restoran Jepang" and "bahasa Korea" name no place of work.
_KINDS = frozenset(
    "restoran restaurant resto bahasa masakan makanan orang pria suami perusahaan pt bos laki "
    "toko kedai gaya model kosmetik".split()
)
_AROUND = 10  # words on each side in which a cost word speaks against pay
_STOPS = frozenset({".", "?", "!", ","})


class PayReader:
    """Which amounts of a text are pay that is far too high."""

    def __init__(self, levels: PayLevels, places: dict[str, str]) -> None:
        """`places`: word -> place id."""
        self._levels = levels
        self._places = places

    def too_high(
        self, words: Sequence[str], amounts: Sequence[Money], skilled: bool, no_experience: bool
    ) -> list[tuple[int, int]]:
        """Word spans of promises that no such work pays."""
        places = self._named(words)
        return [
            (money.start, money.end)
            for money in amounts
            if _is_pay(words, money)
            and self._levels.unrealistic(money.amount, places, skilled, no_experience)
        ]

    def _named(self, words: Sequence[str]) -> set[str]:
        singles = {
            self._places[word]
            for before, word in pairwise(("", *words))
            if word in self._places and before not in _KINDS
        }
        pairs = {f"{a} {b}" for a, b in pairwise(words)}
        return singles | {self._places[p] for p in pairs if p in self._places}


def _is_pay(words: Sequence[str], money: Money) -> bool:
    """Whether the words before an amount call it pay; an amount a month or a day needs no word."""
    for position in range(money.start - 1, max(money.start - 7, -1), -1):
        word = words[position]
        if word in _STOPS and position < money.start - 1:
            break
        if word in _PAY:
            return True
        if word in _COST and not (word in ("biaya", "admin") and money.amount.period):
            return False  # but a "fee" per day or event is pay
    if money.amount.period:
        return True
    around = words[max(money.start - _AROUND, 0) : money.end + _AROUND]
    return _COST.isdisjoint(around)


def read_pay(path: Path) -> PayReader:
    """The levels of `pay.yml`; `ContentError` where it cannot be used."""
    try:
        raw = load_yaml(path.read_text("utf-8"), path)
        if not raw["sources"] or not raw["verified_on"]:
            raise ValueError("needs `sources` and `verified_on`")
        places = {str(k): _level(v) for k, v in raw["places"].items()}
        words = {str(w): str(k) for k, v in raw["places"].items() for w in v["words"]}
        rates = {str(k): float(v[0]) for k, v in raw["rates"].items()}
        home = {str(k): str(v[1]) for k, v in raw["rates"].items()}
        levels = PayLevels(places, rates, home, _level(raw["abroad"]), float(raw["skilled"]))
        if "id" not in places:
            raise ValueError("needs the place `id`, Indonesia")
    except (OSError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        what = f"pay levels: {type(error).__name__} {error}"
        raise ContentError([Problem(str(path), 1, what)]) from error
    return PayReader(levels, words)


def _level(raw: dict[str, Any]) -> PayLevel:
    return PayLevel(float(raw["high"]) * _MILLION, float(raw["top"]) * _MILLION)
