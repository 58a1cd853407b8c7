"""What an IIN fills in, and what is said when the document disagrees; it never writes over what was typed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Iin, Sex, compare_with_document, parse_iin
from clinic_desk.ui.kit import Banner, ChoiceTiles, IinField, PlainLabel, UiText
from clinic_desk.ui.patients.date_field import DateField


class IinReader(QObject):
    """Watches the number, the birth date and the sex of one form.

    Attributes:
        birth_date_is_typed, sex_is_typed: a person gave them; the number does not touch them.
    """

    def __init__(
        self,
        words: UiText,
        iin: IinField,
        birth_date: DateField,
        sex: ChoiceTiles,
        sex_error: PlainLabel,
        warning: Banner,
    ) -> None:
        super().__init__(iin)
        self._words = words
        self._iin, self._birth_date = iin, birth_date
        self._sex, self._sex_error = sex, sex_error
        self._warning = warning
        self.birth_date_is_typed = False
        self.sex_is_typed = False

    def watch(self) -> None:
        """From now on; called behind everybody else who hears the fields, since they take errors away."""
        self._iin.edited.connect(self.fill)
        self._birth_date.edited.connect(self._on_birth_date)
        self._birth_date.left.connect(self.say_mismatch)

    def sex_was_chosen(self) -> None:
        """A person gave the sex."""
        self.sex_is_typed = True
        self._sex_error.hide()
        self.say_mismatch()

    def fill(self, _text: str = "") -> None:
        """Birth date and sex are taken from the number as far as nobody typed them."""
        iin = self._parsed()
        if iin is not None:
            if iin.birth_date is not None and not self.birth_date_is_typed:
                self._birth_date.set_day(iin.birth_date)
                self._birth_date.set_error("")
            if iin.sex is not None and not self.sex_is_typed:
                self._sex.set_value(iin.sex)
                self._sex_error.hide()
        if len(self._iin.text()) == 12 and iin is None:
            self._say_bad_iin()
        self.say_mismatch()

    def say_mismatch(self) -> None:
        """The banner says where number and document differ."""
        say = self._words.say
        iin = self._parsed()
        sentences = []
        if iin is not None and iin.is_unusual:
            sentences.append(say("register.unusual_iin"))
        if iin is not None:
            typed = self._birth_date.day()
            mismatch = compare_with_document(iin, typed, sex_of(self._sex.value()))
            if mismatch.number_birth_date and typed:
                sentences.append(
                    say("register.mismatch.date", number=mismatch.number_birth_date, typed=typed)
                )
            if mismatch.number_sex:
                sentences.append(
                    say("register.mismatch.sex", number=say(f"labels.sex.{mismatch.number_sex}"))
                )
        self._warning.setVisible(bool(sentences))
        self._warning.set_text(" ".join(sentences))

    def say_again(self) -> None:
        """In the language of the moment."""
        if self._iin.error():
            self._iin.set_error("")
            self.fill()
        self.say_mismatch()

    def _on_birth_date(self, text: str) -> None:
        self.birth_date_is_typed = bool(text.strip())
        self.say_mismatch()

    def _parsed(self) -> Iin | None:
        try:
            return parse_iin(self._iin.text())
        except InvalidValue:
            return None

    def _say_bad_iin(self) -> None:
        try:
            parse_iin(self._iin.text())
        except InvalidValue as error:
            self._iin.set_error(self._words.say(f"errors.errors.{error.code}", **error.params))


def sex_of(value: object) -> Sex:
    """The sex of a tile's value; nothing chosen is not known."""
    return value if isinstance(value, Sex) else Sex.UNKNOWN
