"""Whose a resource is: the person here that it refers to."""

from __future__ import annotations

from clinic_desk.domain.patient import Patient
from clinic_desk.fhir.reading import Json, logical, reference_of
from clinic_desk.fhir.systems import systems
from clinic_desk.services.sync.down.arrivals.arrival import Arrival
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.ports import Shadow


class PeopleOf:
    """Knows the people whom the resources of one slice are about; read at once."""

    def __init__(self, arrival: Arrival, subjects: list[Json | None]) -> None:
        self._arrival = arrival
        work = arrival.work
        places = {reference_of(subject) for subject in subjects}
        ids = [place.partition("/")[2] for place in places if place.startswith("Patient/")]
        self._shadows: dict[str, Shadow] = work.shadows.many("Patient", ids) if ids else {}
        local = [shadow.local_id for shadow in self._shadows.values() if shadow.local_id]
        self._people: dict[str, Patient] = work.patients.many(local) if local else {}

    def of(self, row: Arrived, subject: Json | None) -> Patient | None:
        """The person here; None for somebody else, and for one who is waited for."""
        place = reference_of(subject)
        if place.startswith("Patient/"):
            shadow = self._shadows.get(place.partition("/")[2])
            if shadow is None:
                self._arrival.wait(row, place)
                return None
            return self._people.get(shadow.local_id)
        digits = logical(subject, systems().iin)
        return self._arrival.work.patients.by_iin(digits) if digits else None

    def shadow_of(self, subject: Json | None) -> Shadow | None:
        """The upstream's version of the person it is about."""
        return self._shadows.get(reference_of(subject).partition("/")[2])
