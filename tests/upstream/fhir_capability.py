"""What the server in memory says it can do."""

from __future__ import annotations

from tests.upstream.fhir_answers import Resource

TYPES = (
    *("Patient", "EpisodeOfCare", "ServiceRequest", "Task", "Organization", "HealthcareService", "Location"),
    *("Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Communication", "Provenance"),
)


def capability_statement(*, has_history: bool, has_submit: bool) -> Resource:
    interactions = ["read", "vread", "create", "update", "delete", "search-type", "history-instance"]
    if has_history:
        interactions.append("history-type")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "software": {"name": "Fake"},
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": kind,
                        "versioning": "versioned-update",
                        "conditionalCreate": True,
                        "interaction": [{"code": code} for code in interactions],
                        "searchParam": [{"name": "identifier", "type": "token"}],
                        **(
                            {
                                "operation": [
                                    {"name": "submit", "definition": "CoverageEligibilityRequest-submit"}
                                ]
                            }
                            if kind == "CoverageEligibilityRequest" and has_submit
                            else {}
                        ),
                    }
                    for kind in TYPES
                ],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }
