"""Short strings (buttons, lines, command names) from Babel catalogues, read as they are:
an editor changes a .po file and needs no compile step."""

from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from bot.adapters.content.problems import ContentError, Problem


def read_catalogue(path: Path) -> dict[str, str]:
    """Key -> string; `ContentError` when the file is missing or broken."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except OSError as error:
        raise ContentError([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from error
    except PoFileError as error:
        line = getattr(error, "lineno", None)
        raise ContentError(
            [Problem(str(path), (line or 0) + 1, f"broken catalogue: {error}")]
        ) from error
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
