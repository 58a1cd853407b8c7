"""Whether a package of care is open: yes, no or not known, as a sign and a word."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinic_desk.domain.insurance import Coverage
from clinic_desk.ui.kit import PlainLabel, space
from clinic_desk.ui.kit.banner import IconLabel

_LOOKS = {
    Coverage.YES: ("check-circle", "ok"),
    Coverage.NO: ("x-circle", "err"),
    Coverage.UNKNOWN: ("question", "text2"),
}


class PackageMark(QWidget):
    """A sign and the name of the package; the accessible name is a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.coverage = Coverage.UNKNOWN
        self._icon = IconLabel("question", "text2", 16)
        self._label = PlainLabel(role="strong")
        row = QHBoxLayout(self)
        space(row, 0, 6)
        row.addWidget(self._icon)
        row.addWidget(self._label)

    def show_mark(self, name: str, coverage: Coverage, sentence: str) -> None:
        """Show what is known of this package."""
        icon, colour = _LOOKS[coverage]
        self._icon.set_icon(icon, colour)
        self.coverage = coverage
        self._label.setText(name)
        self._label.set_tone("text" if coverage is Coverage.YES else "muted")
        self.setAccessibleName(sentence)
