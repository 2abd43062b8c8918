"""The bot understands, with less, while the parse service is down."""

import asyncio
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.spare_model import SpareModel, WithSpare
from bot.domain.understanding import Parsed
from bot.ports import Unavailable
from tests.nlu_service import model_file

ROOT = Path(__file__).resolve().parents[1]
MODEL = model_file()
TEXTS = [
    "aku dikunci dari luar sama majikan, paspor dipegang bos",
    "halo kak",
    "is it normal that they keep my passport and i am not paid?",
    "t0l0ng k4k",
    "",
    "a",
    "🙂🙂",
    "gaaaji belum dibayar 3 bulan " * 8,
]
_RASA = """
import json, sys
from pathlib import Path
from nlu.quiet import quiet
quiet()
from nlu.components.examples import LEAN
from nlu.reader import Reader
found = Reader(Path(sys.argv[1])).parse(json.loads(sys.stdin.read()), {LEAN: True})
print(json.dumps([[p["risk"], p["categories"], p["intent_ranking"][0]] for p in found]))
"""


class Silent:
    """A parse service that is down until told otherwise."""

    def __init__(self) -> None:
        self.answers: list[Parsed] | None = None

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        if self.answers is None:
            raise Unavailable("down")
        return self.answers


async def test_it_says_what_rasa_says_without_sentence_vectors() -> None:
    """The same model file, read by Rasa in its own environment and by the bot in this one."""
    done = await asyncio.to_thread(
        subprocess.run,
        [str(ROOT / ".venv-nlu" / "bin" / "python"), "-W", "ignore", "-c", _RASA, str(MODEL)],
        input=json.dumps(TEXTS), capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    ours = await SpareModel(MODEL).parse(TEXTS)
    theirs = json.loads(done.stdout.splitlines()[-1])
    for text, own, (risk, categories, best) in zip(TEXTS, ours, theirs, strict=True):
        assert own.risk == pytest.approx(risk, abs=2e-3), text
        assert own.categories == pytest.approx(categories, abs=2e-3), text
        assert own.intents[0][0] == best["name"], text


async def test_it_stands_in_only_while_the_service_is_down() -> None:
    service = Silent()
    model = WithSpare(service, MODEL)
    alarmed, calm = await model.parse(["aku dikurung majikan, ga boleh pulang", "halo kak"])
    assert 1 - alarmed.risk["none"] > 3 * (1 - calm.risk["none"])
    service.answers = [Parsed((("rights_work", 1.0),), dict(alarmed.risk), {"violence": 1.0})]
    assert await model.parse(["apa saja"]) == service.answers


async def test_a_missing_or_changed_model_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await WithSpare(Silent(), tmp_path / "kawan-nlu.tar.gz").parse(["halo"])
    copy = tmp_path / "kawan-nlu.tar.gz"
    copy.write_bytes(MODEL.read_bytes() + b"x")
    proof = MODEL.with_name(MODEL.name + ".sha256").read_text("ascii")
    copy.with_name(copy.name + ".sha256").write_text(proof, "ascii")
    with pytest.raises(Unavailable):
        SpareModel(copy)
