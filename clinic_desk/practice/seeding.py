"""Fills an empty practice store with the made-up polyclinic, in one transaction.

Everything goes through the same ports as real work. An IIN made here may coincide with a real
person's, so a practice profile never talks to a real upstream.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from clinic_desk.domain.address import street_key
from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.clinic import ClinicProfile, Desk, District, DistrictKind, Doctor
from clinic_desk.domain.errors import Cancelled
from clinic_desk.domain.ids import (
    CheckId,
    DistrictId,
    DoctorId,
    OfferId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    StreetId,
    SupplierId,
)
from clinic_desk.domain.iin import Iin, Sex
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.numbers import ReferralNumber, make_series
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    Patient,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.referral import InsuranceEvidence, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.domain.streets import Street
from clinic_desk.practice.attachment_cases import CaseWriter
from clinic_desk.practice.attachments import ATTACHING
from clinic_desk.practice.clinic import MadeUpClinic, NameRow
from clinic_desk.practice.diagnoses import add_diagnosis_titles
from clinic_desk.practice.directory import offer_record, service_record, supplier_record
from clinic_desk.practice.evidence import EvidenceRow, evidence_for
from clinic_desk.practice.population import PersonRow, people
from clinic_desk.practice.referrals import ReferralSeed, referral_seeds
from clinic_desk.practice.showcase import ShownPerson, past_seeds, showcase
from clinic_desk.practice.size import REFERRALS
from clinic_desk.practice.town import served_streets
from clinic_desk.services.actor import Actor
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import (
    AuditEntry,
    BulkKind,
    CancelCheck,
    Clock,
    ImportRun,
    Progress,
    ReferralEvent,
    Store,
    UnitOfWork,
)
from clinic_desk.services.sync.acts.ensure_record import ensure_case, ensure_referral

DESK = Desk("D1", "1", "")
_SETTING = "practice"
_REFERRED = 20_000
"""Referrals are drawn among the first people only, so that a million people cost no more memory."""


def is_made(store: Store) -> bool:
    """True when the store already holds the whole made-up polyclinic."""
    with store.read() as work:
        return work.settings.get(_SETTING) is not None


def made_as(store: Store) -> tuple[int, dt.date] | None:
    """How many people the store was made with, and on which day; None for an empty one."""
    with store.read() as work:
        known = work.settings.get(_SETTING)
    return None if known is None else (known["people"], dt.date.fromisoformat(known["made_on"]))


def make_clinic(store: Store, clock: Clock, count: int, progress: Progress, cancelled: CancelCheck) -> None:
    """The store holds the polyclinic with `count` people and those of the showcase, or nothing of it.

    Raises:
        Cancelled: the person stopped; nothing was kept.
    """
    made = MadeUpClinic(clock.today())
    with store.write() as work:
        maker = _Maker(work, clock, made)
        maker.organisation()
        maker.catalogue()
        maker.people(count, progress, cancelled)
        maker.showcase()
        maker.attachments()
        maker.referrals(min(REFERRALS, max(count // 3, 0)))
        maker.outbox()
        work.settings.put(_SETTING, {"people": count, "made_on": made.today.isoformat()})
        work.commit()


class _Maker:
    def __init__(self, work: UnitOfWork, clock: Clock, made: MadeUpClinic) -> None:
        self._work = work
        self._clock = clock
        self._now = clock.now()
        self._made = made
        self._doctors: dict[str, DoctorId] = {}
        self._districts: list[DistrictId] = []
        self._services: dict[str, ServiceId] = {}
        self._suppliers: dict[str, SupplierId] = {}
        self._referred: list[tuple[PersonRow, PatientId, InsuranceCheck | None]] = []
        self._shown: tuple[ShownPerson, ...] = ()
        self._unsent: list[Referral] = []

    def organisation(self) -> None:
        """Settings, doctors, districts and their streets."""
        clinic = self._made.clinic
        profile = ClinicProfile(
            clinic.name_kk,
            clinic.name_ru,
            clinic.address_kk,
            clinic.phone,
            clinic.bin,
            _name(clinic.head_kk).short,
            clinic.kato,
        )
        self._work.settings.put("clinic", asdict(profile))
        desk = Desk(DESK.code, DESK.label, clinic.registrars[0])
        self._work.settings.put("desk", asdict(desk))
        for row in self._made.doctors:
            self._doctors[row.code] = DoctorId(new_id())
        self._work.bulk.write(
            BulkKind.DOCTORS,
            [
                Doctor(
                    self._doctors[row.code],
                    row.code,
                    _name(row.name_kk),
                    row.specialty_kk,
                    row.specialty_ru,
                    row.room,
                    row.active_from,
                )
                for row in self._made.doctors
            ],
        )
        districts = [
            District(
                DistrictId(new_id()), row.number, DistrictKind(row.kind), self._doctors.get(row.doctor_code)
            )
            for row in self._made.districts
        ]
        self._districts = [district.id for district in districts]
        self._work.bulk.write(BulkKind.DISTRICTS, districts)
        self._work.bulk.write(
            BulkKind.STREETS,
            [
                Street(
                    StreetId(new_id()),
                    served.street,
                    street_key(served.street),
                    self._districts[served.district_index],
                )
                for served in served_streets()
            ],
        )

    def catalogue(self) -> None:
        """Titles of diagnoses, services, suppliers, offers."""
        add_diagnosis_titles(self._work.bulk)
        for service in self._made.services:
            self._services[service.code] = ServiceId(new_id())
        self._work.bulk.write(
            BulkKind.SERVICES,
            [service_record(row, self._services[row.code]) for row in self._made.services],
        )
        for supplier in self._made.suppliers:
            self._suppliers[supplier.code] = SupplierId(new_id())
        # The Fund's list counts as imported, so that its age is known.
        run = ImportRun(new_id(), BulkKind.SUPPLIERS, self._now, "", len(self._made.suppliers), 0, 0, 0)
        self._work.bulk.begin_import(run)
        self._work.bulk.end_import(run._replace(list_date=self._made.supplier_list_date))
        self._work.bulk.write(
            BulkKind.SUPPLIERS,
            [supplier_record(row, self._suppliers[row.code]) for row in self._made.suppliers],
        )
        self._work.bulk.write(
            BulkKind.OFFERS,
            [
                offer_record(
                    row,
                    OfferId(new_id()),
                    self._suppliers[row.supplier_code],
                    self._services[row.service_code],
                )
                for row in self._made.offers
            ],
        )

    def people(self, count: int, progress: Progress, cancelled: CancelCheck) -> None:
        """People and their last answers; both are written as they are made."""
        checks: list[InsuranceCheck] = []

        def patients() -> Iterator[Patient]:
            for place, row in enumerate(people(count, today=self._made.today)):
                if place % 1000 == 0:
                    progress(place, count)
                    if cancelled():
                        raise Cancelled
                patient_id = PatientId(new_id())
                check = self._check(evidence_for(row, today=self._made.today), patient_id)
                if check is not None:
                    checks.append(check)
                if place < _REFERRED:
                    self._referred.append((row, patient_id, check))
                yield self._patient(row, patient_id)

        self._work.bulk.write(BulkKind.PATIENTS, patients())
        self._work.bulk.write(BulkKind.INSURANCE_CHECKS, checks)
        progress(count, count)

    def showcase(self) -> None:
        """The people who are there to show something, with their last answers."""
        self._shown = showcase(self._made.today)
        patients: list[Patient] = []
        checks: list[InsuranceCheck] = []
        for one in self._shown:
            patient_id = PatientId(new_id())
            check = self._check(one.answer, patient_id)
            if check is not None:
                checks.append(check)
            changes: dict[str, Any] = dict(one.changes)
            patients.append(replace(self._patient(one.person, patient_id), **changes))
            self._referred.append((one.person, patient_id, check))
        self._work.bulk.write(BulkKind.PATIENTS, patients)
        self._work.bulk.write(BulkKind.INSURANCE_CHECKS, checks)

    def attachments(self) -> None:
        """Cases of those who are there to show attachment."""
        writer = CaseWriter(self._work, self._clock, self._made.clinic.registrars[0], DESK.code)
        plans = {one.role: one.cases for one in ATTACHING}
        rows = self._referred[len(self._referred) - len(self._shown) :]
        for one, (row, patient_id, _) in zip(self._shown, rows, strict=True):
            writer.write(patient_id, self._districts[row.district_index], plans.get(one.role, ()))

    def referrals(self, count: int) -> None:
        """Referrals in every state, with numbers of a series of last year; those shown come on top."""
        # The shown people are the last ones; what they have is not drawn.
        drawn = len(self._referred) - len(self._shown)
        rows = [row for row, _, _ in self._referred[:drawn]]
        seeds = list(referral_seeds(count, rows, self._made)) if rows and count else []
        seeds += past_seeds(self._shown, self._made, first_index=drawn)
        seeds.sort(key=lambda seed: (seed.steps[0].day, seed.steps[0].minute))
        series = make_series(self._now - dt.timedelta(days=366))
        referrals = [self._referral(seed, series, place) for place, seed in enumerate(seeds, start=1)]
        self._work.bulk.write(BulkKind.REFERRALS, referrals)
        self._unsent = [one for one in referrals if one.status is ReferralStatus.ISSUED]
        self._work.bulk.write(BulkKind.REFERRAL_EVENTS, self._events(seeds, referrals))
        for seed, referral in zip(seeds, referrals, strict=True):
            self._work.audit.write(
                AuditEntry(
                    self._moment(seed.steps[0].day, seed.steps[0].minute),
                    seed.issued_by,
                    DESK.code,
                    "referral.issue",
                    "referral",
                    referral.id,
                    operation_id=referral.operation_id,
                )
            )

    def outbox(self) -> None:
        """What nobody but the desk knows yet waits to be sent, as after a day without a connection."""
        desk = Desk(DESK.code, DESK.label, self._made.clinic.registrars[0])
        for referral in self._unsent:
            author = Actor(referral.issued_by, desk)
            ensure_referral(self._work, referral, author, referral.issued_at)
        for case in self._work.attachments.waiting():
            patient = self._work.patients.get(case.patient_id)
            if patient is not None and case.sent_at is not None:
                ensure_case(self._work, case, patient, Actor(case.sent_by, desk), case.sent_at)

    def _patient(self, row: PersonRow, patient_id: PatientId) -> Patient:
        sex = Sex.FEMALE if row.sex == "F" else Sex.MALE
        attachment = Attachment(AttachmentState.ELSEWHERE)
        if row.attached:
            attachment = Attachment(
                AttachmentState.ATTACHED,
                self._districts[row.district_index],
                AttachmentBasis.RESIDENCE,
                max(row.birth_date, dt.date(2024, 2, 3)),
            )
        return Patient(
            patient_id,
            PersonName(row.surname, row.given_name, row.patronymic),
            row.birth_date,
            sex,
            Iin(row.iin, row.birth_date, sex),
            phone=Phone(row.phone) if row.phone else None,
            address=row.address,
            document=DocumentKind.IDENTITY_CARD,
            slip_language=SlipLanguage(row.language),
            attachment=attachment,
            version=1,
        )

    def _check(self, answer: EvidenceRow | None, patient_id: PatientId) -> InsuranceCheck | None:
        if answer is None:
            return None
        return InsuranceCheck(
            CheckId(new_id()),
            patient_id,
            InsuranceStatus(answer.status),
            self._now - dt.timedelta(minutes=answer.checked_minutes_ago),
            Channel(answer.channel),
            answer.checked_by,
            answer.category,
            answer.reference,
            answer.valid_through,
            answer.months,
        )

    def _referral(self, seed: ReferralSeed, series: str, place: int) -> Referral:
        _, patient_id, check = self._referred[seed.person_index]
        issued_at = self._moment(seed.steps[0].day, seed.steps[0].minute)
        known = InsuranceEvidence(InsuranceStatus.UNKNOWN, Payer(seed.payer))
        # An answer that was given after the issue cannot stand on the paper of that day.
        if check is not None and check.checked_at <= issued_at:
            known = InsuranceEvidence(
                check.status,
                Payer(seed.payer),
                "",
                check.id,
                check.checked_at,
                check.channel,
                check.reference,
                check.category,
            )
        appointment = seed.appointment
        return Referral(
            ReferralId(new_id()),
            str(ReferralNumber(DESK.code, series, place)),
            OperationId(new_id()),
            patient_id,
            self._services[seed.service_code],
            seed.icd_code,
            self._doctors[seed.doctor_code],
            seed.reason,
            self._suppliers[seed.supplier_code],
            SupplierRole(seed.supplier_role),
            known,
            issued_at,
            seed.issued_by,
            DESK.label,
            seed.valid_until,
            status=ReferralStatus(seed.status),
            print_state=PrintState.PRINTED if seed.is_printed else PrintState.TO_PRINT,
            copies_printed=1 if seed.is_printed else 0,
            appointment_at=self._moment(appointment.day, appointment.minute) if appointment else None,
            version=1,
        )

    def _events(
        self, seeds: Sequence[ReferralSeed], referrals: Sequence[Referral]
    ) -> Iterator[ReferralEvent]:
        for seed, referral in zip(seeds, referrals, strict=True):
            # The issue itself is told by the referral.
            for step in seed.steps[1:]:
                at = min(self._moment(step.day, step.minute), self._now)
                yield ReferralEvent(referral.id, ReferralStatus(step.status), at, seed.issued_by)

    def _moment(self, day: dt.date, minute: int) -> dt.datetime:
        local = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self._clock.zone)
        return local.astimezone(dt.UTC)


def _name(row: NameRow) -> PersonName:
    return PersonName(row.surname, row.given_name, row.patronymic)
