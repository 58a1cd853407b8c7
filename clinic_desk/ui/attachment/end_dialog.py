"""Why and when an attachment ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from clinic_desk.domain.attachment import EndReason
from clinic_desk.services.attachment_answers import END_REASONS
from clinic_desk.ui.attachment.detail_dialogs import DetailDialog
from clinic_desk.ui.kit import Choice, ChoiceTiles, PlainLabel, UiText
from clinic_desk.ui.patients.date_field import DateField


class EndDialog(DetailDialog):
    """A reason by its digit and the day; both are needed."""

    def __init__(
        self,
        words: UiText,
        name: str,
        day: dt.date,
        on_saved: Callable[[EndReason, dt.date], object],
        *,
        reason: EndReason | None = None,
        reasons: Sequence[EndReason] = END_REASONS,
    ) -> None:
        say = words.say
        super().__init__(
            words,
            "end",
            say("attachment_screen.end.title"),
            "link-break",
            save=say("attachment_screen.end.save"),
        )
        self.subtitle.setText(name)
        self._on_saved = on_saved
        self.reason = ChoiceTiles(
            [Choice(r, say(f"attachment.end.{r}"), str(n)) for n, r in enumerate(reasons, 1)], columns=1
        )
        self.reason.setObjectName("attachment_end_reason")
        self.reason.setAccessibleName(say("attachment_screen.end.why"))
        self.reason.set_value(reason)
        self.reason.chosen.connect(self._on_reason)
        self.day = DateField(say("attachment_screen.end.day"), required=True)
        self.day.setObjectName("attachment_end_field_day")
        self.day.set_day(day)
        self.day.submitted.connect(self.accept)
        for part in (PlainLabel(say("attachment_screen.end.why"), role="field"), self.reason, self.day):
            self.body.addWidget(part)

    def _on_reason(self, _reason: object) -> None:
        self.day.edit.setFocus()

    def start(self, over: QWidget) -> None:
        """The dialog is open; a digit says why."""
        self.open_over(over, self.save)
        self.reason.focus_first()

    def accept(self) -> None:
        reason, day = self.reason.value(), self.day.day()
        self.day.set_error(self._words.say("attachment_screen.day.bad") if day is None else "")
        if not isinstance(reason, EndReason):
            self.reason.focus_first()
        elif day is None:
            self.day.edit.setFocus()
        else:
            self.close_modal()
            self._on_saved(reason, day)


__all__ = ["EndDialog"]
