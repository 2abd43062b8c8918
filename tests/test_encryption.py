"""Nothing readable on disk, and a wrong key is said so."""

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.encryption import KeyProblem, Vault, open_vault, parse_key

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_what_is_sealed_comes_back(value: object) -> None:
    vault = Vault(b"k" * 32)
    assert vault.open(vault.seal(value)) == value


def test_sealed_text_is_unreadable_and_never_the_same(vault: Vault) -> None:
    first, second = vault.seal("om itu ngunci pintu"), vault.seal("om itu ngunci pintu")
    assert "pintu" not in first
    assert first != second


def test_another_key_cannot_open_it(vault: Vault) -> None:
    with pytest.raises(InvalidTag):
        Vault(b"x" * 32).open(vault.seal({"a": 1}))


def test_a_chat_is_found_again_but_not_named(vault: Vault) -> None:
    assert vault.chat_hash(12345) == vault.chat_hash(12345)
    assert "12345" not in vault.chat_hash(12345)
    assert vault.chat_hash(12345) != Vault(b"x" * 32).chat_hash(12345)


def test_the_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    first = open_vault(None, tmp_path / "new")
    path = tmp_path / "new" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_vault(None, tmp_path / "new").open(first.seal(1)) == 1


@pytest.mark.parametrize("text", ["short", "!" * 43, "é" * 43])
def test_a_wrong_key_is_refused_in_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyProblem):
        parse_key(text)
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(KeyProblem, match=r"master\.key"):
        open_vault(None, tmp_path)
    assert (tmp_path / "master.key").read_text() == text
