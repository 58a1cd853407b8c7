"""`key.json`: who holds the key of a clinic profile. It never holds the key itself in the clear.

Held by a keyring: `{"format": 1, "profile": ID, "held_by": "keyring", "keyring": "secret-service",
"check": HEX}`; the check tells a changed key from the right one before the database is touched.
Held by a passphrase: `{..., "held_by": "passphrase", "kdf": {"name": "argon2id", "version": 19, "passes",
"memory_kib", "lanes", "salt"}, "wrap": {"name": "aes-256-gcm", "nonce", "wrapped"}}`, bytes in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from clinic_desk.credentials.errors import KeyRefused
from clinic_desk.credentials.passphrase import Argon2Cost, WrappedKey
from clinic_desk.durable_file import UnreadableJson, atomic_write, json_bytes, read_json_object

_FORMAT = 1
_FILE = "key.json"
_KDF = {"name": "argon2id", "version": 19}
_WRAP = "aes-256-gcm"


@dataclass(frozen=True, slots=True)
class HeldByKeyring:
    """The key lies in the keyring of this `name`; `check` is `key_check` of it."""

    name: str
    check: str


def key_check(key: bytes, profile_id: str) -> str:
    """Return a value that recognises the key and tells nothing about it (HMAC-SHA256 of the id, hex)."""
    return hmac.new(key, b"clinic-desk key check " + profile_id.encode(), hashlib.sha256).hexdigest()


def read_key_file(folder: Path, profile_id: str) -> HeldByKeyring | WrappedKey | None:
    """Return who holds the key, or None when there is no `key.json`.

    Raises:
        KeyRefused: `key.file_damaged`, `key.file_newer`, or `key.changed` for another profile's file.
    """
    try:
        content = read_json_object(folder / _FILE)
    except FileNotFoundError:
        return None
    except (OSError, UnreadableJson) as error:
        raise KeyRefused("key.file_damaged") from error
    version = content.get("format")
    if type(version) is not int or version < 1:
        raise KeyRefused("key.file_damaged")
    if version > _FORMAT:
        raise KeyRefused("key.file_newer")
    try:
        belongs_to = _text(content, "profile")
        held_by = _text(content, "held_by")
        held: HeldByKeyring | WrappedKey
        if held_by == "keyring":
            held = HeldByKeyring(_text(content, "keyring"), _text(content, "check"))
        elif held_by == "passphrase":
            held = _wrapped_from(content)
        else:
            raise ValueError(held_by)
    except (KeyError, TypeError, ValueError) as error:
        raise KeyRefused("key.file_damaged") from error
    if belongs_to != profile_id:
        raise KeyRefused("key.changed")
    return held


def write_key_file(folder: Path, profile_id: str, held: HeldByKeyring | WrappedKey) -> None:
    """Make `key.json` say who holds the key; whole or not at all.

    Raises:
        FileNotSaved: the disk is full or refuses.
    """
    content: dict[str, object] = {"format": _FORMAT, "profile": profile_id}
    if isinstance(held, HeldByKeyring):
        content |= {"held_by": "keyring", "keyring": held.name, "check": held.check}
    else:
        content |= {
            "held_by": "passphrase",
            "kdf": _KDF
            | {
                "passes": held.cost.passes,
                "memory_kib": held.cost.memory_kib,
                "lanes": held.cost.lanes,
                "salt": _base64(held.salt),
            },
            "wrap": {"name": _WRAP, "nonce": _base64(held.nonce), "wrapped": _base64(held.wrapped)},
        }
    atomic_write(folder / _FILE, json_bytes(content))


def _wrapped_from(content: dict[str, object]) -> WrappedKey:
    kdf, wrap = _object(content, "kdf"), _object(content, "wrap")
    if {name: kdf[name] for name in _KDF} != _KDF or wrap["name"] != _WRAP:
        raise ValueError("unknown algorithm")
    cost = Argon2Cost(_number(kdf, "passes"), _number(kdf, "memory_kib"), _number(kdf, "lanes"))
    wrapped = WrappedKey(cost, _bytes(kdf, "salt"), _bytes(wrap, "nonce"), _bytes(wrap, "wrapped"))
    if not wrapped.has_right_sizes():
        raise ValueError("sizes")
    return wrapped


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _text(content: dict[str, object], name: str) -> str:
    value = content[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _number(content: dict[str, object], name: str) -> int:
    value = content[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(name)
    return value


def _object(content: dict[str, object], name: str) -> dict[str, object]:
    value = content[name]
    if not isinstance(value, dict):
        raise TypeError(name)
    return cast("dict[str, object]", value)


def _bytes(content: dict[str, object], name: str) -> bytes:
    return base64.b64decode(_text(content, name), validate=True)
