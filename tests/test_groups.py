"""The bot in groups: short, of one shape, never telling who is in danger."""

from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram

LINK = "https://t.me/kawan_aman_bot"


@pytest.fixture
async def telegram(world):  # type: ignore[no-untyped-def]
    return world.telegram


@pytest.fixture
async def group(telegram):  # type: ignore[no-untyped-def]
    sari, budi = telegram.user(language_code="id"), telegram.user(language_code="id")
    group = telegram.group("Karang Taruna", [sari, budi])
    (hello,) = await group.replies(1, timeout=20)
    assert "/kuis" in hello.text and "hanya melihat perintah" in hello.text
    return group, sari, budi


def shape(post: Any) -> tuple[Any, ...]:
    """All that may be told from a message without reading its middle."""
    lines = post.visible.split("\n\n")
    return (
        post.kind, len(post.entities), [(b.label, b.url, b.data) for b in post.buttons], lines[-1],
        "reply_to_message" in post.raw,
    )  # fmt: skip


async def test_a_disclosure_gets_the_very_words_that_small_talk_gets(telegram, group) -> None:  # type: ignore[no-untyped-def]
    room, sari, budi = group
    room.say(sari, "@kawan_aman_bot halo")
    (calm,) = await room.replies(1)
    for number, words in enumerate(
        ("/tanya aku dikunci dari luar sama majikan", "@kawan_aman_bot tolong aku dipukuli bapak",
         "/kuis aku mau bunuh diri", "/kartu aku dijual pacarku", "/tolong aku dikunci")
    ):  # fmt: skip
        room.say(sari if number % 2 else budi, words)
        (hurt,) = await room.replies(1)
        assert (hurt.text, hurt.raw.get("entities")) == (calm.text, calm.raw.get("entities")), words
        assert shape(hurt) == shape(calm)
    room.reply(budi, calm, "kami dikurung di ruko")
    (hurt,) = await room.replies(1)
    assert hurt.text == calm.text
    assert shape(calm)[2] == [("Chat pribadi", LINK, None)]
    assert "129" in calm.text  # where people answer stands under everything
    assert not [c for c in telegram.calls if c.params.get("chat_id") in (sari.id, budi.id)]


async def test_a_poll_has_the_same_link_and_nobody_sees_who_chose(telegram, group) -> None:  # type: ignore[no-untyped-def]
    room, sari, _ = group
    room.say(sari, "/kuis")
    (poll,) = await room.replies(1)
    body = poll.raw["poll"]
    assert (poll.kind, body["type"], body["is_anonymous"]) == ("poll", "quiz", True)
    assert len(body["options"]) >= 2 and body["explanation"]
    assert [b.url for b in poll.buttons] == [LINK]
    assert "reply_to_message" not in poll.raw


async def test_quiet_lasts_until_somebody_asks_for_words(tmp_path: Path) -> None:
    async with (
        FakeTelegram() as telegram,
        BotProcess(tmp_path, telegram.url, telegram.token) as bot,
    ):
        await _quiet(telegram, bot)


async def _quiet(telegram: FakeTelegram, bot: BotProcess) -> None:
    sari, budi = telegram.user(language_code="id"), telegram.user(language_code="id")
    room = telegram.group("Karang Taruna", [sari, budi])
    await room.replies(1, timeout=60)
    room.say(sari, "/diam")
    (said,) = await room.replies(1)
    assert "/bicara" in said.text and [b.url for b in said.buttons] == [LINK]
    room.say(budi, "/kuis")
    room.say(budi, "@kawan_aman_bot aku dikunci majikan")
    await bot.kill()
    await bot.start()
    room.say(budi, "/bicara")
    await telegram.until(lambda: "menjawab lagi" in room.last.text, timeout=60)
    # a send in flight at the kill may repeat; nothing else was said meanwhile
    more = [post.text for post in await room.replies_so_far()]
    assert set(more) <= {said.text, room.last.text}


async def test_it_leaves_alone_what_is_not_for_it(telegram, group) -> None:  # type: ignore[no-untyped-def]
    room, sari, budi = group
    room.promote(sari)  # an admin bot hears everything, and still answers only what is for it
    for words in ("aku dikunci majikan", "/kuis@other_bot", "/stats", "@other_bot halo"):
        room.say(budi, words)
    room.say(sari, "/kuis@kawan_aman_bot")
    (poll,) = await room.replies(1)
    assert poll.kind == "poll"
    assert await room.replies_so_far() == []


async def test_a_topic_of_a_forum_gets_its_answer_there(telegram) -> None:  # type: ignore[no-untyped-def]
    sari = telegram.user(language_code="en")
    room = telegram.group("Forum", [sari], forum=True)
    await room.replies(1, timeout=20)
    room.room.topics[7] = "Safety"
    room.say(sari, "/quiz", thread=7)
    (poll,) = await room.replies(1)
    assert poll.raw["message_thread_id"] == 7


async def test_nothing_about_members_is_kept(telegram, group, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    room, sari, _ = group
    room.say(sari, "/tanya aku dikunci majikan")
    room.say(sari, "/diam")
    await room.replies(2)
    room.say(sari, "/bicara")  # by then the earlier update has been kept
    await room.replies(1)
    found = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for secret in (str(sari.id), str(room.id), sari.info["first_name"], "Karang Taruna"):
        assert secret.encode() not in found
    import sqlite3

    with sqlite3.connect(tmp_path / "kawan.db") as database:
        assert database.execute("select count(*) from campaign_group").fetchone() == (1,)
        assert database.execute("select count(*) from alarm").fetchone() == (0,)
        assert database.execute("select count(*) from conversation").fetchone() == (0,)


async def test_commands_and_mentions_in_english(telegram, group) -> None:  # type: ignore[no-untyped-def]
    room, sari, _ = group
    room.say(sari, "/ask what are you doing here?")
    (hint,) = await room.replies(1)
    assert "private chat" in hint.text
    assert [b.url for b in hint.buttons] == [LINK]


async def test_a_group_that_threw_the_bot_out_is_forgotten(group) -> None:  # type: ignore[no-untyped-def]
    room, sari, _ = group
    room.say(sari, "/diam")
    await room.replies(1)
    room.kick(sari)
    room.invite(sari)
    (hello,) = await room.replies(1)
    assert "/kuis" in hello.text
    room.say(sari, "/kuis")
    assert (await room.replies(1))[0].kind == "poll"
