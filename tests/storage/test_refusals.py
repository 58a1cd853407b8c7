"""What is not a right store is refused by its code, and its bytes and its folder stay as they were."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as driver

from clinic_desk.storage import database, engine
from clinic_desk.storage.database import open_store
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.storage.errors import StoreRefused
from clinic_desk.storage.key_check import PAGE, Fit, fit_of
from tests.storage.examples import KEY, NOW, PROFILE, patient

OTHER_KEY = bytes(reversed(range(32)))


def folder_bytes(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def refused(path: Path, key: bytes = KEY, **options: Any) -> str:
    """The code of the refusal, after looking that nothing changed."""
    before = folder_bytes(path)
    wanted = {"create": False, "profile_id": PROFILE, "now": lambda: NOW} | options
    with pytest.raises(StoreRefused) as error:
        open_store(path, key, **wanted)
    assert folder_bytes(path) == before
    assert key.hex() not in f"{error.value!r} {error.value.params} {error.value.__cause__!r}"
    return error.value.code


@pytest.fixture
def used(path: Path, open_again: Any) -> Path:
    """A closed store with people in it, larger than its first pages."""
    store = open_again()
    with store.write() as work:
        for _ in range(20):
            work.patients.add(patient())
        work.commit()
    store.close()
    return path


@pytest.fixture
def with_log(used: Path, tmp_path: Path, open_again: Any) -> Path:
    """A copy taken while the program ran: the newest change is in the log only, as after a power cut."""
    store = open_again()
    with store.write() as work:
        work.patients.add(patient("Соңғы Адам"))
        work.commit()
    folder = tmp_path / "cut"
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{used}{suffix}", folder / f"clinic.db{suffix}")
    return folder / "clinic.db"


def test_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.db") == "store.missing"


def test_a_missing_store_is_not_made_by_a_read_only_opening(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.db", create=True, read_only=True) == "store.missing"


@pytest.mark.parametrize("create", [True, False])
def test_not_encrypted(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "clinic.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE patients (id)")
        plain.commit()
    assert refused(path, create=create) == "store.not_encrypted"


@pytest.mark.parametrize("create", [True, False])
def test_wrong_key(used: Path, create: bool) -> None:
    assert refused(used, OTHER_KEY, create=create) == "store.wrong_key"


def test_wrong_key_with_a_log_beside_it(with_log: Path) -> None:
    assert refused(with_log, OTHER_KEY) == "store.wrong_key"


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 3 * PAGE, b"text " * PAGE])
def test_what_is_no_store_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clinic.db"
    path.write_bytes(content)
    assert refused(path) == "store.damaged"


@pytest.mark.parametrize("at", [20, 100, PAGE - 10])
def test_a_damaged_first_page_is_not_called_a_wrong_key(used: Path, at: int) -> None:
    content = bytearray(used.read_bytes())
    content[at] ^= 0xFF
    used.write_bytes(content)
    assert refused(used) == "store.damaged"


def test_a_page_lost_in_the_middle_is_found_by_the_check_of_the_whole(used: Path) -> None:
    content = bytearray(used.read_bytes())
    middle = len(content) // PAGE // 2 * PAGE
    content[middle : middle + PAGE] = os.urandom(PAGE)
    used.write_bytes(content)
    store = open_store(used, KEY, create=False, profile_id=PROFILE)
    assert not store.is_whole()
    store.close()


def test_a_sound_store_is_whole(used: Path) -> None:
    store = open_store(used, KEY, create=False, profile_id=PROFILE)
    assert store.is_whole()
    store.close()


def test_the_log_heals_a_half_written_first_page(with_log: Path) -> None:
    content = bytearray(with_log.read_bytes())
    content[PAGE - 1] ^= 0xFF
    wal = with_log.with_name("clinic.db-wal").read_bytes()
    numbers = [int.from_bytes(wal[at : at + 4], "big") for at in range(32, len(wal), PAGE + 24)]
    with_log.write_bytes(content)
    # Page 1 is in the log only if the transaction changed it; without it the store is damaged.
    assert fit_of(with_log, KEY) is (Fit.FITS if 1 in numbers else Fit.DAMAGED)


def test_what_only_the_log_held_is_there(with_log: Path) -> None:
    store = open_store(with_log, KEY, create=False, profile_id=PROFILE)
    with store.read() as work:
        assert work.patients.count() == 21
    store.close()


def set_revision(path: Path, revision: str) -> None:
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_newer(used: Path) -> None:
    set_revision(used, "9999")
    assert refused(used) == "store.newer"


def test_newer_with_a_log_beside_it(used: Path, tmp_path: Path) -> None:
    with closing(open_connection(used, SecretKey(KEY))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        folder = tmp_path / "newer"
        folder.mkdir()
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{used}{suffix}", folder / f"clinic.db{suffix}")
    path = folder / "clinic.db"
    before = {name: content for name, content in folder_bytes(path).items() if not name.endswith("-shm")}
    with pytest.raises(StoreRefused, match=r"store\.newer"):
        open_store(path, KEY, create=False, profile_id=PROFILE)
    # The engine's shared memory is no data; the store and its log are as they were.
    assert {n: c for n, c in folder_bytes(path).items() if not n.endswith("-shm")} == before


def test_other_profile(used: Path) -> None:
    assert refused(used, profile_id="f" * 32) == "store.other_profile"


def test_another_programs_encrypted_file(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        connection.execute("CREATE TABLE notes (text)")
    assert refused(path) == "store.damaged"


def test_engine_too_old(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "sqlite_version", "3.51.2")
    assert refused(used) == "store.engine_too_old"


def test_a_library_that_does_not_encrypt_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "driver", sqlite3)
    with pytest.raises(StoreRefused, match=r"store\.engine_too_old"):
        open_connection(tmp_path / "plain.db", SecretKey(KEY))


def test_a_killed_creation_leaves_no_store_and_does_not_hinder_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clinic.db"

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(database, "add_rows", die)
        with pytest.raises(KeyboardInterrupt):
            open_store(path, KEY, create=True, profile_id=PROFILE)
    assert not path.exists()
    open_store(path, KEY, create=True, profile_id=PROFILE).close()
    assert [file.name for file in tmp_path.iterdir()] == ["clinic.db"]


def test_a_key_shows_itself_nowhere(store: database.SqlStore) -> None:
    key = SecretKey(KEY)
    assert KEY.hex() not in f"{key!r} {key} {store!r} {store._readers!r} {store._writer!r}"
    with pytest.raises(TypeError):
        key.__reduce__()
    with pytest.raises(ValueError, match="32"):
        SecretKey(b"short")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_may_read_the_file(path: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    open_store(fresh, KEY, create=True, profile_id=PROFILE).close()
    assert fresh.stat().st_mode & 0o777 == 0o600
