"""The history of people: lines of its own, and what imports, moves between districts and merges tell.

An import keeps only the row it found, so what it wrote is worked out backwards from the row as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.patient_history import FIELDS, HistoryKind, HistoryLine
from clinic_desk.storage.statement import UnitDriver
from clinic_desk.storage.values import json_of, json_text, moment_of, moment_text

_NOTE: Final = (
    'INSERT INTO patient_history (patient_id, version, at, "by", what, changes) VALUES (?, ?, ?, ?, ?, ?)'
)
_NOTED: Final = 'SELECT version, at, "by", what, changes FROM patient_history WHERE patient_id = ?'
_IMPORTED: Final = (
    'SELECT c.version, i.at, i."by", c.before FROM import_changes c JOIN imports i ON i.id = c.import_id '
    "WHERE c.row_id = ? AND c.kind = 'patients'"
)
_MOVES: Final = (
    'SELECT m.version, d.at, d."by", d.from_id, d.to_id, d.reason, d.undone_at, d.undone_by '
    "FROM district_move_people m "
    "JOIN district_moves d ON d.seq = m.move WHERE m.patient = ?"
)
_MOVE: Final = (
    'SELECT ?, at, "by", from_id, to_id, reason, undone_at, undone_by FROM district_moves WHERE seq = ?'
)
_MERGES: Final = (
    'SELECT id, gone_id, at, "by", reason, snapshot, undone_at, undone_by FROM patient_merges '
    "WHERE kept_id = ?"
)
_ROW: Final = f"SELECT {', '.join(FIELDS)} FROM patients WHERE id = ?"  # noqa: S608 - own names


@dataclass(slots=True)
class _Step:
    """A line and how sure it is.

    Of an import it is known what stood there before (`before`, None when it added the person), of a move that
    was taken back (`is_move_back`) only that those went back who were still where it had put them.
    """

    line: HistoryLine
    is_import: bool = False
    before: dict[str, str] | None = field(default_factory=dict)
    is_move_back: bool = False


class SqlPatientHistory:
    """`HistoryStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def note(self, line: HistoryLine) -> None:
        """The line is in the table."""
        self.note_many([line])

    def note_many(self, lines: Iterable[HistoryLine]) -> None:
        """The lines are in the table."""
        self._driver.executemany(
            _NOTE,
            (
                (
                    line.patient_id,
                    line.version,
                    moment_text(line.at),
                    line.by,
                    line.what.value,
                    json_text({name: list(pair) for name, pair in line.changes.items()}),
                )
                for line in lines
            ),
        )

    def of_patient(self, patient_id: PatientId) -> list[HistoryLine]:
        """Newest first, with the lines of everybody who was merged into this person."""
        row = self._driver.execute(_ROW, (patient_id,)).fetchone()
        if row is None:
            return []
        (seq,) = self._driver.execute("SELECT seq FROM patients WHERE id = ?", (patient_id,)).fetchone()
        moves = self._driver.execute(_MOVES, (seq,)).fetchall()
        lines = self._lines(patient_id, values_of_row(dict(zip(FIELDS, row, strict=True))), moves)
        return sorted(lines, key=_moment, reverse=True)

    def _lines(self, patient_id: PatientId, state: dict[str, str], moves: list[Any]) -> list[HistoryLine]:
        """The person's lines, worked out backwards from `state`, the values the person had last."""
        steps = [
            _Step(
                HistoryLine(
                    patient_id, version, moment_of(at), by, HistoryKind(what), _pairs(json_of(changes))
                )
            )
            for version, at, by, what, changes in self._driver.execute(_NOTED, (patient_id,))
        ]
        for version, at, by, before in self._driver.execute(_IMPORTED, (patient_id,)):
            line = HistoryLine(patient_id, version, moment_of(at), by, HistoryKind.IMPORTED)
            values = None if before is None else values_of_row(json_of(before))
            steps.append(_Step(line, is_import=True, before=values))
        for move in moves:
            steps += _move_steps(patient_id, move)
        gone: list[HistoryLine] = []
        merges = self._driver.execute(_MERGES, (patient_id,)).fetchall()
        standing = [row for row in merges if row[6] is None]
        for row in merges:
            told, of_gone = self._merge(patient_id, row, can_undo=bool(standing) and row is standing[-1])
            steps += [_Step(line) for line in told]
            gone += of_gone
        return gone + _worked_out(steps, state)

    def _merge(
        self, kept_id: PatientId, row: Any, *, can_undo: bool
    ) -> tuple[list[HistoryLine], list[HistoryLine]]:
        """The lines of a merge and its undo, and while it stands those of the person who is gone."""
        merge_id, gone_id, at, by, reason, snapshot, undone_at, undone_by = row
        kept = json_of(snapshot)
        before, after = values_of_row(kept["kept"]), values_of_row(kept["merged"])
        changes = _differing(before, after)
        line = HistoryLine(
            kept_id,
            int(kept["merged"]["version"]),
            moment_of(at),
            by,
            HistoryKind.MERGED,
            changes,
            MergeId(merge_id),
            can_undo,
            reason,
            " ".join(filter(None, (kept["gone"][part] for part in ("surname", "given_name", "patronymic")))),
        )
        if undone_at is not None:
            back = {name: (new, old) for name, (old, new) in changes.items()}
            undone = replace(
                line,
                at=moment_of(undone_at),
                by=undone_by,
                what=HistoryKind.UNMERGED,
                changes=back,
                reason="",
            )
            return [line, undone], []
        moves = [
            found
            for move, _, version in kept["removed"]["district_move_people"]
            for found in self._driver.execute(_MOVE, (version, move))
        ]
        return [line], self._lines(PatientId(gone_id), values_of_row(kept["gone"]), moves)


def values_of_row(row: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the history out of a stored row; a column the row has not is empty."""
    return {name: "" if row.get(name) is None else str(row[name]) for name in FIELDS}


def _move_steps(patient_id: PatientId, move: Any) -> list[_Step]:
    version, at, by, from_id, to_id, reason, undone_at, undone_by = move
    what, there = HistoryKind.MOVED, {"district_id": (from_id, to_id)}
    steps = [_Step(HistoryLine(patient_id, version, moment_of(at), by, what, there, reason=reason))]
    if undone_at is not None:
        back = {"district_id": (to_id, from_id)}
        line = HistoryLine(patient_id, version + 1, moment_of(undone_at), undone_by, what, back)
        steps.append(_Step(line, is_move_back=True))
    return steps


def _worked_out(steps: list[_Step], state: dict[str, str]) -> list[HistoryLine]:
    lines = []
    now = dict(state)
    ordered = sorted(steps, key=lambda step: _moment(step.line))
    notes = _given_up(ordered)
    for step in reversed(ordered):
        if step.is_move_back and now["district_id"] != step.line.changes["district_id"][1]:
            continue
        if id(step) in notes:
            lines.append(step.line)
            continue
        if not step.is_import:
            lines.append(step.line)
            now |= {name: old for name, (old, _) in step.line.changes.items()}
            continue
        before = step.before if step.before is not None else dict.fromkeys(FIELDS, "")
        lines.append(replace(step.line, changes=_differing(before, now)))
        now = dict(before)
    return lines


def _given_up(ordered: list[_Step]) -> set[int]:
    """The steps that tell of a value given up: it never stood here, and the version was there before."""
    reached: set[int] = set()
    notes: set[int] = set()
    for step in ordered:
        if step.line.what is HistoryKind.DECIDED and step.line.version in reached:
            notes.add(id(step))
        reached.add(step.line.version)
    return notes


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (before[name], after[name]) for name in FIELDS if before[name] != after[name]}


def _pairs(changes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """In the order of the form: the store keeps keys sorted."""
    return {name: (str(changes[name][0]), str(changes[name][1])) for name in FIELDS if name in changes}


def _moment(line: HistoryLine) -> tuple[Any, ...]:
    # Of two things in one moment an undo came later than the merge.
    return line.at, line.version, line.what is HistoryKind.UNMERGED
