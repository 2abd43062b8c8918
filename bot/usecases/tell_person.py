"""Tells a person what is true about their case, through the one door that keeps to what is safe
for them."""

from bot.case_ports import CaseBook, Referrals
from bot.domain.case import Case
from bot.domain.contact import Delivery
from bot.domain.referral import Referral, ReferralState
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.reach_person import ReachPerson


class TellPerson:
    """Implements `PersonSide`. Calls may be repeated after a crash."""

    def __init__(self, cases: CaseBook, referrals: Referrals, reach: ReachPerson) -> None:
        self._cases = cases
        self._referrals = referrals
        self._reach = reach

    async def sent(self, code: str) -> None:
        """Telegram accepted an alert to somebody on duty."""
        await self._status(code, "status_sent")

    async def reading(self, code: str) -> None:
        """A counsellor took the case."""
        await self._status(code, "status_reading")

    async def nobody(self, code: str, again: bool) -> None:
        """Nobody on duty was reached; `again`: all staff were asked and nobody has come yet."""
        await self._status(code, "status_still_waiting" if again else "status_nobody")

    async def given_back(self, code: str) -> None:
        """Somebody else is looked for, or has it already."""
        await self._status(code, "status_other")

    async def relayed(self, code: str, line: int, accepted: bool) -> None:
        """The person's line arrived at the counsellor, or did not."""
        case = await self._cases.get(code)
        if case is not None:
            rows = ((buttons.HELP,),) if accepted else ((buttons.NUMBERS,),)
            name = "relay_arrived" if accepted else "relay_failed"
            await self._say(case, buttons.page(name, case.language, rows))

    async def deliver(self, code: str, line: int) -> str:
        """Send a line of staff: sent, waiting (for the person) or failed."""
        case = await self._cases.get(code)
        found = await self._cases.line(line)
        if case is None or found is None:
            return "failed"
        if found[1].delivery != "kept":
            return found[1].delivery
        done = await self._reach.say(case, {"line": line}, f"line:{line}")
        if done is Delivery.FAILED:
            await self._cases.set_delivery(line, "failed")
        return "waiting" if done is Delivery.WAITS else str(done)

    async def closed(self, code: str, return_code: str) -> None:
        """What became of each referral, and how to come back."""
        case = await self._cases.get(code)
        if case is None:
            return
        became = ",".join(f"{r.service}={r.state}" for r in await self._referrals.of_case(code))
        rows = ((buttons.NUMBERS, buttons.MENU),)
        for done in (f"status:{code}", f"promised:{code}"):
            await self._reach.forget(done)
        page = buttons.page(
            "case_closed", case.language, rows, return_code=return_code, referrals=became
        )
        await self._say(case, page, "closed")

    async def referral(self, code: str, number: int) -> None:
        """Offered: with consent it is asked once more, without it is said why. Later: what the
        service did."""
        case = await self._cases.get(code)
        for referral in await self._referrals.of_case(code):
            if case is not None and referral.number == number:
                await self._say(case, _about(referral, case.language), f"referral-{number}")

    async def _say(self, case: Case, reply: Reply, mark: str = "") -> None:
        kept = f"{mark}:{case.code}" if mark else ""
        await self._reach.say(case, {"reply": reply.to_json()}, kept)

    async def _status(self, code: str, name: str) -> None:
        """One status at a time waits for the person."""
        case = await self._cases.get(code)
        if case is not None:
            await self._reach.say(case, {"status": name}, f"status:{code}")


def _about(referral: Referral, language: str) -> Reply:
    service = referral.service
    if referral.state is not ReferralState.OFFERED:
        return buttons.page(f"referral_{referral.state}", language, service=service)
    if referral.consent:
        rows = buttons.referral(referral.number)
        return buttons.page("referral_consent", language, rows, service=service)
    return buttons.page("referral_duty", language, service=service)
