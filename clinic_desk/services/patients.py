"""People at the window: registering, mending, the card, who may be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex, compare_with_document
from clinic_desk.domain.insurance import AgeLimits, unanswered
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import HistoryKind, HistoryLine
from clinic_desk.domain.standing import last_answer, standing
from clinic_desk.domain.verdict import package_verdicts
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.duplicates import compare, form_of, is_likely_pair, likely_matches
from clinic_desk.services.identity import new_id
from clinic_desk.services.insurance_plans import plan_of
from clinic_desk.services.patient_history import note_change
from clinic_desk.services.people_port import Pair
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.person_parser import asked_about_reminders, parse_person
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.rows import Duplicate, PatientCard, Suspect
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.ensure_person import change_person, register
from clinic_desk.services.who_pays import person_facts

_NOBODY: Final = Patient(PatientId(""), PersonName("", ""), None, Sex.UNKNOWN)
_SUSPECTS_READ: Final = 2_000


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
        _, problems = self._parse(form, _NOBODY)
        return problems

    def register(
        self, form: PersonForm, actor: Actor, *, other_than: Mapping[PatientId, str] | None = None
    ) -> tuple[Patient, Change]:
        """The new person, saved. `other_than` are the look-alikes the registrar said it is not, with why.

        Raises:
            InvalidValue: the first problem of the form.
            AlreadyRegistered: the IIN is known here.
        """
        patient, problems = self._parse(form, replace(_NOBODY, id=PatientId(new_id())))
        if problems or patient is None:
            raise problems[0]
        patient = self._with_consent(patient, form, actor)
        with self._store.write() as work:
            self._refuse_known(work, patient)
            saved = work.patients.add(patient)
            now = self._clock.now()
            note_change(work, None, saved, what=HistoryKind.REGISTERED, actor=actor, at=now)
            register(work, saved, actor, now)
            self._log(work, actor, "patient.register", saved.id)
            self._said_to_differ(work, saved.id, other_than or {}, actor)
            work.commit()
        return saved, Change.of(Kind.PATIENT, saved.id)

    def change(
        self,
        patient: Patient,
        form: PersonForm,
        actor: Actor,
        *,
        other_than: Mapping[PatientId, str] | None = None,
    ) -> tuple[Patient, Change]:
        """The person with the form's values over the version that was shown.

        Raises:
            InvalidValue: the first problem of the form.
            AlreadyRegistered: the IIN belongs to somebody else, who may be the same: see `MergingService`.
            Conflict: somebody changed the person meanwhile.
        """
        changed, problems = self._parse(form, patient)
        if problems or changed is None:
            raise problems[0]
        changed = self._with_consent(changed, form, actor)
        is_completed = patient.iin is None and changed.iin is not None
        with self._store.write() as work:
            self._refuse_known(work, changed)
            saved = work.patients.save(changed)
            now = self._clock.now()
            what = HistoryKind.COMPLETED if is_completed else HistoryKind.CHANGED
            note_change(work, patient, saved, what=what, actor=actor, at=now)
            change_person(work, patient, saved, actor, now)
            altered = [n for n in Patient.__dataclass_fields__ if getattr(saved, n) != getattr(patient, n)]
            action = "patient.complete" if is_completed else "patient.change"
            self._log(work, actor, action, saved.id, fields=altered)
            self._said_to_differ(work, saved.id, other_than or {}, actor)
            work.commit()
        return saved, Change.of(Kind.PATIENT, saved.id)

    def history(self, patient_id: PatientId) -> list[HistoryLine]:
        """Every change with old values, newest first, those of people merged into this one included."""
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            return work.history.of_patient(patient.id) if patient else []

    def by_iin(self, digits: str) -> Patient | None:
        """The person with that IIN, None if not here."""
        with self._store.read() as work:
            return work.patients.by_iin(digits)

    def card(self, patient_id: PatientId) -> PatientCard:
        """The card of one person; of the one they were merged into, if they were.

        Raises:
            NotFound: `patient.not_found`.
        """
        today = self._clock.today()
        tables = self._rules.on(today)
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            if patient is None:
                raise NotFound("patient.not_found")
            checks = tuple(work.insurance.of_patient(patient.id))
            failures = work.insurance.failures_of(patient.id, limit=1)
            referrals = tuple(work.referrals.rows_of_patient(patient.id))
            facts = person_facts(work, patient)
            district_id = patient.attachment.district_id
            district = work.clinic.district(district_id) if district_id else None
            doctor_id = district.doctor_id if district else None
            doctor = work.clinic.doctor(doctor_id) if doctor_id else None
            plan = plan_of(work, patient, checks, today, tables)
        mismatch = (
            compare_with_document(patient.iin, patient.birth_date, patient.sex) if patient.iin else None
        )
        answer = last_answer(checks)
        return PatientCard(
            patient,
            patient.age_on(today),
            district,
            doctor,
            checks,
            AgeLimits.on(tables, today).freshness(answer.checked_at if answer else None, self._clock.now()),
            standing(answer, patient.birth_date, today, tables),
            referrals,
            mismatch,
            plan,
            package_verdicts(facts, answer, today, tables),
            unanswered(failures[0] if failures else None, checks[0] if checks else None),
        )

    def viewed(self, patient_id: PatientId, actor: Actor) -> None:
        """The audit log says that `actor` saw this card."""
        with self._store.write() as work:
            self._log(work, actor, "patient.view", patient_id)
            work.commit()

    def duplicates(self, form: PersonForm, of: PatientId | None = None) -> list[Duplicate]:
        """People who may be the one on the form, likeliest first, at most five; strict on typos.

        `of` is the stored person whose form it is: neither that person comes back, nor anybody of whom it
        was said before that they are two.
        """
        with self._store.read() as work:
            return likely_matches(work, form, of)

    def said_to_differ(self, patient_id: PatientId, other: PatientId, reason: str, actor: Actor) -> Change:
        """Nobody is asked again whether these two are one.

        Raises:
            InvalidValue: `merge.reason_needed`.
        """
        if not reason.strip():
            raise InvalidValue("merge.reason_needed", field="reason")
        with self._store.write() as work:
            self._said_to_differ(work, patient_id, {other: reason.strip()}, actor)
            work.commit()
        return Change.of(Kind.PATIENT, patient_id, other)

    def suspects(self, limit: int = 200) -> list[Suspect]:
        """Pairs of stored people who may be one, the surest first, then the newest.

        At least one of the two has no IIN: two IINs are two people until somebody finds otherwise, and
        `duplicates` with `of` finds those for one person.
        """
        with self._store.read() as work:
            pairs = work.pairs.suspects(_SUSPECTS_READ)
        found = []
        for one, other in pairs:
            likelihood, fields = compare(form_of(one), other)
            if likelihood == "almost_sure" or (likelihood == "maybe" and is_likely_pair(one, other)):
                found.append(Suspect(one, other, likelihood, fields))
        found.sort(key=lambda suspect: suspect.likelihood != "almost_sure")
        return found[:limit]

    def suspects_of(self, patient_id: PatientId) -> list[Suspect]:
        """Stored people who may be this one, likeliest first; nobody of whom it was said that they are two.

        Raises:
            NotFound: `patient.not_found`.
        """
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            if patient is None:
                raise NotFound("patient.not_found")
            found = likely_matches(work, form_of(patient), patient.id)
        return [Suspect(patient, match.patient, match.likelihood, match.fields) for match in found]

    def district_numbers(self) -> dict[str, str]:
        """The number of each district by its identity, for showing a history."""
        with self._store.read() as work:
            return {district.id: district.number for district in work.clinic.districts()}

    def _with_consent(self, patient: Patient, form: PersonForm, actor: Actor) -> Patient:
        consent = asked_about_reminders(
            form.reminders, patient.reminders, by=actor.user, at=self._clock.now()
        )
        return replace(patient, reminders=consent)

    def _refuse_known(self, work: UnitOfWork, patient: Patient) -> None:
        if patient.iin is None:
            return
        known = work.patients.by_iin(patient.iin.digits)
        if known is not None and known.id != patient.id:
            raise AlreadyRegistered("patient.already_registered", field="iin", patient_id=known.id)

    def _parse(self, form: PersonForm, stored: Patient) -> tuple[Patient | None, list[InvalidValue]]:
        return parse_person(form, stored, self._clock.today())

    def _said_to_differ(
        self,
        work: UnitOfWork,
        patient_id: PatientId,
        others: Mapping[PatientId, str],
        actor: Actor,
    ) -> None:
        """Nobody is asked about these pairs again."""
        for other, reason in others.items():
            work.pairs.put(Pair(patient_id, other, self._clock.now(), actor.user, reason))
            # The typed reason stays with the pair: the log holds codes and identities only.
            self._log(work, actor, "patient.other_than", patient_id, reason=other)

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
