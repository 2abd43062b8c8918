"""Draws a real conversation as a picture: `.venv/bin/python scripts/picture.py docs`.

What it shows is what the bot answers now, with the trained model; nothing is typed in by hand but
the person's lines.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from bot.adapters.content.markup import visible
from bot.adapters.content.render import render
from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.house import open_house
from bot.settings import load_settings
from bot.understanders import understanding

PEOPLE = {
    "conversation": ["kak apa aja sih tanda lowongan kerja palsu?"],
    "conversation-danger": [
        "is it normal that my boss keeps my passport? im 16 and not paid since june"
    ],
}
WIDTH, PAD, TEXT = 760, 18, 21
BACK, THEIRS, OURS, INK, KEY = "#dfe9ee", "#ffffff", "#d9f6c9", "#1b2a33", "#7fa6b8"


def font(bold: bool = False) -> ImageFont.FreeTypeFont:
    path = font_manager.findfont(
        font_manager.FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    )
    return ImageFont.truetype(path, TEXT)


def wrap(text: str, room: int) -> list[str]:
    """Lines of `text` that fit into `room` pixels."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if font().getlength(longer) > room and line:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def drawable(text: str) -> str:
    """Without the pictures that the font cannot draw."""
    text = text.translate(dict.fromkeys(map(ord, "🔴🟠🟡"), "●"))
    return "".join(c for c in text if ord(c) < 0x2190 or c in "•…●✓✗").strip()


class Sheet:
    """A picture that grows downwards."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, 4000), BACK)
        self.draw = ImageDraw.Draw(self.image)
        self.y = PAD

    def bubble(self, text: str, own: bool) -> None:
        lines = wrap(drawable(text), WIDTH - 170)
        width = max(font().getlength(line) for line in lines) + 2 * PAD
        height = len(lines) * (TEXT + 8) + PAD
        left = WIDTH - width - PAD if own else PAD
        box = (left, self.y, left + width, self.y + height)
        self.draw.rounded_rectangle(box, 14, OURS if own else THEIRS)
        for number, line in enumerate(lines):
            place = (left + PAD, self.y + PAD / 2 + number * (TEXT + 8))
            self.draw.text(place, line, INK, font())
        self.y += height + 8

    def rows(self, keyboard: list[list[str]]) -> None:
        for row in keyboard:
            width = (WIDTH - 170 + 2 * PAD) / len(row)
            for number, label in enumerate(row):
                left = PAD + number * width
                self.draw.rounded_rectangle((left, self.y, left + width - 6, self.y + 38), 10, KEY)
                text = drawable(label)
                middle = left + (width - 6 - font(True).getlength(text)) / 2
                self.draw.text((middle, self.y + 6), text, "white", font(True))
            self.y += 44
        self.y += 10

    def save(self, path: Path) -> None:
        self.image.crop((0, 0, WIDTH, int(self.y) + PAD)).save(path, optimize=True)


async def main(folder: Path) -> None:
    settings = load_settings()
    house = open_house(settings)
    async with understanding(settings, wait=90) as model:
        for name, lines in PEOPLE.items():
            answer, state, sheet = house.answer(model), Conversation(greeted=True), Sheet()
            for number, line in enumerate(lines, 1):
                sheet.bubble(line, own=True)
                turn = await answer(Incoming(number, 1, "text", 1.8e9 + number, line), state)
                state = turn.conversation
                for reply in turn.replies:
                    shown = render(
                        reply, house.content.current(), datetime(2026, 11, 24, 4, tzinfo=UTC)
                    )
                    sheet.bubble(visible(shown.text), own=False)
                    sheet.rows([[label for label, _, _ in row] for row in shown.keyboard])
            sheet.save(folder / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")))
