"""Ctrl+H: every check of the insurance, every referral and every change of one person, newest first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.insurance import COVERED, InsuranceStatus
from clinic_desk.services.rows import EvidenceLine, PatientCard, ReferralRow
from clinic_desk.ui.kit import (
    Cell,
    ChipData,
    Column,
    DataTable,
    Kind,
    Modal,
    PlainLabel,
    RowsModel,
    SecondaryButton,
    SectionTitle,
    UiText,
    look,
)
from clinic_desk.ui.kit.authors import author
from clinic_desk.ui.patients.changes import CHANGES, ChangeRow
from clinic_desk.ui.patients.referral_words import referral_chip


class History(Modal):
    """Three tables. Enter on a referral prints its slip again, Enter on the last merge undoes it.

    Signals:
        print_wanted: the id of the referral whose slip is to be printed again.
        undo_wanted: the id of the merge that is to be undone.
    """

    print_wanted = Signal(str)
    undo_wanted = Signal(str)

    def __init__(
        self,
        words: UiText,
        card: PatientCard,
        evidence: list[EvidenceLine],
        changes: list[ChangeRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon="clock-counter-clockwise", width=1060, height=640, parent=parent)
        self.setObjectName("card_history_dialog")
        words.bind(self.set_title, "card.history")
        self.subtitle.setText(card.patient.name.full)
        self.answers: RowsModel[EvidenceLine] = RowsModel(_ANSWERS, words, self)
        self.answers.set_rows(evidence)
        self.referrals: RowsModel[ReferralRow] = RowsModel(_REFERRALS, words, self)
        self.referrals.set_rows(card.referrals)
        answers = self._add(words, "card.history.answers", "card.history.no_answers", self.answers)
        answers.setObjectName("card_history_table_answers")
        referrals = self._add(words, "card.history.referrals", "card.history.no_referrals", self.referrals)
        referrals.setObjectName("card_history_table_referrals")
        referrals.opened.connect(self._on_opened)
        self.changes: RowsModel[ChangeRow] = RowsModel(CHANGES, words, self)
        self.changes.set_rows(changes)
        self.changes_table = self._add(
            words, "people.history.title", "people.history.none", self.changes, rows_shown=5
        )
        self.changes_table.setObjectName("card_history_table_changes")
        self.changes_table.opened.connect(self._on_change_opened)
        self._first = answers if evidence else referrals if card.referrals else self.changes_table
        self.body.addStretch(1)
        close = SecondaryButton("", "Esc")
        close.setObjectName("card_history_button_close")
        close.clicked.connect(self.dismiss)
        words.bind(close.setText, "shell.close")
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        self.closed.connect(self.deleteLater)

    def start(self, over: QWidget) -> None:
        """The panel lies over the window of `over`."""
        self.open_over(over, self._first if self._first.isVisibleTo(self) else None)
        for table in self.findChildren(DataTable):
            if table.model().rowCount():
                table.select_row(0)

    def _add(
        self,
        words: UiText,
        title_key: str,
        none_key: str,
        model: RowsModel[Any],
        *,
        rows_shown: int = 6,
    ) -> DataTable:
        title = SectionTitle()
        words.bind(title.setText, title_key)
        self.body.addWidget(title)
        table = DataTable()
        table.set_model(model)
        words.bind(table.setAccessibleName, title_key)
        rows = model.rowCount()
        nothing = PlainLabel(tone="muted", wraps=True)
        words.bind(nothing.setText, none_key)
        table.setFixedHeight(look().px(40 + 44 * min(rows, rows_shown)))
        # In their places first: shown without one, each would be a window for a moment and take the focus.
        self.body.addWidget(nothing)
        self.body.addWidget(table)
        nothing.setVisible(not rows)
        table.setVisible(bool(rows))
        return table

    def _on_change_opened(self, number: int) -> None:
        row = self.changes.row_at(number)
        if row is not None and row.line.can_undo and row.line.merge_id is not None:
            self.close_modal()
            self.undo_wanted.emit(row.line.merge_id)

    def _on_opened(self, number: int) -> None:
        row = self.referrals.row_at(number)
        if row is not None:
            self.print_wanted.emit(row.referral_id)


def _kind(status: InsuranceStatus) -> Kind:
    if status is InsuranceStatus.UNINSURED:
        return Kind.ERR
    if status in (InsuranceStatus.GRACE_3M, InsuranceStatus.GRACE_6M):
        return Kind.WARN
    return Kind.OK if status in COVERED else Kind.STALE


def _checked_at(row: EvidenceLine, words: UiText) -> Cell:
    return Cell(words.texts.moment(row.at))


def _answer(row: EvidenceLine, words: UiText) -> Cell:
    if row.status is None:
        return Cell(
            chip=ChipData(Kind.STALE, words.say(f"evidence.why.{row.why}"), "clock-counter-clockwise")
        )
    status = words.say(f"labels.insurance.{row.status}")
    if row.withdrawn_at is not None:
        said = words.say(
            "evidence.withdrawn_sentence", status=status, at=row.withdrawn_at, by=row.withdrawn_by
        )
        text = words.say("evidence.withdrawn", status=status)
        return Cell(chip=ChipData(Kind.NEUTRAL, text, "arrow-counter-clockwise"), sentence=said)
    return Cell(chip=ChipData(_kind(row.status), status))


def _channel(row: EvidenceLine, words: UiText) -> Cell:
    return Cell(words.say(f"labels.channel.{row.channel}"))


def _category(row: EvidenceLine, words: UiText) -> Cell:
    key = f"labels.category.{row.category}"
    return Cell(words.say(key) if row.category and words.has(key) else row.category or "—")


def _by(row: EvidenceLine, words: UiText) -> Cell:
    return Cell(author(words, row.by) or "—")


def _number(row: ReferralRow, words: UiText) -> Cell:
    return Cell(row.number, words.say(f"verdict.payer.{row.payer}"))


def _service(row: ReferralRow, words: UiText) -> Cell:
    return Cell(row.service.said_in(words.language), strong=True)


def _supplier(row: ReferralRow, words: UiText) -> Cell:
    return Cell(row.supplier_name)


def _status(row: ReferralRow, words: UiText) -> Cell:
    return Cell(chip=referral_chip(row, words))


# At 150 per cent each table has its columns within the dialog: no more than 780 pixels in all.
_ANSWERS = (
    Column("card.history.checked_at", _checked_at, 135),
    Column("card.history.status", _answer, 275),
    Column("insurance_panel.fact.category", _category, 130, 2),
    Column("card.history.channel", _channel, 125, 1),
    Column("card.history.checked_by", _by, 105, 1),
)
_REFERRALS = (
    Column("card.history.number", _number, 165),
    Column("card.column.service", _service, 210, 2),
    Column("card.column.supplier", _supplier, 210, 2),
    Column("card.column.status", _status, 195),
)
