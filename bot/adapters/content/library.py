"""All content of the bot, loaded at once and checked as a whole."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from babel.localedata import locale_identifiers

from bot.adapters.content.hotlines import Hotline, read_hotlines
from bot.adapters.content.offers import OfferTexts, read_offer_texts, read_weights
from bot.adapters.content.pages import Page, load_yaml, read_page
from bot.adapters.content.problems import ContentError, Problem
from bot.adapters.content.quizzes import read_quiz
from bot.adapters.content.strings import read_catalogue
from bot.domain.danger import Category
from bot.domain.menu import TOPICS
from bot.domain.offer import Weight
from bot.domain.quiz import Quiz
from bot.domain.understanding import Thresholds

T = TypeVar("T")
Key = tuple[str, str]  # (name, language code)


@dataclass(frozen=True)
class Language:
    """`falls_back_to`: the language that stands in for what is not written yet; `opt_in`: answers
    come in it only when a person chose it."""

    code: str
    name: str
    locale: str
    marks: frozenset[str]
    falls_back_to: str | None = None
    opt_in: bool = False


@dataclass(frozen=True)
class Library:
    """Everything the bot can say, by name and language."""

    root: Path
    spoken: tuple[Language, ...]
    topics: dict[Key, Page]
    messages: dict[Key, Page]
    safety: dict[Key, Page]
    strings: dict[str, dict[str, str]]
    hotlines: tuple[Hotline, ...]
    thresholds: Thresholds
    offers: dict[str, OfferTexts]
    weights: dict[str, Weight]
    quizzes: dict[Key, Quiz] = field(default_factory=dict)

    @property
    def quiz_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.quizzes))

    def quiz(self, name: str, language: str) -> Quiz | None:
        return self.quizzes.get((name, language))

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language.code for language in self.spoken)

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(language.code for language in self.spoken)

    def related(self, topic: str) -> tuple[str, ...]:
        page = self.topics[topic, self.order[0]]
        return tuple(str(r) for r in page.meta.get("related", ()))

    def string(self, key: str, language: str) -> str:
        """The string `key`; `KeyError` when no catalogue has it."""
        return self.strings[language][key]


def load(root: Path) -> Library:
    """The library below `root`; `ContentError` with every problem of reading it."""
    loader = _Loader(root)
    library = Library(
        root,
        loader.spoken,
        loader.pages("topics", TOPICS),
        loader.pages("messages", None),
        loader.pages("safety", frozenset(Category)),
        loader.catalogues(),
        loader.attempt(_hotlines, (), root / "hotlines.yml", loader.stand_ins),
        loader.attempt(_thresholds, Thresholds(0, 0, 0, 0, 0), root / "thresholds.yml"),
        loader.offers(),
        loader.attempt(read_weights, {}, root / "offers" / "indicators.yml"),
        loader.quizzes(),
    )
    if loader.problems:
        raise ContentError(loader.problems)
    return library


class _Loader:
    """Reads everything it can and collects what is wrong on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        nothing: tuple[Language, ...] = ()
        self.spoken = self.attempt(read_languages, nothing, root / "languages.yml")
        self.codes = tuple(language.code for language in self.spoken)
        self.stand_ins = {own.code: own.falls_back_to for own in self.spoken}
        for code, other in self.stand_ins.items():
            if other is not None and (other not in self.codes or self.stand_ins[other]):
                what = f"{code} falls back to {other!r}, which is not a whole language of its own"
                self._problem(root / "languages.yml", what)
                self.stand_ins[code] = self.codes[0]

    def attempt(self, read: Callable[..., T], fallback: T, *arguments: Any) -> T:
        try:
            return read(*arguments)
        except ContentError as error:
            self.problems.extend(error.problems)
        return fallback

    def pages(self, folder: str, expected: frozenset[str] | None) -> dict[Key, Page]:
        """Every page of a folder in every language; `expected` names must be there, no others."""
        base = self.root / folder
        there = {p.name for p in base.iterdir() if p.is_dir()} if base.is_dir() else set()
        for name in sorted(there - expected) if expected is not None else ():
            self._problem(base / name, f"unknown {folder} name {name!r}")
        loaded: dict[Key, Page] = {}
        for name in sorted(there if expected is None else expected):
            for code in self.codes:
                path = self._file(base / name, code, "md")
                page = self._page(path, name, code)
                if page is not None:
                    loaded[name, code] = page
        return loaded

    def catalogues(self) -> dict[str, dict[str, str]]:
        folder = self.root / "locale"
        nothing: dict[str, str] = {}
        own = {
            code: self.attempt(read_catalogue, nothing, folder / code / "LC_MESSAGES" / "kawan.po")
            for code in self.codes
        }
        return {code: {**own.get(self.stand_ins[code] or "", {}), **own[code]} for code in own}

    def quizzes(self) -> dict[Key, Quiz]:
        """Every quiz in every language."""
        base = self.root / "quizzes"
        names = sorted(p.name for p in base.iterdir() if p.is_dir()) if base.is_dir() else []
        nothing: Quiz | None = None
        found = {
            (name, code): self.attempt(read_quiz, nothing, self._file(base / name, code, "yml"))
            for name in names
            for code in self.codes
        }
        return {key: quiz for key, quiz in found.items() if quiz is not None}

    def _file(self, folder: Path, code: str, ending: str) -> Path:
        """A language's own file, or that of the language that stands in for it."""
        path = folder / f"{code}.{ending}"
        other = self.stand_ins[code]
        return path if other is None or path.is_file() else folder / f"{other}.{ending}"

    def offers(self) -> dict[str, OfferTexts]:
        nothing = OfferTexts({}, {}, {})
        folder = self.root / "offers"
        return {
            code: self.attempt(read_offer_texts, nothing, self._offer_file(folder, code))
            for code in self.codes
        }

    def _offer_file(self, folder: Path, code: str) -> Path:
        path = folder / f"texts.{code}.yml"
        other = self.stand_ins[code]
        return path if other is None or path.is_file() else folder / f"texts.{other}.yml"

    def _page(self, path: Path, name: str, code: str) -> Page | None:
        if not path.is_file():
            self._problem(path, f"{name} has no text in {code!r}; write this file")
            return None
        nothing: Page | None = None
        return self.attempt(read_page, nothing, path)

    def _problem(self, path: Path, what: str) -> None:
        self.problems.append(Problem(str(path), 1, what))


def _read(path: Path) -> Any:
    try:
        return load_yaml(path.read_text("utf-8"), path)
    except OSError as error:
        raise ContentError([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from error


def _hotlines(path: Path, stand_ins: dict[str, str | None]) -> tuple[Hotline, ...]:
    """Names of a service in a language that has none of its own are those of its stand-in."""
    if not path.is_file():
        raise ContentError(
            [Problem(str(path), 1, "is missing; the bot never starts without numbers")]
        )
    whole = tuple(code for code, other in stand_ins.items() if other is None)
    found = read_hotlines(path, whole)
    lent = {code: other for code, other in stand_ins.items() if other is not None}
    return tuple(
        replace(
            hotline,
            name={**{code: hotline.name[other] for code, other in lent.items()}, **hotline.name},
            who={**{code: hotline.who[other] for code, other in lent.items()}, **hotline.who},
        )
        for hotline in found
    )


def read_languages(path: Path) -> tuple[Language, ...]:
    raw = _read(path)
    try:
        return tuple(_language(entry) for entry in raw)
    except ValueError as error:
        raise ContentError([Problem(str(path), 1, str(error))]) from error
    except (TypeError, AttributeError, KeyError) as error:
        what = "each language needs code, name, locale and marks"
        raise ContentError([Problem(str(path), 1, what)]) from error


def _language(raw: dict[str, Any]) -> Language:
    marks = frozenset(str(raw["marks"]).split())
    other = raw.get("falls_back_to")
    if str(raw["locale"]) not in locale_identifiers():
        raise ValueError(f"{raw['code']}: Babel has no locale {raw['locale']!r}; name one it has")
    return Language(
        str(raw["code"]), str(raw["name"]), str(raw["locale"]), marks,
        str(other) if other else None, bool(raw.get("opt_in")),
    )  # fmt: skip


def _thresholds(path: Path) -> Thresholds:
    raw = _read(path)
    try:
        limits = Thresholds(**{k: float(v) for k, v in raw.items()})
    except (TypeError, ValueError, AttributeError) as error:
        raise ContentError([Problem(str(path), 1, f"thresholds: {error}")]) from error
    for name, value in vars(limits).items():
        if not 0.0 <= value <= 1.0:
            raise ContentError([Problem(str(path), 1, f"{name} must be between 0 and 1")])
    return limits
