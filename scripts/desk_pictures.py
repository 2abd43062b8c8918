"""Draws what staff see, for the handbooks: `PYTHONPATH=. .venv/bin/python scripts/desk_pictures.py`.

The real program answers on a Bot API of its own; the pictures show its messages, not copies."""

import asyncio
import sys
import tempfile
from pathlib import Path

from scripts.picture import Sheet
from tests.desk_world import Desk, code_in
from tests.fake_api import FakeTelegram
from tests.fake_api.person import User
from tests.fake_api.records import Posted

WORDS = {
    "id": ("aku dikunci majikan di ruko, pasporku diambil", "Kamu aman untuk menulis sekarang?"),
    "en": ("my boss locked me in the shop and took my passport", "Are you safe to write now?"),
}
TAKE = {"id": "Ambil", "en": "Take"}
SEND = {"id": "Kirim ke", "en": "Send to"}


async def main(folder: Path) -> None:
    for language, (words, answer) in WORDS.items():
        async with FakeTelegram() as telegram:
            await _draw(telegram, folder, language, words, answer)


async def _draw(
    telegram: FakeTelegram, folder: Path, language: str, words: str, answer: str
) -> None:
    owner = telegram.user(first_name="Owner")
    group = telegram.group("Staf", [owner])
    settings = {"KAWAN_STAFF_CHAT": str(group.id), "KAWAN_DIGEST_SECONDS": "3.2"}
    async with Desk(telegram, Path(tempfile.mkdtemp()), **settings) as desk:
        ana = await desk.counsellor("Ana")
        ana.say(f"/language {language}")
        await ana.replies(1)
        person = telegram.user(language_code=language, first_name="P")
        person.say(words)
        await telegram.until(lambda: _has(ana, TAKE[language]), 30)
        alert = next(p for p in reversed(ana.chat) if p.button(TAKE[language]))
        code = code_in(alert.visible)
        (digest,) = (await group.replies(1, timeout=20))[:1]
        await telegram.until(lambda: code in digest.visible, 20)
        _sheet(folder / f"desk-alert.{language}.png", [alert])
        _sheet(folder / "desk-digest.png", [digest])  # in the first language of the content

        ana.press(TAKE[language])
        await telegram.until(lambda: any(code in p.visible for p in _after(ana, alert)), 20)
        await ana.replies_so_far()
        ana.say(answer)
        await telegram.until(lambda: _has(ana, SEND[language]), 20)
        ana.press(SEND[language])
        await telegram.until(lambda: any(answer in p.visible for p in person.chat if p.own), 20)
        await telegram.until(lambda: any("✓" in p.visible for p in ana.chat), 20)
        person.say("iya kak" if language == "id" else "yes i think so")
        await telegram.until(lambda: any("kak" in p.visible or "think so" in p.visible
                                         for p in ana.chat if p.own), 20)  # fmt: skip
        _sheet(folder / f"desk-relay.{language}.png", _after(ana, alert))


def _has(user: User, label: str) -> bool:
    return any(p.own and p.button(label) for p in user.chat)


def _after(user: User, post: Posted) -> list[Posted]:
    return [p for p in user.chat if p.message_id > post.message_id and not p.deleted]


def _sheet(path: Path, posts: list[Posted]) -> None:
    sheet = Sheet()
    for post in posts:
        sheet.bubble(post.visible, own=not post.own)
        sheet.rows([[button.label for button in row] for row in post.rows])
    sheet.save(path)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")))
