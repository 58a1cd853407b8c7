"""Small dialogs over the application: who consented, how and when; which document and its date."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from clinic_desk.domain.attachment import ConsentGiver, ConsentWay, SeenDocument
from clinic_desk.services.attachment_rows import ConsentForm
from clinic_desk.services.ports import Clock
from clinic_desk.ui.attachment.words import document_name
from clinic_desk.ui.kit import (
    Choice,
    ChoiceTiles,
    Modal,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    TextField,
    UiText,
)
from clinic_desk.ui.patients.date_field import DateField
from clinic_desk.ui.patients.typed_dates import typed_moment


class DetailDialog(Modal):
    """A panel with Cancel and Save; a subclass fills `body` and checks in `accept`."""

    def __init__(self, words: UiText, name: str, title: str, icon: str, save: str = "") -> None:
        super().__init__(title, icon=icon, width=620, height=0)
        self.setObjectName(f"attachment_{name}_dialog")
        self._words = words
        self.cancel = SecondaryButton(words.say("shell.cancel"), "Esc")
        self.cancel.setObjectName(f"attachment_{name}_button_cancel")
        self.cancel.clicked.connect(self.dismiss)
        self.save = PrimaryButton(save or words.say("shell.save"), "Ctrl+Enter")
        self.save.setObjectName(f"attachment_{name}_button_save")
        self.save.clicked.connect(self.accept)
        self.save.claim_key(self)
        self.foot.addWidget(self.cancel)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save)
        self.closed.connect(self.deleteLater)

    @abstractmethod
    def accept(self) -> None:
        """Ctrl+Enter: hand over what was filled in, or say at the field what is missing."""


class ConsentDialog(DetailDialog):
    """Who gave the consent, how and when."""

    def __init__(
        self,
        words: UiText,
        clock: Clock,
        consent: ConsentForm,
        givers: Sequence[ConsentGiver],
        on_saved: Callable[[ConsentForm], object],
    ) -> None:
        say = words.say
        super().__init__(words, "consent", say("attachment_screen.consent.title"), "check-square")
        self._clock = clock
        self._consent = consent
        self._on_saved = on_saved
        self.giver = ChoiceTiles(
            [Choice(g, say(f"labels.consent_giver.{g}"), str(n)) for n, g in enumerate(givers, 1)], columns=2
        )
        self.giver.setObjectName("attachment_consent_giver")
        self.giver.setAccessibleName(say("attachment_screen.consent.who"))
        self.giver.set_value(consent.giver if consent.giver in givers else None)
        self.name = TextField(say("attachment_screen.consent.name"), required=True)
        self.name.setObjectName("attachment_consent_field_name")
        self.name.edit.setMaxLength(120)
        self.name.set_text(consent.name)
        ways = list(ConsentWay)
        self.way = ChoiceTiles(
            [Choice(w, say(f"labels.consent_way.{w}"), str(n)) for n, w in enumerate(ways, 1)], columns=3
        )
        self.way.setObjectName("attachment_consent_way")
        self.way.setAccessibleName(say("attachment_screen.consent.how"))
        self.way.set_value(consent.way)
        self.at = TextField(say("attachment_screen.consent.when"), required=True)
        self.at.setObjectName("attachment_consent_field_at")
        self.at.edit.setMaxLength(24)
        self.at.set_text(words.texts.moment(consent.at or clock.now()))
        for part in (
            PlainLabel(say("attachment_screen.consent.who"), role="field"),
            self.giver,
            self.name,
            PlainLabel(say("attachment_screen.consent.how"), role="field"),
            self.way,
            self.at,
        ):
            self.body.addWidget(part)
        self.giver.chosen.connect(self._on_giver)
        self.name.submitted.connect(self.way.focus_first)
        self.at.submitted.connect(self.accept)
        self._show_name()

    def start(self, over: QWidget) -> None:
        """The dialog is open; the focus is on what is still missing, else on who."""
        self.open_over(over, self.save)
        if self.giver.value() is None or self.name.isHidden():
            self.giver.focus_first()
        else:
            self.name.edit.setFocus()

    def accept(self) -> None:
        giver, way = self.giver.value(), self.way.value()
        at = typed_moment(self.at.text(), self._clock.now(), self._clock.zone)
        name = "" if giver is ConsentGiver.PATIENT else self.name.text().strip()
        say = self._words.say
        needs_name = giver is not ConsentGiver.PATIENT and not name
        self.name.set_error(say("attachment_screen.consent.name_missing") if needs_name else "")
        self.at.set_error(self._wrong_moment(at))
        if not isinstance(giver, ConsentGiver):
            self.giver.focus_first()
        elif needs_name:
            self.name.edit.setFocus()
        elif self.at.error() or at is None:
            self.at.edit.setFocus()
        elif isinstance(way, ConsentWay):
            self.close_modal()
            self._on_saved(ConsentForm(giver, way, at, name))

    def _wrong_moment(self, at: dt.datetime | None) -> str:
        if at is None:
            return self._words.say("attachment_screen.moment.bad")
        return self._words.say("attachment_screen.moment.future") if at > self._clock.now() else ""

    def _on_giver(self, giver: object) -> None:
        self._show_name()
        if giver is not ConsentGiver.PATIENT:
            self.name.edit.setFocus()

    def _show_name(self) -> None:
        giver = self.giver.value()
        self.name.setVisible(giver is not None and giver is not ConsentGiver.PATIENT)
        self.fit()


class DocumentDialog(DetailDialog):
    """Which document was seen, of several that serve, and the day written on it."""

    def __init__(
        self,
        words: UiText,
        seen: SeenDocument,
        codes: Sequence[str],
        today: dt.date,
        on_saved: Callable[[SeenDocument], object],
    ) -> None:
        say = words.say
        super().__init__(words, "document", say("attachment_screen.document.title"), "file-text")
        self._code = seen.code
        self._today = today
        self._on_saved = on_saved
        self.which = ChoiceTiles(
            [Choice(code, document_name(words, code), str(n)) for n, code in enumerate(codes, 1)], columns=2
        )
        self.which.setObjectName("attachment_document_which")
        self.which.setAccessibleName(say("attachment_screen.document.which"))
        self.which.set_value(seen.code)
        self.which.chosen.connect(self._on_which)
        self.name = PlainLabel(document_name(words, seen.code), role="strong", wraps=True)
        self.dated = DateField(say("attachment_screen.document.dated"))
        self.dated.setObjectName("attachment_document_field_dated")
        self.dated.set_day(seen.dated)
        self.dated.submitted.connect(self.accept)
        for part in (self.which, self.name, self.dated):
            self.body.addWidget(part)
        self.which.setVisible(len(codes) > 1)
        self.name.setVisible(len(codes) <= 1)

    def _on_which(self, _code: object) -> None:
        self.dated.edit.setFocus()

    def start(self, over: QWidget) -> None:
        """The dialog is open; digits choose the document, else the date is typed."""
        self.open_over(over, self.dated.edit)
        if not self.which.isHidden():
            self.which.focus_first()

    def accept(self) -> None:
        day = self.dated.day()
        if self.dated.is_bad:
            self.dated.set_error(self._words.say("attachment_screen.day.bad"))
        elif day is not None and day > self._today:
            self.dated.set_error(self._words.say("attachment_screen.day.future"))
        else:
            code = self.which.value() if not self.which.isHidden() else self._code
            self.close_modal()
            self._on_saved(SeenDocument(str(code), day))
            return
        self.dated.edit.setFocus()


__all__ = ["ConsentDialog", "DetailDialog", "DocumentDialog"]
