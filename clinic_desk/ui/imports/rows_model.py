"""The table of rows: which columns it has for a kind and a filter, and what stands in each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from clinic_desk.domain.imports.columns import ColumnMap
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.rows import RowProblem
from clinic_desk.import_sentences import advice_sentence, field_name, problem_sentence
from clinic_desk.services.imports import ImportRow, Outcome, Preview
from clinic_desk.ui.kit.table import Cell, Column, RowsModel
from clinic_desk.ui.kit.words import UiText

Index = QModelIndex | QPersistentModelIndex

_SHOWN_CHARACTERS: Final = 200
_MOST_FIELDS: Final = 5
_FEW: Final = 20
_LINE_WIDTH: Final = 62
_ACTION_WIDTH: Final = 104
_REMARK_WIDTH: Final = 218
# What a person knows a row by, the most telling first.
_MAIN_FIELDS: Final = {
    ImportKind.PATIENTS: ("iin", "surname", "full_name", "given_name", "birth_date"),
    ImportKind.SUPPLIERS: ("bin", "name", "role", "listed_from"),
    ImportKind.SERVICES: ("code", "name", "title_kk", "title_en", "price"),
    ImportKind.OFFERS: ("supplier_bin", "service_code", "service_title", "from"),
    ImportKind.DOCTORS: ("code", "surname", "full_name", "given_name", "specialty", "district"),
    ImportKind.ICD10: ("code", "title_ru", "title_kk", "title_en"),
    ImportKind.STREETS: ("street", "houses", "district"),
    ImportKind.INSURANCE: ("iin", "status", "checked_at", "category", "channel"),
}
_WIDTHS: Final = {
    "iin": 155,
    "bin": 155,
    "supplier_bin": 155,
    "role": 108,
    "code": 140,
    "service_code": 140,
    "phone": 150,
    "status": 160,
    "checked_at": 150,
}
_WIDE: Final = frozenset(
    {"name", "full_name", "title_ru", "title_kk", "title_en", "service_title", "address"}
)
# Names of stored fields that the list calls otherwise.
_STORED_NAMES: Final = {"specialty_ru": "specialty", "valid_to": "to"}


class Filter(StrEnum):
    """Which rows are shown."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    REFUSED = "refused"
    WARNED = "warned"


def rows_of(preview: Preview, wanted: Filter) -> list[ImportRow]:
    """The rows of a filter in the order of the file."""
    if wanted is Filter.WARNED:
        return preview.warned
    outcome = Outcome(wanted.value)
    return [row for row in preview.rows if row.outcome is outcome]


class ImportRowsModel(RowsModel[ImportRow]):
    """Rows of a preview; cells of the file can be edited.

    Signals:
        cell_edited: line of the file, column of the file from 0, the new text.
    """

    cell_edited = Signal(int, int, str)

    def __init__(
        self, preview: Preview, wanted: Filter, words: UiText, parent: QObject | None = None
    ) -> None:
        rows = rows_of(preview, wanted)
        self.fields = shown_fields(preview.columns, rows)
        self._columns_map = preview.columns
        super().__init__(_columns(self.fields, preview.columns, wanted), words, parent)
        self.set_rows(rows)

    def source_column(self, column: int) -> int | None:
        """The column of the file that a column of the table shows, None for our own columns."""
        place = column - 1
        return self._columns_map.found[self.fields[place]] if 0 <= place < len(self.fields) else None

    def table_column(self, field: str) -> int | None:
        """The column of the table that shows a field, None when none does."""
        return self.fields.index(field) + 1 if field in self.fields else None

    def remark_column(self) -> int:
        """The column with what is to be said about a row."""
        return len(self.fields) + 1

    def telling_rows(self) -> list[int]:
        """Rows with every kind of remark there is, a few of each: the room they need is enough for all."""
        seen: Counter[tuple[str, int]] = Counter()
        found = []
        for number, row in enumerate(self.rows()):
            remarks = _remarks(row)
            key = (remarks[0].code if remarks else "", len(row.fields))
            seen[key] += 1
            if seen[key] <= _FEW:
                found.append(number)
        return found

    def action_column(self) -> int:
        """The column with the link."""
        return len(self.fields) + 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags if self.source_column(index.column()) is None else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.EditRole:
            row, column = self.row_at(index), self.source_column(index.column())
            return row.source.cells[column] if row is not None and column is not None else None
        return super().data(index, role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, column = self.row_at(index), self.source_column(index.column())
        if role != Qt.ItemDataRole.EditRole or row is None or column is None:
            return False
        self.cell_edited.emit(row.line, column, str(value))
        return True


def shown_fields(columns: ColumnMap, rows: Sequence[ImportRow]) -> tuple[str, ...]:
    """The fields that get a column: those with something wrong in them, then the main ones."""
    remarks = Counter(
        remark.field for row in rows for remark in _remarks(row) if remark.field in columns.found
    )
    main = [name for name in _MAIN_FIELDS[columns.kind] if name in columns.found]
    wrong = [name for name, _ in remarks.most_common() if name not in main]
    kept = set(main[: max(2, _MOST_FIELDS - len(wrong))]) | {name for name in main if remarks[name]}
    kept |= set(wrong[:_MOST_FIELDS])
    order = [*main, *wrong]
    return tuple(name for name in order if name in kept)


def main_problem(row: ImportRow) -> RowProblem | None:
    """What is told first about a row."""
    return next(iter(_remarks(row)), None)


def all_sentences(row: ImportRow, words: UiText) -> list[str]:
    """Everything there is to say about a row, with the columns it stands in."""
    said = []
    for remark in _remarks(row):
        advice = advice_sentence(words.texts, remark, is_refusal=bool(row.parsed.problems))
        place = f"{remark.column}: " if remark.column else ""
        value = f" [{shown(remark.value)}]" if remark.value else ""
        said.append(f"{place}{problem_sentence(words.texts, remark)}{value}. {advice}".strip())
    return said


def shown(text: str) -> str:
    """A cell as it can be painted: on one line, signs that move or hide others made visible, not endless."""
    line = " · ".join(part for part in text[: _SHOWN_CHARACTERS * 2].splitlines() if part.strip())
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return plain if len(plain) <= _SHOWN_CHARACTERS else f"{plain[:_SHOWN_CHARACTERS]}…"


def is_formula(row: ImportRow) -> bool:
    """Whether all that is wrong is a formula: there is nothing to correct, only to leave out."""
    return bool(row.parsed.problems) and all(p.code == "cell.formula" for p in row.parsed.problems)


def _remarks(row: ImportRow) -> tuple[RowProblem, ...]:
    if row.parsed.problems:
        return row.parsed.problems
    if row.outcome is Outcome.PASSED_OVER:
        return (*row.parsed.warnings, *row.parsed.notes)
    return row.parsed.warnings


def _columns(fields: Sequence[str], columns: ColumnMap, wanted: Filter) -> list[Column[ImportRow]]:
    remark = {Filter.REFUSED: "wrong", Filter.CHANGED: "changes"}.get(wanted, "remark")
    stretching = [name for name in fields if name in _WIDE][:1]
    return [
        Column("import_screen.column.line", lambda row, _: Cell(str(row.line), muted=True), _LINE_WIDTH),
        *(
            Column(
                f"imports.field.{name}",
                _field_cell(name, columns.found[name]),
                146 if name in _WIDE else _WIDTHS.get(name, 126),
                1 if name in stretching else 0,
            )
            for name in fields
        ),
        Column(f"import_screen.column.{remark}", _remark_cell, _REMARK_WIDTH, 2),
        Column("import_screen.column.action", _action_cell, _ACTION_WIDTH),
    ]


def _field_cell(field: str, column: int) -> Callable[[ImportRow, UiText], Cell]:
    def cell(row: ImportRow, words: UiText) -> Cell:
        text = shown(row.source.cells[column])
        wrong = next((p for p in row.parsed.problems if p.field == field), None)
        if wrong is not None:
            sentence = f"{text}. {problem_sentence(words.texts, wrong)}"
            return Cell(text, icon="warning-circle", icon_colour="err", strong=True, sentence=sentence)
        warned = next((p for p in row.parsed.warnings if p.field == field), None)
        if warned is not None:
            sentence = f"{text}. {problem_sentence(words.texts, warned)}"
            return Cell(text, icon="warning", icon_colour="warn", sentence=sentence)
        if field in {_list_name(name) for name in row.fields}:
            return Cell(text, icon="pencil-simple", icon_colour="accent", strong=True)
        return Cell(text)

    return cell


def _remark_cell(row: ImportRow, words: UiText) -> Cell:
    remark = main_problem(row)
    if remark is not None:
        more = len(_remarks(row)) - 1
        first = problem_sentence(words.texts, remark) + (f" +{more}" if more else "")
        second = advice_sentence(words.texts, remark, is_refusal=bool(row.parsed.problems))
        return Cell(first, second=second, strong=bool(row.parsed.problems))
    if row.fields:
        return Cell(", ".join(dict.fromkeys(_changed_name(name, words) for name in row.fields)))
    return Cell()


def _action_cell(row: ImportRow, words: UiText) -> Cell:
    action = "skip" if row.outcome is not Outcome.REFUSED or is_formula(row) else "edit"
    return Cell(words.say(f"import_screen.action.{action}"), link=True)


def _list_name(stored: str) -> str:
    return _STORED_NAMES.get(stored, stored)


def _changed_name(stored: str, words: UiText) -> str:
    key = f"import_screen.changed.{stored}"
    return words.say(key) if words.has(key) else field_name(words.texts, _list_name(stored))
