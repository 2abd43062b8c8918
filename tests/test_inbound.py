"""Updates become messages without names; every kind of content has its own kind."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.domain.message import Incoming, read_command
from bot.telegram.inbound import read_update

PERSON = {
    "id": 77, "is_bot": False, "first_name": "Sari", "last_name": "Dewi", "username": "saridewi",
    "language_code": "id",
}  # fmt: skip
CHAT = {"id": 77, "type": "private", "first_name": "Sari", "username": "saridewi"}


def update(**message: Any) -> Incoming | None:
    body = {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": PERSON, **message}
    return read_update(Update.de_json({"update_id": 5, "message": body}, None))


FILE = {"file_id": "f", "file_unique_id": "u"}
SIZE = {**FILE, "width": 1, "height": 1}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "halo"}, "text"),
        ({"text": "/menu"}, "command"),
        ({"photo": [SIZE]}, "photo"),
        ({"voice": {**FILE, "duration": 1}}, "voice"),
        ({"audio": {**FILE, "duration": 1}}, "voice"),
        ({"video": {**SIZE, "duration": 1}}, "video"),
        ({"video_note": {**FILE, "duration": 1, "length": 1}}, "video"),
        ({"sticker": {**SIZE, "type": "regular", "is_animated": False, "is_video": False}}, "sticker"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "sticker"),
        ({"location": {"latitude": -6.2, "longitude": 106.8}}, "location"),
        ({"contact": {"phone_number": "+62812", "first_name": "A"}}, "contact"),
        ({"document": {**FILE, "file_name": "kontrak.pdf"}}, "file"),
        ({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                   "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                   "allows_revoting": False, "members_only": False}}, "poll"),
        ({}, "other"),
    ],
)  # fmt: skip
def test_each_kind_of_content_has_its_kind(content: dict[str, Any], kind: str) -> None:
    incoming = update(**content)
    assert incoming is not None and incoming.kind == kind


def test_no_name_and_no_username_is_taken_over() -> None:
    incoming = update(
        text="halo", contact={"phone_number": "+628123", "first_name": "Budi", "user_id": 9}
    )
    assert incoming is not None
    kept = str(incoming.to_json())
    for secret in ("Sari", "Dewi", "saridewi", "+628123", "Budi"):
        assert secret not in kept


def test_captions_quotes_and_polls_are_read() -> None:
    assert update(photo=[SIZE], caption="tolong").text == "tolong"  # type: ignore[union-attr]
    quoted = update(text="ini gimana?", quote={"text": "aku dikunci", "position": 0})
    assert quoted is not None and (quoted.text, quoted.quoted) == ("ini gimana?", "aku dikunci")
    poll = update(
        poll={"id": "1", "question": "aku takut", "options": [
            {"text": "lapor", "voter_count": 0, "persistent_id": "a"}],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False}
    )  # fmt: skip
    assert poll is not None and "aku takut" in poll.words and "lapor" in poll.words
    named = update(document={**FILE, "file_name": "tolong_aku.pdf"})
    assert named is not None and "tolong aku" in named.words


def test_forwarded_words_are_somebody_elses_unless_they_are_ones_own() -> None:
    other = {"type": "hidden_user", "sender_user_name": "Anon", "date": 1}
    own = {"type": "user", "sender_user": PERSON, "date": 1}
    foreign = update(text="aku dikunci", forward_origin=other)
    assert foreign and (foreign.text, foreign.quoted, foreign.forwarded) == (
        "",
        "aku dikunci",
        True,
    )
    mine = update(text="aku dikunci", forward_origin=own)
    assert mine and (mine.text, mine.quoted, mine.forwarded) == ("aku dikunci", "", False)


def test_an_edit_is_an_edit() -> None:
    raw = {
        "message_id": 1,
        "date": 1,
        "edit_date": 9,
        "chat": CHAT,
        "from": PERSON,
        "text": "/menu x",
    }
    incoming = read_update(Update.de_json({"update_id": 5, "edited_message": raw}, None))
    assert incoming and (incoming.kind, incoming.text, incoming.at) == ("edit", "x", 9.0)


@pytest.mark.parametrize(("status", "kind"), [("kicked", "blocked"), ("member", "unblocked")])
def test_blocking_is_noticed(status: str, kind: str) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    old = {"status": "left", "user": bot}
    new = {"status": status, "user": bot, "until_date": 0}
    raw = {"chat": CHAT, "from": PERSON, "date": 1, "old_chat_member": old, "new_chat_member": new}
    incoming = read_update(Update.de_json({"update_id": 5, "my_chat_member": raw}, None))
    assert incoming and incoming.kind == kind


def test_service_messages_need_no_answer() -> None:
    assert update(new_chat_title="x") is None
    assert read_update(Update.de_json({"update_id": 5}, None)) is None


@pytest.mark.parametrize(
    ("typed", "name", "words"),
    [
        ("/menu", "menu", ""),
        ("/START school_12", "start", "school_12"),
        ("/menu@kawan_bot tolong", "menu", "tolong"),
        ("/tolong aku dikunci", "tolong", "tolong aku dikunci"),
        ("/tolong_aku", "tolong_aku", "tolong aku"),
        ("/", "-", ""),
        ("halo", "", "halo"),
    ],
)
def test_the_words_after_a_slash_are_kept(typed: str, name: str, words: str) -> None:
    assert read_command(typed) == (name, words)


@given(st.text(max_size=100))
def test_no_slash_is_left_at_the_front(text: str) -> None:
    name, words = read_command("/" + text)
    assert name
    assert not words.startswith("/") or text.startswith("/") or " /" in text or "/" in text[1:]


@given(st.builds(Incoming, st.integers(), st.integers(), st.text(), st.floats(0, 1e10), st.text()))
def test_it_survives_being_written_down(incoming: Incoming) -> None:
    assert Incoming.from_json(incoming.to_json()) == incoming
