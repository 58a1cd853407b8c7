"""Whether a key fits a file, told without opening the file as a database.

SQLCipher ends every page with its own check (HMAC-SHA512 over the encrypted page, its nonce and its
number, under a key made from the database key and the salt of the first 16 bytes). Reckoning it here
means that a wrong key never meets the engine, which might write or leave files beside the store,
and that a damaged page can be told from a wrong key.

Source: SQLCipher 4 design, "Page size 4096, HMAC_SHA512, reserve 80 bytes"; the engine's own
defaults, which `engine.open_connection` does not change.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, Final

PAGE: Final = 4096
PLAIN_HEADER: Final = b"SQLite format 3\x00"
_SALT: Final = 16
_MAC: Final = 64
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_SAMPLE: Final = 64
"""Pages looked at when the first one does not fit."""


class Fit(Enum):
    """What a file and a key have to do with each other."""

    FITS = auto()
    NOT_ENCRYPTED = auto()
    DAMAGED = auto()
    """The key is right, or the file is plainly no encrypted store: its content is broken."""
    WRONG_KEY = auto()


def fit_of(path: Path, key: bytes) -> Fit:
    """Whether `key` opens the file at `path`, which exists and is only read.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(PAGE)
        if head.startswith(PLAIN_HEADER):
            return Fit.NOT_ENCRYPTED
        if len(head) < PAGE:
            return Fit.DAMAGED
        mac_key = _mac_key(key, head[:_SALT])
        if _is_whole(head, 1, mac_key):
            return Fit.FITS
        # The first page may be half written by a checkpoint that lost power; the log then has it whole.
        wal = path.with_name(path.name + "-wal")
        frames = list(_frames(wal))
        for number, page in frames:
            frame_key = _mac_key(key, page[:_SALT]) if number == 1 else mac_key
            if _is_whole(page, number, frame_key):
                return Fit.FITS if any(n == 1 for n, _ in frames) else Fit.DAMAGED
        if any(_is_whole(page, number, mac_key) for number, page in _pages(file)):
            return Fit.DAMAGED
    return Fit.WRONG_KEY if _looks_encrypted(head) else Fit.DAMAGED


def _mac_key(key: bytes, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)


def _is_whole(page: bytes, number: int, mac_key: bytes) -> bool:
    start = _SALT if number == 1 else 0
    told = page[-_MAC:]
    reckoned = hmac.digest(mac_key, page[start:-_MAC] + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(told, reckoned)


def _pages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number in range(2, 2 + _SAMPLE):
        page = file.read(PAGE)
        if len(page) < PAGE:
            return
        yield number, page


def _frames(wal: Path) -> Iterator[tuple[int, bytes]]:
    try:
        file = wal.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.read(_WAL_HEADER)
        for _ in range(_SAMPLE):
            header = file.read(_FRAME_HEADER)
            page = file.read(PAGE)
            if len(page) < PAGE:
                return
            yield int.from_bytes(header[:4], "big"), page


def _looks_encrypted(page: bytes) -> bool:
    """Encrypted bytes are spread evenly: of 4,096 no value comes more often than about forty times."""
    return Counter(page).most_common(1)[0][1] < 64
