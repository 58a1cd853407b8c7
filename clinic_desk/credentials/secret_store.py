"""A place of the operating system that keeps secrets, and how it is tried out."""

from __future__ import annotations

import secrets
from typing import Protocol


class StoreLocked(Exception):
    """The secrets are there but locked, and the person did not unlock them."""


class StoreFailed(Exception):
    """The place could not be reached or refused the act."""


class SecretStore(Protocol):
    """Secrets of this program by user name.

    Every method may wait for a dialog of the operating system, so none is called on the window's thread.
    Each raises `StoreLocked` or `StoreFailed`.
    """

    @property
    def name(self) -> str:
        """Stable ASCII name of the kind of place, kept in `key.json`."""

    def read(self, user: str) -> str | None:
        """Return the secret, or None when there is none."""

    def write(self, user: str, secret: str) -> None:
        """Keep `secret`, in place of an older one."""

    def delete(self, user: str) -> None:
        """Forget the secret; nothing happens when there is none."""


def keeps_secrets(store: SecretStore) -> bool:
    """Say whether a secret written there comes back and can be taken away again.

    Raises:
        StoreLocked: it cannot be known before the store is unlocked.
    """
    user = f"probe-{secrets.token_hex(8)}"
    secret = secrets.token_urlsafe(32)
    try:
        store.write(user, secret)
        came_back = store.read(user) == secret
        store.delete(user)
        return came_back and store.read(user) is None
    except StoreFailed:
        return False
