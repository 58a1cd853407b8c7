"""New identities: UUIDv7 as 32 hexadecimal digits (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A fresh identity: 48 bits of Unix milliseconds, then random bits with version and variant."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (chance >> 68) << 64
    value |= 0b10 << 62 | chance & (1 << 62) - 1
    return f"{value:032x}"
