"""Deep links with campaign codes, and their QR codes."""

import re
from pathlib import Path

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


def deep_link(bot_name: str, code: str) -> str:
    """`ValueError` for a code that Telegram would not hand on."""
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no code; use up to 32 of a-z, 0-9, _ and -")
    return f"https://t.me/{bot_name.removeprefix('@')}?start={code}"


def write_qr(link: str, folder: Path, name: str) -> tuple[Path, Path]:
    """`<name>.png` (for screens and print) and `<name>.svg` (for posters) in `folder`."""
    import segno

    folder.mkdir(parents=True, exist_ok=True)
    code = segno.make(link, error="q", micro=False)
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    code.save(str(png), scale=20, border=4)
    code.save(str(svg), scale=10, border=4)
    return png, svg
