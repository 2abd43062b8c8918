"""What every command needs: settings, content, rules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from bot.adapters.content.library import read_languages
from bot.adapters.content.live import LiveContent
from bot.adapters.content.offers import read_weights
from bot.adapters.content.person_words import read_person_words
from bot.adapters.danger_rules import SpacyDangerRules, load_rules
from bot.adapters.database.engine import DatabaseProblem, database_url
from bot.adapters.language import Guesser
from bot.adapters.offer_load import load_offers
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.menu import TOPICS
from bot.person_side import facts
from bot.ports import Understander
from bot.settings import Settings, SettingsProblem
from bot.usecases.accompany import Accompany
from bot.usecases.answer import Answer
from bot.usecases.check_offer import CheckOffer
from bot.usecases.explain_offer import explain_offer
from bot.usecases.read import Reader

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class House:
    """What every command needs: settings, content, rules."""

    settings: Settings
    content: LiveContent
    rules: SpacyDangerRules
    guesser: Guesser
    offers: SpacyOfferReader

    def reader(self, model: Understander) -> Reader:
        return Reader(self.rules, model, TOPICS, self.content.current().thresholds)

    def answer(self, model: Understander) -> Accompany:
        offers = CheckOffer(self.offers, self.content.current().weights)
        answer = Answer(self.reader(model), self.guesser, self.content, offers)
        words = read_person_words(content_root(self.settings))
        return Accompany(answer, lambda: words, facts(self.settings.retention()))

    def url(self) -> URL:
        return url_of(self.settings)


def url_of(settings: Settings) -> URL:
    """Where the database is; `SettingsProblem` when it is none of ours."""
    secret = settings.database_url
    try:
        return database_url(secret.get_secret_value() if secret else None, settings.data_dir)
    except DatabaseProblem as error:
        raise SettingsProblem(f"KAWAN_DATABASE_URL: {error}") from error


def content_root(settings: Settings) -> Path:
    return settings.content_dir or ROOT / "content"


def open_house(settings: Settings) -> House:
    """Load content and rules; `ContentError` when they cannot be served."""
    root = content_root(settings)
    content = LiveContent(root)
    # a language that people have to choose is never guessed
    marks = {own.code: own.marks for own in content.current().spoken if not own.opt_in}
    return House(settings, content, load_rules(root), Guesser(marks), load_offers(root))


def offer_explainer(settings: Settings) -> Callable[[str], dict[str, Any]]:
    """What `kawan check-offer` needs: the offer rules alone, without model, topics or database."""
    root = content_root(settings)
    spoken = read_languages(root / "languages.yml")
    guesser = Guesser({own.code: own.marks for own in spoken if not own.opt_in})
    return partial(
        explain_offer,
        reader=load_offers(root),
        weights=read_weights(root / "offers" / "indicators.yml"),
        guesser=guesser,
        known=frozenset(language.code for language in spoken),
    )
