"""Layout of a case that was sent: what happened, the term, the acts of its state, its history."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.ui.attachment.change_cards import ChangeCards
from clinic_desk.ui.attachment.due_strip import DueStrip
from clinic_desk.ui.attachment.page_head import PageHead
from clinic_desk.ui.attachment.paper_card import PaperCard
from clinic_desk.ui.kit import (
    Banner,
    Card,
    Chip,
    Kind,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    StepLine,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow

_SIDE_BY_SIDE_FROM: Final = 1000


class FactGrid(QWidget):
    """Pairs of a caption and what stands to it, below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        space(self._grid, 0, 6)
        self._grid.setColumnStretch(1, 1)
        self._pairs: list[tuple[PlainLabel, PlainLabel]] = []

    def texts(self) -> list[str]:
        """What stands in the second column, in order."""
        return [text.text() for _, text in self._pairs if not text.isHidden()]

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these; a pair whose second part is "" is left out."""
        wanted = [(caption, text) for caption, text in facts if text]
        while len(self._pairs) < len(wanted):
            caption = PlainLabel(role="small", tone="muted")
            text = PlainLabel(wraps=True, data=True)
            number = len(self._pairs)
            text.setObjectName(f"attachment_case_text_fact_{number}")
            self._grid.addWidget(caption, number, 0)
            self._grid.addWidget(text, number, 1)
            self._pairs.append((caption, text))
        for number, (caption, text) in enumerate(self._pairs):
            is_shown = number < len(wanted)
            caption.setVisible(is_shown)
            text.setVisible(is_shown)
            if is_shown:
                caption.setText(wanted[number][0])
                text.setText(wanted[number][1])


class CaseView(QWidget):
    """The parts of the page, named; what they do is for `CasePage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._is_paper_below: bool | None = None
        self.close_button = SecondaryButton(key="Esc")
        self.close_button.setObjectName("attachment_case_button_close")
        self.withdraw = SecondaryButton(key="Del", icon="arrow-u-up-left")
        self.withdraw.setObjectName("attachment_case_button_withdraw")
        self.end = SecondaryButton(icon="link-break")
        self.end.setObjectName("attachment_case_button_end")
        self.print_button = SecondaryButton(key="Ctrl+P", icon="printer")
        self.print_button.setObjectName("attachment_case_button_print")
        self.answer = PrimaryButton(key="Ctrl+Enter", icon="envelope-open")
        self.answer.setObjectName("attachment_case_button_answer")
        self.again = PrimaryButton(key="F4", icon="identification-card")
        self.again.setObjectName("attachment_case_button_again")
        acts = (self.close_button, self.withdraw, self.end, self.print_button, self.answer, self.again)
        self.head = PageHead(words, acts)
        self.trouble = Banner(Kind.ERR, wide=False)
        self.trouble.setObjectName("attachment_case_banner_trouble")
        self.trouble.hide()
        self.state_title = SectionTitle("")
        self.chip = Chip(large=True)
        self.chip.setObjectName("attachment_case_chip_state")
        self.steps = StepLine()
        self.what = PlainLabel(wraps=True)
        self.what.setObjectName("attachment_case_text_what")
        self.due = DueStrip()
        self.change = ChangeCards(words)
        self.facts = FactGrid()
        self.history = FactGrid()
        self.history_title = SectionTitle("")
        self.facts_title = SectionTitle("")
        self.paper_card = PaperCard(words)
        self.paper_card.due.hide()
        self.paper_card.received.hide()
        self.paper_card.drop.hide()
        self.form = ScrollPage(margins=(0, 2, 4, 2), gap=12)
        self._arrange()
        look().changed.connect(self._place_paper)
        words.follow(self._retell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_paper()

    def _arrange(self) -> None:
        state = Card(margins=(18, 14, 18, 14), gap=10)
        state.body.addWidget(FlowRow(self.state_title, self.chip))
        state.body.addWidget(self.steps)
        state.body.addWidget(self.what)
        state.body.addWidget(self.due)
        facts = Card(margins=(18, 14, 18, 14), gap=8)
        facts.body.addWidget(self.facts_title)
        facts.body.addWidget(self.facts)
        history = Card(margins=(18, 14, 18, 14), gap=8)
        history.body.addWidget(self.history_title)
        history.body.addWidget(self.history)
        for part in (self.trouble, self.change, state, facts, history):
            self.form.body.addWidget(part)
        self.form.body.addStretch(1)
        self._both = QHBoxLayout()
        space(self._both, 0, 12)
        self._both.addWidget(self.form, 1)
        column = QVBoxLayout(self)
        space(column, (24, 18, 20, 14), 10)
        column.addWidget(self.head)
        column.addLayout(self._both, 1)

    def _place_paper(self) -> None:
        below = self.width() < look().px(_SIDE_BY_SIDE_FROM)
        if below != self._is_paper_below:
            self._is_paper_below = below
            if below:
                self.form.body.insertWidget(self.form.body.count() - 1, self.paper_card)
            else:
                self._both.addWidget(self.paper_card)
        self.paper_card.fit(self.width(), below=below)

    def _retell(self) -> None:
        say = self._words.say
        self.head.title.setText(say("attachment_screen.title"))
        self.close_button.setText(say("attachment_screen.cancel"))
        self.withdraw.setText(say("attachment_screen.act.withdraw"))
        self.end.setText(say("attachment_screen.act.end"))
        self.answer.setText(say("attachment_screen.act.answer"))
        self.again.setText(say("attachment_screen.act.again"))
        self.state_title.setText(say("attachment_screen.case.state"))
        self.facts_title.setText(say("attachment_screen.case.facts"))
        self.history_title.setText(say("attachment_screen.case.history"))
        self.head.refit()


__all__ = ["CaseView", "FactGrid"]
