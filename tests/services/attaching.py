"""People, districts and applications for the tests of attachment, over a real encrypted store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic_desk.domain.attachment import AttachmentCase, ConsentGiver, ConsentWay, SeenDocument
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.ids import DistrictId, DoctorId, OperationId, PatientId, StreetId
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.streets import Street
from clinic_desk.services.attachment_rows import AttachmentForm, ConsentForm
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.storage.database import SqlStore
from tests.assembled import assembled
from tests.services.desk import ACTOR, DISTRICT, DOCTOR, DeskOverStore, MovableClock

CHILDREN = DistrictId("b" * 32)
ADULTS = DistrictId("c" * 32)
SECOND = DistrictId("d" * 32)
PEDIATRICIAN = DoctorId("e" * 32)


@dataclass
class Attaching:
    """All use cases over the store of a desk with four districts."""

    desk: DeskOverStore
    use: DeskServices

    @classmethod
    def over(cls, desk: DeskOverStore, rules: RuleBook | None = None) -> "Attaching":
        name = PersonName("Жолдасова", "Әсел")
        with desk.store.write() as work:
            work.clinic.put_doctor(Doctor(PEDIATRICIAN, "019", name, "педиатр", "педиатр"))
            work.clinic.put_district(District(CHILDREN, "8", DistrictKind.PEDIATRIC, PEDIATRICIAN))
            work.clinic.put_district(District(ADULTS, "9", DistrictKind.THERAPEUTIC))
            work.clinic.put_district(District(SECOND, "12", DistrictKind.GENERAL, DOCTOR))
            work.commit()
        return cls(
            desk, assembled(desk.store, desk.clock, rules=rules, renderer=desk.renderer, printer=desk.printer)
        )

    @property
    def clock(self) -> MovableClock:
        return self.desk.clock

    @property
    def store(self) -> SqlStore:
        return self.desk.store

    def put_street(self, name: str, key: str, district: DistrictId, **part: Any) -> None:
        with self.store.write() as work:
            work.districts.put_street(Street(StreetId(new_id()), name, key, district, **part))
            work.commit()

    def send(self, form: AttachmentForm, operation: str = "") -> AttachmentCase:
        return self.use.attachments.send(form, OperationId(operation or new_id()), ACTOR)[0].case

    def patient(self, patient_id: PatientId) -> Patient:
        return self.use.patients.card(patient_id).patient

    def in_force(self, patient_id: PatientId, **changed: Any) -> AttachmentCase:
        """The person is attached by a case of theirs."""
        case = self.send(application(patient_id, **changed))
        return self.use.attachment_answers.accept(case.id, ACTOR, "Р-1")[0]


def application(patient_id: PatientId, **changed: Any) -> AttachmentForm:
    """A form of an adult that nothing speaks against."""
    values: Mapping[str, Any] = {
        "patient_id": patient_id,
        "basis": AttachmentBasis.RESIDENCE,
        "district_id": DISTRICT,
        "consent": ConsentForm(ConsentGiver.PATIENT, ConsentWay.PAPER),
        "documents": (SeenDocument("identity_document"),),
    }
    return AttachmentForm(**{**values, **changed})
