"""A check of a job offer over the Bot API: a restart in the middle, and the picture at the end."""

from pathlib import Path

from tests.bot_process import BotProcess
from tests.fake_api import FakeTelegram
from tests.fake_api.person import User
from tests.fake_api.records import Posted


async def test_a_check_survives_a_restart_and_ends_with_a_picture(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        ibu = telegram.user(language_code="id", first_name="Ibu")
        async with BotProcess(tmp_path, telegram.url, telegram.token):
            ibu.start()
            await ibu.replies(1)
            ibu.say("/menu")
            await ibu.replies(1)
            ibu.press("Tanda bahaya")
            await ibu.replies(1)
            ibu.press("Periksa sebuah tawaran")
            await ibu.replies(1)
            ibu.press("Langsung ditanya saja")
            (question,) = await ibu.replies(1)
            assert "ongkos" in question.text
        async with BotProcess(tmp_path, telegram.url, telegram.token):
            ibu.say("kami bayar dulu 2 juta")
            seen = {question.text}
            answer = await _new(ibu, seen)
            for _ in range(5):
                ibu.press("Lewati")
                answer = await _new(ibu, seen)
            assert "Diminta bayar di depan" in answer.text
            ibu.press("Gambar untuk dibagikan")
            (picture,) = await ibu.replies(1)
    assert picture.kind == "photo", picture.visible
    assert "Kawan Aman" in picture.text


async def _new(ibu: User, seen: set[str]) -> Posted:
    """The next reply with a new text: one that was under way when the program ended may come
    once more."""
    while True:
        for answer in await ibu.replies(1, timeout=20):
            if answer.text not in seen:
                seen.add(answer.text)
                return answer
