"""Opting in to campaign messages, and out again with one tap."""

from dataclasses import replace
from datetime import datetime

from bot.campaign_ports import Subscribers
from bot.domain.reply import Button, Reply
from bot.domain.subscription import FREQUENCIES, INTERESTS, ZONES, Subscription
from bot.usecases.keyboards import HELP, MENU, Rows

STOP = Button("btn_sub_stop", "sub:off")
_FREQUENCY: Rows = (
    tuple(Button(f"btn_sub_{name}", f"sub:often:{name}") for name in ("week", "month", "all")),
)


async def offer(chat_id: int, language: str, people: Subscribers) -> Reply:
    """What subscribing means, or how it stands for somebody who subscribed."""
    known = await people.subscription(chat_id)
    if known:
        return _settings(known, language)
    return Reply("message/subscribe", language, rows=(*_FREQUENCY, (HELP, MENU)))


async def leave(chat_id: int, language: str, people: Subscribers) -> Reply:
    """The same words whether or not there was a subscription."""
    await people.unsubscribe(chat_id)
    return Reply("message/unsubscribed", language, rows=((HELP, MENU),))


async def press_subscription(
    data: str, chat_id: int, language: str, people: Subscribers, now: datetime
) -> Reply:
    """`sub:off`, `sub:often:<frequency>`, `sub:about:<interest>`, `sub:zone:<zone>`."""
    _, what, value = (*data.split(":"), "", "")[:3]
    if what == "off":
        return await leave(chat_id, language, people)
    known = await people.subscription(chat_id)
    wanted = _changed(what, value, known or Subscription(language))
    if wanted is None or (known is None and what != "often"):
        return await offer(chat_id, language, people)
    wanted = replace(wanted, language=language)
    await people.subscribe(chat_id, wanted, now)
    return _settings(wanted, language)


def _changed(what: str, value: str, known: Subscription) -> Subscription | None:
    if what == "often" and value in FREQUENCIES:
        return replace(known, frequency=value)
    if what == "about" and value in INTERESTS:
        return known.toggled(value)
    if what == "zone" and value in ZONES:
        return replace(known, zone=ZONES[value])
    return None


def _settings(known: Subscription, language: str) -> Reply:
    """How it stands, with a button for everything that can be changed."""
    about = tuple(
        Button(f"btn_sub_{'no' if name in known.interests else 'yes'}_{name}", f"sub:about:{name}")
        for name in INTERESTS
    )
    zones = tuple(Button(f"btn_zone_{name}", f"sub:zone:{name}") for name in ZONES)
    zone = next((name for name, where in ZONES.items() if where == known.zone), "wib")
    context = {
        "often": f"line_sub_{known.frequency}",
        "about": " ".join(f"line_sub_{name}" for name in sorted(known.interests)) or "line_sub_any",
        "zone": f"btn_zone_{zone}",
    }
    rows: Rows = (*_FREQUENCY, about[:2], about[2:], zones[:3], zones[3:], (STOP,), (HELP, MENU))
    return Reply("subscription/", language, rows=rows, context=context)
