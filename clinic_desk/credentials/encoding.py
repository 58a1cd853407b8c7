"""How a key is written as text, in a keyring entry and in the practice clinic's file."""

from __future__ import annotations

import base64
import secrets

KEY_BYTES = 32


def new_key() -> bytes:
    """Return 32 fresh random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def key_to_text(key: bytes) -> str:
    """Return the key as `1:` and base64."""
    return "1:" + base64.b64encode(key).decode()


def key_from_text(text: str) -> bytes | None:
    """Return the key that `key_to_text` wrote; None for any other text."""
    version, _, encoded = text.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return key if version == "1" and len(key) == KEY_BYTES else None
