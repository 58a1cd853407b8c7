"""The card of one patient: what is stored at once, with the age of every outside fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.attachment import OPEN_CASES
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.attachment_rows import AttachmentRow
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.ports import Draft
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.kit import (
    Banner,
    CancelToken,
    ChangeNotifier,
    EmptyState,
    Jobs,
    LinkButton,
    Modal,
    ScrollPage,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit import Kind as ChipKind
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.patients.answer_desk import AnswerDesk
from clinic_desk.ui.patients.attachment_card import AttachmentCard
from clinic_desk.ui.patients.header import CardHeader
from clinic_desk.ui.patients.history import History
from clinic_desk.ui.patients.insurance_panel import InsurancePanel
from clinic_desk.ui.patients.offer import DRAFT_KIND, offered_fields
from clinic_desk.ui.patients.open_referrals import OpenReferrals

_REFRESH_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What the store has for the page; `case` is the attachment case that waits for its end."""

    card: PatientCard
    offer: Draft | None
    case: AttachmentRow | None


class PatientPage(Page):
    """Shows one person. F5 records an answer, Ctrl+H shows everything; F4, F8 and Ctrl+P are the window's.

    Signals:
        refer_wanted: the `PatientCard` of the person to be referred.
        attach_wanted: id of the person to be attached, or whose application is to be seen.
        edit_wanted: the `Patient` to be changed.
        print_wanted: the id of the referral whose slip is to be printed.
        card_shown: the `PatientCard` that is on the screen now.
    """

    refer_wanted = Signal(object)
    attach_wanted = Signal(str)
    edit_wanted = Signal(object)
    print_wanted = Signal(str)
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
        self._loading: CancelToken | None = None
        self._when_loaded: Callable[[], None] | None = None
        self.answers = AnswerDesk(services, jobs, words, notifier, self)
        self._history: History | None = None
        self._build()
        notifier.changed.connect(self._on_changed)
        words.follow(self._say)
        for keys, act in (("F5", self.record_answer), ("Ctrl+H", self.show_history)):
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

    def print_last(self) -> None:
        """Ctrl+P: the slip of the chosen open referral, else of the newest one, is wanted."""
        row = self.referrals.chosen()
        if row is None and self._card is not None and self._card.referrals:
            row = self._card.referrals[0]
        if row is not None:
            self.print_wanted.emit(row.referral_id)

    def edit(self) -> None:
        """The form of this person is wanted."""
        if self._card is not None:
            self.edit_wanted.emit(self._card.patient)

    def record_answer(self) -> None:
        """F5: the panel for an answer lies over the window, as soon as the card is here."""
        if self._card is None and self._patient_id is not None:
            self._when_loaded = self.record_answer
        if self._card is not None and not self._is_covered():
            self.answers.ask(self._card, self)

    def show_history(self) -> None:
        """Ctrl+H: all answers and referrals lie over the window."""
        if self._card is None or self._is_covered():
            return
        self._history = History(self._words, self._card, self)
        self._history.print_wanted.connect(self.print_wanted)
        self._history.start(self)

    def on_shown(self) -> None:
        if self._patient_id is not None and self._card is not None:
            self._load()

    def first_focus(self) -> QWidget | None:
        return self.header.refer_button if self._card is not None else None

    def _build(self) -> None:
        page = ScrollPage(margins=(24, 20, 24, 20), gap=14)
        self.header = CardHeader(self._words)
        self.header.print_button.clicked.connect(self.print_last)
        self.header.edit_button.clicked.connect(self.edit)
        self.header.refer_button.clicked.connect(self.refer)
        self.offer_banner = Banner(ChipKind.INFO, wide=False)
        self.offer_banner.setObjectName("card_head_banner_offer")
        look_button = LinkButton()
        look_button.setObjectName("card_head_button_offer")
        look_button.clicked.connect(self.edit)
        self._words.bind(look_button.setText, "card.offer.look")
        self.offer_banner.add_act(look_button)
        self.mismatch_banner = Banner(ChipKind.WARN, "warning", wide=False)
        self.mismatch_banner.setObjectName("card_head_banner_mismatch")
        self.insurance = InsurancePanel(self._words)
        self.insurance.check_wanted.connect(self.record_answer)
        self.insurance.refer_wanted.connect(self.refer)
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
        column.addWidget(self.offer_banner)
        column.addWidget(self.mismatch_banner)
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
            cases = services.attachment_lists.rows_of_patient(wanted)
            standing = next((case for case in cases if case.state in OPEN_CASES), None)
            return _Loaded(card, services.drafts.load(DRAFT_KIND, wanted, services.actor()), standing)

        self._loading = self._jobs.run(read, self._on_loaded, self._on_failed, owner=self)

    def _on_loaded(self, answer: _Loaded) -> None:
        card, offer = answer.card, answer.offer
        if card.patient.id != self._patient_id:
            return
        self._card, self._offer = card, offer
        self.header.show_card(card)
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
            self._arrange()

    def _on_minute(self) -> None:
        if self._card is not None and self.isVisible() and not self._is_covered():
            self._load()

    def _on_changed(self, change: object) -> None:
        if not isinstance(change, Change) or self._patient_id is None:
            return
        mine = change.touches(Kind.PATIENT, self._patient_id) or change.touches(
            Kind.INSURANCE, self._patient_id
        )
        if mine or {Kind.REFERRAL, Kind.DRAFT, Kind.ATTACHMENT} & change.kinds:
            self._load()

    def _say(self) -> None:
        say = self._words.say
        self.setAccessibleName(say("card.title"))
        if self._patient_id is None:
            self._empty.setText(say("card.empty"))
        card = self._card
        self._say_mismatch(card)
        fields = offered_fields(self._offer.payload, self._words) if self._offer else ""
        self.offer_banner.setVisible(bool(fields))
        self.offer_banner.set_text(say("card.offer.text", fields=fields))
        self._arrange()

    def _say_mismatch(self, card: PatientCard | None) -> None:
        say = self._words.say
        sentences = []
        mismatch = card.iin_mismatch if card else None
        if card is not None and mismatch:
            if mismatch.number_birth_date and card.patient.birth_date:
                number, document = mismatch.number_birth_date, card.patient.birth_date
                sentences.append(say("card.mismatch.date", number=number, document=document))
            if mismatch.number_sex:
                sentences.append(
                    say(
                        "card.mismatch.sex",
                        number=say(f"labels.sex.{mismatch.number_sex}"),
                        document=say(f"labels.sex.{card.patient.sex}"),
                    )
                )
        self.mismatch_banner.setVisible(bool(sentences))
        self.mismatch_banner.set_text(" ".join(sentences))


def _nothing(_value: object) -> None:
    """The log is written; nobody waits for it."""


__all__ = ["PatientPage"]
