"""Numbers, accounts and links in a reported advert: taken out of its text, and written in one way
so that the same one is known again however it was typed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.text import strip_invisible

SHORTEST, LONGEST = 9, 15  # digits of a telephone number, with the country's code
_NATIONAL = 13  # digits of an Indonesian number at most, with the leading 0
_ENOUGH = 10  # digits after which a number may be over
HIDDEN = "▒▒▒"

_URL = re.compile(
    r"(?:https?://|whatsapp://|tg://|www\.)[^\s<>\"'“”]+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|id|net|org|xyz|link)\b(?:[/?][^\s<>\"'“”]*)?"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:me|io|co|app|ly|gl|site|online|info|my|gd|ee)/[^\s<>\"'“”]+",
    re.I,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(r"(?<![\w.@])@[a-z_][\w.]{2,31}(?<!\.)", re.I)
_DIGITS = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5",
    "enam": "6", "tujuh": "7", "delapan": "8", "lapan": "8", "sembilan": "9", "zero": "0", "oh": "0",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_WORD = rf"(?:{'|'.join(_DIGITS)})"
_SPOKEN = re.compile(rf"(?<!\w)(?:(?:{_WORD}|\d)[ \t,.\-]{{1,3}}){{7,}}(?:{_WORD}|\d)(?!\w)", re.I)
_JOIN = r"[ \t().\-–—_*•·|~]{1,3}"
_NUMBER = re.compile(rf"(?<!\d)[+(]{{0,2}}\d+(?:{_JOIN}\d+)*")
_START = re.compile(r"0\d{2,}|628\d*|8[1-9]\d{2,}|0|00|62|0062")  # a group that begins a number
_GROUP = re.compile(r"\d+")
_IDENTITY = re.compile(  # the number of an identity card: never kept
    r"(?<!\d)(?<!\d[ .-])(?!0[08])(?:\d{4}[ .-]?\d{4}[ .-]?\d{4}[ .-]?\d{4}|\d{6}[ .-]\d{6}[ .-]\d{4})(?![ .-]?\d)"
)
_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_OTHER = re.compile(  # amounts, dates and hours
    r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3}){1,2}(?![\d.]\d|\d)"
    r"|(?<![\d.])[1-9]\d{0,2}(?:\.\d{3})*(?:\.000){2}(?!\d)"
    r"|(?<!\d)(?<!\d[-.])\d{1,2}[-.]\d{1,2}[-.](?:(?:19|20)\d{2}(?!\d)|\d{2}(?![-. ]?\d))"
    rf"|(?<!\d){_CLOCK}\s?(?:-|–|s/?d|sampai)\s?{_CLOCK}(?!\d)"
)
_CURRENCY = re.compile(r"(?:rp|idr|rm|usd|sgd|hkd|ntd|aed|sar|myr|\$)\.?\s*$", re.I)
_UNIT = re.compile(
    r"\s?(?:rb|ribu|jt|juta|k|th|thn|tahun|orang|org|jam|hari|bln|bulan|persen|%|years?|people|m)\b",
    re.I,
)
_LETTER_O = re.compile(
    r"(?<=\d)[oO](?=[-. ]?\d)|(?<![A-Za-z])[oO](?=8\d)|(?<=\d\d)[oO](?![A-Za-z])"
)
_LETTER_L = re.compile(r"(?<=\d)[lI|](?=[-. ]?\d)")
_CHAT_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_SMALL_HOSTS = ("instagram.com", "facebook.com", "fb.com", "tiktok.com", "x.com", "twitter.com")


@dataclass(frozen=True)
class Contact:
    """`kind`: number, account, link or mail; `shown`: as it was written; `same`: one spelling for
    all the ways to write it."""

    kind: str
    shown: str
    same: str


Mark = Callable[[Contact], str]


def take_out(text: str) -> tuple[str, tuple[Contact, ...]]:
    """The text with a mark (`▒1▒`) for each way to reach somebody, and what the marks stand for, in
    their order. The same one gets the same mark; numbers of identity cards are dropped."""
    text = _IDENTITY.sub(HIDDEN, readable(text))
    found: dict[str, tuple[int, Contact]] = {}

    def mark(contact: Contact) -> str:
        number, _ = found.setdefault(contact.same, (len(found) + 1, contact))
        return f"▒{number}▒"

    text = _MAIL.sub(lambda m: mark(Contact("mail", m[0], f"mail:{m[0].casefold()}")), text)
    text = _URL.sub(lambda m: mark(_link(m[0])), text)
    text = _NAME.sub(lambda m: mark(_account(m[0], m[0][1:])), text)
    text = _SPOKEN.sub(lambda m: _spoken(m, mark), text)
    text = _numbers(text, mark)
    return text, tuple(contact for _, contact in found.values())


def readable(text: str) -> str:
    """Digits of every script and keycaps as plain digits, nothing invisible; "O8l2" stays, but is
    read as a number."""
    text = unicodedata.normalize("NFKC", strip_invisible(text)).replace("\u20e3", "")
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text
    )


def telephone(written: str) -> str | None:
    """A telephone number with its country's code and nothing else; None for what is none. Without
    a code it is an Indonesian one."""
    international = written.lstrip(" (").startswith("+")
    digits = "".join(_GROUP.findall(written))
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    if digits.startswith("62") and (international or len(digits) >= _ENOUGH):
        digits = "62" + digits[2:].lstrip("0")
    elif not international and digits.startswith("0"):
        digits = "62" + digits.lstrip("0")
    elif not international and re.match(r"8[1-9]", digits) and len(digits) < _NATIONAL:
        digits = "62" + digits
    elif not international:
        return None
    return digits if SHORTEST <= len(digits) <= LONGEST else None


def _numbers(text: str, mark: Mark) -> str:
    """Telephone numbers, and long numbers of other kinds (bank accounts)."""
    plain = _LETTER_L.sub("1", _LETTER_O.sub("0", text))
    plain = _OTHER.sub(lambda m: "x" * len(m[0]), plain)
    pieces: list[str] = []
    at = 0
    for match in _NUMBER.finditer(plain):
        for begin, end in _split(plain, match):
            contact = _number(plain, text, begin, end)
            if contact is not None:
                pieces += [text[at:begin], mark(contact)]
                at = end
    return "".join((*pieces, text[at:]))


def _number(plain: str, text: str, begin: int, end: int) -> Contact | None:
    """None for amounts and everything else that reaches nobody."""
    written = plain[begin:end]
    digits = "".join(_GROUP.findall(written))
    amount = not written.startswith(("0", "+", "(")) and _CURRENCY.search(
        plain[max(0, begin - 6) : begin]
    )
    if amount:
        return None
    if len(digits) < _ENOUGH and _UNIT.match(plain, end):
        return None
    same = telephone(written)
    if same is None and len(digits) < _ENOUGH:
        return None
    return Contact("number", text[begin:end], f"tel:{same}" if same else f"digits:{digits}")


def _split(plain: str, match: re.Match[str]) -> list[tuple[int, int]]:
    """Where one number ends and something else begins: another number, or "18 tahun"."""
    most = LONGEST + 2 if match[0].startswith(("+", "(+", "00")) else _NATIONAL
    groups = list(_GROUP.finditer(plain, match.start(), match.end()))
    parts: list[tuple[int, int]] = []
    own: list[re.Match[str]] = []
    begin = match.start()
    for group in groups:
        if own and _is_over(plain, own, group, most):
            parts.append((begin, own[-1].end()))
            own, begin, most = [], group.start(), _NATIONAL
        own.append(group)
    return [*parts, (begin, own[-1].end())]


def _is_over(plain: str, own: list[re.Match[str]], group: re.Match[str], most: int) -> bool:
    """Whether the number made of `own` is complete before `group`."""
    count, size = sum(len(g[0]) for g in own), len(group[0])
    code = re.match("(?:00)?62", own[0][0])
    if count < _ENOUGH + (len(code[0]) - 1 if code else 0):
        plus = plain[max(0, own[0].start() - 1) : own[0].start()] == "+"
        return (
            size > 2
            and not plus
            and bool(_START.fullmatch(group[0]))
            and not _START.fullmatch(own[0][0])
        )
    joints = [plain[a.end() : b.start()] for a, b in zip(own, [*own[1:], group], strict=True)]
    return (
        count + size > most
        or (size >= 3 and group[0].startswith(("0", "62")))
        or joints[-1] != joints[max(0, len(joints) - 2)]
        or (size <= 2 and min(len(g[0]) for g in own[-2:]) >= 3)
        or _UNIT.match(plain, group.end()) is not None
    )


def _spoken(match: re.Match[str], mark: Mark) -> str:
    words = re.findall(rf"{_WORD}|\d", match[0], re.I)
    digits = "".join(_DIGITS.get(word.casefold(), word) for word in words)
    same = telephone(digits)
    return mark(Contact("number", match[0], f"tel:{same}" if same else f"digits:{digits}"))


def _account(written: str, name: str) -> Contact:
    return Contact("account", written, f"account:{name.casefold()}")


def _link(written: str) -> Contact:
    """Links that name a number or a Telegram account are the same as these."""
    bare = re.sub(r"^(?:https?://)?(?:www\.|m\.)?", "", written.rstrip(".,;:!?)"), flags=re.I)
    host, _, rest = re.sub(r"^(whatsapp|tg)://", r"\1/", bare, flags=re.I).partition("/")
    if "?" in host:
        host, _, query = host.partition("?")
        rest = f"?{query}"
    host = host.casefold()
    phone = re.search(r"phone=(?:%2b|\+)?([\d\s-]+)", rest, re.I)
    if phone is None and host in ("wa.me", *_CHAT_HOSTS):
        phone = re.match(r"(?:%2b|\+)?(\d[\d-]{7,})(?=$|[/?])", rest, re.I)
    if phone is not None:
        digits = "".join(_GROUP.findall(phone[1]))
        same = telephone(digits if digits.startswith("0") else f"+{digits}")
        if same:
            return Contact("number", written, f"tel:{same}")
    path, _, query = rest.partition("?")
    path = path.rstrip("/")
    domain = re.search(r"domain=(\w+)", query) if host == "tg" else None
    name = domain[1] if domain else path
    if (host in _CHAT_HOSTS or domain) and re.fullmatch(r"[a-zA-Z]\w{3,31}", name):
        return _account(written, name)
    if host.endswith(_SMALL_HOSTS):
        path = path.casefold()
    own = re.search(r"(?:^|&)id=(\w+)", query)
    return Contact("link", written, f"link:{host}/{path}" + (f"?{own[1]}" if own else ""))
