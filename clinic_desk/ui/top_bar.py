"""The bar on top: name, the field that finds everything, where the data lies, language, whose desk it is."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.chip_button import ChipButton
from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import ChipData, PaintedText, key_cap_size, paint_key_cap
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.tokens import RAIL_WIDTH, RAIL_WIDTH_NARROW, TOP_BAR_HEIGHT, Kind
from clinic_desk.ui.kit.words import UiText

LANGUAGE_ORDER = (Language.KK, Language.RU, Language.EN)


class OmniboxLine(QLineEdit):
    """The field that finds people and acts; whoever owns the list of hits listens here.

    Signals:
        moved: arrows or Page keys were pressed, by so many rows.
        submitted: Enter was pressed; True with Shift.
        escaped: Esc was pressed.
        entered: the field got the focus.
        left: the field lost the focus.
    """

    moved = Signal(int)
    submitted = Signal(bool)
    escaped = Signal()
    entered = Signal()
    left = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setObjectName("shell_topbar_field_omnibox")
        self.setMaxLength(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words.bind(self.setAccessibleName, "shell.omnibox.name")
        words.follow(self.retell)
        look().changed.connect(self.retell)

    def retell(self) -> None:
        """The hint is the longest that fits."""
        room = self.width() - look().px(36 + 64 + 8)
        long = self._words.say("shell.omnibox.hint")
        fits = look().metrics().horizontalAdvance(long) <= room
        self.setPlaceholderText(long if fits else self._words.say("shell.omnibox.hint_short"))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        room = QSize(self.width() - look().px(36 + 64 + 4), self.height())
        return [PaintedText(self.placeholderText(), look().font(), room)]

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(40))

    def minimumSizeHint(self) -> QSize:
        hint = look().metrics().horizontalAdvance(self._words.say("shell.omnibox.hint_short"))
        return QSize(hint + look().px(36 + 64 + 12), look().px(40))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.retell()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        px = look().px
        box = QRect(px(14), (self.height() - px(18)) // 2, px(18), px(18))
        paint_icon(painter, box, "magnifying-glass", "accent" if self.hasFocus() else "text2")
        cap = key_cap_size("Ctrl+K")
        corner = QPoint(self.width() - px(11) - cap.width(), (self.height() - cap.height()) // 2)
        paint_key_cap(painter, QRect(corner, cap), "Ctrl+K")

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.text()
        ):
            # Where nothing is typed, Ctrl+Z takes back what the window last told of.
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.submitted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case key if key in moves:
                self.moved.emit(moves[Qt.Key(key)])
            case _:
                super().keyPressEvent(event)
                return
        event.accept()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.entered.emit()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()


class LanguageButton(QPushButton):
    """Shows the language as a key cap; a press takes the next one."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setObjectName("shell_topbar_button_language")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        words.bind(self.setAccessibleName, "shell.language.name")
        words.bind(self.setToolTip, "shell.language.name")
        words.follow(self.update)
        self.clicked.connect(self._next)
        look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(look().px(40), look().px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        side = look().px(4)
        paint_key_cap(QPainter(self), self.rect().adjusted(2, side, -2, -side), self._words.language.upper())

    def _next(self) -> None:
        index = LANGUAGE_ORDER.index(self._words.language)
        self._words.set_language(LANGUAGE_ORDER[(index + 1) % len(LANGUAGE_ORDER)])


Describe = Callable[[Texts], tuple[ChipData, str]]
"""What the chip of the state says in the words of one language, and the whole sentence."""


def _local(texts: Texts) -> tuple[ChipData, str]:
    chip = ChipData(Kind.NEUTRAL, texts.say("shell.state.local"), "desktop")
    return chip, texts.say("shell.state.local_sentence")


class TopBar(QFrame):
    """The bar; 60 px high.

    Signals:
        state_wanted: the chip of the state was pressed: more of it is wanted.
    """

    state_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._narrow = False
        self.setObjectName("shell_topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.omnibox = OmniboxLine(words)
        self.language_button = LanguageButton(words)
        self.state_chip = ChipButton()
        self.state_chip.setObjectName("shell_topbar_chip_state")
        self.state_chip.clicked.connect(self.state_wanted)
        self._describe: Describe = _local
        self._brand_icon = IconLabel("first-aid", "accent", 24)
        self._brand = PlainLabel(role="heading")
        words.bind(self._brand.setText, "shell.product")
        self._brand_box = QWidget()
        brand = QHBoxLayout(self._brand_box)
        space(brand, (20, 0, 0, 0), 12)
        brand.addWidget(self._brand_icon)
        brand.addWidget(self._brand)
        brand.addStretch(1)
        self.user_name = PlainLabel(role="strong", data=True)
        self.user_name.setObjectName("shell_topbar_label_user")
        self.desk_name = PlainLabel(role="caption", tone="muted", data=True)
        self.desk_name.setObjectName("shell_topbar_label_desk")
        names = QVBoxLayout()
        space(names, 0, 0)
        names.addStretch(1)
        names.addWidget(self.user_name)
        names.addWidget(self.desk_name)
        names.addStretch(1)
        self._user_box = QWidget()
        user = QHBoxLayout(self._user_box)
        space(user, 0, 11)
        user.addWidget(IconLabel("user-circle", "text2", 24))
        user.addLayout(names)
        self._user_box.hide()
        row = QHBoxLayout(self)
        space(row, (0, 0, 24, 0), 14)
        row.addWidget(self._brand_box)
        row.addWidget(self.omnibox, 1)
        row.addStretch(0)
        row.addWidget(self.state_chip)
        row.addWidget(self.language_button)
        row.addWidget(self._user_box)
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def set_user(self, name: str, desk: str) -> None:
        """Show who works here, and at which desk."""
        self.user_name.setText(name)
        self.desk_name.setText(desk)
        self.user_name.setVisible(bool(name))
        self.desk_name.setVisible(bool(desk))
        self._user_box.setVisible(bool(name or desk))

    def show_state(self, describe: Describe) -> None:
        """Show where the data lies and how fresh it is; asked again at a change of language."""
        self._describe = describe
        self._retell()

    def set_narrow(self, narrow: bool) -> None:
        """Leave out the name of the program, as the rail leaves out its words."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._brand.setVisible(not narrow)
            self._rescale()

    def _retell(self) -> None:
        self.state_chip.set_chip(*self._describe(self._words.texts))

    def _rescale(self) -> None:
        self.setFixedHeight(look().px(TOP_BAR_HEIGHT))
        self.omnibox.setMaximumWidth(look().px(640))
        self._brand_box.setFixedWidth(look().px(RAIL_WIDTH_NARROW if self._narrow else RAIL_WIDTH + 4))
