"""Whether a resource belongs to this clinic, by its managing organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clinic_desk.fhir.reading import Json, identifier_in, logical, reference_of
from clinic_desk.fhir.systems import systems
from clinic_desk.services.sync.down.arrivals.arrival import Arrival
from clinic_desk.services.sync.down.arrived import Arrived

_ELEMENT: Final = "managingOrganization"


class OwnClinic:
    """Knows the organisations of one slice by their BIN."""

    def __init__(self, arrival: Arrival) -> None:
        self._arrival = arrival
        self._bins: dict[str, str] = {}

    def look_up(self, rows: Iterable[Arrived]) -> None:
        """The organisations that the rows refer to are read at once."""
        places = {reference_of(row.body.get(_ELEMENT)) for row in rows}
        ids = [place.partition("/")[2] for place in places if place.startswith("Organization/")]
        known = self._arrival.work.shadows.many("Organization", ids) if ids else {}
        self._bins |= {
            f"Organization/{one_id}": identifier_in(shadow.body, systems().bin)
            for one_id, shadow in known.items()
        }

    def is_of(self, row: Arrived) -> bool:
        """True for a resource of this clinic; one whose organisation is not here yet waits for it."""
        managing: Json | None = row.body.get(_ELEMENT)
        told = logical(managing, systems().bin)
        place = reference_of(managing)
        if not told and place.startswith("Organization/"):
            if place not in self._bins:
                self._arrival.wait(row, place)
                return False
            told = self._bins[place]
        return bool(told) and told == self._arrival.clinic_bin
