"""Long work that does not lock the window: a thin bar, a text and Cancel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clinic_desk.ui.kit.buttons import LinkButton
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import space


class Progress(QWidget):
    """Shows how far the work is.

    Signals:
        cancelled: a person asked to stop; the button is then off.
    """

    cancelled = Signal()

    def __init__(self, text: str = "", cancel_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = PlainLabel(text, role="small")
        self.count = PlainLabel(role="small", tone="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.button = LinkButton(cancel_text)
        self.button.clicked.connect(self._on_cancel)
        top = QHBoxLayout()
        space(top, 0, 8)
        top.addWidget(self.label)
        top.addWidget(self.count)
        top.addStretch(1)
        top.addWidget(self.button)
        column = QVBoxLayout(self)
        space(column, 0, 6)
        column.addLayout(top)
        column.addWidget(self.bar)
        # Only now: a widget without a parent would open as a window of its own.
        self.button.setVisible(bool(cancel_text))

    def setText(self, text: str) -> None:
        """Say what is being done."""
        self.label.setText(text)
        self.bar.setAccessibleName(text)

    def set_cancel_text(self, text: str) -> None:
        """Offer to stop, in these words; "" offers nothing."""
        self.button.setText(text)
        self.button.setVisible(bool(text))

    def set_progress(self, done: int, total: int) -> None:
        """Show `done` of `total`; a total of 0 is not known yet."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.count.setText(f"{done:,} / {total:,}".replace(",", "\N{NO-BREAK SPACE}") if total else "")

    def _on_cancel(self) -> None:
        self.button.setEnabled(False)
        self.cancelled.emit()
