"""Draws the picture of a checked offer: 1080 pixels wide, large letters, nothing personal."""

import io

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from bot.adapters.content.offer_render import Card
from bot.adapters.wrap import wrap

WIDTH = 1080
_MARGIN = 72
_INK, _PAPER, _GREY = "#1d2733", "#fdfaf4", "#5b6673"
_COLOURS = {"strong_warning": "#b3261e", "warning": "#b35c00", "unclear": "#3d5a80"}
_HEIGHT = 2400  # of the sheet that is cut to what was drawn


class _Pen:
    """Writes downwards on a sheet and remembers where it is."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw
        self.y = 0

    def write(
        self, text: str, size: int, colour: str, *, bold: bool = False, indent: int = 0
    ) -> None:
        """`text` in lines that fit; Pillow's own letters, made bold by a stroke."""
        font = _font(size)
        stroke = max(1, size // 36) if bold else 0
        for line in wrap(text, font, WIDTH - 2 * _MARGIN - indent):
            self._draw.text(
                (_MARGIN + indent, self.y), line, colour, font, stroke_width=stroke,
                stroke_fill=colour,
            )  # fmt: skip
            self.y += int(size * 1.32)

    def band(self, height: int, colour: str) -> None:
        self._draw.rectangle((0, self.y, WIDTH, self.y + height), colour)

    def dot(self, size: int, colour: str) -> None:
        middle = self.y + int(size * 0.66)
        self._draw.ellipse((_MARGIN, middle - 10, _MARGIN + 20, middle + 10), colour)

    def rule(self) -> None:
        self._draw.line((_MARGIN, self.y, WIDTH - _MARGIN, self.y), "#d9d2c4", 3)


def draw_card(card: Card) -> bytes:
    """A PNG. Pure: the same card gives the same picture."""
    sheet = Image.new("RGB", (WIDTH, _HEIGHT), _PAPER)
    pen = _Pen(ImageDraw.Draw(sheet))
    colour = _COLOURS.get(card.verdict, _COLOURS["unclear"])
    headings = len(wrap(card.heading, _font(84), WIDTH - 2 * _MARGIN))
    pen.band(190 + headings * 110, colour)
    pen.y = 56
    pen.write(card.title, 44, "#ffffff")
    pen.y += 14
    pen.write(card.heading, 84, "#ffffff", bold=True)
    pen.y = 190 + headings * 110 + 44
    for sign in card.signs:
        pen.dot(52, colour)
        pen.write(sign, 52, _INK, bold=True, indent=44)
        pen.y += 14
    pen.y += 24
    pen.rule()
    pen.y += 34
    following, help_line, foot = card.lines
    pen.write(following, 46, _INK)
    pen.y += 26
    pen.write(help_line, 50, colour, bold=True)
    pen.y += 30
    pen.write(foot, 34, _GREY)
    out = io.BytesIO()
    sheet.crop((0, 0, WIDTH, min(pen.y + 56, _HEIGHT))).save(out, "PNG", optimize=True)
    return out.getvalue()


def _font(size: int) -> FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, FreeTypeFont)
    return font
