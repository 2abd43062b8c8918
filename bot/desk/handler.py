"""From what a member of staff wrote or pressed to the step that it means. Default deny: what is
not listed here is not done."""

from dataclasses import dataclass

from bot.case_ports import SentMessages
from bot.domain.case import CaseState
from bot.domain.message import KNOWN_COMMANDS, Incoming
from bot.domain.staff import Staff
from bot.usecases import staff_adverts as adverts
from bot.usecases import staff_level as level
from bot.usecases import staff_people as people
from bot.usecases import staff_reason as reason
from bot.usecases import staff_refer as refer
from bot.usecases import staff_relay as relay
from bot.usecases import staff_take as cases
from bot.usecases import staff_views as views
from bot.usecases.staff_desk import Desk, Refusal
from bot.usecases.staff_effects import Effect, notice, tell

_FILES = frozenset(
    {"photo", "voice", "video", "sticker", "location", "contact", "file", "poll", "other"}
)
_WITH_CASE = frozenset({"take", "case", "show", "over", "lvl", "ref", "rfl", "rdy", "det", "close"})
_TRY_AGAIN = frozenset({"staff_too_long", "staff_no_files"})  # a question outlasts these
PREFIX = "d:"


@dataclass(frozen=True)
class Handled:
    """What follows, the case that bare texts are about from now on, and what the next one is an
    answer to (nothing: a note)."""

    effects: list[Effect]
    current: str
    asking: str = ""


class Handler:
    """Finds the step and does it; a refusal becomes a line to whoever asked."""

    def __init__(self, desk: Desk, sent: SentMessages, languages: frozenset[str]) -> None:
        self._desk = desk
        self._sent = sent
        self._languages = languages

    async def handle(
        self, incoming: Incoming, me: Staff, current: str, asking: str = ""
    ) -> Handled:
        """May be repeated after a crash: every step is idempotent. Whatever is not the answer ends
        a question, so that no later note is taken for it."""
        try:
            if incoming.kind == "button":
                return await self._button(incoming, me, current)
            if incoming.kind == "command":
                return Handled(await self._command(incoming, me), current)
            if incoming.kind in _FILES or incoming.forwarded:
                raise Refusal("staff_no_files")
            if not incoming.text.strip():
                raise Refusal("staff_not_understood")
            return await self._words(incoming, me, current, asking)
        except Refusal as error:
            still = asking if error.key in _TRY_AGAIN else ""
            return Handled(self._refused(error, incoming, me), current, still)

    @staticmethod
    def _refused(error: Refusal, incoming: Incoming, me: Staff) -> list[Effect]:
        if incoming.callback_id:
            return [notice(error.key, **error.values)]
        return [Effect("tell", staff=me.number, key=error.key, values=error.values)]

    async def _button(self, incoming: Incoming, me: Staff, current: str) -> Handled:
        if not incoming.data.startswith(PREFIX):
            raise Refusal("staff_old_button")
        verb, *rest = incoming.data.removeprefix(PREFIX).split(":")
        question = reason.asked(verb, rest, self._desk.now())
        if question is not None:
            effects = await reason.ask(self._desk, me, question)
        else:
            effects = await self._press(verb, rest, me, incoming)
        code = next((e.case for e in effects if e.case), "")
        if verb in _WITH_CASE or verb in ("next", "send", "keep"):
            case = await self._desk.cases.get(code) if code else None
            if case is not None and case.staff == me.number and case.state is CaseState.TAKEN:
                current = case.code
        return Handled(effects, current, str(question or ""))

    async def _press(
        self, verb: str, rest: list[str], me: Staff, incoming: Incoming
    ) -> list[Effect]:
        desk, mark = self._desk, incoming.update_id
        match verb, rest:
            case "take", [code]:
                return await cases.take(desk, me, code)
            case "show", [code]:
                return await cases.show(desk, me, code)
            case "case", [code]:
                return await cases.card(desk, me, code)
            case "det", [code]:
                return await cases.details(desk, me, code)
            case "next", []:
                return await cases.next_case(desk, me)
            case "queue", []:
                return await views.queue(desk, me)
            case "mine", []:
                return await views.mine(desk, me)
            case "over", [code]:
                return await cases.choose_colleague(desk, me, code)
            case "over", [code, to]:
                return await cases.hand_over(desk, me, code, to)
            case "back", [code]:
                return await cases.give_back(desk, me, code, mark)
            case "close", [code]:
                return await cases.choose_outcome(desk, me, code)
            case "close", [code, outcome]:
                return await cases.close(desk, me, code, outcome)
            case (("lvl" | "block" | "unblock"), _):
                return await self._press_level(verb, rest, me, mark)
            case (("ref" | "rst" | "rfl"), _):
                return await self._press_referral(verb, rest, me)
            case (("send" | "keep" | "rel" | "no" | "rdy"), _):
                return await self._press_line(verb, rest, me, mark)
            case "why", ["no"]:
                return reason.cancel()
            case "ads", [page]:
                return await adverts.listed(desk, me, page)
            case "ad", [code, *step]:
                return await adverts.press(desk, me, code, step)
            case (("conf" | "rem" | "duty" | "invite"), _):
                return await self._press_people(verb, rest, me, mark)
        raise Refusal("staff_old_button")

    async def _press_level(self, verb: str, rest: list[str], me: Staff, mark: int) -> list[Effect]:
        desk = self._desk
        match verb, rest:
            case "lvl", [code]:
                return await level.choose_level(desk, me, code)
            case "lvl", [code, wanted]:
                return await level.choose_reason(desk, me, code, wanted)
            case "lvl", [code, wanted, why]:
                return await level.change_level(desk, me, code, wanted, why, mark)
            case "block", [code]:
                return await level.choose_block(desk, me, code)
            case "block", [code, hours, why]:
                return await level.block(desk, me, code, hours, why)
            case "unblock", [code]:
                return await level.unblock(desk, me, code)
        raise Refusal("staff_old_button")

    async def _press_referral(self, verb: str, rest: list[str], me: Staff) -> list[Effect]:
        desk = self._desk
        match verb, rest:
            case "ref", [code]:
                return await refer.choose_service(desk, me, code)
            case "ref", [code, service]:
                return await refer.choose_ground(desk, me, code, service)
            case "ref", [code, service, ground]:
                return await refer.offer(desk, me, code, service, ground)
            case "rfl", [code]:
                return await refer.listed(desk, me, code)
            case "rst", [code, number, state]:
                return await refer.change(desk, me, code, number, state)
            case "rst", [code, number, state, why]:
                return await refer.change(desk, me, code, number, state, why)
        raise Refusal("staff_old_button")

    async def _press_line(self, verb: str, rest: list[str], me: Staff, mark: int) -> list[Effect]:
        desk = self._desk
        match verb, rest:
            case "send", [line]:
                return await relay.send(desk, me, line)
            case "keep", [line]:
                return await relay.keep(desk, me, line)
            case "rel", [line]:
                return await relay.release(desk, me, line)
            case "no", [line]:
                return await relay.refuse(desk, me, line)
            case "rdy", [code]:
                return await relay.choose_ready(desk, me, code)
            case "rdy", [code, name]:
                return await relay.ready(desk, me, code, name, mark)
        raise Refusal("staff_old_button")

    async def _press_people(self, verb: str, rest: list[str], me: Staff, mark: int) -> list[Effect]:
        desk = self._desk
        match verb, rest:
            case "conf", [number]:
                return await people.confirm(desk, me, number)
            case "rem", [number]:
                return await people.remove(desk, me, number, False, mark)
            case "rem", [number, "yes"]:
                return await people.remove(desk, me, number, True, mark)
            case "duty", _:
                return await people.duty(desk, me, rest[0] if rest else "")
            case "invite", [role]:
                return await people.invite(desk, me, role)
        raise Refusal("staff_old_button")

    async def _command(self, incoming: Incoming, me: Staff) -> list[Effect]:
        desk, words = self._desk, argument(incoming)
        match incoming.command:
            case "queue" | "antrean":
                return await views.queue(desk, me)
            case "mine" | "kasusku":
                return await views.mine(desk, me)
            case "next" | "berikutnya":
                return await cases.next_case(desk, me)
            case "case" | "kasus":
                if not words:
                    return await views.mine(desk, me)
                return await cases.card(desk, me, words.split()[0])
            case "duty" | "jaga":
                return await people.duty(desk, me, words.lower())
            case "adverts" | "lowongan":
                return await adverts.listed(desk, me)
            case "stats" | "statistik":
                return await views.stats(desk, me)
            case "invite" | "undang":
                return await people.invite(desk, me, words.lower())
            case "staff" | "petugas":
                return await people.listed(desk, me)
            case "bahasa" | "language":
                return await self._language(words, incoming.command, me)
            case "join" | "gabung":
                raise Refusal("staff_here_already")
            case "start" | "menu" | "help" | "bantuan":
                return await views.help_text(desk, me)
        raise Refusal("staff_unknown_command")

    async def _language(self, words: str, command: str, me: Staff) -> list[Effect]:
        wanted = words.lower() or ("id" if command == "bahasa" else "en")
        if wanted not in self._languages:
            raise Refusal("staff_not_understood")
        return await people.language(self._desk, me, wanted)

    async def _words(self, incoming: Incoming, me: Staff, current: str, asking: str) -> Handled:
        """A bare text is a reason that was asked for, or a note of the case it answers, else of the
        case worked on last."""
        mine = {c.code for c in await self._desk.cases.of_staff(me.number)}
        answered = await self._answered(incoming, mine)
        question = reason.still_asked(asking, self._desk.now())
        if question and incoming.kind == "text" and answered in ("", question.code):
            words, source = incoming.text, incoming.update_id
            return Handled(await reason.answer(self._desk, me, question, words, source), current)
        code = answered or (current if current in mine else "")
        if not code and len(mine) == 1:
            code = next(iter(mine))
        if not code and mine:
            return Handled([tell(me.number, "staff_which_case", buttons=_pick(mine))], current)
        edited = incoming.kind == "edit"
        effects = await relay.write(self._desk, me, incoming.text, code, incoming.update_id, edited)
        return Handled(effects, code)

    async def _answered(self, incoming: Incoming, mine: set[str]) -> str:
        if not incoming.reply_to:
            return ""
        for code in mine:
            copies = await self._sent.of_case(code, incoming.chat_id)
            if any(number == incoming.reply_to for _, number in copies):
                return code
        return ""


def _pick(mine: set[str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(((f"={code}", f"d:case:{code}"),) for code in sorted(mine)[:10])


def argument(incoming: Incoming) -> str:
    """The words after a command. `read_command` leaves the name of an unknown one in the text."""
    if incoming.command in KNOWN_COMMANDS:
        return incoming.text.strip()
    name = incoming.command.replace("_", " ")
    text = incoming.text.strip()
    return text[len(name) :].strip() if text.lower().startswith(name) else text


def invitation_in(incoming: Incoming) -> str:
    """The invitation code in "/join CODE", "/gabung CODE" or "/start join_CODE"."""
    if not incoming.private or incoming.kind != "command":
        return ""
    words = argument(incoming)
    if incoming.command in ("join", "gabung"):
        return words.replace(" ", "")
    if incoming.command == "start" and words.startswith("join_"):
        return words.removeprefix("join_")
    return ""
