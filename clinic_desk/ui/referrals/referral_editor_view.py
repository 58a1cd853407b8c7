"""Layout of the dialog that issues a referral: three numbered blocks, the slip, the acts below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from clinic_desk.domain.rule_tables import Reason
from clinic_desk.ui.kit import (
    Chip,
    Choice,
    ChoiceTiles,
    ComboField,
    DataTable,
    Kind,
    LinkButton,
    Modal,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    SlipPane,
    TextField,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.keymap import digit_of
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.patients.date_field import DateField
from clinic_desk.ui.referrals.earlier_panel import EarlierPanel
from clinic_desk.ui.referrals.findings_panel import FindingsPanel

if TYPE_CHECKING:
    from clinic_desk.ui.sync.promise_line import PromiseFollower

_HEIGHT = 728
_SLIP_WIDTH = 330
_SLIP_HEIGHT_BELOW = 560
_SIDE_BY_SIDE = 1000
"""A panel at least this wide, in pixels at scale 1, has the slip beside the form; else it is below."""
_NO_LIMIT = 16_777_215  # QWIDGETSIZE_MAX
_TABLE_LEAST = 36 + 3 * 38 + 4


class ReferralEditorView(Modal):
    """The parts of the dialog, named; what they do is for `ReferralEditor`.

    Signals:
        left: Esc, the close button or a click on it: the person leaves, the draft stays.
        digit_pressed: a digit that no field took, by the place of its key.
    """

    left = Signal()
    digit_pressed = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(icon="paper-plane-tilt", height=_HEIGHT, parent=parent)
        self.setObjectName("referral_dialog")
        self._words = words
        self._reasons: tuple[Reason, ...] = ()
        self._is_slip_below = False
        self.findings = FindingsPanel(words)
        self.earlier = EarlierPanel(words)
        self._build_fields()
        self._build_reasons()
        self._build_suppliers()
        self._build_slip()
        self._build_acts()
        self._arrange()
        words.follow(self._retell)

    def set_reasons(self, reasons: Sequence[Reason]) -> None:
        """Show these reasons, each with its digit."""
        self._reasons = tuple(reasons)
        self.reasons.set_choices(
            [Choice(r.code, self._words.say(f"labels.reason.{r.code}"), r.key) for r in self._reasons]
        )

    def set_evidence_hint(self, reason: str) -> None:
        """Suggest what evidence fits the reason."""
        key = f"referral.evidence_hint.{reason}"
        hint = key if reason and self._words.has(key) else "referral.evidence_hint"
        self._words.bind(self.evidence.setPlaceholderText, hint)

    def show_note(self, shown: bool) -> None:
        """The field for a note is there, or only the link to it."""
        self.note.setVisible(shown)
        self.note_link.setVisible(not shown)

    def show_supplier_text(self, key: str) -> None:
        """Show a sentence in the place of the table; "" brings the table back."""
        self.table.setVisible(not key)
        self.supplier_text.setVisible(bool(key))
        if key:
            self._words.bind(self.supplier_text.setText, key)

    def show_top(self) -> None:
        """Scroll the form to its beginning, as far as the control in use stays in sight."""
        # What has just appeared has its place after the next turn of the loop.
        QTimer.singleShot(0, self, self._scroll_to_top)

    def dismiss(self) -> None:
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        # F5 is the dialog's here, not that of the card below.
        is_f5 = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F5
        if is_f5 and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.check_again.click()
            return
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        pressed = digit_of(event)
        if pressed and not event.modifiers() & commands:
            self.digit_pressed.emit(pressed)
        super().keyPressEvent(event)

    def _build_fields(self) -> None:
        self.service = ComboField(required=True)
        self.service.setObjectName("referral_service_field")
        self.diagnosis = ComboField(required=True)
        self.diagnosis.setObjectName("referral_diagnosis_field")
        self.doctor = ComboField(required=True)
        self.doctor.setObjectName("referral_doctor_field")
        self.verdict = Chip(Kind.NEUTRAL)
        self.verdict.setObjectName("referral_verdict_chip")
        self.verdict.hide()
        self.verdict_line = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.verdict_line.setObjectName("referral_verdict_label")
        self.verdict_line.hide()
        self.check_again = LinkButton(key="F5", icon="arrows-clockwise")
        self.check_again.setObjectName("referral_verdict_button_check")
        self._words.bind(self.check_again.setText, "referral.findings.check_again")
        self.onset = DateField()
        self.onset.setObjectName("referral_onset_field")
        self.onset.hide()

    def _build_reasons(self) -> None:
        self.reasons = ChoiceTiles(columns=3)
        self.reasons.setObjectName("referral_reason_tile")
        self.reason_error = _error_label("referral_reason_label_error")
        self.evidence = QLineEdit()
        self.evidence.setObjectName("referral_evidence_field")
        self.evidence.setMaxLength(300)
        self.evidence_label = PlainLabel(role="field")
        self.evidence_label.setBuddy(self.evidence)

    def _build_suppliers(self) -> None:
        self.table = DataTable(row_height=38)
        self.table.setObjectName("referral_supplier_table")
        self.supplier_text = PlainLabel(tone="muted", wraps=True)
        self.supplier_text.setObjectName("referral_supplier_label_text")
        self.supplier_text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.supplier_error = _error_label("referral_supplier_label_error")
        self.list_remark = PlainLabel(role="caption", tone="muted")
        self.list_remark.setObjectName("referral_supplier_label_list")
        self.list_old = Chip(Kind.WARN)
        self.list_old.setObjectName("referral_supplier_chip_old")
        self.list_old.hide()
        self.by_date = PlainLabel(role="caption", tone="muted", wraps=True)
        self.note = TextField()
        self.note.setObjectName("referral_note_field")
        self.note.hide()
        self.note_link = LinkButton(key="Alt+N", icon="note-pencil")
        self.note_link.setObjectName("referral_note_button_add")
        self.sources = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.sources.setObjectName("referral_sources_label")
        self.sources.hide()

    def _build_slip(self) -> None:
        self.slip = SlipPane()
        self.slip.setObjectName("referral_slip_pane")
        self.printer_line = PlainLabel(role="caption", tone="muted", data=True)
        self.printer_line.setObjectName("referral_printer_label")
        self.printer_line.set_eliding(True)
        self.printer_change = LinkButton()
        self.printer_change.setObjectName("referral_printer_button_change")
        self.printer_field = ComboField()
        self.printer_field.setObjectName("referral_printer_field")
        self.printer_field.hide()
        self.printer_icon = IconLabel("printer", "text2", 16)
        self.slip.foot.addWidget(self.printer_icon)
        self.slip.foot.addWidget(self.printer_line, 1)
        self.slip.foot.addWidget(self.printer_field, 1)
        self.slip.foot.addWidget(self.printer_change)

    def _build_acts(self) -> None:
        self.draft_line = PlainLabel(role="caption", tone="muted")
        self.draft_line.setObjectName("referral_draft_label")
        self.draft_empty = LinkButton()
        self.draft_empty.setObjectName("referral_draft_button_empty")
        self.draft_line.hide()
        self.draft_empty.hide()
        self.cancel = SecondaryButton(key="Esc")
        self.cancel.setObjectName("referral_button_cancel")
        self.cancel.clicked.connect(self.dismiss)
        self.promise: PromiseFollower
        self.worth = PlainLabel(role="caption", tone="muted", wraps=True)
        self.worth.setObjectName("referral_label_worth")
        self.worth.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.issue_only = SecondaryButton(icon="check")
        self.issue_only.setObjectName("referral_button_issue")
        self.issue_print = PrimaryButton(key="Ctrl+Enter", icon="printer")
        self.issue_print.setObjectName("referral_button_issue_print")
        self.issue_print.claim_key(self)

    def _arrange(self) -> None:
        first = SectionTitle(number=1)
        first.trailing.addWidget(self.verdict)
        fields = QHBoxLayout()
        space(fields, 0, 12)
        for field, share in ((self.service, 3), (self.diagnosis, 2), (self.doctor, 2)):
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            fields.addWidget(field, share)
        second = SectionTitle(number=2)
        self.reason_keys = PlainLabel(role="caption", tone="muted")
        second.trailing.addWidget(self.reason_keys)
        strip = horizontal(
            IconLabel("calendar-blank", "text2", 18), self.evidence_label, self.evidence, gap=8
        )
        strip.setStretchFactor(self.evidence, 1)
        third = SectionTitle(number=3)
        third.trailing.addWidget(self.list_old)
        third.trailing.addWidget(self.list_remark)
        self._titles = (first, second, third)
        foot_line = QHBoxLayout()
        space(foot_line, 0, 12)
        foot_line.addWidget(self.by_date, 1)
        foot_line.addStretch(0)
        foot_line.addWidget(self.note_link, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

        # The ring around a control needs its four pixels.
        self.form_page = ScrollPage(margins=(5, 5, 8, 5), gap=12)
        self.form_page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        left = self.form_page.body
        left.addWidget(self.findings)
        left.addLayout(vertical(first, fields, self._verdict_strip(), gap=8))
        left.addWidget(self.earlier)
        left.addLayout(vertical(second, self.reasons, self.reason_error, strip, gap=8))
        suppliers = vertical(third, self.table, self.supplier_text, self.supplier_error, foot_line, gap=6)
        suppliers.setStretchFactor(self.table, 1)
        suppliers.setStretchFactor(self.supplier_text, 1)
        left.addLayout(suppliers, 1)
        left.addWidget(self.note)
        left.addWidget(self.sources)
        self._both = QHBoxLayout()
        space(self._both, 0, 12)
        self._both.addWidget(self.form_page, 1)
        self._both.addWidget(self.slip)
        self.body.addLayout(self._both, 1)
        space(self.body, (19, 7, 24, 12), 0)

        self.head.insertWidget(self.head.count() - 1, self.check_again)
        self.head.insertWidget(self.head.count() - 1, self.draft_line)
        self.head.insertWidget(self.head.count() - 1, self.draft_empty)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.worth, 1)
        self.foot.addWidget(self.issue_only)
        self.foot.addWidget(self.issue_print)
        look().changed.connect(self._rescale)
        self._rescale()

    def _verdict_strip(self) -> QHBoxLayout:
        """The first day of the disease, where it is asked for, and what stands beside the verdict."""
        strip = QHBoxLayout()
        space(strip, 0, 12)
        self.onset.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        strip.addWidget(self.onset)
        strip.addWidget(self.verdict_line, 1, Qt.AlignmentFlag.AlignVCenter)
        return strip

    def _place(self) -> None:
        super()._place()
        self._put_slip(below=self.panel.width() < look().px(_SIDE_BY_SIDE))

    def _put_slip(self, *, below: bool) -> None:
        """The slip is beside the form, or the last part of it where the form needs the whole width."""
        if below != self._is_slip_below:
            self._is_slip_below = below
            column = self.form_page.body if below else self._both
            column.addWidget(self.slip)
            # A layout that changes while the dialog is hidden would keep the places it gave before.
            self.body.invalidate()
            self.body.activate()
        self._rescale()

    def _scroll_to_top(self) -> None:
        self.form_page.verticalScrollBar().setValue(0)
        used = QApplication.focusWidget()
        if used is not None and self.form_page.isAncestorOf(used):
            self.form_page.ensureWidgetVisible(used, 0, look().px(5))

    def _rescale(self) -> None:
        px, below = look().px, self._is_slip_below
        horizontal_policy = QSizePolicy.Policy.Expanding if below else QSizePolicy.Policy.Fixed
        self.slip.setSizePolicy(horizontal_policy, QSizePolicy.Policy.Expanding)
        self.slip.setMinimumWidth(0 if below else px(_SLIP_WIDTH))
        self.slip.setMaximumWidth(_NO_LIMIT if below else px(_SLIP_WIDTH))
        self.slip.setMinimumHeight(px(_SLIP_HEIGHT_BELOW) if below else 0)
        self.table.setMinimumHeight(look().px(_TABLE_LEAST))
        # The button that closes says its key itself, and whom the referral is for needs the room.
        self.hint.setVisible(look().scale == 1 and not below)

    def _retell(self) -> None:
        say = self._words.say
        self.set_title(say("referral.title"))
        self.hint.setText(say("referral.hint_close"))
        for title, step in zip(self._titles, ("service", "reason", "supplier"), strict=True):
            title.setText(say(f"referral.step.{step}"))
        for field, name in (
            (self.service, "service"),
            (self.diagnosis, "diagnosis"),
            (self.doctor, "doctor"),
        ):
            field.set_label(say(f"referral.{name}"))
            field.set_placeholder(say(f"referral.{name}_hint"))
        self.onset.set_label(say("verdict.onset"))
        self.onset.set_placeholder("05.11.2026")
        self.set_reasons(self._reasons)
        self.reasons.setAccessibleName(say("referral.step.reason"))
        self.reason_keys.setText(say("referral.reason_keys"))
        self.evidence_label.setText(say("referral.evidence"))
        self.evidence.setAccessibleName(say("referral.evidence"))
        self.table.setAccessibleName(say("referral.supplier.name"))
        self.by_date.setText(say("referral.supplier.by_date"))
        self.note.set_label(say("referral.note"))
        self.note.set_placeholder(say("referral.note_hint"))
        self.note_link.setText(say("referral.note_add"))
        self.slip.title.setText(say("referral.preview.title"))
        self.printer_change.setText(say("referral.preview.change"))
        self.printer_field.set_label(say("referral.preview.choose_printer"))
        self.draft_empty.setText(say("referral.draft.empty"))
        self.cancel.setText(say("referral.cancel"))
        self.issue_only.setText(say("referral.issue_only"))
        self.issue_print.setText(say("referral.issue_print"))


def _error_label(name: str) -> PlainLabel:
    label = PlainLabel(role="caption", tone="err", wraps=True)
    label.setObjectName(name)
    label.hide()
    return label
