"""What the rule tables of a day say of districts: norms, and who counts as a child."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.attachment_rules import district_rule_on
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.districts import last_birth_day
from clinic_desk.domain.rule_tables import RuleTables


@dataclass(frozen=True, slots=True)
class Norm:
    """How many people a district may have, None when nobody set it, and where the number comes from."""

    people: int | None = None
    is_uncertain: bool = False
    source: str = ""

    def over(self, people: int) -> int:
        """By how many people the norm is passed, 0 if it is not."""
        return max(0, people - self.people) if self.people is not None else 0


def norm_on(tables: RuleTables, kind: DistrictKind, day: dt.date) -> Norm:
    """The norm of a kind of district; empty when the table says nothing."""
    row = district_rule_on(tables, kind, day)
    return Norm() if row is None else Norm(row.value.norm, row.uncertain, row.source)


def child_years_on(tables: RuleTables, day: dt.date) -> int:
    """The age in full years up to which (exclusive) pediatric districts take people; 0 where none is set."""
    row = district_rule_on(tables, DistrictKind.PEDIATRIC, day)
    return (row.value.age_to or 0) if row is not None else 0


def children_born_after(tables: RuleTables, day: dt.date) -> dt.date:
    """Whoever was born after this day is a child on `day`."""
    return last_birth_day(child_years_on(tables, day), day)
