"""One likely match as a row that can be chosen: its key, who it is, how sure."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import ChipData, Kind, UiText, look, paint_box, paint_chip, paint_key_cap
from clinic_desk.ui.kit.painting import chip_size, key_cap_size

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LOOKS = {"exact_iin": Kind.ERR, "almost_sure": Kind.ERR, "maybe": Kind.WARN}


class Candidate(QAbstractButton):
    """Paints itself; checked when it is the one being compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
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
        self.update()

    @property
    def chip(self) -> ChipData:
        """How sure it is."""
        return self._chip

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(52))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(52))

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
        left = px(13)
        paint_key_cap(painter, QRect(QPoint(left, (self.height() - cap.height()) // 2), cap), self._key)
        size = chip_size(self._chip)
        corner = QPoint(self.width() - px(13) - size.width(), (self.height() - size.height()) // 2)
        paint_chip(painter, QRect(corner, size), self._chip)
        left += cap.width() + px(12)
        width = corner.x() - px(8) - left
        for text, font, token, top in (
            (self._name, look().font(14, 600), "text", px(6)),
            (self._second, look().font(12, 500), "text2", px(27)),
        ):
            painter.setFont(font)
            painter.setPen(look().colour(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(left, top, width, px(20)), _LEFT, shown)
