"""The three searching fields of the dialog: asking the store, taking the best match, who still waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from clinic_desk.services.referrals import ReferralService
from clinic_desk.services.rows import DiagnosisChoice, DoctorChoice, ServiceChoice
from clinic_desk.ui.kit import ComboField, Jobs, UiText
from clinic_desk.ui.kit.combo_field import Deliver
from clinic_desk.ui.referrals.choices import (
    Usual,
    find_diagnoses,
    find_doctors,
    find_services,
    learn_usual,
    option_of,
    options_of,
)
from clinic_desk.ui.referrals.form_state import Picked
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView

Found = Sequence[ServiceChoice] | Sequence[DiagnosisChoice] | Sequence[DoctorChoice]


class ChoiceFields(QObject):
    """Joins the fields to the lists of the store.

    Enter goes on at once: when the answer to what was typed comes later, its first row is taken; when there
    is none, the focus comes back to the field with a sentence.

    Signals:
        changed: the field whose choice or text is another one now.
        passed: the field that Enter leaves behind.
        settled: no field waits for an answer any more.
        failed: the `ClinicDeskError` of a list that could not be read.
    """

    changed = Signal(object)
    passed = Signal(object)
    settled = Signal()
    failed = Signal(object)

    def __init__(
        self, referrals: ReferralService, jobs: Jobs, words: UiText, view: ReferralEditorView
    ) -> None:
        super().__init__(view)
        self._referrals = referrals
        self._jobs = jobs
        self._words = words
        self._usual = Usual()
        self._waiting: set[ComboField] = set()
        self.fields = (view.service, view.diagnosis, view.doctor)
        self._join(view.service, lambda text: find_services(referrals, self._usual, text))
        self._join(view.diagnosis, lambda text: find_diagnoses(referrals, self._usual, text))
        self._join(view.doctor, lambda text: find_doctors(referrals, text))
        words.follow(self._retell)

    @property
    def is_waiting(self) -> bool:
        """Whether Enter was pressed in a field whose answer has not come yet."""
        return bool(self._waiting)

    def begin(self) -> None:
        """All fields are empty."""
        self._waiting.clear()
        for field in self.fields:
            field.set_option(None)
            field.close_list()

    def learn(self) -> None:
        """What this desk uses most is being read; it stands in front from then on."""
        self._jobs.run(lambda: learn_usual(self._referrals), self._on_usual, self.failed.emit, owner=self)

    def picked(self, field: ComboField) -> Picked:
        """What stands in the field."""
        option = field.option()
        key: Any = option.key if option else None
        return Picked(key) if key is not None else Picked(text=field.text())

    def show(self, field: ComboField, picked: Picked) -> None:
        """Let this stand in the field, without a signal."""
        if picked.choice is not None:
            field.set_option(option_of(picked.choice, self._words.language))
        else:
            field.set_option(None)
            field.set_text(picked.text)

    def _join(self, field: ComboField, find: Callable[[str], Found]) -> None:
        field.set_source(lambda query, deliver: self._ask(field, find, query, deliver))
        field.chosen.connect(lambda _option: self._on_chosen(field))
        field.moved_on.connect(lambda: self.passed.emit(field))
        field.submitted.connect(lambda: self._on_enter(field))
        field.edited.connect(lambda _text: self._on_edited(field))

    def _ask(self, field: ComboField, find: Callable[[str], Found], query: str, deliver: Deliver) -> None:
        self._jobs.run(
            lambda: find(query),
            lambda found: self._on_found(field, query, found, deliver),
            self.failed.emit,
            owner=self,
        )

    def _on_found(self, field: ComboField, query: str, found: Found, deliver: Deliver) -> None:
        deliver(options_of(found, self._words.language))
        if found or not query or field.option() is not None or field.text().strip() != query:
            return
        field.set_error(self._words.say("referral.nothing_found", text=query))
        if field in self._waiting:
            self._waiting.discard(field)
            field.edit.setFocus()
            field.edit.selectAll()
            self.settled.emit()

    def _on_chosen(self, field: ComboField) -> None:
        was_waiting = field in self._waiting
        self._waiting.discard(field)
        self.changed.emit(field)
        if field.edit.hasFocus():
            self.passed.emit(field)
        if was_waiting:
            self.settled.emit()

    def _on_enter(self, field: ComboField) -> None:
        is_asking = field.option() is None and bool(field.text().strip()) and not field.error()
        if is_asking and not field.is_open:
            self._waiting.add(field)
            self.passed.emit(field)

    def _on_edited(self, field: ComboField) -> None:
        self._waiting.discard(field)
        self.changed.emit(field)

    def _on_usual(self, usual: Usual) -> None:
        self._usual = usual

    def _retell(self) -> None:
        for field in self.fields:
            picked = self.picked(field)
            if picked.choice is not None:
                field.set_option(option_of(picked.choice, self._words.language))
            else:
                field.set_error("")
