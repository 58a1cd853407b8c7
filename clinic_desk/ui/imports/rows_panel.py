"""The third step: what the list would do, row by row."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.services.imports import Outcome, Preview
from clinic_desk.ui.imports.rows_model import Filter, ImportRowsModel, all_sentences
from clinic_desk.ui.imports.rows_table import ImportTable
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.buttons import SecondaryButton
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.check_box import CheckBox
from clinic_desk.ui.kit.empty_state import EmptyState
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, look, space
from clinic_desk.ui.kit.tile import Tile, TileRow
from clinic_desk.ui.kit.words import UiText

_TILES: Final = {
    Filter.SAME: ("check", "accent"),
    Filter.NEW: ("plus", "ok"),
    Filter.CHANGED: ("note-pencil", "accent"),
    Filter.REFUSED: ("warning-circle", "err"),
    Filter.WARNED: ("warning", "warn"),
}
_SHOWN_FIRST: Final = (Filter.REFUSED, Filter.CHANGED, Filter.NEW, Filter.WARNED, Filter.SAME)


class RowsPanel(QWidget):
    """Tiles that filter, the table, what is wrong with the current row.

    Signals:
        corrected: line of the file, column of the file from 0, the new text.
        left_out: line of the file.
        skip_bad_changed: whether the good rows may be loaded without the bad ones.
        csv_wanted: the bad rows shall be saved.
        emptied: the table, which had the focus, has no rows any more.
    """

    corrected = Signal(int, int, str)
    left_out = Signal(int)
    skip_bad_changed = Signal(bool)
    csv_wanted = Signal()
    emptied = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._preview: Preview | None = None
        self._model: ImportRowsModel | None = None
        self._edits = (0, 0)
        self.tiles = TileRow()
        for wanted, (icon, colour) in _TILES.items():
            tile = self.tiles.add(wanted, Tile(icon, colour))
            tile.setObjectName(f"import_rows_tile_{wanted}")
        self.tiles.chosen.connect(lambda _key: self._fill(0))
        self.table = ImportTable(words)
        self.table.setObjectName("import_rows_table")
        words.bind(self.table.setAccessibleName, "import_screen.rows.table")
        self.table.left_out.connect(self.left_out)
        self._none = EmptyState("check-circle")
        words.bind(self._none.setText, "import_screen.rows.none")
        self.detail = PlainLabel(role="small", wraps=True, data=True)
        self.detail.setObjectName("import_rows_label_detail")
        self._note = PlainLabel(role="caption", tone="muted", wraps=True)
        self.skip_bad = CheckBox()
        self.skip_bad.setObjectName("import_rows_check_skip_bad")
        self.skip_bad.toggled.connect(self.skip_bad_changed)
        self.csv = SecondaryButton("", "", "download-simple")
        self.csv.setObjectName("import_rows_button_csv")
        self.csv.clicked.connect(self.csv_wanted)
        card = Card(margins=(12, 4, 16, 12), gap=8)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._none, 1)
        card.body.addWidget(self.detail)
        foot = horizontal(IconLabel("info", "text2", 16), gap=8)
        foot.addWidget(self._note, 1)
        foot.addWidget(self.skip_bad)
        foot.addWidget(self.csv)
        card.body.addLayout(foot)
        column = QVBoxLayout(self)
        space(column, 0, 12)
        column.addWidget(self.tiles)
        column.addWidget(card, 1)
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def show_preview(
        self, preview: Preview, *, skips_bad: bool, corrected: int, left_out: int, anew: bool
    ) -> None:
        """Show this preview; `anew` chooses the tile that most needs eyes, else the place is kept."""
        is_other = preview is not self._preview
        self._preview = preview
        self._edits = (corrected, left_out)
        self.skip_bad.setChecked(skips_bad)
        self._retell()
        if anew:
            counts = {wanted: _count(preview, wanted) for wanted in Filter}
            self.tiles.set_value(next((w for w in _SHOWN_FIRST if counts[w]), Filter.SAME))
        if is_other or anew:
            self._fill(0 if anew else max(0, self.table.current_row()))

    def filter(self) -> Filter:
        """Which rows are shown."""
        return Filter(self.tiles.value() or Filter.SAME)

    def _rescale(self) -> None:
        self.table.setMinimumHeight(look().px(168))

    def _fill(self, row: int) -> None:
        if self._preview is None:
            return
        column = self.table.currentIndex().column() if row else 0
        old = self._model
        self._model = ImportRowsModel(self._preview, self.filter(), self._words, self)
        self._model.cell_edited.connect(self.corrected)
        self.table.set_model(self._model)
        if old is not None:
            old.deleteLater()
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._tell_row())
        rows = self._model.rowCount()
        had_focus = self.table.hasFocus()
        self.table.setVisible(bool(rows))
        self._none.setVisible(not rows)
        if had_focus and not rows:
            self.emptied.emit()
        if rows:
            index = self._model.index(min(row, rows - 1), max(0, min(column, self._model.columnCount() - 1)))
            self.table.setCurrentIndex(index)
        self._tell_row()

    def _tell_row(self) -> None:
        row = self._model.row_at(self.table.current_row()) if self._model is not None else None
        sentences = all_sentences(row, self._words) if row is not None else []
        self.detail.setText("  ".join(sentences))
        self.detail.setVisible(bool(sentences))

    def _retell(self) -> None:
        preview = self._preview
        if preview is None:
            return
        say, number = self._words.say, self._words.texts.number
        refused = preview.counts[Outcome.REFUSED]
        for wanted in Filter:
            key = (
                "refused_skipped" if wanted is Filter.REFUSED and self.skip_bad.isChecked() else wanted.value
            )
            self.tiles.tile(wanted).set_caption(say(f"import_screen.tile.{key}"))
            self.tiles.tile(wanted).set_number(number(_count(preview, wanted)))
        self.tiles.tile(Filter.WARNED).setVisible(bool(preview.warned) or self.tiles.value() == Filter.WARNED)
        self.skip_bad.setText(say("import_screen.skip_bad"))
        self.skip_bad.setVisible(bool(refused))
        self.csv.setText(say("import_screen.csv", n=refused))
        self.csv.setVisible(bool(refused))
        corrected, left_out = self._edits
        note = [say("import_screen.rows.keys")]
        if corrected:
            note.append(say("import_screen.rows.corrected", n=corrected))
        if left_out:
            note.append(say("import_screen.rows.left_out", n=left_out))
        self._note.setText(" ".join(note))
        self._tell_row()


def _count(preview: Preview, wanted: Filter) -> int:
    return len(preview.warned) if wanted is Filter.WARNED else preview.counts[Outcome(wanted.value)]
