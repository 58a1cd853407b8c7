"""The way through the form by Enter alone: which place is still open, and where the focus goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.consent_panel import CONSENT, IDENTITY
from clinic_desk.ui.attachment.form_hand import FormHand

BASIS, DISTRICT, REASONS, SEND = "basis", "district", "reasons", "send"


class FormWay:
    """From the basis to the button, past what is filled in.

    Args:
        view: the controls.
        hand: the form.
        is_settled: whether the rules have answered for the form as it stands.
    """

    def __init__(self, view: ApplicationView, hand: FormHand, is_settled: Callable[[], bool]) -> None:
        self._view = view
        self._hand = hand
        self._is_settled = is_settled
        self._is_waiting = False

    def go_on(self, behind: str = "") -> None:
        """The focus is on the next open place after `behind`, or from the beginning on."""
        if self._hand.form is not None:
            self.focus(self.next_open(behind))

    def settled(self) -> None:
        """The rules have answered: whoever waited at the end of the way goes on."""
        if self._is_waiting:
            self._is_waiting = False
            self.go_on()

    def next_open(self, behind: str = "") -> str:
        """The name of that place, "send" when nothing is open."""
        form, view = self._hand.form, self._view
        if form is None:
            return SEND
        rows = view.consent.rows
        seen = {document.code for document in form.documents}
        identity = {choice.code for choice in self._hand.documents if choice.proves_identity}
        needed = [c.code for c in self._hand.documents if c.is_needed and not c.proves_identity]
        path: list[tuple[str, bool]] = [
            (BASIS, form.basis is None),
            (CONSENT, form.consent is None),
            (IDENTITY, IDENTITY in rows and not seen & identity),
            *((code, code in rows and code not in seen) for code in needed),
            (DISTRICT, form.district_id is None and view.districts.has_choices),
            (REASONS, view.reasons.first_open() is not None),
        ]
        names = [name for name, _ in path]
        start = names.index(behind) + 1 if behind in names else 0
        # A step that was passed over is not forgotten: from the end the path begins anew.
        return next((name for name, is_open in path[start:] + path[:start] if is_open), SEND)

    def focus(self, name: str) -> None:
        """The place of that name has the focus and is in sight."""
        view = self._view
        if name == BASIS:
            view.basis.focus_first()
            return
        self._is_waiting = name == SEND and not self._is_settled()
        target = self._target(name)
        if target is None:
            return
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if view.form.isAncestorOf(target):
            view.form.ensureWidgetVisible(target)

    def _target(self, name: str) -> QWidget | None:
        """None where the focus stays: the rules are still being asked, or forbid."""
        view = self._view
        row = view.consent.rows.get(name)
        if row is not None:
            return row.box
        if name == DISTRICT:
            return view.districts.table
        field = view.reasons.first_open()
        if name == REASONS and field is not None:
            return field.edit
        return view.send if view.send.isEnabled() and not self._is_waiting else None


__all__ = ["REASONS", "FormWay"]
