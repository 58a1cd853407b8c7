"""Which back ends of the keyring library are trusted with a key."""

from collections.abc import Callable, Iterator

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.backends.SecretService
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import kwallet

from clinic_desk.credentials.system_keyring import find_keyrings


class PlainText(KeyringBackend):
    """Writes secrets where anybody can read them, and recommends itself warmly."""

    priority = 99.0

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("given a secret")


class Keyring(keyring.backends.SecretService.Keyring):
    """Calls itself as the trusted one does, and is another class."""

    priority = 99.0


@pytest.fixture
def chain() -> Iterator[Callable[..., KeyringBackend]]:
    """Give the library's chain of exactly these members, whatever this machine has."""
    chained = keyring.backends.chainer.ChainerBackend
    original = vars(chained)["backends"]

    def of(*members: KeyringBackend) -> KeyringBackend:
        type.__setattr__(chained, "backends", list(members))
        return chained()

    yield of
    type.__setattr__(chained, "backends", original)


@pytest.mark.parametrize(
    "backend",
    [PlainText(), Keyring(), keyring.backends.fail.Keyring(), keyring.backends.null.Keyring()],
    ids=["plain", "subclass", "fail", "null"],
)
def test_others_are_passed_by(
    monkeypatch: pytest.MonkeyPatch, chain: Callable[..., KeyringBackend], backend: KeyringBackend
) -> None:
    for chosen in (backend, chain(), chain(backend, PlainText())):
        monkeypatch.setattr(keyring, "get_keyring", lambda chosen=chosen: chosen)
        assert find_keyrings() == []


def test_of_a_chain_the_trusted_ones_in_their_order(
    monkeypatch: pytest.MonkeyPatch, chain: Callable[..., KeyringBackend]
) -> None:
    members = (
        PlainText(),
        keyring.backends.SecretService.Keyring(),
        keyring.backends.null.Keyring(),
        kwallet.DBusKeyring(),
    )
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain(*members))
    assert [store.name for store in find_keyrings()] == ["secret-service", "kwallet"]


def test_the_trusted_names_exist_in_the_library() -> None:
    from clinic_desk.credentials import system_keyring

    for name in system_keyring._TRUSTED:
        assert keyring.core._load_keyring_class(name).__qualname__ == name.rpartition(".")[2]


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), ImportError("no"), AttributeError("no"), ValueError("no")]
)
def test_a_broken_configuration_is_no_keyring(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken() -> KeyringBackend:
        raise error

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert find_keyrings() == []
