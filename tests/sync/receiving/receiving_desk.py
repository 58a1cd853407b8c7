"""One desk of the clinic and the server it receives from, for tests."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import HistoryLine
from clinic_desk.fhir.patient import patient_resource, with_patient_values
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.fhir.systems import systems
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.identity import new_id
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.down.receiving import Received, Receiver
from tests.services.desk import NOW, DeskOverStore, MovableClock, bin_of, iin
from tests.upstream.fake_upstream import FakeUpstream
from tests.upstream.fhir_store import FhirStore

CLINIC_BIN = bin_of("98094000099")
OTHER_BIN = bin_of("98094000088")
OTHERS = "Ким В."


class Server(FakeUpstream):
    """The upstream; `clock` is its own and moves a second at each write of a test."""

    def __init__(self) -> None:
        self.clock = MovableClock(NOW)
        super().__init__(FhirStore(now=self.clock.now))

    def later(self, **by: float) -> "Server":
        self.clock.forward(**by)
        return self

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        self.clock.forward(seconds=1)
        return self.store.put(resource)

    def patient(self, person: Patient, managing: str = CLINIC_BIN, **more: Any) -> dict[str, Any]:
        """The person as another desk would have sent it, in the clinic of that BIN."""
        return self.put({**of_clinic(patient_resource(person, stamp()), managing), **more})

    def change(self, resource_id: str, **values: str) -> dict[str, Any]:
        """Another desk changed the person."""
        body = self.store.get("Patient", resource_id)
        assert body is not None
        return self.put(with_patient_values(body, values, stamp()))


def stamp(by: str = OTHERS, op_id: str = "") -> Stamp:
    return Stamp(op_id or new_id(), by, "D9", NOW - dt.timedelta(hours=1))


def of_clinic(resource: dict[str, Any], bin_digits: str) -> dict[str, Any]:
    managing = {"identifier": {"system": systems().bin, "value": bin_digits}}
    return {**resource, "managingOrganization": managing} if bin_digits else resource


class ReceivingDesk:
    """A desk that receives; `run` is one run to its end."""

    def __init__(self, folder: Path, server: Server, code: str, clock_off: dt.timedelta) -> None:
        self.folder = folder
        self.server = server
        self.actor = Actor("Серікова Г.", Desk(code, "2", "Серікова Г."))
        self.clock = MovableClock(NOW + clock_off)
        self.opened = DeskOverStore.open(folder, self.clock)
        settings = SettingsService(self.opened.store, self.clock)
        known = settings.read()
        settings.change(
            replace(known, clinic=ClinicProfile(bin=CLINIC_BIN), desk=self.actor.desk), self.actor
        )

    @property
    def store(self) -> Any:
        return self.opened.store

    def receiver(self, upstream: Any = None) -> Receiver:
        return Receiver(self.store, self.clock, shipped_book(), upstream or self.server)

    def run(self, upstream: Any = None, *, is_idle: bool = False) -> Received:
        return self.receiver(upstream).run(lambda *_: None, lambda: False, is_idle=is_idle)

    def by_iin(self, digits: str) -> Patient | None:
        return self.opened.patients.by_iin(digits)

    def history(self, patient_id: PatientId) -> list[HistoryLine]:
        return self.opened.patients.history(patient_id)

    def shadow(self, resource_type: str, resource_id: str) -> Any:
        with self.store.read() as work:
            return work.shadows.get(resource_type, resource_id)

    def conflicts(self) -> list[Any]:
        with self.store.read() as work:
            return list(work.conflicts.open())

    def cursor(self, resource_type: str = "Patient") -> Any:
        with self.store.read() as work:
            return work.shadows.cursor(resource_type)

    def close(self) -> None:
        self.store.close()


def somebody(number: int, **changed: Any) -> Patient:
    """A made-up person with an IIN of their own."""
    from clinic_desk.domain.iin import Sex, parse_iin
    from clinic_desk.domain.names import PersonName
    from clinic_desk.domain.phone import Phone

    person = Patient(
        PatientId(f"{number:032x}"),
        PersonName("Омарова", f"Әйгерім{number}", "Ерланқызы"),
        dt.date(1990, 1, 1),
        Sex.FEMALE,
        parse_iin(iin(f"90010140{number % 1000:03d}")),
        phone=Phone(f"+7701{number % 10_000_000:07d}"),
        address="Алматы, Абай 1",
    )
    return replace(person, **changed)
