"""Kinds of district: how many people each may have and of which age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.rule_tables.fields import Code, Number
from clinic_desk.domain.rule_tables.schema import TableSchema


@dataclass(frozen=True, slots=True)
class DistrictRule:
    """A kind of district: how many people it may have (None: not set) and of which age in full years.

    `age_from` is inclusive, `age_to` exclusive; None leaves that end open.
    """

    kind: DistrictKind
    norm: int | None = None
    age_from: int | None = None
    age_to: int | None = None

    def takes(self, age: int | None) -> bool:
        """True when people of that age belong here; somebody of unknown age is never sent away."""
        if age is None:
            return True
        return (self.age_from is None or age >= self.age_from) and (self.age_to is None or age < self.age_to)


def _district(kind: str, **values: Any) -> DistrictRule:
    return DistrictRule(DistrictKind(kind), **values)


DISTRICT_NORMS: Final = TableSchema(
    "district_norms",
    _district,
    {
        "kind": Code(known=tuple(DistrictKind), labels="rule_tables.district"),
        "norm": Number(lowest=1, highest=100_000, optional=True),
        "age_from": Number(highest=150, optional=True),
        "age_to": Number(highest=150, optional=True),
    },
    key=("kind",),
    required=tuple((kind.value,) for kind in DistrictKind),
)
