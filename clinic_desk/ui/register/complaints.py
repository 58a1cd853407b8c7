"""What keeps a form from being saved: said above it and at its fields, and again in another language."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError, InvalidValue
from clinic_desk.sentences import error_sentence
from clinic_desk.services.person_form import PersonForm
from clinic_desk.ui.kit import UiText
from clinic_desk.ui.register.person_fields import PersonFields


class Complaints(QObject):
    """One complaint at a time.

    Args:
        words: the language of the moment.
        fields: the form.
        problems: what the use case has against a form.
        show: puts a sentence above the form, "" for none.
    """

    def __init__(
        self,
        words: UiText,
        fields: PersonFields,
        problems: Callable[[PersonForm], list[InvalidValue]],
        show: Callable[[str], None],
    ) -> None:
        super().__init__(fields)
        self._words = words
        self._fields = fields
        self._problems = problems
        self._show = show
        self._say_again: Callable[[bool], None] | None = None
        self._asks_to_decide = False

    def is_good(self) -> bool:
        """Whether the form may be saved; if not, it is said why, and the first fault has the focus."""
        if not self._faults():
            self._fields.clear_errors()
            return True
        self._complain(lambda go_there: self._show_faults(self._faults(), go_there=go_there))
        return False

    def decide_first(self, key: str) -> None:
        """Somebody who may be the same waits for a word; `key` is the sentence."""
        self._complain(lambda _go: self._show(self._words.say(key)))
        self._asks_to_decide = True

    def decided(self) -> None:
        """The word was said."""
        if self._asks_to_decide:
            self.forget()

    def refuse(self, error: ClinicDeskError) -> str:
        """The store refused; the name of the field it is about, or ""."""
        field = error.params.get("field") if isinstance(error, InvalidValue) else None
        name = str(field or "")

        def say(go_there: bool) -> None:
            sentence = error_sentence(self._words.texts, error)
            if name:
                self._fields.show_errors({name: sentence}, go_there=go_there)
            self._show(sentence)

        self._complain(say)
        return name

    def forget(self) -> None:
        """Something was typed: it may be right now."""
        self._say_again = None
        self._asks_to_decide = False
        self._show("")

    def retell(self) -> None:
        """The same in the language of the moment; the focus stays."""
        if self._say_again is not None:
            self._say_again(False)

    def _complain(self, say: Callable[[bool], None]) -> None:
        self._say_again = say
        say(True)

    def _faults(self) -> dict[str, str]:
        """What is wrong with the form, by field."""
        sentences: dict[str, str] = {}
        for problem in self._problems(self._fields.state().form()):
            field = str(problem.params.get("field", ""))
            sentences.setdefault(field, error_sentence(self._words.texts, problem))
        if self._fields.birth_date.is_bad:
            sentences["birth_date"] = self._words.say("register.bad_date")
        for name in self._fields.half_chosen():
            sentences[name] = self._words.say("register.not_on_list")
        return sentences

    def _show_faults(self, sentences: dict[str, str], *, go_there: bool) -> None:
        if sentences:
            self._show(self._words.say("register.errors_on_top", n=len(sentences)))
        self._fields.show_errors(sentences, go_there=go_there)
