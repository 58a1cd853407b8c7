"""The upstream's secret lies where the store's key lies, and is given out for the place it was typed for."""

import json
from pathlib import Path

import pytest

from clinic_desk.credentials.errors import KeyRefused
from clinic_desk.credentials.upstream_secret import UpstreamSecret
from clinic_desk.credentials.vault import KeyVault
from clinic_desk.profile.directory import Profile, open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from tests.fakes_keyring import FakeSecretStore

HERE, ELSEWHERE = "https://fhir.example:443", "https://fhir.example:444"
SECRET = "тайна 7"


@pytest.fixture
def keyring() -> FakeSecretStore:
    return FakeSecretStore()


@pytest.fixture
def clinic(tmp_path: Path) -> Profile:
    return open_or_create_profile(tmp_path / "p", ProfileKind.CLINIC)


def kept(profile: Profile, *keyrings: FakeSecretStore) -> UpstreamSecret:
    vault = KeyVault(lambda: keyrings, {"CLINIC_DESK_PASSPHRASE": "тау бұлақ қар 7"})
    return UpstreamSecret(profile, vault.load_or_create(profile, None), lambda: keyrings)


def bytes_of(profile: Profile) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(profile.path.iterdir()) if path.is_file())


def test_in_the_keyring_and_in_no_file(clinic: Profile, keyring: FakeSecretStore) -> None:
    secret = kept(clinic, keyring)
    assert secret.read(HERE) is None
    secret.write(HERE, SECRET)
    assert secret.read(HERE) == SECRET
    assert not (clinic.path / "upstream.json").exists()
    assert set(keyring.secrets) == {clinic.id, f"{clinic.id}-upstream"}
    secret.forget()
    assert set(keyring.secrets) == {clinic.id}


@pytest.mark.parametrize("kind", list(ProfileKind))
def test_without_a_keyring_encrypted_under_the_key_of_the_store(tmp_path: Path, kind: ProfileKind) -> None:
    profile = open_or_create_profile(tmp_path / "p", kind)
    kept(profile).write(HERE, SECRET)
    assert kept(profile).read(HERE) == SECRET
    assert SECRET.encode() not in bytes_of(profile)
    assert json.dumps(SECRET).encode() not in bytes_of(profile)
    assert (profile.path / "upstream.json").stat().st_mode & 0o777 == 0o600
    stranger = UpstreamSecret(profile, b"x" * 32, list)
    assert stranger.read(HERE) is None
    kept(profile).forget()
    assert kept(profile).read(HERE) is None


@pytest.mark.parametrize("has_keyring", [True, False])
def test_for_another_place_there_is_none(
    clinic: Profile, keyring: FakeSecretStore, has_keyring: bool
) -> None:
    secret = kept(clinic, *([keyring] if has_keyring else []))
    secret.write(HERE, SECRET)
    assert secret.read(ELSEWHERE) is None


def test_a_keyring_that_fails_is_said_and_no_file_is_written(
    clinic: Profile, keyring: FakeSecretStore
) -> None:
    secret = kept(clinic, keyring)
    secret.write(HERE, SECRET)
    keyring.is_locked = True
    for act in (lambda: secret.read(HERE), lambda: secret.write(HERE, "x"), secret.forget):
        with pytest.raises(KeyRefused) as refused:
            act()
        assert refused.value.code == "upstream.keyring"
    keyring.is_locked, keyring.forgets = False, True
    with pytest.raises(KeyRefused):
        secret.write(HERE, "another")
    assert not (clinic.path / "upstream.json").exists()
    with pytest.raises(KeyRefused):
        UpstreamSecret(clinic, b"x" * 32, list).read(HERE)


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"format":1,"nonce":"!","wrapped":"AAAA"}', b"\xff" * 9])
def test_a_damaged_file_is_no_secret(clinic: Profile, damage: bytes) -> None:
    secret = kept(clinic)
    secret.write(HERE, SECRET)
    (clinic.path / "upstream.json").write_bytes(damage)
    assert secret.read(HERE) is None
