"""Issuing a referral and following it: choices, checks, the issue itself, the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clinic_desk.domain.catalogue import Offer, Supplier, SupplierRole
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.errors import InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding, blocks, warnings
from clinic_desk.domain.folding import fold_words
from clinic_desk.domain.ids import DoctorId, OperationId, PatientId, ReferralId, ServiceId, SupplierId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.numbers import InvalidNumber, parse_number
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import PrintState, Referral, ReferralStatus, check_move
from clinic_desk.domain.rule_tables import Reason
from clinic_desk.domain.rules import ReferralRequest, find_at_issue, offer_on
from clinic_desk.domain.slip_code import parse_slip_code
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.ports import AuditEntry, Clock, ReferralFilter, Store, UnitOfWork
from clinic_desk.services.records import diagnosis_of, person_to_write_for
from clinic_desk.services.rows import (
    DiagnosisChoice,
    DoctorChoice,
    Issued,
    ReferralCheck,
    ReferralRow,
    ServiceChoice,
    SupplierChoice,
    SupplierList,
)
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.acts.ensure_record import ensure_referral
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.papers.contradictions import note_refused
from clinic_desk.services.sync.papers.replacing import replace_referral
from clinic_desk.services.who_pays import Judged, who_pays

_CHOICES = 20
MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """What is chosen so far. `icd` is as typed; `reasons_given` maps a warning's code to words.

    `onset_on` is the first day of the disease, by the doctor; it is kept where it decides who pays.
    `replaces` is the referral whose paper is to be recalled and in whose place this one is issued.
    """

    patient_id: PatientId
    service_id: ServiceId | None = None
    icd: str = ""
    doctor_id: DoctorId | None = None
    reason: str = ""
    supplier_id: SupplierId | None = None
    reason_evidence: str = ""
    note: str = ""
    quantity: int = 1
    reasons_given: Mapping[str, str] = field(default_factory=dict)
    wants_paper: bool = True
    onset_on: dt.date | None = None
    replaces: ReferralId | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records behind a form, as one moment of the store shows them."""

    patient: Patient
    request: ReferralRequest
    judged: Judged | None
    doctor: Doctor | None
    supplier: Supplier | None
    offer: Offer | None


class ReasonNeeded(RuleBroken):
    """A warning has no words of the registrar yet; `findings` are those warnings."""


class ReferralService:
    """Use cases about referrals; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook, numbering: Numbering) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._numbering = numbering

    # Choices ---------------------------------------------------------------------------------

    def reasons(self) -> list[Reason]:
        """The reasons allowed today, in the order of their keys."""
        today = self._clock.today()
        return [row.value for row in self._rules.on(today).reasons.on(today)]

    def services(self, text: str = "", limit: int = _CHOICES) -> list[ServiceChoice]:
        """Services by the beginning of the code or by words of the title in any language."""
        with self._store.read() as work:
            return [
                ServiceChoice(s.id, s.code, LocalText(s.title_kk, s.title_ru, s.title_en), s.package)
                for s in work.catalogue.find_services(text, limit)
            ]

    def diagnoses(self, text: str = "", limit: int = _CHOICES) -> list[DiagnosisChoice]:
        """Diagnoses by the beginning of the code or by words of the title in any language."""
        with self._store.read() as work:
            return [
                DiagnosisChoice(d.code, LocalText(d.title_kk, d.title_ru, d.title_en))
                for d in work.catalogue.find_diagnoses(text, limit)
            ]

    def doctors(self, text: str = "", limit: int = _CHOICES) -> list[DoctorChoice]:
        """Doctors working today whose code, name or specialty begins with a word of `text`."""
        today = self._clock.today()
        wanted = fold_words(text)
        with self._store.read() as work:
            doctors = [d for d in work.clinic.doctors() if d.is_active_on(today)]
        rows = []
        for doctor in doctors:
            words = fold_words(
                f"{doctor.code} {doctor.name.full} {doctor.specialty_kk} {doctor.specialty_ru}"
            )
            if all(any(word.startswith(part) for word in words) for part in wanted):
                specialty = LocalText(doctor.specialty_kk, doctor.specialty_ru)
                rows.append(DoctorChoice(doctor.id, doctor.code, doctor.name.short, specialty))
        return rows[:limit]

    def suppliers(self, service_id: ServiceId) -> SupplierList:
        """Who may take a person for the service today, earliest first, unknown waits last."""
        today = self._clock.today()
        tables, calendar = self._rules.on(today), self._rules.calendar(today)
        limit = tables.wait_warning_days.one_on(today).value
        with self._store.read() as work:
            pairs = work.catalogue.suppliers_of(service_id)
            list_date = work.catalogue.supplier_list_date()
        best: dict[SupplierId, SupplierChoice] = {}
        for supplier, offer in pairs:
            if not (supplier.is_complete and supplier.is_listed_on(today) and offer.is_valid_on(today)):
                continue
            if supplier.id in best and offer.role is not SupplierRole.SUPPLIER:
                continue
            earliest = None if offer.wait_days is None else today + dt.timedelta(days=offer.wait_days)
            best[supplier.id] = SupplierChoice(
                supplier.id,
                supplier.bin,
                supplier.name,
                offer.role,
                supplier.ownership,
                supplier.address,
                supplier.distance_km,
                offer.wait_days,
                earliest,
                earliest is not None and calendar.between(today, earliest) > limit,
            )
        rows = sorted(
            best.values(),
            key=lambda r: (
                r.earliest or dt.date.max,
                r.distance_km if r.distance_km is not None else 1e9,
                r.name,
            ),
        )
        oldest = today - dt.timedelta(days=tables.supplier_list_days.one_on(today).value)
        return SupplierList(tuple(rows), list_date, list_date is not None and list_date < oldest)

    # Checking and issuing --------------------------------------------------------------------

    def check(self, form: ReferralForm) -> ReferralCheck:
        """What the rules say of the form as it stands; nothing is written."""
        with self._store.read() as work:
            gathered = self._gather(work, form)
        today = self._clock.today()
        findings = self._findings(gathered, today)
        judged = gathered.judged
        return ReferralCheck(
            tuple(findings),
            judged.verdict if judged else None,
            self._valid_until(today),
            asks_onset=judged is not None and judged.asks_onset,
        )

    def who_pays(
        self,
        patient_id: PatientId,
        service_id: ServiceId | None,
        icd_code: str,
        day: dt.date | None = None,
        *,
        onset_on: dt.date | None = None,
    ) -> Judged:
        """Who pays on `day` (today by default), with what was asked; nothing is written.

        Raises:
            NotFound: `patient.not_found`.
        """
        asked = day or self._clock.today()
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            if patient is None:
                raise NotFound("patient.not_found")
            service = work.catalogue.service(service_id) if service_id else None
            tables = self._rules.on(asked)
            return who_pays(work, patient, service, icd_code, asked, tables, onset_on=onset_on)

    def issue(self, form: ReferralForm, operation_id: OperationId, actor: Actor) -> tuple[Issued, Change]:
        """The referral is durable, with its number and its line in the audit log.

        The same `operation_id` again returns what it made the first time.

        Raises:
            RuleBroken: blocking findings.
            ReasonNeeded: warnings without words.
            InvalidValue: `referral.note_too_long`, `referral.quantity`.
            NotFound: `patient.not_found`; `referral.not_found` and
        Conflict: as `replace_referral`, where it replaces another one.
        """
        if max(len(form.note), len(form.reason_evidence)) > MAX_NOTE:
            raise InvalidValue("referral.note_too_long", limit=MAX_NOTE)
        if not 1 <= form.quantity <= 99:
            raise InvalidValue("referral.quantity")
        now = self._clock.now()
        today = self._clock.today()
        self._numbering.prepare(self._store, actor.desk.code)
        with self._store.write() as work:
            done = work.referrals.by_operation(operation_id)
            if done is not None:
                return Issued(done.id, done.number, done.status, (), was_there=True), Change.of(Kind.REFERRAL)
            gathered = self._gather(work, form)
            findings = self._findings(gathered, today)
            self._refuse(findings, form)
            referral = self._make(work, form, gathered, operation_id, actor, now, today)
            work.referrals.add(referral)
            if form.replaces:
                replace_referral(work, form.replaces, referral, actor, now)
            ensure_person(work, gathered.patient, actor, now)
            enqueue(
                work,
                OpKind.REFERRAL_ISSUE,
                aggregate_id=referral.patient_id,
                record_id=referral.id,
                actor=actor,
                at=now,
                payload={"replaces": form.replaces} if form.replaces else None,
                op_id=operation_id,
            )
            if not form.replaces:
                # What is half typed for another referral of the person stays.
                work.drafts.remove("referral", form.patient_id, actor.user)
            work.audit.write(
                AuditEntry(
                    now,
                    actor.user,
                    actor.desk.code,
                    "referral.issue",
                    "referral",
                    referral.id,
                    reason=";".join(sorted(referral.reasons_given)),
                    operation_id=operation_id,
                )
            )
            work.commit()
        issued = Issued(referral.id, referral.number, referral.status, tuple(findings), was_there=False)
        kinds = {Kind.REFERRAL, Kind.DRAFT} | ({Kind.SYNC} if form.replaces else set())
        touched = {referral.id, form.patient_id} | ({form.replaces} if form.replaces else set())
        return issued, Change(frozenset(kinds), frozenset(touched))

    # Following -------------------------------------------------------------------------------

    def rows(self, wanted: ReferralFilter) -> list[ReferralRow]:
        """Referrals of the list, newest first."""
        with self._store.read() as work:
            return work.referrals.rows(wanted)

    def counts(self) -> dict[str, int]:
        """How many there are by status, and under `to_print`."""
        with self._store.read() as work:
            return work.referrals.counts()

    def get(self, referral_id: ReferralId) -> Referral:
        """One referral.

        Raises:
            NotFound: `referral.not_found`.
        """
        with self._store.read() as work:
            referral = work.referrals.get(referral_id)
        if referral is None:
            raise NotFound("referral.not_found")
        return referral

    def question(self, referral_id: ReferralId) -> str:
        """What the supplier asks about a returned referral, "" when it asks nothing; a stranger's words."""
        with self._store.read() as work:
            events = work.referrals.history(referral_id)
        last = events[-1] if events else None
        return last.note if last is not None and last.status is ReferralStatus.RETURNED else ""

    def by_scan(self, text: str) -> Referral | None:
        """The referral whose number or slip code was typed or scanned; None for anything else."""
        code = parse_slip_code(text)
        try:
            number = str(parse_number(code or text))
        except InvalidNumber:
            return None
        with self._store.read() as work:
            return work.referrals.by_number(number)

    def move(
        self, referral_id: ReferralId, status: ReferralStatus, actor: Actor, note: str = ""
    ) -> tuple[Referral, Change]:
        """The referral in its new status, if the move is allowed.

        Raises:
            ForbiddenMove: it is not.
            InvalidValue: `referral.reason_needed` when a cancellation has no words.
        """
        if status is ReferralStatus.CANCELLED and not note.strip():
            raise InvalidValue("referral.reason_needed")
        now = self._clock.now()
        with self._store.write() as work:
            referral = work.referrals.get(referral_id)
            if referral is None:
                raise NotFound("referral.not_found")
            check_move(referral.status, status)
            # That it is there is for the upstream to say; that its question is answered is for the desk.
            is_ours = status is not ReferralStatus.SENT or referral.status is ReferralStatus.RETURNED
            if is_ours and ensure_referral(work, referral, actor, now):
                enqueue(
                    work,
                    OpKind.REFERRAL_MOVE,
                    aggregate_id=referral.patient_id,
                    record_id=referral.id,
                    actor=actor,
                    at=now,
                    payload={"status": status.value, "note": note.strip()},
                )
            moved = work.referrals.save(
                replace(referral, status=status), by=actor.user, at=now, note=note.strip()
            )
            if status is ReferralStatus.REFUSED:
                note_refused(work, referral_id, actor=actor, at=now)
            work.audit.write(
                AuditEntry(
                    now,
                    actor.user,
                    actor.desk.code,
                    f"referral.{status}",
                    "referral",
                    referral_id,
                    ("status",),
                )
            )
            work.commit()
        return moved, Change.of(Kind.REFERRAL, referral_id, referral.patient_id)

    # Inside ----------------------------------------------------------------------------------

    def _gather(self, work: UnitOfWork, form: ReferralForm) -> Gathered:
        patient = person_to_write_for(work, form.patient_id)
        catalogue = work.catalogue
        today = self._clock.today()
        tables = self._rules.on(today)
        service = catalogue.service(form.service_id) if form.service_id else None
        diagnosis = diagnosis_of(work, form.icd)
        doctor = work.clinic.doctor(form.doctor_id) if form.doctor_id else None
        supplier = catalogue.supplier(form.supplier_id) if form.supplier_id else None
        offers = catalogue.offers(supplier.id, service.id) if supplier and service else []
        judged = (
            who_pays(work, patient, service, diagnosis.code, today, tables, onset_on=form.onset_on)
            if service and diagnosis
            else None
        )
        request = ReferralRequest(
            service,
            diagnosis,
            form.icd.strip(),
            doctor,
            form.reason,
            supplier,
            offers,
            # The one that is replaced is no longer there when this one is.
            [one for one in work.referrals.of_patient(form.patient_id) if one.id != form.replaces],
            judged.verdict if judged else None,
            judged.onset_on if judged else None,
        )
        offer = offer_on(offers, supplier, service, today) if supplier and service else None
        return Gathered(patient, request, judged, doctor, supplier, offer)

    def _findings(self, gathered: Gathered, today: dt.date) -> list[Finding]:
        return find_at_issue(gathered.request, today, self._rules.on(today), self._rules.calendar(today))

    def _refuse(self, findings: list[Finding], form: ReferralForm) -> None:
        forbidding = blocks(findings)
        if forbidding:
            raise RuleBroken(forbidding)
        unanswered = [w for w in warnings(findings) if not form.reasons_given.get(w.code, "").strip()]
        if unanswered:
            raise ReasonNeeded(unanswered)

    def _make(
        self,
        work: UnitOfWork,
        form: ReferralForm,
        gathered: Gathered,
        operation_id: OperationId,
        actor: Actor,
        now: dt.datetime,
        today: dt.date,
    ) -> Referral:
        service, diagnosis = gathered.request.service, gathered.request.diagnosis
        doctor, supplier, offer, judged = gathered.doctor, gathered.supplier, gathered.offer, gathered.judged
        # The rules have blocked every form where one of these is missing.
        assert service and diagnosis and doctor and supplier and offer and judged  # noqa: S101
        return Referral(
            ReferralId(new_id()),
            str(self._numbering.next(work, actor.desk.code)),
            operation_id,
            form.patient_id,
            service.id,
            diagnosis.code,
            doctor.id,
            form.reason,
            supplier.id,
            offer.role,
            judged.evidence,
            now,
            actor.user,
            actor.desk.label,
            self._valid_until(today),
            form.quantity,
            form.reason_evidence.strip(),
            form.note.strip(),
            {code: words.strip() for code, words in form.reasons_given.items() if words.strip()},
            print_state=PrintState.TO_PRINT if form.wants_paper else PrintState.NOT_WANTED,
            version=1,
        )

    def _valid_until(self, today: dt.date) -> dt.date:
        return today + dt.timedelta(days=self._rules.on(today).validity_days.one_on(today).value)
