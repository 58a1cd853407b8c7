"""A short word at the foot of the window that something is done, with Undo."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinic_desk.ui.kit.buttons import LinkButton
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space

LASTS_MS = 8000


class Toast(QFrame):
    """One toast.

    Signals:
        gone: it has left.
    """

    gone = Signal()

    def __init__(
        self, text: str, undo_text: str, undo: Callable[[], object] | None, lasts_ms: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shell_toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(text)
        self._undo = undo
        row = QHBoxLayout(self)
        space(row, (16, 8, 12, 8), 16)
        self.label = PlainLabel(text)
        row.addWidget(self.label)
        self.button: LinkButton | None = None
        if undo is not None:
            self.button = LinkButton(undo_text, "Ctrl+Z")
            self.button.setObjectName("shell_toast_button_undo")
            self.button.clicked.connect(self.undo)
            row.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True, interval=lasts_ms)
        self._timer.timeout.connect(self.leave)
        self._timer.start()

    def undo(self) -> None:
        """Do what Undo promises, once, and leave."""
        act, self._undo = self._undo, None
        self.leave()
        if act is not None:
            act()

    @property
    def can_undo(self) -> bool:
        """Whether Undo is still offered."""
        return self._undo is not None

    def leave(self) -> None:
        """The toast is gone."""
        self._timer.stop()
        self.hide()
        self.gone.emit()
        self.deleteLater()


class ToastArea(QObject):
    """Shows one toast at a time at the foot of `window`; a newer one replaces the older."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toast: Toast | None = None
        window.installEventFilter(self)

    @property
    def toast(self) -> Toast | None:
        """The toast that is shown."""
        return self._toast

    def show(
        self,
        text: str,
        *,
        undo_text: str = "",
        undo: Callable[[], object] | None = None,
        lasts_ms: int = LASTS_MS,
    ) -> Toast:
        """The toast is shown and told to screen readers."""
        if self._toast is not None:
            self._toast.leave()
        toast = Toast(text, undo_text, undo, lasts_ms, self._window)
        toast.gone.connect(self._on_gone)
        self._toast = toast
        toast.ensurePolished()
        toast.show()
        self._place()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))
        return toast

    def undo(self) -> bool:
        """Take back what the shown toast tells of; False if there is nothing to take back."""
        if self._toast is None or not self._toast.can_undo:
            return False
        self._toast.undo()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _on_gone(self) -> None:
        if self.sender() is self._toast:
            self._toast = None

    def _place(self) -> None:
        if self._toast is None:
            return
        most = self._window.width() - look().px(48)
        if self._toast.sizeHint().width() > most:
            self._toast.label.setWordWrap(True)
            self._toast.setFixedWidth(most)
        self._toast.adjustSize()
        left = (self._window.width() - self._toast.width()) // 2
        self._toast.move(left, self._window.height() - self._toast.height() - look().px(24))
        self._toast.raise_()
