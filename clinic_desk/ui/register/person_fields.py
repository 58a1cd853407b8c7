"""The fields of a person, in the order of the form on paper."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.folding import fold
from clinic_desk.domain.iin import Iin, Sex, compare_with_document, parse_iin
from clinic_desk.domain.patient import DocumentKind, NoIinReason, SlipLanguage
from clinic_desk.domain.phone import parse_phone
from clinic_desk.ui.kit import (
    Banner,
    Choice,
    ChoiceTiles,
    ComboField,
    FieldFrame,
    IinField,
    Kind,
    Option,
    PlainLabel,
    TextField,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.combo_field import Deliver
from clinic_desk.ui.patients.date_field import DateField, give_room
from clinic_desk.ui.register.form_state import FormState

E = TypeVar("E", bound=StrEnum)
_LONGEST: Final = 100
_ADDRESS_LONGEST: Final = 300


class PersonFields(QWidget):
    """All fields with their words; knows what an IIN fills in and never overwrites what a person typed.

    Signals:
        edited: something was typed or chosen by a person.
        iin_submitted: Enter was pressed in the IIN.
    """

    edited = Signal()
    iin_submitted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._birth_date_is_typed = False
        self._sex_is_typed = False
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
            _chosen(self.no_iin, NoIinReason),
            self.mother_iin.text(),
            self.surname.text(),
            self.given_name.text(),
            self.patronymic.text(),
            self.birth_date.text(),
            _sex(self.sex.value()),
            self.phone.text(),
            self.address.text(),
            _chosen(self.document, DocumentKind),
            self.document_number.text(),
            _chosen(self.language, SlipLanguage) or SlipLanguage.KK,
        )

    def set_state(self, state: FormState) -> None:
        """Let the fields hold this, without signals; birth date and sex count as typed if they are there."""
        self.iin.set_text(state.iin)
        self._choose(self.no_iin, state.no_iin_reason)
        self.mother_iin.set_text(state.mother_iin)
        self.surname.set_text(state.surname)
        self.given_name.set_text(state.given_name)
        self.patronymic.set_text(state.patronymic)
        self.birth_date.set_text(state.birth_date)
        self.phone.set_text(state.phone)
        self.address.set_text(state.address)
        self._choose(self.document, state.document)
        self.document_number.set_text(state.document_number)
        self._choose(self.language, state.slip_language)
        self._birth_date_is_typed = bool(state.birth_date)
        self._sex_is_typed = state.sex is not Sex.UNKNOWN
        self._say_sex()
        self.sex.set_value(state.sex if self._sex_is_typed or state.is_unknown_person else None)
        self.clear_errors()
        self._fill_from_iin()
        self._fit_to_reason()

    def half_chosen(self) -> list[str]:
        """The names of choices in which something is typed that is not on their list."""
        return [
            name
            for name, field in self._by_name().items()
            if isinstance(field, ComboField)
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
        for field in self._frames():
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
        self.no_iin = ComboField(source=self._reasons)
        self.mother_iin = IinField(required=True)
        self.surname = TextField(required=True)
        self.given_name = TextField(required=True)
        self.patronymic = TextField()
        self.birth_date = DateField(required=True)
        self.sex = ChoiceTiles(columns=2)
        self.sex_label = PlainLabel(role="field")
        self.sex_error = PlainLabel(role="caption", tone="err", wraps=True)
        self.sex_error.hide()
        self.phone = TextField()
        self.language = ComboField(source=self._languages)
        self.document = ComboField(source=self._documents)
        self.document_number = TextField()
        self.address = TextField()
        self.warning = Banner(Kind.WARN, "warning", wide=False)
        self.warning.setObjectName("register_form_banner_mismatch")
        self.warning.hide()
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
            "surname": self.surname,
            "given_name": self.given_name,
            "patronymic": self.patronymic,
            "birth_date": self.birth_date,
            "phone": self.phone,
            "slip_language": self.language,
            "document": self.document,
            "document_number": self.document_number,
            "address": self.address,
        }

    def _frames(self) -> Iterable[FieldFrame]:
        return self._by_name().values()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        space(column, 0, 8)
        column.addLayout(_pair(self.iin, self.no_iin))
        self.rest = QWidget()
        inner = QVBoxLayout(self.rest)
        space(inner, 0, 8)
        inner.addLayout(_pair(self.mother_iin, None))
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
        self.iin.edited.connect(self._fill_from_iin)
        self.iin.submitted.connect(self.iin_submitted)
        self.birth_date.edited.connect(self._on_birth_date)
        self.birth_date.left.connect(self._say_mismatch)
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

    def _on_birth_date(self, text: str) -> None:
        self._birth_date_is_typed = bool(text.strip())
        self._say_mismatch()

    def _on_sex(self, _value: object) -> None:
        self._sex_is_typed = True
        self.sex_error.hide()
        self._say_mismatch()
        self.edited.emit()

    def _iin(self) -> Iin | None:
        try:
            return parse_iin(self.iin.text())
        except InvalidValue:
            return None

    def _fill_from_iin(self, _text: str = "") -> None:
        iin = self._iin()
        if iin is not None:
            if iin.birth_date is not None and not self._birth_date_is_typed:
                self.birth_date.set_day(iin.birth_date)
                self.birth_date.set_error("")
            if iin.sex is not None and not self._sex_is_typed:
                self.sex.set_value(iin.sex)
                self.sex_error.hide()
        if len(self.iin.text()) == 12 and iin is None:
            self._say_bad_iin()
        self._say_mismatch()

    def _say_bad_iin(self) -> None:
        try:
            parse_iin(self.iin.text())
        except InvalidValue as error:
            self.iin.set_error(self._words.say(f"errors.errors.{error.code}", **error.params))

    def _fit_to_reason(self) -> None:
        state = self.state()
        self.mother_iin.setVisible(state.wants_mother)
        self.no_iin.setEnabled(not state.iin)
        self.birth_date.set_required(not state.is_unknown_person)
        self._say_sex()

    def _tidy_phone(self) -> None:
        try:
            shown = parse_phone(self.phone.text()).shown
        except InvalidValue:
            return
        if shown != self.phone.text():
            self.phone.set_text(shown)
            self.edited.emit()

    def _say_mismatch(self) -> None:
        say = self._words.say
        iin = self._iin()
        sentences = []
        if iin is not None and iin.is_unusual:
            sentences.append(say("register.unusual_iin"))
        if iin is not None:
            typed = self.birth_date.day()
            mismatch = compare_with_document(iin, typed, _sex(self.sex.value()))
            if mismatch.number_birth_date and typed:
                sentences.append(
                    say("register.mismatch.date", number=mismatch.number_birth_date, typed=typed)
                )
            if mismatch.number_sex:
                sentences.append(
                    say("register.mismatch.sex", number=say(f"labels.sex.{mismatch.number_sex}"))
                )
        self.warning.setVisible(bool(sentences))
        self.warning.set_text(" ".join(sentences))

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
        state = self.state()
        for combo, value in (
            (self.no_iin, state.no_iin_reason),
            (self.document, state.document),
            (self.language, _chosen(self.language, SlipLanguage)),
        ):
            self._choose(combo, value)
        if self.iin.error():
            self.iin.set_error("")
            self._fill_from_iin()
        self._say_sex()
        self._say_mismatch()

    def _choose(self, combo: ComboField, value: StrEnum | None) -> None:
        combo.set_option(None if value is None else self._option(value))

    def _option(self, value: StrEnum) -> Option:
        groups = {NoIinReason: "no_iin", DocumentKind: "document", SlipLanguage: "language"}
        return Option(value, self._words.say(f"labels.{groups[type(value)]}.{value}"))

    def _offer(self, values: Iterable[StrEnum], query: str, deliver: Deliver) -> None:
        options = [self._option(value) for value in values]
        wanted = fold(query)
        deliver([option for option in options if wanted in fold(option.title)])

    def _reasons(self, query: str, deliver: Deliver) -> None:
        self._offer(NoIinReason, query, deliver)

    def _documents(self, query: str, deliver: Deliver) -> None:
        self._offer(DocumentKind, query, deliver)

    def _languages(self, query: str, deliver: Deliver) -> None:
        self._offer(SlipLanguage, query, deliver)


def _pair(left: QWidget, right: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    space(row, 0, 12)
    row.addWidget(left, 1)
    if right is None:
        row.addStretch(1)
    else:
        row.addWidget(right, 1)
    return row


def _sex(value: object) -> Sex:
    return value if isinstance(value, Sex) else Sex.UNKNOWN


def _chosen(combo: ComboField, kind: type[E]) -> E | None:
    option = combo.option()
    return option.key if option is not None and isinstance(option.key, kind) else None
