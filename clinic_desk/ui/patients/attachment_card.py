"""Where the patient is attached: state, district, doctor, basis, since when, and the open application."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from clinic_desk.domain.attachment import CaseState
from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.attachment_rows import AttachmentRow
from clinic_desk.services.ports import Clock
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.words import state_chip
from clinic_desk.ui.kit import (
    Card,
    Chip,
    ChipData,
    Kind,
    LinkButton,
    PlainLabel,
    SectionTitle,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow

_LOOKS = {
    AttachmentState.ATTACHED: (Kind.OK, "check-circle"),
    AttachmentState.PENDING: (Kind.INFO, "clock"),
    AttachmentState.ELSEWHERE: (Kind.WARN, "buildings"),
    AttachmentState.DETACHED: (Kind.WARN, "link-break"),
    AttachmentState.UNKNOWN: (Kind.NEUTRAL, "question"),
}


class AttachmentCard(Card):
    """A small card; says what is not known instead of leaving it out.

    Signals:
        attach_wanted: the person is to be attached, or the open application is to be seen.
    """

    attach_wanted = Signal()

    def __init__(self, words: UiText, rules: RuleBook, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, parent=parent)
        self.setObjectName("card_attachment_panel")
        self._words = words
        self._due = DueReader(rules, clock)
        self._card: PatientCard | None = None
        self._case: AttachmentRow | None = None
        self._title = SectionTitle()
        words.bind(self._title.setText, "card.attachment")
        self.chip = Chip()
        self.chip.setObjectName("card_attachment_chip_state")
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(self._head, 0, 8)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.chip)
        self.body.addLayout(self._head)
        grid = QGridLayout()
        space(grid, 0, 3)
        self.district = self._field(grid, 0, 0, "card.attachment.district")
        self.doctor = self._field(grid, 0, 1, "card.attachment.doctor")
        self.basis = self._field(grid, 2, 0, "card.attachment.basis", span=2)
        self.address = self._field(grid, 4, 0, "card.address", span=2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.case_chip = Chip()
        self.case_chip.setObjectName("card_attachment_chip_case")
        self.term = PlainLabel(role="caption", tone="muted", wraps=True)
        self.term.setObjectName("card_attachment_text_term")
        self.attach = LinkButton("", "F4", "identification-card")
        self.attach.setObjectName("card_attachment_button_attach")
        self.attach.clicked.connect(self.attach_wanted)
        self.body.addStretch(1)
        self.body.addWidget(self.term)
        self.body.addWidget(FlowRow(self.case_chip, self.attach))
        self._grid = grid
        look().changed.connect(self._arrange)
        words.follow(self._say)

    def show_card(self, card: PatientCard, case: AttachmentRow | None = None) -> None:
        """Show this card's attachment and address, and the case that waits for its end."""
        self._card, self._case = card, case
        self._say()

    def minimumSizeHint(self) -> QSize:
        inner = max(
            self._title.sizeHint().width(),
            self.chip.sizeHint().width(),
            self._grid.minimumSize().width(),
            self.attach.sizeHint().width(),
        )
        return QSize(inner + self._margins(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _margins(self) -> int:
        margins = self.body.contentsMargins()
        return margins.left() + margins.right() + self.width() - self.contentsRect().width()

    def _arrange(self) -> None:
        """The state stands beside the title, or below it where the card is narrow."""
        beside = self._title.sizeHint().width() + self._head.spacing() + self.chip.sizeHint().width()
        fits = beside + self._margins() <= self.width()
        self._head.setDirection(
            QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        )

    def _field(self, grid: QGridLayout, row: int, column: int, key: str, span: int = 1) -> PlainLabel:
        label = PlainLabel(role="caption", tone="muted")
        label.setContentsMargins(0, look().px(6) if row else 0, 0, 0)
        self._words.bind(label.setText, key)
        value = PlainLabel(wraps=True, data=True)
        value.setObjectName(f"card_attachment_text_{key.rpartition('.')[2]}")
        grid.addWidget(label, row, column, 1, span)
        grid.addWidget(value, row + 1, column, 1, span)
        return value

    def _say(self) -> None:
        if self._card is None:
            return
        say = self._words.say
        card = self._card
        attachment = card.patient.attachment
        kind, icon = _LOOKS[attachment.state]
        state = say(f"labels.attachment.{attachment.state}")
        self.chip.set_chip(ChipData(kind, state, icon), say("card.attachment.sentence", state=state))
        nothing = say("card.attachment.not_told")
        district = card.district
        self.district.setText(
            say(f"labels.district.{district.kind}", number=district.number) if district else nothing
        )
        self.doctor.setText(card.district_doctor.name.short if card.district_doctor else nothing)
        basis = say(f"labels.basis.{attachment.basis}") if attachment.basis else nothing
        if attachment.since:
            basis = say("card.attachment.basis_since", basis=basis, since=attachment.since)
        self.basis.setText(basis)
        self.address.setText(card.patient.address or nothing)
        self._say_case()
        self._arrange()

    def _say_case(self) -> None:
        say, case = self._words.say, self._case
        self.case_chip.setVisible(case is not None)
        self.attach.setText(say("attachment_screen.card.open" if case else "attachment_screen.card.attach"))
        term = ""
        if case is not None:
            chip = state_chip(self._words, case.state)
            self.case_chip.set_chip(chip, say("attachment_screen.card.case", state=chip.text))
            if case.state is CaseState.SENT and case.due_at is not None:
                due = self._due.short(case.due_at, self._words)
                term = say("attachment_screen.card.term", term=due.title, until=due.text)
            elif case.effective_on is not None:
                term = say("attachment_screen.effective.day", day=case.effective_on)
        self.term.setText(term)
        self.term.setVisible(bool(term))
