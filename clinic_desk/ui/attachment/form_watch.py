"""Asks the rules about the form beside the window, and says in words what still stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.domain.findings import blocks, warnings
from clinic_desk.sentences import finding_sentence
from clinic_desk.services.attachment import AttachmentService
from clinic_desk.services.attachment_rows import AttachmentCheck, AttachmentForm, DocumentChoice
from clinic_desk.ui.kit import Jobs, UiText

_PAUSE_MS: Final = 60
MISSING: Final = frozenset(
    {
        "attachment.no_consent",
        "attachment.no_basis",
        "attachment.no_district",
        "attachment.no_identity_document",
        "attachment.document_missing",
        "attachment.no_contract_date",
        "attachment.no_giver_name",
    }
)
"""What is merely not filled in yet: said beside the button, not as a finding above the form."""
OUTSIDE: Final = "attachment.outside_area"
"""The note that asks for a word on care at home."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of a form, and the documents that have a place in it."""

    form: AttachmentForm
    check: AttachmentCheck
    documents: tuple[DocumentChoice, ...]


class FormWatch(QObject):
    """One question at a time; an older answer never replaces a newer one.

    Args:
        service: the use cases.
        jobs: the lanes.
        read: the form as it stands, None while nobody's is open.
        parent: as in Qt.

    Signals:
        checked: the `Checked` of the form as it stands now.
        failed: the `ClinicDeskError` that kept the rules from being asked.
    """

    checked = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        service: AttachmentService,
        jobs: Jobs,
        read: Callable[[], AttachmentForm | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._read = read
        self._answer: Checked | None = None
        self._turn = 0
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def answer(self) -> Checked | None:
        """The answer for the form as it stands, None while it is being asked for."""
        return self._answer if self._answer is not None and self._answer.form == self._read() else None

    def ask(self) -> None:
        """The form has changed."""
        self._turn += 1
        self._timer.start()

    def end(self) -> None:
        """Nothing more is asked."""
        self._turn += 1
        self._timer.stop()
        self._answer = None

    def take(self, answer: Checked) -> None:
        """The page has asked by itself, together with something else."""
        self._answer = answer
        self.checked.emit(answer)

    def _ask(self) -> None:
        form, turn = self._read(), self._turn
        if form is None:
            return
        service = self._service
        self._jobs.run(
            lambda: checked(service, form),
            lambda answer: self._on_answer(turn, answer),
            self.failed.emit,
            owner=self,
        )

    def _on_answer(self, turn: int, answer: Checked) -> None:
        if turn == self._turn:
            self.take(answer)


def checked(service: AttachmentService, form: AttachmentForm) -> Checked:
    """Ask the rules about a form. Runs in a lane."""
    return Checked(form, service.check(form), tuple(service.documents(form.basis, form.consent)))


def why_not(words: UiText, answer: Checked) -> str:
    """Why the form cannot be sent yet, in one sentence; "" when it can."""
    findings = answer.check.findings
    blocking = blocks(findings)
    if blocking:
        missing = [finding for finding in blocking if finding.code in MISSING]
        return finding_sentence(words.texts, (missing or blocking)[0])
    form = answer.form
    asking = [
        finding for finding in warnings(findings) if not form.reasons_given.get(finding.code, "").strip()
    ]
    if asking:
        return words.say("attachment_screen.why.reason")
    if warnings(findings) and not form.allowed_by.strip():
        return words.say("attachment_screen.why.senior")
    return ""


__all__ = ["MISSING", "OUTSIDE", "Checked", "FormWatch", "checked", "why_not"]
