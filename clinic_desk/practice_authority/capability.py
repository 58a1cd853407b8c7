"""What the server really offers, as a CapabilityStatement."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk import __version__
from clinic_desk.practice_authority.moments import instant_text
from clinic_desk.practice_authority.types import known_types

_INTERACTIONS: Final = (
    "read", "vread", "create", "update", "delete", "search-type", "history-instance", "history-type",
)  # fmt: skip
_ANY: Final = (("_id", "token"), ("_lastUpdated", "date"))
SUBMIT: Final = "submit"
SUBMITTED: Final = "CoverageEligibilityRequest"
_SUBMIT_DEFINITION: Final = f"http://hl7.org/fhir/OperationDefinition/{SUBMITTED}-{SUBMIT}"


def capability_statement(now: int, base: str) -> dict[str, Any]:
    """The statement of this instance."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant_text(now),
        "kind": "instance",
        "software": {"name": "Clinic Desk practice authority", "version": __version__},
        "implementation": {"description": "Made-up people only", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [_resource(name) for name in known_types()],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchParam": [
            *({"name": known, "type": kind} for known, kind in _ANY),
            *({"name": known, "type": parameter.kind} for known, parameter in known_types()[name].items()),
        ],
    }
    if name == SUBMITTED:
        row["operation"] = [{"name": SUBMIT, "definition": _SUBMIT_DEFINITION}]
    return row
