"""What is written to disk is sealed; what must be looked up is a keyed hash."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyProblem(Exception):
    """The master key is missing or unusable; the message says what to do."""


class Seal:
    """Seals JSON values with one key of 32 bytes (AES-256-GCM)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: Any) -> str:
        """`value` (anything JSON can hold) as unreadable text."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain, None)).decode()

    def open(self, sealed: str) -> Any:
        """The value that `seal` hid; `cryptography.exceptions.InvalidTag` with another key."""
        raw = base64.b64decode(sealed)
        return json.loads(self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None))

    def opens(self, sealed: str) -> bool:
        """Whether `sealed` is a value sealed with this key."""
        try:
            self.open(sealed)
        except (InvalidTag, ValueError):
            return False
        return True


class Vault(Seal):
    """The master key: seals JSON values, hashes chat ids (HMAC-SHA256) and guards the other keys,
    each of these with a key of its own derived from it. `key_id` tells master keys apart."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY_BYTES:
            raise KeyProblem(f"the key must hold {_KEY_BYTES} bytes")
        super().__init__(_derive(master, b"kawan sealed values"))
        self._hash_key = _derive(master, b"kawan chat lookup")
        self._backup_key = _derive(master, b"kawan backup")
        self.key_id = _derive(master, b"kawan key id").hex()[:8]

    def new_key(self) -> tuple[bytes, str]:
        """A random key of 32 bytes, plain and sealed. Without the sealed form what the plain one
        seals is lost for good, which is how a person is forgotten."""
        key = secrets.token_bytes(_KEY_BYTES)
        return key, self.seal(base64.b64encode(key).decode())

    def open_key(self, sealed: str) -> bytes:
        """The plain key that `new_key` made; `InvalidTag` under another master key."""
        return base64.b64decode(self.open(sealed))

    def backup_key(self, salt: bytes) -> bytes:
        """The key of one backup file."""
        return _derive(self._backup_key, b"kawan backup file", salt)

    def chat_hash(self, chat_id: int) -> str:
        """64 hexadecimal characters that find a chat again without naming it."""
        return keyed_hash(self._hash_key, str(chat_id))


def keyed_hash(key: bytes, text: str) -> str:
    """64 hexadecimal characters (HMAC-SHA-256) that nobody without the key can make from `text`."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _derive(master: bytes, purpose: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=salt, info=purpose).derive(master)


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
