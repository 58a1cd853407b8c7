"""The columns of the three lists: cases, contracts that end, children who grow up."""

from __future__ import annotations

from clinic_desk.domain.attachment import CaseState
from clinic_desk.services.attachment_rows import AttachmentRow, EndingContract, GrowingChild
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.words import state_chip
from clinic_desk.ui.kit import ChipData, Kind, UiText
from clinic_desk.ui.kit.table import Cell, Column

_SOON_DAYS = 7


def case_columns(due: DueReader) -> list[Column[AttachmentRow]]:
    """Person (IIN masked: visitors see the screen), district, basis, state, term, opened."""

    def person(row: AttachmentRow, words: UiText) -> Cell:
        return Cell(row.name, row.iin or words.say("labels.no_iin"), strong_when_chosen=True)

    def district(row: AttachmentRow, words: UiText) -> Cell:
        return Cell(_district(row.district, words), row.doctor)

    def basis(row: AttachmentRow, words: UiText) -> Cell:
        return Cell(
            words.say(f"attachment_screen.basis.{row.basis}") if row.basis else "—", muted=not row.basis
        )

    def state(row: AttachmentRow, words: UiText) -> Cell:
        return Cell(chip=state_chip(words, row.state))

    def term(row: AttachmentRow, words: UiText) -> Cell:
        if row.state is CaseState.SENT and row.due_at is not None:
            short = due.short(row.due_at, words)
            return Cell(
                chip=ChipData(short.kind, short.title, short.icon), sentence=f"{short.title} {short.text}"
            )
        if row.state is CaseState.ACCEPTED and row.effective_on is not None:
            return Cell(words.say("attachment_screen.list.from", day=row.effective_on))
        if row.state is CaseState.IN_FORCE and row.contract_until is not None:
            return Cell(words.say("attachment_screen.list.until", day=row.contract_until))
        return Cell()

    def opened(row: AttachmentRow, words: UiText) -> Cell:
        # The day is enough: the term beside it says the hour.
        return Cell(words.texts.day_of(row.sent_at or row.opened_at), row.opened_by)

    return [
        Column("attachment_screen.column.person", person, 166, 3),
        Column("attachment_screen.column.district", district, 128, 2),
        Column("attachment_screen.column.basis", basis, 138, 2),
        Column("attachment_screen.column.state", state, 168),
        Column("attachment_screen.column.due", term, 214),
        Column("attachment_screen.column.opened", opened, 110),
    ]


def contract_columns() -> list[Column[EndingContract]]:
    """Person, district, the last day of the contract, the days left."""

    def person(row: EndingContract, words: UiText) -> Cell:
        return Cell(row.name, row.iin or words.say("labels.no_iin"), strong_when_chosen=True)

    def district(row: EndingContract, words: UiText) -> Cell:
        return Cell(_district(row.district, words))

    def until(row: EndingContract, words: UiText) -> Cell:
        return Cell(words.texts.date(row.contract_until))

    def left(row: EndingContract, words: UiText) -> Cell:
        return Cell(chip=_left_chip(row.days_left, words))

    return [
        Column("attachment_screen.column.person", person, 220, 3),
        Column("attachment_screen.column.district", district, 160, 2),
        Column("attachment_screen.column.contract", until, 180, 1),
        Column("attachment_screen.column.left", left, 190),
    ]


def child_columns() -> list[Column[GrowingChild]]:
    """Person, the children's district, the day on which they come of age, the days left."""

    def person(row: GrowingChild, words: UiText) -> Cell:
        return Cell(row.name, row.iin or words.say("labels.no_iin"), strong_when_chosen=True)

    def born(row: GrowingChild, words: UiText) -> Cell:
        return Cell(words.texts.date(row.birth_date))

    def district(row: GrowingChild, words: UiText) -> Cell:
        return Cell(_district(row.district, words))

    def turns(row: GrowingChild, words: UiText) -> Cell:
        return Cell(words.texts.date(row.turns_on))

    def left(row: GrowingChild, words: UiText) -> Cell:
        return Cell(chip=_left_chip(row.days_left, words))

    return [
        Column("attachment_screen.column.person", person, 220, 3),
        Column("attachment_screen.column.born", born, 130, 1),
        Column("attachment_screen.column.district", district, 160, 2),
        Column("attachment_screen.column.turns", turns, 150, 1),
        Column("attachment_screen.column.left", left, 190),
    ]


def _district(number: str, words: UiText) -> str:
    if not number:
        return words.say("attachment_screen.list.no_district")
    return words.say("labels.district.short", number=number)


def _left_chip(days: int, words: UiText) -> ChipData:
    if days <= 0:
        return ChipData(Kind.ERR, words.say("attachment_screen.left.today"), "warning-circle")
    kind = Kind.WARN if days <= _SOON_DAYS else Kind.NEUTRAL
    return ChipData(kind, words.say("attachment_screen.left.days", n=days), "hourglass")


__all__ = ["case_columns", "child_columns", "contract_columns"]
