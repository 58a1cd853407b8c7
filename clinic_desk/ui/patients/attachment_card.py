"""Where the patient is attached: state, district, doctor, basis, since when."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.kit import Card, Chip, ChipData, Kind, PlainLabel, SectionTitle, UiText, look, space

_LOOKS = {
    AttachmentState.ATTACHED: (Kind.OK, "check-circle"),
    AttachmentState.PENDING: (Kind.INFO, "clock"),
    AttachmentState.ELSEWHERE: (Kind.WARN, "buildings"),
    AttachmentState.DETACHED: (Kind.WARN, "link-break"),
    AttachmentState.UNKNOWN: (Kind.NEUTRAL, "question"),
}


class AttachmentCard(Card):
    """A small card; says what is not known instead of leaving it out."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, parent=parent)
        self.setObjectName("card_attachment_panel")
        self._words = words
        self._card: PatientCard | None = None
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
        self.body.addStretch(1)
        self._grid = grid
        look().changed.connect(self._arrange)
        words.follow(self._say)

    def show_card(self, card: PatientCard) -> None:
        """Show this card's attachment and address."""
        self._card = card
        self._say()

    def minimumSizeHint(self) -> QSize:
        inner = max(
            self._title.sizeHint().width(), self.chip.sizeHint().width(), self._grid.minimumSize().width()
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
        self._arrange()
