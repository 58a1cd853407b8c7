"""The paper of a case, drawn beside the window; an older picture never replaces a newer one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.services.slips import PreviewImage
from clinic_desk.ui.attachment.paper_card import PaperCard
from clinic_desk.ui.kit import Jobs, UiText
from clinic_desk.ui.kit.pictures import picture_of

Draw = Callable[[int], PreviewImage]
"""Draws the paper for a sheet of that many pixels across; called in a lane."""

_PAUSE_MS: Final = 150
_SLOW_MS: Final = 300


class PaperPreview(QObject):
    """Draws 150 ms after the last change; at most one more picture waits while one is being drawn.

    Args:
        card: where the paper is shown.
        jobs: the lanes; drawing is done in the side lane.
        words: the language of the window.
        prepare: called on the window's thread, gives what draws the paper as it stands; None for none.
    """

    def __init__(
        self, card: PaperCard, jobs: Jobs, words: UiText, prepare: Callable[[], Draw | None]
    ) -> None:
        super().__init__(card)
        self._card = card
        self._jobs = jobs
        self._words = words
        self._prepare = prepare
        self._language = SlipLanguage.KK
        self._remark = ""
        self._round = 0
        self._drawing = False
        self._asked_again = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(lambda: self._say("attachment_screen.preview.loading"))
        words.follow(self._retell)

    def begin(self, language: SlipLanguage) -> None:
        """Another paper: empty at first, in this language."""
        self.end()
        self._language = language
        self._card.paper.set_image(None)
        self._say("")

    def ask(self) -> None:
        """What the paper says has changed."""
        self._pause.start()

    def end(self) -> None:
        """Nothing more is drawn."""
        self._round += 1
        self._pause.stop()
        self._slow.stop()
        self._drawing = self._asked_again = False

    def _draw(self) -> None:
        if self._drawing:
            self._asked_again = True
            return
        draw = self._prepare()
        if draw is None:
            return
        self._drawing = True
        self._slow.start()
        turn, paper = self._round, self._card.paper
        width = round(max(paper.sheet().width(), 1) * paper.devicePixelRatioF())
        self._jobs.run(
            lambda: draw(width),
            lambda image: self._on_image(turn, image),
            lambda _error: self._on_image(turn, None),
            owner=self,
            lane="side",
        )

    def _on_image(self, turn: int, image: PreviewImage | None) -> None:
        if turn != self._round:
            return
        self._drawing = False
        self._slow.stop()
        if image is not None:
            self._card.paper.set_image(picture_of(image))
        self._say("" if image is not None else "attachment_screen.preview.failed")
        if self._asked_again:
            self._asked_again = False
            self._draw()

    def _say(self, remark: str) -> None:
        self._remark = remark
        self._retell()

    def _retell(self) -> None:
        key = self._remark or f"attachment_screen.preview.{self._language}"
        self._card.remark.setText(self._words.say(key))


__all__ = ["Draw", "PaperPreview"]
