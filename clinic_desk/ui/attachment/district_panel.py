"""Step 3: the districts with their doctors and loads, and the note on care at home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.ids import DistrictId
from clinic_desk.services.attachment_rows import DistrictChoice
from clinic_desk.ui.attachment.district_columns import DistrictLine, district_columns
from clinic_desk.ui.kit import (
    Card,
    DataTable,
    EmptyState,
    PlainLabel,
    RowsModel,
    SectionTitle,
    TextField,
    UiText,
    look,
)

_ROW_HEIGHT: Final = 40
_LEAST_ROWS, _MOST_ROWS = 2, 3


class DistrictPanel(Card):
    """The table of step 3. A row is chosen by Enter or a click; arrows only look.

    Signals:
        chosen: the `DistrictChoice` a person took.
    """

    chosen = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(18, 12, 18, 12), gap=6, parent=parent)
        self.setObjectName("attachment_district_panel")
        self._words = words
        self._choices: tuple[DistrictChoice, ...] = ()
        self._chosen: DistrictId | None = None
        self._year = 0
        title = SectionTitle("", 3)
        words.bind(title.setText, "attachment_screen.step.district")
        self.norm = PlainLabel(role="caption", tone="muted")
        self.norm.setObjectName("attachment_district_text_norm")
        title.trailing.addWidget(self.norm)
        self.table = DataTable(row_height=_ROW_HEIGHT)
        self.table.setObjectName("attachment_district_table")
        words.bind(self.table.setAccessibleName, "attachment_screen.step.district")
        self.model: RowsModel[DistrictLine] = RowsModel(district_columns(), words, self)
        self.table.set_model(self.model)
        self.table.opened.connect(self._take)
        self.table.clicked.connect(lambda index: self._take(index.row()))
        self.empty = EmptyState("house-line")
        self.empty.label.setObjectName("attachment_district_text_empty")
        words.bind(self.empty.setText, "attachment_screen.district.none")
        self.empty.hide()
        self.care = TextField()
        self.care.setObjectName("attachment_district_field_care")
        words.bind(self.care.set_label, "attachment_screen.care")
        words.bind(self.care.set_placeholder, "attachment_screen.care_hint")
        self.care.hide()
        self.body.addWidget(title)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.care)
        look().changed.connect(self._fit)
        words.follow(self._say_norm)
        self._fit()

    def show_choices(self, choices: Sequence[DistrictChoice], chosen: DistrictId | None, year: int) -> None:
        """Show these districts; the first row is current while nothing is chosen."""
        self._choices, self._year = tuple(choices), year
        self._chosen = chosen
        self._show_rows()
        self.table.setVisible(bool(choices))
        self.empty.setVisible(not choices)
        self._say_norm()
        self._fit()

    def choose(self, district_id: DistrictId | None) -> None:
        """Show this district as chosen."""
        if district_id != self._chosen:
            self._chosen = district_id
            self._show_rows()

    def choice(self) -> DistrictChoice | None:
        """The chosen district, None while none is or the list is not here."""
        return next((c for c in self._choices if c.district.id == self._chosen), None)

    @property
    def has_choices(self) -> bool:
        """Whether there is a row to choose."""
        return bool(self._choices)

    def _take(self, number: int) -> None:
        line = self.model.row_at(number)
        if line is not None:
            self.choose(line.choice.district.id)
            self.chosen.emit(line.choice)

    def _show_rows(self) -> None:
        current = self.table.current_row()
        self.model.set_rows([DistrictLine(c, c.district.id == self._chosen) for c in self._choices])
        chosen = next((n for n, c in enumerate(self._choices) if c.district.id == self._chosen), None)
        if self._choices:
            self.table.select_row(chosen if chosen is not None else max(0, current))

    def _say_norm(self) -> None:
        known = [choice for choice in self._choices if choice.norm is not None]
        if not known:
            self.norm.setText(self._words.say("attachment_screen.norm.none") if self._choices else "")
            return
        is_uncertain = any(choice.norm_is_uncertain for choice in known)
        key = "attachment_screen.norm.own" if is_uncertain else "attachment_screen.norm.known"
        self.norm.setText(self._words.say(key, year=str(self._year)))

    def _fit(self) -> None:
        rows = min(max(len(self._choices), _LEAST_ROWS), _MOST_ROWS)
        self.table.setMinimumHeight(look().px(_ROW_HEIGHT) * rows + look().px(40))


__all__ = ["DistrictPanel"]
