"""The card of one patient: what is stored at once, with the age of every outside fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.attachment import OPEN_CASES
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient_history import HistoryLine
from clinic_desk.sentences import error_sentence
from clinic_desk.services.attachment_rows import AttachmentRow
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.places import PlaceBook
from clinic_desk.services.ports import Draft
from clinic_desk.services.rows import EvidenceLine, PatientCard
from clinic_desk.services.sync.papers.recalls import PaperRow
from clinic_desk.ui.kit import (
    CancelToken,
    ChangeNotifier,
    EmptyState,
    Jobs,
    Modal,
    ScrollPage,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.patients.answer_desk import AnswerDesk
from clinic_desk.ui.patients.attachment_card import AttachmentCard
from clinic_desk.ui.patients.changes import change_rows
from clinic_desk.ui.patients.header import CardHeader
from clinic_desk.ui.patients.history import History
from clinic_desk.ui.patients.insurance_panel import InsurancePanel
from clinic_desk.ui.patients.offer import DRAFT_KIND
from clinic_desk.ui.patients.open_referrals import OpenReferrals
from clinic_desk.ui.patients.person_notices import PersonNotices
from clinic_desk.ui.patients.plan_desk import PlanDesk

_REFRESH_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What the store has for the page.

    `case` is the attachment case that waits for its end, `papers` are those to recall. `asked_at` is when the
    upstream was asked about the insurance, None while nothing waits for an answer.
    """

    card: PatientCard
    offer: Draft | None
    case: AttachmentRow | None
    papers: list[PaperRow]
    asked_at: dt.datetime | None


class PatientPage(Page):
    """Shows one person.

    F5 checks the insurance, Shift+F5 records an answer, Ctrl+H shows everything, Ctrl+G what can be done.
    F4, F8 and Ctrl+P are the window's.

    Signals:
        refer_wanted: the `PatientCard` of the person to be referred.
        attach_wanted: id of the person to be attached, or whose application is to be seen.
        edit_wanted: the `Patient` to be changed.
        complete_wanted: the `Patient` whose IIN is to be added.
        duplicates_wanted: the `Patient` whose second card is to be looked for.
        undo_wanted: the id of the merge that is to be undone.
        print_wanted: the id of the referral whose slip is to be printed.
        leaflet_wanted: the id of the person whose leaflet is to be printed.
        papers_wanted: the list of papers to recall is to be looked at.
        card_shown: the `PatientCard` that is on the screen now.
    """

    refer_wanted = Signal(object)
    attach_wanted = Signal(str)
    edit_wanted = Signal(object)
    complete_wanted = Signal(object)
    duplicates_wanted = Signal(object)
    undo_wanted = Signal(str)
    print_wanted = Signal(str)
    leaflet_wanted = Signal(str)
    papers_wanted = Signal()
    card_shown = Signal(object)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._patient_id: PatientId | None = None
        self._card: PatientCard | None = None
        self._offer: Draft | None = None
        self._asked_at: dt.datetime | None = None
        self._loading: CancelToken | None = None
        self._when_loaded: Callable[[], None] | None = None
        self.answers = AnswerDesk(services, jobs, words, notifier, self)
        self._history: History | None = None
        self.plans = PlanDesk(services, jobs, words, self)
        self.plans.leaflet_wanted.connect(self.leaflet_wanted)
        self._places = PlaceBook(services.rules, services.clock)
        self._build()
        notifier.changed.connect(self._on_changed)
        words.follow(self._say)
        acts = {
            "F5": self.check_insurance,
            "Shift+F5": self.record_answer,
            "Ctrl+H": self.show_history,
            "Ctrl+G": self.show_plan,
            "Ctrl+I": self.complete,
            "Ctrl+D": self.find_duplicates,
        }
        for keys, act in acts.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
        # A card that stays open grows old on the screen too.
        timer = QTimer(self, interval=_REFRESH_MS)
        timer.timeout.connect(self._on_minute)
        timer.start()

    @property
    def card(self) -> PatientCard | None:
        """The card on the screen, None while there is none."""
        return self._card

    @property
    def patient_id(self) -> PatientId | None:
        """Whose card is shown or being read."""
        return self._patient_id

    def show_patient(self, patient_id: str) -> None:
        """The card of that person comes on the screen, and the log says that it was seen."""
        wanted = PatientId(patient_id)
        if wanted != self._patient_id:
            # Never one person's acts over another person's data, not even for a moment.
            self._patient_id = wanted
            self._card = None
            self._offer = None
            self._when_loaded = None
            self._content.hide()
            self._empty.hide()
            self.answers.close()
            self.plans.close()
            if self._history is not None and shiboken6.isValid(self._history):
                self._history.close_modal()
        self._load()
        services = self._services
        self._jobs.run(
            lambda: services.patients.viewed(wanted, services.actor()), _nothing, owner=self, lane="write"
        )

    def refer(self) -> None:
        """F8: a referral is wanted for this person, as soon as the card is here."""
        if self._card is not None:
            self.refer_wanted.emit(self._card)
        elif self._patient_id is not None:
            self._when_loaded = self.refer

    def attach(self) -> None:
        """F4: this person is to be attached, or the open application is to be seen."""
        if self._patient_id is not None:
            self.attach_wanted.emit(self._patient_id)

    def print_next(self) -> None:
        """Ctrl+P: the slip of a referral in focus, else the leaflet where it is next, else the last slip."""
        on_card = not self._is_covered() and not self.referrals.has_focus()
        if self.plans.is_open or (on_card and self.insurance.is_leaflet_next):
            self.print_leaflet()
        else:
            self.print_last()

    def print_leaflet(self) -> None:
        """The leaflet of this person is wanted, where they have one."""
        if self._card is not None:
            self.plans.print(self._card)

    def print_last(self) -> None:
        """The slip of the chosen open referral, else of the newest one, is wanted."""
        row = self.referrals.chosen()
        if row is None and self._card is not None and self._card.referrals:
            row = self._card.referrals[0]
        if row is not None:
            self.print_wanted.emit(row.referral_id)

    def edit(self) -> None:
        """The form of this person is wanted."""
        if self._card is not None:
            self.edit_wanted.emit(self._card.patient)

    def check_insurance(self) -> None:
        """F5: the upstream is asked, as soon as the card is here; without one an answer is written down."""
        if self._card is None and self._patient_id is not None:
            self._when_loaded = self.check_insurance
        if self._card is not None and not self._is_covered():
            self.answers.check(self._card, self)

    def record_answer(self) -> None:
        """Shift+F5: the panel for an answer lies over the window, as soon as the card is here."""
        if self._card is None and self._patient_id is not None:
            self._when_loaded = self.record_answer
        if self._card is not None and not self._is_covered():
            self.answers.ask(self._card, self)

    def complete(self) -> None:
        """Ctrl+I: the form of a person registered without an IIN, to add it."""
        if self._card is not None and self._card.patient.iin is None and not self._is_covered():
            self.complete_wanted.emit(self._card.patient)

    def find_duplicates(self) -> None:
        """Ctrl+D: people who may be the same are listed."""
        if self._card is not None and not self._is_covered():
            self.duplicates_wanted.emit(self._card.patient)

    def show_history(self) -> None:
        """Ctrl+H: all answers, referrals and changes lie over the window."""
        card, services = self._card, self._services
        if card is None or self._is_covered():
            return

        def read() -> tuple[list[EvidenceLine], list[HistoryLine], dict[str, str]]:
            patients, patient_id = services.patients, card.patient.id
            evidence = services.insurance.history(patient_id)
            return evidence, patients.history(patient_id), patients.district_numbers()

        def show(answer: tuple[list[EvidenceLine], list[HistoryLine], dict[str, str]]) -> None:
            if self._card is None or self._card.patient.id != card.patient.id or self._is_covered():
                return
            evidence, lines, numbers = answer
            rows = change_rows(lines, numbers, self._places())
            self._history = History(self._words, self._card, evidence, rows, self)
            self._history.print_wanted.connect(self.print_wanted)
            self._history.undo_wanted.connect(self.undo_wanted)
            self._history.start(self)

        self._jobs.run(read, show, self._on_failed, owner=self)

    def show_plan(self) -> None:
        """Ctrl+G: the whole plan lies over the window; once more and it is gone."""
        if self.plans.is_open:
            self.plans.close()
        elif self._card is not None and not self._is_covered():
            self.plans.show(self._card, self)

    def on_shown(self) -> None:
        if self._patient_id is not None and self._card is not None:
            self._load()

    def first_focus(self) -> QWidget | None:
        return self.header.refer_button if self._card is not None else None

    def _build(self) -> None:
        page = ScrollPage(margins=(24, 20, 24, 20), gap=14)
        self.header = CardHeader(self._words, self._places)
        self.header.print_button.clicked.connect(self.print_last)
        self.header.edit_button.clicked.connect(self.edit)
        self.header.refer_button.clicked.connect(self.refer)
        self.notices = PersonNotices(self._words)
        self.notices.edit_wanted.connect(self.edit)
        self.notices.complete_wanted.connect(self.complete)
        self.notices.duplicates_wanted.connect(self.find_duplicates)
        self.notices.papers_wanted.connect(self.papers_wanted)
        self.insurance = InsurancePanel(self._words)
        self.insurance.check_wanted.connect(self.check_insurance)
        self.insurance.asking.record_wanted.connect(self.record_answer)
        self._notifier.exchange_changed.connect(self._on_exchange)
        self.insurance.refer_wanted.connect(self.refer)
        self.insurance.leaflet_wanted.connect(self.print_leaflet)
        self.insurance.plan_wanted.connect(self.show_plan)
        self.attachment = AttachmentCard(self._words, self._services.rules, self._services.clock)
        self.attachment.attach_wanted.connect(self.attach)
        self.referrals = OpenReferrals(self._words)
        self.referrals.print_wanted.connect(self.print_wanted)
        self.referrals.history_wanted.connect(self.show_history)
        self._panels = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(self._panels, 0, 16)
        self._panels.addWidget(self.insurance, 69)
        self._panels.addWidget(self.attachment, 40)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        space(column, 0, 14)
        column.addWidget(self.header)
        column.addWidget(self.notices)
        column.addLayout(self._panels)
        column.addWidget(self.referrals, 1)
        self._empty = EmptyState("identification-card")
        page.body.addWidget(self._content, 1)
        page.body.addWidget(self._empty, 1)
        self._content.hide()
        self._scroll = page
        look().changed.connect(self._arrange)
        outer = QVBoxLayout(self)
        space(outer, 0, 0)
        outer.addWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The panels stand beside each other where both have the room, else one below the other."""
        panels = (self.insurance, self.attachment)
        for panel in panels:
            # What was just shown counts, not what stood there before.
            panel.body.activate()
        needed = self._panels.spacing() + sum(panel.minimumSizeHint().width() for panel in panels)
        margins = self._scroll.body.contentsMargins()
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        fits = needed + margins.left() + margins.right() + bar <= self.width()
        self._panels.setDirection(
            QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        )

    def _is_covered(self) -> bool:
        return any(modal.isVisible() for modal in self.window().findChildren(Modal))

    def _load(self) -> None:
        if self._patient_id is None:
            return
        if self._loading is not None:
            self._loading.cancel()
        services, wanted = self._services, self._patient_id

        def read() -> _Loaded:
            card = services.patients.card(wanted)
            found = card.patient.id
            cases = services.attachment_lists.rows_of_patient(found)
            standing = next((case for case in cases if case.state in OPEN_CASES), None)
            offer = services.drafts.load(DRAFT_KIND, found, services.actor())
            papers = services.recalls.of_patient(found)
            return _Loaded(card, offer, standing, papers, services.insurance.asked_at(found))

        self._loading = self._jobs.run(read, self._on_loaded, self._on_failed, owner=self)

    def _on_loaded(self, answer: _Loaded) -> None:
        card, offer = answer.card, answer.offer
        # The record may have been merged into another since: that card is the person's now.
        self._patient_id = card.patient.id
        self._card, self._offer = card, offer
        self._asked_at = answer.asked_at
        self.header.show_card(card)
        self.notices.show_card(card, offer, answer.papers)
        self.attachment.show_card(card, answer.case)
        self.referrals.show_rows(card.referrals)
        self.header.print_button.setEnabled(bool(card.referrals))
        self._show_insurance()
        self._say()
        self._empty.hide()
        self._content.show()
        self.card_shown.emit(card)
        then, self._when_loaded = self._when_loaded, None
        if then is not None:
            then()

    def _on_failed(self, error: ClinicDeskError) -> None:
        self._patient_id, self._card, self._offer = None, None, None
        self._when_loaded = None
        self._content.hide()
        self._empty.setText(error_sentence(self._words.texts, error))
        self._empty.show()

    def _show_insurance(self) -> None:
        if self._card is not None:
            clock = self._services.clock
            self.insurance.show_card(self._card, clock.now(), clock.zone)
            has_iin = self._card.patient.iin is not None
            self.insurance.show_asking(self._notifier.exchange, self._asked_at, can_ask=has_iin)
            self.header.show_print_key(not self.insurance.is_leaflet_next)
            self._arrange()

    def _on_exchange(self, _status: object) -> None:
        self._show_insurance()

    def _on_minute(self) -> None:
        if self._card is not None and self.isVisible() and not self._is_covered():
            self._load()

    def _on_changed(self, change: object) -> None:
        if not isinstance(change, Change) or self._patient_id is None:
            return
        mine = change.touches(Kind.PATIENT, self._patient_id) or change.touches(
            Kind.INSURANCE, self._patient_id
        )
        if mine or {Kind.REFERRAL, Kind.DRAFT, Kind.ATTACHMENT, Kind.RULES, Kind.SYNC} & change.kinds:
            self._load()

    def _say(self) -> None:
        say = self._words.say
        self.setAccessibleName(say("card.title"))
        if self._patient_id is None:
            self._empty.setText(say("card.empty"))
        self._arrange()


def _nothing(_value: object) -> None:
    """The log is written; nobody waits for it."""


__all__ = ["PatientPage"]
