"""Telegram's HTML, refused where Telegram refuses it and in the same words.

After `do_parse_html` of tdlib (td/telegram/MessageEntity.cpp). One rule is stricter: the manual
allows only &lt; &gt; &amp; &quot; and numbers, the server shows any other "&" as it is; with
`strict` such an "&" is refused (in our words, for Telegram has none).
"""

import re
from dataclasses import dataclass

from .scanner import END, Scanner
from .text import Json, trim

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_LINK = re.compile(r"(https?|tg|ton|mailto|tel):|[^\s:/]+\.[^\s.]")


def parse_html(source: str, strict: bool = True) -> tuple[str, list[Json]]:
    """(visible text without white space around it, entities); `ApiError` 400 when refused."""
    return trim(*_Parser(source, strict).parse())


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int


class _Parser(Scanner):
    def __init__(self, source: str, strict: bool) -> None:
        super().__init__(source, strict)
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self.show(self.character())
            elif self.peek(1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            tag = self.open[-1].tag
            raise self.error(f'Can\'t find end tag corresponding to start tag "{tag}"')
        order = sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))
        return self.text, order

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.name(">")
        if self.peek() == END:
            raise self.error("Unclosed start tag", begin)
        if tag not in _TYPES:
            raise self.error(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        argument = attributes.get({"a": "href", "tg-emoji": "emoji-id"}.get(tag, ""), "")
        self.open.append(_Open(tag, argument, self.size))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self.spaces()
            if self.peek() == ">":
                self.at += 1
                return found
            name = self.name("=>")
            if not name and self.peek() != END:
                raise self.error(f'Empty attribute name in the tag "{tag}"', begin)
            self.spaces()
            value = ""
            if self.peek() == "=":
                self.at += 1
                self.spaces()
                value = self.value()
            if self.peek() == END:
                raise self.error(f'Unclosed start tag "{tag}"', begin)
            found[name] = value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self.error("Unexpected end tag", begin)
        self.at += 2
        name = self.name(">")
        self.spaces()
        if self.peek() != ">":
            raise self.error("Unclosed end tag", begin)
        self.at += 1
        start = self.open.pop()
        if name and name != start.tag:
            raise self.error(
                f"Unmatched end tag at byte offset {self.bytes_before(begin)}, "
                f'expected "</{start.tag}>", found "</{name}>"'
            )
        if self.size > start.offset:
            self._add(start)

    def _add(self, start: _Open) -> None:
        found: Json = {
            "type": _TYPES[start.tag], "offset": start.offset, "length": self.size - start.offset,
        }  # fmt: skip
        if start.tag == "a":
            found["url"] = start.argument or self._shown_since(start.offset)
            if not _LINK.match(found["url"]):
                return  # Telegram drops a link that it cannot use and shows the words
        elif start.tag == "tg-emoji":
            if not start.argument.isdigit():
                raise self.error("Invalid custom emoji identifier specified")
            found["custom_emoji_id"] = start.argument
        self.entities.append(found)

    def _shown_since(self, offset: int) -> str:
        units = self.text.encode("utf-16-le", "surrogatepass")[offset * 2 :]
        return units.decode("utf-16-le", "surrogatepass")
