"""A row of a list of answers about insurance: who, what was answered, when, through which channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.dates import parse_moment
from clinic_desk.domain.imports.identifiers import iin_of
from clinic_desk.domain.imports.insurance_words import channel_of, insurance_of, months_of
from clinic_desk.domain.imports.look_alikes import fold_heading
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import InsuranceRow
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.insurance_doubts import doubts
from clinic_desk.domain.rule_tables import RuleTables

_LONGEST_REFERENCE: Final = 60
_MINUTES_OFF: Final = dt.timedelta(minutes=2)
"""What the clock of another machine may be ahead."""
_PAID_BY: Final = {
    "state": InsuranceStatus.INSURED_STATE,
    "local": InsuranceStatus.INSURED_STATE_LOCAL,
}


@dataclass(frozen=True, slots=True)
class AnswerSetting:
    """What a row is read against: the moment in the clinic's zone and the tables of the day.

    `categories` are the codes by the words that name them, folded by `fold_heading`.
    """

    now: dt.datetime
    tables: RuleTables
    categories: Mapping[str, str]


def parse_answer(cells: Cells, setting: AnswerSetting) -> ParsedRow:
    """An answer. What contradicts itself is a warning; what cannot be an answer is refused.

    A word that says nobody could tell is no answer and no fault: the row is passed over.
    """
    iin = iin_of(cells, "iin")
    if iin is None and not cells.problems:
        cells.problem("answer.no_iin", "iin")
    checked_at = _checked_at(cells, setting)
    category = _category(cells, setting)
    status = _status(cells, category, setting)
    channel = _channel(cells)
    valid_through = cells.day("valid_through")
    reference = cells.known("reference")
    if len(reference) > _LONGEST_REFERENCE:
        cells.problem("answer.reference_too_long", "reference", limit=_LONGEST_REFERENCE)
    months = _months(cells)
    if cells.problems or iin is None or checked_at is None or status is None:
        return cells.result(None)
    if status is InsuranceStatus.UNKNOWN:
        cells.note("answer.is_none", "status")
        return cells.result(None)
    row = InsuranceRow(iin, status, checked_at, channel, category, reference, valid_through, months)
    for finding in doubts(row, checked_at.astimezone(setting.now.tzinfo).date(), setting.tables):
        cells.doubt(finding)
    return cells.result(row)


def _checked_at(cells: Cells, setting: AnswerSetting) -> dt.datetime | None:
    text = cells.text("checked_at")
    if not text:
        if not any(problem.field == "checked_at" for problem in cells.problems):
            cells.problem("answer.no_moment", "checked_at")
        return None
    zone = setting.now.tzinfo or dt.UTC
    try:
        moment = parse_moment(text, zone, is_number=cells.is_number("checked_at"))
    except InvalidValue as error:
        cells.failed(error, "checked_at")
        return None
    if moment > setting.now + _MINUTES_OFF:
        cells.problem("answer.in_future", "checked_at", moment=moment)
        return None
    return moment.astimezone(dt.UTC)


def _category(cells: Cells, setting: AnswerSetting) -> str:
    text = cells.known("category")
    if not text:
        return ""
    code = setting.categories.get(fold_heading(text))
    if code is None:
        # Nothing hangs on it but who pays, which the status says too.
        cells.warn("answer.unknown_category", "category")
    return code or ""


def _status(cells: Cells, category: str, setting: AnswerSetting) -> InsuranceStatus | None:
    text = cells.text("status")
    if not text:
        if not any(problem.field == "status" for problem in cells.problems):
            cells.problem("answer.no_status", "status")
        return None
    status = insurance_of(text)
    if status is None:
        cells.problem("answer.unknown_status", "status")
    elif status is InsuranceStatus.INSURED_CONTRIBUTIONS and category:
        # Channels say "insured" and the category says who pays.
        if category == InsuranceStatus.CONDITIONAL_DE:
            return InsuranceStatus.CONDITIONAL_DE
        day = setting.now.date()
        payer = next(
            (r.value.payer for r in setting.tables.categories.on(day) if r.value.code == category), ""
        )
        return _PAID_BY.get(payer, status)
    return status


def _channel(cells: Cells) -> Channel:
    text = cells.known("channel")
    if not text:
        # A list of many answers is what the Fund's own service gives out.
        return Channel.SERVICE
    channel = channel_of(text)
    if channel is None:
        cells.problem("answer.unknown_channel", "channel")
        return Channel.SERVICE
    return channel


def _months(cells: Cells) -> str:
    # As it stands: a row of marks may begin with a minus, and is nothing a spreadsheet would run.
    text = cells.raw("months").strip()
    if not text:
        return ""
    months = months_of(text)
    if months is None:
        cells.problem("answer.months_form", "months")
        return ""
    return months
