"""What is written to disk is sealed; what must be looked up is a keyed hash."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyProblem(Exception):
    """The master key is missing or unusable; the message says what to do."""


class Vault:
    """Seals JSON values (AES-256-GCM) and hashes chat ids (HMAC-SHA256), each with a key of its
    own derived from the master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY_BYTES:
            raise KeyProblem(f"the key must hold {_KEY_BYTES} bytes")
        self._cipher = AESGCM(_derive(master, b"kawan sealed values"))
        self._hash_key = _derive(master, b"kawan chat lookup")

    def seal(self, value: Any) -> str:
        """`value` (anything JSON can hold) as unreadable text."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain, None)).decode()

    def open(self, sealed: str) -> Any:
        """The value that `seal` hid; `cryptography.exceptions.InvalidTag` with another key."""
        raw = base64.b64decode(sealed)
        return json.loads(self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None))

    def chat_hash(self, chat_id: int) -> str:
        """64 hexadecimal characters that find a chat again without naming it."""
        return hmac.new(self._hash_key, str(chat_id).encode(), hashlib.sha256).hexdigest()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(master)


def parse_key(text: str) -> bytes:
    """The 32 bytes of a key written in URL-safe base64; `KeyProblem` otherwise."""
    try:
        key = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except ValueError as error:
        raise KeyProblem("the key is not URL-safe base64") from error
    if len(key) != _KEY_BYTES:
        raise KeyProblem(f"the key holds {len(key)} bytes, needs {_KEY_BYTES}")
    return key


def open_vault(key: str | None, folder: Path) -> Vault:
    """The vault for `key`, or for the key file in `folder`, made at the first start (mode 600).

    Raises `KeyProblem` for a key that cannot be used; never replaces an existing file.
    """
    if key:
        return Vault(parse_key(key))
    path = folder / "master.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode())
    except FileExistsError:
        pass
    except OSError as error:
        raise KeyProblem(f"{path}: {error.strerror}") from error
    try:
        return Vault(parse_key(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{path} cannot be read") from error
    except KeyProblem as error:
        raise KeyProblem(f"{path}: {error}") from error
