"""Two records of one person made one, and the way back, row by row.

The whole rows of both people, and which rows were given from one to the other, are kept with the merge. What
is fixed for everybody else (answers about insurance, the person of a referral) is given on inside one
transaction with its guards set aside. History, imports and the audit log stay under the identity they were
written for: they are read through the merge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from clinic_desk.domain.attachment import OPEN_CASES
from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.services.people_port import Merge, UndoPlan
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.form import changed_elsewhere
from clinic_desk.storage.mapping.insurance import STANDS
from clinic_desk.storage.mapping.patients import PATIENT
from clinic_desk.storage.merged_rows import (
    GIVEN,
    Snapshot,
    give_back,
    give_drafts,
    give_pairs,
    give_rows,
    highest,
    take_moves,
    whole_row,
)
from clinic_desk.storage.statement import UnitDriver
from clinic_desk.storage.triggers import set_aside
from clinic_desk.storage.values import json_of, json_text, moment_of, moment_text, optional_moment_of

_GUARDS: Final = ("insurance_checks_no_update", "referrals_fixed")
_COLUMNS: Final = 'id, kept_id, gone_id, at, "by", allowed_by, reason, snapshot, undone_at, undone_by'
_ADD: Final = (
    'INSERT INTO patient_merges (id, kept_id, gone_id, gone_iin, at, "by", allowed_by, reason, snapshot) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UNDONE: Final = "UPDATE patient_merges SET undone_at = ?, undone_by = ? WHERE id = ?"
_LATER: Final = (
    "SELECT 1 FROM patient_merges WHERE undone_at IS NULL AND kept_id = ? "
    "AND seq > (SELECT seq FROM patient_merges WHERE id = ?)"
)
_INTO: Final = """
    WITH RECURSIVE chain (id) AS (
        SELECT kept_id FROM patient_merges WHERE gone_id = ? AND undone_at IS NULL
        UNION SELECT m.kept_id FROM patient_merges m JOIN chain c ON m.gone_id = c.id
        WHERE m.undone_at IS NULL
    ) SELECT p.id FROM chain JOIN patients p ON p.id = chain.id
    """
# A withdrawn answer counts no more, whoever's it is.
_NEWEST_ANSWER: Final = f"""
    UPDATE patients SET (insurance_status, insurance_checked_at) = (
        SELECT status, checked_at FROM insurance_checks WHERE patient_id = ? AND {STANDS}
        ORDER BY checked_at DESC, seq DESC LIMIT 1)
    WHERE id = ? AND EXISTS (SELECT 1 FROM insurance_checks WHERE patient_id = ? AND {STANDS})
    """  # noqa: S608 - own condition
_NO_ANSWER: Final = f"""
    UPDATE patients SET insurance_status = 'unknown', insurance_checked_at = NULL
    WHERE id = ? AND NOT EXISTS (SELECT 1 FROM insurance_checks WHERE patient_id = ? AND {STANDS})
    """  # noqa: S608 - own condition
# Columns that mean something only together: each group goes back as a whole or stays as a whole.
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("surname", "given_name", "patronymic", "name_key"),
    "birth_date": ("birth_date", "age_band"),
    "sex": ("sex",),
    "iin": ("iin", "no_iin_reason"),
    "mother_iin": ("mother_iin",),
    "phone": ("phone", "phone_tail"),
    "address": ("address", "kato", "street_key", "house"),
    "document": ("document", "document_number", "citizenship"),
    "slip_language": ("slip_language",),
    "reminders": ("reminders", "reminders_at", "reminders_by"),
    "attachment": ("attachment_state", "district_id", "attachment_basis", "attached_since", "is_here"),
}


class SqlMerges:
    """`MergeStore` over the driver of an open transaction. `note_name` is told each folded name written."""

    def __init__(
        self, driver: UnitDriver, now: Callable[[], dt.datetime], note_name: Callable[[str], None]
    ) -> None:
        self._driver = driver
        self._now = now
        self._note_name = note_name

    def get(self, merge_id: MergeId) -> Merge | None:
        """The merge, standing or undone."""
        row = self._driver.execute(
            f"SELECT {_COLUMNS} FROM patient_merges WHERE id = ?",  # noqa: S608
            (merge_id,),
        ).fetchone()
        return None if row is None else _merge_of(row)

    def last_of(self, kept_id: PatientId) -> Merge | None:
        """The newest merge into that person that still stands."""
        row = self._driver.execute(
            f"SELECT {_COLUMNS} FROM patient_merges WHERE kept_id = ? AND undone_at IS NULL "  # noqa: S608
            "ORDER BY seq DESC LIMIT 1",
            (kept_id,),
        ).fetchone()
        return None if row is None else _merge_of(row)

    def merged_into(self, gone_id: PatientId) -> PatientId | None:
        """Who holds now what that person had."""
        row = self._driver.execute(_INTO, (gone_id,)).fetchone()
        return None if row is None else PatientId(row[0])

    def counts(self, patient_id: PatientId) -> dict[str, int]:
        """How many rows of each table belong to the person."""
        return {
            table: int(
                self._driver.execute(
                    f"SELECT count(*) FROM {table} WHERE patient_id = ?",  # noqa: S608 - own names
                    (patient_id,),
                ).fetchone()[0]
            )
            for table in GIVEN
        }

    def has_open_case(self, patient_id: PatientId) -> bool:
        """Whether an attachment of the person is under way."""
        states = [state.value for state in OPEN_CASES]
        marks = ", ".join("?" * len(states))
        sql = f"SELECT 1 FROM attachment_cases WHERE patient_id = ? AND state IN ({marks})"  # noqa: S608
        return self._driver.execute(sql, (patient_id, *states)).fetchone() is not None

    def merge(self, merge: Merge, kept: Patient) -> Merge:
        """The other record is gone, `kept` has its rows.

        Raises:
            Conflict: `store.changed_elsewhere`.
        """
        driver = self._driver
        before, gone = whole_row(driver, merge.kept_id), whole_row(driver, merge.gone_id)
        if before is None or gone is None:
            raise changed_elsewhere()
        last = {table: highest(driver, table) for table in GIVEN}
        with set_aside(driver, *_GUARDS):
            rows = {table: give_rows(driver, table, merge.gone_id, merge.kept_id) for table in GIVEN}
        pairs, removed_pairs = give_pairs(driver, merge.gone_id, merge.kept_id)
        drafts, removed_drafts = give_drafts(driver, merge.gone_id, merge.kept_id)
        # Another person may get the row number: the move would be theirs.
        moves = take_moves(driver, int(gone["seq"]))
        driver.execute("DELETE FROM patients WHERE id = ?", (merge.gone_id,))
        if not PATIENT.replace(driver, kept, moment_text(self._now())):
            raise changed_elsewhere()
        self._note_name(name_key(kept.name))
        self._tell_newest_answer(merge.kept_id)
        snapshot: Snapshot = {
            "kept": before,
            "gone": gone,
            "merged": whole_row(driver, merge.kept_id),
            "rows": rows | {"patient_pairs": pairs, "drafts": drafts},
            "removed": {
                "patient_pairs": removed_pairs,
                "drafts": removed_drafts,
                "district_move_people": moves,
            },
            "last": last,
        }
        dropped = {before["iin"], gone["iin"]} - {snapshot["merged"]["iin"], None}
        driver.execute(
            _ADD,
            (
                merge.id,
                merge.kept_id,
                merge.gone_id,
                next(iter(dropped), None),
                moment_text(merge.at),
                merge.by,
                merge.allowed_by,
                merge.reason,
                json_text(snapshot),
            ),
        )
        written = self.get(merge.id)
        assert written is not None  # noqa: S101 - written in this transaction
        return written

    def plan_undo(self, merge_id: MergeId) -> UndoPlan:
        """What an undo would do.

        Raises:
            NotFound: `merge.not_found`.
            Conflict: `merge.later_first`, `merge.kept_is_gone`, `merge.iin_taken`.
        """
        return self._plan(merge_id)[0]

    def undo(self, merge_id: MergeId, *, at: dt.datetime, by: str) -> UndoPlan:
        """Both people are as they were; what came since stays with the kept one.

        Raises:
            NotFound, Conflict: as `plan_undo`.
        """
        plan, snapshot, now = self._plan(merge_id)
        driver, kept, gone = self._driver, snapshot["kept"], snapshot["gone"]
        row = dict(kept) if not plan.changed else _kept_row(kept, snapshot["merged"], now, plan)
        if plan.changed or now["version"] != snapshot["merged"]["version"]:
            row |= {"version": now["version"] + 1, "updated_at": moment_text(at)}
        with set_aside(driver, *_GUARDS):
            # The kept one first: it may hold the other's IIN.
            names = [name for name in row if name not in ("seq", "id")]
            changes = ", ".join(f'"{name}" = ?' for name in names)
            driver.execute(
                f"UPDATE patients SET {changes} WHERE id = ?",  # noqa: S608 - own names
                (*(row[name] for name in names), kept["id"]),
            )
            seq = self._bring_back(gone)
            give_back(driver, snapshot, kept["id"], gone["id"], seq)
        for person in (row, gone):
            # Answers may have come or been taken back since.
            self._tell_newest_answer(PatientId(person["id"]))
            self._note_name(person["name_key"])
        driver.execute(_UNDONE, (moment_text(at), by, merge_id))
        return plan

    def _plan(self, merge_id: MergeId) -> tuple[UndoPlan, Snapshot, dict[str, Any]]:
        driver = self._driver
        found = driver.execute(
            "SELECT snapshot FROM patient_merges WHERE id = ? AND undone_at IS NULL", (merge_id,)
        ).fetchone()
        if found is None:
            raise NotFound("merge.not_found")
        snapshot: Snapshot = json_of(found[0])
        kept, gone, merged = snapshot["kept"], snapshot["gone"], snapshot["merged"]
        now = whole_row(driver, kept["id"])
        if now is None:
            raise Conflict("merge.kept_is_gone")
        if driver.execute(_LATER, (kept["id"], merge_id)).fetchone():
            raise Conflict("merge.later_first")
        changed = tuple(
            name for name, group in _GROUPS.items() if any(now[column] != merged[column] for column in group)
        )
        restored = now if "iin" in changed else kept
        taken = {restored["iin"], gone["iin"]} - {None}
        if restored["iin"] is not None and restored["iin"] == gone["iin"]:
            raise Conflict("merge.iin_taken")
        for iin in taken:
            holder = driver.execute("SELECT id FROM patients WHERE iin = ?", (iin,)).fetchone()
            if holder is not None and holder[0] != kept["id"]:
                raise Conflict("merge.iin_taken")
        added = {}
        for table in GIVEN:
            sql = f"SELECT count(*) FROM {table} WHERE patient_id = ? AND seq > ?"  # noqa: S608
            (count,) = driver.execute(sql, (kept["id"], snapshot["last"][table])).fetchone()
            if count:
                added[table] = int(count)
        return UndoPlan(added, changed), snapshot, now

    def _bring_back(self, gone: dict[str, Any]) -> int:
        """The row is there again, under its own row number unless somebody else has it by now."""
        taken = self._driver.execute("SELECT 1 FROM patients WHERE seq = ?", (gone["seq"],)).fetchone()
        names = [name for name in gone if name != "seq" or not taken]
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        sql = f"INSERT INTO patients ({columns}) VALUES ({marks})"  # noqa: S608 - own names
        return int(self._driver.execute(sql, [gone[name] for name in names]).lastrowid)

    def _tell_newest_answer(self, patient_id: PatientId) -> None:
        self._driver.execute(_NEWEST_ANSWER, (patient_id, patient_id, patient_id))
        self._driver.execute(_NO_ANSWER, (patient_id, patient_id))


def _kept_row(
    kept: dict[str, Any], merged: dict[str, Any], now: dict[str, Any], plan: UndoPlan
) -> dict[str, Any]:
    """The row as before the merge, with the groups that somebody changed since as they are now."""
    row = dict(kept)
    for name in plan.changed:
        row |= {column: now[column] for column in _GROUPS[name]}
    return row


def _merge_of(row: Any) -> Merge:
    merge_id, kept_id, gone_id, at, by, allowed_by, reason, snapshot, undone_at, undone_by = row
    kept: Snapshot = json_of(snapshot)
    gone = kept["gone"]
    parts = (gone["surname"], gone["given_name"], gone["patronymic"])
    return Merge(
        MergeId(merge_id),
        PatientId(kept_id),
        PatientId(gone_id),
        moment_of(at),
        by,
        allowed_by,
        reason,
        " ".join(part for part in parts if part),
        {table: len(kept["rows"][table]) for table in GIVEN if kept["rows"][table]},
        optional_moment_of(undone_at),
        undone_by,
    )
