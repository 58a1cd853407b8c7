"""A real encrypted store with a few made-up people and the real use cases over it, for tests of screens."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import ClinicProfile, Desk, District, DistrictKind, Doctor
from clinic_desk.domain.ids import CheckId, DistrictId, DoctorId, PatientId
from clinic_desk.domain.iin import Sex, check_digit, parse_iin
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentBasis,
    AttachmentState,
    NoIinReason,
    Patient,
)
from clinic_desk.domain.phone import parse_phone
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.identity import new_id
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.texts import Language
from clinic_desk.ui.kit import Jobs, UiText
from tests.assembled import assembled
from tests.services.fakes import FakeRenderer

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
"""09:41 at the clinic."""
KEY = bytes(range(32))
PROFILE = "p" * 32
_DISTRICT, _DOCTOR = DistrictId("d" * 32), DoctorId("e" * 32)


class MovingClock(FixedClock):
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        super().__init__(NOW)

    def move(self, step: dt.timedelta) -> None:
        self._moment += step


@dataclass
class PeopleDesk:
    """One open store; `close` and open again to see what a killed program would find."""

    folder: Path
    clock: MovingClock
    store: SqlStore
    services: DeskServices

    @classmethod
    def open(cls, folder: Path, clock: MovingClock | None = None) -> PeopleDesk:
        clock = clock or MovingClock()
        path = folder / "store.db"
        if not path.exists():
            path.write_bytes(_furnished())
        store = open_store(path, KEY, create=False, profile_id=PROFILE)
        services = assembled(store, clock, search=SqlPatientSearch(store), renderer=FakeRenderer())
        return cls(folder, clock, store, services)

    def close(self) -> None:
        self.store.close()

    @property
    def actor(self) -> Actor:
        return self.services.actor()

    def person(
        self,
        surname: str = "Үлгібаева",
        given_name: str = "Айсұлу",
        patronymic: str = "Маратқызы",
        *,
        iin: str = "",
        born: dt.date | None = dt.date(1988, 2, 14),
        sex: Sex = Sex.FEMALE,
        phone: str = "",
        address: str = "",
        is_here: bool = True,
        reason: NoIinReason | None = None,
    ) -> Patient:
        """A person in the store; without `iin` and `reason` an IIN that fits the birth date is made."""
        if not iin and reason is None:
            iin = fitting_iin(born or dt.date(1988, 2, 14), sex)
        patient = Patient(
            PatientId(new_id()),
            PersonName.of(surname, given_name, patronymic),
            born,
            sex,
            parse_iin(iin) if iin else None,
            reason,
            phone=parse_phone(phone) if phone else None,
            address=address,
            attachment=Attachment(
                AttachmentState.ATTACHED, _DISTRICT, AttachmentBasis.RESIDENCE, dt.date(2024, 2, 3)
            )
            if is_here
            else Attachment(AttachmentState.ELSEWHERE),
        )
        with self.store.write() as work:
            saved = work.patients.add(patient)
            work.commit()
        return saved

    def answer(
        self,
        patient: Patient,
        status: InsuranceStatus,
        *,
        ago: dt.timedelta = dt.timedelta(),
        category: str = "",
        months: str = "",
        valid_through: dt.date | None = None,
        channel: Channel = Channel.EGOV,
        reference: str = "",
    ) -> InsuranceCheck:
        check = InsuranceCheck(
            CheckId(new_id()),
            patient.id,
            status,
            self.clock.now() - ago,
            channel,
            "Сәбитова Г.",
            category,
            reference,
            valid_through,
            months,
        )
        with self.store.write() as work:
            work.insurance.add(check)
            work.commit()
        return check


@cache
def _furnished() -> bytes:
    """An encrypted store with a clinic, a doctor and a district in it: made once, copied for each test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = open_store(path, KEY, create=True, profile_id=PROFILE)
        settings = DeskSettings(
            ClinicProfile("Үлгі емханасы", "Поликлиника Үлгі"), Desk("D2", "2", "Сәбитова Г.")
        )
        SettingsService(store, MovingClock()).change(settings, Actor("setup", settings.desk))
        with store.write() as work:
            name = PersonName.of("Оспанова", "Гүлнар", "Тасқынқызы")
            work.clinic.put_doctor(Doctor(_DOCTOR, "OSP", name, "учаскелік дәрігер", "участковый врач"))
            work.clinic.put_district(District(_DISTRICT, "12", DistrictKind.THERAPEUTIC, _DOCTOR))
            work.commit()
        store.close()
        return path.read_bytes()


def fitting_iin(born: dt.date, sex: Sex, serial: int = 0) -> str:
    """An IIN with a right check digit whose digits say this birth date and sex."""
    century = (born.year // 100 - 18) * 2 + (1 if sex is Sex.MALE else 2)
    while True:
        eleven = f"{born:%y%m%d}{century}{serial:04}"
        last = check_digit(eleven)
        if last is not None:
            return f"{eleven}{last}"
        serial += 1


def bad_iin(iin: str) -> str:
    """The same twelve digits with a wrong check digit."""
    return iin[:11] + str((int(iin[11]) + 1) % 10)


def crash(error: BaseException) -> None:
    """Jobs of tests let mistakes of the program fail the test."""
    raise error


def make_words(language: Language = Language.KK) -> UiText:
    return UiText(language)


def make_jobs() -> Jobs:
    return Jobs(crash)


def settle(qtbot: QtBot, jobs: Jobs) -> None:
    """Everything that was asked of the lanes is answered and shown."""
    qtbot.waitUntil(lambda: jobs.busy is False, timeout=10_000)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: jobs.busy is False, timeout=10_000)
    QApplication.processEvents()
    # What was shown last is laid out too: a layout asks for its turn in events of their own.
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


def nameless(root: QWidget) -> list[str]:
    """Controls a person can reach that a screen reader could not name."""
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in root.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if widget.focusProxy() is None and not widget.accessibleName().strip()
    ]
