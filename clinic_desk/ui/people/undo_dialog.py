"""Before a merge is undone: what came since and stays with the card that was kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.services.people_port import Merge, UndoPlan
from clinic_desk.ui.kit import Modal, PlainLabel, PrimaryButton, SecondaryButton, UiText


class UndoDialog(Modal):
    """One question.

    Signals:
        confirmed: the merge is to be undone as the question says.
    """

    confirmed = Signal()

    def __init__(self, words: UiText, merge: Merge, plan: UndoPlan, parent: QWidget | None = None) -> None:
        super().__init__(icon="arrow-counter-clockwise", width=640, height=0, parent=parent)
        self.setObjectName("unmerge_dialog")
        words.bind(self.set_title, "people.unmerge.title")
        self.subtitle.setText(merge.gone_name)
        self.label = PlainLabel(wraps=True)
        self.label.setObjectName("unmerge_text")
        self._words, self._plan = words, plan
        self.body.addWidget(self.label)
        self.body.addStretch(1)
        keep = SecondaryButton("", "Esc")
        keep.setObjectName("unmerge_button_keep")
        keep.clicked.connect(self.dismiss)
        words.bind(keep.setText, "people.unmerge.keep")
        self.do_button = PrimaryButton("", "Ctrl+Enter")
        self.do_button.setObjectName("unmerge_button_do")
        self.do_button.clicked.connect(self._on_confirmed)
        self.do_button.claim_key(self)
        words.bind(self.do_button.setText, "people.unmerge.do")
        self.foot.addStretch(1)
        self.foot.addWidget(keep)
        self.foot.addWidget(self.do_button)
        self.closed.connect(self.deleteLater)
        words.follow(self._say)

    def _on_confirmed(self) -> None:
        self.close_modal()
        self.confirmed.emit()

    def _say(self) -> None:
        say, plan = self._words.say, self._plan
        sentences = []
        if plan.added:
            rows = ", ".join(say(f"people.rows.{table}", n=count) for table, count in plan.added.items())
            sentences.append(say("people.unmerge.rows_stay", rows=rows))
        if plan.changed:
            fields = ", ".join(say(f"people.field.{name}") for name in plan.changed)
            sentences.append(say("people.unmerge.fields_stay", fields=fields))
        self.label.setText(" ".join(sentences))
