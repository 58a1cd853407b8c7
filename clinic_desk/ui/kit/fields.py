"""Fields with their label, their error and nothing hidden."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.keymap import digit_of, digits
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space

_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class FieldFrame(QWidget):
    """A label above, a control, an error below which takes no room while there is none.

    The error is said to a screen reader as the description of the control.
    """

    def __init__(
        self, label: str, control: QWidget, focus: QWidget, *, required: bool, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._required = required
        self._label = ""
        self._focus = focus
        self.label = PlainLabel(role="field")
        self.label.setBuddy(focus)
        self.hint = PlainLabel(role="caption", tone="muted")
        self.hint.hide()
        self.error_label = PlainLabel(role="caption", tone="err", wraps=True)
        self.error_label.hide()
        self.setFocusProxy(focus)
        column = QVBoxLayout(self)
        space(column, 0, 4)
        top = QHBoxLayout()
        space(top, 0, 8)
        top.addWidget(self.label)
        top.addStretch(1)
        top.addWidget(self.hint)
        column.addLayout(top)
        column.addWidget(control)
        column.addWidget(self.error_label)
        column.addStretch(1)
        self.set_label(label)

    def setObjectName(self, name: str) -> None:
        """Name the field; the control inside gets the name, which is what tests and readers look for."""
        super().setObjectName(f"{name}_frame")
        self._focus.setObjectName(name)

    def set_label(self, label: str) -> None:
        """Show this label; a required field gets a star."""
        self._label = label
        self.label.setText(f"{label} *" if self._required and label else label)
        self._focus.setAccessibleName(label)

    def set_required(self, required: bool) -> None:
        """Show the star or take it away."""
        self._required = required
        self.set_label(self._label)

    def set_hint(self, text: str) -> None:
        """Show a short remark at the right end of the label's line."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def set_error(self, text: str) -> None:
        """Show what is wrong, or nothing for "". What was typed is kept."""
        if text == self.error():
            return
        self.error_label.setText(text)
        self.error_label.setVisible(bool(text))
        self._focus.setAccessibleDescription(text)
        self._focus.setProperty("invalid", "true" if text else "false")
        style = self._focus.style()
        style.unpolish(self._focus)
        style.polish(self._focus)

    def error(self) -> str:
        """What is shown as wrong, or ""."""
        return self.error_label.text()


class FieldLine(QLineEdit):
    """A line with an icon at its right end that follows the scale; Qt's own icons there do not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = ""
        self.icon_action = QAction(self)
        look().changed.connect(self._make_room)

    def set_icon(self, name: str) -> None:
        """Show this icon, or none for ""; a click on it triggers `icon_action`."""
        self._icon_name = name
        self._make_room()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon_name:
            paint_icon(QPainter(self), self._icon_rect(), self._icon_name, "text2")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._icon_name and event.position().x() >= self._icon_rect().left() - look().px(4):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.icon_action.trigger()
            return
        super().mousePressEvent(event)

    def _icon_rect(self) -> QRect:
        side = look().px(16)
        return QRect(self.width() - look().px(12) - side, (self.height() - side) // 2, side, side)

    def _make_room(self) -> None:
        self.setTextMargins(0, 0, look().px(22) if self._icon_name else 0, 0)


class TextField(FieldFrame):
    """One line of text.

    Signals:
        text_changed: what the field holds after typing or `set_text`.
        edited: what it holds after typing only.
        submitted: Enter was pressed.
    """

    text_changed = Signal(str)
    edited = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        label: str = "",
        *,
        required: bool = False,
        trailing_icon: str = "",
        edit: FieldLine | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = edit or FieldLine()
        super().__init__(label, self.edit, self.edit, required=required, parent=parent)
        if trailing_icon:
            self.set_trailing_icon(trailing_icon)
        self.edit.textChanged.connect(self.text_changed)
        self.edit.textEdited.connect(self.edited)
        self.edit.returnPressed.connect(self.submitted)

    def text(self) -> str:
        """What the field holds."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Let the field hold this."""
        self.edit.setText(text)

    def set_placeholder(self, text: str) -> None:
        """Show what is expected while the field is empty; never the only label."""
        self.edit.setPlaceholderText(text)

    def set_trailing_icon(self, name: str) -> QAction:
        """Put an icon at the right end; the action can be made to do something."""
        self.edit.set_icon(name)
        return self.edit.icon_action


class DigitLine(FieldLine):
    """Takes digits only, by the place of the key: the digit row works under the Kazakh layout too."""

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self.setMaxLength(most)
        self.textEdited.connect(self._clean)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if text and text.isprintable() and not event.modifiers() & (_COMMANDS):
            found = digit_of(event)
            if found and len(self.text()) - len(self.selectedText()) < self._most:
                self.insert(found)
                self.textEdited.emit(self.text())
            event.accept()
            return
        super().keyPressEvent(event)

    def _clean(self, text: str) -> None:
        # Pasted or dropped text has not passed keyPressEvent.
        kept = digits(text)[: self._most]
        if kept != text:
            self.setText(kept)


class IinField(TextField):
    """An IIN: twelve digits, whichever layout is on. `complete` is emitted with the twelfth digit."""

    complete = Signal(str)

    def __init__(self, label: str = "", *, required: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(label, required=required, trailing_icon="barcode", edit=DigitLine(12), parent=parent)
        self.text_changed.connect(self._tell)

    def _tell(self, text: str) -> None:
        if len(text) == 12:
            self.complete.emit(text)


class TextArea(FieldFrame):
    """Several lines of text; Tab leaves the field.

    Signals:
        text_changed: what the field holds now.
    """

    text_changed = Signal(str)

    def __init__(
        self, label: str = "", *, required: bool = False, lines: int = 3, parent: QWidget | None = None
    ) -> None:
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self._lines = lines
        super().__init__(label, self.edit, self.edit, required=required, parent=parent)
        self.edit.textChanged.connect(self._tell)
        look().changed.connect(self._rescale)
        self._rescale()

    def text(self) -> str:
        """What the field holds."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Let the field hold this."""
        self.edit.setPlainText(text)

    def _tell(self) -> None:
        self.text_changed.emit(self.text())

    def _rescale(self) -> None:
        self.edit.setFixedHeight(look().metrics().lineSpacing() * self._lines + look().px(22))
