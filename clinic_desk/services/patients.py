"""People at the window: registering, mending, the card, who may be the same."""

from __future__ import annotations

from dataclasses import replace

from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Iin, Sex, compare_with_document, parse_iin
from clinic_desk.domain.insurance import AgeLimits, Coverage, unanswered
from clinic_desk.domain.names import PersonName, clean_part
from clinic_desk.domain.patient import (
    Attachment,
    NoIinReason,
    Patient,
)
from clinic_desk.domain.phone import Phone, parse_phone
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.duplicates import compare
from clinic_desk.services.identity import new_id
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.rows import Duplicate, PatientCard
from clinic_desk.services.rule_book import RuleBook

_MAX_AGE_YEARS = 130
_MAX_DUPLICATES = 5
_CANDIDATES = 40


class AlreadyRegistered(InvalidValue):
    """The IIN belongs to a person in the store: `patient.already_registered`, param `patient_id`."""


class PatientService:
    """Use cases about people; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def problems(self, form: PersonForm) -> list[InvalidValue]:
        """Everything that stops the form from being saved, each with `params["field"]`; empty if nothing."""
        _, problems = self._parse(form, PatientId(""), Attachment())
        return problems

    def register(
        self, form: PersonForm, actor: Actor, *, other_than: tuple[PatientId, ...] = ()
    ) -> tuple[Patient, Change]:
        """The new person, saved. `other_than` are the look-alikes the registrar said it is not (logged).

        Raises:
            InvalidValue: the first problem of the form.
            AlreadyRegistered: the IIN is known here.
        """
        patient, problems = self._parse(form, PatientId(new_id()), Attachment())
        if problems or patient is None:
            raise problems[0]
        with self._store.write() as work:
            if patient.iin is not None:
                known = work.patients.by_iin(patient.iin.digits)
                if known is not None:
                    raise AlreadyRegistered("patient.already_registered", field="iin", patient_id=known.id)
            saved = work.patients.add(patient)
            self._log(work, actor, "patient.register", saved.id)
            for other in other_than:
                self._log(work, actor, "patient.other_than", saved.id, reason=other)
            work.commit()
        return saved, Change.of(Kind.PATIENT, saved.id)

    def change(self, patient: Patient, form: PersonForm, actor: Actor) -> tuple[Patient, Change]:
        """The person with the form's values over the version that was shown.

        Raises:
            InvalidValue: the first problem of the form.
            AlreadyRegistered: the IIN belongs to somebody else.
            Conflict: somebody changed the person meanwhile.
        """
        changed, problems = self._parse(form, patient.id, patient.attachment)
        if problems or changed is None:
            raise problems[0]
        with self._store.write() as work:
            if changed.iin is not None:
                known = work.patients.by_iin(changed.iin.digits)
                if known is not None and known.id != patient.id:
                    raise AlreadyRegistered("patient.already_registered", field="iin", patient_id=known.id)
            saved = work.patients.save(replace(changed, version=patient.version))
            altered = [n for n in Patient.__dataclass_fields__ if getattr(saved, n) != getattr(patient, n)]
            self._log(work, actor, "patient.change", saved.id, fields=altered)
            work.commit()
        return saved, Change.of(Kind.PATIENT, saved.id)

    def by_iin(self, digits: str) -> Patient | None:
        """The person with that IIN, None if not here."""
        with self._store.read() as work:
            return work.patients.by_iin(digits)

    def card(self, patient_id: PatientId) -> PatientCard:
        """The card of one person.

        Raises:
            NotFound: `patient.not_found`.
        """
        today = self._clock.today()
        tables = self._rules.on(today)
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            if patient is None:
                raise NotFound("patient.not_found")
            checks = tuple(work.insurance.of_patient(patient_id))
            failures = work.insurance.failures_of(patient_id, limit=1)
            referrals = tuple(work.referrals.rows_of_patient(patient_id))
            district_id = patient.attachment.district_id
            district = work.clinic.district(district_id) if district_id else None
            doctor_id = district.doctor_id if district else None
            doctor = work.clinic.doctor(doctor_id) if doctor_id else None
        mismatch = (
            compare_with_document(patient.iin, patient.birth_date, patient.sex) if patient.iin else None
        )
        return PatientCard(
            patient,
            patient.age_on(today),
            district,
            doctor,
            checks,
            AgeLimits.on(tables, today).freshness(
                checks[0].checked_at if checks else None, self._clock.now()
            ),
            checks[0].coverage_on(today) if checks else Coverage.UNKNOWN,
            referrals,
            mismatch,
            unanswered(failures[0] if failures else None, checks[0] if checks else None),
        )

    def viewed(self, patient_id: PatientId, actor: Actor) -> None:
        """The audit log says that `actor` saw this card."""
        with self._store.write() as work:
            self._log(work, actor, "patient.view", patient_id)
            work.commit()

    def duplicates(self, form: PersonForm) -> list[Duplicate]:
        """People who may be the one on the form, likeliest first, at most five; strict on typos."""
        name_key = fold(" ".join((form.surname, form.given_name, form.patronymic)))
        phone = _phone_or_none(form.phone)
        with self._store.read() as work:
            found: dict[PatientId, Patient] = {}
            iin = _iin_or_none(form.iin)
            if iin is not None:
                exact = work.patients.by_iin(iin.digits)
                if exact is not None:
                    found[exact.id] = exact
            if form.surname.strip() and (form.given_name.strip() or form.birth_date or phone):
                for patient in work.patients.look_alikes(
                    name_key=name_key,
                    surname_key=fold(form.surname),
                    birth_date=form.birth_date,
                    phone=phone.e164 if phone else "",
                    limit=_CANDIDATES,
                ):
                    found.setdefault(patient.id, patient)
            numbers = {d.id: d.number for d in work.clinic.districts()} if found else {}
        results = []
        for patient in found.values():
            likelihood, fields = compare(form, patient)
            if likelihood:
                district_id = patient.attachment.district_id
                number = numbers.get(district_id, "") if district_id else ""
                results.append(Duplicate(patient, number, likelihood, fields))
        order = {"exact_iin": 0, "almost_sure": 1, "maybe": 2}
        results.sort(key=lambda d: (order[d.likelihood], d.patient.name.key, d.patient.id))
        return results[:_MAX_DUPLICATES]

    def _parse(
        self, form: PersonForm, patient_id: PatientId, attachment: Attachment
    ) -> tuple[Patient | None, list[InvalidValue]]:
        problems: list[InvalidValue] = []

        def problem(error: InvalidValue, field: str) -> None:
            error.params["field"] = field
            problems.append(error)

        iin = mother = phone = name = None
        if form.iin.strip():
            try:
                iin = parse_iin(form.iin)
            except InvalidValue as error:
                problem(error, "iin")
        elif form.no_iin_reason is None:
            problem(InvalidValue("patient.iin_or_reason"), "iin")
        if form.mother_iin.strip():
            try:
                mother = parse_iin(form.mother_iin)
            except InvalidValue as error:
                problem(error, "mother_iin")
        elif iin is None and form.no_iin_reason is NoIinReason.NEWBORN:
            problem(InvalidValue("patient.mother_iin_needed"), "mother_iin")
        is_unknown = iin is None and form.no_iin_reason is NoIinReason.UNKNOWN_PERSON
        try:
            name = PersonName.of(form.surname, form.given_name, form.patronymic)
        except InvalidValue as error:
            problem(error, "surname")
        today = self._clock.today()
        if form.birth_date is None:
            if not is_unknown:
                problem(InvalidValue("patient.birth_date_needed"), "birth_date")
        elif not today.year - _MAX_AGE_YEARS <= form.birth_date.year or form.birth_date > today:
            problem(InvalidValue("patient.birth_date_impossible"), "birth_date")
        if form.sex is Sex.UNKNOWN and not is_unknown:
            problem(InvalidValue("patient.sex_needed"), "sex")
        if form.phone.strip():
            try:
                phone = parse_phone(form.phone)
            except InvalidValue as error:
                problem(error, "phone")
        if problems or name is None:
            return None, problems
        patient = Patient(
            patient_id,
            name,
            form.birth_date,
            form.sex,
            iin,
            None if iin else form.no_iin_reason,
            mother,
            phone,
            clean_part(form.address),
            form.document,
            clean_part(form.document_number),
            form.slip_language,
            attachment,
        )
        return patient, []

    def _log(
        self,
        work: UnitOfWork,
        actor: Actor,
        action: str,
        patient_id: PatientId,
        *,
        fields: list[str] | None = None,
        reason: str = "",
    ) -> None:
        work.audit.write(
            AuditEntry(
                self._clock.now(),
                actor.user,
                actor.desk.code,
                action,
                "patient",
                patient_id,
                fields or (),
                reason,
            )
        )


def _iin_or_none(text: str) -> Iin | None:
    try:
        return parse_iin(text)
    except InvalidValue:
        return None


def _phone_or_none(text: str) -> Phone | None:
    try:
        return parse_phone(text)
    except InvalidValue:
        return None
