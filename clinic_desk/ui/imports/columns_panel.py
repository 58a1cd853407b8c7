"""The second step: how the file is written, and which of its columns is what."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_desk.domain.imports.columns import ColumnMap
from clinic_desk.domain.imports.table import Table
from clinic_desk.import_sentences import columns_sentences, delimiter_name, encoding_name, field_name
from clinic_desk.services.imports import fields_of
from clinic_desk.ui.imports.rows_model import shown
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.card import Card, ScrollPage, SectionTitle
from clinic_desk.ui.kit.choice_popup import Option
from clinic_desk.ui.kit.combo_field import ComboField, Deliver
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, look, space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

ENCODINGS: Final = ("utf-8", "utf-8-bom", "cp1251", "kz1048", "utf-16-le", "utf-16-be", "cp866")
DELIMITERS: Final = (";", ",", "\t", "|")
_COLUMNS_OF_FIELDS: Final = 3
_EXAMPLES: Final = 3


class ColumnsPanel(QWidget):
    """A combo for each field, with examples from the file.

    Signals:
        encoding_chosen, delimiter_chosen, sheet_chosen: how the file shall be read again.
        mapped: name of the field, column of the file from 0 or None.
    """

    encoding_chosen = Signal(str)
    delimiter_chosen = Signal(str)
    sheet_chosen = Signal(str)
    mapped = Signal(str, object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._table: Table | None = None
        self._columns: ColumnMap | None = None
        self.fields: dict[str, ComboField] = {}
        self.encoding = self._reading_combo("encoding", self.encoding_chosen)
        self.delimiter = self._reading_combo("delimiter", self.delimiter_chosen)
        self.sheet = self._reading_combo("sheet", self.sheet_chosen)
        self.problem = Banner(Kind.WARN, "warning", wide=False)
        self.problem.setObjectName("import_columns_banner_problem")
        self._grid_box = QWidget()
        self._grid = QGridLayout(self._grid_box)
        space(self._grid, 0, 14)
        self._unused = PlainLabel(role="small", tone="muted", wraps=True, data=True)
        self._unused.setObjectName("import_columns_label_unused")
        note = PlainLabel(role="small", tone="muted")
        words.bind(note.setText, "import_screen.columns.note")
        title = SectionTitle()
        words.bind(title.label.setText, "import_screen.columns.title")
        title.trailing.addWidget(note)
        card = Card()
        card.body.addLayout(horizontal(self.encoding, self.delimiter, self.sheet, None, gap=14))
        card.body.addWidget(title)
        card.body.addWidget(self.problem)
        card.body.addWidget(self._unused)
        page = ScrollPage(margins=(0, 0, 8, 0), gap=0)
        page.body.addWidget(self._grid_box)
        page.body.addStretch(1)
        card.body.addWidget(page, 1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(card)
        words.language_changed.connect(self._retell)
        look().changed.connect(self._rescale)
        self._rescale()

    def show_table(self, table: Table, columns: ColumnMap) -> None:
        """Show how this table was read and what its columns were taken for."""
        self._table, self._columns = table, columns
        self._retell()

    def first_field(self) -> QWidget | None:
        """Where to begin: the first field that waits for an answer, else the first of all."""
        if self._columns is None:
            return None
        waiting = [a.field for a in self._columns.ambiguous]
        waiting += [name for group in self._columns.missing_required for name in group]
        name = next((n for n in self.fields if n in waiting), next(iter(self.fields), None))
        return self.fields[name].edit if name else None

    def _reading_combo(self, name: str, signal: object) -> ComboField:
        combo = ComboField()
        combo.setObjectName(f"import_columns_combo_{name}")
        combo.hide()
        combo.chosen.connect(lambda option: signal.emit(option.key))  # type: ignore[attr-defined]
        self._words.bind(combo.set_label, f"import_screen.columns.{name}")
        return combo

    def _rescale(self) -> None:
        for combo in (self.encoding, self.delimiter, self.sheet):
            combo.setFixedWidth(look().px(230))

    def _retell(self) -> None:
        table, columns = self._table, self._columns
        if table is None or columns is None:
            return
        say, texts = self._words.say, self._words.texts
        is_text = table.encoding is not None
        self.encoding.setVisible(is_text)
        self.delimiter.setVisible(is_text)
        self.sheet.setVisible(not is_text)
        _offer(
            self.encoding, [Option(name, encoding_name(texts, name)) for name in ENCODINGS], table.encoding
        )
        _offer(
            self.delimiter,
            [Option(sign, delimiter_name(texts, sign)) for sign in DELIMITERS],
            table.delimiter,
        )
        _offer(self.sheet, [Option(name, shown(name)) for name in table.sheets], table.sheet)
        sentences = columns_sentences(texts, columns)
        self.problem.setVisible(bool(sentences))
        self.problem.set_text(" ".join(sentences))
        unused = ", ".join(f"«{shown(heading)}»" for heading in columns.unknown)
        self._unused.setText(
            say("import_screen.columns.unused", headings=unused)
            if unused
            else say("import_screen.columns.all_used")
        )
        self._show_fields(table, columns)

    def _show_fields(self, table: Table, columns: ColumnMap) -> None:
        texts = self._words.texts
        kind_fields = fields_of(columns.kind)
        wanted = {name for group in kind_fields.required for name in group}
        names = [
            *(n for n in kind_fields.names if n in wanted),
            *(n for n in kind_fields.names if n not in wanted),
        ]
        names = [name for name in names if name != "row_number"]
        if list(self.fields) != names:
            self._make_fields(names, wanted)
        none = Option(None, self._words.say("import_screen.columns.none"))
        options = [
            Option(index, shown(heading) or self._words.say("import_screen.columns.nth", n=index + 1))
            for index, heading in enumerate(table.headings)
        ]
        for name, combo in self.fields.items():
            combo.set_label(field_name(texts, name))
            index = columns.found.get(name)
            combo.set_hint(_examples(table, index))
            _offer(combo, [none, *options], index)

    def _make_fields(self, names: list[str], wanted: set[str]) -> None:
        for combo in self.fields.values():
            combo.hide()
            combo.deleteLater()
        self.fields = {}
        for place, name in enumerate(names):
            combo = ComboField(required=name in wanted)
            combo.setObjectName(f"import_columns_combo_field_{name}")
            combo.hint.setProperty("data", True)
            combo.hint.set_eliding(True)
            policy = combo.hint.sizePolicy()
            policy.setHorizontalStretch(20)
            combo.hint.setSizePolicy(policy)
            combo.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            combo.chosen.connect(partial(self._on_chosen, name))
            self._grid.addWidget(combo, place // _COLUMNS_OF_FIELDS, place % _COLUMNS_OF_FIELDS)
            self.fields[name] = combo
        for column in range(_COLUMNS_OF_FIELDS):
            self._grid.setColumnStretch(column, 1)

    def _on_chosen(self, name: str, option: Option) -> None:
        self.mapped.emit(name, option.key)


def _offer(combo: ComboField, options: list[Option], chosen: object) -> None:
    """Let a combo offer these, one of them chosen; what a person has typed half is left alone."""

    def source(query: str, deliver: Deliver) -> None:
        found = [option for option in options if query.casefold() in option.title.casefold()]
        deliver(found)

    combo.set_source(source)
    wanted = next((option for option in options if option.key == chosen), None)
    is_being_typed = combo.edit.hasFocus() and combo.is_open
    if combo.option() != wanted and not is_being_typed:
        combo.set_option(wanted)


def _examples(table: Table, column: int | None) -> str:
    if column is None:
        return ""
    cells = (row.cells[column].strip() for row in table.rows[:50])
    return "; ".join(shown(cell)[:30] for cell in [cell for cell in cells if cell][:_EXAMPLES])
