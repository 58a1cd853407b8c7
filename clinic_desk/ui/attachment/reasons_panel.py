"""What the rules say against sending, with their sources, and the senior's reasons where one may allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.sentences import finding_sentence, instead_sentences, source_words
from clinic_desk.ui.kit import Card, PlainLabel, TextField, UiText, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.plain_label import Tone
from clinic_desk.ui.kit.theme import horizontal, vertical

_LOOKS: dict[Severity, tuple[str, Tone]] = {
    Severity.BLOCK: ("warning-circle", "err"),
    Severity.WARNING: ("warning", "warn"),
    Severity.NOTE: ("info", "info"),
}


class FindingRow(QWidget):
    """One finding: the sentence, what is possible now, the source, and a field for the reason if it may pass.

    Signals:
        edited: the reason was typed in.
    """

    edited = Signal()

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        icon, tone = _LOOKS[finding.severity]
        name = finding.code.replace(".", "_")
        self._mark = IconLabel(icon, tone, 18)
        self.sentence = PlainLabel(role="strong", tone=tone, wraps=True)
        self.sentence.setObjectName(f"attachment_finding_text_{name}")
        self.instead = PlainLabel(wraps=True)
        self.source = PlainLabel(role="caption", tone="muted", wraps=True)
        self.source.setObjectName(f"attachment_finding_source_{name}")
        self.reason = TextField(required=True)
        self.reason.setObjectName(f"attachment_finding_reason_{name}")
        self.reason.edit.setMaxLength(300)
        self.reason.edited.connect(lambda _text: self.edited.emit())
        lines = vertical(self.sentence, self.instead, self.source, self.reason, gap=3)
        row = horizontal(self._mark, lines, gap=10)
        row.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        row.setStretch(1, 1)
        self.setLayout(row)
        # Only now: a part shown before it has a parent would open a window of its own.
        self.reason.setVisible(finding.severity is Severity.WARNING)

    def say(self, words: UiText) -> None:
        """Show the finding in the language of the moment."""
        texts, finding = words.texts, self.finding
        self.sentence.setText(finding_sentence(texts, finding))
        instead = " ".join(instead_sentences(texts, finding))
        self.instead.setText(instead)
        self.instead.setVisible(bool(instead))
        source = source_words(texts, finding.source) if finding.source else ""
        self.source.setText(words.say("attachment_screen.source", source=source) if source else "")
        self.source.setVisible(bool(source))
        self.reason.set_label(words.say("attachment_screen.reason"))


class ReasonsPanel(Card):
    """All findings below each other; the senior's name once, for all that needs it.

    Signals:
        edited: a reason or the name was typed in.
        came: a warning that asks for a reason is shown that was not shown before.
    """

    edited = Signal()
    came = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(18, 12, 18, 14), gap=10, parent=parent)
        self.setObjectName("attachment_reasons_panel")
        self._words = words
        self._rows: list[FindingRow] = []
        self._column = QVBoxLayout()
        space(self._column, 0, 10)
        self.senior = TextField(required=True)
        self.senior.setObjectName("attachment_reasons_field_senior")
        self.senior.edit.setMaxLength(120)
        self.senior.edited.connect(lambda _text: self.edited.emit())
        self.body.addLayout(self._column)
        self.body.addWidget(self.senior)
        self.hide()
        words.follow(self._say)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these; reasons already typed stay with their findings."""
        before = {row.finding.code for row in self._rows if self._asks(row)}
        if [row.finding for row in self._rows] != list(findings):
            typed = self.reasons()
            for row in self._rows:
                row.hide()
                # The key event that brought this may still be inside the row.
                QTimer.singleShot(0, row.deleteLater)
            self._rows = [FindingRow(finding) for finding in findings]
            for row in self._rows:
                row.reason.set_text(typed.get(row.finding.code, ""))
                row.edited.connect(self.edited)
                self._column.addWidget(row)
            self._say()
        asking = {row.finding.code for row in self._rows if self._asks(row)}
        self.senior.setVisible(bool(asking))
        self.setVisible(bool(self._rows))
        if asking - before:
            self.came.emit()

    @property
    def rows(self) -> list[FindingRow]:
        """What is shown, in order."""
        return list(self._rows)

    def put(self, reasons: Mapping[str, str], allowed_by: str) -> None:
        """Let these reasons and this name stand in the fields, without a signal."""
        for row in self._rows:
            row.reason.set_text(reasons.get(row.finding.code, ""))
        self.senior.set_text(allowed_by)

    def reasons(self) -> dict[str, str]:
        """What was typed, by the code of the finding; empty ones are left out."""
        return {
            row.finding.code: row.reason.text().strip()
            for row in self._rows
            if self._asks(row) and row.reason.text().strip()
        }

    def allowed_by(self) -> str:
        """The name of the senior registrar."""
        return self.senior.text().strip()

    def first_open(self) -> TextField | None:
        """The first field that still waits for words."""
        fields = [row.reason for row in self._rows if self._asks(row)]
        if fields:
            fields.append(self.senior)
        return next((field for field in fields if not field.text().strip()), None)

    @staticmethod
    def _asks(row: FindingRow) -> bool:
        return row.finding.severity is Severity.WARNING

    def _say(self) -> None:
        self.senior.set_label(self._words.say("attachment_screen.senior"))
        for row in self._rows:
            row.say(self._words)


__all__ = ["FindingRow", "ReasonsPanel"]
