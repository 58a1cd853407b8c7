"""The only label of the program: shows text exactly as it is, never as markup."""

from typing import Final, Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Role = Literal[
    "caption",
    "field",
    "small",
    "body",
    "strong",
    "large",
    "heading",
    "subtitle",
    "title",
    "number",
    "display",
]
"""caption 12/500, field 13/500 muted, small 13, body 14, strong 14/600, large 16, heading 16/600,
subtitle and number 20/600, title 24/600, display 30/600."""

Tone = Literal["text", "muted", "accent", "ok", "warn", "err", "info", "stale"]

_BETWEEN_WORDS: Final = int(Qt.TextFlag.TextWordWrap)
_ANYWHERE: Final = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


class PlainLabel(QLabel):
    """A label whose text is plain whatever it holds.

    Args:
        text: what to show.
        role: size and weight.
        tone: colour.
        wraps: break lines instead of growing wide; a word longer than the line is broken too.
        data: the text is somebody's data (a name, an address), not our words: not a matter of translation.
        parent: as in Qt.
    """

    def __init__(
        self,
        text: str = "",
        *,
        role: Role = "body",
        tone: Tone = "text",
        wraps: bool = False,
        data: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        self.setProperty("data", data)
        self.setWordWrap(wraps)
        if wraps:
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self._elides = False
        self.setText(text)

    def set_tone(self, tone: Tone) -> None:
        """Show the text in another colour."""
        self._restyle("tone", tone)

    def set_role(self, role: Role) -> None:
        """Show the text in another size or weight."""
        self._restyle("role", role)

    def set_eliding(self, elides: bool) -> None:
        """End a text that is too long with an ellipsis; the whole of it is in the tooltip. Off by default."""
        self._elides = elides
        if elides:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.setToolTip(self.text())
        self.update()

    @property
    def elides(self) -> bool:
        """Whether a long text ends with an ellipsis on purpose."""
        return self._elides

    def setText(self, text: str) -> None:
        super().setText(text)
        if getattr(self, "_elides", False):
            self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._elides:
            painter = QPainter(self)
            metrics = QFontMetrics(self.font())
            text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            self.style().drawItemText(
                painter,
                self.rect(),
                int(self.alignment()),
                self.palette(),
                self.isEnabled(),
                text,
                self.foregroundRole(),
            )
            return
        if not self.wordWrap():
            super().paintEvent(event)
            return
        # QLabel breaks lines only between words: a long name without spaces would be cut.
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()) | self._breaks(self.contentsRect().width()),
            self.palette(),
            self.isEnabled(),
            self.text(),
            self.foregroundRole(),
        )

    def heightForWidth(self, width: int) -> int:
        if not self.wordWrap():
            return super().heightForWidth(width)
        margins = self.contentsMargins()
        inner = max(1, width - margins.left() - margins.right())
        rect = QFontMetrics(self.font()).boundingRect(
            QRect(0, 0, inner, 100_000), int(self.alignment()) | self._breaks(inner), self.text()
        )
        return rect.height() + margins.top() + margins.bottom()

    def _restyle(self, name: str, value: str) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            self.style().unpolish(self)
            self.style().polish(self)
            self.update()

    def _breaks(self, width: int) -> int:
        """Where lines may end: Qt breaks every word once it may break one, so only where one is too long."""
        metrics = QFontMetrics(self.font())
        fits = all(metrics.horizontalAdvance(word) <= width for word in self.text().split())
        return _BETWEEN_WORDS if fits else _ANYWHERE


__all__ = ["PlainLabel", "Role", "Tone"]
