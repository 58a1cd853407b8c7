"""Issuing durably, beside raw commits of the same rows to the same kind of file."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

from clinic_desk.domain.ids import OperationId
from clinic_desk.practice.population import people
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.identity import new_id
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.referrals import ReferralForm, ReferralService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.bench.measure import Report, note
from tests.bench.stores import MOMENT, filled

_PEOPLE = 30_000
_REFERRALS = 300


def measure_referral(report: Report, folder: Path) -> None:
    """Referrals a second, each durable and audited, to raw commits a second of one row each."""
    note("referrals, durable")
    place = filled(_copied(folder), _PEOPLE)
    clock = FixedClock(MOMENT)
    state = folder / "state"
    state.mkdir(exist_ok=True)
    service = ReferralService(place.store, clock, shipped_book(), Numbering(NumberMarker(state), clock))
    settings = SettingsService(place.store, clock).read()
    actor = Actor(settings.desk.registrar, settings.desk)
    forms = _forms(place.store, service)
    (folder / "raw.db").unlink(missing_ok=True)
    raw = open_connection(folder / "raw.db", SecretKey(os.urandom(32)))
    raw.execute("CREATE TABLE IF NOT EXISTS rows(id TEXT PRIMARY KEY, body TEXT, at TEXT)")
    body = "x" * 400
    ours: list[float] = []
    theirs: list[float] = []
    for form in forms:
        start = time.perf_counter()
        service.issue(form, OperationId(new_id()), actor)
        ours.append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO rows VALUES (?, ?, ?)", (new_id(), body, "2026"))
        raw.execute("COMMIT")
        theirs.append((time.perf_counter() - start) * 1000)
    raw.close()
    place.close()
    report.at_least(
        "referral_saved_durably",
        sum(theirs) / sum(ours),
        limit=0.3,
        n=len(ours),
        p50_ms=round(sorted(ours)[len(ours) // 2], 3),
        p95_ms=round(sorted(ours)[int(len(ours) * 0.95)], 3),
        baseline_p95_ms=round(sorted(theirs)[int(len(theirs) * 0.95)], 3),
        per_second=round(1000 * len(ours) / sum(ours), 1),
        raw_per_second=round(1000 * len(theirs) / sum(theirs), 1),
    )


def _copied(folder: Path) -> Path:
    """A copy of the kept store: what one run issues would stand in the way of the next."""
    filled(folder, _PEOPLE).close()
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in folder.glob(f"people-{_PEOPLE}.*"):
        shutil.copy(path, copy)
    return copy


def _forms(store: object, service: ReferralService) -> list[ReferralForm]:
    rng = random.Random(3)
    insured = [
        row for row in people(6_000, today=MOMENT.date()) if row.insurance_status == "insured_contributions"
    ]
    chosen = rng.sample(insured, _REFERRALS)
    offered = service.services("A02.015.000")[0]
    supplier = service.suppliers(offered.service_id).rows[0]
    doctor = service.doctors()[0]
    forms = []
    with store.read() as work:  # type: ignore[attr-defined]
        for row in chosen:
            patient = work.patients.by_iin(row.iin)
            living = {referral.service_id for referral in work.referrals.of_patient(patient.id)}
            if offered.service_id not in living:
                forms.append(
                    ReferralForm(
                        patient.id,
                        offered.service_id,
                        "I10",
                        doctor.doctor_id,
                        "full_for_month",
                        supplier.supplier_id,
                    )
                )
    return forms
