"""The living referrals of one person."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.referral import LIVING
from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit import (
    Card,
    Cell,
    Column,
    DataTable,
    LinkButton,
    PlainLabel,
    RowsModel,
    SectionTitle,
    UiText,
)
from clinic_desk.ui.patients.referral_words import referral_chip


class OpenReferrals(Card):
    """A table of them, or one sentence when there are none.

    Signals:
        print_wanted: the id of the referral whose slip is to be printed.
        history_wanted: everything of this person is to be shown.
    """

    print_wanted = Signal(str)
    history_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(gap=6, parent=parent)
        self.setObjectName("card_open_panel")
        self._words = words
        self._rows: list[ReferralRow] = []
        title = SectionTitle()
        words.bind(title.setText, "card.open")
        self.count = PlainLabel(role="caption", tone="muted", data=True)
        self.count.setObjectName("card_open_text_count")
        title.layout().insertWidget(1, self.count)  # type: ignore[union-attr]
        history = LinkButton("", "Ctrl+H")
        history.setObjectName("card_open_button_history")
        history.clicked.connect(self.history_wanted)
        words.bind(history.setText, "card.history")
        title.trailing.addWidget(history)
        self.body.addWidget(title)
        self.nothing = PlainLabel(tone="muted", wraps=True)
        self.nothing.setObjectName("card_open_text_none")
        words.bind(self.nothing.setText, "card.open.none")
        self.body.addWidget(self.nothing)
        self.model: RowsModel[ReferralRow] = RowsModel(_COLUMNS, words, self)
        self.table = DataTable()
        self.table.setObjectName("card_open_table")
        self.table.set_model(self.model)
        self.table.opened.connect(self._on_opened)
        self.body.addWidget(self.table, 1)
        self.body.addStretch(0)
        words.follow(self._say)

    def show_rows(self, rows: tuple[ReferralRow, ...]) -> None:
        """Show those of `rows` that are alive; the one that was current stays current."""
        before = self.chosen()
        self._rows = [row for row in rows if row.status in LIVING]
        self.model.set_rows(self._rows)
        self.table.setVisible(bool(self._rows))
        self.nothing.setVisible(not self._rows)
        self.count.setVisible(bool(self._rows))
        if self._rows:
            ids = [row.referral_id for row in self._rows]
            kept = before is not None and before.referral_id in ids
            self.table.select_row(ids.index(before.referral_id) if kept and before else 0)
        self._say()

    def has_focus(self) -> bool:
        """Whether the keys go to the table."""
        return self.table.hasFocus()

    def chosen(self) -> ReferralRow | None:
        """The referral that is current, else the newest; None when there is none."""
        return self.model.row_at(max(0, self.table.current_row()))

    def _on_opened(self, number: int) -> None:
        row = self.model.row_at(number)
        if row is not None:
            self.print_wanted.emit(row.referral_id)

    def _say(self) -> None:
        self.count.setText(str(len(self._rows)))
        self.table.setAccessibleName(self._words.say("card.open.sentence", n=len(self._rows)))


def _service(row: ReferralRow, words: UiText) -> Cell:
    return Cell(row.service.said_in(words.language), icon="paper-plane-tilt", strong=True)


def _supplier(row: ReferralRow, words: UiText) -> Cell:
    return Cell(row.supplier_name)


def _status(row: ReferralRow, words: UiText) -> Cell:
    return Cell(chip=referral_chip(row, words))


def _until(row: ReferralRow, words: UiText) -> Cell:
    return Cell(words.say("card.valid_until", day=row.valid_until))


_COLUMNS = (
    Column("card.column.service", _service, 260, 3),
    Column("card.column.supplier", _supplier, 220, 3),
    Column("card.column.status", _status, 190),
    Column("card.column.until", _until, 200),
)
