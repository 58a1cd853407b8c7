"""The first step: which list, which file, and what was imported before."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.import_sentences import field_name
from clinic_desk.services.imports import fields_of
from clinic_desk.services.ports import ImportRun
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.buttons import LinkButton, SecondaryButton
from clinic_desk.ui.kit.card import Card, ScrollPage, SectionTitle
from clinic_desk.ui.kit.choice_tiles import Choice, ChoiceTiles
from clinic_desk.ui.kit.painting import ChipData, paint_box
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.table import Cell, Column, DataTable, RowsModel
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_ORDER: Final = (
    ImportKind.SUPPLIERS,
    ImportKind.SERVICES,
    ImportKind.OFFERS,
    ImportKind.PATIENTS,
    ImportKind.INSURANCE,
    ImportKind.DOCTORS,
    ImportKind.ICD10,
    ImportKind.STREETS,
)


class DropZone(QWidget):
    """A dashed box a file is dropped on; the page takes the drop, wherever it falls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_hot = False
        self.label = PlainLabel(role="large", tone="muted")
        self.button = SecondaryButton("", "Ctrl+O", "folder-open")
        self.button.setObjectName("import_file_button_choose")
        row = QHBoxLayout(self)
        space(row, (20, 14, 20, 14), 14)
        row.addWidget(IconLabel("file-arrow-down", "accent", 24))
        row.addWidget(self.label)
        row.addStretch(1)
        row.addWidget(self.button)

    def set_hot(self, hot: bool) -> None:
        """Show that a file hangs over the window."""
        self._is_hot = hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_hot:
            paint_box(painter, self.rect(), "info_bg", "accent", width=2, radius=10)
        else:
            paint_box(painter, self.rect(), "bg", "border", radius=10, dashed=True)


class FilePanel(QWidget):
    """Chooses kind and file; lists earlier imports.

    Signals:
        kind_chosen: the `ImportKind`.
        undo_wanted: the `ImportRun` to take back.
    """

    kind_chosen = Signal(object)
    undo_wanted = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._kind = ImportKind.SUPPLIERS
        self.tiles = ChoiceTiles(columns=3)
        self.tiles.setObjectName("import_file_choice_kind")
        self.tiles.chosen.connect(self.kind_chosen)
        self.zone = DropZone()
        self._needed = PlainLabel(role="small", wraps=True)
        self._optional = PlainLabel(role="small", tone="muted", wraps=True)
        card = Card()
        kind_title, file_title = SectionTitle(number=1), SectionTitle(number=2)
        words.bind(kind_title.label.setText, "import_screen.file.kind")
        words.bind(file_title.label.setText, "import_screen.file.file")
        for widget in (kind_title, self.tiles, file_title, self.zone, self._needed, self._optional):
            card.body.addWidget(widget)
        page = ScrollPage(margins=0, gap=12)
        page.body.addWidget(card)
        page.body.addWidget(self._make_history(), 1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(page)
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def set_kind(self, kind: ImportKind) -> None:
        """Show this kind as chosen, with the columns it needs."""
        self._kind = kind
        self.tiles.set_value(kind)
        self._retell()

    def set_history(self, runs: list[ImportRun]) -> None:
        """Show these imports, newest first."""
        row = self.history.current_row()
        self._history_model.set_rows(runs)
        self.history.setVisible(bool(runs))
        self._no_history.setVisible(not runs)
        if runs:
            self.history.select_row(min(max(row, 0), len(runs) - 1))
        self._on_row()

    def _make_history(self) -> Card:
        words = self._words
        card = Card(gap=4)
        title = SectionTitle()
        words.bind(title.label.setText, "import_screen.history.title")
        self.undo = LinkButton("", "", "arrow-counter-clockwise")
        self.undo.setObjectName("import_file_button_undo")
        words.bind(self.undo.setText, "import_screen.undo")
        self.undo.clicked.connect(self._on_undo)
        title.trailing.addWidget(self.undo)
        self.history = DataTable()
        self.history.setObjectName("import_file_table_history")
        words.bind(self.history.setAccessibleName, "import_screen.history.title")
        self._history_model: RowsModel[ImportRun] = RowsModel(
            [
                Column("import_screen.history.at", _at, 160),
                Column("import_screen.history.kind", _kind, 200, 2),
                Column("import_screen.history.new", lambda r, w: Cell(w.texts.number(r.new)), 100),
                Column("import_screen.history.changed", lambda r, w: Cell(w.texts.number(r.changed)), 110),
                Column("import_screen.history.by", lambda r, _: Cell(r.by), 140, 1),
                Column("import_screen.history.state", _state, 150),
            ],
            words,
            self,
        )
        self.history.set_model(self._history_model)
        self.history.row_changed.connect(lambda _row: self._on_row())
        self._no_history = PlainLabel(tone="muted")
        words.bind(self._no_history.setText, "import_screen.history.empty")
        card.body.addWidget(title)
        card.body.addWidget(self.history, 1)
        card.body.addWidget(self._no_history)
        card.body.addStretch(0)
        return card

    def _rescale(self) -> None:
        self.history.setMinimumHeight(look().px(88))

    def _on_row(self) -> None:
        run = self._history_model.row_at(self.history.current_row())
        self.undo.setVisible(run is not None)
        self.undo.setEnabled(run is not None and not run.is_undone)

    def _on_undo(self) -> None:
        run = self._history_model.row_at(self.history.current_row())
        if run is not None and not run.is_undone:
            self.undo_wanted.emit(run)

    def _retell(self) -> None:
        say = self._words.say
        self.tiles.set_choices(
            [Choice(kind, say(f"imports.kind.{kind}"), str(n)) for n, kind in enumerate(_ORDER, start=1)]
        )
        self.tiles.set_value(self._kind)
        self.zone.label.setText(say("import_screen.file.drop"))
        self.zone.button.setText(say("import_screen.file.choose"))
        fields = fields_of(self._kind)
        texts = self._words.texts
        between = f" {say('imports.columns.or')} "
        needed = [between.join(field_name(texts, name) for name in group) for group in fields.required]
        wanted = {name for group in fields.required for name in group}
        optional = [field_name(texts, name) for name in fields.names if name not in wanted | {"row_number"}]
        self._needed.setText(say("import_screen.file.required", fields="; ".join(needed)))
        self._optional.setText(say("import_screen.file.optional", fields="; ".join(optional)))


def _at(run: ImportRun, words: UiText) -> Cell:
    return Cell(words.texts.moment(run.at))


def _kind(run: ImportRun, words: UiText) -> Cell:
    key = f"imports.kind.{run.kind}"
    return Cell(words.say(key) if words.has(key) else run.kind, strong=True)


def _state(run: ImportRun, words: UiText) -> Cell:
    if run.is_undone:
        return Cell(
            chip=ChipData(Kind.STALE, words.say("import_screen.history.undone"), "arrow-counter-clockwise")
        )
    return Cell(chip=ChipData(Kind.OK, words.say("import_screen.history.loaded")))
