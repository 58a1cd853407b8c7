"""Every change of a person with old and new value, as rows of the history."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.patient_history import HistoryKind, HistoryLine
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.ui.kit import Cell, Column, UiText
from clinic_desk.ui.kit.authors import author
from clinic_desk.ui.people.person_words import Districts, value_words
from clinic_desk.ui.register.other_reasons import said

_AS_A_WHOLE = frozenset({HistoryKind.REGISTERED})
_MAY_BRING = frozenset({HistoryKind.IMPORTED, HistoryKind.RECEIVED})


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field of one act; `field` is empty for an act told as a whole. `is_first` carries when and who."""

    line: HistoryLine
    field: str
    old: str
    new: str
    is_first: bool
    districts: Districts
    places: Places


def change_rows(lines: list[HistoryLine], districts: Districts, places: Places) -> list[ChangeRow]:
    """The rows of these lines, in their order; a registration is one row."""
    rows = []
    for line in lines:
        # What came with the person is on the card; a list and the upstream may bring a person too.
        is_beginning = line.what in _AS_A_WHOLE or (
            line.what in _MAY_BRING and all(not old for old, _ in line.changes.values())
        )
        changes = {} if is_beginning else line.changes
        fields = list(changes.items())
        if line.other_name or not fields:
            # The act itself, of a merge with the name on the card that is closed.
            fields.insert(0, ("", ("", line.other_name)))
        for number, (field, (old, new)) in enumerate(fields):
            rows.append(ChangeRow(line, field, old, new, number == 0, districts, places))
    return rows


def _at(row: ChangeRow, words: UiText) -> Cell:
    return Cell(words.texts.moment(row.line.at) if row.is_first else "")


def _what(row: ChangeRow, words: UiText) -> Cell:
    if not row.is_first:
        return Cell("")
    text = words.say(f"people.history.{row.line.what}")
    return Cell(text, second=said(words, row.line.reason), strong=True)


def _by(row: ChangeRow, words: UiText) -> Cell:
    return Cell(author(words, row.line.by) if row.is_first else "")


def _field(row: ChangeRow, words: UiText) -> Cell:
    return Cell(words.say(f"people.column.{row.field}") if row.field else "", muted=True)


def _change(row: ChangeRow, words: UiText) -> Cell:
    if not row.field:
        return Cell(row.new)
    old, new = (
        value_words(words, row.places, row.districts, row.field, value) or "—" for value in (row.old, row.new)
    )
    return Cell(f"{old} → {new}", sentence=words.say("people.history.from_to", old=old, new=new))


def _undo(row: ChangeRow, words: UiText) -> Cell:
    return Cell(words.say("people.history.undo"), link=True) if row.line.can_undo and row.is_first else Cell()


CHANGES = (
    Column("card.history.checked_at", _at, 135),
    Column("people.history.what", _what, 160, 2),
    Column("card.history.checked_by", _by, 100, 1),
    Column("people.history.field", _field, 105, 1),
    Column("people.history.change", _change, 190, 3),
    Column("", _undo, 90),
)
