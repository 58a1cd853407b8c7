"""Getting the key of a store, or making it when there is no store yet.

A key is made only while neither a database nor `key.json` exists: a new key over an old database would
lock it for ever.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Mapping, Sequence

from clinic_desk.credentials.encoding import key_from_text, key_to_text, new_key
from clinic_desk.credentials.errors import KeyRefused
from clinic_desk.credentials.key_file import HeldByKeyring, key_check, read_key_file, write_key_file
from clinic_desk.credentials.owner import KeyOwner, has_database
from clinic_desk.credentials.passphrase import (
    HELD_BY_PASSPHRASE,
    NO_KEYRING,
    PassphrasePrompt,
    WrappedKey,
    asked_passphrase,
    unwrap_key,
    wrap_key,
)
from clinic_desk.credentials.practice_key import load_or_create_practice_key
from clinic_desk.credentials.secret_store import SecretStore, StoreFailed, StoreLocked, keeps_secrets
from clinic_desk.credentials.system_keyring import find_keyrings


class KeyVault:
    """Gives the key of a profile's store.

    Args:
        find_stores: returns the secret stores to be trusted, the best first.
        environ: the environment; CLINIC_DESK_PASSPHRASE answers in place of a person.
    """

    def __init__(
        self,
        find_stores: Callable[[], Sequence[SecretStore]] = find_keyrings,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._find_stores = find_stores
        self._environ = environ

    def load_or_create(self, profile: KeyOwner, ask_passphrase: PassphrasePrompt | None) -> bytes:
        """Return the 32 bytes of the store's key.

        The caller holds the profile's lock. May take as long as a person needs for a dialog of the
        operating system, and half a second for a passphrase: never call it on the window's thread.

        Raises:
            WrongPassphrase: may be tried again; every file is as before.
            KeyRefused: see there.
            FileNotSaved: the disk is full or refuses; no key was made.
        """
        if profile.is_practice:
            return load_or_create_practice_key(profile)
        held = read_key_file(profile.path, profile.id)
        try:
            if isinstance(held, WrappedKey):
                return self._behind_passphrase(profile, held, ask_passphrase)
            if isinstance(held, HeldByKeyring):
                return self._in_keyring(profile, held)
            if has_database(profile):
                return self._found_without_key_file(profile)
            return self._new(profile, ask_passphrase)
        except StoreLocked as error:
            raise KeyRefused("key.locked") from error

    def _behind_passphrase(
        self, profile: KeyOwner, held: WrappedKey, prompt: PassphrasePrompt | None
    ) -> bytes:
        passphrase = asked_passphrase(prompt, HELD_BY_PASSPHRASE, is_new=False, environ=self._environ)
        return unwrap_key(held, passphrase, profile.id)

    def _in_keyring(self, profile: KeyOwner, held: HeldByKeyring) -> bytes:
        store = next((store for store in self._find_stores() if store.name == held.name), None)
        if store is None:
            raise KeyRefused("key.unreachable")
        try:
            text = store.read(profile.id)
        except StoreFailed as error:
            raise KeyRefused("key.unreachable") from error
        if text is None:
            raise KeyRefused("key.absent")
        key = key_from_text(text)
        if key is None or not hmac.compare_digest(key_check(key, profile.id), held.check):
            raise KeyRefused("key.changed")
        return key

    def _found_without_key_file(self, profile: KeyOwner) -> bytes:
        """Return the keyring's key for a database whose `key.json` was lost.

        `key.json` is not written anew: only opening the database can tell that the key is right.
        """
        for store in self._find_stores():
            try:
                text = store.read(profile.id)
            except StoreFailed:
                continue
            key = key_from_text(text) if text is not None else None
            if key is not None:
                return key
        raise KeyRefused("key.absent")

    def _new(self, profile: KeyOwner, prompt: PassphrasePrompt | None) -> bytes:
        for store in self._find_stores():
            key = _kept_in(store, profile.id)
            if key is not None:
                write_key_file(
                    profile.path, profile.id, HeldByKeyring(store.name, key_check(key, profile.id))
                )
                return key
        passphrase = asked_passphrase(prompt, NO_KEYRING, is_new=True, environ=self._environ)
        key = new_key()
        write_key_file(profile.path, profile.id, wrap_key(key, passphrase, profile.id))
        return key


def _kept_in(store: SecretStore, profile_id: str) -> bytes | None:
    """Return a key that `store` is proved to hold for the profile; None when it is not to be relied on.

    A key left there by a start that was killed before `key.json` was written is taken up again.
    """
    try:
        text = store.read(profile_id)
        found = key_from_text(text) if text is not None else None
        if found is not None:
            return found
        if not keeps_secrets(store):
            return None
        key = new_key()
        store.write(profile_id, key_to_text(key))
        return key if store.read(profile_id) == key_to_text(key) else None
    except StoreFailed:
        return None
