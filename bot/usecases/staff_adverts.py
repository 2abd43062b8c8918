"""Adverts that people reported: the list, one of them, its words on a recorded press, and what was
done with it. Nobody knows who reported one."""

from bot.domain.advert import Advert, AdvertOutcome
from bot.domain.staff import Staff
from bot.usecases.staff_desk import Desk, Refusal, number_in
from bot.usecases.staff_effects import DIGEST, Effect, Rows, in_rows, notice, tell

ON_A_PAGE = 8
_OTHERS = 8


async def listed(desk: Desk, me: Staff, page: str = "0") -> list[Effect]:
    """Those that wait first, repeated numbers on top, then the newest; a page at a time."""
    everything = await desk.adverts.everything()
    if not everything:
        return [tell(me.number, "staff_adverts_none")]
    last = (len(everything) - 1) // ON_A_PAGE
    at = min(number_in(page), last)
    here = everything[at * ON_A_PAGE : (at + 1) * ON_A_PAGE]
    turn = []
    if at:
        turn.append(("staff_btn_adverts_newer", f"d:ads:{at - 1}"))
    if at < last:
        turn.append(("staff_btn_adverts_older", f"d:ads:{at + 1}"))
    buttons: Rows = (*_open([a.code for a in here]), *in_rows(turn))
    return [
        tell(
            me.number, "staff_adverts", buttons=buttons, adverts="\n".join(map(_row, here)),
            waiting_adverts=sum(a.outcome is None for a in everything), number=at + 1,
            count=last + 1,
        )
    ]  # fmt: skip


async def press(desk: Desk, me: Staff, code: str, step: list[str]) -> list[Effect]:
    """What a button of one advert does."""
    advert = await _find(desk, code)
    match step:
        case []:
            return await card(desk, me, advert)
        case [("text" | "who") as what]:
            do = "advert" if what == "text" else "contacts"
            more = (("staff_btn_advert_who", f"d:ad:{code}:who"),) if advert.contacts else ()
            rows = (more,) if more and what == "text" else ()
            return [Effect(do, staff=me.number, key=advert.code, buttons=rows)]
        case ["done"]:
            picks = [(f"staff_looked_{o}", f"d:ad:{code}:done:{o}") for o in AdvertOutcome]
            return [tell(me.number, "staff_advert_outcome", advert.code, in_rows(picks))]
        case ["done", outcome] if outcome in set(AdvertOutcome):
            await desk.adverts.looked_at(code, AdvertOutcome(outcome), me.number, desk.now())
            told = tell(me.number, "staff_advert_done", advert.code, looked=outcome)
            return [notice("staff_advert_noted"), told, DIGEST]
    raise Refusal("staff_old_button")


async def card(desk: Desk, me: Staff, advert: Advert) -> list[Effect]:
    """One advert without its words, and what may be done with it."""
    code = advert.code
    others = await desk.adverts.others(code)
    buttons = (
        (("staff_btn_advert_text", f"d:ad:{code}:text"),),
        *(((("staff_btn_advert_who", f"d:ad:{code}:who"),),) if advert.contacts else ()),
        (("staff_btn_advert_done", f"d:ad:{code}:done"),),
        *_open(others[:_OTHERS]),
    )
    return [
        tell(
            me.number, "staff_advert_card", code, buttons, day=advert.day.isoformat(),
            verdict=str(advert.verdict), signs=" ".join(advert.signs), repeats=advert.repeats,
            looked=_looked(advert), holder=advert.looked_by or 0,
        )
    ]  # fmt: skip


async def _find(desk: Desk, code: str) -> Advert:
    advert = await desk.adverts.get(code)
    if advert is None:
        raise Refusal("staff_advert_gone")
    return advert


def _looked(advert: Advert) -> str:
    return str(advert.outcome) if advert.outcome else "not_yet"


def _row(advert: Advert) -> str:
    """Put into words where it is shown."""
    return (
        f"{advert.code}|{advert.day.isoformat()}|{advert.verdict}|{' '.join(advert.signs)}|"
        f"{advert.repeats}|{_looked(advert)}"
    )


def _open(codes: list[str]) -> Rows:
    return in_rows([(f"={code}", f"d:ad:{code}") for code in codes], 4)
