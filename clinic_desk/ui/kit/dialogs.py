"""Questions and errors shown over the window; tests put their own in this place."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit.buttons import KeyButton, PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.fields import TextField
from clinic_desk.ui.kit.modal import Modal
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.words import UiText


class Dialogs(Protocol):
    """Asks and tells. Nothing blocks: the answer comes by a call, or never if the person leaves."""

    def show_error(self, over: QWidget, title: str, text: str) -> None:
        """A sentence about what went wrong is shown."""
        ...

    def confirm(
        self,
        over: QWidget,
        title: str,
        text: str,
        yes: str,
        on_yes: Callable[[], object],
        *,
        danger: bool = False,
    ) -> None:
        """`on_yes` is called if the person presses the button `yes`."""
        ...

    def ask(
        self,
        over: QWidget,
        title: str,
        label: str,
        on_answer: Callable[[str], object],
        *,
        text: str = "",
        initial: str = "",
    ) -> None:
        """`on_answer` is called with what the person typed, stripped and never empty."""
        ...


class WindowDialogs:
    """The real dialogs: plain text on a panel over the window."""

    def __init__(self, words: UiText) -> None:
        self._words = words

    def show_error(self, over: QWidget, title: str, text: str) -> None:
        """See `Dialogs`."""
        modal = self._panel(title, text, "warning-circle")
        close = PrimaryButton(self._words.say("shell.close"), "Esc")
        close.setObjectName("shell_error_button_close")
        close.clicked.connect(modal.dismiss)
        modal.foot.addStretch(1)
        modal.foot.addWidget(close)
        modal.open_over(over, close)

    def confirm(
        self,
        over: QWidget,
        title: str,
        text: str,
        yes: str,
        on_yes: Callable[[], object],
        *,
        danger: bool = False,
    ) -> None:
        """See `Dialogs`."""
        modal = self._panel(title, text, "question")

        def accept() -> None:
            modal.close_modal()
            on_yes()

        button = KeyButton(yes, "Ctrl+Enter", look_name="danger" if danger else "primary")
        button.setObjectName("shell_confirm_button_yes")
        button.clicked.connect(accept)
        button.claim_key(modal)
        cancel = self._cancel(modal)
        # A dangerous act needs more than a reflex on Enter.
        self._finish(modal, cancel, button)
        modal.open_over(over, cancel if danger else button)

    def ask(
        self,
        over: QWidget,
        title: str,
        label: str,
        on_answer: Callable[[str], object],
        *,
        text: str = "",
        initial: str = "",
    ) -> None:
        """See `Dialogs`."""
        modal = self._panel(title, text, "pencil-simple")
        field = TextField(label)
        field.setObjectName("shell_ask_field_answer")
        field.set_text(initial)
        modal.body.insertWidget(1, field)

        def accept() -> None:
            answer = field.text().strip()
            if answer:
                modal.close_modal()
                on_answer(answer)

        button = PrimaryButton(self._words.say("shell.save"), "Ctrl+Enter")
        button.setObjectName("shell_ask_button_save")
        button.clicked.connect(accept)
        button.claim_key(modal)
        field.submitted.connect(accept)
        self._finish(modal, self._cancel(modal), button)
        modal.open_over(over, field.edit)

    def _panel(self, title: str, text: str, icon: str) -> Modal:
        modal = Modal(title, icon=icon, width=560, height=0)
        label = PlainLabel(text, wraps=True)
        label.setObjectName("shell_dialog_text")
        modal.body.addWidget(label)
        label.setVisible(bool(text))
        modal.body.addStretch(1)
        modal.closed.connect(modal.deleteLater)
        return modal

    def _cancel(self, modal: Modal) -> KeyButton:
        cancel = SecondaryButton(self._words.say("shell.cancel"), "Esc")
        cancel.setObjectName("shell_dialog_button_cancel")
        cancel.clicked.connect(modal.dismiss)
        return cancel

    def _finish(self, modal: Modal, cancel: KeyButton, button: KeyButton) -> None:
        modal.foot.addWidget(cancel)
        modal.foot.addStretch(1)
        modal.foot.addWidget(button)
