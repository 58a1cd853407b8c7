"""What was typed beside what is stored, field by field, each with a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.iin import mask
from clinic_desk.services.rows import Duplicate
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import Cell, ChipData, Column, DataTable, Kind, RowsModel, UiText, look
from clinic_desk.ui.register.form_state import FormState

_ORDER: Final = ("name", "patronymic", "birth_date", "phone", "iin", "address")
_ROW_HEIGHT: Final = 40
_VERDICTS: Final = {
    "same": (Kind.OK, "check-circle"),
    "other_letters": (Kind.OK, "check-circle"),
    "only_stored": (Kind.NEUTRAL, "info"),
    "only_typed": (Kind.INFO, "plus-circle"),
    "differs": (Kind.WARN, "warning"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its name, both values as shown, and the verdict's code."""

    field: str
    typed: str
    stored: str
    verdict: str


def lines(state: FormState, match: Duplicate) -> list[Line]:
    """The fields of the form beside those of the match; empty ones on both sides are left out."""
    patient = match.patient
    form = state.form()
    typed = {
        "name": state.name,
        "patronymic": state.patronymic.strip(),
        "birth_date": f"{form.birth_date:%d.%m.%Y}" if form.birth_date else state.birth_date.strip(),
        "phone": state.phone.strip().replace(" ", NBSP),
        "iin": mask(state.iin) if len(state.iin) == 12 else state.iin,
        "address": state.address.strip(),
    }
    stored = {
        "name": " ".join(part for part in (patient.name.surname, patient.name.given_name) if part),
        "patronymic": patient.name.patronymic,
        "birth_date": f"{patient.birth_date:%d.%m.%Y}" if patient.birth_date else "",
        "phone": patient.phone.shown.replace(" ", NBSP) if patient.phone else "",
        "iin": patient.iin.masked if patient.iin else "",
        "address": patient.address,
    }
    return [
        Line(field, typed[field], stored[field], match.fields.get(field, "differs"))
        for field in _ORDER
        if typed[field] or stored[field]
    ]


class Comparison(DataTable):
    """The table; it is looked at, not moved through."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(row_height=_ROW_HEIGHT, parent=parent)
        self.setObjectName("register_match_table")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(DataTable.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        words.bind(self.setAccessibleName, "register.dup.table")
        self._model: RowsModel[Line] = RowsModel(_COLUMNS, words, self)
        self.set_model(self._model)
        look().changed.connect(self._fit)

    def show_lines(self, shown: list[Line]) -> None:
        """Show these."""
        self._model.set_rows(shown)
        self._fit()

    def lines(self) -> list[Line]:
        """What is shown."""
        return self._model.rows()

    def _fit(self) -> None:
        height = look().px(38) + look().px(_ROW_HEIGHT) * self._model.rowCount() + 2
        self.setFixedHeight(height)


def _field(row: Line, words: UiText) -> Cell:
    return Cell(words.say(f"register.dup.field.{row.field}"), muted=True)


def _typed(row: Line, words: UiText) -> Cell:
    return Cell(row.typed or words.say("register.dup.not_typed"), muted=not row.typed)


def _stored(row: Line, words: UiText) -> Cell:
    return Cell(row.stored or "—", strong=bool(row.stored))


def _verdict(row: Line, words: UiText) -> Cell:
    kind, icon = _VERDICTS[row.verdict]
    return Cell(chip=ChipData(kind, words.say(f"register.dup.verdict.{row.verdict}"), icon))


_COLUMNS = (
    Column("", _field, 122),
    Column("register.dup.typed", _typed, 120, 1),
    Column("register.dup.stored", _stored, 120, 1),
    Column("", _verdict, 150),
)
