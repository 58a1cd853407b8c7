"""One likely match as a row that can be chosen: its key, who it is, how sure."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import ChipData, Kind, UiText, look, paint_box, paint_chip, paint_key_cap
from clinic_desk.ui.kit.painting import PaintedText, chip_font, chip_size, key_cap_size
from clinic_desk.ui.kit.whole_words import broken

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LOOKS = {"exact_iin": Kind.ERR, "almost_sure": Kind.ERR, "maybe": Kind.WARN}


@dataclass(frozen=True, slots=True)
class _Placed:
    """Height of the row, place of the chip, and each text: its lines, type, colour and place, in pixels."""

    height: int
    chip: QRect
    texts: tuple[tuple[list[str], QFont, str, QRect], ...]


class Candidate(QAbstractButton):
    """Paints itself; checked when it is the one being compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._key, self._name, self._second = "", "", ""
        self._chip = ChipData(Kind.NEUTRAL, "")
        look().changed.connect(self.updateGeometry)

    def show_match(self, number: int, match: Duplicate, words: UiText, *, is_other: bool) -> None:
        """Show this match; `is_other` when it was said to be somebody else."""
        say = words.say
        self._key = f"Alt+{number}"
        patient = match.patient
        parts = [words.texts.date(patient.birth_date) if patient.birth_date else say("omnibox.no_birth_date")]
        parts.append(patient.iin.masked if patient.iin else say("labels.no_iin"))
        if match.district_number:
            parts.append(say("labels.district.short", number=match.district_number))
        elif patient.attachment.state is AttachmentState.ELSEWHERE:
            parts.append(say("register.dup.elsewhere"))
        self._name, self._second = patient.name.full, " · ".join(parts)
        if is_other:
            self._chip = ChipData(Kind.NEUTRAL, say("register.dup.dismissed"), "x-circle")
        else:
            key = f"register.dup.{match.likelihood}"
            self._chip = ChipData(_LOOKS[match.likelihood], say(key), "users")
        self.setAccessibleName(f"{self._name}, {self._second}, {self._chip.text}")
        self.setAccessibleDescription(self._key)
        self.updateGeometry()
        self.update()

    @property
    def chip(self) -> ChipData:
        """How sure it is."""
        return self._chip

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(52))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(52))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._placed(width).height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        placed = self._placed(self.width())
        texts = [
            PaintedText("\n".join(lines), font, rect.size(), wraps=True, data=True)
            for lines, font, _token, rect in placed.texts
        ]
        room = QSize(self.width() - placed.chip.left(), self.height() - placed.chip.top())
        return [*texts, PaintedText(self._chip.text, chip_font(), room)]

    def _placed(self, width: int) -> _Placed:
        """Where everything goes: the chip at the right of a name that fits beside it, else below."""
        px = look().px
        left = px(13) + key_cap_size(self._key).width() + px(12)
        size = chip_size(self._chip)
        name, small = look().font(14, 600), look().font(12, 500)
        beside = width - px(13) - size.width() - px(8) - left
        widest = max(
            QFontMetrics(name).horizontalAdvance(self._name),
            QFontMetrics(small).horizontalAdvance(self._second),
        )
        if widest < beside:
            corner = QPoint(width - px(13) - size.width(), (px(52) - size.height()) // 2)
            texts = (
                ([self._name], name, "text", QRect(left, px(6), beside, px(20))),
                ([self._second], small, "text2", QRect(left, px(27), beside, px(20))),
            )
            return _Placed(px(52), QRect(corner, size), texts)
        room = width - left - px(13)
        first, second = broken(self._name, name, room), broken(self._second, small, room)
        upper = QRect(left, px(6), room, px(20) * len(first))
        lower = QRect(left, upper.bottom() + 1 + px(1), room, px(18) * len(second))
        chip = QRect(QPoint(left, lower.bottom() + 1 + px(4)), size)
        texts = ((first, name, "text", upper), (second, small, "text2", lower))
        return _Placed(chip.bottom() + 1 + px(8), chip, texts)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        chosen = self.isChecked()
        paint_box(
            painter,
            self.rect(),
            "info_bg" if chosen else "surface",
            "accent" if chosen else "border",
            width=2 if chosen else 1,
        )
        cap = key_cap_size(self._key)
        paint_key_cap(painter, QRect(QPoint(px(13), (self.height() - cap.height()) // 2), cap), self._key)
        placed = self._placed(self.width())
        paint_chip(painter, placed.chip, self._chip)
        for lines, font, token, rect in placed.texts:
            painter.setFont(font)
            painter.setPen(look().colour(token))
            painter.drawText(rect, _LEFT, "\n".join(lines))
