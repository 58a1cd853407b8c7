"""The register's answer as it is entered: accepted with its day, or refused with a ground of the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from clinic_desk.services.attachment_rows import GroundChoice
from clinic_desk.ui.attachment.detail_dialogs import DetailDialog
from clinic_desk.ui.kit import Choice, ChoiceTiles, PlainLabel, TextArea, TextField, UiText
from clinic_desk.ui.patients.date_field import DateField

ACCEPTED, REFUSED = "accepted", "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said. `effective_on` None: the day of the answer. `ground` "" when it accepted."""

    number: str = ""
    effective_on: dt.date | None = None
    ground: str = ""
    text: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the register said no."""
        return bool(self.ground)


class AnswerDialog(DetailDialog):
    """1 accepted, 2 refused; then what belongs to it."""

    def __init__(
        self,
        words: UiText,
        name: str,
        grounds: Sequence[GroundChoice],
        effective_on: dt.date | None,
        on_saved: Callable[[Answer], object],
    ) -> None:
        say = words.say
        super().__init__(words, "answer", say("attachment_screen.answer.title"), "envelope-open")
        self.subtitle.setText(name)
        self._grounds = {ground.code: ground for ground in grounds}
        self._on_saved = on_saved
        self.verdict = ChoiceTiles(
            [
                Choice(ACCEPTED, say("attachment_screen.answer.accepted"), "1"),
                Choice(REFUSED, say("attachment_screen.answer.refused"), "2"),
            ],
            columns=2,
        )
        self.verdict.setObjectName("attachment_answer_verdict")
        self.verdict.setAccessibleName(say("attachment_screen.answer.title"))
        self.verdict.chosen.connect(self._on_verdict)
        self.number = TextField(say("attachment_screen.answer.number"))
        self.number.setObjectName("attachment_answer_field_number")
        self.number.edit.setMaxLength(64)
        self.effective = DateField(say("attachment_screen.answer.effective"), required=True)
        self.effective.setObjectName("attachment_answer_field_effective")
        self.effective.set_day(effective_on)
        self.ground_label = PlainLabel(say("attachment_screen.answer.ground"), role="field", wraps=True)
        self.ground = ChoiceTiles(
            [Choice(ground.code, say(f"attachment.ground.{ground.code}"), ground.key) for ground in grounds],
            columns=1,
        )
        self.ground.setObjectName("attachment_answer_ground")
        self.ground.setAccessibleName(say("attachment_screen.answer.ground"))
        self.ground.chosen.connect(self._on_ground)
        self.ground_error = PlainLabel(role="caption", tone="err", wraps=True)
        self.ground_error.setObjectName("attachment_answer_text_ground_error")
        self.paragraph = TextArea(say("attachment_screen.answer.paragraph"), lines=2)
        self.paragraph.setObjectName("attachment_answer_field_paragraph")
        self.full_list = PlainLabel(
            say("attachment_screen.answer.full_list"), role="caption", tone="muted", wraps=True
        )
        self.number.submitted.connect(self.effective.edit.setFocus)
        self.effective.submitted.connect(self.accept)
        for part in (self.verdict, self.number, self.effective, self.ground_label, self.ground,
                     self.ground_error, self.paragraph, self.full_list):  # fmt: skip
            self.body.addWidget(part)
        self._show_parts()

    def start(self, over: QWidget) -> None:
        """The dialog is open; a digit says which answer came."""
        self.open_over(over, self.save)
        self.verdict.focus_first()

    def accept(self) -> None:
        match self.verdict.value():
            case "accepted":
                self._accept_yes()
            case "refused":
                self._accept_no()
            case _:
                self.verdict.focus_first()

    def _accept_yes(self) -> None:
        day = self.effective.day()
        if day is None:
            self.effective.set_error(self._words.say("attachment_screen.day.bad"))
            self.effective.edit.setFocus()
            return
        self._finish(Answer(self.number.text().strip(), day))

    def _accept_no(self) -> None:
        say = self._words.say
        ground = self._grounds.get(str(self.ground.value()))
        text = " ".join(self.paragraph.text().split())
        self.ground_error.setText("" if ground else say("attachment_screen.answer.ground_missing"))
        self.ground_error.setVisible(ground is None)
        self.fit()
        needs_text = ground is not None and ground.needs_text and not text
        self.paragraph.set_error(say("attachment_screen.answer.paragraph_missing") if needs_text else "")
        if ground is None:
            self.ground.focus_first()
        elif needs_text:
            self.paragraph.edit.setFocus()
        else:
            self._finish(Answer(ground=ground.code, text=text))

    def _finish(self, answer: Answer) -> None:
        self.close_modal()
        self._on_saved(answer)

    def _on_verdict(self, verdict: object) -> None:
        self._show_parts()
        if verdict == ACCEPTED:
            self.number.edit.setFocus()
        else:
            self.ground.focus_first()

    def _on_ground(self, code: object) -> None:
        self.ground_error.hide()
        ground = self._grounds.get(str(code))
        self.paragraph.set_required(ground is not None and ground.needs_text)
        self.paragraph.edit.setFocus()

    def _show_parts(self) -> None:
        verdict = self.verdict.value()
        self.number.setVisible(verdict == ACCEPTED)
        self.effective.setVisible(verdict == ACCEPTED)
        for part in (self.ground_label, self.ground, self.paragraph, self.full_list):
            part.setVisible(verdict == REFUSED)
        self.ground_error.setVisible(False)
        self.fit()


__all__ = ["ACCEPTED", "REFUSED", "Answer", "AnswerDialog"]
