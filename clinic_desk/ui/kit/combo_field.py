"""A field that finds: type a piece of a code or title, Enter takes the first, no mouse needed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit.choice_popup import ChoicePopup, Option
from clinic_desk.ui.kit.fields import TextField

Deliver = Callable[[list[Option]], None]
Source = Callable[[str, Deliver], None]
"""Called with what was typed; delivers options at once or later. Answers to older questions are dropped."""

_OWN_WHEN_OPEN = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ComboField(TextField):
    """A searchable choice.

    Keys: typing asks; arrows, Page keys move; Enter or Tab takes the current row; Esc closes the list and
    brings back what was chosen; Down or Alt+Down in a closed field lists everything. Enter pressed before
    the answer has come takes its first row when it comes.

    Signals:
        chosen: the `Option` a person took.
        cleared: typing ended an earlier choice.
        moved_on: Enter was pressed with the list closed and an option chosen.
    """

    chosen = Signal(object)
    cleared = Signal()
    moved_on = Signal()

    def __init__(
        self,
        label: str = "",
        source: Source | None = None,
        *,
        required: bool = False,
        delay_ms: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, trailing_icon="caret-down", parent=parent)
        self._source: Source = source or (lambda _query, deliver: deliver([]))
        self._option: Option | None = None
        self._question = 0
        self._answered = True
        self._take_when_answered = False
        self._popup: ChoicePopup | None = None
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(self._ask)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._on_edited)
        self.edit.icon_action.triggered.connect(self.open_list)

    @property
    def popup(self) -> ChoicePopup:
        """The list, made when first needed."""
        if self._popup is None:
            self._popup = ChoicePopup(self.edit)
            self._popup.setObjectName(f"{self.edit.objectName() or 'kit_combo'}_list")
            self._popup.list.setAccessibleName(self.edit.accessibleName())
            self._popup.picked.connect(self.choose)
            self.destroyed.connect(self._popup.deleteLater)
        return self._popup

    @property
    def is_open(self) -> bool:
        """Whether the list lies open."""
        return self._popup is not None and self._popup.isVisible()

    def set_source(self, source: Source) -> None:
        """Ask this source from now on."""
        self._source = source

    def option(self) -> Option | None:
        """What is chosen."""
        return self._option

    def set_option(self, option: Option | None) -> None:
        """Show this as chosen, without a signal."""
        self._option = option
        self._forget_question()
        self.edit.setText(option.shown if option else "")
        self.edit.setCursorPosition(0)
        self.edit.setToolTip(option.shown if option else "")
        self.set_error("")

    def choose(self, option: Option) -> None:
        """Take this option as a person would."""
        self.set_option(option)
        self.close_list()
        self.chosen.emit(option)

    def open_list(self) -> None:
        """List everything the source gives for no words."""
        self.edit.setFocus()
        self._ask_for("")

    def close_list(self) -> None:
        """The list is closed; nothing is taken."""
        if self._popup is not None:
            self._popup.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.KeyPress:
                assert isinstance(event, QKeyEvent)  # noqa: S101
                return self._on_key(event)
            case QEvent.Type.ShortcutOverride:
                assert isinstance(event, QKeyEvent)  # noqa: S101
                if self.is_open and event.key() in _OWN_WHEN_OPEN:
                    # An open list takes Esc before the button or dialog that claims it.
                    event.accept()
                    return True
            case QEvent.Type.FocusOut:
                self.close_list()
            case QEvent.Type.MouseButtonPress:
                assert isinstance(event, QMouseEvent)  # noqa: S101
                if self._option is not None:
                    QTimer.singleShot(0, self.edit, self.edit.selectAll)
            case QEvent.Type.Hide:
                self.close_list()
            case _:
                pass
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._on_enter()
            return True
        if key == Qt.Key.Key_Tab and self.is_open and self._option is None:
            self._take_current()
            return False
        if not self.is_open:
            if key == Qt.Key.Key_Down:
                self.open_list()
                return True
            return False
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in moves:
            self.popup.move_by(moves[Qt.Key(key)])
            return True
        if key == Qt.Key.Key_Escape:
            self.close_list()
            if self._option is not None:
                self.set_option(self._option)
            return True
        return False

    def _on_enter(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._ask()
        if self.is_open and self._answered:
            self._take_current()
        elif not self._answered:
            self._take_when_answered = True
        elif self._option is not None:
            self.moved_on.emit()
        elif self.edit.text().strip():
            self._take_when_answered = True
            self._ask()
        else:
            self.open_list()
        self.submitted.emit()

    def _take_current(self) -> None:
        option = self.popup.current()
        if option is not None:
            self.choose(option)

    def _on_edited(self, _text: str) -> None:
        had = self._option
        self._option = None
        self._take_when_answered = False
        self.set_error("")
        if had is not None:
            self.cleared.emit()
        self._answered = False
        if self._timer.interval():
            self._timer.start()
        else:
            self._ask()

    def _ask(self) -> None:
        self._ask_for(self.edit.text().strip())

    def _ask_for(self, query: str) -> None:
        self._question += 1
        self._answered = False
        number = self._question
        self._source(query, lambda options: self._on_answer(number, options))

    def _forget_question(self) -> None:
        self._question += 1
        self._answered = True
        self._take_when_answered = False
        self._timer.stop()

    def _on_answer(self, number: int, options: list[Option]) -> None:
        if number != self._question:
            return
        self._answered = True
        if self._take_when_answered and options:
            self.choose(options[0])
            return
        self._take_when_answered = False
        if self.window().focusWidget() is self.edit:
            self.popup.show_options(options)


__all__ = ["ComboField", "Deliver", "Option", "Source"]
