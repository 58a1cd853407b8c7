"""A strip with a remark: across the window (offline, practice) or inside a card (evidence, a way out)."""

from typing import Final

from PySide6.QtGui import QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from clinic_desk.ui.kit.buttons import LinkButton
from clinic_desk.ui.kit.icons import pixmap
from clinic_desk.ui.kit.painting import KIND_ICONS, paint_box
from clinic_desk.ui.kit.plain_label import PlainLabel, Tone
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.tokens import BANNER_HEIGHT, Kind

_TONES: Final[dict[Kind, Tone]] = {
    Kind.OK: "ok",
    Kind.WARN: "warn",
    Kind.ERR: "err",
    Kind.INFO: "info",
    Kind.STALE: "stale",
    Kind.NEUTRAL: "muted",
}


class IconLabel(QLabel):
    """An icon that follows theme and scale."""

    def __init__(
        self, name: str, colour: str = "text2", size: int = 18, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._colour, self._size = name, colour, size
        look().changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, colour: str) -> None:
        """Show another icon."""
        self._name, self._colour = name, colour
        self._draw()

    def _draw(self) -> None:
        self.setFixedSize(look().px(self._size), look().px(self._size))
        self.setPixmap(pixmap(self._name, self._colour, self._size, self.devicePixelRatioF()))


class Banner(QWidget):
    """A coloured strip: icon, a strong beginning, the rest, acts at the right.

    Args:
        kind: its colour.
        icon: Phosphor name; the usual one of the kind if empty.
        wide: runs across the window, without rounded corners.
        parent: as in Qt.
    """

    def __init__(
        self, kind: Kind = Kind.STALE, icon: str = "", *, wide: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._wide = wide
        self._slim = False
        self._icon = icon
        tone = _TONES[kind]
        self.icon = IconLabel(icon or KIND_ICONS[kind], kind.value, 18)
        self.strong = PlainLabel(role="strong" if wide else "caption", tone=tone)
        self.strong.hide()
        self.label = PlainLabel(role="body" if wide else "caption", tone=tone, wraps=True)
        self.acts = QHBoxLayout()
        space(self.acts, 0, 12)
        row = QHBoxLayout(self)
        space(row, (24, 4, 24, 4) if wide else (14, 6, 14, 6), 10)
        row.addWidget(self.icon)
        row.addWidget(self.strong)
        row.addWidget(self.label, 1)
        row.addLayout(self.acts)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self._rescale)
        self._rescale()

    def set_text(self, text: str, strong: str = "") -> None:
        """Show this remark."""
        self.strong.setText(strong)
        self.strong.setVisible(bool(strong))
        self.label.setText(text)
        self.setAccessibleName(f"{strong} {text}".strip())

    def setText(self, text: str) -> None:
        """Show this remark; for bindings of words."""
        self.set_text(text, self.strong.text())

    def set_kind(self, kind: Kind, icon: str = "") -> None:
        """Show it in another colour with another icon."""
        self._kind = kind
        self.icon.set_icon(icon or KIND_ICONS[kind], kind.value)
        tone = _TONES[kind]
        self.strong.set_tone(tone)
        self.label.set_tone(tone)
        self.update()

    def set_slim(self) -> None:
        """As low as its words: for a strip that is always there."""
        self._slim = True
        self._rescale()

    def add_act(self, button: LinkButton) -> LinkButton:
        """Add an act at the right end."""
        self.acts.addWidget(button)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = look().colour(f"{self._kind}_bg")
        if self._wide:
            painter.fillRect(self.rect(), ground)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            paint_box(painter, self.rect(), ground, f"{self._kind}_bg")

    def _rescale(self) -> None:
        self.setMinimumHeight(look().px(BANNER_HEIGHT if self._wide and not self._slim else 28))


__all__ = ["Banner", "IconLabel"]
