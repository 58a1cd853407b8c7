"""What the rules say, above the form: what stands in the way, what is possible instead, the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.sentences import finding_sentence, instead_sentences
from clinic_desk.ui.kit import Banner, Kind, PlainLabel, UiText, space

CHECK_AGAIN: Final = "check_again"


class FindingsPanel(QWidget):
    """A summary of blocking findings and the notes. Takes no room while there is nothing to say."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referral_findings_panel")
        self._words = words
        self.blocks = Banner(Kind.ERR, wide=False)
        self.blocks.setObjectName("referral_findings_banner_blocks")
        self.blocks.strong.setWordWrap(False)
        self.instead = PlainLabel(role="caption", wraps=True)
        self.instead.setObjectName("referral_findings_label_instead")
        self.notes = Banner(Kind.INFO, "info", wide=False)
        self.notes.setObjectName("referral_findings_banner_notes")
        column = QVBoxLayout(self)
        space(column, 0, 6)
        for part in (self.blocks, self.instead, self.notes):
            column.addWidget(part)
            part.hide()
        self.hide()

    def show_findings(self, findings: Sequence[Finding], extra: str = "") -> None:
        """Show these, and before them `extra`, a sentence about something that went wrong."""
        texts = self._words.texts
        blocks = [f for f in findings if f.severity is Severity.BLOCK]
        notes = [f for f in findings if f.severity is Severity.NOTE]
        sentences = [extra] * bool(extra) + [finding_sentence(texts, f) for f in blocks]
        # Checking again has a button of the dialog with its key; the rest is said in words.
        ways = [replace(f, instead=tuple(code for code in f.instead if code != CHECK_AGAIN)) for f in blocks]
        instead = list(dict.fromkeys(line for f in ways for line in instead_sentences(texts, f)))
        self.blocks.set_text("\n".join(sentences))
        self.blocks.setVisible(bool(sentences))
        self.instead.setText(
            "\n".join([texts.say("referral.findings.instead"), *(f"• {line}" for line in instead)])
        )
        self.instead.setVisible(bool(instead))
        self.notes.set_text("\n".join(finding_sentence(texts, f) for f in notes))
        self.notes.setVisible(bool(notes))
        self.setVisible(bool(sentences or notes))


def sources_of(findings: Sequence[Finding], *more: str) -> list[str]:
    """The sources of these rules, each once."""
    return list(dict.fromkeys(source for source in (*more, *(f.source for f in findings)) if source))
