"""The commands that look after what is kept, as an operator runs them."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, opened
from bot.adapters.encryption import Vault, parse_key
from bot.cli import main
from bot.settings import Settings
from tests.test_cases import CHAT, a_case


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAWAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def _new_key(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["keys", "new"]) == 0
    return capsys.readouterr().out.split()[-1]


def _fill(data: Path, key: str) -> str:
    async def run() -> str:
        async with opened(database_url(None, data)) as engine:
            return await a_case(Books(engine, Vault(parse_key(key))))

    migrate.upgrade(database_url(None, data))
    return asyncio.run(run())


def _case_of(data: Path, key: str) -> str | None:
    async def run() -> str | None:
        async with opened(database_url(None, data)) as engine:
            case = await Books(engine, Vault(parse_key(key))).cases.of_chat(CHAT)
            return case.code if case else None

    return asyncio.run(run())


def test_the_key_is_rotated(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = _new_key(capsys), _new_key(capsys)
    code = _fill(data, old)
    monkeypatch.setenv("KAWAN_KEY", new)
    assert main(["keys", "rotate"]) == 2
    assert "KAWAN_OLD_KEY" in capsys.readouterr().err
    monkeypatch.setenv("KAWAN_OLD_KEY", old)
    assert main(["keys", "rotate"]) == 0
    assert "person: 1" in capsys.readouterr().out
    assert _case_of(data, new) == code
    assert main(["keys", "rotate"]) == 0
    assert "person" not in capsys.readouterr().out
    for wrong in (new, "short"):
        monkeypatch.setenv("KAWAN_OLD_KEY", wrong)
        assert main(["keys", "rotate"]) == 2
        assert capsys.readouterr().err.startswith("kawan: KAWAN_OLD_KEY: ")


def test_the_record_of_events_is_checked(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = _new_key(capsys)
    monkeypatch.setenv("KAWAN_KEY", key)
    _fill(data, key)
    assert main(["audit", "verify"]) == 0
    noted = capsys.readouterr().out.split()[-1]
    assert main(["audit", "verify", "--noted", noted]) == 0
    assert main(["audit", "verify", "--noted", "nonsense"]) == 2
    with sqlite3.connect(data / "kawan.db") as connection:
        connection.execute("DROP TRIGGER case_event_no_delete")
        connection.execute("DELETE FROM case_event")
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0  # an empty record is whole ...
    assert main(["audit", "verify", "--noted", noted]) == 1  # ... but not the one that was noted
    assert "cut off" in capsys.readouterr().out


def test_a_backup_is_made_and_restored(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    key = _new_key(capsys)
    monkeypatch.setenv("KAWAN_KEY", key)
    code = _fill(data, key)
    file = tmp_path / "kawan.backup"
    assert main(["backup", str(file)]) == 0
    assert main(["backup", str(file)]) == 2
    assert "exists" in capsys.readouterr().err
    assert main(["restore", str(file)]) == 2
    assert "not empty" in capsys.readouterr().err
    monkeypatch.setenv("KAWAN_DATA_DIR", str(tmp_path / "new"))
    assert main(["restore", str(tmp_path / "none")]) == 2
    assert main(["restore", str(file)]) == 0
    assert _case_of(tmp_path / "new", key) == code
    monkeypatch.setenv("KAWAN_DATA_DIR", str(tmp_path / "third"))
    monkeypatch.setenv("KAWAN_KEY", _new_key(capsys))
    assert main(["restore", str(file)]) == 2
    assert "another master key" in capsys.readouterr().err
