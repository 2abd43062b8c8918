"""A person's side that says nothing: for drills and for runs without one."""


class NobodyThere:
    """Implements `PersonSide` without anybody to write to."""

    async def sent(self, code: str) -> None:
        pass

    async def reading(self, code: str) -> None:
        pass

    async def nobody(self, code: str, again: bool) -> None:
        pass

    async def deliver(self, code: str, line: int) -> str:
        return "failed"

    async def relayed(self, code: str, line: int, accepted: bool) -> None:
        pass

    async def given_back(self, code: str) -> None:
        pass

    async def closed(self, code: str, return_code: str) -> None:
        pass

    async def referral(self, code: str, number: int) -> None:
        pass
