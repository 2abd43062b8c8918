"""Values that stand in pages: `{return_code}`, `{keep_work}` and the like."""

import html
import re

from bot.adapters.content.library import Library
from bot.domain.reply import Reply

PLACEHOLDERS = frozenset(
    {
        "hotlines", "minutes", "return_code", "service", "detail", "referrals", "keep_ids",
        "keep_talk", "keep_transcript", "keep_case", "keep_work", "keep_advert", "signs", "verdict",
    }
)  # fmt: skip
_FILLED_ELSEWHERE = frozenset({"signs", "verdict"})  # see `offer_render`
_UNITS = ((86_400 * 365, "year"), (86_400, "day"), (3600, "hour"), (60, "minute"))


def fill(text: str, reply: Reply, library: Library) -> str:
    """`text` with the values of the reply's context; what is unknown stays as it is."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        given = reply.context.get(name)
        if given is None or name in _FILLED_ELSEWHERE:
            return match[0]
        if name.startswith("keep_"):
            return duration(int(given), reply.language, library)
        return _shown(name, given, reply.language, library)

    return re.sub(r"\{([a-z_]+)\}", value, text).strip()


def _shown(name: str, given: str, language: str, library: Library) -> str:
    if name == "service":
        return html.escape(service(given, language, library), quote=False)
    if name == "detail":
        return library.string(given, language)
    if name == "referrals":
        return _referrals(given, language, library)
    return html.escape(given, quote=False)


def service(name: str, language: str, library: Library) -> str:
    """What a hotline is called; its id when it is not listed any more."""
    return next((h.name[language] for h in library.hotlines if h.id == name), name)


def _referrals(given: str, language: str, library: Library) -> str:
    """One line for each, from `sapa129=done,police110=refused`."""
    pairs = [pair.partition("=") for pair in given.split(",") if pair]
    if not pairs:
        return library.string("line_no_referral", language)
    return "\n".join(
        f"• {html.escape(service(name, language, library), quote=False)}: "
        + library.string(f"line_referral_{state}", language)
        for name, _, state in pairs
    )


def duration(seconds: int, language: str, library: Library) -> str:
    """`48 hours` is two days; a year, a day, an hour or a minute is the smallest unit that fits."""
    for size, unit in _UNITS:
        if seconds >= size and (seconds % size == 0 or unit == "minute"):
            number = seconds // size
            form = f"line_{unit}" if number == 1 else f"line_{unit}s"
            return library.string(form, language).format(n=number)
    return library.string("line_at_once", language)
