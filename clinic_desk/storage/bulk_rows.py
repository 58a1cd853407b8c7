"""Writes many rows by the driver's `executemany`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from clinic_desk.storage.mapping.form import Form, Row, T, changed_elsewhere


def driver_connection(connection: Connection) -> Any:
    """The driver's own connection, inside the transaction of `connection`."""
    return connection.connection.driver_connection


def add_rows(connection: Connection, form: Form[T], records: Iterable[T], stamp: str = "") -> None:
    """The records are in their table; one pass over `records`, nothing is kept in memory."""
    write = form.write
    rows: Iterable[Row] = map(write, records)
    if form.is_stamped:
        stamps = (stamp, stamp)
        rows = (write(record) + stamps for record in records)
    driver_connection(connection).executemany(form.insert_sql, rows)


def replace_rows(connection: Connection, form: Form[T], records: Sequence[T], stamp: str = "") -> None:
    """Each record is written over the stored one of its identity, and of its version if it has one.

    Raises:
        Conflict: `store.changed_elsewhere` when one of them is not there.
    """

    def row(record: T) -> Row:
        values: list[Any] = list(form.write(record)[1:])
        if form.is_stamped:
            values.append(stamp)
        values.append(form.identity(record))
        if form.is_versioned:
            values.append(getattr(record, "version"))  # noqa: B009 - only versioned kinds have one
        return values

    if driver_connection(connection).executemany(form.update_sql, map(row, records)).rowcount != len(records):
        raise changed_elsewhere()


def add_cares(connection: Connection, rows: Sequence[Row]) -> None:
    """The kinds of care of suppliers are in their table: id, position, role, kind, subkind."""
    driver_connection(connection).executemany(
        "INSERT INTO supplier_cares (supplier_id, position, role, kind, subkind) VALUES (?, ?, ?, ?, ?)", rows
    )


def remove_cares(connection: Connection, supplier_ids: Iterable[str]) -> None:
    """The suppliers have no kinds of care any more."""
    driver_connection(connection).executemany(
        "DELETE FROM supplier_cares WHERE supplier_id = ?", ((supplier_id,) for supplier_id in supplier_ids)
    )
