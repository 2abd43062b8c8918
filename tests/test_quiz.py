"""Quizzes: complete content, an encouraging game in private that survives a restart."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.content.library import Library
from bot.adapters.content.problems import ContentError
from bot.adapters.content.quizzes import read_quiz
from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.domain.quiz import LETTERS, praise
from bot.usecases.answer import Turn
from bot.usecases.campaign import CampaignAnswer
from bot.usecases.quiz import choose_quiz, press_quiz


def test_there_are_eight_quizzes_in_every_language_about_the_same(library: Library) -> None:
    assert len(library.quiz_names) >= 8
    for name in library.quiz_names:
        whole = [library.quiz(name, own.code) for own in library.spoken]
        first = whole[0]
        assert first is not None
        for quiz in whole:
            assert quiz is not None and 6 <= len(quiz.questions) <= 10
            same = [(q.right, len(q.options), q.topic) for q in quiz.questions]
            assert same == [(q.right, len(q.options), q.topic) for q in first.questions], name


def test_right_answers_do_not_stand_in_one_place(library: Library) -> None:
    for quiz in library.quizzes.values():
        assert len({question.right for question in quiz.questions}) > 1, quiz.name


BROKEN = [
    ("right: 1", "right: 7", "right must be the number of an option"),
    ("because: ", "because: " + "x" * 201, "because has"),
    ("topic: signs_fees", "topic: nothing", "does not exist"),
    ("sources:", "quellen:", "needs sources"),
]


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_a_broken_quiz_is_refused_with_its_line(
    library: Library, tmp_path: Path, old: str, new: str, said: str
) -> None:
    source = (library.root / "quizzes" / "lowongan" / "id.yml").read_text("utf-8")
    assert old in source
    changed = "\n".join(
        (row[: row.index("because: ")] + new if "because: " in old and old in row else row)
        for row in source.splitlines()
    ) if "because" in old else source.replace(old, new, 1)  # fmt: skip
    path = tmp_path / "id.yml"
    path.write_text(changed)
    with pytest.raises(ContentError) as caught:
        read_quiz(path)
    assert said in str(caught.value) and (
        caught.value.problems[0].line > 1 or said.startswith("needs")
    )


def test_a_whole_quiz_and_its_score(library: Library) -> None:
    state, (reply,) = press_quiz("qz:utang", Conversation(), "id", library)
    quiz = library.quiz("utang", "id")
    assert quiz is not None
    for number, question in enumerate(quiz.questions):
        assert state.quiz == ("utang", number, number)
        assert [b.label for b in reply.rows[0]] == [
            f"={c}" for c in LETTERS[: len(question.options)]
        ]
        state = Conversation.from_json(state.to_json())  # as after a restart
        state, (reply,) = press_quiz(reply.rows[0][question.right].data, state, "id", library)
    assert state.quiz is None
    assert (reply.context["score"], reply.context["praise"]) == (str(len(quiz.questions)), "great")


def test_an_old_button_brings_the_present_question_back(library: Library) -> None:
    state, _ = press_quiz("qz:utang", Conversation(), "id", library)
    state, _ = press_quiz("qa:utang:0:0", state, "id", library)
    again, (reply,) = press_quiz("qa:utang:0:1", state, "id", library)
    assert again == state and reply.context == {"ask": "1"}


@pytest.mark.parametrize(
    "data", ["qz:gone", "qa:utang", "qa:utang:99:0", "qa:utang:0:9", "qn:online"]
)
def test_strange_buttons_do_no_harm(library: Library, data: str) -> None:
    state, _ = press_quiz("qz:utang", Conversation(), "id", library)
    after, (reply,) = press_quiz(data, state, "id", library)
    assert after == state and reply.rows


def test_no_score_is_a_bad_one(library: Library) -> None:
    assert [praise(right, 6) for right in range(7)] == [
        "start", "start", "start", "good", "good", "great", "great",
    ]  # fmt: skip
    for own in library.spoken:
        for name in ("start", "good", "great"):
            words = library.string(f"quiz_{name}", own.code).lower()
            assert "salah" not in words and "wrong" not in words


def test_one_under_way_can_be_gone_on_with(library: Library) -> None:
    state, _ = press_quiz("qz:utang", Conversation(), "id", library)
    _, (reply,) = choose_quiz(state, "id", library)
    assert reply.rows[0][0].data == "qn:utang"
    assert len(reply.rows) == 2 + len(library.quiz_names)


async def test_danger_comes_before_a_quiz(library: Library) -> None:
    """A cry for help after `/kuis`, or between two questions, goes to the conversation."""
    seen: list[Incoming] = []

    async def inner(incoming: Incoming, before: Conversation, _situation: Any = None) -> Turn:
        seen.append(incoming)
        from bot.domain.danger import Alarm, Category, Level

        alarm = (
            Alarm(Level.HIGH, Category.VIOLENCE, ("rules",)) if "pukul" in incoming.text else None
        )
        return Turn((), before, alarm)

    answer = CampaignAnswer(inner, library, None)  # type: ignore[arg-type]
    base = Incoming(5, 7, "command", 1_790_000_000.0, "aku dipukuli", command="kuis")
    state = Conversation(quiz=("utang", 2, 1))
    assert (await answer(base, state)).alarm
    turn = await answer(replace(base, text="lowongan"), Conversation())
    assert turn.alarm is None and turn.replies[0].context == {"ask": "0"}
    turn = await answer(replace(base, kind="text", command="", text="dipukuli"), state)
    assert turn.alarm and turn.conversation.quiz == ("utang", 2, 1)


async def test_a_game_on_telegram(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    sari.say("/kuis")
    await sari.replies(1)
    sari.press("Utang yang mengikat")
    (first,) = await sari.replies(1)
    assert "Pertanyaan 1 dari 6" in first.visible
    sari.press("B")
    (second,) = await sari.replies(1)
    assert "Betul!" in second.visible and "Pertanyaan 2 dari 6" in second.visible
    sari.press("A")
    (third,) = await sari.replies(1)
    assert "Belum tepat" in third.visible and "Jawabannya C" in third.visible
