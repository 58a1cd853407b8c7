"""A desk over a real encrypted store, with a small polyclinic in it, for the tests of use cases."""

import datetime as dt
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.catalogue import (
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import Desk, District, DistrictKind, Doctor
from clinic_desk.domain.ids import (
    DistrictId,
    DoctorId,
    OfferId,
    OperationId,
    PatientId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.iin import Sex, check_digit
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Patient
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.drafts import DraftService
from clinic_desk.services.identity import new_id
from clinic_desk.services.insurance import InsuranceService, RecordAnswer
from clinic_desk.services.merging import MergingService
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.patients import PatientService
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.referrals import ReferralForm, ReferralService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.slips import SlipService
from clinic_desk.storage.database import SqlStore, open_store
from tests.services.fakes import FakePrinter, FakeRenderer

KEY = bytes(range(32))
PROFILE_ID = "6f1f1c5e-0000-4000-8000-000000000001"
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
ACTOR = Actor("Серікова Г.", Desk("T2", "2", "Серікова Г."))

ULTRASOUND = ServiceId("1" * 32)
THERAPIST = ServiceId("2" * 32)
NOT_TOLD = ServiceId("3" * 32)
DOCTOR = DoctorId("4" * 32)
FORMER_DOCTOR = DoctorId("5" * 32)
DISTRICT = DistrictId("6" * 32)
SHIPA = SupplierId("7" * 32)
FAR = SupplierId("8" * 32)
EXCLUDED = SupplierId("9" * 32)
WITHOUT_BIN = SupplierId("a" * 32)


def iin(first_eleven: str) -> str:
    """Twelve digits with a right check digit; the last but one digit moves on where none exists."""
    for step in range(10):
        digits = first_eleven[:10] + str((int(first_eleven[10]) + step) % 10)
        check = check_digit(digits)
        if check is not None:
            return f"{digits}{check}"
    raise ValueError(first_eleven)


def bin_of(first_eleven: str) -> str:
    """A BIN, which has the same check digit."""
    return iin(first_eleven)


class MovableClock(SystemClock):
    """A clock the test sets."""

    def __init__(self, moment: dt.datetime = NOW) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> dt.datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += dt.timedelta(**by)


def fill(store: SqlStore) -> None:
    """A doctor, a district, three services, four suppliers and their offers."""
    name = PersonName
    with store.write() as work:
        work.bulk.write(
            BulkKind.DOCTORS,
            [
                Doctor(DOCTOR, "017", name("Сейтқали", "Ержан", "Болатұлы"), "терапевт", "терапевт"),
                Doctor(
                    FORMER_DOCTOR,
                    "018",
                    name("Ким", "Олег"),
                    "хирург",
                    "хирург",
                    active_to=TODAY - dt.timedelta(days=1),
                ),
            ],
        )
        work.bulk.write(BulkKind.DISTRICTS, [District(DISTRICT, "7", DistrictKind.GENERAL, DOCTOR)])
        work.bulk.write(
            BulkKind.SERVICES,
            [
                Service(
                    ULTRASOUND,
                    "C03.001.004",
                    "УЗИ брюшной полости",
                    "Құрсақ қуысының УДЗ",
                    "Ultrasound",
                    Package.INSURANCE,
                ),
                Service(THERAPIST, "A01.001.000", "Терапевт", "Терапевт", "Therapist", Package.GUARANTEED),
                Service(NOT_TOLD, "X09.001.000", "Прочее", "Басқа", "Other", Package.UNKNOWN),
            ],
        )
        listed = {"state": ListState.INCLUDED, "listed_from": dt.date(2026, 1, 1)}
        work.bulk.write(
            BulkKind.SUPPLIERS,
            [
                Supplier(
                    SHIPA,
                    "Шипа <b>& К",
                    bin_of("98094000010"),
                    address="Абай 1",
                    phone="+77272550000",
                    distance_km=2.0,
                    **listed,
                ),
                Supplier(FAR, "Алыс", bin_of("98094000020"), distance_km=40.0, **listed),
                Supplier(EXCLUDED, "Шыққан", bin_of("98094000030"), state=ListState.EXCLUDED),
                Supplier(WITHOUT_BIN, "Толық емес", **listed),
            ],
        )

        def offer(number: int, supplier: SupplierId, service: ServiceId, **more: Any) -> Offer:
            return Offer(OfferId(f"{number:032x}"), supplier, service, **more)

        work.bulk.write(
            BulkKind.OFFERS,
            [
                offer(1, SHIPA, ULTRASOUND, wait_days=3),
                offer(2, SHIPA, ULTRASOUND, role=SupplierRole.CO_EXECUTOR, wait_days=1),
                offer(3, FAR, ULTRASOUND, wait_days=40),
                offer(4, SHIPA, THERAPIST),
                offer(5, SHIPA, NOT_TOLD),
                offer(6, EXCLUDED, ULTRASOUND),
                offer(7, WITHOUT_BIN, ULTRASOUND),
                offer(8, FAR, THERAPIST, valid_to=TODAY - dt.timedelta(days=1)),
            ],
        )
        work.commit()


@dataclass
class DeskOverStore:
    """The use cases over one open store; `close` and open again as a program does."""

    folder: Path
    clock: MovableClock
    store: SqlStore
    marker: NumberMarker
    numbering: Numbering
    patients: PatientService
    merging: MergingService
    insurance: InsuranceService
    referrals: ReferralService
    settings: SettingsService
    drafts: DraftService
    slips: SlipService
    renderer: FakeRenderer
    printer: FakePrinter

    @classmethod
    def open(cls, folder: Path, clock: MovableClock | None = None, *, key: bytes = KEY) -> "DeskOverStore":
        clock = clock or MovableClock()
        state = folder / "state"
        state.mkdir(exist_ok=True)
        store = open_store(folder / "clinic.db", key, create=True, profile_id=PROFILE_ID, now=clock.now)
        rules = shipped_book()
        marker = NumberMarker(state)
        numbering = Numbering(marker, clock)
        settings = SettingsService(store, clock)
        renderer, printer = FakeRenderer(), FakePrinter()
        return cls(
            folder,
            clock,
            store,
            marker,
            numbering,
            PatientService(store, clock, rules),
            MergingService(store, clock),
            InsuranceService(store, clock, rules),
            ReferralService(store, clock, rules, numbering),
            settings,
            DraftService(store, clock),
            SlipService(store, clock, rules, settings, renderer, printer, is_practice=True),
            renderer,
            printer,
        )

    def close(self) -> None:
        self.numbering.close(self.store)
        self.store.close()

    def abandon(self) -> None:
        """The store is closed as if the program had been killed: the marker is not told."""
        self.store.close()

    # What tests do again and again ---------------------------------------------------------

    def person(self, form: PersonForm | None = None, **changed: Any) -> Patient:
        return self.patients.register(replace(form or PERSON, **changed), ACTOR)[0]

    def insured(self, patient_id: PatientId, status: InsuranceStatus = InsuranceStatus.INSURED_STATE) -> None:
        self.insurance.record(RecordAnswer(patient_id, status, Channel.EGOV), ACTOR)

    def issue(self, form: ReferralForm, operation: str = "", actor: Actor = ACTOR) -> Any:
        return self.referrals.issue(form, OperationId(operation or new_id()), actor)[0]

    def audit(self, kind: str, object_id: str) -> list[Any]:
        with self.store.read() as work:
            return work.audit.of_object(kind, object_id)


PERSON = PersonForm(
    iin=iin("88021440000"),
    surname="Үлгібаева",
    given_name="Айсұлу",
    patronymic="Маратқызы",
    birth_date=dt.date(1988, 2, 14),
    sex=Sex.FEMALE,
    phone="8 701 000 00 00",
    address="Алматы, Абай 1",
)


def form_of(patient_id: PatientId, **changed: Any) -> ReferralForm:
    """A form that nothing speaks against for an insured person."""
    values: dict[str, Any] = {
        "patient_id": patient_id,
        "service_id": ULTRASOUND,
        "icd": "R10.4",
        "doctor_id": DOCTOR,
        "reason": "no_equipment",
        "supplier_id": SHIPA,
    }
    return ReferralForm(**{**values, **changed})


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        str(Path(root, name).relative_to(folder)): Path(root, name).read_bytes()
        for root, _, names in os.walk(folder)
        for name in names
    }
