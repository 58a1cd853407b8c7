"""What a page shows when it has nothing: one sentence and one key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.buttons import KeyButton
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import space


class EmptyState(QWidget):
    """An icon, a sentence and, if there is something to do, one button."""

    def __init__(
        self, icon: str, text: str = "", button: KeyButton | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label = PlainLabel(text, role="large", tone="muted", wraps=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = button
        column = QVBoxLayout(self)
        space(column, 24, 14)
        column.addStretch(1)
        self._icon = IconLabel(icon, "text2", 40)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.label)
        if button is not None:
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def set_icon(self, icon: str) -> None:
        """Show another sign over the sentence."""
        self._icon.set_icon(icon, "text2")

    def setText(self, text: str) -> None:
        """Show this sentence."""
        self.label.setText(text)
