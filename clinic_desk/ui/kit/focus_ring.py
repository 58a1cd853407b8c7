"""The ring around the control that has the focus: two pixels wide, two pixels away."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import RADIUS_CONTROL

_REACH = 4
_FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.ParentChange, QEvent.Type.Show)


class FocusRing(QFocusFrame):
    """Follows the focus inside `window`. Text fields have their own accent border instead."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        answer = super().eventFilter(watched, event)
        if event.type() in _FOLLOWED:
            self._surround()
        return answer

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().colour("focus"), 2))
        radius = look().px(RADIUS_CONTROL) + 3
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now.window() is not self._window:
            return
        shows = now is not None and now is not self._window and not isinstance(now, _WITH_OWN_BORDER)
        self.setWidget(now if shows else None)  # type: ignore[arg-type]
        self._surround()

    def _surround(self) -> None:
        widget: QWidget | None = self.widget()
        parent: QWidget | None = self.parentWidget()
        if widget is None or parent is None:
            return
        # QFocusFrame takes its margin from the style; ours is wider by the gap.
        corner = widget.mapTo(parent, widget.rect().topLeft())
        rect = widget.rect().translated(corner).adjusted(-_REACH, -_REACH, _REACH, _REACH)
        if rect != self.geometry():
            self.setGeometry(rect)


_WITH_OWN_BORDER = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
