"""A file nobody can read, shorten or change without the master key.

    magic | salt (16) | prefix (7) | chunks: length (4, big-endian) | AES-256-GCM of 64 KiB at most

The key is derived from master key and salt. The nonce of a chunk is prefix, number (4) and a byte
that is 1 for the last chunk (the STREAM construction), so chunks can neither be swapped nor cut
off. The header is authenticated with every chunk.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.adapters.encryption import Vault

_MAGIC = b"kawan backup 1\n"
_SALT, _PREFIX, _TAG = 16, 7, 16
_CHUNK = 64 * 1024


class FileProblem(Exception):
    """The file is not a backup, is damaged, or was made with another key; one readable line."""


class SealedWriter:
    """Writes to `file`; what is written counts only once `finish` was called."""

    def __init__(self, file: BinaryIO, vault: Vault) -> None:
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._header = _MAGIC + salt + self._prefix
        self._cipher = AESGCM(vault.backup_key(salt))
        self._file, self._number, self._buffer = file, 0, bytearray()
        file.write(self._header)

    def write(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) > _CHUNK:
            self._seal(bytes(self._buffer[:_CHUNK]), last=False)
            del self._buffer[:_CHUNK]

    def finish(self) -> None:
        self._seal(bytes(self._buffer), last=True)

    def _seal(self, plain: bytes, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last)
        sealed = self._cipher.encrypt(nonce, plain, self._header)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1


def read_sealed(file: BinaryIO, vault: Vault) -> Iterator[bytes]:
    """The chunks, each checked before it is given out. Whoever uses them must undo their work when
    this raises `FileProblem`: that the end is there is known only at the end."""
    header = file.read(len(_MAGIC) + _SALT + _PREFIX)
    if not header.startswith(_MAGIC) or len(header) < len(_MAGIC) + _SALT + _PREFIX:
        raise FileProblem("this is not a backup of kawan")
    salt, prefix = header[len(_MAGIC) : -_PREFIX], header[-_PREFIX:]
    cipher = AESGCM(vault.backup_key(salt))
    number, last = 0, False
    while not last:
        sealed = _chunk(file)
        plain, last = _open(cipher, prefix, number, sealed, header)
        number += 1
        yield plain
    if file.read(1):
        raise FileProblem("the backup is damaged: something follows its end")


def _chunk(file: BinaryIO) -> bytes:
    length = file.read(4)
    size = int.from_bytes(length)
    if len(length) < 4 or not _TAG <= size <= _CHUNK + _TAG:
        raise FileProblem("the backup is damaged or not complete")
    sealed = file.read(size)
    if len(sealed) < size:
        raise FileProblem("the backup is damaged or not complete")
    return sealed


def _open(
    cipher: AESGCM, prefix: bytes, number: int, sealed: bytes, header: bytes
) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(prefix, number, last), sealed, header), last
        except InvalidTag:
            continue
    raise FileProblem("the backup is damaged, or was made with another master key")


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
