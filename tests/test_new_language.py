"""A language is files and nothing else: Javanese as it is, and one made up here."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from bot.adapters.content.check import check
from bot.adapters.content.library import Library, load
from bot.adapters.content.live import LiveContent
from bot.adapters.content.problems import ContentError
from bot.adapters.content.render import render
from bot.adapters.danger_rules import SpacyDangerRules, load_rules
from bot.adapters.language import Guesser
from bot.adapters.offer_load import load_offers
from bot.domain.conversation import Conversation
from bot.domain.danger import Category, Level
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming
from bot.telegram.profile import commands
from bot.understanders import Deaf
from bot.usecases.answer import Answer
from bot.usecases.check_offer import CheckOffer
from bot.usecases.read import Reader
from tests.conftest import CONTENT

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
NATIVE = ("signs_general", "help_hotlines", "rights_child_age")
PO = 'msgid ""\nmsgstr "Language: qzz\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
PAGE = '---\ntitle: {title}\nstatus: draft\nsources: ["test"]\n---\n{text}\n'
RULES = """
rules:
  - id: shut_in
    level: critical
    category: trafficking
    patterns: ["zibbo vrakka"]
    match: ["zibbo vrakka"]
"""


def test_javanese_is_there_for_those_who_choose_it(library: Library) -> None:
    (own,) = [spoken for spoken in library.spoken if spoken.code == "jv"]
    assert own.opt_in and own.falls_back_to == "id"
    for topic in NATIVE:
        page = library.topics[topic, "jv"]
        assert page.path.name == "jv.md" and page.meta["needs_native_review"] is True
    assert library.topics["signs_fees", "jv"].path.name == "id.md"
    assert library.string("btn_help_now", "jv") != library.string("btn_help_now", "id")
    assert library.string("quiz_right", "jv") == library.string("quiz_right", "id")


def test_nobody_is_answered_in_a_language_they_did_not_choose(guesser: Guesser) -> None:
    for text in ("aku ora oleh metu omah karo juragan", "piye kabare kowe iki"):
        assert guesser.detect(text).language in ("id", "en")


def test_javanese_danger_is_heard_whatever_language_was_chosen(rules: SpacyDangerRules) -> None:
    for text, category in (
        ("aku dikancing saka njaba", Category.TRAFFICKING),
        ("aku digebugi bapak", Category.VIOLENCE),
        ("aku arep suduk salira", Category.SELF_HARM),
    ):
        found = rules.find(text)
        assert found and found[0].category is category and found[0].level >= Level.HIGH, text


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content with a made-up language in it."""
    root = tmp_path / "content"
    shutil.copytree(CONTENT, root)
    path = root / "languages.yml"
    entry = {
        "code": "qzz", "name": "Qzzish", "locale": "fi", "falls_back_to": "en", "opt_in": True,
        "marks": "zibbo vrakka",
    }  # fmt: skip
    path.write_text(path.read_text("utf-8") + yaml.safe_dump([entry]), "utf-8")
    (root / "locale" / "qzz" / "LC_MESSAGES").mkdir(parents=True)
    (root / "locale" / "qzz" / "LC_MESSAGES" / "kawan.po").write_text(
        PO + 'msgid "btn_menu"\nmsgstr "Vrelk"\n', "utf-8"
    )
    for name in ("menu", "emergency"):
        text = "Zib zib!" + (" {hotlines}" if name == "emergency" else "")
        page = PAGE.format(title=name.title(), text=text)
        (root / "messages" / name / "qzz.md").write_text(page, "utf-8")
    (root / "danger" / "qzz.yml").write_text(RULES, "utf-8")
    return root


async def test_a_made_up_language_needs_no_code(content: Path) -> None:
    assert check(content, date(2026, 11, 24)) == []
    live = LiveContent(content, today=lambda: date(2026, 11, 24))
    library = live.current()
    marks = {own.code: own.marks for own in library.spoken if not own.opt_in}
    reader = Reader(load_rules(content), Deaf(), TOPICS, library.thresholds)
    offers = CheckOffer(load_offers(content), library.weights)
    answer = Answer(reader, Guesser(marks), live, offers)

    async def do(
        state: Conversation, kind: str, **more: str
    ) -> tuple[Conversation, str, list[str]]:
        turn = await answer(Incoming(1, 1, kind, NOW.timestamp(), **more), state)  # type: ignore[arg-type]
        shown = [render(reply, library, NOW) for reply in turn.replies]
        labels = [label for r in shown for row in r.keyboard for label, _, _ in row]
        return turn.conversation, "\n".join(r.text for r in shown), labels

    state, _, labels = await do(Conversation(), "command", command="language")
    assert "Qzzish" in labels
    state, _, labels = await do(state, "button", data="lang:qzz")
    assert state.chosen == "qzz" and "Vrelk" not in labels
    state, text, _ = await do(state, "button", data="menu")
    assert text == "Zib zib!"
    _, text, labels = await do(state, "button", data="t:signs_fees")
    assert library.topics["signs_fees", "en"].title in text  # what is missing is in English
    assert "Vrelk" in labels
    _, text, _ = await do(state, "button", data="help")
    assert text.startswith("Zib zib!") and "129" in text
    state, text, _ = await do(state, "text", text="zibbo vrakka")
    assert "129" in text and state.alarm_level == Level.CRITICAL
    assert [c.command for c in commands(library, "qzz")] == [
        c.command for c in commands(library, "en")
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("locale: fi", "locale: qzz", "Babel has no locale"),
     ("falls_back_to: en", "falls_back_to: jv", "not a whole language"),
     ("falls_back_to: en", "falls_back_to: xx", "not a whole language")],
)  # fmt: skip
def test_what_is_wrong_with_a_language_is_said(
    content: Path, old: str, new: str, said: str
) -> None:
    path = content / "languages.yml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ContentError) as caught:
        load(content)
    assert said in str(caught.value)
