"""A verified copy of a store beside it, made by the engine and encrypted with the same key."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.storage.errors import StoreRefused, translated


def back_up(source: Any, path: Path, key: SecretKey, at: dt.datetime, why: str) -> Path:
    """The path of a new copy named `<store>.<why>-<time>.backup`, opened again and found whole.

    `source` is a driver connection outside a transaction; `why` is one of the program's own words.

    Raises:
        StoreRefused: `store.disk_full` and its kin, or `store.backup_failed` when the copy is not
            equal to the store; a bad copy is removed.
    """
    stamp = at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
    copy = path.with_name(f"{path.name}.{why}-{stamp}.backup")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(open_connection(copy, key)) as target:
            # One file, whole in itself: without the log that WAL would leave beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        _verify(source, copy, key)
    except (driver.Error, OSError, StoreRefused) as error:
        copy.unlink(missing_ok=True)
        meant = error if isinstance(error, StoreRefused) else translated(error)
        raise meant or StoreRefused("store.backup_failed") from error
    return copy


def _verify(source: Any, copy: Path, key: SecretKey) -> None:
    with closing(open_connection(copy, key, read_only=True)) as opened:
        is_whole = (
            not opened.execute("PRAGMA cipher_integrity_check").fetchall()
            and opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and _counts(opened) == _counts(source)
        )
    if not is_whole:
        raise StoreRefused("store.backup_failed")


def _counts(connection: Any) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - own names
        for (name,) in tables
    }
