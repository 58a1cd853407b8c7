"""The last step: what was loaded, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.services.imports import Imported, Outcome
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.buttons import SecondaryButton
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, space
from clinic_desk.ui.kit.words import UiText


class ResultPanel(QWidget):
    """Counts, Undo, and the bad rows once more.

    Signals:
        undo_wanted: the import shall be taken back.
        csv_wanted: the bad rows shall be saved.
    """

    undo_wanted = Signal()
    csv_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._imported: Imported | None = None
        self._is_undone = False
        self._kind = ImportKind.SUPPLIERS
        self._icon = IconLabel("check-circle", "ok", 40)
        self._title = PlainLabel(role="subtitle")
        self._title.setObjectName("import_loaded_label_title")
        self._counts = PlainLabel(role="large")
        self._counts.setObjectName("import_loaded_label_counts")
        self._skipped = PlainLabel(tone="muted")
        self._passed_over = PlainLabel(tone="muted")
        self.undo = SecondaryButton("", "Ctrl+Z", "arrow-counter-clockwise")
        self.undo.setObjectName("import_loaded_button_undo")
        self.undo.clicked.connect(self.undo_wanted)
        self.csv = SecondaryButton("", "", "download-simple")
        self.csv.setObjectName("import_loaded_button_csv")
        self.csv.clicked.connect(self.csv_wanted)
        card = Card(gap=12)
        middle = Qt.AlignmentFlag.AlignHCenter
        card.body.addStretch(1)
        card.body.addWidget(self._icon, 0, middle)
        for label in (self._title, self._counts, self._skipped, self._passed_over):
            card.body.addWidget(label, 0, middle)
        card.body.addLayout(horizontal(None, self.csv, self.undo, None, gap=10))
        card.body.addStretch(2)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(card)
        words.follow(self._retell)

    def show_result(self, imported: Imported, *, is_undone: bool, kind: ImportKind) -> None:
        """Show what an import of that kind did, or that it was taken back."""
        self._imported, self._is_undone, self._kind = imported, is_undone, kind
        self._retell()

    def _retell(self) -> None:
        if self._imported is None:
            return
        say, number, counts = self._words.say, self._words.texts.number, self._imported.counts
        self._icon.set_icon(
            *(("arrow-counter-clockwise", "stale") if self._is_undone else ("check-circle", "ok"))
        )
        self._title.setText(say(f"import_screen.loaded.{'undone_title' if self._is_undone else 'title'}"))
        if self._is_undone:
            is_withdrawn = self._kind is ImportKind.INSURANCE
            self._counts.setText(say("evidence.undone" if is_withdrawn else "import_screen.loaded.undone"))
        else:
            self._counts.setText(
                say(
                    "import_screen.loaded.counts",
                    new=number(counts[Outcome.NEW]),
                    changed=number(counts[Outcome.CHANGED]),
                    same=number(counts[Outcome.SAME]),
                )
            )
        refused, passed_over = counts[Outcome.REFUSED], counts[Outcome.PASSED_OVER]
        self._skipped.setText(
            say("import_screen.loaded.skipped", refused=number(refused))
            if refused
            else say("import_screen.loaded.none_skipped")
        )
        self._passed_over.setText(say("import_screen.loaded.passed_over", n=passed_over))
        self._passed_over.setVisible(bool(passed_over))
        self.csv.setText(say("import_screen.csv", n=refused))
        self.csv.setVisible(bool(refused))
        self.undo.setText(say("import_screen.undo"))
        self.undo.setVisible(not self._is_undone)
