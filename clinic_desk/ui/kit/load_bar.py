"""How full a district is: a bar with a tick at the norm, hatched above it, and the numbers always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit.painting import PaintedText
from clinic_desk.ui.kit.theme import look

_WIDTH, _HEIGHT, _TICK, _GAP = 100, 10, 18, 10
_HEADROOM: Final = 1.15
"""The bar ends this far above the norm, so that the tick stands inside it and an overload has room."""
_NEAR: Final = 0.95
"""From this share of the norm on the bar warns: a matter of looks, the rules say what a norm forbids."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many people belong to a district and how many may; no `norm` where the clinic knows none.

    `text` is both numbers in words of the language, such as «1 512 / 1 700».
    """

    people: int
    norm: int | None
    text: str

    @property
    def over(self) -> int:
        """By how many people the norm is passed, 0 if it is not."""
        return max(0, self.people - self.norm) if self.norm else 0

    @property
    def is_near(self) -> bool:
        """Whether the norm is nearly reached, or just reached."""
        return bool(self.norm) and not self.over and self.people >= _NEAR * (self.norm or 0)

    @property
    def token(self) -> str:
        """The colour of the bar."""
        return "err" if self.over else "warn" if self.is_near else "accent"


def load_width(load: Load) -> int:
    """The room of the bar with its numbers, in pixels."""
    return look().px(_WIDTH + _GAP) + look().metrics(14, 600).horizontalAdvance(load.text)


def paint_load(painter: QPainter, rect: QRect, load: Load) -> None:
    """Draw the bar at the left of `rect` and the numbers beside it, both in the middle of its height."""
    px = look().px
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if load.norm:
        _paint_bar(painter, rect, load, load.norm)
        rect = rect.adjusted(px(_WIDTH + _GAP), 0, 0, 0)
    painter.setFont(look().font(14, 600 if load.over or load.is_near else 400))
    painter.setPen(look().colour("text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, load.text)
    painter.restore()


def _paint_bar(painter: QPainter, rect: QRect, load: Load, norm: int) -> None:
    px = look().px
    width, height = px(_WIDTH), px(_HEIGHT)
    bar = QRectF(rect.left() + 0.5, rect.center().y() - height / 2 + 0.5, width - 1, height - 1)
    most = max(norm * _HEADROOM, load.people)
    shape = QPainterPath()
    shape.addRoundedRect(bar, bar.height() / 2 - 0.5, bar.height() / 2 - 0.5)
    painter.setPen(QPen(look().colour("border"), 1))
    painter.setBrush(look().colour("surface"))
    painter.drawPath(shape)

    def at(people: float) -> float:
        return bar.left() + bar.width() * people / most

    painter.save()
    painter.setClipPath(shape)
    within = min(load.people, norm)
    ink = look().colour(load.token)
    painter.fillRect(QRectF(bar.left(), bar.top(), at(within) - bar.left(), bar.height()), ink)
    if load.over:
        above = QRectF(at(norm), bar.top(), at(load.people) - at(norm), bar.height())
        painter.fillRect(above, look().colour("err_bg"))
        painter.fillRect(above, QBrush(ink, Qt.BrushStyle.BDiagPattern))
    painter.restore()
    painter.setPen(QPen(look().colour("text"), max(2, px(2))))
    middle = bar.center().y()
    painter.drawLine(QPointF(at(norm), middle - px(_TICK) / 2), QPointF(at(norm), middle + px(_TICK) / 2))


class LoadBar(QWidget):
    """The same as a widget; its accessible name is the sentence given."""

    def __init__(self, load: Load | None = None, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._load = load or Load(0, None, "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)
        self.set_load(self._load, sentence)

    def set_load(self, load: Load, sentence: str = "") -> None:
        """Show this; `sentence` is what a screen reader says, the numbers if empty."""
        self._load = load
        self.setAccessibleName(sentence or load.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(load_width(self._load) + 2, look().px(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        room = self.width() - (look().px(_WIDTH + _GAP) if self._load.norm else 0)
        return [PaintedText(self._load.text, look().font(14, 600), QSize(room, self.height()), data=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_load(QPainter(self), self.rect(), self._load)


__all__ = ["Load", "LoadBar", "load_width", "paint_load"]
