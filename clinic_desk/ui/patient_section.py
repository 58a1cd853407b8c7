"""The section of people."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.ui.kit import space
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.patients.patient_page import PatientPage


class PatientSection(Page):
    """The section of people: the card, or the registration form in its place."""

    def __init__(self, card: PatientPage) -> None:
        super().__init__()
        self.card = card
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(self._stack)

    def show_page(self, page: QWidget) -> None:
        """The page is in front; it is added when it is new."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    @property
    def current(self) -> QWidget | None:
        """The page in front."""
        return self._stack.currentWidget()

    def on_shown(self) -> None:
        page = self.current
        if isinstance(page, Page):
            page.on_shown()

    def on_escape(self) -> bool:
        page = self.current
        return isinstance(page, Page) and page.on_escape()

    def first_focus(self) -> QWidget | None:
        page = self.current
        return page.first_focus() if isinstance(page, Page) else None
