"""What every secret store does: run against the fake and against a real Secret Service."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from clinic_desk.credentials.secret_store import SecretStore, StoreFailed, StoreLocked, keeps_secrets

USER = "8e0f6f3c-9a51-4f0a-9d0e-55d0a4a8f0d1"
OTHER = "3d1b7d52-6f0f-4a38-b3d3-5f9f7a1f6d10"


@dataclass
class StoreUnderTest:
    """A store, and the hands of the machine's owner on it."""

    store: SecretStore
    users: Callable[[], list[str]]
    lock: Callable[[], None]
    break_off: Callable[[], None]


class SecretStoreSuite:
    """Subclasses give the fixture `given`."""

    def test_nothing_is_there_at_first(self, given: StoreUnderTest) -> None:
        assert given.store.read(USER) is None
        assert given.users() == []

    def test_a_secret_comes_back_and_is_replaced(self, given: StoreUnderTest) -> None:
        first, second = secrets.token_urlsafe(32), "Құпия: ө ұ ү һ і + / = " + secrets.token_urlsafe(32)
        given.store.write(USER, first)
        assert given.store.read(USER) == first
        given.store.write(USER, second)
        assert given.store.read(USER) == second
        assert given.users() == [USER]

    def test_users_have_secrets_of_their_own(self, given: StoreUnderTest) -> None:
        given.store.write(USER, "one")
        assert given.store.read(OTHER) is None
        given.store.write(OTHER, "two")
        given.store.delete(USER)
        assert given.store.read(USER) is None
        assert given.store.read(OTHER) == "two"

    def test_deleting_nothing_is_harmless(self, given: StoreUnderTest) -> None:
        given.store.delete(USER)
        assert given.users() == []

    def test_the_probe_leaves_nothing_behind(self, given: StoreUnderTest) -> None:
        given.store.write(USER, "kept")
        assert keeps_secrets(given.store) is True
        assert given.users() == [USER]
        assert given.store.read(USER) == "kept"

    def test_locked_is_told_apart(self, given: StoreUnderTest) -> None:
        given.store.write(USER, "kept")
        given.lock()
        for act in (
            lambda: given.store.read(USER),
            lambda: given.store.read(OTHER),
            lambda: given.store.write(USER, "x"),
            lambda: given.store.delete(USER),
            lambda: keeps_secrets(given.store),
        ):
            with pytest.raises(StoreLocked):
                act()

    def test_out_of_reach_is_told_apart(self, given: StoreUnderTest) -> None:
        given.store.write(USER, "kept")
        given.break_off()
        for act in (
            lambda: given.store.read(USER),
            lambda: given.store.write(USER, "x"),
            lambda: given.store.delete(USER),
        ):
            with pytest.raises(StoreFailed):
                act()
        assert keeps_secrets(given.store) is False

    def test_the_name_is_plain(self, given: StoreUnderTest) -> None:
        assert given.store.name == "secret-service"
