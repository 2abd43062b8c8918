"""A wrong setting stops the start with one line that names it; the README lists them all."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsProblem, load_settings

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.telegram_bot_token is None
    assert settings.data_dir == Path("var")


def test_env_file_and_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nKAWAN_DATA_DIR=/x\n")
    monkeypatch.setenv("KAWAN_DATA_DIR", "/y")
    settings = load_settings()
    assert settings.data_dir == Path("/y")
    assert settings.telegram_bot_token and settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "not-a-token"),
        ("TELEGRAM_API_URL", "127.0.0.1:8081/bot"),
        ("KAWAN_NLU_URL", "ftp://x"),
        ("KAWAN_WEBHOOK_URL", "kawan.example"),
        ("KAWAN_WEBHOOK_LISTEN", "8443"),
        ("KAWAN_LOG_LEVEL", "LOUD"),
        ("KAWAN_KEEP_DAYS", "many"),
        ("KAWAN_KEEP_DAYS", "0"),
        ("KAWAN_EXECUTOR", "two words"),
        ("KAWAN_KEEP_MESSAGE_IDS_HOURS", "49"),
        ("KAWAN_KEEP_TRANSCRIPT_DAYS", "-1"),
        ("KAWAN_KEEP_CASE_DAYS", "0"),
        ("KAWAN_ZERO_RETENTION", "perhaps"),
    ],
)
def test_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as caught:
        load_settings()
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_nlu_address_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWAN_NLU_URL", "http://nlu:5005")
    with pytest.raises(SettingsProblem, match="KAWAN_NLU_SECRET"):
        load_settings()


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", (ROOT / "README.md").read_text(), re.M)
    )
    assert set(rows) == {str(f.alias) for f in Settings.model_fields.values()}
    for field in Settings.model_fields.values():
        if field.default is not None:
            assert f"`{field.default}`" in rows[str(field.alias)], field.alias
