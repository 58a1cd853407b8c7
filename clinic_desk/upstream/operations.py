"""Whether a server offers what the exchange uses; the lists lie in `resources/fhir/operations.json`."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.resources import read_json


@dataclass(frozen=True, slots=True)
class Missing:
    """What a server does not offer, as `Type operation`; an `unsafe` type may get two copies of a record."""

    needed: tuple[str, ...]
    useful: tuple[str, ...]
    unsafe: tuple[str, ...]


def missing(abilities: Abilities) -> Missing:
    """What is not offered."""
    lists = read_json("fhir", "operations.json")
    server = {"transaction": abilities.has_transaction}
    return Missing(
        (
            *(f"{kind} {name}" for kind, name in _pairs(lists["needed"]) if not _has(abilities, kind, name)),
            *(name for name in lists["needed_of_the_server"] if not server[name]),
        ),
        tuple(f"{kind} {name}" for kind, name in _pairs(lists["useful"]) if not _has(abilities, kind, name)),
        tuple(
            kind for kind in lists["created_on_condition"] if not abilities.of(kind).has_conditional_create
        ),
    )


def _pairs(lists: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, names in lists.items() for name in names]


def _has(abilities: Abilities, kind: str, name: str) -> bool:
    return abilities.has_operation(kind, name) if name.startswith("$") else abilities.can(kind, name)
