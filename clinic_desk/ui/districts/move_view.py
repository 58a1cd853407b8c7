"""Layout of the dialog that moves people: who at the left, what changes at the right."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from clinic_desk.domain.streets import StreetSide
from clinic_desk.ui.districts.move_preview_panel import MovePreviewPanel
from clinic_desk.ui.districts.street_checks import StreetChecks
from clinic_desk.ui.kit import (
    Card,
    Choice,
    ChoiceTiles,
    ComboField,
    Modal,
    PlainLabel,
    PrimaryButton,
    Progress,
    SecondaryButton,
    SectionTitle,
    TextField,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.fields import DigitLine
from clinic_desk.ui.kit.theme import horizontal, vertical

_BESIDE_FROM: Final = 860
_STREETS_HEIGHT: Final = 148
_NUMBERS: Final = ("house_from", "house_to", "age_from", "age_to")


class MoveView(Modal):
    """The parts of the dialog, named; what they do is for `MoveDialog`, which says when it `is_working`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(icon="arrows-left-right", width=1060, height=680, parent=parent)
        self._words = words
        self.is_working = False
        self.who = SectionTitle(number=1)
        self.streets_keys = PlainLabel(role="caption", tone="muted")
        self.who.trailing.addWidget(self.streets_keys)
        self.streets = StreetChecks(words)
        self.streets.setObjectName("district_move_table_streets")
        self.no_streets = PlainLabel(tone="muted", wraps=True)
        self.side_label = PlainLabel(role="field")
        self.side = ChoiceTiles(_sides(words), columns=3)
        self.side.setObjectName("district_move_side")
        self.numbers = {name: TextField(edit=DigitLine(4)) for name in _NUMBERS}
        for name, field in self.numbers.items():
            field.setObjectName(f"district_move_field_{name}")
        self.where = SectionTitle(number=2)
        self.target = ComboField()
        self.target.setObjectName("district_move_field_target")
        self.result = SectionTitle(number=3)
        self.panel_of_result = MovePreviewPanel(words)
        self.cancel_button = SecondaryButton(key="Esc")
        self.cancel_button.setObjectName("district_move_button_cancel")
        self.progress = Progress()
        self.progress.setObjectName("district_move_progress")
        self.progress.button.setObjectName("district_move_button_stop")
        self.progress.hide()
        self.move_button = PrimaryButton(key="Ctrl+Enter", icon="arrows-left-right")
        self.move_button.setObjectName("district_move_button_move")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._right = Card(sunken=True, margins=(16, 14, 16, 14), gap=10)
        self._arrange()
        look().changed.connect(self._fit)
        words.follow(self._retell)

    def dismiss(self) -> None:
        """Esc stops work that is going on; only then does it close."""
        if self.is_working:
            self.progress.button.click()
        else:
            super().dismiss()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _arrange(self) -> None:
        grid = QGridLayout()
        space(grid, 0, 10)
        for place, field in enumerate(self.numbers.values()):
            grid.addWidget(field, 0, place)
        left = vertical(
            self.who,
            self.streets,
            self.no_streets,
            vertical(self.side_label, self.side, gap=4),
            grid,
            self.where,
            self.target,
            None,
            gap=10,
        )
        # Whatever room is left shows more streets.
        left.setStretchFactor(self.streets, 100)
        self._right.body.addWidget(self.result)
        self._right.body.addWidget(self.panel_of_result, 1)
        space(self._columns, 0, 20)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self._right, 1)
        self.body.addLayout(self._columns, 1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.progress, 1)
        self.foot.addStretch(0)
        self.foot.addLayout(horizontal(None, self.move_button))

    def _fit(self) -> None:
        px = look().px
        beside = self.panel.width() >= px(_BESIDE_FROM)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self.streets.setMinimumHeight(px(_STREETS_HEIGHT))

    def _retell(self) -> None:
        say = self._words.say
        self.set_title(say("districts.move.title"))
        self.who.setText(say("districts.move.who"))
        self.streets_keys.setText(say("districts.move.streets_keys"))
        self.streets.setAccessibleName(say("districts.move.streets"))
        self.no_streets.setText(say("districts.streets.none"))
        self.side_label.setText(say("districts.move.side"))
        self.side.setAccessibleName(say("districts.move.side"))
        self.side.set_choices(_sides(self._words))
        for name, field in self.numbers.items():
            field.set_label(say(f"districts.move.{name}"))
        self.where.setText(say("districts.move.where"))
        self.target.set_label(say("districts.move.target"))
        self.target.set_placeholder(say("districts.move.target_hint"))
        self.result.setText(say("districts.move.result"))
        self.cancel_button.setText(say("shell.cancel"))
        self.progress.setText(say("districts.move.working"))
        self.progress.set_cancel_text(say("districts.move.stop"))
        self.move_button.setText(say("districts.move.act"))


def _sides(words: UiText) -> list[Choice]:
    return [
        Choice(side, words.say(f"districts.move.side.{side}"), str(key))
        for key, side in enumerate(StreetSide, 1)
    ]
