"""The adapter against a real Secret Service, and the vault across programs that really end."""

import gc
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desk.credentials.encoding import key_to_text, new_key
from clinic_desk.credentials.system_keyring import SystemKeyring
from clinic_desk.profile.directory import open_or_create_profile
from tests.credentials.secret_service import SecretService
from tests.credentials.secret_store_suite import SecretStoreSuite, StoreUnderTest

pytestmark = pytest.mark.keyring

PROGRAM = """
import sys, pathlib
from clinic_desk.credentials.vault import KeyVault
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind

class Nobody:
    def ask(self, reason, is_new):
        print("asked", reason, is_new)
        return None

profile = open_or_create_profile(pathlib.Path(sys.argv[1]), ProfileKind(sys.argv[2]))
try:
    print("key", KeyVault().load_or_create(profile, Nobody()).hex())
except ClinicDeskError as error:
    print("error", error.code)
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SecretService]:
    service = SecretService(tmp_path / "session")
    yield service
    service.stop()


@pytest.fixture
def unlocked(session: SecretService) -> SecretService:
    session.unlock()
    return session


class TestRealSecretService(SecretStoreSuite):
    @pytest.fixture
    def given(self, unlocked: SecretService, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreUnderTest]:
        from keyring.backends.SecretService import Keyring

        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", unlocked.address)
        yield StoreUnderTest(
            SystemKeyring(Keyring()), users=unlocked.users, lock=unlocked.lock, break_off=unlocked.stop
        )
        with warnings.catch_warnings():
            # keyring leaves its connection open when it finds the collection locked
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def start(session: SecretService, folder: Path, kind: str = "clinic", **environ: str) -> list[str]:
    """Run a program that wants the key; return what it said, in words."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), kind],
        env=session.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_key_made_by_one_program_is_found_by_the_next(unlocked: SecretService, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    word, key = start(unlocked, folder)
    assert word == "key"
    assert len(bytes.fromhex(key)) == 32
    assert start(unlocked, folder) == ["key", key]
    assert unlocked.users() == [open_or_create_profile(folder, None).id]
    assert set(files(folder)) == {"profile.json", "key.json"}
    for content in files(folder).values():
        assert bytes.fromhex(key) not in content
        assert key.encode() not in content
        assert key_to_text(bytes.fromhex(key)).encode() not in content
    _, other = start(unlocked, tmp_path / "q")
    assert other != key


def test_locked_absent_changed_and_unreachable_are_four_answers(
    unlocked: SecretService, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    _, key = start(unlocked, folder)
    (folder / "clinic.db").write_bytes(b"encrypted")
    before, user = files(folder), open_or_create_profile(folder, None).id

    unlocked.replace(user, key_to_text(new_key()))
    assert start(unlocked, folder) == ["error", "key.changed"]
    unlocked.replace(user, key_to_text(bytes.fromhex(key)))
    assert start(unlocked, folder) == ["key", key]
    unlocked.forget(user)
    assert start(unlocked, folder) == ["error", "key.absent"]
    assert unlocked.users() == []
    unlocked.lock()
    assert start(unlocked, folder) == ["error", "key.locked"]
    assert start(unlocked, folder, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent") == [
        "error",
        "key.unreachable",
    ]
    assert start(unlocked, folder, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring") == [
        "error",
        "key.unreachable",
    ]
    assert files(folder) == before


def test_a_locked_keyring_gets_no_key_and_no_passphrase_instead(
    unlocked: SecretService, tmp_path: Path
) -> None:
    unlocked.lock()
    assert start(unlocked, tmp_path / "p") == ["error", "key.locked"]
    assert set(files(tmp_path / "p")) == {"profile.json"}


@pytest.mark.parametrize(
    "backend",
    ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring", "no.such.module.Keyring", "rubbish"],
)
def test_a_backend_that_is_not_trusted_means_a_passphrase(
    unlocked: SecretService, tmp_path: Path, backend: str
) -> None:
    said = start(unlocked, tmp_path / "p", PYTHON_KEYRING_BACKEND=backend)
    assert said == ["asked", "no_keyring", "True", "error", "key.passphrase_needed"]
    assert set(files(tmp_path / "p")) == {"profile.json"}
    assert unlocked.users() == []


def test_a_session_whose_keyring_cannot_be_made_means_a_passphrase(
    session: SecretService, tmp_path: Path
) -> None:
    """The bus starts a keyring without any collection, and there is no screen to make one on."""
    folder = tmp_path / "p"
    said = start(session, folder, CLINIC_DESK_PASSPHRASE="бір екі үш төрт")
    assert said[0] == "key"
    assert start(session, folder, CLINIC_DESK_PASSPHRASE="бір екі үш төрт") == said
    assert start(session, folder) == [
        "asked",
        "held_by_passphrase",
        "False",
        "error",
        "key.passphrase_needed",
    ]


def test_a_chain_of_backends_is_taken_apart(unlocked: SecretService, tmp_path: Path) -> None:
    chain = "keyring.backends.chainer.ChainerBackend"
    _, key = start(unlocked, tmp_path / "p", PYTHON_KEYRING_BACKEND=chain)
    assert start(unlocked, tmp_path / "p") == ["key", key]
    assert b'"keyring": "secret-service"' in files(tmp_path / "p")["key.json"]


def test_the_practice_clinic_needs_no_keyring(unlocked: SecretService, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    word, key = start(unlocked, folder, "practice")
    assert word == "key"
    assert start(unlocked, folder, "practice", PYTHON_KEYRING_BACKEND="rubbish") == ["key", key]
    assert unlocked.users() == []
    assert set(files(folder)) == {"profile.json", "practice.key"}
    assert (folder / "practice.key").stat().st_mode & 0o777 == 0o600
