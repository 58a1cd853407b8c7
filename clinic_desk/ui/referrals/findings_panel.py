"""What the rules say, above the form: what stands in the way, what is possible instead, the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.sentences import finding_sentence, instead_sentences
from clinic_desk.ui.kit import Banner, Kind, LinkButton, PlainLabel, UiText, space

CHECK_AGAIN: Final = "check_again"


class FindingsPanel(QWidget):
    """A summary of blocking findings, the notes, and one act: check the insurance again.

    Takes no room while there is nothing to say.

    Signals:
        check_wanted: the person wants the insurance checked again.
    """

    check_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referral_findings_panel")
        self._words = words
        self.blocks = Banner(Kind.ERR, wide=False)
        self.blocks.setObjectName("referral_findings_banner_blocks")
        self.blocks.strong.setWordWrap(False)
        self.check_again = self._check_button("referral_findings_button_check")
        self.blocks.add_act(self.check_again)
        self.instead = PlainLabel(role="caption", wraps=True)
        self.instead.setObjectName("referral_findings_label_instead")
        self.notes = Banner(Kind.INFO, "info", wide=False)
        self.notes.setObjectName("referral_findings_banner_notes")
        self.check_in_note = self._check_button("referral_findings_button_check_note")
        self.notes.add_act(self.check_in_note)
        column = QVBoxLayout(self)
        space(column, 0, 6)
        for part in (self.blocks, self.instead, self.notes):
            column.addWidget(part)
            part.hide()
        self.hide()

    def check(self) -> bool:
        """Wants the insurance checked again, where that is offered: one key. False when it is not."""
        for button in (self.check_again, self.check_in_note):
            if button.isVisible():
                button.click()
                return True
        return False

    def _check_button(self, name: str) -> LinkButton:
        button = LinkButton(key="F5", icon="arrows-clockwise")
        button.setObjectName(name)
        button.clicked.connect(self.check_wanted)
        self._words.bind(button.setText, "referral.findings.check_again")
        return button

    def show_findings(self, findings: Sequence[Finding], extra: str = "") -> None:
        """Show these, and before them `extra`, a sentence about something that went wrong."""
        texts = self._words.texts
        blocks = [f for f in findings if f.severity is Severity.BLOCK]
        notes = [f for f in findings if f.severity is Severity.NOTE]
        sentences = [extra] * bool(extra) + [finding_sentence(texts, f) for f in blocks]
        # Checking again has a button with its key; the rest is said in words.
        ways = [replace(f, instead=tuple(code for code in f.instead if code != CHECK_AGAIN)) for f in blocks]
        instead = list(dict.fromkeys(line for f in ways for line in instead_sentences(texts, f)))
        self.blocks.set_text("\n".join(sentences))
        self.blocks.setVisible(bool(sentences))
        can_check = any(CHECK_AGAIN in f.instead for f in findings)
        self.check_again.setVisible(can_check)
        # One button at a time: beside what stands in the way, or else beside the note.
        self.check_in_note.setVisible(can_check and not sentences)
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
