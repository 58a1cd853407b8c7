"""Layout of an application for attachment: now and new, three steps, the paper beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.services.attachment_rows import BasisChoice
from clinic_desk.ui.attachment.change_cards import ChangeCards
from clinic_desk.ui.attachment.consent_panel import ConsentPanel
from clinic_desk.ui.attachment.district_panel import DistrictPanel
from clinic_desk.ui.attachment.page_head import PageHead
from clinic_desk.ui.attachment.paper_card import PaperCard
from clinic_desk.ui.attachment.reasons_panel import ReasonsPanel
from clinic_desk.ui.attachment.trouble_bar import TroubleBar
from clinic_desk.ui.kit import (
    Banner,
    Card,
    Chip,
    Choice,
    ChoiceTiles,
    IconButton,
    Kind,
    LinkButton,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.theme import horizontal
from clinic_desk.ui.patients.date_field import DateField

_SIDE_BY_SIDE_FROM: Final = 1000


class ApplicationView(QWidget):
    """The parts of the page, named; what they do is for `ApplicationPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._bases: tuple[BasisChoice, ...] = ()
        self._is_paper_below: bool | None = None
        self.cancel = SecondaryButton(key="Esc")
        self.cancel.setObjectName("attachment_head_button_cancel")
        self.print_button = SecondaryButton(key="Ctrl+P", icon="printer")
        self.print_button.setObjectName("attachment_head_button_print")
        self.send = PrimaryButton(key="Ctrl+Enter", icon="paper-plane-tilt")
        self.send.setObjectName("attachment_head_button_send")
        self.head = PageHead(words, (self.cancel, self.print_button, self.send))
        self.trouble = TroubleBar(words)
        self.earlier = Banner(Kind.INFO, "x-circle", wide=False)
        self.earlier.setObjectName("attachment_form_banner_earlier")
        self.earlier_open = LinkButton()
        self.earlier_open.setObjectName("attachment_form_button_earlier")
        self.earlier.add_act(self.earlier_open)
        self.earlier.hide()
        self.reasons = ReasonsPanel(words)
        self.change = ChangeCards(words)
        self.say_now = IconButton("pencil-simple")
        self.say_now.setObjectName("attachment_now_button_previous")
        self.basis_title = SectionTitle("", 1)
        self.free_changes = Chip(Kind.NEUTRAL)
        self.free_changes.setObjectName("attachment_basis_chip_changes")
        self.basis = ChoiceTiles(columns=3)
        self.basis.setObjectName("attachment_basis_tile")
        self.rule_note = PlainLabel(role="caption", tone="muted", wraps=True)
        self.rule_note.setObjectName("attachment_basis_text_rule")
        self.rule_note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.contract = DateField(required=True)
        self.contract.setObjectName("attachment_basis_field_contract")
        self.contract.hide()
        self.consent = ConsentPanel(words)
        self.districts = DistrictPanel(words)
        self.paper_card = PaperCard(words)
        self.draft_drop = self.paper_card.drop
        self.form = ScrollPage(margins=(0, 2, 4, 2), gap=10)
        self._arrange()
        look().changed.connect(self._place_paper)
        words.follow(self._retell)

    def set_bases(self, bases: Sequence[BasisChoice]) -> None:
        """Show these bases as tiles."""
        self._bases = tuple(bases)
        say = self._words.say
        self.basis.set_choices(
            [Choice(base.code, say(f"attachment_screen.basis.{base.code}"), base.key) for base in bases]
        )

    def put_promise(self, line: QWidget) -> None:
        """What sending is worth now stands below the head."""
        self._column.insertWidget(1, line)

    def show_contract(self, shown: bool) -> None:
        """Ask until when the contract runs, or do not."""
        self.contract.setVisible(shown)

    def basis_value(self) -> AttachmentBasis | None:
        """The chosen basis."""
        value = self.basis.value()
        return value if isinstance(value, AttachmentBasis) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_paper()

    def _arrange(self) -> None:
        basis = Card(margins=(18, 12, 18, 14), gap=8)
        basis.setObjectName("attachment_basis_panel")
        title = horizontal(self.basis_title, self.rule_note, self.free_changes, gap=12)
        title.setStretch(1, 1)
        title.setAlignment(self.free_changes, Qt.AlignmentFlag.AlignVCenter)
        basis.body.addLayout(title)
        basis.body.addWidget(self.basis)
        basis.body.addLayout(horizontal(self.contract, None))
        self.change.now.row.addWidget(self.say_now, 0, Qt.AlignmentFlag.AlignVCenter)
        body = self.form.body
        for part in (self.trouble, self.earlier, self.reasons, self.change, basis, self.consent):
            body.addWidget(part)
        body.addWidget(self.districts, 1)
        self._both = QHBoxLayout()
        space(self._both, 0, 12)
        self._both.addWidget(self.form, 1)
        self._column = QVBoxLayout(self)
        space(self._column, (24, 18, 20, 14), 10)
        self._column.addWidget(self.head)
        self._column.addLayout(self._both, 1)

    def _place_paper(self) -> None:
        """The paper is beside the form, or its last part where the form needs the whole width."""
        below = self.width() < look().px(_SIDE_BY_SIDE_FROM)
        card = self.paper_card
        if below != self._is_paper_below:
            self._is_paper_below = below
            (self.form.body if below else self._both).addWidget(card)
        card.fit(self.width(), below=below)

    def _retell(self) -> None:
        say = self._words.say
        self.head.title.setText(say("attachment_screen.title"))
        self.cancel.setText(say("attachment_screen.cancel"))
        self.print_button.setText(say("attachment_screen.application"))
        self.send.setText(say("attachment_screen.send"))
        self.earlier_open.setText(say("attachment_screen.earlier.open"))
        self.say_now.setText(say("attachment_screen.previous.say"))
        self.basis_title.setText(say("attachment_screen.step.basis"))
        self.basis.setAccessibleName(say("attachment_screen.step.basis"))
        self.contract.set_label(say("attachment_screen.contract_until"))
        self.paper_card.title.setText(say("attachment_screen.preview"))
        self.set_bases(self._bases)
        self.head.refit()


__all__ = ["ApplicationView"]
