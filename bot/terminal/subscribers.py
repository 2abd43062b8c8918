"""Subscriptions of the terminal, gone with it."""

from datetime import datetime

from bot.domain.subscription import Subscription


class ForgetfulSubscribers:
    """Implements `Subscribers` in memory."""

    def __init__(self) -> None:
        self._kept: dict[int, Subscription] = {}

    async def subscription(self, chat_id: int) -> Subscription | None:
        return self._kept.get(chat_id)

    async def subscribe(self, chat_id: int, wanted: Subscription, at: datetime) -> None:
        self._kept[chat_id] = wanted

    async def unsubscribe(self, chat_id: int) -> bool:
        return self._kept.pop(chat_id, None) is not None
