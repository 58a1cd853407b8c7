"""What comes of two changes of one person: field by field, without looking at any clock.

Values are the texts of `domain.patient_history.values_of`. Source: SYNC design, "Field merge": only one side
changed, take it; the same value, done; both changed, a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

IDENTITY_FIELDS: Final = frozenset({"iin", "surname", "given_name", "patronymic", "birth_date", "sex"})
"""What says who somebody is. Half of one change and half of another could make a third person, so when
both sides changed any of these, even different ones, a person decides."""


class BothWays(NamedTuple):
    """One field that a person has to decide: what it was, what it became here and there."""

    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of it.

    Args:
        take: fields that only this side changed, with the value to lay over the other side's.
        already: fields that both sides changed to the same value: nothing to do.
        clashes: fields for a person, in the order of the changes.
    """

    take: Mapping[str, str] = field(default_factory=dict)
    already: frozenset[str] = frozenset()
    clashes: tuple[BothWays, ...] = ()

    @property
    def needs_person(self) -> bool:
        """True when something cannot be decided by a rule."""
        return bool(self.clashes)


def three_way(
    changes: Mapping[str, tuple[str, str]],
    theirs: Mapping[str, str],
    before: Mapping[str, str] | None = None,
) -> Merged:
    """The merge of `changes` (field to what it was and what it became here) with the other side's values.

    Args:
        changes: only fields that differ from what they were; one that came back to it is no change.
        theirs: the other side's values now. A field that is not in it is none of theirs: it is left out.
        before: the other side's values at the version both sides began from, where known. With them a change
            of who somebody is, made on both sides in different fields, is seen too.
    """
    take: dict[str, str] = {}
    already: set[str] = set()
    clashes: list[BothWays] = []
    mixed = _identity_changed_by_both(changes, theirs, before or {})
    for name, (base, mine) in changes.items():
        if name not in theirs or base == mine:
            continue
        their = theirs[name]
        if their == mine:
            already.add(name)
        elif their != base or name in mixed:
            clashes.append(BothWays(name, base, mine, their))
        else:
            take[name] = mine
    known = {clash.field for clash in clashes}
    clashes += [
        BothWays(name, (before or {})[name], (before or {})[name], theirs[name])
        for name in sorted(mixed - set(changes) - known)
    ]
    return Merged(take, frozenset(already), tuple(clashes))


def _identity_changed_by_both(
    changes: Mapping[str, tuple[str, str]], theirs: Mapping[str, str], before: Mapping[str, str]
) -> frozenset[str]:
    """The fields of who somebody is that either side changed, when both did and not to the same values."""
    mine = {
        name
        for name in IDENTITY_FIELDS & changes.keys() & theirs.keys()
        if changes[name][0] != changes[name][1] != theirs[name]
    }
    there = {
        name
        for name in IDENTITY_FIELDS & before.keys() & theirs.keys()
        if theirs[name] not in {before[name], changes[name][1] if name in changes else before[name]}
    }
    return frozenset(mine | there) if mine and there else frozenset()
