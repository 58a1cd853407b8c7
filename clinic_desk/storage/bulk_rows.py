"""Writes many rows by the driver's `executemany`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from clinic_desk.storage.mapping.form import Form, T, changed_elsewhere
from clinic_desk.storage.statement import Row, driver_connection


def add_rows(connection: Connection, form: Form[T], records: Iterable[T], stamp: str = "") -> None:
    """The records are in their table; one pass over `records`, nothing is kept in memory."""
    rows: Iterable[Row] = map(form.write, records)
    if form.is_stamped:
        rows = (form.insert_row(record, stamp) for record in records)
    driver_connection(connection).executemany(form.insert_sql, rows)


def replace_rows(connection: Connection, form: Form[T], records: Sequence[T], stamp: str = "") -> None:
    """Each record is written over the stored one of its identity, and of its version if it has one.

    Raises:
        Conflict: `store.changed_elsewhere` when one of them is not there.
    """
    rows = (form.update_row(record, stamp) for record in records)
    if driver_connection(connection).executemany(form.update_sql, rows).rowcount != len(records):
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
