"""The secret with which the desk signs in at the upstream; it lies where the key of the store lies.

With a keyring: in it, beside the key. Without one the store's key is wrapped under a passphrase (or, for
made-up people, lies open), and the secret lies in `upstream.json`, encrypted under a key made from the
store's. It is kept together with the origin it was typed for and is given out for no other.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clinic_desk.credentials.errors import KeyRefused
from clinic_desk.credentials.key_file import HeldByKeyring, read_key_file
from clinic_desk.credentials.owner import KeyOwner
from clinic_desk.credentials.secret_store import SecretStore, StoreFailed, StoreLocked
from clinic_desk.credentials.system_keyring import find_keyrings
from clinic_desk.durable_file import UnreadableJson, atomic_write, json_bytes, read_json_object

_FILE = "upstream.json"
_FORMAT = 1
_PURPOSE = b"clinic-desk upstream secret"
_NONCE_BYTES = 12


class UpstreamSecret:
    """See `UpstreamSecrets`.

    Args:
        profile: whose upstream it is.
        store_key: the open store's key.
        find_stores: returns the keyrings to be trusted.
    """

    def __init__(
        self,
        profile: KeyOwner,
        store_key: bytes,
        find_stores: Callable[[], Sequence[SecretStore]] = find_keyrings,
    ) -> None:
        self._profile = profile
        self._store_key = store_key
        self._find_stores = find_stores

    def read(self, goes_to: str) -> str | None:
        """See `UpstreamSecrets`.

        Raises:
            KeyRefused: `upstream.keyring`, or what is wrong with `key.json`.
        """
        text = self._text()
        try:
            kept: Any = json.loads(text) if text is not None else None
        except ValueError:
            return None
        if not isinstance(kept, dict) or kept.get("goes_to") != goes_to:
            return None
        secret = kept.get("secret")
        return secret if isinstance(secret, str) else None

    def write(self, goes_to: str, secret: str) -> None:
        """See `UpstreamSecrets`.

        Raises:
            KeyRefused: `upstream.keyring`, or what is wrong with `key.json`.
            FileNotSaved: the disk is full or refuses.
        """
        text = json.dumps({"goes_to": goes_to, "secret": secret})
        store = self._keyring()
        if store is None:
            self._wrap(text)
            return
        try:
            store.write(self._user, text)
            was_kept = store.read(self._user) == text
        except (StoreFailed, StoreLocked) as error:
            raise KeyRefused("upstream.keyring") from error
        if not was_kept:
            raise KeyRefused("upstream.keyring")

    def forget(self) -> None:
        """See `UpstreamSecrets`.

        Raises:
            KeyRefused: `upstream.keyring`, or what is wrong with `key.json`.
        """
        self._path.unlink(missing_ok=True)
        store = self._keyring()
        if store is not None:
            try:
                store.delete(self._user)
            except (StoreFailed, StoreLocked) as error:
                raise KeyRefused("upstream.keyring") from error

    @property
    def _user(self) -> str:
        return f"{self._profile.id}-upstream"

    @property
    def _path(self) -> Path:
        return self._profile.path / _FILE

    def _keyring(self) -> SecretStore | None:
        """The keyring that holds the store's key; None where none does."""
        if self._profile.is_practice:
            return None
        held = read_key_file(self._profile.path, self._profile.id)
        if not isinstance(held, HeldByKeyring):
            return None
        store = next((store for store in self._find_stores() if store.name == held.name), None)
        if store is None:
            raise KeyRefused("upstream.keyring")
        return store

    def _text(self) -> str | None:
        store = self._keyring()
        if store is None:
            return self._unwrapped()
        try:
            return store.read(self._user)
        except (StoreFailed, StoreLocked) as error:
            raise KeyRefused("upstream.keyring") from error

    # In a file ----------------------------------------------------------------------------------

    def _wrap(self, text: str) -> None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._cipher().encrypt(nonce, text.encode(), self._bound())
        content: dict[str, object] = {
            "format": _FORMAT,
            "nonce": base64.b64encode(nonce).decode(),
            "wrapped": base64.b64encode(wrapped).decode(),
        }
        atomic_write(self._path, json_bytes(content))

    def _unwrapped(self) -> str | None:
        """What the file holds; None when it is absent, damaged or not this store's: it is typed once more."""
        from cryptography.exceptions import InvalidTag

        try:
            content = read_json_object(self._path)
            nonce = base64.b64decode(str(content["nonce"]), validate=True)
            wrapped = base64.b64decode(str(content["wrapped"]), validate=True)
            opened: bytes = self._cipher().decrypt(nonce, wrapped, self._bound())
            return opened.decode()
        except (OSError, UnreadableJson, KeyError, ValueError, InvalidTag):
            return None

    def _cipher(self) -> Any:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(self._store_key)
        return AESGCM(made)

    def _bound(self) -> bytes:
        return f"{_FORMAT} {self._profile.id}".encode()
