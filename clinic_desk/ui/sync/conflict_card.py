"""One difference between the desk and the server, decided by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side
from clinic_desk.services.sync.deciding.attention_rows import ConflictRow
from clinic_desk.ui.kit import (
    Card,
    Chip,
    Kind,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    UiText,
)
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.theme import horizontal
from clinic_desk.ui.sync.choice_grid import ChoiceGrid, TwoValues

ValueWords = Callable[[str, str], str]
"""Field and stored value to what a person reads."""
_TITLES = {
    ConflictKind.FIELDS: "sync_screen.conflict.title",
    ConflictKind.DUPLICATE: "sync_screen.duplicate.title",
    ConflictKind.GONE: "sync_screen.gone.title",
}
_KEPT = {
    ConflictKind.FIELDS: "sync_screen.conflict.kept",
    ConflictKind.DUPLICATE: "sync_screen.duplicate.kept",
    ConflictKind.GONE: "sync_screen.gone.kept",
}
_SAVE = {
    ConflictKind.FIELDS: "sync_screen.conflict.save",
    ConflictKind.DUPLICATE: "sync_screen.duplicate.link",
    ConflictKind.GONE: "sync_screen.gone.create",
}
_REFUSE = {
    ConflictKind.DUPLICATE: ("sync_screen.duplicate.apart", "users"),
    ConflictKind.GONE: ("sync_screen.gone.leave", "prohibit"),
}
"""The other way out, for which a reason is asked, with its sign; a difference of fields has none."""


class ConflictCard(Card):
    """Fields: a value is chosen for each. Duplicate: one person or two. Gone: created again, or left so.

    Signals:
        saved: Ctrl+Enter or its button: what was chosen is to be kept.
        refused: Alt+N or its button: two people (of a duplicate), not created again (of what is gone).
        left: to be decided later.
    """

    saved = Signal()
    refused = Signal()
    left = Signal()

    def __init__(self, words: UiText, value_words: ValueWords, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, parent=parent)
        self.setObjectName("sync_conflict")
        self._words, self._value_words = words, value_words
        self._row: ConflictRow | None = None
        self.title = SectionTitle()
        self.title.label.setProperty("data", True)
        self.match = Chip(Kind.OK)
        self.match.setObjectName("sync_conflict_chip_match")
        self.title.trailing.addWidget(self.match)
        self.grid = ChoiceGrid()
        self.grid.changed.connect(self._on_chosen)
        self.area = ScrollPage(margins=0, gap=0)
        self.ways = PlainLabel(wraps=True)
        self.ways.setObjectName("sync_conflict_label_ways")
        words.bind(self.ways.setText, "sync_screen.gone.ways")
        self.area.body.addWidget(self.ways)
        self.area.body.addWidget(self.grid)
        self.area.body.addStretch(1)
        self.kept = PlainLabel(role="caption", tone="muted", wraps=True)
        self.later_button = SecondaryButton("", "Esc")
        self.later_button.setObjectName("sync_conflict_button_later")
        self.later_button.clicked.connect(self.left)
        words.bind(self.later_button.setText, "sync_screen.conflict.later")
        self.refuse_button = SecondaryButton("", "Alt+N", "users")
        self.refuse_button.setObjectName("sync_conflict_button_refuse")
        self.refuse_button.clicked.connect(self.refused)
        self.save_button = PrimaryButton("", "Ctrl+Enter", "check")
        self.save_button.setObjectName("sync_conflict_button_save")
        self.save_button.clicked.connect(self.saved)
        self.body.addWidget(self.title)
        self.body.addWidget(self.area, 1)
        foot = horizontal(
            IconLabel("clock-counter-clockwise", "text2"),
            self.kept,
            self.later_button,
            self.refuse_button,
            self.save_button,
            gap=10,
        )
        foot.setStretch(1, 1)
        self.body.addLayout(foot)
        words.follow(self._retell)

    @property
    def row(self) -> ConflictRow | None:
        """What is shown."""
        return self._row

    def show_conflict(self, row: ConflictRow) -> None:
        """This difference; what was chosen stays while it is the same one."""
        self._row = row
        self._retell()

    def _on_chosen(self) -> None:
        self._enable()

    def _enable(self) -> None:
        row = self._row
        needs_choice = row is not None and row.kind is ConflictKind.FIELDS
        self.save_button.setEnabled(not needs_choice or self.grid.is_complete)

    def _retell(self) -> None:
        row, say = self._row, self._words.say
        self.grid.mine_title.setText(say("sync_screen.conflict.mine"))
        self.grid.theirs_title.setText(say("sync_screen.conflict.theirs"))
        if row is None:
            return
        self.title.setText(say(_TITLES[row.kind], person=row.person))
        kind, icon = (Kind.OK, "check-circle") if row.is_same_person else (Kind.WARN, "users")
        key = "same_person" if row.is_same_person else "other_person"
        self.match.set_chip(ChipData(kind, say(f"sync_screen.conflict.{key}"), icon))
        self.match.setVisible(row.kind is not ConflictKind.GONE)
        self.kept.setText(say(_KEPT[row.kind]))
        self.save_button.setText(say(_SAVE[row.kind]))
        self.refuse_button.setVisible(row.kind in _REFUSE)
        if row.kind in _REFUSE:
            words, sign = _REFUSE[row.kind]
            self.refuse_button.setText(say(words))
            self.refuse_button.set_icon(sign)
        # The area stays where nothing is chosen in it: the title would sink to the middle of the card.
        self.ways.setVisible(row.kind is ConflictKind.GONE)
        self.grid.setVisible(bool(row.fields))
        self.grid.show_fields([self._two_values(one, row.proposed.get(one.field)) for one in row.fields])
        self._enable()

    def _two_values(self, one: FieldConflict, proposed: Side | None) -> TwoValues:
        nothing = self._words.say("sync_screen.conflict.nothing")
        return TwoValues(
            one.field,
            self._words.say(f"people.column.{one.field}"),
            self._value_words(one.field, one.mine) or nothing,
            self._author(one.mine_by, one.mine_at, one.mine_evidence),
            self._value_words(one.field, one.theirs) or nothing,
            self._author(one.theirs_by, one.theirs_at, one.theirs_evidence),
            proposed,
        )

    def _author(self, by: str, at: dt.datetime | None, evidence: str) -> str:
        say = self._words.say
        key = f"labels.document.{evidence}"
        backed = say(key) if evidence and self._words.has(key) else say("sync_screen.conflict.by_word")
        parts = [by or say("sync_screen.conflict.server")]
        parts += [self._words.texts.moment(at)] if at is not None else []
        return " · ".join([*parts, backed] if by else parts)
