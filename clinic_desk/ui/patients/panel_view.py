"""What the insurance panel shows, as plain values in the words of one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.referral import Answer
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.kit.month_cells import MonthCell
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind


class PanelState(StrEnum):
    """The eight pictures of the panel."""

    CONTRIBUTIONS = "contributions"
    STATE = "state"
    GRACE = "grace"
    CONDITIONAL = "conditional"
    TEMPORARY = "temporary"
    UNINSURED = "uninsured"
    NEVER = "never"
    FAILED = "failed"


class Sign(StrEnum):
    """The sign before a line of the box: its shape says what the colour says once more."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_KNOWN = "not_known"
    DO = "do"
    MIND = "mind"


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A line of the box; `is_own` where a diagnosis on record makes it the person's own."""

    sign: Sign
    text: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class BoxColumn:
    """A heading and its lines."""

    title: str
    lines: tuple[BoxLine, ...]


@dataclass(frozen=True, slots=True)
class PlanBox:
    """Two columns side by side."""

    left: BoxColumn
    right: BoxColumn


@dataclass(frozen=True, slots=True)
class BarData:
    """The bar in place of the months."""

    text: str
    kind: Kind
    dashed: bool


@dataclass(frozen=True, slots=True)
class Act:
    """The one next act: `code` is refer, check or leaflet, `key` stands on the keyboard."""

    code: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class PanelView:
    """Everything the panel shows. Either `months` or `bar` is given; facts are label and value.

    `coverage` is the mark of insurance, `guaranteed` that of the guaranteed package, for which the insurer of
    a worker's contract pays when `by_contract`. `box` says what is open and what to do, None where nothing is
    missing.
    """

    state: PanelState
    chip: ChipData
    chip_sentence: str
    sentence: str
    months: tuple[MonthCell, ...]
    months_sentence: str
    bar: BarData | None
    coverage: Coverage
    guaranteed: Coverage
    by_contract: bool
    facts: tuple[tuple[str, str], ...]
    source: str
    age_chips: tuple[ChipData, ...]
    act: Act
    box: PlanBox | None = None


_OPEN: Final[Mapping[Answer, Coverage]] = {
    Answer.COVERED: Coverage.YES,
    Answer.COVERED_OTHER: Coverage.YES,
    Answer.NOT_COVERED: Coverage.NO,
    Answer.UNKNOWN: Coverage.UNKNOWN,
}


def guaranteed_of(card: PatientCard) -> Coverage:
    """Whether somebody pays for what the guaranteed package has: itself, or the insurer of a contract."""
    return _OPEN[card.packages.guaranteed.answer]
