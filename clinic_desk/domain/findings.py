"""What a rule has to say: findings with a code, parameters and the source of the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to the act it was found for."""

    BLOCK = "block"
    """The act is not possible; the finding says what is possible instead."""
    WARNING = "warning"
    """The act is possible once a person has given a reason in words."""
    NOTE = "note"
    """Worth knowing; nothing is asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found.

    Attributes:
        code: key of the sentence, `findings.<code>` in the catalogue.
        params: plain values for the sentence.
        source: where the rule comes from, or "set by the organisation".
        field: the form field it belongs to, or "" for the whole form.
        instead: codes of what is possible now, `instead.<code>` in the catalogue.
    """

    severity: Severity
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    field: str = ""
    instead: tuple[str, ...] = ()


def blocks(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that forbid the act."""
    return [f for f in findings if f.severity is Severity.BLOCK]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that ask for a reason."""
    return [f for f in findings if f.severity is Severity.WARNING]
