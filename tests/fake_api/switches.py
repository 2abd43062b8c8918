"""With what a test makes the network and Telegram behave badly."""

from contextlib import AbstractContextManager
from typing import Protocol

from .faults import Fault
from .records import Told
from .state import State
from .text import Json


class HasId(Protocol):
    @property
    def id(self) -> int: ...


class Switches:
    """A part of `FakeTelegram`. Faults hit the next `times` calls of `method` (None: any) to
    `chat` (None: any)."""

    state: State

    def fail(
        self,
        method: str | None = None,
        *,
        times: int = 1,
        status: int = 500,
        retry_after: int | None = None,
        chat: int | HasId | None = None,
    ) -> Fault:
        """Answer with an HTTP status: 500, 502, 429 with `retry_after`, ... Nothing is done."""
        return self.state.faults.add(
            Fault("status", method, _id(chat), times, status=status, retry_after=retry_after)
        )

    def hang(
        self,
        method: str | None = None,
        *,
        times: int = 1,
        chat: int | HasId | None = None,
        accepted: bool = False,
    ) -> Fault:
        """Never answer; with `accepted` the call is carried out first."""
        return self.state.faults.add(Fault("hang", method, _id(chat), times, accepted))

    def drop(
        self,
        method: str | None = None,
        *,
        times: int = 1,
        chat: int | HasId | None = None,
        accepted: bool = False,
    ) -> Fault:
        """Cut the connection, before accepting or (`accepted`) after: the answer is lost."""
        return self.state.faults.add(Fault("drop", method, _id(chat), times, accepted))

    def garble(
        self,
        method: str | None = None,
        *,
        times: int = 1,
        chat: int | HasId | None = None,
        accepted: bool = False,
        status: int = 200,
    ) -> Fault:
        """Answer with a page of HTML instead of JSON."""
        return self.state.faults.add(
            Fault("garbage", method, _id(chat), times, accepted, status=status)
        )

    def slow(
        self,
        method: str | None = None,
        *,
        seconds: float,
        times: int = 1,
        chat: int | HasId | None = None,
    ) -> Fault:
        """Carry the call out, then take `seconds` to answer."""
        return self.state.faults.add(Fault("slow", method, _id(chat), times, True, seconds=seconds))

    def down(self, status: int | None = None) -> None:
        """The whole API is away: connections break, or every call gets `status`."""
        self.state.faults.down = status or "drop"
        self.state.changed.notify()

    def up(self) -> None:
        self.state.faults.down = None

    def duplicate(self, times: int = 1) -> None:
        """Each of the next `times` updates is delivered twice."""
        self.state.updates.duplicate_next += times

    def redeliver(self, update: int | Told) -> None:
        """Deliver a past update again, under its old number."""
        number = update.update_id if isinstance(update, Told) else update
        assert number is not None, "the bot never got to see it"
        self.state.updates.redeliver(number)

    def held(self, reverse: bool = False) -> AbstractContextManager[None]:
        """`with tg.held():` what people do inside arrives in one go at the end."""
        return self.state.updates.held(reverse)

    def reordered(self) -> AbstractContextManager[None]:
        """`with tg.reordered():` the same, last first."""
        return self.held(reverse=True)

    def push(self, kind: str, body: Json) -> Json | None:
        """Any update: `tg.push("poll", {...})`. Returns it, None when the bot does not want it."""
        return self.state.updates.put(kind, body)


def _id(chat: int | HasId | None) -> int | None:
    return chat if chat is None or isinstance(chat, int) else chat.id
