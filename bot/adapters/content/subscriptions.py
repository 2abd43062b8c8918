"""How somebody's subscription stands, in words."""

from datetime import datetime
from typing import Any

from bot.domain.reply import Reply


def subscription_text(_name: str, reply: Reply, library: Any, _now: datetime) -> str:
    """`context`: string keys of the frequency (`often`), the interests (`about`, divided by blanks)
    and the time zone (`zone`)."""
    language = reply.language

    def line(key: str) -> str:
        return str(library.string(key, language))

    state = line("line_sub_state").format(
        often=line(reply.context["often"]),
        about=", ".join(line(key) for key in reply.context["about"].split()),
        zone=line(reply.context["zone"]),
    )
    return f"{library.messages['subscribed', language].parts['']}\n\n{state}"
