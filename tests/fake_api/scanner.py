"""Reads Telegram's HTML one character, name or value at a time."""

import re

from .errors import ApiError, bad_request
from .text import utf16

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z]));?")
END = "\0"  # what stands behind the last character
SPACE = " \t\r\n\v" + END


class Scanner:
    """`at` is the next character of `source`; `text` is what has been shown so far."""

    def __init__(self, source: str, strict: bool) -> None:
        self.source = source
        self.strict = strict
        self.at = 0
        self.text = ""
        self.size = 0  # of `text`, in UTF-16 units

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.source[place] if place < len(self.source) else END

    def show(self, character: str) -> None:
        self.text += character
        self.size += utf16(character)

    def character(self) -> str:
        """One visible character; `at` moves behind it."""
        found = _ENTITY.match(self.source, self.at)
        if found:
            number = found[1] or (found[2] and str(int(found[2], 16)))
            character = _NAMED[found[3]] if found[3] else _numbered(int(number or 0))
            if character:
                self.at = found.end()
                return character
        if self.strict and self.peek() == "&":
            raise self.error("Unsupported HTML entity", self.at)
        self.at += 1
        return self.source[self.at - 1]

    def name(self, stop: str) -> str:
        """Everything up to white space or one of `stop`, in lower case."""
        start = self.at
        while self.peek() not in SPACE and self.peek() not in stop:
            self.at += 1
        return self.source[start : self.at].lower()

    def spaces(self) -> None:
        while self.peek() in SPACE and self.at < len(self.source):
            self.at += 1

    def value(self) -> str:
        """An attribute's value, in quotes or as a bare word."""
        begin, quote = self.at, self.peek()
        if quote not in "'\"":
            while self.peek().isalnum() or self.peek() in ".-":
                self.at += 1
            if self.peek() not in SPACE and self.peek() != ">":
                raise self.error("Unexpected end of name token", begin)
            return self.source[begin : self.at].lower()
        self.at += 1
        value = ""
        while self.peek() not in (quote, END):
            value += self.character()
        self.at += self.peek() == quote
        return value

    def error(self, what: str, begin: int | None = None) -> ApiError:
        """The refusal, with the place in bytes as Telegram counts it."""
        place = "" if begin is None else f" at byte offset {self.bytes_before(begin)}"
        return bad_request(f"can't parse entities: {what}{place}")

    def bytes_before(self, place: int) -> int:
        return len(self.source[:place].encode("utf-8", "surrogatepass"))


def _numbered(code: int) -> str:
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
