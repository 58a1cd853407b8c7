"""The keyrings of operating systems that are trusted with a key.

Only the back ends named here count: a plain-text, null, failing or unknown one never gets a key, however
the machine is configured. Of a chain of back ends the trusted members are used one by one, so that it is
always known which of them holds the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clinic_desk.credentials.secret_store import StoreFailed, StoreLocked

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "clinic-desk"

_TRUSTED = {
    "keyring.backends.SecretService.Keyring": "secret-service",
    "keyring.backends.kwallet.DBusKeyring": "kwallet",
    "keyring.backends.macOS.Keyring": "macos-keychain",
    "keyring.backends.Windows.WinVaultKeyring": "windows-vault",
}
_CHAIN = "keyring.backends.chainer.ChainerBackend"


class SystemKeyring:
    """One trusted keyring of this machine, seen as a `SecretStore`."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend
        self._name = _TRUSTED[_type_name(backend)]

    @property
    def name(self) -> str:
        """`secret-service`, `kwallet`, `macos-keychain` or `windows-vault`."""
        return self._name

    def read(self, user: str) -> str | None:
        """Return the secret, or None when there is none."""
        with _translated():
            return self._backend.get_password(SERVICE, user)

    def write(self, user: str, secret: str) -> None:
        """Keep `secret`, in place of an older one."""
        with _translated():
            self._backend.set_password(SERVICE, user, secret)

    def delete(self, user: str) -> None:
        """Forget the secret; nothing happens when there is none."""
        with _translated():
            if self._backend.get_password(SERVICE, user) is not None:
                self._backend.delete_password(SERVICE, user)


def find_keyrings() -> list[SystemKeyring]:
    """Return the trusted keyrings that can be reached now, the best first; empty if none."""
    import keyring  # imported here: it costs as much as half a bare window at start

    try:
        chosen = keyring.get_keyring()
        members = list(getattr(chosen, "backends", ())) if _type_name(chosen) == _CHAIN else [chosen]
    except Exception:
        # Not one family of errors: the configuration may name a module that is missing, broken or strange.
        return []
    return [SystemKeyring(backend) for backend in members if _type_name(backend) in _TRUSTED]


def _type_name(backend: object) -> str:
    """Return the exact type's full name: a subclass elsewhere is not the trusted one."""
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


@contextmanager
def _translated() -> Iterator[None]:
    from keyring.errors import KeyringLocked

    try:
        yield
    except KeyringLocked as error:
        raise StoreLocked from error
    except Exception as error:
        # Back ends let errors of D-Bus, secretstorage or the Windows interface through as they are.
        if type(error).__name__ == "LockedException":
            raise StoreLocked from error
        raise StoreFailed from error
