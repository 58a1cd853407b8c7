"""What speaks against moving people to another district, and what should be known before.

Source: kinds of districts of the register of attached people; payment rules ҚР ДСМ-291/2020, para 52: money
is cut for a polyclinic whose doctors have more people than the norm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from clinic_desk.domain.clinic import District
from clinic_desk.domain.districts import DistrictLoad, Selection
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.rule_tables import Dated
from clinic_desk.domain.rule_tables.districts import DistrictRule

SOURCE_KINDS = (
    "Kinds of districts of the register of attached people: therapeutic for adults, pediatric for children"
)


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """A move as it would be made: whom it reaches and what the other district has now.

    `rule` is of the other district's kind, None where no table says anything. `too_young` and `too_old` count
    the selected people whom that kind does not take. `doctor_people` is what the doctor of the other district
    would have in all of their districts, None unless the move gives them more and they have several.
    """

    selection: Selection
    source: District
    target: District | None
    rule: Dated[DistrictRule] | None
    moving: DistrictLoad
    target_load: DistrictLoad
    too_young: int = 0
    too_old: int = 0
    without_house: int = 0
    open_cases: int = 0
    moves_streets: bool = False
    doctor: str = ""
    doctor_people: int | None = None


def find_at_move(request: MoveRequest) -> list[Finding]:
    """Everything to be said, blocks first."""
    found = [*_blocks(request), *_norm(request), *_notes(request)]
    order = {Severity.BLOCK: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _blocks(request: MoveRequest) -> Iterator[Finding]:
    target, rule = request.target, request.rule
    if target is None:
        yield _block("district.no_target", "target")
        return
    if target.id == request.source.id:
        yield _block("district.same_district", "target")
    if not request.moving.people and not request.moves_streets:
        yield _block("district.nobody", "street")
    if rule is None:
        return
    if request.too_young:
        yield _block(
            "district.too_young",
            "ages",
            rule.source,
            "narrow_ages",
            n=request.too_young,
            district=target.number,
            years=rule.value.age_from,
        )
    if request.too_old:
        yield _block(
            "district.too_old",
            "ages",
            rule.source,
            "narrow_ages",
            n=request.too_old,
            district=target.number,
            years=rule.value.age_to,
        )


def _norm(request: MoveRequest) -> Iterator[Finding]:
    target, rule = request.target, request.rule
    if target is None or rule is None or rule.value.norm is None or target.id == request.source.id:
        return
    after = request.target_load.people + request.moving.people
    over = after - rule.value.norm
    if over > 0 and request.moving.people:
        yield Finding(
            Severity.WARNING,
            "district.over_norm",
            {
                "n": over,
                "district": target.number,
                "people": Decimal(after),
                "norm": Decimal(rule.value.norm),
            },
            rule.source,
            "target",
            ("move_fewer",),
        )
    if request.doctor_people is not None and request.doctor_people > rule.value.norm:
        yield Finding(
            Severity.WARNING,
            "district.doctor_over_norm",
            {
                "doctor": request.doctor,
                "people": Decimal(request.doctor_people),
                "norm": Decimal(rule.value.norm),
            },
            rule.source,
            "target",
            ("move_fewer",),
        )


def _notes(request: MoveRequest) -> Iterator[Finding]:
    if request.without_house:
        yield _note("district.without_house", n=request.without_house)
    if request.open_cases:
        yield _note("district.open_cases", n=request.open_cases)
    if request.selection.street is not None and not request.moves_streets:
        # The list of streets says something else than what is done here: new people of the street come to
        # the old district still.
        code = "district.street_kept" if request.selection.ages is not None else "district.street_not_listed"
        yield _note(code, district=request.source.number)


def _block(code: str, field: str, source: str = "", *instead: str, **params: object) -> Finding:
    return Finding(Severity.BLOCK, code, params, source, field, instead)


def _note(code: str, **params: object) -> Finding:
    return Finding(Severity.NOTE, code, params)
