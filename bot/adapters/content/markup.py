"""Telegram's HTML: what it accepts, and how long a text is once it is shown.

Source: https://core.telegram.org/bots/api#html-style
"""

import html
import re
from html.parser import HTMLParser

_TAGS = frozenset(
    ("b strong i em u ins s strike del a code pre blockquote tg-spoiler span tg-emoji").split()
)
_ENTITIES = frozenset({"lt", "gt", "amp", "quot"})
_ENTITY = re.compile(r"&(#x?[0-9a-fA-F]+|[A-Za-z]+);|&")


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[tuple[str, int]] = []
        self.faults: list[tuple[int, str]] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in _TAGS:
            self.faults.append((line, f"Telegram does not know <{tag}>; use b, i, u, s, a, code"))
            return
        if tag == "a" and not (dict(attrs).get("href") or "").startswith(("https://", "tg://")):
            self.faults.append((line, 'a link needs href="https://..."'))
        self.open.append((tag, line))

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if not self.open or self.open[-1][0] != tag:
            self.faults.append((line, f"</{tag}> closes nothing that is open here"))
        else:
            self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults.append((self.getpos()[0], f"Telegram does not know <{tag}/>"))

    def handle_comment(self, data: str) -> None:
        self.faults.append((self.getpos()[0], "comments are not allowed inside a text"))

    def handle_data(self, data: str) -> None:
        self.seen.append(data)
        if "<" in data:
            self.faults.append((self.getpos()[0], "write &lt; for a plain <"))

    def handle_entityref(self, name: str) -> None:
        self.seen.append(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.seen.append(html.unescape(f"&#{name};"))


def faults(text: str) -> list[tuple[int, str]]:
    """(line from 1, what is wrong) for everything Telegram would reject in `text`."""
    checker = _Checker()
    checker.feed(text)
    checker.close()
    found = checker.faults + [(line, f"<{tag}> is never closed") for tag, line in checker.open]
    for number, row in enumerate(text.splitlines(), 1):
        for match in _ENTITY.finditer(row):
            name = match.group(1)
            if name is None or not (name.startswith("#") or name in _ENTITIES):
                found.append((number, "write &amp; for a plain &"))
    return sorted(found)


def visible(text: str) -> str:
    """The text as a person sees it: without tags, entities resolved."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))
