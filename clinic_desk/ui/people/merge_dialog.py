"""Two cards of one person side by side: what is taken from which, why, and who looked at it too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_desk.domain.findings import Severity
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.sentences import finding_sentence
from clinic_desk.services.merging import MergeForm, MergeSides
from clinic_desk.ui.kit import (
    Banner,
    Kind,
    LinkButton,
    Modal,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    TextField,
    UiText,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.people.person_words import Districts, side_words
from clinic_desk.ui.people.sides_table import SideRow, SidesTable
from clinic_desk.ui.register.other_reasons import said


class MergeDialog(Modal):
    """Digits choose field by field, Alt+S lets the other card stay, Ctrl+Enter merges.

    Signals:
        merge_wanted: a `MergeForm`.
        swap_wanted: the ids of the card that shall stay and of the one that goes.
    """

    merge_wanted = Signal(object)
    swap_wanted = Signal(str, str)

    def __init__(self, words: UiText, places: Callable[[], Places], parent: QWidget | None = None) -> None:
        super().__init__(icon="users", width=1100, height=0, parent=parent)
        self.setObjectName("merge_dialog")
        self._words = words
        self._places = places
        self._sides: MergeSides | None = None
        self._districts: Districts = {}
        self._taken: set[MergeField] = set()
        self._is_busy = False
        self._build()
        words.follow(self._say)

    def start(self, sides: MergeSides, districts: Districts, over: QWidget) -> None:
        """The dialog lies over the window of `over`; what was typed of the same two cards stays."""
        is_new = self._sides is None or {sides.kept.id, sides.gone.id} != {
            self._sides.kept.id,
            self._sides.gone.id,
        }
        self._sides, self._districts = sides, districts
        self._taken = set(sides.taken)
        if is_new:
            self.reason.set_text("")
            self.allowed_by.set_text("")
        for field in (self.reason, self.allowed_by):
            field.set_error("")
        self.show_problem("")
        self._say()
        if not self.is_open:
            self.open_over(over)
        self.table.setFocus()

    def show_problem(self, text: str) -> None:
        """Say above the cards why nothing was merged; "" takes it away."""
        self._set_busy(False)
        self.problem.setVisible(bool(text))
        self.problem.set_text(text)

    def show_errors(self, sentences: dict[str, str]) -> None:
        """Mark the reason or the second person as missing, by the names of `MergeForm`."""
        self._set_busy(False)
        fields = {"reason": self.reason, "allowed_by": self.allowed_by}
        for name, field in fields.items():
            field.set_error(sentences.get(name, ""))
        first = next((name for name in fields if name in sentences), "")
        if first:
            fields[first].setFocus()

    def merge(self) -> None:
        """Ctrl+Enter."""
        if self._sides is None or self._is_busy:
            return
        self._set_busy(True)
        sides = self._sides
        self.merge_wanted.emit(
            MergeForm(
                sides.kept, sides.gone, frozenset(self._taken), self.reason.text(), self.allowed_by.text()
            )
        )

    def swap(self) -> None:
        """Alt+S: the other card stays."""
        if self._sides is not None and not self._is_busy:
            self.swap_wanted.emit(self._sides.gone.id, self._sides.kept.id)

    def _build(self) -> None:
        self.problem = Banner(Kind.ERR, wide=False)
        self.problem.setObjectName("merge_banner_problem")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.findings = QWidget()
        self._findings = QVBoxLayout(self.findings)
        space(self._findings, 0, 6)
        self.body.addWidget(self.findings)
        self.lead = PlainLabel(tone="muted", wraps=True)
        self.swap_button = LinkButton("", "Alt+S")
        self.swap_button.setObjectName("merge_button_swap")
        self.swap_button.clicked.connect(self.swap)
        self._words.bind(self.swap_button.setText, "people.merge.swap")
        self.body.addWidget(FlowRow(self.lead, self.swap_button))
        self.table = SidesTable(self._words)
        self.table.turned.connect(self._on_turned)
        self.body.addWidget(self.table)
        self.rows_note = Banner(Kind.INFO, wide=False)
        self.rows_note.setObjectName("merge_banner_rows")
        self.body.addWidget(self.rows_note)
        self.reason = TextField(required=True)
        self.reason.setObjectName("merge_field_reason")
        self.allowed_by = TextField(required=True)
        self.allowed_by.setObjectName("merge_field_allowed_by")
        for field in (self.reason, self.allowed_by):
            field.edit.setMaxLength(200)
        self._words.bind(self.reason.set_label, "people.merge.reason")
        self._words.bind(self.allowed_by.set_label, "people.merge.allowed_by")
        grid = QGridLayout()
        space(grid, 0, 12)
        grid.addWidget(self.reason, 0, 0)
        grid.addWidget(self.allowed_by, 0, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        cancel = SecondaryButton("", "Esc")
        cancel.setObjectName("merge_button_cancel")
        cancel.clicked.connect(self.dismiss)
        self._words.bind(cancel.setText, "register.cancel")
        self.merge_button = PrimaryButton("", "Ctrl+Enter", "users")
        self.merge_button.setObjectName("merge_button_merge")
        self.merge_button.clicked.connect(self.merge)
        self.merge_button.claim_key(self)
        self._words.bind(self.merge_button.setText, "people.merge.do")
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.merge_button)
        swap_key = QShortcut(QKeySequence("Alt+S"), self)
        swap_key.setAutoRepeat(False)
        swap_key.activated.connect(self.swap)

    def _on_turned(self, field: object) -> None:
        assert isinstance(field, MergeField)  # noqa: S101 - the table's own rows
        self._taken ^= {field}
        self._show_rows()

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.merge_button.setEnabled(not is_busy and not self._is_blocked())

    def _is_blocked(self) -> bool:
        return self._sides is not None and any(
            finding.severity is Severity.BLOCK for finding in self._sides.findings
        )

    def _say(self) -> None:
        self.set_title(self._words.say("people.merge.title"))
        if self._sides is None:
            return
        say = self._words.say
        self.subtitle.setText(self._sides.kept.name.full)
        same = not self._sides.differing
        self.lead.setText(say("people.merge.same" if same else "people.merge.lead"))
        self.table.setVisible(not same)
        self._show_rows()
        self._show_findings(self._sides)
        gone = self._sides.gone_rows
        counts = [say(f"people.rows.{table}", n=count) for table, count in gone.items() if count]
        text = say("people.merge.rows", rows=", ".join(counts)) if counts else say("people.merge.no_rows")
        self.rows_note.set_text(text)
        self._set_busy(self._is_busy)
        self._place()

    def _show_rows(self) -> None:
        sides, words, places = self._sides, self._words, self._places()
        if sides is None:
            return
        self.table.show_rows(
            [
                SideRow(
                    number,
                    field,
                    side_words(words, places, self._districts, sides.kept, field),
                    side_words(words, places, self._districts, sides.gone, field),
                    field in self._taken,
                )
                for number, field in enumerate(sides.differing, 1)
            ]
        )

    def _show_findings(self, sides: MergeSides) -> None:
        while item := self._findings.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for finding in sides.findings:
            is_blocking = finding.severity is Severity.BLOCK
            banner = Banner(Kind.ERR if is_blocking else Kind.WARN, "warning", wide=False)
            banner.setObjectName(f"merge_banner_{finding.code.partition('.')[2]}")
            sentence = finding_sentence(self._words.texts, finding)
            reason = str(finding.params.get("reason", ""))
            banner.set_text(sentence.replace(reason, said(self._words, reason)) if reason else sentence)
            self._findings.addWidget(banner)
        self.findings.setVisible(bool(sides.findings))
