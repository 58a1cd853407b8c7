"""Behaviour of an application for attachment: from F4 to the register without the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.findings import Severity
from clinic_desk.domain.ids import OperationId
from clinic_desk.services.attachment_rows import (
    PaperKind,
)
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.sync.exchange.promises import Act
from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.case_acts import CaseActs
from clinic_desk.ui.attachment.case_keeper import CaseKeeper
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.form_face import FormFace
from clinic_desk.ui.attachment.form_hand import FormHand
from clinic_desk.ui.attachment.form_watch import MISSING, OUTSIDE, Checked, FormWatch
from clinic_desk.ui.attachment.form_way import REASONS, FormWay
from clinic_desk.ui.attachment.opening import Opening, read_opening
from clinic_desk.ui.attachment.paper_preview import Draw, PaperPreview
from clinic_desk.ui.attachment.sender import Sender
from clinic_desk.ui.kit import (
    ChangeNotifier,
    Dialogs,
    Jobs,
    UiText,
    WindowDialogs,
    space,
)
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.referrals.issuing import Tell
from clinic_desk.ui.sync.promise_line import PromiseLine


class ApplicationPage(Page):
    """One application at a time.

    Args:
        services: the use cases.
        jobs: the lanes; no store is touched on the window's thread.
        words: the language of the window.
        notifier: told of what changed.
        tell: shows a sentence for some seconds.
        dialogs: asks for a line of words; over the window by default.
        parent: as in Qt.

    Signals:
        left: the page was closed; the draft is kept.
        sent: the id of the case that was sent.
        case_wanted: the id of an earlier case that is to be seen.
    """

    left = Signal()
    sent = Signal(str)
    case_wanted = Signal(str)

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
        self.setObjectName("attachment_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._open: Opening | None = None
        self._operation_id = OperationId("")
        self._sends_when_settled = False
        self._turn = 0
        self.view = view = ApplicationView(words)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        view.put_promise(PromiseLine(Act.ATTACH, words, notifier))
        dialogs = dialogs or WindowDialogs(words)
        self.hand = FormHand(view, words, services.clock, dialogs)
        self._acts = CaseActs(services, jobs, words, notifier, tell, dialogs, self)
        self._watch = FormWatch(services.attachments, jobs, lambda: self.hand.form, self)
        self._keeper = CaseKeeper(
            services.attachments, jobs, services.clock, notifier, lambda: self.hand.form, self
        )
        self._sender = Sender(services.attachments, jobs, words, notifier, tell, self)
        self._face = FormFace(view, words, DueReader(services.rules, services.clock), self._keeper)
        self._way = FormWay(view, self.hand, lambda: self._watch.answer is not None)
        self._preview = PaperPreview(view.paper_card, jobs, words, self._drawing)
        self._connect()
        words.follow(self._retell)

    # What the window asks of the page ----------------------------------------------------------

    def open_for(self, card: PatientCard, case: AttachmentCase | None) -> None:
        """The application of this person is in front: the draft `case`, or a new one."""
        if (
            self._open is not None
            and self._open.card.patient.id == card.patient.id
            and self.view.trouble.error is None
        ):
            self._way.go_on()
            return
        self.keep_draft()
        self._turn += 1
        turn, services, patient = self._turn, self._services, card.patient
        self.hand.end()
        self._open = None
        self._sender.forget()
        self._operation_id = OperationId(new_id())
        self._sends_when_settled = False
        self._show_trouble(None)
        self.view.head.show_person(patient, card.age)
        self.view.form.verticalScrollBar().setValue(0)
        self._preview.begin(patient.slip_language)

        self._jobs.run(
            lambda: read_opening(services, card, case),
            lambda found: self._on_opened(turn, found),
            self._show_trouble,
            owner=self,
        )

    @property
    def patient_id(self) -> str:
        """Whose application is open, "" while none is."""
        return self._open.card.patient.id if self._open else ""

    def go_on(self) -> None:
        """The focus is on the first place that is still open."""
        self._way.go_on()

    def on_escape(self) -> bool:
        self.leave()
        return True

    def first_focus(self) -> QWidget | None:
        return next(iter(self.view.basis.tiles()), None)

    def print_selected(self) -> None:
        """Ctrl+P: the application is printed as it stands, for the signature."""
        form = self.hand.form
        if form is not None:
            self._acts.print(form, PaperKind.APPLICATION)

    def keep_draft(self) -> None:
        """What stands in the form is being saved now."""
        if not self._sender.is_busy:
            self._keeper.flush()

    def leave(self) -> None:
        """The page is closed; what stands in it is kept."""
        if self._sender.is_busy:
            self._keeper.forget()
        else:
            self._keeper.end()
        self._close()
        self.left.emit()

    def _close(self) -> None:
        self._turn += 1
        self._open = None
        self._sender.forget()
        self.hand.end()
        self._watch.end()
        self._preview.end()

    # Opening -----------------------------------------------------------------------------------

    def _on_opened(self, turn: int, found: Opening) -> None:
        if turn != self._turn:
            return
        self._open = found
        view = self.view
        view.set_bases(found.bases)
        year = self._services.clock.today().year
        view.districts.show_choices(found.districts, found.form.district_id, year)
        self.hand.begin(found.card, found.form, found.actor.user, is_minor=found.is_minor)
        self._keeper.begin(found.actor, found.case, found.form if found.case is not None else None)
        self._watch.take(found.checked)
        view.reasons.put(found.form.reasons_given, found.form.allowed_by)
        self._preview.ask()
        self._retell()
        self._way.go_on()

    def _connect(self) -> None:
        view = self.view
        view.cancel.clicked.connect(self.leave)
        view.print_button.clicked.connect(self.print_selected)
        view.send.clicked.connect(self._send)
        view.draft_drop.clicked.connect(self._on_drop)
        view.earlier_open.clicked.connect(self._on_earlier)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._on_send_key)
        self.hand.changed.connect(self._on_changed)
        self.hand.passed.connect(self._way.go_on)
        self._watch.checked.connect(self._on_checked)
        self._watch.failed.connect(self._show_trouble)
        self._keeper.saved.connect(lambda _case: self._on_saved())
        self._keeper.failed.connect(self._on_not_saved)
        self._sender.sent.connect(self._on_sent)
        self._sender.refused.connect(self._on_refused)
        view.reasons.came.connect(self._on_reasons_came)
        view.trouble.mine_wanted.connect(self._on_mine)
        view.trouble.theirs_wanted.connect(self._on_theirs)

    # Changes -----------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._operation_id = OperationId(new_id())
        self._watch.ask()
        self._preview.ask()
        self._keeper.touch()
        self._show_send()
        self._face.show_new(self._watch.answer)

    def _on_checked(self, answer: Checked) -> None:
        view = self.view
        self.hand.show_documents(answer.documents)
        findings = answer.check.findings
        self.hand.show_outside(any(finding.code == OUTSIDE for finding in findings))
        view.reasons.show_findings(
            [f for f in findings if f.code not in MISSING and f.severity is not Severity.NOTE]
        )
        self._retell()
        self._way.settled()
        self._go_on_sending()

    def _on_saved(self) -> None:
        self._show_trouble(None)
        self._show_send()
        self._go_on_sending()

    def _on_not_saved(self, error: ClinicDeskError) -> None:
        self._sends_when_settled = False
        self._show_trouble(error)

    def _drawing(self) -> Draw | None:
        form, opened, papers = self.hand.form, self._open, self._services.attachment_papers
        if form is None or opened is None:
            return None
        actor = opened.actor
        return lambda width: papers.preview(form, actor, width)

    def _on_earlier(self) -> None:
        """The refused application is in front; the draft is kept."""
        refused = self._open.refused if self._open else None
        if refused is not None:
            self._keeper.end()
            self._close()
            self.case_wanted.emit(refused.case_id)

    def _on_drop(self) -> None:
        case, opened = self._keeper.case, self._open
        if case is None or opened is None:
            return
        reason = self._words.say("attachment_screen.draft.drop")
        answers = self._services.attachment_answers
        self._keeper.discard()
        self._jobs.run(
            lambda: answers.withdraw(case.id, opened.actor, reason),
            self._on_dropped,
            self._show_trouble,
            owner=self,
            lane="write",
        )

    def _on_dropped(self, answer: tuple[AttachmentCase, Change]) -> None:
        self._notifier.announce(answer[1])
        self._tell(self._words.say("attachment_screen.draft.dropped"))
        self._close()
        self.left.emit()

    # What is shown -----------------------------------------------------------------------------

    def _retell(self) -> None:
        opened = self._open
        if opened is not None:
            answer = self._watch.answer or opened.checked
            self._face.show_earlier(opened.refused)
            self._face.show_check(answer.check)
            self._face.show_new(self._watch.answer)
        self._show_send()

    def _show_send(self) -> None:
        is_open = self._open is not None
        self._face.show_send(self._watch.answer, is_open=is_open, is_sending=self._sender.is_busy)

    def _show_trouble(self, error: ClinicDeskError | None) -> None:
        self.view.trouble.show_error(error)
        if error is not None:
            self.view.form.ensureWidgetVisible(self.view.trouble)

    def _on_reasons_came(self) -> None:
        """A warning asks for words: it is in sight, and has the focus once nothing else is open."""
        self.view.form.ensureWidgetVisible(self.view.reasons)
        if self._way.next_open() == REASONS:
            self._way.focus(REASONS)

    # Sending -----------------------------------------------------------------------------------

    def _on_send_key(self) -> None:
        """Ctrl+Enter: send, or go to what still stands in the way."""
        if self._open is None or self._sender.is_busy:
            return
        if self._watch.answer is not None and not self.view.send.isEnabled():
            self._way.go_on()
        else:
            self._send()

    def _send(self) -> None:
        opened, form = self._open, self.hand.form
        if opened is None or form is None or self._sender.is_busy:
            return
        # The registrar is faster than the store: it happens as soon as the rules have answered and a draft
        # that is being saved has its version.
        self._sends_when_settled = self._watch.answer is None or self._keeper.is_saving
        if not self._sends_when_settled:
            self._keeper.forget()
            self._sender.send(self._keeper.versioned(form), self._operation_id, opened.actor)
            self._show_send()

    def _go_on_sending(self) -> None:
        if self._sends_when_settled:
            self._sends_when_settled = False
            self._on_send_key()

    def _on_sent(self, case_id: str) -> None:
        self._close()
        self.sent.emit(case_id)

    def _on_refused(self, error: ClinicDeskError) -> None:
        self._keeper.resume()
        self._show_trouble(error)
        self._watch.ask()
        self._show_send()

    # Conflicts ---------------------------------------------------------------------------------

    def _on_mine(self) -> None:
        opened = self._open
        if opened is None:
            return
        service, patient_id = self._services.attachments, opened.card.patient.id
        self._jobs.run(
            lambda: service.open_case(patient_id),
            self._keeper.take_over,
            self._show_trouble,
            owner=self,
        )

    def _on_theirs(self) -> None:
        opened = self._open
        if opened is None:
            return
        service, patient_id = self._services.attachments, opened.card.patient.id
        self._keeper.forget()

        def show(case: AttachmentCase | None) -> None:
            self._close()
            self._show_trouble(None)
            self.open_for(opened.card, case)

        self._jobs.run(lambda: service.open_case(patient_id), show, self._show_trouble, owner=self)


__all__ = ["ApplicationPage"]
