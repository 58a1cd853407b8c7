"""Desks and one server in memory, each with a clock of its own that the test moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.eligibility import EligibilityAnswer
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.insurance import eligibility_response
from clinic_desk.fhir.patient import with_patient_values
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.fhir.systems import systems
from clinic_desk.services.identity import new_id
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.down.receiving import Received, Receiver
from clinic_desk.services.sync.exchange.rounds import RoundResult, Rounds
from clinic_desk.services.sync.exchange.status import Stop
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.up.sending import Sender
from clinic_desk.storage.database import SqlStore
from tests.services.desk import NOW, MovableClock, bin_of
from tests.sync.machine.line import Line
from tests.sync.program_rounds import one_round, rounds_of
from tests.sync.promises import keys_of
from tests.sync.site import Site
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
        self.server.eligibility = self._insured
        self.sites: dict[str, Site] = {}
        self.lines: dict[str, Line] = {}
        self._rounds: dict[str, tuple[SqlStore, Rounds]] = {}

    def _now(self) -> dt.datetime:
        self.clock.moment += _TICK
        return self.clock.moment

    def _insured(self, request: dict[str, Any]) -> dict[str, Any]:
        """The Fund says yes of everybody."""
        answer = EligibilityAnswer(InsuranceStatus.INSURED_STATE, self.clock.moment, reference="К-1")
        key = request["identifier"][0]["value"]
        return eligibility_response(answer, request, request_reference="", key=key, created=self.clock.moment)

    def desk(self, code: str = "T2", user: str = "Серікова Г.") -> Site:
        """A new desk of the clinic."""
        site = Site.new(self._folder / code, self._template, code, user)
        known = site.use.settings.read()
        mine = replace(known, clinic=ClinicProfile(bin=CLINIC_BIN), desk=site.actor.desk)
        site.use.settings.change(mine, site.actor)
        self.sites[code] = site
        self.lines[code] = Line(self.server)
        return site

    def close(self) -> None:
        for site in self.sites.values():
            site.close()

    def forward(self, minutes: float) -> None:
        """Time passes for everybody alike."""
        self.clock.forward(minutes=minutes)
        for site in self.sites.values():
            site.clock.forward(minutes=minutes)

    def heal(self) -> None:
        """Every line is well, and the server takes what it is given."""
        for line in self.lines.values():
            line.heal()
        self.server.reject = lambda _: None

    # What others do upstream -------------------------------------------------------------------

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        return self.server.put(resource)

    def upstream_person(self, iin: str) -> str | None:
        """The id of whoever has that IIN upstream."""
        for body in self.server.all("Patient"):
            if (systems().iin, iin) in {(system, value) for _, system, value in keys_of(body)}:
                return str(body["id"])
        return None

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

    def round(self, site: Site) -> RoundResult:
        """One round of the program that is open at the desk."""
        return one_round(self._rounds_of(site))

    def _rounds_of(self, site: Site) -> Rounds:
        code = site.actor.desk.code
        known = self._rounds.get(code)
        if known is None or known[0] is not site.store:
            known = (site.store, rounds_of(site, lambda: self.lines[code]))
            self._rounds[code] = known
        return known[1]

    def go_on_if_restored(self, site: Site) -> bool:
        """The registrar decides to go on with an upstream that was put back; the next round does it."""
        rounds = self._rounds_of(site)
        if rounds.facts.stop is not Stop.RESTORED:
            return False
        rounds.ask_renewal(site.actor)
        return True

    def send(self, site: Site) -> SendResult:
        """What waits was tried once; nothing came down."""
        line = self.lines[site.actor.desk.code]
        abilities = abilities_of(self.server.capability_statement())
        return Sender(site.store, site.clock, shipped_book(), line, abilities).run(lambda: False)

    def receive(self, site: Site) -> Received:
        """Everything new came down to the desk."""
        line = self.lines[site.actor.desk.code]
        receiver = Receiver(site.store, site.clock, shipped_book(), line)
        return receiver.run(lambda *_: None, lambda: False)
