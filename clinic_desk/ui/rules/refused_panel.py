"""The view of a refused file: everything that is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.rule_tables import RuleProblem
from clinic_desk.services.rule_files import RuleFile
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.table import RowsModel
from clinic_desk.ui.kit.tall_table import TallTable
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.rules.columns import FAULTS, fault_rows


class RefusedPanel(QWidget):
    """Names every faulty row; the file is mended elsewhere."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._faults = 0
        self.banner = Banner(Kind.ERR, wide=False)
        self.banner.setObjectName("rules_refused_banner")
        self._rows = RowsModel(FAULTS, words, self)
        self.table = TallTable()
        self.table.setObjectName("rules_refused_table")
        words.bind(self.table.setAccessibleName, "rules_screen.faults")
        self.table.set_model(self._rows)
        note = PlainLabel(role="caption", tone="muted", wraps=True)
        words.bind(note.setText, "rules_screen.refused_note")
        card = Card(margins=(12, 4, 12, 8), gap=8)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(note)
        column = QVBoxLayout(self)
        space(column, 0, 12)
        column.addWidget(self.banner)
        column.addWidget(card, 1)
        words.follow(self._retell)

    def show_problems(self, problems: Sequence[RuleProblem], file: RuleFile) -> None:
        """Show these faults of the file."""
        self._faults = len(problems)
        self._rows.set_rows(fault_rows(problems, file))
        self.table.select_row(0)
        self._retell()

    def _retell(self) -> None:
        self.banner.setText(self._words.say("rules.errors.rules.refused", n=self._faults))
