"""Draws a topic's card: 1080 by 1350 points, large type, high contrast."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.adapters.card_text import CardText
from bot.adapters.wrap import wrap

SIZE = (1080, 1350)
MARGIN = 72
PAPER, INK, FOOT = "#FFFDF6", "#171A21", "#171A21"
# White on each of them has a contrast of more than 7 to 1.
COLOURS = {"signs": "#9B1C1C", "rights": "#1D3F8F", "help": "#0B5A3C", "service": "#5B2A86"}
_FOOT_HEIGHT = 214
_TITLE_SIZES = (92, 84, 76, 68, 60)
_LINE_SIZES = (58, 54, 50, 46, 42)


@cache
def _type(weight: str, size: int) -> ImageFont.FreeTypeFont:
    import font_lato  # an open type from a package, needed only where cards are drawn

    name = "Lato" if weight == "Regular" else f"Lato{weight}"
    return ImageFont.truetype(font_lato.font_files[name], size)


def draw_card(text: CardText) -> bytes:
    """The card as PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    top = _head(draw, text)
    _lines(draw, text, top, SIZE[1] - _FOOT_HEIGHT)
    _foot(draw, text)
    out = BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _head(draw: Any, text: CardText) -> int:
    """The coloured band with section and title; where it ends."""
    font, rows = _fit(text.title, "Black", _TITLE_SIZES, SIZE[0] - 2 * MARGIN, 3)
    step = int(font.size * 1.16)
    bottom = 168 + step * len(rows) + 44
    draw.rectangle((0, 0, SIZE[0], bottom), fill=COLOURS[text.section])
    draw.text((MARGIN, 64), text.label, font=_type("Bold", 38), fill="#FFFFFF")
    if text.mark:
        _mark(draw, text.mark)
    for number, row in enumerate(rows):
        draw.text((MARGIN, 148 + step * number), row, font=font, fill="#FFFFFF")
    return bottom


def _mark(draw: Any, words: str) -> None:
    font = _type("Bold", 30)
    width = draw.textlength(words, font=font)
    right, top = SIZE[0] - MARGIN, 58
    box = (right - width - 44, top, right, top + 54)
    draw.rounded_rectangle(box, radius=27, fill="#FFD84D")
    draw.text((right - width - 22, top + 8), words, font=font, fill=INK)


def _lines(draw: Any, text: CardText, top: int, bottom: int) -> None:
    """The short lines, each behind a dot, in the largest type that leaves room around them."""
    width = SIZE[0] - 2 * MARGIN - 58
    for size in _LINE_SIZES:
        font = _type("Regular", size)
        wrapped = [wrap(line, font, width) for line in text.lines]
        step, gap = int(size * 1.28), int(size * 0.62)
        height = sum(len(rows) for rows in wrapped) * step + gap * (len(wrapped) - 1)
        if height <= bottom - top - 80:
            break
    y = top + max(38, (bottom - top - height) // 2)
    for rows in wrapped:
        dot = y + step // 2
        draw.ellipse((MARGIN, dot - 13, MARGIN + 26, dot + 13), fill=COLOURS[text.section])
        for row in rows:
            draw.text((MARGIN + 58, y), row, font=font, fill=INK)
            y += step
        y += gap


def _foot(draw: Any, text: CardText) -> None:
    top = SIZE[1] - _FOOT_HEIGHT
    draw.rectangle((0, top, SIZE[0], SIZE[1]), fill=FOOT)
    draw.text((MARGIN, top + 36), text.help_head, font=_type("Bold", 40), fill="#FFD84D")
    font, rows = _fit(text.help, "Bold", (46, 42, 38), SIZE[0] - 2 * MARGIN, 1)
    draw.text((MARGIN, top + 94), rows[0], font=font, fill="#FFFFFF")
    draw.text((MARGIN, top + 156), "Kawan Aman", font=_type("Regular", 32), fill="#C9CCD3")


def _fit(
    text: str, weight: str, sizes: tuple[int, ...], width: int, most: int
) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest type in which `text` takes at most `most` rows."""
    for size in sizes:
        font = _type(weight, size)
        rows = wrap(text, font, width)
        if len(rows) <= most:
            return font, rows
    return font, rows
