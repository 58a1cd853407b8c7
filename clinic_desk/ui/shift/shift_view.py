"""Layout of the sheet of a shift: figures, papers to recall, what passes on, the paper itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit import (
    Banner,
    Card,
    Chip,
    EmptyState,
    Kind,
    LinkButton,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    SlipPane,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.tall_table import TallTable
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL
from clinic_desk.ui.shift.figure_card import FigureCard
from clinic_desk.ui.shift.left_panel import LeftPanel

FIGURES: Final = ("served", "registered", "referrals", "attachments", "unsent")
_LEAST_ROWS: Final = 2
_PAPER_WIDTH: Final = 304
_PANE_HEIGHT: Final = 400
_BESIDE_FROM: Final = 1040
"""A page at least this wide, in pixels at scale 1, has the paper beside the lists."""


class ShiftView(QWidget):
    """The parts of the page, named; what they do is for `ShiftPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted", wraps=True, data=True)
        self.subtitle.setObjectName("shift_label_subtitle")
        self.print_button = SecondaryButton("", "Ctrl+P", "printer")
        self.print_button.setObjectName("shift_button_print")
        self.close_button = PrimaryButton("", "Ctrl+Enter", "sign-out")
        self.close_button.setObjectName("shift_button_close")
        self.notice = Banner(Kind.INFO, wide=False)
        self.notice.setObjectName("shift_banner_notice")
        self.notice.hide()
        self.figures = {name: FigureCard(name) for name in FIGURES}
        self.papers_title = SectionTitle()
        self.papers_chip = Chip()
        self.papers_chip.setObjectName("shift_chip_papers")
        self.papers_note = PlainLabel(role="caption", tone="muted", wraps=True)
        self.papers_note.setObjectName("shift_label_papers")
        self.all_papers = LinkButton()
        self.all_papers.setObjectName("shift_button_all_papers")
        self.table = TallTable()
        self.table.setObjectName("shift_table")
        self.empty = EmptyState("check-circle")
        self.empty.label.setObjectName("shift_label_empty")
        self.to_say_title = PlainLabel(role="caption", tone="muted", wraps=True)
        self.phone = PlainLabel(role="strong", data=True)
        self.phone.setObjectName("shift_label_phone")
        # In the language of the patient, not of the window.
        self.to_say = PlainLabel(wraps=True, data=True)
        self.to_say.setObjectName("shift_label_to_say")
        self.quoted = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.quoted.setObjectName("shift_label_quoted")
        self.called_button = SecondaryButton("", "Space", "phone-call")
        self.called_button.setObjectName("shift_button_called")
        self.replace_button = SecondaryButton("", "Ctrl+N", "printer")
        self.replace_button.setObjectName("shift_button_replace")
        self.returned_button = LinkButton("", "Del")
        self.returned_button.setObjectName("shift_button_returned")
        self.keys = PlainLabel(role="caption", tone="muted", wraps=True)
        self.left = LeftPanel(words)
        self.pane = SlipPane()
        self.pane_foot = PlainLabel(role="caption", tone="muted", wraps=True)
        self._arrange()
        words.follow(self._retell)
        look().changed.connect(self._fit)
        self._fit()

    def set_closed(self, closed: bool) -> None:
        """A closed shift can only be printed again."""
        self.close_button.setVisible(not closed)

    def show_table(self, shown: bool) -> None:
        """The table, or why there is none."""
        self.table.setVisible(shown)
        self.empty.setVisible(not shown)
        for part in (self.called_button, self.replace_button, self.returned_button, self.keys):
            part.setVisible(shown)
        if not shown:
            self.say_card.hide()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _arrange(self) -> None:
        page = ScrollPage(margins=(24, 20, 24, 18), gap=12)
        head = horizontal(gap=10)
        head.addLayout(vertical(self.title, self.subtitle, gap=2), 1)
        head.addWidget(self.print_button, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        page.body.addLayout(head)
        page.body.addWidget(self.notice)
        self._grid = QGridLayout()
        space(self._grid, 0, 12)
        page.body.addLayout(self._grid)
        lists = QVBoxLayout()
        space(lists, 0, 12)
        lists.addWidget(self._papers(), 1)
        lists.addWidget(self.left)
        self.pane.foot.addWidget(self.pane_foot, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(self._columns, 0, 16)
        self._columns.addLayout(lists, 1)
        self._columns.addWidget(self.pane)
        page.body.addLayout(self._columns, 1)
        outer = QVBoxLayout(self)
        space(outer, 0, 0)
        outer.addWidget(page)

    def _papers(self) -> Card:
        card = Card(margins=(20, 14, 20, 12), gap=8)
        self.papers_title.trailing.addWidget(self.papers_chip)
        card.body.addWidget(self.papers_title)
        card.body.addLayout(horizontal(self.papers_note, self.all_papers, gap=12))
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty, 1)
        self.say_card = Card(sunken=True, margins=(14, 8, 14, 8), gap=2)
        self.say_card.setObjectName("shift_card_to_say")
        self.say_card.body.addLayout(horizontal(self.to_say_title, self.phone, gap=12))
        for label in (self.to_say, self.quoted):
            self.say_card.body.addWidget(label)
        self.say_card.hide()
        card.body.addWidget(self.say_card)
        card.body.addLayout(
            horizontal(self.called_button, self.replace_button, self.returned_button, None, gap=8)
        )
        card.body.addWidget(self.keys)
        return card

    def _fit(self) -> None:
        px = look().px
        self.table.setMinimumHeight(px(34 + _LEAST_ROWS * ROW_HEIGHT_TALL))
        self.empty.setMinimumHeight(px(150))
        # A page that scrolls gives its parts what they would like; the paper is content with less.
        self.pane.paper.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.pane.setMinimumHeight(px(_PANE_HEIGHT))
        beside = self.width() >= px(_BESIDE_FROM)
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self.pane.setFixedWidth(px(_PAPER_WIDTH)) if beside else self.pane.setMinimumWidth(0)
        if not beside:
            self.pane.setMaximumWidth(16_777_215)
        columns = len(FIGURES) if self.width() >= px(900) else 3
        for place, name in enumerate(FIGURES):
            self._grid.addWidget(self.figures[name], place // columns, place % columns)
        for column in range(len(FIGURES)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("shift.title"))
        self.print_button.setText(say("shift.print_sheet"))
        self.close_button.setText(say("shift.close"))
        self.papers_title.setText(say("shift.papers"))
        self.table.setAccessibleName(say("shift.papers"))
        self.called_button.setText(say("shift.called"))
        self.replace_button.setText(say("shift.print_new"))
        self.returned_button.setText(say("shift.returned"))
        self.keys.setText(say("shift.keys"))
        self.to_say_title.setText(say("shift.to_say"))
        self.pane.title.setText(say("shift.preview"))
        self.pane.remark.setText(say("shift.preview_size"))
        self.pane_foot.setText(say("shift.no_names"))
