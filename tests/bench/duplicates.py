"""The check for likely matches while a registration form is typed, beside raw queries on the same file."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clinic_desk.domain.folding import fold
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.domain.phone import parse_phone
from clinic_desk.practice.population import PersonRow, people
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.patients import PatientService
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.rules_of_the_day import shipped_book
from tests.bench.measure import Report, alternate, milliseconds, note, percentile
from tests.bench.stores import MOMENT, Filled

_FORMS = 150
_KEY_PRESS_MS = 16.0
_LIST_MS = 1_000.0


def measure_duplicates(report: Report, filled: Filled) -> None:
    """Each stage of typing has its own line; the list of the whole store is one more."""
    service = PatientService(filled.store, FixedClock(MOMENT), shipped_book())
    step = max(1, filled.people // _FORMS)
    rows = [row for place, row in enumerate(people(filled.people, today=MOMENT.date())) if place % step == 0]
    random.Random(11).shuffle(rows)
    for name, forms in _stages(rows[:_FORMS]).items():
        note(f"duplicates while typing: {name}")
        ours, theirs = alternate(service.duplicates, lambda form: _raw(filled.raw, form), forms)
        top = percentile(ours, 0.95)
        report.say(
            f"duplicates_{name}",
            n=len(ours),
            p50_ms=round(percentile(ours, 0.5), 3),
            p95_ms=round(top, 3),
            baseline_p95_ms=round(percentile(theirs, 0.95), 3),
            ratio=round(top / percentile(theirs, 0.95), 3),
            limit=_KEY_PRESS_MS,
            ok=top <= _KEY_PRESS_MS,
        )
    note("people who may be here twice")
    report.bound("duplicates_list", [milliseconds(service.suspects) for _ in range(10)], limit=_LIST_MS)


def _stages(rows: Sequence[PersonRow]) -> dict[str, list[PersonForm]]:
    """The form as it stands after the name, the date, the phone and the IIN; the person is in the store."""
    whole = [
        PersonForm(
            no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND,
            surname=row.surname,
            given_name=row.given_name,
            patronymic=row.patronymic,
            birth_date=row.birth_date,
            sex=Sex.FEMALE if row.sex == "F" else Sex.MALE,
            phone=row.phone,
            address=row.address,
        )
        for row in rows
    ]
    return {
        "name": [replace(form, birth_date=None, phone="", address="") for form in whole],
        "date": [replace(form, phone="", address="") for form in whole],
        "whole": whole,
        "iin": [replace(form, iin=row.iin) for form, row in zip(whole, rows, strict=True)],
        "stranger": [replace(form, surname=f"{form.surname}щ", phone="") for form in whole],
    }


def _raw(raw: Any, form: PersonForm) -> list[Any]:
    """The same candidates by plain SQL, whole rows, nothing compared."""
    surname = fold(form.surname)
    name = fold(" ".join((form.surname, form.given_name, form.patronymic)))
    born = form.birth_date.isoformat() if form.birth_date else None
    phone = parse_phone(form.phone).e164[:1:-1] if form.phone else None
    found = raw.execute(
        "SELECT * FROM patients WHERE birth_date = ? AND name_key >= ? AND name_key < ? LIMIT 40",
        (born, surname, f"{surname} \U0010ffff"),
    ).fetchall()
    found += raw.execute("SELECT * FROM patients WHERE phone_tail = ? LIMIT 40", (phone,)).fetchall()
    found += raw.execute(
        "SELECT * FROM patients WHERE is_here IN (0, 1) AND name_key = ? LIMIT 40", (name,)
    ).fetchall()
    if form.iin:
        found += raw.execute("SELECT * FROM patients WHERE iin = ?", (form.iin,)).fetchall()
    return list(found)
