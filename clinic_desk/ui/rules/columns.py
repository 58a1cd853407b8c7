"""What the tables of the screen show: rule tables, their rows, changes, faults. No Qt but the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clinic_desk.domain.rule_tables import RuleProblem, TableSchema
from clinic_desk.domain.rule_tables.comparing import TableChanges
from clinic_desk.rule_sentences import (
    days_words,
    field_title,
    problem_sentence,
    row_title,
    row_words,
    table_title,
    value_words,
)
from clinic_desk.sentences import source_words
from clinic_desk.services.rule_files import RuleFile
from clinic_desk.services.rule_imports import TableState
from clinic_desk.texts import Texts
from clinic_desk.ui.kit.table import Cell, Column
from clinic_desk.ui.kit.words import UiText

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row of a table as it stands in its document."""

    schema: TableSchema[Any]
    row: Row
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row that comes, goes or becomes another; `before` or `after` is None where there is none."""

    schema: TableSchema[Any]
    before: Row | None
    after: Row | None
    fields: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def row(self) -> Row:
        """What the change is about."""
        return self.after or self.before or {}


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One thing that is wrong with a file; `line` is 0 for the file as a whole."""

    problem: RuleProblem
    line: int


def change_rows(schema: TableSchema[Any], changes: TableChanges) -> list[ChangeRow]:
    """Every change, those of rows that stay first."""
    return [
        *(ChangeRow(schema, one.before, one.after, one.fields) for one in changes.changed),
        *(ChangeRow(schema, None, row) for row in changes.added),
        *(ChangeRow(schema, row, None) for row in changes.removed),
    ]


def fault_rows(problems: Sequence[RuleProblem], file: RuleFile) -> list[FaultRow]:
    """Every fault with its place in the file."""
    return [FaultRow(problem, file.line(problem.row)) for problem in problems]


def state_words(texts: Texts, state: TableState) -> str:
    """How many rows are in force, how many of them nobody settled, what is imported."""
    said = [texts.say("rules_screen.in_force", n=state.in_force)]
    if state.uncertain:
        said.append(texts.say("rules_screen.uncertain", n=state.uncertain))
    if state.imported is not None:
        said.append(texts.say("rules_screen.since", day=state.imported.takes_effect_on))
    if state.coming is not None:
        said.append(texts.say("rules_screen.next", day=state.coming.takes_effect_on))
    return " · ".join(said)


def _table(state: TableState, words: UiText) -> Cell:
    texts = words.texts
    icon, colour = ("upload-simple", "accent") if state.imported or state.coming else ("scales", "text2")
    title = table_title(texts, state.schema.name)
    return Cell(title, state_words(texts, state), icon=icon, icon_colour=colour)


def _what(row: RuleRow, words: UiText) -> Cell:
    texts = words.texts
    return Cell(row_title(texts, row.schema, row.row), _days(texts, row.row), muted=not row.is_in_force)


def _says(row: RuleRow, words: UiText) -> Cell:
    return Cell(row_words(words.texts, row.schema, row.row), muted=not row.is_in_force)


def _source(row: RuleRow, words: UiText) -> Cell:
    source = source_words(words.texts, str(row.row["source"]))
    mark = words.say("rules_screen.by_organisation") if row.row.get("uncertain") else ""
    return Cell(source, mark if mark != source else "", muted=True)


_CHANGES: Final = {
    "added": ("plus", "ok"),
    "removed": ("minus", "err"),
    "changed": ("note-pencil", "accent"),
}


def _change(row: ChangeRow, words: UiText) -> Cell:
    icon, colour = _CHANGES[row.kind]
    title = row_title(words.texts, row.schema, row.row)
    return Cell(title, words.say(f"rules_screen.change.{row.kind}"), icon=icon, icon_colour=colour)


def _before(row: ChangeRow, words: UiText) -> Cell:
    return Cell(_side(words.texts, row, row.before), muted=True)


def _after(row: ChangeRow, words: UiText) -> Cell:
    return Cell(_side(words.texts, row, row.after))


def _side(texts: Texts, row: ChangeRow, side: Row | None) -> str:
    """Of a row that stays only what differs; of one that comes or goes everything."""
    if side is None:
        return "—"
    if row.fields:
        return "; ".join(_field(texts, row.schema, side, name) for name in row.fields)
    parts = (row_words(texts, row.schema, side), _days(texts, side), source_words(texts, str(side["source"])))
    return "; ".join(part for part in parts if part)


def _field(texts: Texts, schema: TableSchema[Any], row: Row, name: str) -> str:
    raw = row.get(name)
    value = (
        source_words(texts, str(raw))
        if name == "source"
        else value_words(texts, schema.all_fields[name], raw)
    )
    return f"{field_title(texts, name)}: {value or '—'}"


def _days(texts: Texts, row: Row) -> str:
    first, last = days_words(texts, row)
    if first and last:
        return f"{first}–{last}"
    if first:
        return texts.say("rules_screen.from", day=first)
    return texts.say("rules_screen.to", day=last) if last else ""


def _place(row: FaultRow, words: UiText) -> Cell:
    place = words.say("rules.place.row", row=row.line) if row.line else words.say("rules_screen.whole_file")
    return Cell(place, icon="warning-circle", icon_colour="err")


def _faulty(row: FaultRow, words: UiText) -> Cell:
    name = row.problem.field
    title = field_title(words.texts, name) if name else ""
    return Cell(title, name if title != name else "")


def _fault(row: FaultRow, words: UiText) -> Cell:
    return Cell(problem_sentence(words.texts, row.problem), strong=True)


TABLES: Final = (Column("rules_screen.column.table", _table, 230, 1),)
ROWS: Final = (
    Column("rules_screen.column.what", _what, 130, 2),
    Column("rules_screen.column.says", _says, 140, 3),
    Column("rules_screen.column.source", _source, 150, 3),
)
CHANGES: Final = (
    Column("rules_screen.column.what", _change, 200, 2),
    Column("rules_screen.column.before", _before, 180, 3),
    Column("rules_screen.column.after", _after, 180, 3),
)
FAULTS: Final = (
    Column("rules_screen.column.row", _place, 140),
    Column("rules_screen.column.field", _faulty, 190, 1),
    Column("rules_screen.column.fault", _fault, 320, 4),
)
