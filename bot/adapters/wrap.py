"""Text in rows of a picture."""

from PIL.ImageFont import FreeTypeFont


def wrap(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Words of `text` in rows of at most `width` pixels; a longer word has a row of its own."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and font.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows
