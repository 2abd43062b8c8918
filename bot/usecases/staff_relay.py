"""Words from staff to a person: a bare text is a note, sending is a press of its own, and what
could harm waits for a supervisor."""

from bot.case_ports import Line
from bot.domain.case import Case, CaseState
from bot.domain.staff import Staff
from bot.usecases.staff_desk import Desk, Refusal, find, held, lead, number_in
from bot.usecases.staff_effects import Effect, Rows, in_rows, notice, tell

LONGEST = 3000


async def write(
    desk: Desk, me: Staff, words: str, code: str, source: int, edited: bool = False
) -> list[Effect]:
    """A bare text about case `code`: kept as a note that only a press sends."""
    if not code:
        raise Refusal("staff_no_current_case")
    case = await held(desk, me, code)
    if len(words) > LONGEST:
        raise Refusal("staff_too_long", limit=LONGEST)
    line = await desk.cases.add_line(case.code, "note", words, source, desk.now(), staff=me.number)
    key = "staff_note_edited" if edited else "staff_note_kept"
    return [tell(me.number, key, case.code, note_buttons(case.code, line.number))]


def note_buttons(code: str, line: int) -> Rows:
    return ((("staff_btn_send", f"d:send:{line}"), ("staff_btn_keep", f"d:keep:{line}")),)


async def choose_ready(desk: Desk, me: Staff, code: str) -> list[Effect]:
    """Ready words, in the person's language."""
    case = await held(desk, me, code)
    buttons = [(f"ready/{name}", f"d:rdy:{case.code}:{name}") for name in desk.ready(case.language)]
    return [tell(me.number, "staff_ready_which", case.code, in_rows(buttons))]


async def ready(desk: Desk, me: Staff, code: str, name: str, source: int) -> list[Effect]:
    """A ready reply becomes a note, which a press sends like any other."""
    case = await held(desk, me, code)
    words = desk.ready(case.language).get(name)
    if words is None:
        raise Refusal("staff_not_understood")
    line = await desk.cases.add_line(case.code, "note", words, source, desk.now(), staff=me.number)
    return [
        Effect(
            "line", staff=me.number, case=case.code, key="staff_ready_shown", number=line.number,
            buttons=note_buttons(case.code, line.number),
        )
    ]  # fmt: skip


async def send(desk: Desk, me: Staff, number: str) -> list[Effect]:
    """Send a note to the person, or hold it. A second press sends nothing twice."""
    case, note = await _line(desk, number)
    if note.side != "note" or note.staff != me.number:
        raise Refusal("staff_not_yours", code=case.code)
    if case.state is not CaseState.TAKEN or case.staff != me.number:
        raise Refusal("staff_not_yours", code=case.code)
    reasons = desk.hold(note.words)
    line = await desk.cases.add_line(
        case.code, "staff", note.words, -note.number, desk.now(),
        staff=me.number, delivery="held" if reasons else "kept",
    )  # fmt: skip
    if line.delivery == "sent":
        raise Refusal("staff_sent_already", code=case.code)
    if line.delivery != "held":
        return [notice("staff_on_its_way"), _deliver(case, line, me)]
    why = " ".join(reasons)
    return [
        notice("staff_held_short"),
        tell(me.number, "staff_held", case.code, why=why),
        Effect("held", staff=me.number, case=case.code, number=line.number, values={"why": why}),
    ]


async def keep(desk: Desk, me: Staff, number: str) -> list[Effect]:
    await _line(desk, number)
    return [notice("staff_kept")]


async def release(desk: Desk, me: Staff, number: str) -> list[Effect]:
    """A supervisor lets a held line go; nobody releases their own."""
    case, line = await _held(desk, me, number)
    await desk.events.record("line_released", str(me.number), desk.now(), case.code)
    await desk.cases.set_delivery(line.number, "kept")
    return [
        notice("staff_released"),
        _deliver(case, line, me),
        tell(line.staff or me.number, "staff_held_released", case.code, by=me.number),
    ]


async def refuse(desk: Desk, me: Staff, number: str) -> list[Effect]:
    case, line = await _held(desk, me, number)
    await desk.events.record("line_refused", str(me.number), desk.now(), case.code)
    await desk.cases.set_delivery(line.number, "failed")
    return [
        notice("staff_refused"),
        tell(line.staff or me.number, "staff_held_refused", case.code, by=me.number),
    ]


def held_buttons(line: int) -> Rows:
    return ((("staff_btn_release", f"d:rel:{line}"), ("staff_btn_refuse", f"d:no:{line}")),)


def _deliver(case: Case, line: Line, me: Staff) -> Effect:
    return Effect("deliver", staff=line.staff or me.number, case=case.code, number=line.number)


async def _held(desk: Desk, me: Staff, number: str) -> tuple[Case, Line]:
    lead(me)
    case, line = await _line(desk, number)
    if line.staff == me.number:
        raise Refusal("staff_not_your_own")
    if line.delivery != "held":
        raise Refusal("staff_decided_already", code=case.code)
    return case, line


async def _line(desk: Desk, number: str) -> tuple[Case, Line]:
    found = await desk.cases.line(number_in(number))
    if found is None:
        raise Refusal("staff_line_gone")
    return await find(desk, found[0]), found[1]
