"""One desk for tests of the exchange: an encrypted store of its own, the real use cases, acts of registrars.

A desk is restarted or killed like a program: the store is closed (or only let go of) and opened anew, the
clock and the line to the upstream stay.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.domain.iin import Sex, check_digit
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.sync.ops import Op, OpState
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.search import SqlPatientSearch
from tests.assembled import assembled
from tests.services.attaching import application
from tests.services.desk import KEY, NOW, PROFILE_ID, MovableClock, form_of
from tests.services.fakes import FakePrinter, FakeRenderer

ALL_STATES = frozenset(OpState)
WORDS = {"referral.already_living": "сынақ", "referral.insurance_unknown": "сынақ"}


def iin_of(number: int) -> str:
    """A made-up IIN; the same number gives the same one."""
    for last in range(10):
        digits = f"8802144{number:03d}{last}"
        check = check_digit(digits)
        if check is not None:
            return f"{digits}{check}"
    raise ValueError(number)


def person_form(number: int, surname: str = "Үлгібаева", **changed: Any) -> PersonForm:
    """A person of that number as any desk would type them."""
    form = PersonForm(
        iin=iin_of(number),
        surname=surname,
        given_name="Айсұлу",
        patronymic="Маратқызы",
        birth_date=dt.date(1988, 2, 14),
        sex=Sex.FEMALE,
        phone="8 701 000 00 00",
        address="Алматы, Абай 1",
    )
    return replace(form, **changed)


def form_with(patient: Patient, **changed: Any) -> PersonForm:
    """The stored person as the form shows them, with changed fields."""
    form = PersonForm(
        iin=patient.iin.digits if patient.iin else "",
        no_iin_reason=patient.no_iin_reason,
        mother_iin=patient.mother_iin.digits if patient.mother_iin else "",
        surname=patient.name.surname,
        given_name=patient.name.given_name,
        patronymic=patient.name.patronymic,
        birth_date=patient.birth_date,
        sex=patient.sex,
        phone=patient.phone.e164 if patient.phone else "",
        address=patient.address,
        document=patient.document,
        document_number=patient.document_number,
        slip_language=patient.slip_language,
        age_band=patient.age_band,
        citizenship=patient.citizenship,
        kato=patient.kato,
        reminders=patient.reminders.wish,
    )
    return replace(form, **changed)


class Site:
    """A desk with one store.

    Attributes:
        use: every use case over the store that is open now.
        saved: what each acknowledged act wrote, `(patient, field, value)`; nothing of it may ever vanish.
    """

    def __init__(self, folder: Path, code: str, user: str = "Серікова Г.") -> None:
        """A desk over the store that lies in `folder` already."""
        self.folder = folder
        self.actor = Actor(user, Desk(code, code, user))
        self.clock = MovableClock(NOW)
        self.saved: list[tuple[str, str, str]] = []
        (folder / "state").mkdir(exist_ok=True)
        self.open()

    @classmethod
    def new(cls, folder: Path, template: Path, code: str, user: str = "Серікова Г.") -> Site:
        """A desk over a copy of the template."""
        folder.mkdir(parents=True)
        shutil.copy2(template, folder / "clinic.db")
        return cls(folder, code, user)

    # Life --------------------------------------------------------------------------------------

    def open(self) -> None:
        self.store: SqlStore = open_store(
            self.folder / "clinic.db", KEY, create=False, profile_id=PROFILE_ID, now=self.clock.now
        )
        self._numbering = Numbering(NumberMarker(self.folder / "state"), self.clock)
        self.use: DeskServices = assembled(
            self.store,
            self.clock,
            numbering=self._numbering,
            search=SqlPatientSearch(self.store),
            renderer=FakeRenderer(),
            printer=FakePrinter(),
            is_practice=True,
        )

    def close(self) -> None:
        self._numbering.close(self.store)
        self.store.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def kill(self) -> None:
        """The program is gone without a word to anybody."""
        self.store.close()
        self.open()

    # Acts --------------------------------------------------------------------------------------

    def by(self, actor: Actor | None) -> Actor:
        return actor or self.actor

    def register(self, form: PersonForm, actor: Actor | None = None) -> Patient:
        patient = self.use.patients.register(form, self.by(actor))[0]
        self._remember(None, patient)
        return patient

    def change(self, patient_id: str, actor: Actor | None = None, **changed: Any) -> Patient:
        before = self.patient(patient_id)
        after = self.use.patients.change(before, form_with(before, **changed), self.by(actor))[0]
        self._remember(before, after)
        return after

    def issue(self, patient_id: str, actor: Actor | None = None, **changed: Any) -> Any:
        form: ReferralForm = form_of(PatientId(patient_id), **{"reasons_given": WORDS, **changed})
        return self.use.referrals.issue(form, OperationId(new_id()), self.by(actor))[0]

    def attach(self, patient_id: str, actor: Actor | None = None) -> Any:
        form = application(PatientId(patient_id))
        return self.use.attachments.send(form, OperationId(new_id()), self.by(actor))[0].case

    # Looking -----------------------------------------------------------------------------------

    def patient(self, patient_id: str) -> Patient:
        with self.store.read() as work:
            found = work.patients.get(PatientId(patient_id))
        assert found is not None
        return found

    def ops(self, states: frozenset[OpState] = ALL_STATES) -> list[Op]:
        with self.store.read() as work:
            return work.outbox.in_states(states, limit=100_000)

    def told(self, patient_id: str) -> set[tuple[str, str]]:
        """Every (field, value) the person's history knows, old ones too, and the present ones."""
        known = set(values_of(self.patient(patient_id)).items())
        for line in self.use.patients.history(PatientId(patient_id)):
            for name, (old, new) in line.changes.items():
                known |= {(name, old), (name, new)}
        return known

    def vanished(self) -> list[tuple[str, str, str]]:
        """What was saved here and stands nowhere any more."""
        people = {patient_id for patient_id, _, _ in self.saved}
        told = {patient_id: self.told(patient_id) for patient_id in people}
        return [one for one in self.saved if (one[1], one[2]) not in told[one[0]]]

    def _remember(self, before: Patient | None, after: Patient) -> None:
        old = values_of(before) if before else {}
        self.saved += [
            (after.id, name, value)
            for name, value in values_of(after).items()
            if value and value != old.get(name, "")
        ]
