"""Layout of the section "Districts": all districts at the left, the chosen one's streets at the right."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from clinic_desk.ui.kit import (
    Card,
    DataTable,
    EmptyState,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL

_BESIDE_FROM: Final = 1060
"""A page at least this wide, in pixels at scale 1, has the streets beside the districts."""
_STREETS_WIDTH: Final = 332
_LEAST_HEIGHT: Final = 250


class DistrictsView(ScrollPage):
    """The parts of the page, named; what they do is for `DistrictsPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted")
        self.subtitle.setObjectName("districts_label_total")
        self.moves_button = SecondaryButton(icon="clock-counter-clockwise")
        self.moves_button.setObjectName("districts_button_moves")
        self.move_button = PrimaryButton(key="Ctrl+M", icon="arrows-left-right")
        self.move_button.setObjectName("districts_button_move")
        self.table = DataTable(row_height=ROW_HEIGHT_TALL)
        self.table.setObjectName("districts_table")
        self.empty = EmptyState("map-trifold")
        self.empty.label.setObjectName("districts_label_empty")
        self.norm = PlainLabel(role="caption", tone="muted", wraps=True)
        self.norm.setObjectName("districts_label_norm")
        self.streets_title = SectionTitle()
        self.streets_doctor = PlainLabel(role="small", tone="muted", data=True, wraps=True)
        self.streets_doctor.setObjectName("districts_label_doctor")
        self.streets = DataTable()
        self.streets.setObjectName("districts_streets_table")
        self.no_streets = PlainLabel(tone="muted", wraps=True)
        self.no_streets.setObjectName("districts_label_no_streets")
        self.remarks = PlainLabel(role="caption", tone="muted", wraps=True)
        self.remarks.setObjectName("districts_label_remarks")
        self.remove_button = SecondaryButton(key="Del", icon="x")
        self.remove_button.setObjectName("districts_button_remove_street")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._streets_card = Card(margins=(16, 14, 16, 14), gap=8)
        self._arrange()
        look().changed.connect(self._fit)
        words.follow(self._retell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _arrange(self) -> None:
        titles, acts = QWidget(), QWidget()
        titles.setLayout(vertical(self.title, self.subtitle, gap=2))
        acts.setLayout(horizontal(self.moves_button, self.move_button, gap=10))
        left = Card(margins=(12, 8, 12, 10), gap=8)
        left.body.addWidget(self.table, 1)
        left.body.addWidget(self.empty, 1)
        left.body.addWidget(self.norm)
        right = self._streets_card
        right.body.addWidget(self.streets_title)
        right.body.addWidget(self.streets_doctor)
        right.body.addWidget(self.streets, 1)
        right.body.addWidget(self.no_streets)
        right.body.addWidget(self.remarks)
        right.body.addLayout(horizontal(None, self.remove_button))
        right.body.addStretch(0)
        space(self._columns, 0, 16)
        self._columns.addWidget(left, 1)
        self._columns.addWidget(right)
        self.body.addWidget(FlowRow(titles, acts, gap=16))
        self.body.addLayout(self._columns, 1)

    def _fit(self) -> None:
        px = look().px
        beside = self.width() >= px(_BESIDE_FROM)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._streets_card.setMinimumWidth(px(_STREETS_WIDTH) if beside else 0)
        self._streets_card.setMaximumWidth(px(_STREETS_WIDTH) if beside else 16_777_215)
        for table in (self.table, self.streets):
            table.setMinimumHeight(px(_LEAST_HEIGHT))

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("districts.title"))
        self.moves_button.setText(say("districts.act.moves"))
        self.move_button.setText(say("districts.act.move"))
        self.no_streets.setText(say("districts.streets.none"))
        self.remove_button.setText(say("districts.streets.remove"))
        self.table.setAccessibleName(say("districts.title"))
        self.streets.setAccessibleName(say("districts.streets.title"))
