"""Connections to one encrypted file: key, pragmas, and the pools of SQLAlchemy over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool
from sqlcipher3 import dbapi2 as driver

from clinic_desk.storage.errors import StoreRefused
from clinic_desk.storage.key_check import PAGE

OLDEST_SQLITE: Final = (3, 51, 3)
"""Older engines can lose a committed transaction when the log is reset (WAL-reset bug)."""
BUSY_TIMEOUT_MS: Final = 2_000
READERS: Final = 3
_LOG_PAGES: Final = 4_000
"""Pages in the log before they are moved into the store: 16 MB, some hundred referrals."""
_CACHE_KIB: Final = 32 * 1024


class SecretKey:
    """The key of a store, 32 bytes; shows itself nowhere."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != 32:
            raise ValueError("a key has 32 bytes")
        self._raw = bytes(raw)

    @property
    def raw(self) -> bytes:
        """The bytes themselves."""
        return self._raw

    def __repr__(self) -> str:
        return "SecretKey(...)"

    def __reduce__(self) -> str:
        raise TypeError("a key is never written anywhere")


def check_engine() -> None:
    """Returns when the engine can be trusted with a store.

    Raises:
        StoreRefused: `store.engine_too_old`.
    """
    found = tuple(int(part) for part in driver.sqlite_version.split("."))
    if found < OLDEST_SQLITE:
        raise StoreRefused("store.engine_too_old", version=driver.sqlite_version)


def open_connection(path: Path, key: SecretKey, *, read_only: bool = False, immutable: bool = False) -> Any:
    """A keyed connection of the driver in autocommit mode, which any one thread may use at a time.

    `immutable` is for a look at a file that nobody writes: nothing is made beside it.

    Raises:
        StoreRefused: `store.engine_too_old` when the library would take the key and not encrypt.
        driver.Error: as the engine says.
    """
    mode = "ro" if read_only else "rwc"
    connection = driver.connect(
        f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_MS / 1000,
        cached_statements=256,
    )
    try:
        connection.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
        # On plain SQLite the pragma above is ignored in silence, and so is this one.
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise StoreRefused("store.engine_too_old", version=driver.sqlite_version)
        for pragma in (
            "foreign_keys = ON",
            # Without it INSERT OR REPLACE would take lines away past the triggers that guard them.
            "recursive_triggers = ON",
            "temp_store = MEMORY",
            "mmap_size = 0",
            "trusted_schema = OFF",
            f"cache_size = -{_CACHE_KIB}",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {_LOG_PAGES * PAGE}")
    except BaseException:
        connection.close()
        raise
    return connection


def writing_engine(path: Path, key: SecretKey) -> Engine:
    """An engine with the one writing connection; each transaction takes the write lock at once."""
    return _engine(lambda: open_connection(path, key), "BEGIN IMMEDIATE", poolclass=StaticPool)


def reading_engine(path: Path, key: SecretKey, *, read_only: bool) -> Engine:
    """An engine with a few connections that can only read, each seeing one moment a transaction."""

    def connect() -> Any:
        connection = open_connection(path, key, read_only=read_only)
        connection.execute("PRAGMA query_only = ON")
        return connection

    return _engine(connect, "BEGIN", poolclass=QueuePool, pool_size=READERS, max_overflow=0)


def _engine(connect: Callable[[], Any], begin: str, **options: Any) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://", module=driver, creator=connect, hide_parameters=True, **options
    )

    # The driver's own transaction control knows only BEGIN DEFERRED, and not before SELECT.
    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Straight to the driver: SQLAlchemy's own way costs as much as a short statement of an act.
        connection.connection.driver_connection.execute(begin)

    return engine
