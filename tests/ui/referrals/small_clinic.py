"""A small clinic in a real encrypted store with the real use cases; only paper and printer stand in."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from clinic_desk.domain.catalogue import (
    Care,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.ids import CheckId, DistrictId, DoctorId, OfferId, PatientId, ServiceId, SupplierId
from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Attachment, AttachmentState, Patient, SlipLanguage
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.ports import BulkKind, ReferralFilter
from clinic_desk.services.rows import PatientHit, ReferralRow
from clinic_desk.services.slip_content import SlipContent
from clinic_desk.services.slips import (
    PreviewImage,
    PrintAnswer,
    PrinterList,
    PrintOutcome,
)
from clinic_desk.storage.database import SqlStore, open_store
from tests.assembled import assembled

FILE = "clinic.db"
KEY = bytes(range(32))
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)  # 09:41 in the clinic
INSURED, UNINSURED, UNKNOWN, MOTHER = (PatientId(f"{n:032x}") for n in range(1, 5))
DOCTOR, OTHER_DOCTOR = DoctorId("d1"), DoctorId("d2")
CARDIOLOGIST, MRI, BLOOD, NEUROLOGIST = (ServiceId(f"s{n}") for n in range(1, 5))
UMIT, SUNQAR, HOSPITAL, ARAI = (SupplierId(f"p{n}") for n in range(1, 5))


class PaperStandIn:
    """Draws grey paper instead of a PDF; the pictures tell forms apart by their width."""

    def __init__(self) -> None:
        self.drawn: list[SlipContent] = []
        self.gate: threading.Event | None = None

    def draw(self, content: SlipContent, paper: str) -> bytes:
        self.drawn.append(content)
        return b"%PDF-" + content.number.encode()

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        if self.gate is not None:
            self.gate.wait(5)
        height = round(width_px * 210 / 148)
        return PreviewImage(width_px, height, b"\xee\xee\xee\xff" * (width_px * height))


@dataclass
class PrinterStandIn:
    """A printing system that answers as it is told."""

    answer: PrintAnswer = PrintAnswer.ACCEPTED
    sleep_s: float = 0.0
    pages: list[str] = field(default_factory=list)
    names: tuple[str, ...] = ("HP LaserJet", "Canon LBP")

    def printers(self) -> PrinterList:
        return PrinterList(self.names, self.names[0] if self.names else "")

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        time.sleep(self.sleep_s)
        self.pages.append(title)
        return PrintOutcome(self.answer)


class NobodySearched:
    """The search is another screen's."""

    def find(self, text: str, limit: int = 50) -> list[PatientHit]:
        return []


@dataclass
class Clinic:
    """The store, the use cases and what they print with; `restart` opens the same store anew."""

    folder: Path
    paper: PaperStandIn = field(default_factory=PaperStandIn)
    printer: PrinterStandIn = field(default_factory=PrinterStandIn)
    store: SqlStore = field(init=False)
    desk: DeskServices = field(init=False)

    def __post_init__(self) -> None:
        self._open()

    def restart(self) -> None:
        self.store.close()
        self._open()

    def _open(self) -> None:
        self.store = store = open_store(
            self.folder / FILE, KEY, create=False, profile_id="test", now=lambda: NOW
        )
        clock = FixedClock(NOW)
        self.desk = assembled(
            store,
            clock,
            numbering=Numbering(NumberMarker(self.folder), clock),
            search=NobodySearched(),
            renderer=self.paper,
            printer=self.printer,
            is_practice=True,
        )

    def referrals(self) -> list[ReferralRow]:
        return self.desk.referrals.rows(ReferralFilter())


def make_store(folder: Path) -> Path:
    """A filled store, to be copied for each test: making one takes a second, copying one nothing."""
    path = folder / FILE
    store = open_store(path, KEY, create=True, profile_id="test", now=lambda: NOW)
    _fill(store)
    store.close()
    return path


def _fill(store: SqlStore) -> None:
    with store.write() as work:
        write = work.bulk.write
        write(BulkKind.DOCTORS, [
            Doctor(DOCTOR, "101", PersonName("Оспанова", "Гүлнәр", "Төлегенқызы"), "Терапевт", "Терапевт"),
            Doctor(OTHER_DOCTOR, "102", PersonName("Ким", "Вера"), "Педиатр", "Педиатр"),
        ])  # fmt: skip
        write(BulkKind.DISTRICTS, [District(DistrictId("u12"), "12", DistrictKind.THERAPEUTIC, DOCTOR)])
        write(BulkKind.SERVICES, [
            Service(CARDIOLOGIST, "A02.005.000", "Консультация: Кардиолог", "Кардиолог кеңесі",
                    "Cardiologist's advice", Package.INSURANCE),
            Service(MRI, "C03.021.005", "Магнитно-резонансная томография головного мозга с контрастом",
                    "Ми магнитті-резонанстық томографиясы (контрастпен)", "MRI of the brain with contrast",
                    Package.INSURANCE),
            Service(BLOOD, "B02.061.002", "Общий анализ крови", "Жалпы қан талдауы", "Blood count",
                    Package.GUARANTEED),
            Service(NEUROLOGIST, "A02.007.000", "Консультация: Невролог", "Невролог кеңесі",
                    "Neurologist's advice", Package.INSURANCE),
        ])  # fmt: skip
        names = (
            "«Үміт-Кардио» орталығы",
            "«Сұңқар Мед» клиникасы",
            "№ 5 қалалық аурухана",
            "«Арай» орталығы",
        )
        write(BulkKind.SUPPLIERS, [
            Supplier(supplier, name, f"99014000{n:04}", "Алматы", f"Абай көшесі, {n}", "", "private",
                     ListState.INCLUDED, dt.date(2024, 1, 1), None,
                     (Care(SupplierRole.SUPPLIER, "КДП"),), 2.1 * n)
            for n, (supplier, name) in enumerate(zip((UMIT, SUNQAR, HOSPITAL, ARAI), names, strict=True), 1)
        ])  # fmt: skip
        waits = {UMIT: 3, SUNQAR: 7, HOSPITAL: 29, ARAI: None}
        write(BulkKind.OFFERS, [
            Offer(OfferId(f"{supplier}{service}"), supplier, service, wait_days=wait)
            for service in (CARDIOLOGIST, BLOOD, MRI)
            for supplier, wait in waits.items()
        ])  # fmt: skip
        here = Attachment(AttachmentState.ATTACHED, DistrictId("u12"))
        people = (
            (INSURED, "Үлгібаева", "Айсұлу", "Маратқызы", "880214400015"),
            (UNINSURED, "Сынақбаев", "Ерлан", "", "700101300014"),
            (UNKNOWN, "Мысалова", "Гүлнар", "", "620808400018"),
        )
        write(BulkKind.PATIENTS, [
            Patient(patient, PersonName(surname, given, patronymic), _born(iin), Sex.FEMALE,
                    parse_iin(_valid(iin)), slip_language=SlipLanguage.KK, attachment=here, version=1)
            for patient, surname, given, patronymic, iin in people
        ])  # fmt: skip
        write(BulkKind.INSURANCE_CHECKS, [
            InsuranceCheck(CheckId("c1"), INSURED, InsuranceStatus.INSURED_CONTRIBUTIONS, NOW, Channel.EGOV,
                           ""),
            InsuranceCheck(CheckId("c2"), UNINSURED, InsuranceStatus.UNINSURED, NOW, Channel.EGOV, ""),
        ])  # fmt: skip
        work.settings.put("desk", {"code": "T2", "label": "2", "registrar": "Сәбитова Г."})
        work.commit()


def _valid(digits: str) -> str:
    from clinic_desk.domain.iin import check_digit

    for tenth in range(10):
        first = digits[:10] + str(tenth)
        found = check_digit(first)
        if found is not None:
            return f"{first}{found}"
    raise AssertionError(digits)


def _born(iin: str) -> dt.date:
    return dt.date(1900 + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
