"""The list "check before tomorrow" over 120,000 people and 2,000 bookings, beside the bare statement."""

from __future__ import annotations

import datetime as dt
import gc
import random
import shutil
from pathlib import Path
from typing import Any

from clinic_desk.domain.attachment import AttachmentCase, CaseState
from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId, ReferralId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.referral import InsuranceEvidence, Payer, Referral, ReferralStatus
from clinic_desk.services.check_list import CheckListService
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.values import moment_text
from tests.bench.measure import Report, alternate, note
from tests.bench.stores import MOMENT, filled

_PEOPLE = 120_000
_BOOKED, _REFERRED, _APPLIED = 1_200, 500, 300
_TIMES = 30
_LIMIT_MS = 100.0
_RAW = (
    "SELECT r.appointment_at, s.title_kk, p.id, p.surname, p.given_name, p.patronymic, p.iin, p.phone, "
    "p.insurance_status, p.insurance_checked_at, (SELECT c.valid_through FROM insurance_checks c "
    "WHERE c.patient_id = p.id ORDER BY c.checked_at DESC LIMIT 1) "
    "FROM referrals r JOIN patients p ON p.id = r.patient_id JOIN services s ON s.id = r.service_id "
    "WHERE r.appointment_at >= ? AND r.appointment_at < ? OR r.status = 'issued' "
    "ORDER BY r.appointment_at"
)


def measure_checklist(report: Report, folder: Path, people: int = _PEOPLE) -> None:
    """The list as the screen reads it; the baseline runs one statement over such rows and keeps tuples."""
    note("the list of checks")
    filled(folder, people).close()
    copy = folder / "checklist"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in folder.glob(f"people-{people}.*"):
        shutil.copy(path, copy)
    place = filled(copy, people)
    _book(place.store)
    service = CheckListService(place.store, FixedClock(MOMENT), shipped_book())
    # As the window does once it is open (`ui.program`).
    gc.freeze()
    span = (moment_text(MOMENT - dt.timedelta(days=1)), moment_text(MOMENT + dt.timedelta(days=7)))
    ours, raw = alternate(
        lambda _: service.read(),
        lambda _: place.raw.execute(_RAW, span).fetchall(),
        range(_TIMES),
    )
    rows = len(service.read().rows)
    place.close()
    shutil.rmtree(copy)
    report.bound("check_list_ms", ours, limit=_LIMIT_MS, people=people, bookings=2_000, rows=rows)
    report.add("check_list_to_raw", ours, raw, limit=4.0, compares="p50")


def _book(store: SqlStore) -> None:
    """Bookings of people picked at random over the whole clinic, nothing of them close together."""
    rng = random.Random(7)
    with store.write() as work:
        driver: Any = work.insurance._driver  # type: ignore[attr-defined]
        ids = [PatientId(row[0]) for row in driver.execute("SELECT id FROM patients").fetchall()]
        (service,) = driver.execute("SELECT id FROM services WHERE package = 'insurance' LIMIT 1").fetchone()
        (supplier,) = driver.execute("SELECT id FROM suppliers LIMIT 1").fetchone()
        (doctor,) = driver.execute("SELECT id FROM doctors LIMIT 1").fetchone()
        chosen = rng.sample(ids, _BOOKED + _REFERRED + _APPLIED)

        def referral(place: int, patient_id: PatientId) -> Referral:
            booked = place < _BOOKED
            return Referral(
                ReferralId(new_id()),
                f"B-{place:05}",
                OperationId(new_id()),
                patient_id,
                service,
                "I10",
                doctor,
                "no_specialist",
                supplier,
                SupplierRole.SUPPLIER,
                InsuranceEvidence(InsuranceStatus.UNKNOWN, Payer.UNKNOWN, "insurance_unknown"),
                MOMENT,
                "bench",
                "B",
                MOMENT.date() + dt.timedelta(days=30),
                status=ReferralStatus.SCHEDULED if booked else ReferralStatus.ISSUED,
                appointment_at=MOMENT + dt.timedelta(hours=rng.randrange(1, 80)) if booked else None,
            )

        made = [referral(place, who) for place, who in enumerate(chosen[: _BOOKED + _REFERRED])]
        work.bulk.write(BulkKind.REFERRALS, made)
        for patient_id in chosen[_BOOKED + _REFERRED :]:
            if work.attachments.open_of(patient_id) is None:
                case = AttachmentCase(
                    AttachmentCaseId(new_id()),
                    patient_id,
                    OperationId(new_id()),
                    MOMENT,
                    "b",
                    CaseState.DRAFT,
                )
                work.attachments.add(case, by="b", at=MOMENT)
        work.commit()
