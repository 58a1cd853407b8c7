"""What was typed beside what is stored, field by field, each with a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.iin import mask
from clinic_desk.services.rows import Duplicate
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import Cell, ChipData, Column, DataTable, Kind, RowsModel, UiText, look
from clinic_desk.ui.kit.whole_words import WholeWordsDelegate, cell_height, cell_widths
from clinic_desk.ui.register.form_state import FormState

_ORDER: Final = ("name", "patronymic", "birth_date", "phone", "iin", "document", "address")
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
        "document": state.document_number.strip() if state.document else "",
        "address": state.address.strip(),
    }
    stored = {
        "name": " ".join(part for part in (patient.name.surname, patient.name.given_name) if part),
        "patronymic": patient.name.patronymic,
        "birth_date": f"{patient.birth_date:%d.%m.%Y}" if patient.birth_date else "",
        "phone": patient.phone.shown.replace(" ", NBSP) if patient.phone else "",
        "iin": patient.iin.masked if patient.iin else "",
        "document": patient.document_number,
        "address": patient.address,
    }
    return [
        Line(field, typed[field], stored[field], match.fields.get(field, "differs"))
        for field in _ORDER
        if typed[field] or stored[field]
    ]


class Comparison(DataTable):
    """The table; it is looked at, not moved through.

    Every value is whole: rows grow with their lines, and where four columns are too wide the verdict
    stands below the name of the field.
    """

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(row_height=_ROW_HEIGHT, parent=parent)
        self.setObjectName("register_match_table")
        self.setItemDelegate(WholeWordsDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(DataTable.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        words.bind(self.setAccessibleName, "register.dup.table")
        self._model: RowsModel[Line] = RowsModel(_COLUMNS, words, self)
        self.set_model(self._model)
        for column in _WITH_VERDICT:
            self.horizontalHeader().moveSection(column, 0)
        self._model.dataChanged.connect(self._spread)

    def show_lines(self, shown: list[Line]) -> None:
        """Show these."""
        self._model.set_rows(shown)
        self._spread()

    def lines(self) -> list[Line]:
        """What is shown."""
        return self._model.rows()

    def _spread(self) -> None:
        if self.model() is None:
            return
        room = self.viewport().width()
        needs = [self._needs(column) for column in range(len(_COLUMNS))]
        fitting = (each for each in _LAYOUTS if sum(needs[column][0] for column in each) <= room)
        shown = next(fitting, _LAYOUTS[-1])
        for column in range(len(_COLUMNS)):
            self.setColumnHidden(column, column not in shown)
        for column, width in _shared(room, {column: needs[column] for column in shown}).items():
            self.setColumnWidth(column, width)
        self._fit(shown)

    def _needs(self, column: int) -> tuple[int, int]:
        """Pixels that keep the words of a column whole, and that keep each cell on one line."""
        widths = [cell_widths(self._model.cell(row, column)) for row in range(self._model.rowCount())]
        heading = str(self._model.headerData(column, Qt.Orientation.Horizontal))
        title = look().metrics(12, 600).horizontalAdvance(heading) + 2 * look().px(8) + 1
        least = max([title, *(least for least, _ in widths)])
        return least, max([least, *(whole for _, whole in widths)])

    def _fit(self, shown: tuple[int, ...]) -> None:
        height = look().px(38) + 2
        for row in range(self._model.rowCount()):
            cells = [(self._model.cell(row, column), self.columnWidth(column)) for column in shown]
            needed = max(cell_height(cell, width) for cell, width in cells)
            self.setRowHeight(row, max(look().px(_ROW_HEIGHT), needed))
            height += self.rowHeight(row)
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)


def _shared(room: int, needs: dict[int, tuple[int, int]]) -> dict[int, int]:
    """The widths of columns in `room` pixels: whole words, then whole lines; the values have the rest."""
    least = {column: need[0] for column, need in needs.items()}
    spare = room - sum(least.values())
    if spare < 0:
        # A word is longer than there is room: the values are broken, not the names of the fields.
        short = {column: max(1, least[column] + spare // len(_VALUES)) for column in _VALUES}
        return least | short
    widths = dict(least)
    others = tuple(column for column in needs if column not in _VALUES)
    for group in (others, _VALUES):
        wanted = {column: needs[column][1] - widths[column] for column in group}
        share = min(1.0, spare / max(1, sum(wanted.values())))
        widths |= {column: widths[column] + int(wanted[column] * share) for column in group}
        spare = room - sum(widths.values())
    return widths | {column: widths[column] + spare // len(_VALUES) for column in _VALUES}


def _field(row: Line, words: UiText) -> Cell:
    return Cell(words.say(f"register.dup.field.{row.field}"), muted=True)


def _typed(row: Line, words: UiText) -> Cell:
    return Cell(row.typed or words.say("register.dup.not_typed"), muted=not row.typed)


def _stored(row: Line, words: UiText) -> Cell:
    return Cell(row.stored or "—", strong=bool(row.stored))


def _verdict(row: Line, words: UiText) -> Cell:
    kind, icon = _VERDICTS[row.verdict]
    return Cell(chip=ChipData(kind, words.say(f"register.dup.verdict.{row.verdict}"), icon))


def _field_and_verdict(row: Line, words: UiText) -> Cell:
    kind, icon = _VERDICTS[row.verdict]
    return Cell(
        words.say(f"register.dup.field.{row.field}"),
        second=words.say(f"register.dup.verdict.{row.verdict}"),
        icon=icon,
        icon_colour=kind.value,
        muted=True,
    )


def _field_and_word(row: Line, words: UiText) -> Cell:
    return replace(_field_and_verdict(row, words), icon="")


_COLUMNS = (
    Column("", _field, 122),
    Column("register.dup.typed", _typed, 120, 1),
    Column("register.dup.stored", _stored, 120, 1),
    Column("", _verdict, 150),
    Column("", _field_and_verdict, 150),
    Column("", _field_and_word, 150),
)
_VALUES: Final = (1, 2)
_WITH_VERDICT: Final = (4, 5)
_LAYOUTS: Final = ((0, *_VALUES, 3), (*_VALUES, 4), (*_VALUES, 5))
"""Which columns are shown, the first that fits: a chip of its own, sign and word, the word alone."""
