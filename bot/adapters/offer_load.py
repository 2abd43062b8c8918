"""Loads what reads job offers from `content/offers`, and tries its examples."""

from collections.abc import Sequence
from pathlib import Path

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import Problem, line_of
from bot.adapters.danger_patterns import PatternError, words_of
from bot.adapters.lexicon import load_lexicon
from bot.adapters.offer_file import ANSWERED, OfferFile, merged_sets, read_offer_file
from bot.adapters.offer_money import CURRENCY, PERIOD, UNIT
from bot.adapters.offer_pay import read_pay
from bot.adapters.offer_replies import reply_words
from bot.adapters.offer_rules import SpacyOfferReader
from bot.adapters.offer_words import Speller
from bot.domain.text import Lexicon


def load_offers(content: Path) -> SpacyOfferReader:
    """The rules of `content/offers` with the lexicons; `ContentError` where they are broken."""
    folder = content / "offers"
    files = offer_files(folder)
    own, pairs = _own_lexicon(folder / "lexicon.yml")
    base = load_lexicon(content / "lexicon")
    lexicon = Lexicon({**base.words, **own}, base.vocabulary)
    replies = folder / "replies.yml"
    vocabulary = (
        _vocabulary(files, lexicon) | reply_words(replies) | set(PERIOD) | set(UNIT) | set(CURRENCY)
    )
    lexicon = Lexicon(lexicon.words, base.vocabulary | vocabulary)
    speller = Speller(lexicon, pairs, frozenset(vocabulary))
    return SpacyOfferReader(files, read_pay(folder / "pay.yml"), speller, lexicon, replies)


def offer_files(folder: Path) -> list[OfferFile]:
    return [read_offer_file(path) for path in sorted(folder.glob("patterns.*.yml"))]


def _own_lexicon(path: Path) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Spellings that hold in offers only, before those of `content/lexicon`; a variant of two
    words is read as one."""
    raw = load_yaml(path.read_text("utf-8"), path)
    words: dict[str, str] = {}
    pairs: dict[tuple[str, str], str] = {}
    for standard, variants in raw.items():
        for variant in variants:
            first, _, second = str(variant).partition(" ")
            if second:
                pairs[first, second] = str(standard)
            else:
                words[first] = str(standard)
    return words, pairs


def _vocabulary(files: Sequence[OfferFile], lexicon: Lexicon) -> set[str]:
    sets = merged_sets(files)
    found: set[str] = set()
    for pattern in (p for file in files for p in file.patterns()):
        try:
            found |= words_of(pattern, sets)
        except PatternError:
            continue  # reported when it is compiled
    return {lexicon.words.get(word, word) for word in found}


def broken_offer_examples(file: OfferFile, reader: SpacyOfferReader) -> list[Problem]:
    """Examples that do not do what the file says they do."""
    problems = []
    for rule in file.rules:
        for examples, wanted in ((rule.match, True), (rule.no_match, False)):
            for example in examples:
                reading = reader.find(example)
                shown = {f.id for f in reading.found} | {ANSWERED + q for q in reading.answered}
                if (rule.id in shown) != wanted:
                    what = f"{rule.id} must {'' if wanted else 'not '}be found in: {example}"
                    line = line_of(file.source, example)
                    problems.append(Problem(str(file.path), line, what))
    return problems
