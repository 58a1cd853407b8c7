"""What imports did, so that each can be taken back as a whole, and which headings mean what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient_history import FIELDS, HistoryKind, HistoryLine
from clinic_desk.services.ports import BulkKind, ImportRun
from clinic_desk.storage.bulk_rows import add_cares, remove_cares
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.patient_history import SqlPatientHistory, values_of_row
from clinic_desk.storage.statement import Row, driver_connection
from clinic_desk.storage.tables import import_mappings, imports
from clinic_desk.storage.values import day_of, day_text, json_of, json_text, moment_of, moment_text

_CHUNK: Final = 500
_RUNS: Final = select(*(imports.c[name] for name in ImportRun._fields)).order_by(imports.c.seq.desc())
_CLOSE: Final = (
    update(imports)
    .where(imports.c.id == bindparam("import_id"), imports.c.is_undone == 0)
    .values(is_undone=1)
)
_END: Final = (
    update(imports)
    .where(imports.c.id == bindparam("import_id"))
    .values({n: bindparam(n) for n in ("new", "changed", "same", "refused", "file_hash", "list_date")})
)
_MAPPING: Final = select(import_mappings.c.heading, import_mappings.c.field).where(
    import_mappings.c.kind == bindparam("kind")
)
_PUT_MAPPING: Final = insert(import_mappings).prefix_with("OR REPLACE")
# What was answered stays in the store as what it was; beside it stands that it counts no more.
_WITHDRAW: Final = (
    'INSERT INTO insurance_withdrawals (check_id, at, "by", reason) '
    "SELECT row_id, ?, ?, 'import' FROM import_changes WHERE import_id = ? AND kind = ?"
)
_NOTE: Final = "INSERT INTO import_changes (import_id, kind, row_id, before, version) VALUES (?, ?, ?, ?, ?)"


class ImportMemory:
    """The part of `BulkStore` that remembers; `forms` says how each kind lies in its table."""

    def __init__(self, connection: Connection, forms: Mapping[BulkKind, Form[Any]]) -> None:
        self._connection = connection
        self._forms = forms

    def begin(self, run: ImportRun) -> None:
        """The run is remembered."""
        self._connection.execute(insert(imports), _values(run))

    def end(self, run: ImportRun) -> None:
        """The run is remembered as `run` says now.

        Raises:
            NotFound: `store.no_such_import`.
        """
        if self._connection.execute(_END, _values(run) | {"import_id": run.id}).rowcount != 1:
            raise NotFound("store.no_such_import")

    def runs(self, kind: str, limit: int) -> list[ImportRun]:
        """Newest first; all kinds when `kind` is empty."""
        statement = _RUNS.where(imports.c.kind == kind) if kind else _RUNS
        return [
            ImportRun(*row)._replace(
                at=moment_of(row.at), list_date=day_of(row.list_date), is_undone=bool(row.is_undone)
            )
            for row in self._connection.execute(statement.limit(limit))
        ]

    def note_added(self, import_id: str, kind: BulkKind, ids: Sequence[str]) -> None:
        """The import added these records."""
        self._driver.executemany(_NOTE, ((import_id, kind.value, row_id, None, 1) for row_id in ids))

    def note_changed(self, import_id: str, kind: BulkKind, ids: Sequence[str]) -> None:
        """The import is about to write over these records; they are kept as they are."""
        form = self._forms[kind]
        for chunk in _chunks(ids):
            notes = [
                (import_id, kind.value, row[0], json_text(self._before(kind, form, row)), row[-1] + 1)
                for row in self._stored(form, chunk)
            ]
            self._driver.executemany(_NOTE, notes)

    def undo(self, import_id: str, by: str, at: dt.datetime) -> int:
        """How many records were removed, withdrawn or put back; the history of people says who did it.

        Raises:
            NotFound: `store.no_such_import`.
            Conflict: `store.import_in_use`.
        """
        if self._connection.execute(_CLOSE, {"import_id": import_id}).rowcount != 1:
            raise NotFound("store.no_such_import")
        withdrawn = self._driver.execute(
            _WITHDRAW, (moment_text(at), by, import_id, BulkKind.INSURANCE_CHECKS.value)
        ).rowcount
        notes = self._driver.execute(
            "SELECT kind, row_id, before, version FROM import_changes WHERE import_id = ? AND kind <> ? "
            "ORDER BY seq DESC",
            (import_id, BulkKind.INSURANCE_CHECKS.value),
        ).fetchall()
        for kind, row_id, before, version in notes:
            form = self._forms[BulkKind(kind)]
            try:
                if before is None:
                    undone = self._remove(form, row_id, version)
                else:
                    values = json_of(before)
                    if kind == BulkKind.PATIENTS:
                        self._note_people(form, row_id, values, by, at)
                    undone = self._put_back(form, row_id, values, version)
            except driver.IntegrityError as error:
                raise Conflict("store.import_in_use") from error
            if not undone:
                raise Conflict("store.import_in_use")
        return len(notes) + int(withdrawn)

    def mapping(self, kind: str) -> dict[str, str]:
        """Folded heading to field."""
        rows = self._connection.execute(_MAPPING, {"kind": kind}).all()
        return {row.heading: row.field for row in rows}

    def remember_mapping(self, kind: str, mapping: Mapping[str, str]) -> None:
        """Keeps heading to field beside the headings known before."""
        rows = [{"kind": kind, "heading": heading, "field": field} for heading, field in mapping.items()]
        if rows:
            self._connection.execute(_PUT_MAPPING, rows)

    @property
    def _driver(self) -> Any:
        return driver_connection(self._connection)

    def _stored(self, form: Form[Any], ids: Sequence[str]) -> list[Row]:
        columns = ", ".join(f'"{name}"' for name in (*form.written, "version"))
        marks = ", ".join("?" * len(ids))
        sql = f"SELECT {columns} FROM {form.table.name} WHERE {form.key} IN ({marks})"  # noqa: S608
        rows: list[Row] = self._driver.execute(sql, list(ids)).fetchall()
        return rows

    def _before(self, kind: BulkKind, form: Form[Any], row: Row) -> dict[str, Any]:
        before: dict[str, Any] = dict(zip(form.written, row, strict=False))
        if kind is BulkKind.SUPPLIERS:
            before["cares"] = self._driver.execute(
                "SELECT position, role, kind, subkind FROM supplier_cares WHERE supplier_id = ?", (row[0],)
            ).fetchall()
        return before

    def _remove(self, form: Form[Any], row_id: str, version: int) -> bool:
        sql = f"DELETE FROM {form.table.name} WHERE {form.key} = ? AND version = ?"  # noqa: S608
        return int(self._driver.execute(sql, (row_id, version)).rowcount) == 1

    def _note_people(
        self, form: Form[Any], row_id: str, before: dict[str, Any], by: str, at: dt.datetime
    ) -> None:
        """A line of the person's history: what the import wrote, and what stands there again."""
        for row in self._stored(form, [row_id]):
            now = values_of_row(dict(zip(form.written, row, strict=False)))
            then = values_of_row(before)
            changes = {name: (now[name], then[name]) for name in FIELDS if now[name] != then[name]}
            if changes:
                line = HistoryLine(PatientId(row_id), row[-1] + 1, at, by, HistoryKind.IMPORT_UNDONE, changes)
                SqlPatientHistory(self._driver).note(line)

    def _put_back(self, form: Form[Any], row_id: str, before: dict[str, Any], version: int) -> bool:
        cares = before.pop("cares", None)
        changes = ", ".join(f'"{name}" = ?' for name in before)
        sql = (
            f"UPDATE {form.table.name} SET {changes}, version = version + 1 "  # noqa: S608 - own names
            f"WHERE {form.key} = ? AND version = ?"
        )
        if cares is not None:
            remove_cares(self._connection, [row_id])
            add_cares(self._connection, [(row_id, *care) for care in cares])
        return int(self._driver.execute(sql, (*before.values(), row_id, version)).rowcount) == 1


def _values(run: ImportRun) -> dict[str, Any]:
    return run._asdict() | {
        "at": moment_text(run.at),
        "list_date": day_text(run.list_date),
        "is_undone": int(run.is_undone),
    }


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
