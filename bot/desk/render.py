"""Staff texts in the words of a member's language (Telegram HTML)."""

import html
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.adapters.content.desk import ready_titles
from bot.adapters.content.library import Library
from bot.desk_ports import Buttons
from bot.staff_ports import StaffMessage
from bot.usecases.staff_effects import Rows

LIMIT = 4000  # Telegram accepts 4096 characters
_REASONS = 2500  # of these for the reasons on a card
_NAMED = {
    "category": "staff_category_", "state": "staff_state_", "talk": "staff_talk_",
    "outcome": "staff_outcome_", "reason": "staff_reason_", "role": "staff_role_",
    "referral": "staff_referral_", "verdict": "line_offer_", "looked": "staff_looked_",
}  # fmt: skip

_COUNTED = {
    "outcomes": "staff_outcome_", "kinds": "staff_category_", "closed_kinds": "staff_category_",
}  # fmt: skip


class StaffTexts:
    """Renders `StaffMessage`s. Values are put in by name: a level is a word and a mark, seconds
    are minutes or hours, an empty holder is "nobody"."""

    def __init__(self, library: Callable[[], Library], zone: str) -> None:
        self._library = library
        self._zone = ZoneInfo(zone)

    def language(self, wanted: str) -> str:
        library = self._library()
        return wanted if wanted in library.languages else library.order[0]

    def string(self, key: str, language: str, **values: str | int) -> str:
        text = self._library().string(key, self.language(language))
        return text.format_map(_Values(self._put(values, language)))

    def render(self, message: StaffMessage, language: str) -> tuple[str, Buttons]:
        """(HTML, rows of (label, data)). Words of a person stand in a quotation at the end."""
        text = self.string(message.key, language, **message.values)
        if message.extra:
            room = LIMIT - len(text)
            text += f"\n<blockquote>{_cut(message.extra, room)}</blockquote>"
        return text, self.buttons(message.buttons, language)

    def buttons(self, rows: Rows, language: str) -> Buttons:
        return tuple(tuple((self._label(key, language), data) for key, data in row) for row in rows)

    def _label(self, key: str, language: str) -> str:
        if key.startswith("="):
            return key[1:].strip()
        key, _, argument = key.partition("|")
        if key.startswith("hotline/"):
            return self._service(key.removeprefix("hotline/"), language)
        if key.startswith("ready/"):
            name = key.removeprefix("ready/")
            return ready_titles(self._library().root, self.language(language)).get(name, name)
        label = self.string(key, language)
        return f"{label} · {self._duration(int(argument) * 3600, language)}" if argument else label

    def _put(self, values: Mapping[str, str | int], language: str) -> dict[str, str]:
        return {name: self._value(name, value, language) for name, value in values.items()}

    def _value(self, name: str, value: str | int, language: str) -> str:
        language = self.language(language)
        if name == "level":
            return self._library().string(f"staff_level_{int(value)}", language)
        if name in _NAMED:
            return self._library().string(_NAMED[name] + str(value), language)
        if name in ("waiting", "silent", "wait"):
            return self._duration(int(value), language)
        if name == "hours":
            return self._duration(int(value) * 3600, language)
        if name == "holder":
            return self._holder(int(value), language)
        if name == "service":
            return html.escape(self._service(str(value), language))
        if name == "flags":
            return "".join(
                "\n" + self.string(f"staff_flag_{f}", language) for f in str(value).split()
            )
        if name == "why":
            return ", ".join(self.string(f"staff_why_{w}", language) for w in str(value).split())
        if name == "cases":
            return self.cases(str(value), language)
        if name == "staff_list":
            return self._staff(str(value), language)
        if name == "adverts":
            return self.adverts(str(value), language)
        if name == "signs":
            return self._signs(str(value), language)
        if name == "day":
            return datetime.fromisoformat(str(value)).strftime("%d.%m.%Y")
        if name == "repeats":
            return self._repeats(int(value), language)
        if name in _COUNTED:
            return self._counted(str(value), _COUNTED[name], language)
        if name == "reasons":
            return self._reasons(str(value), language)
        if name == "at":
            return (
                datetime.fromisoformat(str(value)).astimezone(self._zone).strftime("%d.%m. %H:%M")
            )
        return html.escape(str(value), quote=False)

    def cases(self, packed: str, language: str) -> str:
        """One line a case, from `staff_views.packed`."""
        rows = []
        for row in packed.splitlines():
            code, level, state, category, seconds, holder, flags = row.split(":")
            marks = "".join(
                " " + self.string(f"staff_mark_{f}", language) for f in flags.split("+") if f
            )
            rows.append(
                self.string(
                    f"staff_row_{state}", language, code=code, mark="🔴🟠🟡"[3 - int(level)],
                    category=category, waiting=int(seconds), holder=int(holder),
                ) + marks
            )  # fmt: skip
        return "\n".join(rows)

    def adverts(self, packed: str, language: str) -> str:
        """One block an advert, from `staff_adverts.listed`."""
        names = ("code", "day", "verdict", "signs", "repeats", "looked")
        rows = [dict(zip(names, row.split("|"), strict=True)) for row in packed.splitlines()]
        return "\n".join(self.string("staff_row_advert", language, **row) for row in rows)

    def _signs(self, packed: str, language: str) -> str:
        names = self._library().offers[self.language(language)].names
        return ", ".join(html.escape(names[sign], quote=False) for sign in packed.split()) or "-"

    def _repeats(self, count: int, language: str) -> str:
        """Shown to staff only: the same number or account stands in other reported adverts."""
        return self.string("staff_advert_repeats", language, count=count) if count else ""

    def _reasons(self, packed: str, language: str) -> str:
        """The newest reasons that there is room for, from `staff_reason.packed`."""
        rows: list[str] = []
        for about, service, known, words in reversed(json.loads(packed or "[]")):
            reason = self.string(f"staff_reason_{known}", language) if known else words
            key = f"staff_because_{about}"
            row = "\n" + self.string(key, language, service=service, because=reason)
            if sum(map(len, rows)) + len(row) > _REASONS:
                break
            rows.insert(0, row)
        return "".join(rows)

    def _staff(self, packed: str, language: str) -> str:
        rows = []
        for row in packed.splitlines():
            number, role, marks = row.split(":")
            there = marks.split("+")
            notes = [self.string("staff_mark_on_duty", language)] if "on_duty" in there else []
            for name in ("confirmed", "reachable"):
                if name not in there:
                    notes.append(self.string(f"staff_mark_not_{name}", language))
            title = self.string("staff_row_staff", language, number=number, role=role)
            rows.append(" · ".join([title, *notes]))
        return "\n".join(rows)

    def _counted(self, packed: str, prefix: str, language: str) -> str:
        parts = [part.split(":") for part in packed.split()]
        return ", ".join(f"{self.string(prefix + n, language)} {c}" for n, c in parts) or "-"

    def _holder(self, number: int, language: str) -> str:
        if not number:
            return self.string("staff_nobody", language)
        return self.string("staff_colleague", language, number=number)

    def _service(self, name: str, language: str) -> str:
        for hotline in self._library().hotlines:
            if hotline.id == name:
                return hotline.name[self.language(language)]
        return name

    def _duration(self, seconds: int, language: str) -> str:
        for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
            if seconds >= size:
                return self.string(f"staff_{unit}s", language, count=seconds // size)
        return self.string("staff_moment", language)


class _Values(dict[str, str]):
    """A text may leave values out, and one that asks for a missing value shows a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def _cut(words: str, room: int) -> str:
    """Escaped, and short enough to be accepted."""
    shown = html.escape(words, quote=False)
    if len(shown) <= room - 30:
        return shown
    return html.escape(words[: max(0, (room - 40) // 5)], quote=False) + " …"
