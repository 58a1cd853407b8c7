"""A dialog laid over the window, which it dims: no second window, so nothing gets lost behind another."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.card import HeaderLine, ScrollPage
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space

_DIM = QColor(16, 22, 29, 110)


class ModalPanel(QFrame):
    """The panel itself; the stylesheet knows it by this name."""


class Modal(QWidget):
    """A panel with a title line, a body that scrolls if it must, and a foot for buttons.

    Tab stays inside. Esc calls `dismiss`, which closes; what was typed must be kept by then (drafts save
    themselves). The focus returns to where it was.

    Args:
        title: heading.
        icon: Phosphor name in front of it.
        width, height: pixels at scale 1; the window's size less a margin is the most. Height 0: as tall
            as the content.
        parent: as in Qt.

    Signals:
        closed: the dialog has left the window.
    """

    closed = Signal()

    def __init__(
        self,
        title: str = "",
        *,
        icon: str = "",
        width: int = 1178,
        height: int = 688,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._width, self._height = width, height
        self._returns_to: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel = ModalPanel(self)
        self.panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.panel.setProperty("holds_focus_ring", True)
        self.title = PlainLabel(role="subtitle")
        self.subtitle = PlainLabel(tone="muted", data=True)
        self.subtitle.set_eliding(True)
        # As wide as it likes, but the first to give way where the line is full.
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.subtitle.setMinimumWidth(1)
        self.hint = PlainLabel(role="caption", tone="muted")
        self.head = QHBoxLayout()
        space(self.head, 0, 11)
        if icon:
            self.head.addWidget(IconLabel(icon, "accent", 20))
        self.head.addWidget(self.title)
        self.head.addWidget(self.subtitle)
        self.head.addStretch(1)
        self.head.addWidget(self.hint)
        self.page = ScrollPage(margins=(24, 12, 24, 12), gap=12)
        self.body = self.page.body
        self.foot = QHBoxLayout()
        space(self.foot, (24, 0, 24, 0), 10)
        column = QVBoxLayout(self.panel)
        space(column, (0, 16, 0, 16), 12)
        column.addWidget(_padded(self.head))
        column.addWidget(_padded_line())
        column.addWidget(self.page, 1)
        column.addWidget(_padded_line())
        column.addLayout(self.foot)
        self.set_title(title)
        self.hide()
        look().changed.connect(self._place)

    def set_title(self, title: str) -> None:
        """Show this heading."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.panel.setAccessibleName(title)

    def open_over(self, window: QWidget, focus: QWidget | None = None) -> None:
        """The dialog covers `window` and `focus` (else the first control) has the focus."""
        top = window.window()
        self._returns_to = QApplication.focusWidget()
        self.setParent(top)
        top.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        target = focus or _first_control(self.panel)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def fit(self) -> None:
        """Parts of the body came or went: a panel as tall as its content is that tall again."""
        if self.isVisible():
            self.body.invalidate()
            self.body.activate()
            self._place()

    @property
    def is_open(self) -> bool:
        """Whether the dialog covers a window."""
        return self.isVisible()

    def dismiss(self) -> None:
        """What Esc does: close. A dialog that must first save or ask does so here."""
        self.close_modal()

    def close_modal(self) -> None:
        """The dialog is off the window, the focus is back where it was. Closing twice is harmless."""
        if self.isHidden():
            return
        window = self.window()
        if window is not self:
            window.removeEventFilter(self)
        back, self._returns_to = self._returns_to, None
        inside = QApplication.focusWidget()
        # The focus leaves first: hiding the focused control would look for the next one, inside.
        if back is not None and shiboken6.isValid(back) and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        elif inside is not None and self.isAncestorOf(inside):
            inside.clearFocus()
        self.hide()
        self.closed.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        controls = _controls(self.panel)
        if not controls or not self.isVisible():
            return True
        current = QApplication.focusWidget()
        if current in controls:
            index = (controls.index(current) + (1 if forward else -1)) % len(controls)
        else:
            index = 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        controls[index].setFocus(reason)
        self.page.ensureWidgetVisible(controls[index])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        # Nothing goes through to the page below.
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _DIM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        px = look().px
        self.setGeometry(0, 0, window.width(), window.height())
        width = min(px(self._width), window.width() - 2 * px(24))
        height = px(self._height)
        if not height:
            self.panel.resize(width, self.panel.height())
            inner = self.page.widget() or self
            room = self.panel.contentsRect().width()
            content = inner.heightForWidth(room) if inner.hasHeightForWidth() else inner.sizeHint().height()
            height = content + self.panel.sizeHint().height() - self.page.sizeHint().height()
        height = min(height, window.height() - 2 * px(16))
        self.panel.setGeometry((window.width() - width) // 2, (window.height() - height) // 2, width, height)


def _padded(layout: QHBoxLayout) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    space(column, (24, 0, 24, 0), 0)
    column.addLayout(layout)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _padded_line() -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    space(column, (24, 0, 24, 0), 0)
    column.addWidget(HeaderLine())
    return box


def _controls(root: QWidget) -> list[QWidget]:
    """The controls Tab stops at inside `root`, in Qt's own order."""
    found: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        stops = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if (
            stops
            and root.isAncestorOf(widget)
            and widget.isVisible()
            and widget.isEnabled()
            and widget.focusProxy() is None
        ):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _first_control(root: QWidget) -> QWidget | None:
    return next(iter(_controls(root)), None)
