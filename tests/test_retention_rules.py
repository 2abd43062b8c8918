"""Retention as settings, documentation and rules say it; and the limit on guessing codes."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.database.moments import Moment
from bot.domain.attempts import Attempts
from bot.domain.case import plain_code, secret_code
from bot.domain.retention import Retention
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def test_the_defaults_of_rules_settings_and_document_agree() -> None:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.retention() == Retention()
    document = (ROOT / "docs" / "retention.md").read_text()
    for name, unit in (
        ("KAWAN_KEEP_DAYS", "days"),
        ("KAWAN_KEEP_TRANSCRIPT_DAYS", "days"),
        ("KAWAN_KEEP_CASE_DAYS", "days"),
        ("KAWAN_KEEP_MESSAGE_IDS_HOURS", "hours"),
    ):
        field = next(f for f in Settings.model_fields.values() if f.alias == name)
        rows = re.findall(rf"\| `{name}` \| ([^|]+) \|", document)
        assert rows and any(f"{field.default} {unit}" in row for row in rows), name


def test_settings_fill_the_rules() -> None:
    settings = Settings(
        _env_file=None, KAWAN_KEEP_MESSAGE_IDS_HOURS=24, KAWAN_KEEP_TRANSCRIPT_DAYS=7,
        KAWAN_KEEP_CASE_DAYS=365, KAWAN_KEEP_DAYS=14,
    )  # type: ignore[call-arg]  # fmt: skip
    assert settings.retention() == Retention(
        timedelta(hours=24), timedelta(days=14), timedelta(days=7), timedelta(days=365)
    )


@given(st.integers(1, 48), st.integers(1, 3650), st.integers(0, 3650), st.integers(1, 3650))
def test_zero_retention_never_keeps_longer(ids: int, talk: int, words: int, case: int) -> None:
    rules = Retention(
        timedelta(hours=ids), timedelta(days=talk), timedelta(days=words), timedelta(days=case)
    )
    zero = rules.zero()
    assert zero.transcript == timedelta(0)
    for name in ("message_ids", "conversation", "transcript", "case", "work"):
        assert getattr(zero, name) <= getattr(rules, name)


def test_guessing_is_limited_for_one_and_for_all() -> None:
    attempts = Attempts(each=2, all=3, window=10)
    assert [attempts.allow(1, 0.0) for _ in range(3)] == [True, True, False]
    assert [attempts.allow(2, 1.0), attempts.allow(3, 1.0)] == [True, False]
    assert attempts.allow(1, 10.0)
    assert attempts._by.keys() == {1, 2}  # nobody is remembered for longer than needed


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_code_is_read_however_it_is_typed(entropy: bytes) -> None:
    code = secret_code(entropy)
    assert re.fullmatch(r"([A-Z0-9]{5}-){2}[A-Z0-9]{5}", code)
    typed = f"  {code.lower().replace('-', ' - ')}. "
    assert plain_code(typed) == code.replace("-", "")
    assert not set("0125ILOSZ") & set(code)  # mistaken for each other


def test_secret_codes_differ() -> None:
    codes = {secret_code(number.to_bytes(16)) for number in range(2000)}
    assert len(codes) == 2000


def test_a_time_without_a_zone_is_refused() -> None:
    moment = Moment()
    with pytest.raises(ValueError, match="zone"):
        moment.process_bind_param(datetime(2026, 1, 1), None)
    assert moment.process_bind_param(None, None) is None
