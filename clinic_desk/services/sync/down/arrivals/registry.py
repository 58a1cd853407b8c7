"""Who makes something of which type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_desk.services.sync.down.arrivals.arrival import Applier, ShadowOnly
from clinic_desk.services.sync.down.arrivals.attachments import EpisodeApplier
from clinic_desk.services.sync.down.arrivals.directory import HealthcareServiceApplier, OrganizationApplier
from clinic_desk.services.sync.down.arrivals.insurance import ResponseApplier
from clinic_desk.services.sync.down.arrivals.patients import PatientApplier
from clinic_desk.services.sync.down.arrivals.referrals import ServiceRequestApplier, TaskApplier

APPLIERS: Final[Mapping[str, Applier]] = {
    "Organization": OrganizationApplier(),
    "HealthcareService": HealthcareServiceApplier(),
    "Patient": PatientApplier(),
    "EpisodeOfCare": EpisodeApplier(),
    # Coverage says what an insurer holds; the desk acts on answers to checks only.
    "Coverage": ShadowOnly(),
    "CoverageEligibilityResponse": ResponseApplier(),
    "ServiceRequest": ServiceRequestApplier(),
    "Task": TaskApplier(),
    # A complaint's own words; how far it is comes as its Task.
    "Communication": ShadowOnly(),
}
