"""Attachment cases in the store, with their history and the rows of lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, case, false, func, select

from clinic_desk.domain.attachment import OPEN_CASES, AttachmentCase, CaseState
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, OperationId, PatientId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.services.attachment_port import AttachmentEvent, YoungPerson
from clinic_desk.services.attachment_rows import AttachmentFilter, AttachmentRow
from clinic_desk.storage.mapping.attachment import CASE, CASE_EVENT
from clinic_desk.storage.mapping.form import changed_elsewhere
from clinic_desk.storage.statement import Row, Statement, driver_connection
from clinic_desk.storage.tables import attachment_cases as cases
from clinic_desk.storage.tables import attachment_events, districts, doctors, patients
from clinic_desk.storage.values import day_of, day_text, moment_of, moment_text, optional_moment_of

_LAST: Final = "\U0010ffff"
_NEWEST_FIRST: Final = (cases.c.seq.desc(),)
_BY_OPERATION: Final = Statement(CASE.select.where(cases.c.operation_id == bindparam("operation_id")))
_OF_PATIENT: Final = Statement(
    CASE.select.where(cases.c.patient_id == bindparam("patient_id")).order_by(*_NEWEST_FIRST)
)
_STATE: Final = Statement(
    select(cases.c.state).where(cases.c.id == bindparam("key"), cases.c.version == bindparam("version"))
)
_HISTORY: Final = Statement(
    CASE_EVENT.select.where(attachment_events.c.case_id == bindparam("case_id")).order_by(
        attachment_events.c.seq
    )
)
_IN_STATE: Final = CASE.select.where(cases.c.state == bindparam("state"))
_WAITING: Final = Statement(_IN_STATE.order_by(cases.c.due_at, cases.c.seq))
_TO_BEGIN: Final = Statement(_IN_STATE.where(cases.c.effective_on <= bindparam("day")).order_by(cases.c.seq))
_CONTRACTS: Final = Statement(
    _IN_STATE.where(
        cases.c.contract_until.is_not(None),
        cases.c.contract_until >= bindparam("first"),
        cases.c.contract_until <= bindparam("last"),
    ).order_by(cases.c.contract_until, cases.c.seq)
)
_COUNTS: Final = Statement(select(cases.c.state, func.count()).group_by(cases.c.state))
_DUE: Final = Statement(
    select(func.count()).where(
        cases.c.state == bindparam("state"),
        cases.c.due_at > bindparam("after"),
        cases.c.due_at <= bindparam("until"),
    )
)
_PEOPLE: Final = Statement(
    # "Here" is named so that the index over the people of a district serves.
    select(func.count()).where(patients.c.is_here == 1, patients.c.district_id == bindparam("district"))
)
_ROWS: Final[Select[Any]] = (
    select(
        cases.c.id,
        cases.c.patient_id,
        patients.c.surname,
        patients.c.given_name,
        patients.c.patronymic,
        patients.c.iin,
        patients.c.birth_date,
        cases.c.state,
        cases.c.basis,
        districts.c.number,
        doctors.c.surname.label("doctor_surname"),
        doctors.c.given_name.label("doctor_given_name"),
        doctors.c.patronymic.label("doctor_patronymic"),
        cases.c.opened_at,
        cases.c.opened_by,
        cases.c.sent_at,
        cases.c.due_at,
        cases.c.effective_on,
        cases.c.contract_until,
        cases.c.refusal_ground,
        cases.c.version,
    )
    .select_from(cases)
    .join(patients, patients.c.id == cases.c.patient_id)
    .outerjoin(districts, districts.c.id == cases.c.district_id)
    .outerjoin(doctors, doctors.c.id == func.coalesce(cases.c.doctor_id, districts.c.doctor_id))
)
_ROWS_OF_PATIENT: Final = Statement(
    _ROWS.where(cases.c.patient_id == bindparam("patient_id")).order_by(*_NEWEST_FIRST)
)


class SqlAttachments:
    """`AttachmentStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = driver_connection(connection)

    def get(self, case_id: AttachmentCaseId) -> AttachmentCase | None:
        """The case of that identity."""
        return CASE.get(self._driver, case_id)

    def by_operation(self, operation_id: OperationId) -> AttachmentCase | None:
        """The case that this press of the button sent."""
        row = _BY_OPERATION.one(self._driver, operation_id=operation_id)
        return None if row is None else CASE.read(row)

    def of_patient(self, patient_id: PatientId) -> list[AttachmentCase]:
        """All of the person's, newest first."""
        return [CASE.read(row) for row in _OF_PATIENT.run(self._driver, patient_id=patient_id)]

    def open_of(self, patient_id: PatientId) -> AttachmentCase | None:
        """The one case that waits for its end."""
        return next((one for one in self.of_patient(patient_id) if one.state in OPEN_CASES), None)

    def add(self, case: AttachmentCase, *, by: str, at: dt.datetime) -> AttachmentCase:
        """The case as stored, at version 1, with the first line of its history.

        Raises:
            Conflict: `store.already_there` when the person has an open case, or the operation made one.
        """
        CASE.add(self._driver, case)
        CASE_EVENT.add(self._driver, AttachmentEvent(case.id, case.state, at, by))
        return replace(case, version=1)

    def save(self, case: AttachmentCase, *, by: str, at: dt.datetime, note: str = "") -> AttachmentCase:
        """The case as stored, one version on; another state adds a line to the history.

        Raises:
            Conflict: `store.changed_elsewhere` when another version is stored.
        """
        stored = _STATE.one(self._driver, key=case.id, version=case.version)
        if stored is None or not CASE.replace(self._driver, case):
            raise changed_elsewhere()
        if stored[0] != case.state.value:
            CASE_EVENT.add(self._driver, AttachmentEvent(case.id, case.state, at, by, note))
        return replace(case, version=case.version + 1)

    def history(self, case_id: AttachmentCaseId) -> list[AttachmentEvent]:
        """Oldest first."""
        return [CASE_EVENT.read(row) for row in _HISTORY.run(self._driver, case_id=case_id)]

    def rows(self, wanted: AttachmentFilter) -> list[AttachmentRow]:
        """Waiting for an answer first, by the term; then newest first."""
        waits = case((cases.c.state == CaseState.SENT.value, cases.c.due_at), else_=_LAST)
        statement = _ROWS.order_by(waits, *_NEWEST_FIRST)
        if wanted.states:
            statement = statement.where(cases.c.state.in_(sorted(wanted.states)))
        if wanted.due_until is not None:
            statement = statement.where(cases.c.due_at <= moment_text(wanted.due_until))
        if wanted.text.strip():
            statement = statement.where(_begins(wanted.text.strip()))
        statement = statement.limit(wanted.limit).offset(wanted.offset)
        return [_row(row) for row in self._connection.execute(statement)]

    def rows_of_patient(self, patient_id: PatientId) -> list[AttachmentRow]:
        """All of the person's, newest first."""
        return [_row(row) for row in _ROWS_OF_PATIENT.run(self._driver, patient_id=patient_id)]

    def counts(self) -> dict[str, int]:
        """How many there are by state; every state has a count."""
        counted = {state.value: 0 for state in CaseState}
        counted.update(_COUNTS.run(self._driver))
        return counted

    def due_between(self, after: dt.datetime | None, until: dt.datetime) -> int:
        """How many sent cases have their term after `after` and up to `until`."""
        row = _DUE.one(
            self._driver,
            state=CaseState.SENT.value,
            after=moment_text(after) if after else "",
            until=moment_text(until),
        )
        assert row is not None  # noqa: S101 - a count is always there
        return int(row[0])

    def waiting(self) -> list[AttachmentCase]:
        """All that were sent and have no answer, by their term."""
        return [CASE.read(row) for row in _WAITING.run(self._driver, state=CaseState.SENT.value)]

    def to_begin(self, day: dt.date) -> list[AttachmentCase]:
        """Accepted ones whose effective day is `day` or earlier."""
        found = _TO_BEGIN.run(self._driver, state=CaseState.ACCEPTED.value, day=day_text(day))
        return [CASE.read(row) for row in found]

    def contracts_until(self, first: dt.date | None, last: dt.date) -> list[AttachmentCase]:
        """In force by a contract that ends from `first` (None: ever) to `last`, soonest first."""
        found = _CONTRACTS.run(
            self._driver,
            state=CaseState.IN_FORCE.value,
            first=day_text(first) or "",
            last=day_text(last),
        )
        return [CASE.read(row) for row in found]

    def in_force_of(self, patient_id: PatientId) -> list[AttachmentCase]:
        """What holds for the person now; more than one only after a merge."""
        return [one for one in self.of_patient(patient_id) if one.state is CaseState.IN_FORCE]

    def people_of(self, district_id: DistrictId) -> int:
        """How many are attached to the district now."""
        return int(_PEOPLE.all(self._driver, district=district_id)[0][0])

    def born_until(
        self, last: dt.date, districts: Collection[DistrictId], limit: int = 500
    ) -> list[YoungPerson]:
        """Attached to one of the districts and born on `last` or before, youngest first."""
        found = self._connection.execute(
            select(
                patients.c.id,
                patients.c.surname,
                patients.c.given_name,
                patients.c.patronymic,
                patients.c.iin,
                patients.c.birth_date,
                patients.c.district_id,
            )
            # "Here" is named so that the index over the people of a district serves.
            .where(
                patients.c.is_here == 1,
                patients.c.district_id.in_(sorted(districts)),
                patients.c.birth_date <= day_text(last),
            )
            .order_by(patients.c.birth_date.desc(), patients.c.seq)
            .limit(limit)
        )
        return [_young(row) for row in found]


def _begins(text: str) -> Any:
    if text.isdigit():
        return patients.c.iin.between(text, text + _LAST)
    key = fold(text)
    return patients.c.name_key.between(key, key + _LAST) if key else false()


def _young(row: Row) -> YoungPerson:
    patient_id, surname, given_name, patronymic, iin, birth_date, district_id = row
    born = day_of(birth_date)
    assert born is not None  # noqa: S101 - the condition asks for one
    name = PersonName(surname, given_name, patronymic).full
    return YoungPerson(PatientId(patient_id), name, mask(iin) if iin else "", born, DistrictId(district_id))


def _row(row: Row) -> AttachmentRow:
    (
        case_id,
        patient_id,
        surname,
        given_name,
        patronymic,
        iin,
        birth_date,
        state,
        basis,
        district,
        doctor_surname,
        doctor_given_name,
        doctor_patronymic,
        opened_at,
        opened_by,
        sent_at,
        due_at,
        effective_on,
        contract_until,
        refusal_ground,
        version,
    ) = row
    doctor = PersonName(doctor_surname or "", doctor_given_name or "", doctor_patronymic or "")
    return AttachmentRow(
        AttachmentCaseId(case_id),
        PatientId(patient_id),
        PersonName(surname, given_name, patronymic).full,
        mask(iin) if iin else "",
        day_of(birth_date),
        CaseState(state),
        AttachmentBasis(basis) if basis else None,
        district or "",
        doctor.short if doctor_surname is not None else "",
        moment_of(opened_at),
        opened_by,
        optional_moment_of(sent_at),
        optional_moment_of(due_at),
        day_of(effective_on),
        day_of(contract_until),
        refusal_ground,
        version,
    )
