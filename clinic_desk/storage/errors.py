"""Turns what the database library raises into errors a person can act on.

The sentences are `storage.errors.<code>` of the text catalogue. What is not listed here (a CHECK that
failed, SQL that is wrong) is a fault of the program and goes on as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.errors import ClinicDeskError, Conflict


class StoreRefused(ClinicDeskError):
    """The store cannot be opened or used; its files are as they were.

    Codes: `store.missing`, `store.not_encrypted`, `store.damaged`, `store.wrong_key`,
    `store.newer`, `store.other_profile`, `store.engine_too_old`, `store.disk_full`, `store.read_only`,
    `store.busy`, `store.io`, `store.closed`, `store.backup_failed`.
    """


_PRIMARY: Final = 0xFF
_CODES: Final = {
    driver.SQLITE_FULL: "store.disk_full",
    driver.SQLITE_READONLY: "store.read_only",
    driver.SQLITE_PERM: "store.read_only",
    driver.SQLITE_CANTOPEN: "store.io",
    driver.SQLITE_IOERR: "store.io",
    driver.SQLITE_BUSY: "store.busy",
    driver.SQLITE_LOCKED: "store.busy",
    driver.SQLITE_CORRUPT: "store.damaged",
    driver.SQLITE_NOTADB: "store.damaged",
}
_UNIQUE: Final = (2067, 1555)
"""SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY."""


def translated(error: BaseException) -> ClinicDeskError | None:
    """What the error of the driver, or of SQLAlchemy around it, means to a person; None if nothing."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, driver.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, driver.IntegrityError):
        is_taken = code in _UNIQUE or str(cause).startswith("UNIQUE constraint failed")
        return Conflict("store.already_there") if is_taken else None
    known = _CODES.get(code & _PRIMARY) if isinstance(code, int) else None
    return StoreRefused(known) if known else None


@contextmanager
def translating() -> Iterator[None]:
    """Inside, errors of the database come out as `ClinicDeskError` where a person can act on them."""
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        meant = translated(error)
        if meant is None:
            raise
        raise meant from error
