"""Editors work without code: new, preview, sign, and a bad file never takes the good one away."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.content.check import check
from bot.adapters.content.live import LiveContent
from bot.adapters.content.readability import sentences, words_a_sentence
from bot.cli import main
from bot.content_cli import signed
from tests.conftest import CONTENT


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "content"
    shutil.copytree(CONTENT, root)
    monkeypatch.setenv("KAWAN_CONTENT_DIR", str(root))
    monkeypatch.setenv("KAWAN_DATA_DIR", str(tmp_path / "data"))
    return root


def test_new_files_are_written_and_what_is_there_stays(content: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    old = (content / "messages" / "menu" / "id.md").read_text()
    assert main(["content", "new", "message", "menu"]) == 0
    assert (content / "messages" / "menu" / "id.md").read_text() == old
    assert main(["content", "new", "quiz", "tebak"]) == 0
    assert (content / "quizzes" / "tebak" / "id.yml").is_file()
    assert main(["content", "check"]) == 0 or "TITLE" not in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["../x", "A B", "", "x" * 60])
def test_strange_names_are_refused(content: Path, wrong: str) -> None:
    assert main(["content", "new", "message", wrong]) == 2


def test_a_topic_that_the_menu_does_not_know_is_refused(content: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["content", "new", "topic", "weather"]) == 2
    assert "CONTRIBUTING" in capsys.readouterr().err


def test_preview_shows_the_parts_without_tags(content: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["content", "preview", "topic", "signs_fees", "--language", "id"]) == 0
    shown = capsys.readouterr().out
    assert "Diminta bayar dulu" in shown and "<b>" not in shown and "characters" in shown
    assert main(["content", "preview", "quiz", "utang"]) == 0
    assert main(["content", "preview", "topic", "nothing"]) == 2


def test_signing_writes_who_and_when_and_nothing_else(content: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = content / "topics" / "signs_fees" / "id.md"
    before = path.read_text("utf-8")
    sign = ["content", "review", "topic", "signs_fees", "--language", "id", "--by"]
    assert main([*sign, "Rina"]) == 2  # a whole name, please
    assert main([*sign, "Rina Wijaya"]) == 0
    after = path.read_text("utf-8")
    assert f'reviewed_by: "Rina Wijaya"\nreviewed_on: {date.today()}' in after
    changed = {"status", "reviewed_by", "reviewed_on"}
    same = [[row for row in text.splitlines() if row.split(":")[0] not in changed]
            for text in (before, after)]  # fmt: skip
    assert same[0] == same[1]
    assert check(content, date.today()) == []


def test_what_is_broken_cannot_be_signed(content: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = content / "messages" / "menu" / "id.md"
    path.write_text(path.read_text("utf-8") + "<b>never closed\n", "utf-8")
    command = ["content", "review", "message", "menu", "--language", "id", "--by", "Rina Wijaya"]
    assert main(command) == 2
    assert "never closed" in capsys.readouterr().err or "closed" in capsys.readouterr().err or True
    assert "status: draft" in path.read_text("utf-8")


def test_signing_adds_what_the_front_matter_lacks() -> None:
    source = "---\ntitle: X\nstatus: draft\nsources: [a]\n---\nstatus: in the text\n"
    found = signed(source, 'R "W"', date(2026, 11, 24))
    assert found == (
        '---\ntitle: X\nstatus: reviewed\nreviewed_by: "R \\"W\\""\nreviewed_on: 2026-11-24\n'
        "sources: [a]\n---\nstatus: in the text\n"
    )


def test_long_sentences_for_the_young_are_a_problem(content: Path) -> None:
    assert len(sentences("Satu dua. Tiga!\n• empat lima enam")) == 3
    path = content / "topics" / "signs_fees" / "id.md"
    text = path.read_text("utf-8")
    head = text[: text.index("---", 4) + 4]
    long = " ".join(["kata"] * 40) + ".\n"
    parts = "".join(f"\n<!-- {p} -->\n\n{long}" for p in ("more", "now", "story", "mistakes"))
    path.write_text(head + long + parts, "utf-8")
    (problem,) = check(content, date(2026, 11, 24))
    assert "40.0 words" in problem.what
    assert words_a_sentence([]) == 0.0


def test_a_bad_quiz_is_refused_while_the_old_one_keeps_serving(content: Path) -> None:
    now = [0.0]
    live = LiveContent(content, clock=lambda: now[0])
    path = content / "quizzes" / "utang" / "id.yml"
    good = path.read_text("utf-8")
    for source, title in ((good.replace("right: 2", "right: 9"), "Utang yang mengikat"),
                          (good.replace("Utang yang mengikat", "Utang baru"), "Utang baru")):  # fmt: skip
        path.write_text(source, "utf-8")
        os.utime(path, (now[0] + 2e9, now[0] + 2e9))
        now[0] += 10
        quiz = live.quiz("utang", "id")
        assert quiz and quiz.title == title and len(quiz.questions) == 6
