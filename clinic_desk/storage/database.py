"""The encrypted store of one profile: opening, creating, refusing, and units of work over it."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as driver

from clinic_desk.storage.bulk_rows import add_rows
from clinic_desk.storage.engine import (
    SecretKey,
    check_engine,
    open_connection,
    reading_engine,
    writing_engine,
)
from clinic_desk.storage.errors import StoreRefused, translating
from clinic_desk.storage.key_check import Fit, fit_of
from clinic_desk.storage.mapping.catalogue import DIAGNOSIS
from clinic_desk.storage.migrating import check_revision, migrate
from clinic_desk.storage.seeding import standard_diagnoses
from clinic_desk.storage.tables import store_info
from clinic_desk.storage.unit_of_work import SqlUnitOfWork
from clinic_desk.storage.values import moment_text

_LOG: Final = logging.getLogger(__name__)
_REFUSED: Final = {
    Fit.NOT_ENCRYPTED: "store.not_encrypted",
    Fit.DAMAGED: "store.damaged",
    Fit.WRONG_KEY: "store.wrong_key",
}

Now = Callable[[], dt.datetime]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def open_store(
    path: Path,
    key: bytes,
    *,
    create: bool,
    profile_id: str,
    now: Now = _utc_now,
    read_only: bool = False,
) -> SqlStore:
    """The store at `path`, in its newest form; made, with the standard diagnoses, if `create` and missing.

    A store of an older program is copied beside itself, the copy verified, and then migrated.
    `key` has 32 bytes. Until everything about the file is known to be right nothing is written.

    Raises:
        StoreRefused: see its codes; the files are as they were.
    """
    check_engine()
    secret = SecretKey(key)
    with translating(), _translating_files():
        if not path.exists():
            if not create or read_only:
                raise StoreRefused("store.missing")
            _create(path, secret, profile_id, now)
        _check_file(path, secret)
        revision = _probe(path, secret, profile_id)
        store = SqlStore(path, secret, now, read_only=read_only)
        try:
            if check_revision(revision) and not read_only:
                store.upgrade()
        except BaseException:
            store.close()
            raise
    return store


class SqlStore:
    """`Store`: one writing connection behind a lock, a few reading ones; safe to share between threads."""

    def __init__(self, path: Path, key: SecretKey, now: Now, *, read_only: bool) -> None:
        self._path = path
        self._key = key
        self._now = now
        self._is_read_only = read_only
        self._readers = reading_engine(path, key, read_only=read_only)
        self._writer = None if read_only else writing_engine(path, key)
        self._write_connection: Connection | None = None
        self._write_lock = threading.Lock()
        self._writing_thread: int | None = None
        self._own_readers: list[OwnReader] = []
        self._name_listeners: list[Callable[[list[str]], None]] = []
        self._is_closed = False

    def __repr__(self) -> str:
        return f"SqlStore({self._path.name!r})"

    @contextmanager
    def write(self) -> Iterator[SqlUnitOfWork]:
        """A writing unit of work; a second thread waits, a second one in the same thread is a fault.

        Raises:
            StoreRefused: `store.read_only`, `store.closed`, and what the engine says while saving:
                `store.disk_full`, `store.busy`, `store.io`, `store.damaged`. Nothing of the unit is
                stored then, and the next one may work.
            Conflict: see the repositories.
        """
        if self._writer is None:
            raise StoreRefused("store.read_only")
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a writing unit of work is open in this thread already")
        with self._write_lock, translating():
            self._writing_thread = threading.get_ident()
            try:
                self._check_open()
                with self._unit(self._writing(self._writer)) as work:
                    yield work
            finally:
                self._writing_thread = None
        if work.is_committed and work.written_names:
            for tell in self._name_listeners:
                tell(work.written_names)

    @contextmanager
    def read(self) -> Iterator[SqlUnitOfWork]:
        """A reading unit of work that sees one moment; several may be open at once."""
        self._check_open()
        with translating(), self._readers.connect() as connection, self._unit(connection) as work:
            yield work

    def close(self) -> None:
        """The log is moved into the store, and all connections are closed; nothing happens again."""
        with self._write_lock:
            if self._is_closed:
                return
            self._is_closed = True
            for reader in self._own_readers:
                reader.close()
            self._readers.dispose()
            if self._write_connection is not None:
                self._write_connection.close()
            if self._writer is not None:
                # A full disk must not keep the program from ending: the log is as safe as the store.
                with suppress(DBAPIError, driver.Error), self._writer.connect() as connection:
                    _settle(connection)
                self._writer.dispose()

    def own_reader(self) -> OwnReader:
        """A read-only connection for one use that is asked often; closed with the store."""
        self._check_open()
        with translating():
            connection = open_connection(self._path, self._key, read_only=self._is_read_only)
            connection.execute("PRAGMA query_only = ON")
        reader = OwnReader(connection)
        self._own_readers.append(reader)
        return reader

    def on_names_written(self, tell: Callable[[list[str]], None]) -> None:
        """`tell` gets the folded names of people after each commit that wrote some, on its thread."""
        self._name_listeners.append(tell)

    def back_up(self, why: str) -> Path:
        """The path of a new, verified, encrypted copy beside the store; see `backup.back_up`."""
        from clinic_desk.storage.backup import back_up

        with translating(), closing(open_connection(self._path, self._key)) as connection:
            return back_up(connection, self._path, self._key, self._now(), why)

    def is_whole(self) -> bool:
        """Reads the whole file and checks every page and index; seconds for a large store."""
        self._check_open()
        try:
            with closing(open_connection(self._path, self._key, read_only=True)) as connection:
                return not connection.execute(
                    "PRAGMA cipher_integrity_check"
                ).fetchall() and connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
        except driver.DatabaseError:
            return False

    def upgrade(self, to: str = "head") -> None:
        """The store is in its newest form (or at the step `to`), after a verified copy was made."""
        self.back_up("before-upgrade")
        _LOG.info("store.upgrade")
        assert self._writer is not None  # noqa: S101 - not called for a read-only store
        with self._write_lock, translating(), self._writer.begin() as connection:
            migrate(connection, to)

    def _writing(self, writer: Engine) -> Connection:
        """The connection of every write: taking it out of its pool each time costs as much as an act."""
        connection = self._write_connection
        if connection is None or connection.invalidated:
            connection = self._write_connection = writer.connect()
        return connection

    @contextmanager
    def _unit(self, connection: Connection) -> Iterator[SqlUnitOfWork]:
        with connection.begin() as transaction:
            work = SqlUnitOfWork(connection, transaction, self._now)
            yield work
            if not work.is_committed:
                transaction.rollback()

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreRefused("store.closed")


class OwnReader:
    """A connection of the driver in autocommit mode, used by one thread at a time inside `with`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Any:
        self._lock.acquire()
        if self._is_closed:
            self._lock.release()
            raise StoreRefused("store.closed")
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def close(self) -> None:
        """Closed, once nobody uses it."""
        with self._lock:
            self._is_closed = True
            self._connection.close()


def _create(path: Path, key: SecretKey, profile_id: str, now: Now) -> None:
    """A whole store appears under its name at once, so that a killed program leaves none or all of it."""
    half = path.with_name(path.name + ".new")
    for leftover in (half, half.with_name(half.name + "-wal"), half.with_name(half.name + "-shm")):
        leftover.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = writing_engine(half, key)
    try:
        with engine.begin() as connection:
            migrate(connection)
            connection.execute(
                insert(store_info), {"only": 1, "profile_id": profile_id, "created_at": moment_text(now())}
            )
            add_rows(connection, DIAGNOSIS, standard_diagnoses())
        with engine.connect() as connection:
            _settle(connection)
    finally:
        engine.dispose()
    half.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _settle(connection: Connection) -> None:
    """The log is empty, everything is in the store's one file."""
    driver_connection: Any = connection.connection.driver_connection
    driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_file(path: Path, key: SecretKey) -> None:
    fit = fit_of(path, key.raw)
    if fit is not Fit.FITS:
        raise StoreRefused(_REFUSED[fit])


def _probe(path: Path, key: SecretKey, profile_id: str) -> str | None:
    """The step the store stands at, read without leaving a trace.

    Raises:
        StoreRefused: `store.newer`, `store.other_profile`, `store.damaged`.
    """
    wal = path.with_name(path.name + "-wal")
    # With nothing in the log the file alone is the store: `immutable` makes no files beside it.
    is_settled = not wal.exists() or wal.stat().st_size == 0
    with closing(open_connection(path, key, read_only=True, immutable=is_settled)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not {"alembic_version", "store_info"} <= tables:
            raise StoreRefused("store.damaged")
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
        check_revision(revision)
        (stored_id,) = connection.execute("SELECT profile_id FROM store_info").fetchone() or (None,)
    if stored_id != profile_id:
        raise StoreRefused("store.other_profile")
    return None if revision is None else str(revision)


@contextmanager
def _translating_files() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise StoreRefused("store.read_only") from error
    except OSError as error:
        from errno import EDQUOT, ENOSPC, EROFS

        codes = {ENOSPC: "store.disk_full", EDQUOT: "store.disk_full", EROFS: "store.read_only"}
        raise StoreRefused(codes.get(error.errno or 0, "store.io")) from error
