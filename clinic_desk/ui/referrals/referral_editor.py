"""Behaviour of the dialog that issues a referral: from F8 to the printed slip without the mouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError, RuleBroken
from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import Draft
from clinic_desk.services.referrals import MAX_NOTE, ReferralForm
from clinic_desk.services.rows import DoctorChoice, Issued, PatientCard, ServiceChoice
from clinic_desk.services.sync.exchange.promises import Act
from clinic_desk.services.sync.papers.replacement import Replacement
from clinic_desk.ui.kit import ChangeNotifier, ComboField, Jobs, ToastArea, UiText
from clinic_desk.ui.patients.answer_desk import AnswerDesk
from clinic_desk.ui.referrals.choice_fields import ChoiceFields
from clinic_desk.ui.referrals.draft_keeper import KIND, DraftKeeper
from clinic_desk.ui.referrals.form_state import FormState, Picked
from clinic_desk.ui.referrals.issuing import IssueDesk, Tell
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView
from clinic_desk.ui.referrals.rule_watch import ALREADY_LIVING, RuleWatch
from clinic_desk.ui.referrals.slip_preview import SlipPreview
from clinic_desk.ui.referrals.supplier_list import SuppliersOfService
from clinic_desk.ui.sync.promise_line import PromiseFollower

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the store knows when the dialog opens."""

    actor: Actor
    settings: DeskSettings
    draft: Draft | None


class ReferralEditor(QObject):
    """Issues one referral at a time for the person whose card it was opened with.

    Args:
        services: the use cases.
        jobs: the lanes; no store is touched on the window's thread.
        words: the language of the window.
        notifier: told of what changed.
        parent: the window the dialog covers.
        tell: shows a sentence for some seconds; a toast of the window by default.

    Signals:
        issued: the `Issued` of a referral that is stored now; the dialog is closed.
        closed: the dialog has left the window, issued or not; the focus belongs to the omnibox.
        person_scanned: what was scanned over the dialog; the draft is kept and the dialog closed.
    """

    issued = Signal(object)
    closed = Signal()
    person_scanned = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget,
        *,
        tell: Tell | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._window = parent
        self._tell = tell or ToastArea(parent).show
        self._card: PatientCard | None = None
        self._actor: Actor | None = None
        self._operation_id = OperationId("")
        self._old: Replacement | None = None
        self._usual_doctor: DoctorChoice | None = None
        self._saved_at: dt.datetime | None = None
        self._is_issuing = False
        self._wants_paper_when_settled: bool | None = None
        self._last_key_was_arrow = False
        self.view = view = ReferralEditorView(words)
        view.promise = PromiseFollower(view.worth, Act.REFER, words, notifier, otherwise="referral.worth")
        view.setParent(parent)
        view.hide()
        self._choices = ChoiceFields(services.referrals, jobs, words, view)
        self._suppliers = SuppliersOfService(services.referrals, jobs, words, view)
        self._rules = RuleWatch(services.referrals, jobs, words, view, services.clock.today)
        self._preview = SlipPreview(services, jobs, words, notifier, view)
        self._drafts = DraftKeeper(services.drafts, jobs, self._payload, self)
        self.answers = AnswerDesk(services, jobs, words, notifier, parent)
        self._desk = IssueDesk(services, jobs, words, notifier, self._tell, self)
        self._connect()
        words.follow(self._tell_draft)
        words.follow(self._say_old)

    # The dialog opens and closes ---------------------------------------------------------------

    def open_for(self, card: PatientCard, old: Replacement | None = None) -> None:
        """The dialog is open for this person, with the focus on the service and an earlier draft in it.

        With `old` it begins with what stood on a paper that is to be recalled, and what is issued takes its
        place; no draft is kept of that, since the list opens it again.
        """
        if self.view.is_open:
            if self._card is not None and self._card.patient.id == card.patient.id:
                self.view.service.edit.setFocus()
                if old is self._old:
                    return
            self._leave()
        view, patient, today = self.view, card.patient, self._services.clock.today()
        self._card, self._actor, self._old = card, None, old
        self._operation_id = operation_id = OperationId(new_id())
        self._is_issuing = False
        self._wants_paper_when_settled = None
        self._usual_doctor = _district_doctor(card, today)
        self._show_busy(False)
        self._say_old()
        view.set_reasons(self._services.referrals.reasons())
        for tile in view.reasons.tiles():
            tile.removeEventFilter(self)
            tile.installEventFilter(self)
        self._choices.begin()
        self._suppliers.begin(today)
        self._on_saved(None)
        self._put(_state_of(old) if old else FormState(doctor=Picked(self._usual_doctor)))
        self._rules.begin(card, self._form, self._chosen_service)
        self._preview.begin(self._form, patient.slip_language)
        view.open_over(self._window, view.service.edit)

        def read() -> _Opening:
            settings = self._services.settings.read()
            actor = self._services.actor(settings)
            return _Opening(actor, settings, self._services.drafts.load(KIND, patient.id, actor))

        self._jobs.run(read, lambda found: self._on_opened(operation_id, found), self._rules.tell, owner=self)

    def take_scan(self, text: str) -> None:
        """Something was scanned: the draft is kept, the dialog closes, `person_scanned` tells what."""
        if self.view.is_open:
            self._leave()
        self.person_scanned.emit(text)

    def keep_draft(self) -> None:
        """What stands in the dialog is being saved now: the program may be about to end."""
        if not self._is_issuing:
            self._drafts.flush()

    def _on_opened(self, operation_id: OperationId, found: _Opening) -> None:
        if operation_id != self._operation_id or self._card is None:
            return
        self._actor = found.actor
        if found.draft is not None and self._old is None:
            older = FormState.from_payload(found.draft.payload)
            self._put(self._state().filled_from(older, self._usual_doctor))
            if self._chosen_service() is not None:
                # Typing on means another service, not letters in front of this one's title.
                self.view.service.edit.selectAll()
        if self._old is None:
            self._drafts.begin(self._card.patient.id, found.actor, found.draft)
        self._preview.know(found.actor, found.settings.printing)
        self._choices.learn()
        self._on_changed()
        self._go_on_if_settled()

    def _leave(self) -> None:
        """The dialog closes; what stands in it is kept, unless it is just becoming a referral."""
        if self._is_issuing:
            self._drafts.forget()
        else:
            self._drafts.end()
        self._card = None
        self._wants_paper_when_settled = None
        self.answers.close()
        self._rules.end()
        self._preview.end()
        self.view.close_modal()

    def _connect(self) -> None:
        view = self.view
        view.left.connect(self._leave)
        view.closed.connect(self.closed)
        view.check_again.clicked.connect(self._on_check_wanted)
        self.answers.kept.connect(self._on_answered)
        self.answers.asked.connect(self._on_asked)
        view.digit_pressed.connect(self._on_digit)
        view.reasons.chosen.connect(self._on_reason)
        view.table.opened.connect(lambda _row: self._go_on(view.table))
        edits = (view.evidence.textEdited, view.note.edited, view.earlier.words_changed, view.onset.edited)
        for text in edits:
            text.connect(self._on_changed)
        view.evidence.returnPressed.connect(lambda: self._go_on(view.reasons))
        view.onset.submitted.connect(lambda: self._go_on(view.onset))
        view.note.submitted.connect(view.issue_print.setFocus)
        view.earlier.submitted.connect(lambda: self._go_on(None))
        view.note.edit.setMaxLength(MAX_NOTE)
        view.note_link.clicked.connect(self._on_note_wanted)
        view.note_link.claim_key(view)
        view.draft_empty.clicked.connect(self._on_empty)
        view.issue_only.clicked.connect(lambda: self._issue(wants_paper=False))
        view.issue_print.clicked.connect(lambda: self._issue(wants_paper=True))
        self._choices.changed.connect(self._on_choice)
        self._choices.passed.connect(self._go_on)
        self._choices.settled.connect(self._go_on_if_settled)
        self._choices.failed.connect(self._rules.tell)
        self._suppliers.changed.connect(self._on_changed)
        self._suppliers.settled.connect(self._go_on_if_settled)
        self._suppliers.failed.connect(self._rules.tell)
        self._drafts.saved.connect(self._on_saved)
        self._drafts.failed.connect(self._rules.tell)

    # The form ----------------------------------------------------------------------------------

    def _state(self) -> FormState:
        view, picked = self.view, self._choices.picked
        words = view.earlier.field.text()
        return FormState(
            picked(view.service),
            picked(view.diagnosis),
            picked(view.doctor),
            str(view.reasons.value() or ""),
            self._suppliers.chosen(),
            view.evidence.text(),
            view.note.text(),
            {ALREADY_LIVING: words} if words.strip() else {},
            view.onset.day(),
        )

    def _put(self, state: FormState) -> None:
        """Let this stand in the form."""
        view = self.view
        for field, picked in (
            (view.service, state.service),
            (view.diagnosis, state.diagnosis),
            (view.doctor, state.doctor),
        ):
            self._choices.show(field, picked)
        view.reasons.set_value(state.reason or None)
        view.set_evidence_hint(state.reason)
        view.evidence.setText(state.evidence)
        view.onset.set_day(state.onset_on)
        view.note.set_text(state.note)
        view.show_note(bool(state.note))
        view.earlier.field.set_text(state.reasons_given.get(ALREADY_LIVING, ""))
        view.earlier.field.set_error("")
        service = state.service.choice
        self._suppliers.load(
            service.service_id if isinstance(service, ServiceChoice) else None, state.supplier_id
        )

    def _form(self, wants_paper: bool = True) -> ReferralForm:
        assert self._card is not None  # noqa: S101
        form = self._state().form(self._card.patient.id, wants_paper=wants_paper)
        old = self._old
        return replace(form, replaces=old.replaces, quantity=old.quantity) if old else form

    def _say_old(self) -> None:
        """Whose dialog it is, and which number the new one takes the place of."""
        if self._card is None:
            return
        name = self._card.patient.name.short
        told = self._words.say("shift.instead_of", name=name, number=self._old.number) if self._old else name
        self.view.subtitle.setText(told)

    def _payload(self) -> dict[str, Any] | None:
        state = self._state()
        return None if state.is_untouched(self._usual_doctor) else state.to_payload()

    def _chosen_service(self) -> ServiceChoice | None:
        choice = self._choices.picked(self.view.service).choice
        return choice if isinstance(choice, ServiceChoice) else None

    # Changes -----------------------------------------------------------------------------------

    def _on_changed(self, *_what: object) -> None:
        if self._card is None:
            return
        self._rules.ask()
        self._preview.ask()
        self._drafts.touch()

    def _on_choice(self, field: ComboField) -> None:
        if field is self.view.service:
            service = self._chosen_service()
            self._suppliers.load(service.service_id if service else None)
        self._on_changed()

    def _on_digit(self, digit: str) -> None:
        tile = next((t for t in self.view.reasons.tiles() if t.choice.key == digit), None)
        if tile is not None:
            self._last_key_was_arrow = False
            tile.click()

    def _on_reason(self, reason: object) -> None:
        self.view.set_evidence_hint(str(reason))
        self._on_changed()
        # Arrows look at the reasons one after another; a digit or a click decides.
        if not self._last_key_was_arrow:
            self._go_on(self.view.reasons)

    def _on_note_wanted(self) -> None:
        self.view.show_note(True)
        self.view.note.edit.setFocus()

    def _on_empty(self) -> None:
        self._drafts.drop()
        self._put(FormState(doctor=Picked(self._usual_doctor)))
        if self._card is not None:
            self._rules.begin(self._card, self._form, self._chosen_service)
        self._preview.ask()
        self.view.service.edit.setFocus()

    def _on_check_wanted(self) -> None:
        if self._card is not None and not self._is_issuing and not self.answers.is_open:
            self.answers.check(self._card, self._window)

    def _on_asked(self, _patient_id: str) -> None:
        self._tell(self._words.say("sync_state.asking"))

    def _on_answered(self, patient_id: str) -> None:
        """The card behind the dialog is read again; what is typed stays as it is."""
        operation_id = self._operation_id

        def know(card: PatientCard) -> None:
            if operation_id != self._operation_id or self._card is None:
                return
            self._card = card
            self._rules.know(card)
            self._preview.ask()

        self._jobs.run(
            lambda: self._services.patients.card(PatientId(patient_id)), know, self._rules.tell, owner=self
        )

    def _on_saved(self, moment: dt.datetime | None) -> None:
        self._saved_at = moment
        self._tell_draft()

    def _tell_draft(self) -> None:
        view, moment = self.view, self._saved_at
        view.draft_line.setVisible(moment is not None)
        view.draft_empty.setVisible(moment is not None)
        if moment is not None:
            time = self._words.texts.time(moment)
            view.draft_line.setText(self._words.say("referral.draft.saved", time=time))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._last_key_was_arrow = event.key() in _ARROWS
            if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if self.view.reasons.value() is not None:
                    self._go_on(self.view.reasons)
                return True
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._last_key_was_arrow = False
        return super().eventFilter(watched, event)

    # Where the focus goes next -----------------------------------------------------------------

    def _go_on(self, behind: object) -> None:
        """The focus is on the next place of the path that is still open, after `behind`."""
        view = self.view
        path: list[tuple[object, QWidget, Callable[[], bool]]] = [
            (view.service, view.service.edit, lambda: not view.service.text().strip()),
            (view.diagnosis, view.diagnosis.edit, lambda: not view.diagnosis.text().strip()),
            (view.doctor, view.doctor.edit, lambda: view.doctor.option() is None),
            (view.reasons, view.reasons, lambda: view.reasons.value() is None),
            (view.onset, view.onset.edit, lambda: self._rules.needs_onset and not view.onset.text().strip()),
            (view.table, view.table, lambda: self._suppliers.has_rows or self._suppliers.is_loading),
        ]
        places = [place for place, _, _ in path]
        start = places.index(behind) + 1 if behind in places else 0
        for _, control, is_open in path[start:]:
            if is_open():
                if control is view.reasons:
                    view.reasons.focus_first()
                else:
                    control.setFocus(Qt.FocusReason.TabFocusReason)
                view.form_page.ensureWidgetVisible(control)
                return
        view.issue_print.setFocus(Qt.FocusReason.TabFocusReason)

    # Issuing -----------------------------------------------------------------------------------

    def _issue(self, *, wants_paper: bool) -> None:
        card, actor = self._card, self._actor
        if self._is_issuing or card is None:
            return
        self._show_busy(True)
        if actor is None or self._choices.is_waiting or self._suppliers.is_loading:
            # The registrar is faster than the store: it happens as soon as the answers are there.
            self._wants_paper_when_settled = wants_paper
            return
        self._wants_paper_when_settled = None
        self._is_issuing = True
        state, operation_id, replaces = self._state(), self._operation_id, self._old is not None
        self._desk.issue(
            self._form(wants_paper),
            operation_id,
            actor,
            lambda issued: self._on_issued(operation_id, issued),
            lambda error: self._on_refused(operation_id, error, state, card, actor, replaces=replaces),
        )

    def _go_on_if_settled(self) -> None:
        wants_paper = self._wants_paper_when_settled
        if wants_paper is None:
            return
        if any(field.error() for field in self._choices.fields):
            self._wants_paper_when_settled = None
            self._show_busy(False)
            return
        self._issue(wants_paper=wants_paper)

    def _on_issued(self, operation_id: OperationId, issued: Issued) -> None:
        if operation_id == self._operation_id and self._card is not None:
            self._leave()
        self.issued.emit(issued)

    def _on_refused(
        self,
        operation_id: OperationId,
        error: ClinicDeskError,
        state: FormState,
        card: PatientCard,
        actor: Actor,
        *,
        replaces: bool,
    ) -> None:
        if operation_id != self._operation_id or self._card is None:
            # The dialog was closed meanwhile: nothing typed is lost, and the refusal is not silent.
            if replaces:
                self._tell(error_sentence(self._words.texts, error))
                return
            self._jobs.run(
                lambda: self._services.drafts.save(KIND, card.patient.id, state.to_payload(), actor),
                lambda _: self._tell(error_sentence(self._words.texts, error)),
                owner=self,
                lane="write",
            )
            return
        self._is_issuing = False
        self._show_busy(False)
        self._drafts.touch()
        if isinstance(error, RuleBroken):
            self._rules.refuse(error.findings)
        else:
            self._rules.tell(error)

    def _show_busy(self, busy: bool) -> None:
        view = self.view
        for button in (view.issue_only, view.issue_print):
            button.setEnabled(not busy)
        key = "referral.issuing" if busy else "referral.issue_print"
        self._words.bind(view.issue_print.setText, key)


def _state_of(old: Replacement) -> FormState:
    """The dialog as the recalled paper was filled."""
    return FormState(
        Picked(old.service),
        Picked(old.diagnosis),
        Picked(old.doctor),
        old.reason,
        old.supplier_id,
        old.reason_evidence,
        old.note,
        onset_on=old.onset_on,
    )


def _district_doctor(card: PatientCard, today: dt.date) -> DoctorChoice | None:
    """The doctor of the person's district, if at work today."""
    doctor = card.district_doctor
    if doctor is None or not doctor.is_active_on(today):
        return None
    specialty = LocalText(doctor.specialty_kk, doctor.specialty_ru)
    return DoctorChoice(doctor.id, doctor.code, doctor.name.short, specialty)
