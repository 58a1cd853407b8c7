"""What an operation altered, so that open screens know whether to read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of records."""

    PATIENT = "patient"
    INSURANCE = "insurance"
    REFERRAL = "referral"
    CATALOGUE = "catalogue"
    SETTINGS = "settings"
    DRAFT = "draft"
    ATTACHMENT = "attachment"
    RULES = "rules"
    DISTRICT = "district"
    """Who or which street belongs to a district."""
    SYNC = "sync"
    """Operations, conflicts, papers to recall, what is known of the upstream."""


@dataclass(frozen=True, slots=True)
class Change:
    """The kinds that changed and the ids; an empty set of ids means "any of the kind"."""

    kinds: frozenset[Kind]
    ids: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, kind: Kind, *ids: str) -> Change:
        """A change of one kind."""
        return cls(frozenset({kind}), frozenset(ids))

    def touches(self, kind: Kind, record_id: str | None = None) -> bool:
        """True when records of `kind`, and `record_id` if given, may have changed."""
        if kind not in self.kinds:
            return False
        return record_id is None or not self.ids or record_id in self.ids
