"""The form on the screen: what each control changes in it, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from clinic_desk.domain.attachment import ConsentGiver, SeenDocument
from clinic_desk.domain.patient import AttachmentBasis, AttachmentState, DocumentKind
from clinic_desk.services.attachment_rows import (
    AttachmentForm,
    ConsentForm,
    DistrictChoice,
    DocumentChoice,
)
from clinic_desk.services.ports import Clock
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.consent_panel import IDENTITY
from clinic_desk.ui.attachment.detail_dialogs import ConsentDialog, DocumentDialog
from clinic_desk.ui.attachment.form_edits import with_document, without_documents
from clinic_desk.ui.attachment.places import place_now
from clinic_desk.ui.kit import Dialogs, UiText
from clinic_desk.ui.patients.typed_dates import typed_moment

_USUAL_PROOF: Final = {
    DocumentKind.BIRTH_CERTIFICATE: "birth_certificate",
    DocumentKind.RESIDENCE_PERMIT: "foreign_document",
    DocumentKind.FOREIGN_PASSPORT: "foreign_document",
    DocumentKind.REFUGEE_CERTIFICATE: "foreign_document",
}
"""The proof that the person's own document is; anybody else shows the usual one, the first offered."""


class FormHand(QObject):
    """Keeps the form, changes it as a person acts, shows it.

    Args:
        view: the controls.
        words: the language of the window.
        clock: for the moment of the consent.
        dialogs: asks for a line of words.

    Signals:
        changed: the form is another one now.
        passed: name of the control that was just dealt with; the next may have the focus.
    """

    changed = Signal()
    passed = Signal(str)

    def __init__(self, view: ApplicationView, words: UiText, clock: Clock, dialogs: Dialogs) -> None:
        super().__init__(view)
        self._view = view
        self._words = words
        self._clock = clock
        self._dialogs = dialogs
        self._card: PatientCard | None = None
        self._form: AttachmentForm | None = None
        self._by = ""
        self._is_minor = False
        self._is_outside = False
        self._documents: tuple[DocumentChoice, ...] = ()
        self._connect()
        words.follow(self.show)

    @property
    def form(self) -> AttachmentForm | None:
        """The form as it stands, None while nobody's is open."""
        return self._form

    @property
    def documents(self) -> tuple[DocumentChoice, ...]:
        """The documents that have a place in the form."""
        return self._documents

    def begin(self, card: PatientCard, form: AttachmentForm, by: str, *, is_minor: bool) -> None:
        """Show this person's form; `by` is who records the consent."""
        self._card, self._by, self._is_minor = card, by, is_minor
        self._documents = ()
        self._is_outside = False
        self.put(form)

    def end(self) -> None:
        """Nobody's form is open."""
        self._card = self._form = None

    def put(self, form: AttachmentForm) -> None:
        """Let this stand in the controls; nothing is announced."""
        self._form = form
        view = self._view
        view.basis.set_value(form.basis)
        view.contract.set_day(form.contract_until)
        view.districts.care.set_text(form.care_at_home)
        view.districts.choose(form.district_id)
        view.reasons.put(form.reasons_given, form.allowed_by)
        self.show()

    def show_documents(self, choices: Sequence[DocumentChoice]) -> None:
        """These documents have a place in the form now."""
        self._documents = tuple(choices)
        if self._form is not None:
            self._view.consent.show_documents(self._documents, self._form.documents)

    def show_outside(self, is_outside: bool) -> None:
        """The address lies outside the district: care at home has to be agreed."""
        self._is_outside = is_outside
        self.show()

    def show(self) -> None:
        """Show what hangs on the form and is not typed."""
        card, form, view = self._card, self._form, self._view
        if card is None or form is None:
            return
        view.change.now.show_place(place_now(self._words, card, form.previous))
        view.say_now.setVisible(card.patient.attachment.state is not AttachmentState.ATTACHED)
        view.show_contract(form.basis is AttachmentBasis.EAEU_CONTRACT)
        view.consent.show_consent(form.consent, self._by, is_minor=self._is_minor)
        if self._documents:
            view.consent.show_documents(self._documents, form.documents)
        view.districts.care.setVisible(self._is_outside or bool(form.care_at_home))

    def _connect(self) -> None:
        view = self._view
        view.basis.chosen.connect(self._on_basis)
        view.contract.edited.connect(lambda _text: self._on_contract())
        view.contract.left.connect(self._on_contract)
        view.contract.submitted.connect(lambda: self.passed.emit("basis"))
        view.say_now.clicked.connect(self._ask_previous)
        consent = view.consent
        consent.consent_ticked.connect(self._on_consent)
        consent.consent_details_wanted.connect(self._ask_consent)
        consent.representative_ticked.connect(self._on_representative)
        consent.document_ticked.connect(self._on_document)
        consent.document_details_wanted.connect(self._ask_document)
        consent.passed.connect(self._on_passed)
        view.districts.chosen.connect(self._on_district)
        view.districts.care.edited.connect(lambda text: self._change(care_at_home=text.strip()))
        view.districts.care.submitted.connect(lambda: self.passed.emit("district"))
        view.reasons.edited.connect(self._on_reasons)
        view.paper_card.received.clicked.connect(self._ask_received)

    def _change(self, **fields: Any) -> None:
        if self._form is None:
            return
        form = replace(self._form, **fields)
        if form != self._form:
            self._form = form
            self.show()
            self.changed.emit()

    # Basis -------------------------------------------------------------------------------------

    def _on_basis(self, basis: object) -> None:
        if not isinstance(basis, AttachmentBasis):
            return
        self._change(basis=basis)
        if basis is AttachmentBasis.EAEU_CONTRACT:
            self._view.contract.edit.setFocus()
        else:
            self.passed.emit("basis")

    def _on_contract(self) -> None:
        field = self._view.contract
        field.set_error(self._words.say("attachment_screen.contract_bad") if field.is_bad else "")
        self._change(contract_until=field.day())

    def _ask_previous(self) -> None:
        say = self._words.say
        self._dialogs.ask(
            self._view,
            say("attachment_screen.previous.title"),
            say("attachment_screen.previous.label"),
            lambda text: self._change(previous=text[:120]),
            initial=self._form.previous if self._form else "",
        )

    # Consent -----------------------------------------------------------------------------------

    def _on_consent(self, is_on: bool) -> None:
        if not is_on:
            self._change(consent=None)
        elif self._is_minor:
            # Somebody has to be named: the box is ticked once it is known who.
            self.show()
            self._ask_consent()
        else:
            self._change(consent=ConsentForm(at=self._clock.now()))

    def _on_representative(self, is_on: bool) -> None:
        consent = self._form.consent if self._form else None
        if is_on:
            self.show()
            self._ask_consent(of_representative=True)
        elif consent is not None:
            kept = None if self._is_minor else replace(consent, giver=ConsentGiver.PATIENT, name="")
            self._change(consent=kept)

    def _ask_consent(self, *, of_representative: bool = False) -> None:
        form = self._form
        if form is None:
            return
        consent = form.consent or ConsentForm(at=self._clock.now())
        givers = [giver for giver in ConsentGiver if self._may_give(giver, of_representative)]
        if consent.giver not in givers:
            consent = replace(consent, giver=givers[0])

        def save(given: ConsentForm) -> None:
            self._change(consent=given)
            self.passed.emit("consent")

        ConsentDialog(self._words, self._clock, consent, givers, save).start(self._view)

    def _may_give(self, giver: ConsentGiver, of_representative: bool) -> bool:
        if giver is ConsentGiver.PATIENT:
            return not self._is_minor and not of_representative
        return self._is_minor or giver is not ConsentGiver.PARENT

    # Documents ---------------------------------------------------------------------------------

    def _on_document(self, name: str, is_on: bool) -> None:
        if self._form is None:
            return
        codes = self._codes(name)
        if not is_on:
            self._put_documents(without_documents(self._form, set(codes)))
        elif codes:
            code = self._usual(codes) if name == IDENTITY else name
            self._put_documents(with_document(self._form, SeenDocument(code), instead_of=set(codes)))

    def _ask_document(self, name: str) -> None:
        form = self._form
        if form is None:
            return
        codes = self._codes(name)
        seen = next((d for d in form.documents if d.code in codes), SeenDocument(codes[0]))

        def save(document: SeenDocument) -> None:
            if self._form is not None:
                self._put_documents(with_document(self._form, document, instead_of=set(codes)))

        DocumentDialog(self._words, seen, codes, self._clock.today(), save).start(self._view)

    def _codes(self, name: str) -> list[str]:
        """The codes behind a box: one, or all that prove the identity."""
        if name != IDENTITY:
            return [name]
        return [choice.code for choice in self._documents if choice.proves_identity]

    def _usual(self, codes: Sequence[str]) -> str:
        wanted = _USUAL_PROOF.get(self._card.patient.document, "") if self._card else ""
        return wanted if wanted in codes else codes[0]

    def _put_documents(self, form: AttachmentForm) -> None:
        self._change(documents=form.documents)

    # The rest ----------------------------------------------------------------------------------

    def _on_passed(self, name: str) -> None:
        # A dialog that was opened by the tick moves on by itself.
        if self._form is not None and (name != "consent" or self._form.consent is not None):
            self.passed.emit(name)

    def _on_district(self, choice: DistrictChoice) -> None:
        self._change(district_id=choice.district.id, doctor_id=choice.doctor.id if choice.doctor else None)
        self.passed.emit("district")

    def _on_reasons(self) -> None:
        reasons = self._view.reasons
        self._change(reasons_given=reasons.reasons(), allowed_by=reasons.allowed_by())

    def _ask_received(self) -> None:
        say, clock = self._words.say, self._clock
        at = (self._form.received_at if self._form else None) or clock.now()

        def save(text: str) -> None:
            moment = typed_moment(text, clock.now(), clock.zone)
            if moment is None:
                title = say("attachment_screen.received.title")
                self._dialogs.show_error(self._view, title, say("attachment_screen.moment.bad"))
            else:
                self._change(received_at=moment)

        self._dialogs.ask(
            self._view,
            say("attachment_screen.received.title"),
            say("attachment_screen.received.label"),
            save,
            initial=self._words.texts.moment(at),
        )


__all__ = ["FormHand"]
