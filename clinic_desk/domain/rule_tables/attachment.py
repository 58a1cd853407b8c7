"""Tables about attachment: how it works in a period, bases, documents, grounds for refusal.

Source: order ҚР ДСМ-194/2020 as amended; gov.kz/services/3176. What neither settles stands in the tables
as uncertain and is shown as set by the organisation.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from clinic_desk.domain.attachment import ConsentGiver
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables.fields import BadField, Code, Codes, Field, Flag, Number, Text
from clinic_desk.domain.rule_tables.schema import TableSchema

_MONTH_DAY: Final = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR: Final = 2024


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


class CountedFrom(StrEnum):
    """Which working day is the first that counts for the answer."""

    NEXT_WORKING_DAY = "next_working_day"
    SAME_DAY = "same_day"


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
    max_free_changes: int
    effective: Effective
    answer_days: int
    counted_from: CountedFrom
    own_age: int
    newborn_age: int
    campaign_from: tuple[int, int] | None = None
    campaign_to: tuple[int, int] | None = None

    @property
    def mode(self) -> AttachmentMode:
        """What the switches come to for a free change."""
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
    bases: frozenset[AttachmentBasis] = frozenset()
    givers: frozenset[ConsentGiver] = frozenset()
    is_needed: bool = False
    proves_identity: bool = False

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
    needs_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay(Field):
    """A day of every year, written 09-01."""

    def read(self, raw: object) -> tuple[int, int]:
        """Month and day."""
        found = _MONTH_DAY.fullmatch(raw) if isinstance(raw, str) else None
        if found is None:
            raise BadField("not_a_month_day")
        month, day = int(found[1]), int(found[2])
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(_LEAP_YEAR, month)[1]:
            raise BadField("not_a_month_day")
        return month, day


DOCUMENTS_SEEN: Final = (
    *("identity_document", "identity_digital", "birth_certificate", "foreign_document", "residence_proof"),
    *("study_proof", "insurance_contract", "guardian_proof", "power_of_attorney"),
    *("pensioner_certificate", "disability_certificate", "commission_protocol"),
)
REFUSAL_GROUNDS: Final = (
    *("not_genuine", "not_by_rules", "negative_answer", "court_prohibits", "court_takes_right", "no_consent"),
)


def _rule(effective: str, counted_from: str, **values: Any) -> AttachmentRule:
    return AttachmentRule(effective=Effective(effective), counted_from=CountedFrom(counted_from), **values)


def _basis(code: str, **values: Any) -> BasisRule:
    return BasisRule(AttachmentBasis(code), **values)


def _document(
    code: str, bases: Sequence[str] = (), givers: Sequence[str] = (), **flags: bool
) -> DocumentRule:
    return DocumentRule(
        code, frozenset(map(AttachmentBasis, bases)), frozenset(map(ConsentGiver, givers)), **flags
    )


ATTACHMENT_RULES: Final = TableSchema(
    "attachment_rules",
    _rule,
    {
        "takes_moves": Flag(),
        "takes_free_changes": Flag(),
        "campaign_from": MonthDay(optional=True),
        "campaign_to": MonthDay(optional=True),
        "max_free_changes": Number(highest=12),
        "effective": Code(known=tuple(Effective), labels="rule_tables.effective"),
        "answer_days": Number(lowest=1, highest=60),
        "counted_from": Code(known=tuple(CountedFrom), labels="rule_tables.counted_from"),
        "own_age": Number(highest=21),
        "newborn_age": Number(highest=18),
    },
    key=(),
    required=((),),
)
ATTACHMENT_BASES: Final = TableSchema(
    "attachment_bases",
    _basis,
    {
        "code": Code(known=tuple(AttachmentBasis), labels="labels.basis"),
        "key": Text(longest=1),
        "is_free_change": Flag(),
    },
    key=("code",),
)
ATTACHMENT_DOCUMENTS: Final = TableSchema(
    "attachment_documents",
    _document,
    {
        "code": Code(known=DOCUMENTS_SEEN, labels="attachment.document"),
        "bases": Codes(known=tuple(AttachmentBasis), labels="labels.basis", optional=True),
        "givers": Codes(known=tuple(ConsentGiver), labels="labels.consent_giver", optional=True),
        "is_needed": Flag(optional=True),
        "proves_identity": Flag(optional=True),
    },
    key=("code",),
)
GROUNDS: Final = TableSchema(
    "refusal_grounds",
    GroundRule,
    {
        "code": Code(known=REFUSAL_GROUNDS, labels="attachment.ground"),
        "key": Text(longest=1),
        "needs_text": Flag(optional=True),
    },
    key=("code",),
)
