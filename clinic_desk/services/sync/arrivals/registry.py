"""Who makes something of which type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_desk.services.sync.arrivals.arrival import Applier, ShadowOnly
from clinic_desk.services.sync.arrivals.patients import PatientApplier

APPLIERS: Final[Mapping[str, Applier]] = {
    "Organization": ShadowOnly(),
    "HealthcareService": ShadowOnly(),
    "Patient": PatientApplier(),
    "EpisodeOfCare": ShadowOnly(),
    "Coverage": ShadowOnly(),
    "CoverageEligibilityResponse": ShadowOnly(),
    "ServiceRequest": ShadowOnly(),
    "Task": ShadowOnly(),
    "Communication": ShadowOnly(),
}
