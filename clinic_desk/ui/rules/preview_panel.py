"""The second view: what a new table changes, from which day, and why."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.services.rule_imports import RulePreview
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.empty_state import EmptyState
from clinic_desk.ui.kit.fields import TextField
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.table import RowsModel
from clinic_desk.ui.kit.tall_table import TallTable
from clinic_desk.ui.kit.theme import horizontal, look, space
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.patients.date_field import DateField
from clinic_desk.ui.rules.columns import CHANGES, change_rows


class PreviewPanel(QWidget):
    """Shows added, changed and removed rows.

    Signals:
        day_chosen: the day from which the table shall be in force.
    """

    day_chosen = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._preview: RulePreview | None = None
        self.day = DateField(required=True)
        self.day.setObjectName("rules_preview_field_day")
        words.bind(self.day.set_label, "rules_screen.day")
        self.day.left.connect(self._on_day)
        self.reason = TextField()
        self.reason.setObjectName("rules_preview_field_reason")
        self.reason.edit.setMaxLength(300)
        words.bind(self.reason.set_label, "rules_screen.reason")
        words.bind(self.reason.set_placeholder, "rules_screen.reason_hint")
        self.counts = PlainLabel(role="strong", wraps=True)
        self.counts.setObjectName("rules_preview_label_counts")
        self.note = PlainLabel(role="caption", tone="muted", wraps=True)
        words.bind(self.note.setText, "rules_screen.preview_note")
        self._rows = RowsModel(CHANGES, words, self)
        self.table = TallTable()
        self.table.setObjectName("rules_preview_table")
        words.bind(self.table.setAccessibleName, "rules_screen.changes")
        self.table.set_model(self._rows)
        self.nothing = EmptyState("check-circle")
        words.bind(self.nothing.setText, "rules_screen.nothing_new")
        fields = Card(margins=(16, 12, 16, 12), gap=8)
        fields.body.addLayout(horizontal(self.day, self.reason, gap=16))
        for field in (self.day, self.reason):
            field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        rows = Card(margins=(12, 12, 12, 8), gap=8)
        rows.body.addWidget(self.counts)
        rows.body.addWidget(self.table, 1)
        rows.body.addWidget(self.nothing, 1)
        rows.body.addWidget(self.note)
        column = QVBoxLayout(self)
        space(column, 0, 12)
        column.addWidget(fields)
        column.addWidget(rows, 1)
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def begin(self) -> None:
        """Nothing is typed yet."""
        self.reason.set_text("")
        self.tell_day("")

    def show_preview(self, preview: RulePreview) -> None:
        """Show what would change from its day on."""
        self._preview = preview
        self.day.set_day(preview.takes_effect_on)
        self.tell_day("")
        rows = change_rows(preview.schema, preview.changes)
        self._rows.set_rows(rows)
        self.table.select_row(0 if rows else -1)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self._retell()

    def tell_day(self, error: str) -> None:
        """Say what is wrong with the day, or nothing."""
        self.day.set_error(error)

    @property
    def typed_day(self) -> dt.date | None:
        """The day in the field."""
        return self.day.day()

    def _on_day(self) -> None:
        if self._preview is None:
            return
        if self.day.day() is None:
            self.tell_day(self._words.say("rules.problem.not_a_day"))
        elif self.day.day() != self._preview.takes_effect_on:
            self.day_chosen.emit(self.day.day())

    def _rescale(self) -> None:
        self.day.setFixedWidth(look().px(200))

    def _retell(self) -> None:
        if self._preview is None:
            return
        changes, number = self._preview.changes, self._words.texts.number
        self.counts.setText(
            self._words.say(
                "rules_screen.counts",
                changed=number(len(changes.changed)),
                added=number(len(changes.added)),
                removed=number(len(changes.removed)),
                same=number(changes.same),
            )
        )
