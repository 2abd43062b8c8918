"""Telegram is away: everything waits, one send at a time is tried, the most important first."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
CHATS = 2  # that must fail one after another before it is taken for an outage


class Outage:
    """One chat that fails stops nobody else; only failures in several chats, with no success in
    between, begin an outage. It ends with the first call that Telegram answers."""

    def __init__(self) -> None:
        self._failing: set[int] = set()
        self._pauses = 0
        self._until = 0.0
        self._trying = False
        self._last: int | None = None  # job that was tried last, so that others get their turn

    @property
    def lasts(self) -> bool:
        return len(self._failing) >= CHATS

    def pause(self, now: float) -> float | None:
        """Seconds in which nothing is handed out; None when sends may go."""
        if not self.lasts:
            return None
        if self._trying:
            return LONGEST_PAUSE
        left = self._until - now
        return left if left > 1e-6 else None

    def passes_over(self, job: int) -> bool:
        """Whether another job is tried this time: one that always fails must not block all."""
        return self.lasts and job == self._last

    def handed_out(self, job: int) -> None:
        if self.lasts:
            self._trying = True
            self._last = None if self._last is not None else job

    def untried(self) -> None:
        """What was handed out is not sent after all: another one is tried in its place."""
        self._trying = False

    def failed(self, job: int, chat: int, now: float) -> None:
        """A call got no answer from Telegram."""
        before = self.lasts
        self._failing.add(chat)
        self._trying = False
        if not self.lasts:
            return
        if not before:
            self._pauses, self._last = 0, job
        wait = min(FIRST_PAUSE * 2**self._pauses, LONGEST_PAUSE)
        if self._until <= now:  # those that were under way fail together and count once
            self._pauses += 1
            self._until = now + wait

    def over(self) -> None:
        """Telegram answered."""
        self._failing.clear()
        self._trying = False
        self._last = None
        self._until = 0.0
