"""Asks for the secret with which the desk signs in to the upstream; it is shown nowhere."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinic_desk.services.sync.upstream_settings import UpstreamSettings
from clinic_desk.ui.kit import Modal, PlainLabel, PrimaryButton, SecondaryButton, TextField, UiText


class SignInDialog(Modal):
    """One field. What was typed is gone when the dialog closes.

    Signals:
        given: the secret that was typed.
    """

    given = Signal(str)

    def __init__(self, words: UiText, settings: UpstreamSettings) -> None:
        super().__init__(words.say("sync_state.sign_in.title"), icon="lock-key", width=560, height=0)
        self.setObjectName("sync_sign_in_dialog")
        self._words = words
        # Where it goes must be seen before it is typed.
        self.subtitle.setText(settings.secret_goes_to)
        self.field = TextField(required=True)
        self.field.setObjectName("sync_sign_in_field_secret")
        self.field.set_label(words.say(f"sync_state.sign_in.secret.{settings.auth}", user=settings.user))
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.edit.setMaxLength(4000)
        self.field.submitted.connect(self._give)
        self.body.addWidget(self.field)
        self.body.addWidget(
            PlainLabel(words.say("sync_state.sign_in.kept"), role="caption", tone="muted", wraps=True)
        )
        self.cancel = SecondaryButton(words.say("shell.cancel"), "Esc")
        self.cancel.setObjectName("sync_sign_in_button_cancel")
        self.cancel.clicked.connect(self.dismiss)
        self.enter = PrimaryButton(words.say("sync_state.banner.sign_in_act"), "Ctrl+Enter")
        self.enter.setObjectName("sync_sign_in_button_enter")
        self.enter.clicked.connect(self._give)
        self.enter.claim_key(self)
        self.foot.addWidget(self.cancel)
        self.foot.addStretch(1)
        self.foot.addWidget(self.enter)
        self.closed.connect(self.deleteLater)

    def start(self, over: QWidget) -> None:
        """The dialog covers the window, with the focus in its field."""
        self.open_over(over, self.field.edit)

    def show_error(self, text: str) -> None:
        """Say at the field why it was not taken."""
        self.enter.setEnabled(True)
        self.field.set_error(text)
        self.fit()
        self.field.edit.setFocus()

    def _give(self) -> None:
        secret = self.field.text()
        if not secret:
            self.show_error(self._words.say("sync_state.sign_in.empty"))
        elif self.enter.isEnabled():
            self.enter.setEnabled(False)
            self.given.emit(secret)


__all__ = ["SignInDialog"]
