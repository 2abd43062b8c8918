"""Passing a case on to another service, until what became of it is recorded."""

from bot.domain.case import Case
from bot.domain.referral import Referral, ReferralState, may_become
from bot.domain.staff import Staff
from bot.usecases.staff_desk import Desk, Refusal, find, held, number_in
from bot.usecases.staff_effects import DIGEST, Effect, Rows, in_rows, tell

GROUNDS = ("consent", "duty_life", "duty_child", "duty_law")  # consent, else a duty of care
REFUSED_REASONS = ("no_capacity", "not_theirs", "no_contact", "other")


async def choose_service(desk: Desk, me: Staff, code: str) -> list[Effect]:
    case = await held(desk, me, code)
    buttons = [(f"hotline/{name}", f"d:ref:{case.code}:{name}") for name in desk.services()]
    return [tell(me.number, "staff_refer_where", case.code, in_rows(buttons))]


async def choose_ground(desk: Desk, me: Staff, code: str, service: str) -> list[Effect]:
    """With the person's consent, or for which duty of care."""
    case = await held(desk, me, code)
    _known(desk, service)
    buttons = [(f"staff_reason_{g}", f"d:ref:{case.code}:{service}:{g}") for g in GROUNDS]
    return [tell(me.number, "staff_refer_why", case.code, in_rows(buttons, 1), service=service)]


async def offer(desk: Desk, me: Staff, code: str, service: str, ground: str) -> list[Effect]:
    """An open referral to the same service is not doubled."""
    case = await held(desk, me, code)
    _known(desk, service)
    if ground not in GROUNDS:
        raise Refusal("staff_not_understood")
    there = [r for r in await desk.referrals.of_case(case.code) if r.open and r.service == service]
    if there:
        referral = there[0]
    else:
        consent = ground == "consent"
        reason = "" if consent else ground
        referral = await desk.referrals.offer(
            case.code, service, me.number, consent, reason, desk.now()
        )
    return [
        tell(
            me.number, "staff_referred", case.code, _buttons(referral),
            service=service, reason=ground,
        ),
        Effect("person", case=case.code, key="referral", number=referral.number),
        DIGEST,
    ]  # fmt: skip


async def refusable(desk: Desk, me: Staff, code: str, number: str) -> Case:
    """The case of a referral that may be recorded as refused."""
    case = await _of_mine(desk, me, code)
    referral = await _referral(desk, case, number)
    if not may_become(referral.state, ReferralState.REFUSED):
        raise Refusal("staff_referral_not_now")
    return case


async def change(
    desk: Desk, me: Staff, code: str, number: str, state: str, reason: str = "", words: str = ""
) -> list[Effect]:
    """What the service answered; a refusal needs its reason, one of ours or in own `words`."""
    case = await _of_mine(desk, me, code)
    referral = await _referral(desk, case, number)
    if state not in set(ReferralState):
        raise Refusal("staff_not_understood")
    wanted = ReferralState(state)
    if wanted is ReferralState.REFUSED and not words and reason not in REFUSED_REASONS:
        head = f"d:rst:{case.code}:{referral.number}:refused"
        buttons = [(f"staff_reason_{r}", f"{head}:{r}") for r in REFUSED_REASONS]
        return [
            tell(
                me.number, "staff_refused_why", case.code, in_rows(buttons),
                service=referral.service,
            )
        ]  # fmt: skip
    if referral.state is not wanted:
        done = await desk.referrals.change(
            referral.number, wanted, me.number, words or reason or str(wanted), desk.now()
        )
        if not done:
            raise Refusal("staff_referral_not_now")
        referral = await _referral(desk, case, number)
    return [
        tell(
            me.number, "staff_referral_now", case.code, _buttons(referral),
            service=referral.service, referral=str(referral.state),
        ),
        Effect("person", case=case.code, key="referral", number=referral.number),
        DIGEST,
    ]  # fmt: skip


async def listed(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """Every referral of a case with what can be recorded next."""
    case = await _of_mine(desk, me, code)
    found = await desk.referrals.of_case(case.code)
    if not found:
        return [tell(me.number, "staff_no_referrals", case.code)]
    return [
        tell(
            me.number, "staff_referral_now", case.code, _buttons(r),
            service=r.service, referral=str(r.state),
        )
        for r in found
    ]  # fmt: skip


def reminder(number: int, referral: Referral) -> Effect:
    """To a member of staff: what became of it?"""
    return tell(
        number, "staff_referral_reminder", referral.case, _buttons(referral),
        service=referral.service, referral=str(referral.state),
    )  # fmt: skip


def _buttons(referral: Referral) -> Rows:
    head = f"d:rst:{referral.case}:{referral.number}"
    return in_rows(
        [
            (f"staff_btn_referral_{state}", f"{head}:{state}")
            for state in ReferralState
            if may_become(referral.state, state)
        ],
        3,
    )


async def _of_mine(desk: Desk, me: Staff, code: str) -> Case:
    """Feedback is recorded by whoever holds the case or held it when it was closed, and by
    supervisors."""
    case = await find(desk, code)
    if case.staff != me.number and not me.leads:
        raise Refusal("staff_not_yours", code=case.code)
    return case


async def _referral(desk: Desk, case: Case, number: str) -> Referral:
    wanted = number_in(number)
    for referral in await desk.referrals.of_case(case.code):
        if referral.number == wanted:
            return referral
    raise Refusal("staff_not_understood")


def _known(desk: Desk, service: str) -> None:
    if service not in desk.services():
        raise Refusal("staff_not_understood")
