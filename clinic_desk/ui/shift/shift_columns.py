"""The columns of the papers to recall."""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.sync.recalls import RecallReason
from clinic_desk.services.sync.papers.recalls import PaperRow, PaperState
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.table import Cell, Column
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_LOOKS: Final = {
    PaperState.RETURN: (Kind.ERR, "arrow-u-up-left"),
    PaperState.REPLACE: (Kind.WARN, "arrows-clockwise"),
    PaperState.TELL: (Kind.INFO, "phone-call"),
    PaperState.TOLD: (Kind.OK, "check-circle"),
    PaperState.WAITING: (Kind.STALE, "clock"),
    PaperState.NOTHING: (Kind.OK, "check-circle"),
    PaperState.DONE: (Kind.NEUTRAL, "check"),
}


def state_chip(row: PaperRow, words: UiText) -> ChipData:
    """What is to be done about the paper."""
    kind, icon = _LOOKS[row.state]
    return ChipData(kind, words.say(f"shift.state.{row.state}"), icon)


def paper_columns() -> list[Column[PaperRow]]:
    """Who (IIN masked: visitors see the screen) with the phone, which paper, why, what is to be done."""
    return [
        Column("shift.column.person", _person, 180, 3),
        Column("shift.column.paper", _paper, 168, 1),
        Column("shift.column.why", _why, 160, 3),
        Column("shift.column.state", _state, 172),
    ]


def _whole(text: str) -> str:
    """The text, to stand on one line."""
    return text.replace(" ", NBSP)


def _person(row: PaperRow, words: UiText) -> Cell:
    second = " · ".join(_whole(part) for part in (row.iin_masked, row.phone) if part)
    return Cell(row.patient_name, second or words.say("labels.no_iin"), strong=True)


def _paper(row: PaperRow, words: UiText) -> Cell:
    kind = "shift.paper.provisional" if row.was_provisional else "shift.paper.plain"
    when = words.texts.moment(row.printed_at)
    return Cell(words.say(kind), f"{_whole(words.say('shift.number', number=row.number))} · {_whole(when)}")


def _why(row: PaperRow, words: UiText) -> Cell:
    recall = row.recall
    if recall is None:
        return Cell(words.say(f"shift.why.{row.state}"), row.supplier, muted=True)
    if recall.reason is RecallReason.SUPPLIER_GONE:
        second = row.supplier
    elif recall.reason is RecallReason.REPLACED:
        second = words.say("shift.number", number=row.replaced_by)
    elif recall.detail:
        second = f"«{recall.detail}»"
    else:
        second = words.say("shift.answer_at", moment=recall.opened_at)
    return Cell(words.say(f"shift.why.{recall.reason}"), second)


def _state(row: PaperRow, words: UiText) -> Cell:
    chip = state_chip(row, words)
    if row.state is PaperState.DONE and row.replaced_by:
        return Cell(chip=chip, sentence=words.say("shift.replaced_by", number=row.replaced_by))
    return Cell(chip=chip)
