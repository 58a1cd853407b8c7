"""The paper of a case beside the page, and the term of the answer below it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.attachment.due_strip import DueStrip
from clinic_desk.ui.kit import Card, LinkButton, PlainLabel, UiText, look
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.kit.slip_pane import Paper

_WIDTH, _NARROW_WIDTH = 326, 266
_WIDE_FROM: Final = 1100
"""A page at least this wide, in pixels at scale 1, has room for the wider paper."""
_HEIGHT_BELOW: Final = 620
_NO_LIMIT: Final = 16_777_215


class PaperCard(Card):
    """Title and remark, the paper, the term; when the papers came, and a way to throw the draft away."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(18, 14, 18, 14), gap=10, parent=parent)
        self.setObjectName("attachment_paper_panel")
        self.title = PlainLabel(role="heading")
        self.remark = PlainLabel(role="caption", tone="muted")
        self.remark.setObjectName("attachment_paper_text_remark")
        self.paper = Paper()
        self.due = DueStrip()
        self.received = LinkButton(icon="pencil-simple")
        self.received.setObjectName("attachment_paper_button_received")
        words.bind(self.received.setText, "attachment_screen.received.change")
        self.body.addWidget(FlowRow(self.title, self.remark))
        self.body.addWidget(self.paper, 1)
        self.body.addWidget(self.due)
        self.drop = LinkButton(icon="trash")
        self.drop.setObjectName("attachment_paper_button_drop")
        words.bind(self.drop.setText, "attachment_screen.draft.drop")
        self.body.addWidget(FlowRow(self.received, self.drop, gap=4))

    def fit(self, page_width: int, *, below: bool) -> None:
        """A narrow column beside a page of that width in pixels, or as wide as the page below it."""
        if below:
            self.setMinimumSize(0, look().px(_HEIGHT_BELOW))
            self.setMaximumWidth(_NO_LIMIT)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        else:
            self.setMinimumHeight(0)
            self.setFixedWidth(look().px(_WIDTH if page_width >= look().px(_WIDE_FROM) else _NARROW_WIDTH))
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)


__all__ = ["PaperCard"]
