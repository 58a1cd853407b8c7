"""The ring around the control that has the focus: two pixels wide, two pixels away.

Not a QFocusFrame: that one takes its reach and its mask from the style, and Fusion leaves no gap.
"""

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import RADIUS_CONTROL

_REACH = 4
_FOLLOWED = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ZOrderChange,
    QEvent.Type.ParentChange,
)
_WITH_OWN_BORDER = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)


class FocusRing(QWidget):
    """Follows the focus inside `window`. Text fields have their own accent border instead."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
            self._on_focus(None, app.focusWidget())

    def surrounded(self) -> QWidget | None:
        """The control inside the ring."""
        return self._watched[0] if self._watched and shiboken6.isValid(self._watched[0]) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED:
            self._surround()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().colour("focus"), 2))
        radius = look().px(RADIUS_CONTROL) + 3
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not (shiboken6.isValid(self) and shiboken6.isValid(self._window)):
            # The focus still moves while the window is taken apart.
            return
        if now is not None and now.window() is not self._window:
            return
        for watched in self._watched:
            if shiboken6.isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        if now is None or now is self._window or isinstance(now, _WITH_OWN_BORDER):
            # Back to the window: a dialog that is deleted must not take the ring with it.
            self.setParent(self._window)
            self.hide()
            return
        host = _host(now)
        widget: QWidget | None = now
        while widget is not None and widget is not host:
            self._watched.append(widget)
            widget.installEventFilter(self)
            widget = widget.parentWidget()
        if self.parentWidget() is not host:
            self.setParent(host)
        self._surround()

    def _surround(self) -> None:
        widget, host = self.surrounded(), self.parentWidget()
        if widget is None or host is None or not widget.isVisible():
            self.hide()
            return
        corner = widget.mapTo(host, widget.rect().topLeft())
        rect = widget.rect().translated(corner).adjusted(-_REACH, -_REACH, _REACH, _REACH)
        room = host.rect()
        # A table that fills its card leaves no room outside: the ring then stays on its edge.
        self.setGeometry(rect.intersected(room))
        self.show()
        self.raise_()


def _host(widget: QWidget) -> QWidget:
    """Where the ring lies: inside what scrolls with the control, else on its dialog or window."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        holder = parent.parentWidget()
        scrolls = holder is not None and isinstance(holder.parentWidget(), QAbstractScrollArea)
        if scrolls or parent.property("holds_focus_ring"):
            return parent
        parent = holder
    return widget.window()
