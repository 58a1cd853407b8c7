"""Draws the insurance category and status of a made-up person.

Codes of categories are those of `resources/rules/insurance_categories.json`, statuses those of
`clinic_desk.domain.insurance.InsuranceStatus`. Shares are plausible, not statistics.
"""

from __future__ import annotations

from typing import Final

from clinic_desk.practice.urns import Draw, urn

Standing = tuple[str, str]
"""(category code, status); the category is empty for people who pay nothing and belong to none."""

_PAID: Final = "insured_contributions"
_STATE: Final = "insured_state"

CHILD: Final[Standing] = ("child", _STATE)
PENSIONER: Final[Standing] = ("pensioner", _STATE)
DISABILITY: Final[Standing] = ("disability", _STATE)
STUDENT: Final[Standing] = ("student", _STATE)
PREGNANT: Final[Standing] = ("pregnant", _STATE)
CHILD_CARE_LEAVE: Final[Standing] = ("child_care_leave", _STATE)
PARENT_UNDER_3: Final[Standing] = ("parent_under_3", _STATE)
MOTHER_OF_MANY: Final[Standing] = ("mother_of_many", _STATE)

_WORKING_AGE: Final[list[Standing]] = urn(
    (
        (("employee", _PAID), 5600),
        (("employee", "grace_3m"), 170),
        (("employee", "grace_6m"), 60),
        (("sole_trader", _PAID), 650),
        (("sole_trader", "grace_3m"), 60),
        (("single_payer", _PAID), 250),
        (("civil_contract", _PAID), 230),
        (("civil_contract", "grace_3m"), 40),
        (("self_payer", _PAID), 350),
        (("unemployed", "insured_state_local"), 400),
        (DISABILITY, 330),
        (("disability", "temporary_1m"), 20),
        (("social_assistance", _STATE), 180),
        (("conditional_de", "conditional_de"), 420),
        (("kandas", _STATE), 60),
        (("kandas", "temporary_1m"), 15),
        (("carer_child_disability", _STATE), 70),
        (("carer_first_group", _STATE), 50),
        (("convict", _STATE), 20),
        (("detained", _STATE), 5),
        (("", "uninsured"), 1120),
    ),
    1 << 12,
)
_UNKNOWN_SHARE: Final = 0.02
MEN_RETIRE: Final = 63
WOMEN_RETIRE: Final = 61


def draw_standing(draw: Draw, age: int, female: bool, youngest: int, children: int) -> Standing:
    """Category and status of one person.

    `age` and `youngest` are full years (`youngest` of the children at home, 99 without any),
    `children` counts those at home; both matter only for adults of a household.
    """
    standing = _standing(draw, age, female, youngest, children)
    # Nobody has asked yet: the category may be known from papers, the status is not.
    return (standing[0], "unknown") if draw() < _UNKNOWN_SHARE else standing


def _standing(draw: Draw, age: int, female: bool, youngest: int, children: int) -> Standing:
    chance = draw()
    if age < 18:
        return CHILD
    if age >= MEN_RETIRE or (female and age >= WOMEN_RETIRE):
        return PENSIONER if chance > 0.05 else DISABILITY
    if age < 23 and chance < 0.55:
        return STUDENT
    if female and age < 50:
        if children >= 4 and chance < 0.45:
            return MOTHER_OF_MANY
        if youngest < 3 and chance < 0.60:
            return CHILD_CARE_LEAVE if chance < 0.35 else PARENT_UNDER_3
        if age < 43 and chance > 0.975:
            return PREGNANT
    return _WORKING_AGE[int(draw() * len(_WORKING_AGE))]
