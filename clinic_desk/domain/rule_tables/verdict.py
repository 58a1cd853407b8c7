"""Tables about who pays: in which order that is asked, and which package a kind of service belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.rule_tables.fields import Code, CodeBeginnings, Codes
from clinic_desk.domain.rule_tables.schema import TableSchema


class Step(StrEnum):
    """One question on the way to the payer."""

    SOCIALLY_SIGNIFICANT = "socially_significant"
    """Is the disease one the guaranteed package pays for?"""
    CHRONIC_GUARANTEED = "chronic_guaranteed"
    """Is it a chronic disease under observation, while the guaranteed package paid for those?"""
    SERVICE_GUARANTEED = "service_guaranteed"
    """Is the service guaranteed to everybody by its kind?"""
    CONTRACT_MINIMUM = "contract_minimum"
    """Is it on the minimum list that the insurer of a worker's contract pays for?"""
    CHRONIC = "chronic"
    """Is it a chronic disease under observation, for which insurance pays?"""
    SERVICE_INSURANCE = "service_insurance"
    """Does insurance pay for the service by its kind?"""


@dataclass(frozen=True, slots=True)
class DecisionOrder:
    """In which order the payer is looked for.

    `people` is everyone, or a basis of attachment with an order of its own. No source settles the outcome of
    the `unsettled` steps for people without insurance; of an uncertain order that names none, of all steps.
    """

    people: str
    steps: tuple[str, ...]
    unsettled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """A kind of service and its package; `starts` are beginnings of codes of the tariff list."""

    code: str
    package: str
    starts: tuple[str, ...] = ()


EVERYONE: Final = "everyone"
_PEOPLE: Final = (EVERYONE, "eaeu_contract")
_KINDS: Final = (
    *("ambulance", "emergency", "first_contact", "vaccination", "screening", "suspicion"),
    *("infectious", "palliative", "blood"),
    *("specialist", "diagnostics", "planned_hospital", "day_hospital", "rehabilitation", "dentistry"),
)

DECISION_ORDER: Final = TableSchema(
    "decision_order",
    DecisionOrder,
    {
        "people": Code(known=_PEOPLE, labels="verdict.people"),
        "steps": Codes(known=tuple(Step), labels="verdict.step"),
        "unsettled": Codes(known=tuple(Step), labels="verdict.step", optional=True),
    },
    key=("people",),
    required=tuple((people,) for people in _PEOPLE),
)
SERVICE_KINDS: Final = TableSchema(
    "service_kinds",
    ServiceKind,
    {
        "code": Code(known=_KINDS, labels="verdict.kind"),
        "package": Code(known=("guaranteed", "insurance"), labels="labels.package"),
        "starts": CodeBeginnings(optional=True),
    },
    key=("code",),
)
