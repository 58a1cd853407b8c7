"""The fields of a person, in the order of the form on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.phone import parse_phone
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.ui.kit import (
    Banner,
    Choice,
    ChoiceTiles,
    ComboField,
    FieldFrame,
    IinField,
    Kind,
    PlainLabel,
    TextField,
    UiText,
    look,
    space,
)
from clinic_desk.ui.patients.date_field import DateField, give_room
from clinic_desk.ui.register.choices import Choices, chosen, chosen_code
from clinic_desk.ui.register.form_state import FormState
from clinic_desk.ui.register.iin_reader import IinReader, sex_of
from clinic_desk.ui.register.reason_part import ReasonPart

_LONGEST: Final = 100
_ADDRESS_LONGEST: Final = 300
_USUAL_DOCUMENT: Final = {
    NoIinReason.NEWBORN: DocumentKind.BIRTH_CERTIFICATE,
    NoIinReason.FOREIGNER: DocumentKind.FOREIGN_PASSPORT,
}


class PersonFields(QWidget):
    """All fields with their words.

    Signals:
        edited: something was typed or chosen by a person.
        iin_submitted: Enter was pressed in the IIN.
    """

    edited = Signal()
    iin_submitted = Signal()

    def __init__(self, words: UiText, places: Callable[[], Places], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.choices = Choices(words, places)
        self._make_fields()
        self._lay_out()
        self._connect()
        look().changed.connect(self._give_room)
        self._give_room()
        words.follow(self._say)

    def state(self) -> FormState:
        """What stands in the fields."""
        return FormState(
            self.iin.text(),
            chosen(self.no_iin, NoIinReason),
            self.mother_iin.text(),
            self.surname.text(),
            self.given_name.text(),
            self.patronymic.text(),
            self.birth_date.text(),
            sex_of(self.sex.value()),
            self.phone.text(),
            self.address.text(),
            chosen(self.document, DocumentKind),
            self.document_number.text(),
            chosen(self.language, SlipLanguage) or SlipLanguage.KK,
            chosen_code(self.kato),
            chosen(self.age_band, AgeBand),
            chosen_code(self.citizenship),
            chosen(self.reminders, Reminders) or Reminders.NOT_ASKED,
        )

    def set_state(self, state: FormState) -> None:
        """Let the fields hold this, without signals; birth date and sex count as typed if they are there."""
        self.iin.set_text(state.iin)
        self._choose(state)
        self.mother_iin.set_text(state.mother_iin)
        self.surname.set_text(state.surname)
        self.given_name.set_text(state.given_name)
        self.patronymic.set_text(state.patronymic)
        self.birth_date.set_text(state.birth_date)
        self.phone.set_text(state.phone)
        self.address.set_text(state.address)
        self.document_number.set_text(state.document_number)
        self.reader.birth_date_is_typed = bool(state.birth_date)
        self.reader.sex_is_typed = state.sex is not Sex.UNKNOWN
        self._say_sex()
        self.sex.set_value(state.sex if self.reader.sex_is_typed or state.is_unknown_person else None)
        self.clear_errors()
        self.reader.fill()
        self._fit_to_reason()

    def live_near(self, kato: str) -> None:
        """The clinic stands there: its region is chosen first, and its places come first in the list."""
        self.choices.home = kato
        if not self.kato.text().strip():
            self.kato.set_option(self.choices.place(kato))

    def take_from_mother(self, mother: Patient) -> None:
        """Empty fields of a newborn are filled from the mother's card, and the paper speaks her language."""
        for field, value in (
            (self.surname, mother.name.surname),
            (self.address, mother.address),
            (self.phone, mother.phone.shown if mother.phone else ""),
        ):
            if not field.text().strip():
                field.set_text(value)
        if mother.kato:
            self.kato.set_option(self.choices.place(mother.kato))
        self.language.set_option(self.choices.option(mother.slip_language))
        self.edited.emit()

    def half_chosen(self) -> list[str]:
        """The names of choices in which something is typed that is not on their list."""
        return [
            name
            for name, field in self._by_name().items()
            if isinstance(field, ComboField)
            and field.isVisibleTo(self)
            and field.isEnabled()
            and field.option() is None
            and field.text().strip()
        ]

    def focus_start(self) -> None:
        """The focus is where the next thing is to be typed."""
        empty = (self.iin, self.surname, self.given_name, self.birth_date)
        target = next((field for field in empty if not field.text().strip()), self.iin)
        if self.iin.text() and not self.surname.text():
            target = self.surname
        elif self.surname.text() and not self.iin.text():
            target = self.iin
        target.edit.setFocus()

    def clear_errors(self) -> None:
        """Nothing is marked as wrong."""
        for field in self._by_name().values():
            field.set_error("")
        self.sex_error.hide()

    def show_errors(self, sentences: dict[str, str], *, go_there: bool = True) -> None:
        """Mark fields as wrong, by the names of `PersonForm`; the first of them gets the focus."""
        self.clear_errors()
        targets = self._by_name()
        for name, sentence in sentences.items():
            if name == "sex":
                self.sex_error.setText(sentence)
                self.sex_error.show()
            else:
                targets.get(name, self.surname).set_error(sentence)
        first = next((name for name in (*targets, "sex") if name in sentences), "")
        if not go_there or not first:
            return
        if first == "sex":
            self.sex.focus_first()
        else:
            targets[first].setFocus()

    def _make_fields(self) -> None:
        self.iin = IinField()
        self.no_iin = ComboField(source=self.choices.of(NoIinReason))
        self.reason = ReasonPart(self._words, self.choices)
        self.mother_iin = self.reason.mother_iin
        self.citizenship = self.reason.citizenship
        self.age_band = self.reason.age_band
        self.surname = TextField(required=True)
        self.given_name = TextField(required=True)
        self.patronymic = TextField()
        self.birth_date = DateField(required=True)
        self.sex = ChoiceTiles(columns=2)
        self.sex_label = PlainLabel(role="field")
        self.sex_error = PlainLabel(role="caption", tone="err", wraps=True)
        self.sex_error.hide()
        self.phone = TextField()
        self.language = ComboField(source=self.choices.of(SlipLanguage))
        self.document = ComboField(source=self.choices.of(DocumentKind))
        self.document_number = TextField()
        self.kato = ComboField(source=self.choices.find_places)
        self.reminders = ComboField(source=self.choices.of(Reminders))
        self.address = TextField()
        self.warning = Banner(Kind.WARN, "warning", wide=False)
        self.warning.setObjectName("register_form_banner_mismatch")
        self.warning.hide()
        self.reader = IinReader(
            self._words, self.iin, self.birth_date, self.sex, self.sex_error, self.warning
        )
        for name, field in self._by_name().items():
            field.setObjectName(f"register_form_field_{name}")
        self.sex.setObjectName("register_form_sex")
        for text in (self.surname, self.given_name, self.patronymic):
            text.edit.setMaxLength(_LONGEST)
        self.phone.edit.setMaxLength(30)
        self.document_number.edit.setMaxLength(60)
        self.address.edit.setMaxLength(_ADDRESS_LONGEST)

    def _give_room(self) -> None:
        """Numbers are seen whole while they are typed."""
        for field in (self.iin, self.mother_iin):
            give_room(field, "0" * 12)
        give_room(self.phone, "+7 700 000 00 00")

    def _by_name(self) -> dict[str, TextField]:
        """Field by name, in the order of the form."""
        return {
            "iin": self.iin,
            "no_iin_reason": self.no_iin,
            "mother_iin": self.mother_iin,
            "citizenship": self.citizenship,
            "age_band": self.age_band,
            "surname": self.surname,
            "given_name": self.given_name,
            "patronymic": self.patronymic,
            "birth_date": self.birth_date,
            "phone": self.phone,
            "slip_language": self.language,
            "document": self.document,
            "document_number": self.document_number,
            "kato": self.kato,
            "reminders": self.reminders,
            "address": self.address,
        }

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        space(column, 0, 8)
        column.addLayout(_pair(self.iin, self.no_iin))
        self.rest = QWidget()
        inner = QVBoxLayout(self.rest)
        space(inner, 0, 8)
        inner.addWidget(self.reason)
        inner.addLayout(_pair(self.surname, self.given_name))
        inner.addLayout(_pair(self.patronymic, self.birth_date))
        inner.addWidget(self.warning)
        sex = QVBoxLayout()
        space(sex, 0, 4)
        sex.addWidget(self.sex_label)
        sex.addWidget(self.sex)
        sex.addWidget(self.sex_error)
        inner.addLayout(sex)
        inner.addLayout(_pair(self.phone, self.language))
        inner.addLayout(_pair(self.document, self.document_number))
        inner.addLayout(_pair(self.kato, self.reminders))
        inner.addWidget(self.address)
        inner.addStretch(1)
        column.addWidget(self.rest)

    def _connect(self) -> None:
        for field in self._by_name().values():
            field.edited.connect(self._on_edited)
            if isinstance(field, ComboField):
                field.chosen.connect(self._on_edited)
                field.moved_on.connect(self._go_on)
            elif field is not self.iin:
                field.submitted.connect(self._go_on)
        self.reader.watch()
        self.no_iin.chosen.connect(self._on_reason)
        self.iin.submitted.connect(self.iin_submitted)
        self.sex.chosen.connect(self._on_sex)
        self.phone.edit.editingFinished.connect(self._tidy_phone)

    def _go_on(self) -> None:
        """Enter goes to the next field, as Tab does."""
        self.focusNextChild()

    def _on_edited(self, _value: object = None) -> None:
        sender = self.sender()
        if isinstance(sender, FieldFrame):
            sender.set_error("")
        self._fit_to_reason()
        self.edited.emit()

    def _on_reason(self, _option: object) -> None:
        """What nearly everybody would choose next is there already."""
        reason = chosen(self.no_iin, NoIinReason)
        usual = _USUAL_DOCUMENT.get(reason) if reason else None
        if usual is not None and chosen(self.document, DocumentKind) in (None, DocumentKind.NONE):
            self.document.set_option(self.choices.option(usual))
        if self.state().is_unknown_person and not self.surname.text().strip():
            self.surname.set_text(self._words.say("register.unknown_surname"))

    def _on_sex(self, _value: object) -> None:
        self.reader.sex_was_chosen()
        self.edited.emit()

    def _fit_to_reason(self) -> None:
        state = self.state()
        self.reason.fit(state)
        self.no_iin.setEnabled(not state.iin)
        self.birth_date.set_required(not state.is_unknown_person)
        # A newborn may have no name yet, an unknown person has none that is known.
        self.given_name.set_required(not (state.wants_mother or state.is_unknown_person))
        key = "register.found_where" if state.is_unknown_person else "register.address"
        self.address.set_label(self._words.say(key))
        self._say_sex()

    def _tidy_phone(self) -> None:
        try:
            shown = parse_phone(self.phone.text()).shown
        except InvalidValue:
            return
        if shown != self.phone.text():
            self.phone.set_text(shown)
            self.edited.emit()

    def _say_sex(self) -> None:
        say = self._words.say
        values = [Sex.MALE, Sex.FEMALE]
        is_unknown = self.state().is_unknown_person
        if is_unknown:
            values.append(Sex.UNKNOWN)
        self.sex.set_choices(
            [
                Choice(value, say(f"register.sex.{value}"), say(f"register.sex.{value}.key"))
                for value in values
            ]
        )
        label = say("register.sex")
        self.sex_label.setText(label if is_unknown else f"{label} *")

    def _say(self) -> None:
        say = self._words.say
        for name, field in self._by_name().items():
            keys = {"no_iin_reason": "no_iin", "slip_language": "language"}
            field.set_label(say(f"register.{keys.get(name, name)}"))
        self.iin.set_placeholder(say("register.iin_hint"))
        self.mother_iin.set_placeholder(say("register.iin_hint"))
        self.birth_date.set_placeholder(say("register.birth_date_hint"))
        self.phone.set_placeholder("+7 700 000 00 00")
        self._choose(self.state())
        self.reader.say_again()
        self._fit_to_reason()

    def _choose(self, state: FormState) -> None:
        """The choices of a form, in the language of the moment."""
        option, choices = self.choices.option, self.choices
        self.no_iin.set_option(option(state.no_iin_reason) if state.no_iin_reason else None)
        self.document.set_option(option(state.document) if state.document else None)
        self.language.set_option(option(state.slip_language))
        self.age_band.set_option(option(state.age_band) if state.age_band else None)
        self.reminders.set_option(option(state.reminders))
        self.kato.set_option(choices.place(state.kato))
        self.citizenship.set_option(choices.country(state.citizenship))


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    space(row, 0, 12)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row
