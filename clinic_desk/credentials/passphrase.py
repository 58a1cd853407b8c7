"""A key wrapped under a passphrase.

Argon2id (RFC 9106) stretches the passphrase, AES-256-GCM wraps the key and vouches for it together with
the profile's id and the parameters. Cost: t=3, 64 MiB, p=4, the second choice of RFC 9106.
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from clinic_desk.credentials.errors import KeyRefused, WrongPassphrase

MIN_CHARACTERS = 10
PASSPHRASE_VARIABLE = "CLINIC_DESK_PASSPHRASE"  # noqa: S105 - the name of the variable
NO_KEYRING = "no_keyring"
HELD_BY_PASSPHRASE = "held_by_passphrase"  # noqa: S105 - a reason, not a secret

_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12


class PassphrasePrompt(Protocol):
    """Asks a person for the passphrase."""

    def ask(self, reason: str, is_new: bool) -> str | None:
        """Return what was typed, or None when the person declined.

        Args:
            reason: why it is asked: `no_keyring` or `held_by_passphrase`; the words are
                `profile.reasons.<reason>`.
            is_new: True when the passphrase is being chosen now, so it is typed twice and has a least
                length of `MIN_CHARACTERS`.
        """


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """Cost of one guess: passes, memory in KiB, lanes."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key that only the passphrase opens: 16 bytes of salt, 12 of nonce, 32 + 16 of wrapped key."""

    cost: Argon2Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes

    def has_right_sizes(self) -> bool:
        """Say whether lengths and cost are such as this program writes or may write later."""
        return (
            len(self.salt) == _SALT_BYTES
            and len(self.nonce) == _NONCE_BYTES
            and len(self.wrapped) == _KEY_BYTES + 16
            and 1 <= self.cost.passes <= 20
            and 8 * 1024 <= self.cost.memory_kib <= 1024 * 1024
            and 1 <= self.cost.lanes <= 16
        )


def wrap_key(key: bytes, passphrase: str, profile_id: str) -> WrappedKey:
    """Return `key` wrapped under `passphrase`, with fresh salt and nonce.

    Raises:
        KeyRefused: `key.passphrase_short`.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(unicodedata.normalize("NFC", passphrase)) < MIN_CHARACTERS:
        raise KeyRefused("key.passphrase_short", least=MIN_CHARACTERS)
    cost = Argon2Cost()
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    wrapping_key = _stretched(passphrase, salt, cost)
    return WrappedKey(cost, salt, nonce, AESGCM(wrapping_key).encrypt(nonce, key, _bound(profile_id, cost)))


def unwrap_key(wrapped: WrappedKey, passphrase: str, profile_id: str) -> bytes:
    """Return the 32 bytes of the key.

    Raises:
        WrongPassphrase: it does not open, or the file was tampered with, which cannot be told apart.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    wrapping_key = _stretched(passphrase, wrapped.salt, wrapped.cost)
    try:
        return AESGCM(wrapping_key).decrypt(wrapped.nonce, wrapped.wrapped, _bound(profile_id, wrapped.cost))
    except InvalidTag:
        raise WrongPassphrase from None


def asked_passphrase(
    prompt: PassphrasePrompt | None, reason: str, *, is_new: bool, environ: Mapping[str, str] = os.environ
) -> str:
    """Return the passphrase from CLINIC_DESK_PASSPHRASE, for scripts, or else from the person.

    Raises:
        KeyRefused: `key.passphrase_needed` when there is nobody to ask or the person declined.
    """
    answer = environ.get(PASSPHRASE_VARIABLE) or (prompt.ask(reason, is_new) if prompt is not None else None)
    if answer is None:
        raise KeyRefused("key.passphrase_needed")
    return answer


def _stretched(passphrase: str, salt: bytes, cost: Argon2Cost) -> bytes:
    from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

    # NFC: one keyboard sends й as one sign, another as two; both are the same passphrase.
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", errors="surrogatepass")
    return hash_secret_raw(
        typed,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_KEY_BYTES,
        type=Type.ID,
        version=ARGON2_VERSION,
    )


def _bound(profile_id: str, cost: Argon2Cost) -> bytes:
    """Return what the wrapping vouches for besides the key."""
    return json.dumps(
        ["clinic-desk key", 1, profile_id, cost.passes, cost.memory_kib, cost.lanes], separators=(",", ":")
    ).encode()
