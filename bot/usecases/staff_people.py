"""Who works at the desk: invitations, confirmation, duty, leaving."""

from datetime import timedelta

from bot.domain.staff import Role, Staff
from bot.usecases.staff_desk import Desk, Refusal, lead, number_in
from bot.usecases.staff_effects import DIGEST, Effect, Rows, in_rows, notice, tell

INVITATION = timedelta(hours=24)


async def invite(desk: Desk, me: Staff, role: str) -> list[Effect]:
    """A one-time code that ends after a day; the newcomer still has to be confirmed."""
    lead(me)
    if role not in set(Role):
        buttons = [(f"staff_role_{r}", f"d:invite:{r}") for r in Role]
        return [tell(me.number, "staff_invite_whom", buttons=in_rows(buttons))]
    code = await desk.staff.invite(Role(role), me.number, desk.now() + INVITATION)
    hours = int(INVITATION.total_seconds() // 3600)
    return [tell(me.number, "staff_invitation", invitation=code, role=role, hours=hours)]


async def join(desk: Desk, invitation: str, user_id: int, language: str) -> list[Effect] | None:
    """A newcomer with a code; None when it is not good, and then nothing is said about it."""
    joined = await desk.staff.join(invitation, user_id, language, desk.now())
    if joined is None:
        return None
    buttons = (
        (
            ("staff_btn_confirm", f"d:conf:{joined.number}"),
            ("staff_btn_turn_away", f"d:rem:{joined.number}:yes"),
        ),
    )
    leaders = [s for s in await desk.staff.everyone() if s.leads]
    return [
        tell(joined.number, "staff_joined"),
        *(
            tell(s.number, "staff_join_asks", buttons=buttons, number=joined.number, role=str(joined.role))
            for s in leaders
        ),
    ]  # fmt: skip


async def confirm(desk: Desk, me: Staff, number: str) -> list[Effect]:
    lead(me)
    newcomer = await desk.staff.get(number_in(number))
    if newcomer is None or not newcomer.active or newcomer.number == me.number:
        raise Refusal("staff_no_colleague")
    if not newcomer.confirmed:
        await desk.staff.confirm(newcomer.number, me.number, desk.now())
    return [
        notice("staff_confirmed_short"),
        tell(me.number, "staff_confirmed", number=newcomer.number, role=str(newcomer.role)),
        tell(newcomer.number, "staff_welcome", number=newcomer.number, role=str(newcomer.role)),
    ]


async def listed(desk: Desk, me: Staff) -> list[Effect]:
    """Everybody, by number; numbers are all that colleagues see."""
    lead(me)
    everyone = sorted(await desk.staff.everyone(), key=lambda s: s.number)
    buttons = [(f"= ✕ {s.number}", f"d:rem:{s.number}") for s in everyone if s.number != me.number]
    return [
        tell(me.number, "staff_list", buttons=in_rows(buttons[:40], 4), staff_list=_lines(everyone))
    ]


def _lines(everyone: list[Staff]) -> str:
    """ "3:counsellor:duty:..." one a line, put into words where it is shown."""
    rows = []
    for s in everyone:
        marks = [n for n in ("on_duty", "confirmed", "reachable") if getattr(s, n)]
        rows.append(f"{s.number}:{s.role}:{'+'.join(marks)}")
    return "\n".join(rows)


async def remove(desk: Desk, me: Staff, number: str, sure: bool, mark: int) -> list[Effect]:
    """Access ends at once and the cases go back into the queue."""
    lead(me)
    leaver = await desk.staff.get(number_in(number))
    if leaver is None or leaver.number == me.number:
        raise Refusal("staff_no_colleague")
    if not sure:
        buttons = ((("staff_btn_remove", f"d:rem:{leaver.number}:yes"),),)
        return [tell(me.number, "staff_remove_sure", buttons=buttons, number=leaver.number)]
    theirs = [case.code for case in await desk.cases.of_staff(leaver.number)]
    codes = set(theirs) | set(await desk.staff.remove(leaver.number, me.number, desk.now()))
    effects = [tell(me.number, "staff_removed", number=leaver.number, count=len(codes))]
    effects.append(Effect("take_back", staff=leaver.number))
    for code in sorted(codes):
        case = await desk.cases.get(code)
        if case is not None:
            effects.append(Effect("restart", case=code, number=int(case.level), key=str(mark)))
            effects.append(Effect("person", case=code, key="given_back"))
    return [*effects, DIGEST]


async def duty(desk: Desk, me: Staff, word: str) -> list[Effect]:
    """`on` or `off`; without a word the present state and both buttons."""
    if word not in ("on", "off"):
        both: Rows = ((("staff_btn_duty_on", "d:duty:on"), ("staff_btn_duty_off", "d:duty:off")),)
        key = "staff_duty_is_on" if me.on_duty else "staff_duty_is_off"
        return [tell(me.number, key, buttons=both)]
    await desk.staff.set_duty(me.number, word == "on", desk.now())
    mine = await desk.cases.of_staff(me.number)
    key = "staff_duty_on" if word == "on" else "staff_duty_off"
    if word == "off" and mine:
        key = "staff_duty_off_with_cases"
    waiting = len(await desk.cases.waiting()) if word == "on" else 0
    buttons: Rows = ()
    if waiting:
        buttons = ((("staff_btn_next", "d:next"), ("staff_btn_queue", "d:queue")),)
    return [tell(me.number, key, buttons=buttons, count=len(mine), waiting_cases=waiting), DIGEST]


async def language(desk: Desk, me: Staff, code: str) -> list[Effect]:
    await desk.staff.set_language(me.number, code)
    return [tell(me.number, "staff_language_set")]
