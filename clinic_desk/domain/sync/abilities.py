"""What an upstream says it can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TypeAbilities:
    """Of one type of resource: what may be done, searched and called by name."""

    interactions: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    searches: frozenset[str] = frozenset()
    has_versions: bool = False
    """Updates may be conditional on the version."""
    has_conditional_create: bool = False


@dataclass(frozen=True, slots=True)
class Abilities:
    """An upstream's capability statement, as far as the rounds use it."""

    fhir_version: str = ""
    software: str = ""
    speaks_json: bool = False
    has_transaction: bool = False
    has_batch: bool = False
    has_history: bool = False
    """The history of the whole server."""
    types: Mapping[str, TypeAbilities] = field(default_factory=dict)

    @property
    def is_r4(self) -> bool:
        """True for FHIR 4.0.x; R4B differs in what we use by nothing and passes too."""
        return self.fhir_version.split(".")[:1] == ["4"]

    def of(self, resource_type: str) -> TypeAbilities:
        """What may be done with that type; nothing when the server does not name it."""
        return self.types.get(resource_type, TypeAbilities())

    def can(self, resource_type: str, interaction: str) -> bool:
        """Whether an interaction such as `history-type` is offered for that type."""
        return interaction in self.of(resource_type).interactions

    def has_operation(self, resource_type: str, name: str) -> bool:
        """Whether `$name` may be called on that type."""
        return name.removeprefix("$") in self.of(resource_type).operations
