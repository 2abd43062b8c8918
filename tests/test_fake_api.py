"""The fake API keeps Telegram's rules: a real `telegram.Bot` at one end, people at the other."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.fake_api import FakeTelegram, ManualClock, NoReply
from tests.fake_api.errors import ApiError
from tests.fake_api.markup import parse_html
from tests.fake_api.text import split, utf16

HOUR = 3600.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_800_000_000.0)


@pytest.fixture
async def tg(clock: ManualClock) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock=clock) as server:
        yield server


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[Bot]:
    async with _bot(tg) as client:
        yield client


def _bot(tg: FakeTelegram, token: str | None = None) -> Bot:
    return Bot(
        token or tg.token,
        base_url=tg.url,
        request=HTTPXRequest(connection_pool_size=64, read_timeout=5),
        get_updates_request=HTTPXRequest(connection_pool_size=4),
    )


def _refused(words: str) -> "pytest.RaisesExc[BadRequest]":
    """The library writes Telegram's descriptions in lower case."""
    return pytest.raises(BadRequest, match="(?i)" + re.escape(words))


def _keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


def _data(label: str = "Ya", data: str = "yes") -> InlineKeyboardMarkup:
    return _keyboard(InlineKeyboardButton(label, callback_data=data))


# --- HTTP ---------------------------------------------------------------------------------------


async def test_it_introduces_itself(tg: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot and me.id == int(tg.token.split(":")[0]) and me.username == "kawan_aman_bot"


async def test_an_unknown_token_is_unauthorized(tg: FakeTelegram) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{tg.url}1:x/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {
            "ok": False, "error_code": 401, "description": "Unauthorized",
        }  # fmt: skip
    with pytest.raises(InvalidToken):
        async with _bot(tg, "1:" + "x" * 35):
            pass


async def test_it_takes_get_post_json_form_and_multipart(tg: FakeTelegram) -> None:
    sari = tg.user()
    sari.start()
    address = f"{tg.url}{tg.token}/sendMessage"
    fields = {"chat_id": str(sari.id), "text": "halo"}
    async with aiohttp.ClientSession() as http:
        for send in (
            lambda: http.get(address, params=fields),
            lambda: http.post(address, json={"chat_id": sari.id, "text": "halo"}),
            lambda: http.post(address.lower().replace(tg.token.lower(), tg.token), data=fields),
        ):
            async with send() as answer:
                assert (await answer.json())["result"]["text"] == "halo"
        broken = {**fields, "reply_markup": "{"}
        async with http.post(address, data=broken) as answer:
            assert "can't parse reply markup JSON object" in (await answer.json())["description"]
        async with http.post(address, data=b"{", headers={"Content-Type": "application/json"}) as a:
            assert a.status == 400
        async with http.get(f"{tg.url}{tg.token}/noSuchMethod") as answer:
            assert answer.status == 404
    assert len(await sari.replies(3)) == 3


# --- Updates ------------------------------------------------------------------------------------


async def test_updates_stay_until_they_are_confirmed(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    sari.say("satu")
    first, second = await bot.get_updates()
    assert second.update_id == first.update_id + 1
    assert [u.update_id for u in await bot.get_updates(limit=1)] == [first.update_id]
    (left,) = await bot.get_updates(offset=second.update_id)
    assert left.message and left.message.text == "satu" and tg.pending == 1
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    await tg.confirmed()
    sari.say("dua")
    sari.say("tiga")
    (last,) = await bot.get_updates(offset=-1)
    assert last.message and last.message.text == "tiga" and tg.pending == 1


async def test_long_polling_ends_when_something_happens(tg: FakeTelegram, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await tg.until(lambda: tg.calls_of("getUpdates"))
    tg.user().start()
    (update,) = await waiting
    assert update.message and update.message.text == "/start"


async def test_allowed_updates_are_remembered(tg: FakeTelegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    sari = tg.user()
    told = sari.start()
    assert sari.edit(told, "lain").update_id is None
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(allowed_updates=[])
    assert sari.edit(told, "lagi").update_id


async def test_the_second_poller_ends_the_first_one(tg: FakeTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await tg.until(lambda: tg.calls_of("getUpdates"))
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    tg.user().start()
    assert len(await second) == 1


async def test_updates_are_forgotten_after_24_hours(
    tg: FakeTelegram, bot: Bot, clock: ManualClock
) -> None:
    sari = tg.user()
    sari.start()
    clock.advance(24 * HOUR + 1)
    sari.say("masih di sini")
    (update,) = await bot.get_updates()
    assert update.message and update.message.text == "masih di sini"


async def test_duplicates_and_disorder(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    tg.duplicate()
    told = sari.start()
    first, again = await bot.get_updates()
    assert first.update_id == again.update_id == told.update_id
    await bot.get_updates(offset=first.update_id + 1)
    tg.redeliver(told)
    (again,) = await bot.get_updates(offset=first.update_id + 1)
    assert again.update_id == told.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == ()
    with tg.reordered():
        sari.say("satu")
        sari.say("dua")
        assert not tg.pending
    texts = [u.message.text for u in await bot.get_updates() if u.message]
    assert texts == ["dua", "satu"]


# --- Webhook ------------------------------------------------------------------------------------


class Hook:
    """The bot's own HTTP server; `answers` are the statuses of the first requests."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.texts: list[str] = []
        self.secrets: set[str | None] = set()

    async def __aenter__(self) -> "Hook":
        app = web.Application()
        app.router.add_post("/hook", self._receive)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = Update.de_json(json.loads(await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        if status == 200 and update.message:
            self.texts.append(update.message.text or "")
        return web.Response(status=status)


async def test_the_webhook_gets_updates_in_order_until_it_says_200(
    tg: FakeTelegram, bot: Bot
) -> None:
    sari = tg.user()
    sari.start()
    async with Hook(503, 500) as hook:
        await bot.set_webhook(hook.url, secret_token="rahasia", allowed_updates=["message"])
        await tg.until(lambda: tg.state.webhook.error)
        info = await bot.get_webhook_info()
        assert info.url == hook.url and "503" in (info.last_error_message or "")
        for word in ("satu", "dua"):
            sari.say(word)
        await tg.confirmed()
        tg.duplicate()
        sari.say("tiga")
        await tg.confirmed()
        assert hook.texts == ["/start", "satu", "dua", "tiga", "tiga"]
        assert hook.secrets == {"rahasia"}
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
    sari.say("empat")
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert not tg.pending


async def test_a_webhook_that_is_not_there_loses_nothing(tg: FakeTelegram, bot: Bot) -> None:
    async with Hook() as hook:
        url = hook.url
    tg.user().start()
    await bot.set_webhook(url)
    await tg.until(lambda: tg.state.webhook.tries >= 2)
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_set_webhook_ends_polling_and_wants_https(tg: FakeTelegram, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await tg.until(lambda: tg.calls_of("getUpdates"))
    await bot.set_webhook("https://kawan.example/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await polling
    for url, why in (
        ("http://kawan.example/hook", "An HTTPS URL must be provided for webhook"),
        ("https://kawan.example:99/hook", "only on ports 80, 88, 443 or 8443"),
    ):
        with _refused(why):
            await bot.set_webhook(url)
    with _refused("unallowed characters"):
        await bot.set_webhook("https://kawan.example/hook", secret_token="a b")


# --- What people send ---------------------------------------------------------------------------


async def test_everything_that_people_send_is_read_by_the_library(
    tg: FakeTelegram, bot: Bot
) -> None:
    sari = await tg.user(language_code="en", first_name="Sari", username="sari_x").start("abc_12")
    sari = tg.users[0]
    sari.say("lihat https://a.id/x @kawan_aman_bot 🙂 /menu")
    sari.send_photo("foto")
    for kind in ("voice", "video", "sticker", "location", "contact"):
        getattr(sari, f"send_{kind}")()
    sari.send_document("kontrak.pdf", "isi")
    sari.send_poll("Siapa?", ["aku", "kamu"])
    sari.send("dice", dice={"emoji": "🎲", "value": 3})
    start, words, photo, *others = [u.effective_message for u in await bot.get_updates()]
    assert start and start.text == "/start abc_12" and start.entities[0].type == "bot_command"
    assert start.from_user and not start.from_user.is_bot
    assert (start.from_user.language_code, start.from_user.username) == ("en", "sari_x")
    assert start.chat.type == "private" and start.chat.id == sari.id
    assert words and list(words.parse_entities().values()) == [
        "https://a.id/x", "@kawan_aman_bot", "/menu",
    ]  # fmt: skip
    assert photo and photo.photo[-1].width == 1280 and photo.caption == "foto"
    voice, video, sticker, location, contact, document, poll, dice = others
    assert voice and voice.voice and video and video.video and sticker and sticker.sticker
    assert location and location.location and contact and contact.contact
    assert document and document.document and document.document.file_name == "kontrak.pdf"
    assert poll and poll.poll and [o.text for o in poll.poll.options] == ["aku", "kamu"]
    assert dice and dice.dice and dice.dice.value == 3


async def test_edits_forwards_quotes_and_replies(tg: FakeTelegram, bot: Bot) -> None:
    sari, budi = tg.user(), tg.user(first_name="Budi")
    told = sari.say("kerja di luar negri")
    sari.edit(told, "kerja di luar negeri")
    sari.forward("gaji besar", "Agen")
    sari.forward("punyaku", from_user=budi)
    sari.quote("ini apa?", quoted="luar negeri")
    sari.quote("dan ini?", quoted="dari tempat lain")
    sari.reply(told, "lanjut")
    _, edit, hidden, known, quote, far, reply = await bot.get_updates()
    assert edit.edited_message and edit.edited_message.text == "kerja di luar negeri"
    assert edit.edited_message.edit_date and edit.edited_message.message_id == told.message_id
    assert hidden.message and hidden.message.forward_origin
    assert hidden.message.forward_origin.type == "hidden_user"
    assert known.message.forward_origin.sender_user.first_name == "Budi"  # type: ignore[union-attr]
    assert quote.message and quote.message.quote and quote.message.reply_to_message
    assert quote.message.quote.text == "luar negeri"
    assert quote.message.reply_to_message.message_id == told.message_id
    assert far.message and far.message.external_reply and not far.message.reply_to_message
    assert reply.message and reply.message.reply_to_message
    assert sari.chat[0].edits == ["kerja di luar negri"]


async def test_long_messages_arrive_in_pieces_and_empty_ones_cannot_be_sent(
    tg: FakeTelegram, bot: Bot
) -> None:
    tg.user().say("🙂" * 3000)
    parts = [u.message.text for u in await bot.get_updates() if u.message]
    assert [utf16(part or "") for part in parts] == [4096, 1904]
    with pytest.raises(ValueError, match="no empty message"):
        tg.user().say(" \n")


async def test_what_comes_too_late_is_said_so(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    await bot.send_message(sari.id, "satu")
    with pytest.raises(NoReply, match="1 of 2 sent"):
        await sari.replies(2, timeout=0)
    assert len(await sari.replies(1)) == 1
    assert await sari.replies_so_far() == []


# --- Who may be written to ----------------------------------------------------------------------


async def test_a_bot_cannot_write_first(tg: FakeTelegram, bot: Bot) -> None:
    sari, budi = tg.user(), tg.user()
    with _refused("Chat not found"):
        await bot.send_message(sari.id, "halo")
    with _refused("Chat not found"):
        await bot.send_message("@siapa", "halo")
    with _refused("Chat_id is empty"):
        await bot.send_message("", "halo")
    with _refused("Chat not found"):
        await bot.get_chat(sari.id)
    tg.group("Relawan", [budi])
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(budi.id, "halo")
    budi.start()
    assert (await bot.send_message(budi.id, "halo")).from_user.is_bot  # type: ignore[union-attr]


async def test_who_blocks_the_bot_is_not_reached(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    sari.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(sari.id, "halo")
    with pytest.raises(Forbidden):
        await bot.send_chat_action(sari.id, "typing")
    with pytest.raises(AssertionError, match="blocked the bot"):
        sari.say("halo")
    assert (await bot.get_chat(sari.id)).first_name == "Orang 1"
    sari.start()
    await bot.send_message(sari.id, "halo")
    _, gone, back, start = await bot.get_updates()
    assert gone.my_chat_member and gone.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member and back.my_chat_member.old_chat_member.status == "kicked"
    assert start.message
    sari.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(sari.id, "halo")


async def test_a_group_that_throws_the_bot_out(tg: FakeTelegram, bot: Bot) -> None:
    budi, sari = tg.user(), tg.user()
    group = tg.group("Relawan", [budi])
    await bot.send_message(group.id, "halo")
    group.kick(by=budi)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "halo")
    assert group.say(budi, "/menu").update_id is None
    group.invite(by=budi)
    group.add(sari)
    assert (await bot.get_chat_member(group.id, sari.id)).status == "member"
    group.remove(sari)
    assert (await bot.get_chat_member(group.id, sari.id)).status == "left"
    assert (await bot.get_chat_member(group.id, budi.id)).status == "creator"
    group.promote(by=budi)
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    assert (await bot.get_chat(group.id)).title == "Relawan"
    with _refused("User not found"):
        await bot.get_chat_member(group.id, 5)
    assert len(await bot.get_updates()) == 6


async def test_privacy_mode_hides_what_is_not_for_the_bot(tg: FakeTelegram, bot: Bot) -> None:
    budi = tg.user()
    group = tg.group("Relawan", [budi])
    message = await bot.send_message(group.id, "halo")
    seen = [
        group.say(budi, "rahasia antar kita"),
        group.say(budi, "/menu"),
        group.say(budi, "/menu@kawan_aman_bot"),
        group.say(budi, "/menu@another_bot"),
        group.say(budi, "hai @kawan_aman_bot"),
        group.reply(budi, message.message_id, "terima kasih"),
    ]
    assert [bool(told.update_id) for told in seen] == [False, True, True, False, True, True]
    group.promote(by=budi)
    assert group.say(budi, "rahasia antar kita").update_id


# --- Text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br/>x", 'Unsupported start tag "br/" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="https://a.id>x</a>', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=?>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<i =x>y</i>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ('<span class="x">y</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">🙂</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("a & b", "Unsupported HTML entity at byte offset 2"),
        ("a&nbsp;b", "Unsupported HTML entity at byte offset 1"),
    ],
)
async def test_bad_html_is_refused(tg: FakeTelegram, bot: Bot, source: str, refusal: str) -> None:
    sari = tg.user()
    sari.start()
    with pytest.raises(BadRequest) as error:
        await bot.send_message(sari.id, source, parse_mode="HTML")
    assert error.value.message.lower() == f"can't parse entities: {refusal}".lower()
    assert not [post for post in sari.chat if post.own]


async def test_good_html_is_shown(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    source = (
        ' 🙂<b>a<i>b</i></b> &lt;&#65;&amp;&quot; <a href="https://a.id/?x=1&amp;y=2">tautan</a> '
        '<code class="language-py">c</code><blockquote expandable>q</blockquote>'
        '<tg-emoji emoji-id="5">🙂</tg-emoji><span class="tg-spoiler">s</span><b></b><a>dua</a> '
    )
    message = await bot.send_message(sari.id, source, parse_mode="HTML")
    assert message.text == '🙂ab <A&" tautan cq🙂sdua'
    (reply,) = await sari.replies(1)
    assert reply.visible == message.text and reply.text == source
    assert {e.type: t for e, t in message.parse_entities().items()} == {
        "bold": "ab", "italic": "b", "text_link": "tautan", "code": "c", "blockquote": "q",
        "custom_emoji": "🙂", "spoiler": "s",
    }  # fmt: skip
    assert [e.url for e in message.entities if e.url] == ["https://a.id/?x=1&y=2"]
    tg.state.strict_entities = False  # what the server itself lets pass
    assert (await bot.send_message(sari.id, "a & b&nbsp;", parse_mode="HTML")).text == "a & b&nbsp;"
    with _refused("Unsupported parse_mode"):
        await bot.send_message(sari.id, "x", parse_mode="Wiki")


@given(st.text(alphabet="<>/&;b a=\"'#lt🙂", max_size=30))
def test_any_text_is_shown_or_refused(source: str) -> None:
    try:
        visible, entities = parse_html(source)
    except ApiError as error:
        assert error.code == 400
    else:
        assert all(e["offset"] + e["length"] <= utf16(visible) for e in entities)
    escaped = source.replace("&", "&amp;").replace("<", "&lt;")
    assert parse_html(escaped)[0] == source.strip()


@given(st.text(max_size=40))
def test_pieces_make_the_whole(text: str) -> None:
    pieces = list(split(text, 7))
    assert "".join(pieces) == text and all(utf16(piece) <= 7 for piece in pieces)


async def test_length_is_counted_after_parsing_in_utf_16(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    with _refused("Message text is empty"):
        await bot.send_message(sari.id, "")
    for empty in ("  ", "<b> </b>"):
        with _refused("Text must be non-empty"):
            await bot.send_message(sari.id, empty, parse_mode="HTML")
    await bot.send_message(sari.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.send_message(sari.id, "🙂" * 2048)
    for long in ("x" * 4097, "🙂" * 2048 + "x"):
        with _refused("Message is too long"):
            await bot.send_message(sari.id, long)


# --- Buttons ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton(" ", callback_data="x"), "text must be non-empty"),
        (InlineKeyboardButton("x", callback_data=""), "Text buttons are unallowed"),
        (InlineKeyboardButton("x", url="javascript:x"), "is invalid: Unsupported URL protocol"),
        (InlineKeyboardButton("x", url="ftp://a.id"), "is invalid: Unsupported URL protocol"),
        (InlineKeyboardButton("x", url="http://localhost"), "is invalid: Wrong HTTP URL"),
        (InlineKeyboardButton("x", url="https://"), "is invalid: URL host is empty"),
    ],
)
async def test_bad_buttons_are_refused(
    tg: FakeTelegram, bot: Bot, button: InlineKeyboardButton, refusal: str
) -> None:
    sari = tg.user()
    sari.start()
    with _refused(refusal):
        await bot.send_message(sari.id, "x", reply_markup=_keyboard(button))


async def test_a_press_and_its_answer(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    sari = tg.user()
    sari.start()
    keyboard = _keyboard(
        InlineKeyboardButton("✅ Ya, lanjut", callback_data="x" * 64),
        InlineKeyboardButton("Situs", url="https://kawan.id/a"),
    )
    await bot.send_message(sari.id, "lanjut?", reply_markup=keyboard)
    (question,) = await sari.replies(1)
    assert question.labels == ["✅ Ya, lanjut", "Situs"] and question.buttons[1].url
    sari.press("ya, lanjut")
    *_, update = await bot.get_updates()
    query = update.callback_query
    assert query and query.data == "x" * 64 and query.from_user.id == sari.id
    assert query.message and query.message.message_id == question.message_id
    with _refused("Message_too_long"):
        await bot.answer_callback_query(query.id, "x" * 201)
    await bot.answer_callback_query(query.id, "x" * 200, show_alert=True)
    (notice,) = await sari.notices(1)
    assert notice.alert and notice.text == "x" * 200
    too_old = "Query is too old and response timeout expired or query id is invalid"
    with _refused(too_old):
        await bot.answer_callback_query(query.id)
    late = sari.press("x" * 64, message=question).press
    clock.advance(HOUR)
    assert late
    with _refused(too_old):
        await bot.answer_callback_query(late.id)
    for wanted in ("tidak ada", "Situs"):
        with pytest.raises(AssertionError):
            sari.press(wanted)
    clock.advance(48 * HOUR)
    sari.press("Ya")
    *_, update = await bot.get_updates()
    assert update.callback_query and update.callback_query.message
    assert not update.callback_query.message.is_accessible


async def test_inline_queries(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    sari = tg.user()
    results = [InlineQueryResultArticle("1", "Bantuan", InputTextMessageContent("129"))]
    press = sari.inline("bantuan")
    (update,) = await bot.get_updates()
    assert update.inline_query and update.inline_query.query == "bantuan"
    await bot.answer_inline_query(press.id, results)
    assert press.answered
    assert [r["id"] for r in await sari.inline_results()] == ["1"]
    twice = sari.inline("bantuan")
    with _refused("RESULT_ID_DUPLICATE"):
        await bot.answer_inline_query(twice.id, [*results, *results])
    with _refused("FILE_REFERENCE_INVALID"):
        await bot.answer_inline_query(twice.id, [InlineQueryResultCachedPhoto("2", "gone")])
    late = sari.inline("bantuan")
    clock.advance(11)
    with _refused("Query is too old"):
        await bot.answer_inline_query(late.id, results)


# --- Media, polls -------------------------------------------------------------------------------


async def test_pictures_and_files(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    keyboard = _data()
    photo = await bot.send_photo(
        sari.id, b"PNG", caption="<i>kartu</i>", parse_mode="HTML", reply_markup=keyboard
    )
    assert photo.caption == "kartu" and photo.caption_entities[0].type == "italic"
    again = await bot.send_photo(sari.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_id == photo.photo[-1].file_id
    document = await bot.send_document(sari.id, b"%PDF", filename="kartu.pdf")
    assert document.document and document.document.file_name == "kartu.pdf"
    shown = await sari.replies(3)
    assert shown[0].labels == ["Ya"] and [post.kind for post in shown][2] == "document"
    assert tg.calls_of("sendPhoto")[0].params["photo"].data == b"PNG"
    with _refused("Message caption is too long"):
        await bot.send_photo(sari.id, b"PNG", caption="x" * 1025)
    with _refused("File must be non-empty"):
        await bot.send_document(sari.id, b"")
    with _refused("Wrong file identifier"):
        await bot.send_photo(sari.id, "AgACxyz")
    with _refused("There is no text in the message to edit"):
        await bot.edit_message_text("x", sari.id, photo.message_id)


async def test_polls_and_actions(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    message = await bot.send_poll(sari.id, "Aman?", ["ya", "tidak"])
    assert message.poll and message.poll.question == "Aman?"
    with _refused("Poll must have at least 2 option"):
        await bot.send_poll(sari.id, "Aman?", ["ya"])
    options = ["ya", "tidak"]
    quiz = await bot.send_poll(
        sari.id, "Aman?", options, type="quiz", correct_option_ids=[1], explanation="Tunggu dulu."
    )
    assert quiz.poll and quiz.poll.type == "quiz" and quiz.poll.explanation == "Tunggu dulu."
    for wrong, why in (([2], ""), ([], ""), ([0], "x" * 201)):
        with _refused("explanation" if why else "correct option"):
            await bot.send_poll(
                sari.id, "Aman?", options, type="quiz", correct_option_ids=wrong, explanation=why
            )
    assert await bot.send_chat_action(sari.id, "typing")
    with _refused("Wrong parameter action"):
        await bot.send_chat_action(sari.id, "sleeping")


# --- Editing, deleting, pins, topics ------------------------------------------------------------


async def test_editing(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    sari = tg.user()
    mine = sari.start()
    message = await bot.send_message(
        sari.id, "<b>satu</b>", parse_mode="HTML", reply_markup=_data()
    )
    at = {"chat_id": sari.id, "message_id": message.message_id}
    same = "Message is not modified: specified new message content and reply markup are exactly"
    with _refused(same):
        await bot.edit_message_text("<b>satu</b>", **at, parse_mode="HTML", reply_markup=_data())
    edited = await bot.edit_message_text("dua", **at, reply_markup=_data("Tidak", "no"))
    assert edited.text == "dua" and edited.edit_date  # type: ignore[union-attr]
    with _refused("Message is not modified"):
        await bot.edit_message_reply_markup(**at, reply_markup=_data("Tidak", "no"))
    await bot.edit_message_reply_markup(**at)
    first, last = await sari.edits(2)
    assert first is last and last.visible == "dua" and last.buttons == []
    assert last.edits == ["<b>satu</b>", "dua"]
    for number, refusal in (
        (999, "message to edit not found"),
        (mine.message_id, "can't be edited"),
    ):
        with _refused(refusal):
            await bot.edit_message_text("x", sari.id, number)
    with _refused("Message is too long"):
        await bot.edit_message_text("x" * 4097, **at)
    clock.advance(48 * HOUR + 1)
    with _refused("Message can't be edited"):
        await bot.edit_message_text("tiga", **at)


async def test_deleting(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    sari = tg.user()
    sari.start()
    tg.limits.enabled = False
    numbers = [(await bot.send_message(sari.id, str(n))).message_id for n in range(4)]
    assert await bot.delete_message(sari.id, numbers[0])
    for number in (numbers[0], 999):
        with _refused("Message to delete not found"):
            await bot.delete_message(sari.id, number)
    with _refused("Message to edit not found"):
        await bot.edit_message_text("x", sari.id, numbers[0])
    assert await bot.delete_messages(sari.id, [*numbers[:3], 999])
    assert len(await sari.deletions(3)) == 3
    assert [p.deleted for p in sari.chat if p.own] == [True, True, True, False]
    assert sari.last.text == "3"
    clock.advance(48 * HOUR + 1)
    with _refused("Message can't be deleted for everyone"):
        await bot.delete_message(sari.id, numbers[3])
    with _refused("Message to be replied not found"):
        await bot.send_message(sari.id, "x", reply_parameters=ReplyParameters(numbers[0]))
    answer = await bot.send_message(sari.id, "x", reply_parameters=ReplyParameters(numbers[3]))
    assert answer.reply_to_message and answer.reply_to_message.text == "3"


async def test_pins_and_topics_need_an_admin(tg: FakeTelegram, bot: Bot) -> None:
    budi = tg.user()
    group = tg.group("Jaga", [budi], forum=True)
    message = await bot.send_message(group.id, "KA-7")
    at = (group.id, message.message_id)
    with _refused("Not enough rights to create a topic"):
        await bot.create_forum_topic(group.id, "Kasus")
    with _refused("Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(*at)
    with _refused("Message can't be deleted"):
        await bot.delete_message(group.id, group.say(budi, "halo").message_id)
    group.promote(by=budi)
    assert await bot.pin_chat_message(*at) and group.chat[0].pinned
    assert await bot.unpin_all_chat_messages(group.id) and not group.chat[0].pinned
    topic = await bot.create_forum_topic(group.id, "Kasus")
    assert group.topics == {topic.message_thread_id: "Kasus"}
    thread = topic.message_thread_id
    inside = await bot.send_message(group.id, "KA-8", message_thread_id=thread)
    assert inside.is_topic_message
    group.say(budi, "siap", thread=thread)
    with _refused("Message thread not found"):
        await bot.send_message(group.id, "KA-9", message_thread_id=999)
    with _refused("The chat is not a forum"):
        await bot.create_forum_topic(tg.group("Biasa", [budi], admin=True).id, "Kasus")


async def test_buttons_in_a_group(tg: FakeTelegram, bot: Bot) -> None:
    budi = tg.user()
    group = tg.group("Jaga", [budi])
    await bot.send_message(group.id, "KA-7", reply_markup=_data("Ambil", "take:7"))
    group.press(budi, "Ambil")
    *_, update = await bot.get_updates()
    assert update.callback_query and update.callback_query.from_user.id == budi.id
    await bot.answer_callback_query(update.callback_query.id)
    assert len(await group.notices(1)) == 1


# --- The bot's profile --------------------------------------------------------------------------


async def test_commands_by_language_and_scope(tg: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_commands([("menu", "Menu")])
    await bot.set_my_commands([("darurat", "x" * 256)], language_code="id")
    await bot.set_my_commands([("jaga", "Jaga")], scope=BotCommandScopeChat(5))
    assert await bot.get_my_commands(language_code="id") == (BotCommand("darurat", "x" * 256),)
    assert {code: c[0]["command"] for code, c in tg.commands.items()} == {
        "": "menu", "id": "darurat",
    }  # fmt: skip
    assert await bot.get_my_commands(scope=BotCommandScopeChat(5)) == (BotCommand("jaga", "Jaga"),)
    await bot.delete_my_commands()
    assert set(tg.commands) == {"id"}
    for command, description, refusal in (
        ("", "x", "Command must be non-empty"),
        ("x" * 33, "x", "Command length must not exceed 32"),
        ("Menu", "x", "Bot_command_invalid"),
        ("menu-utama", "x", "Bot_command_invalid"),
        ("menu", "", "Command description must be non-empty"),
        ("menu", "x" * 257, "Command description length must not exceed 256"),
    ):
        with _refused(refusal):
            await bot.set_my_commands([(command, description)])
    with _refused("Invalid language code"):
        await bot.set_my_commands([("menu", "x")], language_code="Indonesia")


async def test_name_and_descriptions(tg: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_description("x" * 512, language_code="id")
    await bot.set_my_short_description("x" * 120)
    await bot.set_my_name("Kawan")
    assert tg.profile["description"] == {"id": "x" * 512}
    assert (await bot.get_my_short_description("en")).short_description == "x" * 120
    assert (await bot.get_my_name()).name == "Kawan"
    for refused in (
        bot.set_my_description("x" * 513),
        bot.set_my_short_description("x" * 121),
        bot.set_my_name("x" * 65),
    ):
        with _refused("too long"):
            await refused


# --- Limits -------------------------------------------------------------------------------------


async def test_one_message_a_second_to_a_person_after_a_burst_of_three(
    tg: FakeTelegram, bot: Bot, clock: ManualClock
) -> None:
    sari, budi = tg.user(), tg.user()
    sari.start()
    budi.start()
    for _ in range(3):
        await bot.send_message(sari.id, "x")
    with pytest.raises(RetryAfter) as error:
        await bot.send_message(sari.id, "x")
    assert error.value._retry_after.total_seconds() == 1
    await bot.send_message(budi.id, "x")  # others are not concerned
    clock.advance(1)
    await bot.send_message(sari.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(sari.id, "x")
    assert len(await sari.replies(4)) == 4


async def test_twenty_a_minute_to_a_group_edits_included(
    tg: FakeTelegram, bot: Bot, clock: ManualClock
) -> None:
    group = tg.group("Jaga", [tg.user()])
    message = await bot.send_message(group.id, "0")
    for n in range(1, 20):
        await bot.edit_message_text(str(n), group.id, message.message_id)
    clock.advance(20)
    for refused in (
        bot.send_message(group.id, "x"),
        bot.edit_message_text("x", group.id, message.message_id),
    ):
        with pytest.raises(RetryAfter) as error:
            await refused
        assert error.value._retry_after.total_seconds() == 40
    clock.advance(40)
    await bot.send_message(group.id, "x")


async def test_thirty_a_second_over_all(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    people = [tg.user() for _ in range(31)]
    for person in people:
        person.start()
    await asyncio.gather(*(bot.send_message(person.id, "x") for person in people[:30]))
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "x")
    clock.advance(1)
    await bot.send_message(people[30].id, "x")


# --- Faults -------------------------------------------------------------------------------------


async def test_errors_of_the_server(tg: FakeTelegram, bot: Bot) -> None:
    sari, budi = tg.user(), tg.user()
    sari.start()
    budi.start()
    tg.fail("sendMessage", times=2, status=502, chat=sari)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(sari.id, "x")
        await bot.send_message(budi.id, "x")
    await bot.send_message(sari.id, "x")
    tg.fail(status=500)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_me()
    tg.fail("sendMessage", status=429, retry_after=17)
    with pytest.raises(RetryAfter) as error:
        await bot.send_message(sari.id, "x")
    assert error.value._retry_after.total_seconds() == 17
    assert len(await sari.replies(1)) == 1


@pytest.mark.parametrize("accepted", [False, True])
async def test_answers_that_never_come(tg: FakeTelegram, bot: Bot, accepted: bool) -> None:
    sari = tg.user()
    sari.start()
    tg.drop("sendMessage", accepted=accepted)
    with pytest.raises(NetworkError):
        await bot.send_message(sari.id, "x")
    tg.hang("sendMessage", accepted=accepted)
    with pytest.raises(TimedOut):
        await bot.send_message(sari.id, "x", read_timeout=0.05)
    tg.garble("sendMessage", accepted=accepted)
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.send_message(sari.id, "x")
    assert len(await sari.replies_so_far()) == (3 if accepted else 0)
    assert [call.done for call in tg.calls_of("sendMessage")] == [accepted] * 3


async def test_a_lost_answer_to_get_updates_loses_no_update(tg: FakeTelegram, bot: Bot) -> None:
    tg.user().start()
    tg.drop("getUpdates", accepted=True)
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_slow_answers(tg: FakeTelegram, bot: Bot) -> None:
    sari = tg.user()
    sari.start()
    tg.slow("sendMessage", seconds=0.3)
    with pytest.raises(TimedOut):
        await bot.send_message(sari.id, "x", read_timeout=0.05)
    assert len(await sari.replies(1)) == 1  # it had arrived all the same
    tg.faults.latency = 0.3
    with pytest.raises(TimedOut):
        await bot.send_message(sari.id, "x", read_timeout=0.05)
    assert len(await sari.replies(1)) == 1
    assert len(await tg.called("sendMessage", 2)) == 2


async def test_the_whole_api_goes_away_and_comes_back(tg: FakeTelegram, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await tg.until(lambda: tg.calls_of("getUpdates"))
    tg.down()
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError):
        await bot.get_me()
    tg.user().start()
    tg.down(status=503)
    with pytest.raises(NetworkError, match="Service Unavailable"):
        await bot.get_me()
    tg.up()
    assert len(await bot.get_updates()) == 1


async def test_calls_are_logged(tg: FakeTelegram, bot: Bot, clock: ManualClock) -> None:
    sari = tg.user()
    sari.start()
    await bot.send_message(sari.id, "halo", reply_markup=_data())
    with pytest.raises(BadRequest):
        await bot.send_message(sari.id, "")
    time, method, params = tg.calls_of("sendMessage")[0]
    assert (time, method, params["chat_id"]) == (clock.now, "sendMessage", sari.id)
    assert params["reply_markup"]["inline_keyboard"][0][0]["text"] == "Ya"
    assert [call.error for call in tg.calls_of("sendMessage")] == [
        None, "Bad Request: message text is empty",
    ]  # fmt: skip
    with pytest.raises(NoReply):
        await tg.called("getFile", timeout=0)
