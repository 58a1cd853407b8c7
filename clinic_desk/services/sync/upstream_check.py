"""What a look at the upstream found, layer by layer, from its name to its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Layer(StrEnum):
    """In the order in which they build on each other; words under `upstream.layer.<value>`."""

    NAME = "name"
    PORT = "port"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign_in"
    FHIR = "fhir"
    OPERATIONS = "operations"
    CLOCK = "clock"


class Finding(StrEnum):
    """How a layer is; words under `upstream.mark.<value>`."""

    GOOD = "good"
    NOTE = "note"
    """It works; somebody should know."""
    BAD = "bad"
    SKIPPED = "skipped"
    """Not looked at, as one below it is bad."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """What was found in one layer.

    `code` has its sentence under `upstream.check.<code>`: what is, and for a bad one what to do. Of `params`,
    `said` are the server's own words, shown as a quotation.
    """

    layer: Layer
    finding: Finding
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def is_good(results: list[LayerResult]) -> bool:
    """True when the upstream can be worked with."""
    return all(result.finding not in (Finding.BAD, Finding.SKIPPED) for result in results)
