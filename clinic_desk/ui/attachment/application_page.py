"""Behaviour of an application for attachment: from F4 to the register without the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.attachment_rules import rule_on
from clinic_desk.domain.errors import ClinicDeskError, Conflict
from clinic_desk.domain.findings import Severity
from clinic_desk.domain.ids import OperationId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_rows import (
    AttachmentForm,
    BasisChoice,
    DistrictChoice,
    PaperKind,
    Sent,
)
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.case_acts import CaseActs
from clinic_desk.ui.attachment.case_keeper import CaseKeeper
from clinic_desk.ui.attachment.consent_panel import CONSENT, IDENTITY
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.form_hand import FormHand
from clinic_desk.ui.attachment.form_watch import MISSING, OUTSIDE, Checked, FormWatch, checked, why_not
from clinic_desk.ui.attachment.paper_preview import Draw, PaperPreview
from clinic_desk.ui.attachment.places import place_new
from clinic_desk.ui.kit import (
    ChangeNotifier,
    ChipData,
    Dialogs,
    Jobs,
    LinkButton,
    UiText,
    WindowDialogs,
    space,
)
from clinic_desk.ui.kit import Kind as ChipKind
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.referrals.issuing import Tell


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the store knows when the page opens."""

    card: PatientCard
    actor: Actor
    case: AttachmentCase | None
    form: AttachmentForm
    bases: tuple[BasisChoice, ...]
    districts: tuple[DistrictChoice, ...]
    checked: Checked
    is_minor: bool


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
    """

    left = Signal()
    sent = Signal(str)

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
        self._due = DueReader(services.rules, services.clock)
        self._open: _Opening | None = None
        self._operation_id = OperationId("")
        self._is_sending = False
        self._sends_when_settled = False
        self._trouble: ClinicDeskError | None = None
        self._turn = 0
        self.view = view = ApplicationView(words)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        dialogs = dialogs or WindowDialogs(words)
        self.hand = FormHand(view, words, services.clock, dialogs)
        self._acts = CaseActs(services, jobs, words, notifier, tell, dialogs, self)
        self._watch = FormWatch(services.attachments, jobs, lambda: self.hand.form, self)
        self._keeper = CaseKeeper(
            services.attachments, jobs, services.clock, notifier, lambda: self.hand.form, self
        )
        self._preview = PaperPreview(view.paper_card, jobs, words, self._drawing)
        self._mine = LinkButton()
        self._mine.setObjectName("attachment_form_button_mine")
        self._theirs = LinkButton()
        self._theirs.setObjectName("attachment_form_button_theirs")
        for act in (self._mine, self._theirs):
            view.trouble.add_act(act)
            act.hide()
        self._connect()
        words.follow(self._retell)

    # What the window asks of the page ----------------------------------------------------------

    def open_for(self, card: PatientCard, case: AttachmentCase | None) -> None:
        """The application of this person is in front: the draft `case`, or a new one."""
        if self._open is not None and self._open.card.patient.id == card.patient.id and not self._trouble:
            self._go_on("")
            return
        self.keep_draft()
        self._turn += 1
        turn, services, patient = self._turn, self._services, card.patient
        self.hand.end()
        self._open = None
        self._operation_id = OperationId(new_id())
        self._is_sending = self._sends_when_settled = False
        self._show_trouble(None)
        self.view.head.show_person(patient, card.age)
        self.view.form.verticalScrollBar().setValue(0)
        self._preview.begin(patient.slip_language)

        def read() -> _Opening:
            service = services.attachments
            form = service.form(case) if case is not None else AttachmentForm(patient.id)
            return _Opening(
                card,
                services.actor(),
                case,
                form,
                tuple(service.bases()),
                tuple(service.districts(patient.id)),
                checked(service, form),
                _is_minor(services, card),
            )

        self._jobs.run(read, lambda found: self._on_opened(turn, found), self._show_trouble, owner=self)

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
        if not self._is_sending:
            self._keeper.flush()

    def leave(self) -> None:
        """The page is closed; what stands in it is kept."""
        if self._is_sending:
            self._keeper.forget()
        else:
            self._keeper.end()
        self._close()
        self.left.emit()

    def _close(self) -> None:
        self._turn += 1
        self._open = None
        self.hand.end()
        self._watch.end()
        self._preview.end()

    # Opening -----------------------------------------------------------------------------------

    def _on_opened(self, turn: int, found: _Opening) -> None:
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
        self._go_on("")

    def _connect(self) -> None:
        view = self.view
        view.cancel.clicked.connect(self.leave)
        view.print_button.clicked.connect(self.print_selected)
        view.send.clicked.connect(self._send)
        view.draft_drop.clicked.connect(self._on_drop)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._on_send_key)
        self.hand.changed.connect(self._on_changed)
        self.hand.passed.connect(self._go_on)
        self._watch.checked.connect(self._on_checked)
        self._watch.failed.connect(self._show_trouble)
        self._keeper.saved.connect(lambda _case: self._on_saved())
        self._keeper.failed.connect(self._show_trouble)
        view.reasons.came.connect(self._on_reasons_came)
        self._mine.clicked.connect(self._on_mine)
        self._theirs.clicked.connect(self._on_theirs)

    # Changes -----------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._operation_id = OperationId(new_id())
        self._watch.ask()
        self._preview.ask()
        self._keeper.touch()
        self._show_send()
        self._show_new()

    def _on_checked(self, answer: Checked) -> None:
        view = self.view
        self.hand.show_documents(answer.documents)
        findings = answer.check.findings
        self.hand.show_outside(any(finding.code == OUTSIDE for finding in findings))
        view.reasons.show_findings(
            [f for f in findings if f.code not in MISSING and f.severity is not Severity.NOTE]
        )
        self._retell()
        if self._sends_when_settled:
            self._sends_when_settled = False
            self._on_send_key()

    def _on_saved(self) -> None:
        self._show_trouble(None)
        self._show_send()

    def _drawing(self) -> Draw | None:
        form, opened, papers = self.hand.form, self._open, self._services.attachment_papers
        if form is None or opened is None:
            return None
        actor = opened.actor
        return lambda width: papers.preview(form, actor, width)

    def _on_drop(self) -> None:
        case, opened = self._keeper.case, self._open
        if case is None or opened is None:
            return
        reason = self._words.say("attachment_screen.draft.drop")
        answers = self._services.attachment_answers
        self._keeper.forget()
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
        opened, view, say = self._open, self.view, self._words.say
        self._mine.setText(say("attachment_screen.conflict.mine"))
        self._theirs.setText(say("attachment_screen.conflict.reload"))
        self._show_trouble(self._trouble)
        if opened is None:
            self._show_send()
            return
        answer = self._watch.answer or opened.checked
        check = answer.check
        used = say(
            "attachment_screen.free_changes", n=check.free_changes_used, limit=check.free_changes_limit
        )
        is_full = check.free_changes_used >= check.free_changes_limit
        kind = ChipKind.WARN if is_full else ChipKind.NEUTRAL
        view.free_changes.set_chip(ChipData(kind, used, "warning" if is_full else "info"))
        view.free_changes.setToolTip(say(f"attachment_screen.rule.{check.mode}"))
        is_own = check.rule_is_uncertain
        view.rule_note.setText(say(f"attachment_screen.rule.{'uncertain' if is_own else check.mode}"))
        view.paper_card.due.show_due(self._due.ahead(check.due, self._words))
        self._show_new()
        self._show_send()

    def _show_new(self) -> None:
        choice, answer = self.view.districts.choice(), self._watch.answer
        district = choice.district if choice else None
        doctor = choice.doctor if choice else None
        effective = answer.check.effective_on if answer else None
        self.view.change.new.show_place(place_new(self._words, district, doctor, effective))

    def _show_send(self) -> None:
        """The button is off until nothing stands in the way; why stands beside it in words."""
        answer, view, say = self._watch.answer, self.view, self._words.say
        draft = self._draft_words()
        view.draft_drop.setVisible(bool(draft))
        view.draft_drop.setToolTip(draft)
        if self._is_sending:
            view.send.setEnabled(False)
            view.head.set_why(say("attachment_screen.sending"))
        elif self._open is None:
            view.send.setEnabled(False)
            view.head.set_why("")
        elif answer is not None:
            why = why_not(self._words, answer)
            view.send.setEnabled(not why)
            view.head.set_why(why, draft)
        # While the rules are being asked the button stays as it was: a press waits for their answer.

    def _draft_words(self) -> str:
        """When the draft was saved, "" while there is none."""
        if self._open is None or self._keeper.case is None:
            return ""
        saved_at = self._keeper.saved_at
        if saved_at is None:
            return self._words.say("attachment_screen.draft.kept")
        return self._words.say("attachment_screen.draft.saved", time=self._words.texts.time(saved_at))

    def _show_trouble(self, error: ClinicDeskError | None) -> None:
        self._trouble = error
        banner = self.view.trouble
        is_conflict = isinstance(error, Conflict)
        for act in (self._mine, self._theirs):
            act.setVisible(is_conflict)
        if error is None:
            banner.hide()
            return
        conflict = self._words.say("attachment_screen.conflict.text")
        banner.set_text(conflict if is_conflict else error_sentence(self._words.texts, error))
        banner.show()
        self.view.form.ensureWidgetVisible(banner)

    # Where the focus goes next -----------------------------------------------------------------

    def _go_on(self, behind: str) -> None:
        """The focus is on the next place of the path that is still open, after `behind`."""
        if self.hand.form is not None:
            self._focus(self._next_open(behind))

    def _next_open(self, behind: str) -> str:
        """The name of that place, "send" when nothing is open."""
        form, view = self.hand.form, self.view
        if form is None:
            return "send"
        rows = view.consent.rows
        seen = {document.code for document in form.documents}
        identity = {c.code for c in self.hand.documents if c.proves_identity}
        needed = [c.code for c in self.hand.documents if c.is_needed and not c.proves_identity]
        path: list[tuple[str, bool]] = [
            ("basis", form.basis is None),
            (CONSENT, form.consent is None),
            (IDENTITY, IDENTITY in rows and not seen & identity),
            *((code, code in rows and code not in seen) for code in needed),
            ("district", form.district_id is None and view.districts.has_choices),
            ("reasons", view.reasons.first_open() is not None),
        ]
        names = [name for name, _ in path]
        start = names.index(behind) + 1 if behind in names else 0
        # A step that was passed over is not forgotten: from the end the path begins anew.
        return next((name for name, is_open in path[start:] + path[:start] if is_open), "send")

    def _on_reasons_came(self) -> None:
        """A warning asks for words: it is in sight, and has the focus once nothing else is open."""
        self.view.form.ensureWidgetVisible(self.view.reasons)
        if self._next_open("") == "reasons":
            self._focus("reasons")

    def _focus(self, name: str) -> None:
        view = self.view
        reason = Qt.FocusReason.TabFocusReason
        if name == "basis":
            view.basis.focus_first()
            return
        row = view.consent.rows.get(name)
        field = view.reasons.first_open()
        target: QWidget = view.send
        if row is not None:
            target = row.box
        elif name == "district":
            target = view.districts.table
        elif name == "reasons" and field is not None:
            target = field.edit
        if target is view.send and not view.send.isEnabled():
            # The rules are still being asked, or forbid: the way out is a key everybody knows.
            target = view.cancel if self._watch.answer is not None else view.print_button
        target.setFocus(reason)
        if view.form.isAncestorOf(target):
            view.form.ensureWidgetVisible(target)

    # Sending -----------------------------------------------------------------------------------

    def _on_send_key(self) -> None:
        """Ctrl+Enter: send, or go to what still stands in the way."""
        if self._open is None or self._is_sending:
            return
        if self._watch.answer is None:
            self._sends_when_settled = True
        elif self.view.send.isEnabled():
            self._send()
        else:
            self._go_on("")

    def _send(self) -> None:
        opened, form = self._open, self.hand.form
        if opened is None or form is None or self._is_sending:
            return
        if self._watch.answer is None:
            self._sends_when_settled = True
            return
        self._is_sending = True
        self._keeper.forget()
        self._show_send()
        turn, operation_id, service = self._turn, self._operation_id, self._services.attachments
        wanted = self._keeper.versioned(form)
        self._jobs.run(
            lambda: service.send(wanted, operation_id, opened.actor),
            lambda answer: self._on_sent(turn, answer),
            lambda error: self._on_refused(turn, error),
            owner=self,
            lane="write",
        )

    def _on_sent(self, turn: int, answer: tuple[Sent, Change]) -> None:
        sent, change = answer
        if turn == self._turn:
            self._is_sending = False
            self._close()
            self.sent.emit(sent.case.id)
        self._notifier.announce(change)
        self._tell(self._words.say("attachment_screen.done.sent"))

    def _on_refused(self, turn: int, error: ClinicDeskError) -> None:
        if turn != self._turn or self._open is None:
            self._tell(error_sentence(self._words.texts, error))
            return
        self._is_sending = False
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


def _is_minor(services: DeskServices, card: PatientCard) -> bool:
    """Whether a parent or guardian applies; somebody of unknown age is asked nothing more."""
    today = services.clock.today()
    own_age = rule_on(services.rules.on(today), today).value.own_age
    return card.age is not None and card.age < own_age


__all__ = ["ApplicationPage"]
