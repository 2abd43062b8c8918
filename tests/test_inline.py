"""Inline mode: answers and cards for any chat; danger never shows, nothing is kept."""

from pathlib import Path
from typing import Any


async def _ask(person: Any, query: str) -> list[dict[str, Any]]:
    person.inline(query)
    found: list[dict[str, Any]] = await person.inline_results()
    return found


async def test_articles_with_a_deep_link_and_help_always_last(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    world.model.topics["lowongan palsu"] = "signs_fees"
    results = await _ask(sari, "lowongan palsu")
    articles = [r for r in results if r["type"] == "article"]
    assert articles[0]["id"] == "topic:signs_fees:id"
    assert articles[-1]["id"] == "topic:help_hotlines:id"
    text = articles[0]["input_message_content"]["message_text"]
    assert "129" in text
    link = articles[0]["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert link == "https://t.me/kawan_aman_bot"
    (call,) = world.telegram.calls_of("answerInlineQuery")
    assert call.params["button"]["start_parameter"] == "inline"
    assert call.params["is_personal"] in (True, "true")


async def test_a_disclosure_looks_like_any_other_query(world: Any, tmp_path: Path) -> None:
    sari = world.telegram.user(language_code="id")
    calm = await _ask(sari, "aku punya kucing di rumah")
    hurt = await _ask(sari, "aku dikunci majikan di rumah")
    assert [r["id"] for r in hurt] == [r["id"] for r in calm]
    empty = await _ask(sari, "")
    assert empty[-1]["id"] == hurt[-1]["id"]
    for path in tmp_path.iterdir():
        assert b"dikunci majikan" not in path.read_bytes()


async def test_cards_are_offered_by_file_id_once_they_are_uploaded(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    world.model.topics["ijazah"] = "signs_documents"
    sari.say("/kartu ijazah")
    await sari.replies(1, timeout=20)
    results = await _ask(sari, "ijazah")
    (photo,) = [r for r in results if r["type"] == "photo"]
    assert photo["photo_file_id"] in world.telegram.state.files


async def test_only_the_newest_query_of_a_person_is_answered(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    with world.telegram.held():
        first, last = sari.inline("lowo"), sari.inline("lowongan")
    await sari.inline_results()
    assert (first.answered, last.answered) == (False, True)
