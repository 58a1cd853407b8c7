"""Tables about insurance: statuses, categories, diagnoses that one of the two packages pays for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.insurance import Coverage, InsuranceStatus
from clinic_desk.domain.rule_tables.fields import Code, Codes, Flag, IcdRanges, Number
from clinic_desk.domain.rule_tables.schema import TableSchema


@dataclass(frozen=True, slots=True)
class DiagnosisGroup:
    """Diagnoses that one package pays for; `first_months` limits by time since onset."""

    code: str
    ranges: tuple[tuple[str, str], ...]
    first_months: int | None = None

    def holds(self, icd_code: str) -> bool:
        """True when the code lies in one of the ranges; a three-character bound includes its subcodes."""
        return any(
            low[:3] <= icd_code[:3] <= high[:3] and low <= icd_code and icd_code[: len(high)] <= high
            for low, high in self.ranges
        )


@dataclass(frozen=True, slots=True)
class Category:
    """A category of insured person; `payer` is state, local or contributions.

    `until_age`: the category ends on the day before that birthday.
    """

    code: str
    payer: str
    until_age: int | None = None


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a status of the Fund means for care paid by insurance.

    `keeps_months` is how long the right is kept after the payments stopped, for whom `continuous_months` were
    paid without a break (0: no such condition), and only for people whose contributions `payers` pay.
    `to_year_end`: the right ends with the calendar year.
    """

    status: str
    covers: str
    keeps_months: int | None = None
    continuous_months: int = 0
    payers: tuple[str, ...] = ()
    to_year_end: bool = False


@dataclass(frozen=True, slots=True)
class DirectAccess:
    """A case in which a specialist sees the person without a general practitioner's referral.

    `where_attached`: only in the polyclinic of attachment; `with_results`: with test results in hand.
    """

    code: str
    where_attached: bool = False
    with_results: bool = False


PAYERS: Final = ("state", "local", "contributions")
CATEGORY_CODES: Final = (
    *("child", "pregnant", "parent_under_3", "child_care_leave", "carer_child_disability"),
    *("carer_first_group", "pensioner", "convict", "detained", "kandas", "mother_of_many", "disability"),
    *("student", "social_assistance", "unemployed", "conditional_de"),
    *("employee", "civil_contract", "sole_trader", "single_payer", "self_payer"),
)
_GUARANTEED: Final = (
    *("tuberculosis", "hiv", "hepatitis", "malignant", "mental", "infarction", "orphan"),
    *("degenerative", "demyelinating", "epilepsy", "stroke"),
)
_OBSERVED: Final = (
    *("diabetes", "hypertension", "ischemic", "obstructive", "kidney"),
    *("liver", "nervous", "bowel"),
)
_DIRECT: Final = (
    *("injury", "dentistry", "skin_venereal", "gynecologist", "psychologist", "cancer_suspected"),
    *("repeat_visit", "dynamic_observation"),
)


def _group(code: str, icd: tuple[tuple[str, str], ...], first_months: int | None = None) -> DiagnosisGroup:
    return DiagnosisGroup(code, icd, first_months)


def _groups(name: str, known: tuple[str, ...]) -> TableSchema[DiagnosisGroup]:
    return TableSchema(
        name,
        _group,
        {
            "code": Code(known=known, labels="rule_tables.group"),
            "icd": IcdRanges(),
            "first_months": Number(lowest=1, highest=120, optional=True),
        },
        key=("code",),
    )


GUARANTEED: Final = _groups("guaranteed_diagnoses", _GUARANTEED)
OBSERVED: Final = _groups("insurance_diagnoses", _OBSERVED)
CATEGORIES: Final = TableSchema(
    "insurance_categories",
    Category,
    {
        "code": Code(known=CATEGORY_CODES, labels="labels.category"),
        "payer": Code(known=PAYERS, labels="rule_tables.payer"),
        "until_age": Number(lowest=1, highest=120, optional=True),
    },
    key=("code",),
)
STATUSES: Final = TableSchema(
    "insurance_statuses",
    StatusRule,
    {
        "status": Code(known=tuple(InsuranceStatus), labels="labels.insurance"),
        "covers": Code(known=tuple(Coverage), labels="rule_tables.covers"),
        "keeps_months": Number(lowest=1, highest=60, optional=True),
        "continuous_months": Number(lowest=1, highest=600, optional=True),
        "payers": Codes(known=PAYERS, labels="rule_tables.payer", optional=True),
        "to_year_end": Flag(optional=True),
    },
    key=("status",),
    required=tuple((status,) for status in InsuranceStatus),
)
DIRECT_ACCESS: Final = TableSchema(
    "direct_access",
    DirectAccess,
    {
        "code": Code(known=_DIRECT, labels="rule_tables.direct_access"),
        "where_attached": Flag(optional=True),
        "with_results": Flag(optional=True),
    },
    key=("code",),
)
