"""What the main window expects of a page it shows."""

from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """A page of the main window. A page that only shows needs none of these."""

    def on_shown(self) -> None:
        """The page has come to the front: reload if something changed meanwhile."""

    def on_escape(self) -> bool:
        """Esc was pressed and nobody inside wanted it; True if the page went a step back by itself."""
        return False

    def on_undo(self) -> bool:
        """Ctrl+Z was pressed and no toast offers Undo; True if the page took its last act back."""
        return False

    def first_focus(self) -> QWidget | None:
        """Where the focus goes with F6; None for the first control."""
        return None
