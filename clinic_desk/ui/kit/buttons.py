"""Buttons that show the key which does the same."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import icon as make_icon
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import ICON_SIZE

ButtonLook = Literal["primary", "secondary", "danger", "link", "icon"]

_ICON_TOKENS: dict[str, str] = {
    "primary": "on_accent",
    "secondary": "accent",
    "danger": "err",
    "link": "accent",
    "icon": "text2",
}
_GAP = "\N{EN SPACE}\N{THIN SPACE}"
_ICON_GAP = "\N{THIN SPACE}"


class KeyButton(QPushButton):
    """A button with words, an icon and the hint of its key: «Жолдама  F8».

    `setText` takes the words alone; the hint is added. The accessible name is the words.

    Args:
        text: the words.
        key: the key to show, as it stands on the keyboard: "F8", "Ctrl+Enter", "Esc".
        icon: a Phosphor name.
        look_name: how it looks.
        parent: as in Qt.
    """

    def __init__(
        self,
        text: str = "",
        key: str = "",
        icon: str = "",
        *,
        look_name: ButtonLook = "secondary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = text
        self._key = key
        self._look_name: ButtonLook = look_name
        self._icon_name = ""
        self.setProperty("look", look_name)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._shortcuts: list[QShortcut] = []
        if icon:
            self.set_icon(icon)
        look().changed.connect(self._rescale)
        self._rescale()
        self.setText(text)

    def words(self) -> str:
        """The words without the hint."""
        return self._words

    def setText(self, text: str) -> None:
        self._words = text
        # An ampersand is an ampersand, not the mark of a mnemonic.
        shown = text.replace("&", "&&")
        if self._look_name == "icon":
            shown = ""
            self.setToolTip(text)
        elif self._key:
            shown = f"{shown}{_GAP}{self._key}"
        if shown and not self.icon().isNull():
            # Qt sets the words close to the icon.
            shown = f"{_ICON_GAP}{shown}"
        super().setText(shown)
        self.setAccessibleName(text)
        self.setAccessibleDescription(self._key)

    def set_key(self, key: str) -> None:
        """Show the hint of another key."""
        self._key = key
        self.setText(self._words)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon_name = name
        self.setIcon(make_icon(name, _ICON_TOKENS[self._look_name]))
        self.setText(self._words)

    def set_look(self, look_name: ButtonLook) -> None:
        """Look like another kind of button: what was the page's one act may become one of several."""
        if look_name == self._look_name:
            return
        self._look_name = look_name
        self.setProperty("look", look_name)
        self.style().unpolish(self)
        self.style().polish(self)
        if self._icon_name:
            self.set_icon(self._icon_name)

    def claim_key(self, scope: QWidget) -> None:
        """Let the key of the hint press this button while the focus is anywhere inside `scope`.

        Ctrl+Enter takes both Enter keys. Not for keys that the window already knows (F1, F2, F8).
        """
        variants = [self._key, self._key.replace("Enter", "Return")] if "Enter" in self._key else [self._key]
        for variant in variants:
            shortcut = QShortcut(QKeySequence(variant), scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.click)
            self._shortcuts.append(shortcut)

    def _rescale(self) -> None:
        side = look().px(ICON_SIZE if self._look_name != "icon" else 20)
        self.setIconSize(QSize(side, side))


class PrimaryButton(KeyButton):
    """The one act this page is for; rightmost."""

    def __init__(self, text: str = "", key: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, key, icon, look_name="primary", parent=parent)


class SecondaryButton(KeyButton):
    """Any other act."""

    def __init__(self, text: str = "", key: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, key, icon, look_name="secondary", parent=parent)


class LinkButton(KeyButton):
    """A small act beside the text it belongs to."""

    def __init__(self, text: str = "", key: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, key, icon, look_name="link", parent=parent)


class IconButton(KeyButton):
    """An icon alone, 32 px; its words are the tooltip and the accessible name."""

    def __init__(self, icon: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "", icon, look_name="icon", parent=parent)
