"""Which types of resources are received."""

from __future__ import annotations

from typing import Final

TYPES: Final = (
    "Organization",
    "HealthcareService",
    "Patient",
    "EpisodeOfCare",
    "Coverage",
    "CoverageEligibilityResponse",
    "ServiceRequest",
    "Task",
    "Communication",
)
"""Parents before children, as far as there is an order; what comes earlier than its parent waits."""
