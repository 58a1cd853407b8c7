"""Behaviour of a case that was sent: it shows what happened and offers the acts of its state."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.attachment import OPEN_CASES, AttachmentCase, CaseState, EndReason
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.attachment_port import AttachmentEvent
from clinic_desk.services.attachment_request import due_of
from clinic_desk.services.attachment_rows import DistrictChoice
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.case_acts import CaseActs, may_withdraw, paper_of
from clinic_desk.ui.attachment.case_view import CaseView
from clinic_desk.ui.attachment.case_words import case_steps, facts, history_lines, what_happened
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.paper_preview import Draw, PaperPreview
from clinic_desk.ui.attachment.places import place_new, place_now
from clinic_desk.ui.attachment.words import state_chip
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, UiText, WindowDialogs, space
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.referrals.issuing import Tell

_SECOND_PRESS_MS = 800


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the store knows of the case."""

    case: AttachmentCase
    card: PatientCard
    district: District | None
    doctor: Doctor | None
    history: tuple[AttachmentEvent, ...]


class CasePage(Page):
    """One case at a time; it reads again when the case changes elsewhere.

    Signals:
        left: the page was closed.
        again_wanted: id of the patient for whom a new application is wanted.
        draft_found: the `AttachmentCase` turned out to be a draft, which belongs to the application page.
    """

    left = Signal()
    again_wanted = Signal(str)
    draft_found = Signal(object)

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
        self.setObjectName("attachment_case_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._due = DueReader(services.rules, services.clock)
        self._case_id: AttachmentCaseId | None = None
        self._shown: _Shown | None = None
        self.view = view = CaseView(words)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self.acts = CaseActs(services, jobs, words, notifier, tell, dialogs or WindowDialogs(words), self)
        self._preview = PaperPreview(view.paper_card, jobs, words, self._drawing)
        view.close_button.clicked.connect(self.leave)
        view.withdraw.clicked.connect(self.withdraw)
        view.end.clicked.connect(self.end)
        view.print_button.clicked.connect(self.print_selected)
        view.answer.clicked.connect(self.enter_answer)
        view.again.clicked.connect(self._ask_again)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._on_finish_key)
        self._sent_a_moment_ago = QTimer(self, singleShot=True)
        notifier.changed.connect(self._on_change)
        words.follow(self._retell)

    @property
    def patient_id(self) -> str:
        """Whose case is shown, "" while none is."""
        return self._shown.card.patient.id if self._shown else ""

    def show_case(self, case_id: AttachmentCaseId, *, just_sent: bool = False) -> None:
        """This case comes on the page; `just_sent` by a key that may still be pressed a second time."""
        if just_sent:
            self._sent_a_moment_ago.start(_SECOND_PRESS_MS)
        if case_id != self._case_id:
            self._case_id, self._shown = case_id, None
            self.view.form.hide()
            self.view.paper_card.hide()
        self._load()

    def on_shown(self) -> None:
        if self._case_id is not None:
            self._load()

    def on_escape(self) -> bool:
        self.leave()
        return True

    def first_focus(self) -> QWidget | None:
        view = self.view
        return next((b for b in (view.answer, view.again, view.close_button) if b.isVisible()), None)

    def leave(self) -> None:
        """The page is closed."""
        self._case_id = self._shown = None
        self._preview.end()
        self.left.emit()

    def print_selected(self) -> None:
        """Ctrl+P: the paper that the state calls for."""
        if self._shown is not None:
            self.acts.print(self._shown.case.id, paper_of(self._shown.case.state))

    @property
    def takes_finish_key(self) -> bool:
        """False for a moment after sending: a second press of the key that sent means nothing here."""
        return not self._sent_a_moment_ago.isActive()

    def _on_finish_key(self) -> None:
        if self.takes_finish_key:
            self.enter_answer()

    def enter_answer(self) -> None:
        """Ctrl+Enter: the register's answer is entered while it is awaited."""
        if self._shown is not None and self._shown.case.state is CaseState.SENT:
            self.acts.enter_answer(self._shown.case, self._name())

    def withdraw(self) -> None:
        """Del: the application is taken back while it can be."""
        if self._shown is not None and may_withdraw(self._shown.case.state):
            self.acts.withdraw(self._shown.case.id, self._name())

    def end(self) -> None:
        """An attachment in force is ended."""
        case = self._shown.case if self._shown else None
        if case is not None and case.state is CaseState.IN_FORCE:
            reason = EndReason.CONTRACT_ENDED if case.contract_until else None
            self.acts.end(case.id, self._name(), reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.withdraw()
            return
        super().keyPressEvent(event)

    def _ask_again(self) -> None:
        if self._shown is not None:
            self.again_wanted.emit(self._shown.card.patient.id)

    def _name(self) -> str:
        return self._shown.card.patient.name.short if self._shown else ""

    # Loading -----------------------------------------------------------------------------------

    def _load(self) -> None:
        case_id, services = self._case_id, self._services
        if case_id is None:
            return

        def read() -> _Shown:
            case = services.attachments.get(case_id)
            card = services.patients.card(case.patient_id)
            chosen = _chosen(case, services.attachments.districts(case.patient_id))
            history = tuple(services.attachment_lists.history(case_id))
            district, doctor = chosen or (card.district, card.district_doctor)
            return _Shown(case, card, district, doctor, history)

        self._jobs.run(read, lambda shown: self._on_loaded(case_id, shown), self._on_failed, owner=self)

    def _on_loaded(self, case_id: AttachmentCaseId, shown: _Shown) -> None:
        if case_id != self._case_id:
            return
        if shown.case.state in (CaseState.DRAFT, CaseState.CONSENTED):
            self.draft_found.emit(shown.case)
            return
        is_new = self._shown is None
        self._shown = shown
        self.view.form.show()
        self.view.paper_card.show()
        self._retell()
        self._preview.begin(shown.card.patient.slip_language)
        self._preview.ask()
        target = self.first_focus()
        if is_new and target is not None and self.isVisible():
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_failed(self, error: ClinicDeskError) -> None:
        self.view.form.show()
        self.view.trouble.set_text(error_sentence(self._words.texts, error))
        self.view.trouble.show()

    def _on_change(self, change: Change) -> None:
        if self._case_id is None or not self.isVisible():
            return
        if change.touches(Kind.ATTACHMENT, self._case_id) or Kind.PATIENT in change.kinds:
            self._load()

    def _drawing(self) -> Draw | None:
        shown, services = self._shown, self._services
        if shown is None:
            return None
        case_id, kind = shown.case.id, paper_of(shown.case.state)
        return lambda width: services.attachment_papers.preview(case_id, services.actor(), width, kind)

    # What is shown -----------------------------------------------------------------------------

    def _retell(self) -> None:
        shown, view, words = self._shown, self.view, self._words
        if shown is None:
            return
        case, say = shown.case, words.say
        view.trouble.hide()
        view.head.show_person(shown.card.patient, shown.card.age)
        chip = state_chip(words, case.state)
        view.chip.set_chip(chip, what_happened(words, case))
        view.steps.set_steps(case_steps(words, case, shown.history))
        view.what.setText(what_happened(words, case))
        view.change.now.show_place(place_now(words, shown.card, case.previous, case.was))
        view.change.new.show_place(place_new(words, shown.district, shown.doctor, case.effective_on))
        view.change.setVisible(case.state in OPEN_CASES)
        self._show_due(case)
        view.facts.show_facts(facts(words, case))
        view.history.show_facts(history_lines(words, shown.history))
        kind = paper_of(case.state)
        view.print_button.setText(say(f"attachment_screen.act.print.{kind}"))
        view.paper_card.title.setText(say(f"attachment.paper.{kind}"))
        view.withdraw.setVisible(may_withdraw(case.state))
        view.end.setVisible(case.state is CaseState.IN_FORCE)
        view.answer.setVisible(case.state is CaseState.SENT)
        view.again.setVisible(case.state in (CaseState.REFUSED, CaseState.ENDED, CaseState.IN_FORCE))
        view.head.refit()

    def _show_due(self, case: AttachmentCase) -> None:
        is_awaited = case.state is CaseState.SENT and case.due_at is not None
        self.view.due.setVisible(is_awaited)
        if is_awaited and case.due_at is not None:
            services = self._services
            due = due_of(case.received_at, services.rules, services.clock) if case.received_at else None
            self.view.due.show_due(self._due.running(case.due_at, due, self._words))


def _chosen(case: AttachmentCase, choices: list[DistrictChoice]) -> tuple[District, Doctor | None] | None:
    """The case's district with its doctor, None when it is not offered any more."""
    return next(((c.district, c.doctor) for c in choices if c.district.id == case.district_id), None)


__all__ = ["CasePage"]
