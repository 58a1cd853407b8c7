"""Desks and one server in memory, each with a clock of its own that the test moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.fhir.patient import with_patient_values
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.fhir.systems import systems
from clinic_desk.services.identity import new_id
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.receiving import Received, Receiver
from tests.services.desk import NOW, MovableClock, bin_of
from tests.sync.site import Site
from tests.upstream.fake_upstream import FakeUpstream
from tests.upstream.fhir_store import FhirStore

CLINIC_BIN = bin_of("98094000099")
OTHERS = "Ким В."
_TICK = dt.timedelta(milliseconds=1)


class World:
    """One server, any number of desks, each with a line of its own to the server.

    Attributes:
        clock: the server's; it goes on a millisecond each time that somebody looks at it.
        lines: the line of each desk, by its code, with the faults it is told.
    """

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder, self._template = folder, template
        self.clock = MovableClock(NOW)
        self.server = FhirStore(now=self._now)
        self.sites: dict[str, Site] = {}
        self.lines: dict[str, FakeUpstream] = {}

    def _now(self) -> dt.datetime:
        self.clock.moment += _TICK
        return self.clock.moment

    def desk(self, code: str = "T2", user: str = "Серікова Г.") -> Site:
        """A new desk of the clinic."""
        site = Site.new(self._folder / code, self._template, code, user)
        known = site.use.settings.read()
        mine = replace(known, clinic=ClinicProfile(bin=CLINIC_BIN), desk=site.actor.desk)
        site.use.settings.change(mine, site.actor)
        self.sites[code] = site
        self.lines[code] = FakeUpstream(self.server)
        return site

    def close(self) -> None:
        for site in self.sites.values():
            site.close()

    # What others do upstream -------------------------------------------------------------------

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        return self.server.put(resource)

    def take_into_clinic(self, resource_id: str) -> None:
        """The upstream notes that this clinic answers for the person."""
        body = self.server.get("Patient", resource_id)
        assert body is not None
        managing = {"identifier": {"system": systems().bin, "value": CLINIC_BIN}}
        self.server.put({**body, "managingOrganization": managing})

    def change_upstream(self, resource_id: str, **values: str) -> None:
        """Somebody elsewhere changed the person."""
        body = self.server.get("Patient", resource_id)
        assert body is not None
        stamp = Stamp(new_id(), OTHERS, "D9", self.clock.moment)
        self.server.put(with_patient_values(body, values, stamp))

    # The exchange ------------------------------------------------------------------------------

    def receive(self, site: Site) -> Received:
        """Everything new came down to the desk."""
        line = self.lines[site.actor.desk.code]
        receiver = Receiver(site.store, site.clock, shipped_book(), line)
        return receiver.run(lambda *_: None, lambda: False)
