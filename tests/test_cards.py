"""Cards: every topic in every language, legible, marked as drafts, uploaded once."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageStat

from bot.adapters import cards
from bot.adapters.card_text import LONGEST, card_text
from bot.adapters.content.library import Library
from bot.domain.menu import TOPICS


def test_every_topic_has_short_lines_help_and_its_mark(library: Library) -> None:
    for topic in TOPICS:
        for own in library.spoken:
            text = card_text(topic, own.code, library)
            assert 3 <= len(text.lines) <= 5, (topic, own.code, text.lines)
            assert all(len(line) <= LONGEST and line[-1] not in ",:" for line in text.lines)
            assert "129" in text.help and text.title in text.alt and text.lines[-1] in text.alt
            assert bool(text.mark) == (library.topics[topic, own.code].meta["status"] == "draft")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_at_least_seven_to_one() -> None:
    pairs = [("#FFFFFF", colour) for colour in cards.COLOURS.values()]
    for one, other in [*pairs, (cards.INK, cards.PAPER), ("#FFD84D", cards.FOOT)]:
        high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 7, (one, other)


@pytest.mark.parametrize("topic", ["signs_general", "rights_child_age", "help_hotlines"])
def test_a_card_is_a_picture_with_nothing_cut_off(library: Library, topic: str) -> None:
    picture = Image.open(BytesIO(cards.draw_card(card_text(topic, "id", library)))).convert("L")
    assert picture.size == (1080, 1350)
    right = picture.crop((1080 - 40, 0, 1080, 1350))
    assert ImageStat.Stat(right).extrema[0][0] > 5  # no letter runs off the edge
    colours = set(right.getcolors(100000) and [c for _, c in right.getcolors(100000)])
    assert len(colours) <= 12
    assert len(cards.draw_card(card_text(topic, "id", library))) < 200_000


async def test_a_card_is_uploaded_once(world: Any) -> None:
    sari, budi = world.telegram.user(language_code="id"), world.telegram.user(language_code="id")
    world.model.topics["ijazah"] = "signs_documents"
    for person in (sari, budi):
        person.say("/kartu ijazah ditahan")
        (card,) = await person.replies(1, timeout=20)
        assert card.kind == "photo" and any(
            "129" in b.label or "🆘" in b.label for b in card.buttons
        )
    first, second = [call.params["photo"] for call in world.telegram.calls_of("sendPhoto")]
    assert not isinstance(first, str) and isinstance(second, str)
    sari.press("🆘")
    assert "129" in (await sari.replies(1))[0].visible


async def test_a_card_that_telegram_lost_is_uploaded_again(world: Any) -> None:
    sari = world.telegram.user(language_code="en")
    world.model.topics["school"] = "rights_education"
    sari.say("/card school")
    await sari.replies(1, timeout=20)
    world.telegram.state.files.clear()
    sari.say("/card school")
    assert (await sari.replies(1, timeout=20))[0].kind == "photo"


async def test_asking_for_a_card_in_distress_brings_help(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    sari.say("/kartu aku dikunci dari luar sama majikan")
    (answer,) = await sari.replies(1)
    assert answer.kind == "text" and "129" in answer.visible


async def test_a_group_gets_a_card_with_the_same_link(world: Any) -> None:
    sari = world.telegram.user(language_code="id")
    room = world.telegram.group("Kelas", [sari])
    await room.replies(1)
    world.model.topics["ijazah"] = "signs_documents"
    room.say(sari, "/kartu ijazah")
    (card,) = await room.replies(1, timeout=20)
    assert card.kind == "photo"
    assert [b.url for b in card.buttons] == ["https://t.me/kawan_aman_bot"]
    assert "129" in card.visible


async def test_all_cards_go_to_the_card_chat_once(world: Any, monkeypatch: Any) -> None:
    """Into the chat of KAWAN_CARD_CHAT; a language that another stands in for adds none."""
    import bot.telegram.cards as module

    monkeypatch.setattr(module, "SECTIONS", {"service": ("privacy",)})
    world.campaign.cards._draw = lambda text: b"PNG " + text.language.encode()
    archive = world.telegram.user()
    archive.room.refusal = None
    assert await world.campaign.cards.upload_all(archive.id) == 2
    assert await world.campaign.cards.upload_all(archive.id) == 0
    known = await world.campaign.cards.known(["privacy", "signs_fees"], "jv")
    assert list(known) == ["privacy"] and known["privacy"][0].language == "id"
