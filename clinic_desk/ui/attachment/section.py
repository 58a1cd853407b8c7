"""The section of attachment: the list, an application, or a case, one in front."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import AttachmentCaseId, PatientId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.application_page import ApplicationPage
from clinic_desk.ui.attachment.case_list import CaseListPage
from clinic_desk.ui.attachment.case_page import CasePage
from clinic_desk.ui.attachment.opening import WRITTEN
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, UiText, space
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.referrals.issuing import Tell


class AttachmentSection(Page):
    """What the rail's "Attachment" shows.

    Signals:
        counted: how many answers are due today or late.
        left: an application or a case that was opened from a person's card was closed; whose it was.
    """

    counted = Signal(int)
    left = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        *,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("attachment_section")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._tell = tell
        self._came_from = ""
        self.list = CaseListPage(services, jobs, words, notifier, tell, dialogs=dialogs)
        self.application = ApplicationPage(services, jobs, words, notifier, tell, dialogs=dialogs)
        self.case = CasePage(services, jobs, words, notifier, tell, dialogs=dialogs)
        self._stack = QStackedWidget()
        for page in (self.list, self.application, self.case):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(self._stack)
        self.list.counted.connect(self.counted)
        self.list.case_wanted.connect(lambda case_id: self.open_case(AttachmentCaseId(case_id)))
        self.list.attach_wanted.connect(lambda patient_id: self.open_for(PatientId(patient_id)))
        self.application.left.connect(self._on_left)
        self.application.sent.connect(
            lambda case_id: self.open_case(AttachmentCaseId(case_id), just_sent=True)
        )
        self.application.case_wanted.connect(lambda case_id: self.open_case(AttachmentCaseId(case_id)))
        self.case.left.connect(self._on_left)
        self.case.again_wanted.connect(lambda patient_id: self.open_for(PatientId(patient_id)))
        self.case.draft_found.connect(self._on_draft)

    @property
    def current(self) -> QWidget | None:
        """The page in front."""
        return self._stack.currentWidget()

    @property
    def patient_id(self) -> str:
        """The person F4 speaks of here: of the chosen row, the application or the case; "" for nobody."""
        page = self.current
        return page.patient_id if isinstance(page, ApplicationPage | CaseListPage | CasePage) else ""

    def open_for(self, patient_id: PatientId, *, came_from_card: bool = False) -> None:
        """F4: the person's open case is in front, else a new application."""
        if self.current is self.application and self.application.patient_id == patient_id:
            self.application.go_on()
            return
        self._came_from = patient_id if came_from_card else ""
        services = self._services

        def read() -> tuple[PatientCard, AttachmentCase | None]:
            return services.patients.card(patient_id), services.attachments.open_case(patient_id)

        self._jobs.run(read, self._on_found, self._fail, owner=self)

    def open_case(self, case_id: AttachmentCaseId, *, just_sent: bool = False) -> None:
        """This case is in front."""
        self._stack.setCurrentWidget(self.case)
        self.case.show_case(case_id, just_sent=just_sent)

    def keep_draft(self) -> None:
        """What stands in an open application is being saved now."""
        self.application.keep_draft()

    def print_selected(self) -> None:
        """Ctrl+P: the paper of what is in front."""
        page = self.current
        if isinstance(page, ApplicationPage | CasePage | CaseListPage):
            page.print_selected()

    def on_shown(self) -> None:
        page = self.current
        if isinstance(page, Page):
            page.on_shown()

    def on_escape(self) -> bool:
        page = self.current
        return isinstance(page, Page) and page.on_escape()

    def first_focus(self) -> QWidget | None:
        page = self.current
        return page.first_focus() if isinstance(page, Page) else None

    def _on_found(self, found: tuple[PatientCard, AttachmentCase | None]) -> None:
        card, case = found
        if case is not None and case.state not in WRITTEN:
            self.open_case(case.id)
            return
        self._stack.setCurrentWidget(self.application)
        self.application.open_for(card, case)

    def _on_draft(self, case: AttachmentCase) -> None:
        services = self._services
        self._jobs.run(
            lambda: services.patients.card(case.patient_id),
            lambda card: self._on_found((card, case)),
            self._fail,
            owner=self,
        )

    def _on_left(self) -> None:
        self._stack.setCurrentWidget(self.list)
        self.list.reload()
        came_from, self._came_from = self._came_from, ""
        self.left.emit(came_from)
        if not came_from:
            focus = self.list.first_focus()
            if focus is not None and self.isVisible():
                focus.setFocus()

    def _fail(self, error: ClinicDeskError) -> None:
        self._tell(error_sentence(self._words.texts, error))


__all__ = ["AttachmentSection"]
