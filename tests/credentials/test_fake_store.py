"""The fake that other tests rely on behaves as the real store does."""

import pytest

from tests.credentials.secret_store_suite import SecretStoreSuite, StoreUnderTest
from tests.fakes_keyring import FakeSecretStore


class TestFakeSecretStore(SecretStoreSuite):
    @pytest.fixture
    def given(self) -> StoreUnderTest:
        fake = FakeSecretStore()
        return StoreUnderTest(
            store=fake,
            users=lambda: sorted(fake.secrets),
            lock=lambda: setattr(fake, "is_locked", True),
            break_off=lambda: setattr(fake, "is_broken", True),
        )
