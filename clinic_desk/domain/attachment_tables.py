"""Rows of the dated tables about attachment: mode, bases, documents, grounds, kinds of district.

Source: order ҚР ДСМ-194/2020 as amended; gov.kz/services/3176. What none of them settles stands in the
tables as uncertain and is shown as set by the organisation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.attachment import ConsentGiver
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.deadlines import CountedFrom
from clinic_desk.domain.patient import AttachmentBasis


class AttachmentMode(StrEnum):
    """Whether a free change is possible all year or in a campaign only."""

    CAMPAIGN = "campaign"
    ALL_YEAR = "all_year"


class Effective(StrEnum):
    """When a free change takes effect."""

    IMMEDIATE = "immediate"
    """On the day the register accepts."""
    NEXT_YEAR = "next_year"
    """On 1 January of the next year."""


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """How attachment works in a period.

    Three independent switches: `takes_moves` (a move and the like at any time), `takes_free_changes` (a
    change by choice at any time), and the campaign from `campaign_from` to `campaign_to` ((month, day), both
    inclusive; None: there is none). `own_age` is the age from which people apply themselves, `newborn_age`
    the one up to which the basis of a newborn holds, both in full years.
    """

    takes_moves: bool
    takes_free_changes: bool
    campaign_from: tuple[int, int] | None
    campaign_to: tuple[int, int] | None
    max_free_changes: int
    effective: Effective
    answer_days: int
    counted_from: CountedFrom
    own_age: int
    newborn_age: int

    @property
    def mode(self) -> AttachmentMode:
        """What the three switches come to for a free change."""
        return AttachmentMode.ALL_YEAR if self.takes_free_changes else AttachmentMode.CAMPAIGN

    def in_campaign(self, day: dt.date) -> bool:
        """True when a campaign runs on `day`."""
        if self.campaign_from is None or self.campaign_to is None:
            return False
        return self.campaign_from <= (day.month, day.day) <= self.campaign_to

    def allows(self, day: dt.date, *, free_change: bool) -> bool:
        """True when an application of this sort is taken on `day` without a senior's word."""
        at_any_time = self.takes_free_changes if free_change else self.takes_moves
        return at_any_time or self.in_campaign(day)

    def effective_on(self, accepted_on: dt.date, *, free_change: bool) -> dt.date:
        """The first day of an attachment that the register accepted on `accepted_on`."""
        if free_change and self.effective is Effective.NEXT_YEAR:
            return dt.date(accepted_on.year + 1, 1, 1)
        return accepted_on


@dataclass(frozen=True, slots=True)
class BasisRule:
    """A basis, its digit at the desk, and whether it counts as a free change."""

    code: AttachmentBasis
    key: str
    is_free_change: bool


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """A document that may be seen.

    `bases` and `givers` say for whom it is offered (empty: everybody), `is_needed` that sending waits for it
    there. `proves_identity`: one of these is needed in every case.
    """

    code: str
    bases: frozenset[AttachmentBasis]
    givers: frozenset[ConsentGiver]
    is_needed: bool
    proves_identity: bool

    def is_offered(self, basis: AttachmentBasis | None, giver: ConsentGiver | None) -> bool:
        """True when the document has a place in a case of this basis and this giver of consent."""
        if self.bases and basis not in self.bases:
            return False
        return not self.givers or giver in self.givers


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A ground for refusal and its digit; `needs_text` when the paragraph of the Rules has to be named."""

    code: str
    key: str
    needs_text: bool


@dataclass(frozen=True, slots=True)
class DistrictRule:
    """A kind of district: how many people it may have (None: not set) and of which age in full years.

    `age_from` is inclusive, `age_to` exclusive; None leaves that end open.
    """

    kind: DistrictKind
    norm: int | None
    age_from: int | None
    age_to: int | None

    def takes(self, age: int | None) -> bool:
        """True when people of that age belong here; somebody of unknown age is never sent away."""
        if age is None:
            return True
        return (self.age_from is None or age >= self.age_from) and (self.age_to is None or age < self.age_to)
