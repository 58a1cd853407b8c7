"""The line of steps above a longer work: done, now, next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, draw_line
from clinic_desk.ui.kit.theme import look

StepState = Literal["done", "now", "next"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, a remark below, and where we are."""

    title: str
    note: str = ""
    state: StepState = "next"


class StepLine(QWidget):
    """Steps from left to right; a tick for done, a filled number for now, an outline for next."""

    def __init__(self, steps: Sequence[Step] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)
        self.set_steps(steps)

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps."""
        self._steps = tuple(steps)
        self.setAccessibleName(
            "; ".join(f"{n}. {s.title} {s.note}".strip() for n, s in enumerate(self._steps, 1))
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(130) * max(1, len(self._steps)), look().px(72))

    def minimumSizeHint(self) -> QSize:
        widest = max(
            (look().metrics(13, 600).horizontalAdvance(step.title) for step in self._steps), default=0
        )
        notes = max((look().metrics(12, 500).horizontalAdvance(step.note) for step in self._steps), default=0)
        return QSize((max(widest, notes) + look().px(12)) * len(self._steps), look().px(72))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        if not self._steps:
            return []
        room = QSize(self.width() // len(self._steps), look().px(20))
        titles = [PaintedText(step.title, look().font(13, 600), room) for step in self._steps]
        return titles + [PaintedText(step.note, look().font(12, 500), room) for step in self._steps]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = look().px
        share = self.width() / len(self._steps)
        radius = px(14)
        middle = radius + 1
        for number, step in enumerate(self._steps):
            x = share * (number + 0.5)
            if number:
                done = self._steps[number - 1].state == "done"
                start, end = QPointF(x - share + radius + px(5), middle), QPointF(x - radius - px(5), middle)
                draw_line(
                    painter, start, end, "ok" if done else "border", px(2) if done else 1, dashed=not done
                )
            self._paint_circle(painter, QPointF(x, middle), radius, number + 1, step.state)
            top = round(middle + radius + px(5))
            left = round(x - share / 2)
            painter.setFont(look().font(13, 600))
            painter.setPen(look().colour({"done": "text", "now": "accent", "next": "text2"}[step.state]))
            painter.drawText(QRect(left, top, round(share), px(18)), _CENTRE, step.title)
            painter.setFont(look().font(12, 500))
            painter.setPen(look().colour("text2"))
            painter.drawText(QRect(left, top + px(17), round(share), px(17)), _CENTRE, step.note)

    def _paint_circle(
        self, painter: QPainter, centre: QPointF, radius: int, number: int, state: StepState
    ) -> None:
        fill, border = {"done": ("ok_bg", "ok"), "now": ("accent", "accent"), "next": ("surface", "border")}[
            state
        ]
        painter.setPen(look().colour(border))
        painter.setBrush(look().colour(fill))
        painter.drawEllipse(centre, radius, radius)
        box = QRect(round(centre.x()) - radius, round(centre.y()) - radius, 2 * radius, 2 * radius)
        if state == "done":
            inset = radius // 2
            paint_icon(painter, box.adjusted(inset, inset, -inset, -inset), "check", "ok")
            return
        painter.setPen(look().colour("on_accent" if state == "now" else "text2"))
        painter.setFont(look().font(13, 600))
        painter.drawText(box, _CENTRE, str(number))


_CENTRE = Qt.AlignmentFlag.AlignCenter
