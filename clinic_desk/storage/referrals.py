"""Referrals in the store, with their history and the rows of lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, or_, select, update

from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import OperationId, PatientId, ReferralId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.referral import LIVING, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.services.ports import ReferralEvent, ReferralFilter
from clinic_desk.services.rows import ReferralRow
from clinic_desk.storage.mapping.form import changed_elsewhere
from clinic_desk.storage.mapping.referrals import EVENT, REFERRAL
from clinic_desk.storage.statement import Row, Statement, driver_connection
from clinic_desk.storage.tables import patients, referral_events, referrals, services, suppliers
from clinic_desk.storage.values import day_of, moment_of, moment_text, optional_moment_text

_LAST: Final = "\U0010ffff"
# The order of saving, not of the clock: a desk issues one after the other, and no index need be kept for it.
_NEWEST_FIRST: Final = (referrals.c.seq.desc(),)
_BY_NUMBER: Final = Statement(REFERRAL.select.where(referrals.c.number == bindparam("number")))
_BY_OPERATION: Final = Statement(REFERRAL.select.where(referrals.c.operation_id == bindparam("operation_id")))
_OF_PATIENT: Final = Statement(
    REFERRAL.select.where(referrals.c.patient_id == bindparam("patient_id")).order_by(*_NEWEST_FIRST)
)
_HISTORY: Final = Statement(
    EVENT.select.where(referral_events.c.referral_id == bindparam("referral_id")).order_by(
        referral_events.c.seq
    )
)
_STORED: Final = Statement(
    select(referrals.c.status, referrals.c.appointment_at).where(
        referrals.c.id == bindparam("key"), referrals.c.version == bindparam("stored_version")
    )
)
_MOVE: Final = Statement(
    update(referrals)
    .where(referrals.c.id == bindparam("key"), referrals.c.version == bindparam("stored_version"))
    .values(
        status=bindparam("status"),
        print_state=bindparam("print_state"),
        copies_printed=bindparam("copies_printed"),
        appointment_at=bindparam("appointment_at"),
        version=referrals.c.version + 1,
    )
)
_ROWS: Final[Select[Any]] = (
    select(
        referrals.c.id,
        referrals.c.number,
        referrals.c.patient_id,
        patients.c.surname,
        patients.c.given_name,
        patients.c.patronymic,
        patients.c.iin,
        services.c.title_kk,
        services.c.title_ru,
        services.c.title_en,
        referrals.c.icd_code,
        suppliers.c.name,
        referrals.c.reason,
        referrals.c.status,
        referrals.c.print_state,
        referrals.c.copies_printed,
        referrals.c.issued_at,
        referrals.c.issued_by,
        referrals.c.valid_until,
        referrals.c.version,
        referrals.c.payer,
    )
    .select_from(referrals)
    .join(patients, patients.c.id == referrals.c.patient_id)
    .join(services, services.c.id == referrals.c.service_id)
    .join(suppliers, suppliers.c.id == referrals.c.supplier_id)
    .order_by(*_NEWEST_FIRST)
)
_ROWS_OF_PATIENT: Final = Statement(_ROWS.where(referrals.c.patient_id == bindparam("patient_id")))
_COUNTS: Final = Statement(
    select(referrals.c.status, referrals.c.print_state, func.count()).group_by(
        referrals.c.status, referrals.c.print_state
    )
)


class SqlReferrals:
    """`ReferralStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = driver_connection(connection)

    def get(self, referral_id: ReferralId) -> Referral | None:
        """The referral of that identity."""
        return REFERRAL.get(self._driver, referral_id)

    def by_number(self, number: str) -> Referral | None:
        """The referral of that number, in its printed form."""
        return _one(_BY_NUMBER.one(self._driver, number=number))

    def by_operation(self, operation_id: OperationId) -> Referral | None:
        """The referral that this press of the button made."""
        return _one(_BY_OPERATION.one(self._driver, operation_id=operation_id))

    def of_patient(self, patient_id: PatientId) -> list[Referral]:
        """All of the person's, newest first."""
        return [REFERRAL.read(row) for row in _OF_PATIENT.run(self._driver, patient_id=patient_id)]

    def on_paper(self, supplier_ids: Collection[str] | None = None) -> list[Referral]:
        """The living ones whose paper was handed out, to these suppliers or to any; oldest first."""
        # Both are named so that the index by status and print state serves.
        statement = REFERRAL.select.where(
            referrals.c.status.in_(sorted(LIVING)),
            referrals.c.print_state.in_(sorted(PrintState)),
            or_(referrals.c.copies_printed > 0, referrals.c.print_state == PrintState.PRINTED.value),
        ).order_by(referrals.c.seq)
        if supplier_ids is None:
            return [REFERRAL.read(row) for row in self._connection.execute(statement)]
        wanted = frozenset(supplier_ids)
        found = (REFERRAL.read(row) for row in self._connection.execute(statement))
        return [referral for referral in found if referral.supplier_id in wanted]

    def add(self, referral: Referral) -> Referral:
        """The referral as stored, at version 1. It is itself the first line of its history.

        Raises:
            Conflict: `store.already_there` when the number, operation or identity is taken.
        """
        REFERRAL.add(self._driver, referral)
        return replace(referral, version=1)

    def save(self, referral: Referral, *, by: str, at: dt.datetime, note: str = "") -> Referral:
        """The referral as stored, one version on.

        Only status, print state, copies and appointment are written. A changed status or
        appointment adds a line to the history.

        Raises:
            Conflict: `store.changed_elsewhere` when another version is stored.
            NotFound: `referral.not_found`.
        """
        key = {"key": referral.id, "stored_version": referral.version}
        stored = _STORED.one(self._driver, **key)
        if stored is None:
            raise changed_elsewhere() if self.get(referral.id) else NotFound("referral.not_found")
        appointment = optional_moment_text(referral.appointment_at)
        _MOVE.run(
            self._driver,
            **key,
            status=referral.status.value,
            print_state=referral.print_state.value,
            copies_printed=referral.copies_printed,
            appointment_at=appointment,
        )
        if tuple(stored) != (referral.status.value, appointment):
            EVENT.add(self._driver, ReferralEvent(referral.id, referral.status, at, by, note))
        return replace(referral, version=referral.version + 1)

    def history(self, referral_id: ReferralId) -> list[ReferralEvent]:
        """Oldest first; the first line is the issue itself, which the referral carries."""
        referral = self.get(referral_id)
        if referral is None:
            return []
        issue = ReferralEvent(referral_id, ReferralStatus.ISSUED, referral.issued_at, referral.issued_by)
        return [issue, *(EVENT.read(row) for row in _HISTORY.run(self._driver, referral_id=referral_id))]

    def rows(self, wanted: ReferralFilter) -> list[ReferralRow]:
        """Newest first."""
        statement = _ROWS
        statuses = wanted.statuses
        if wanted.only_to_print and not statuses:
            # Named so that the index by status and print state serves.
            statuses = frozenset(ReferralStatus)
        if statuses:
            statement = statement.where(referrals.c.status.in_(sorted(statuses)))
        if wanted.only_to_print:
            statement = statement.where(referrals.c.print_state == PrintState.TO_PRINT.value)
        if wanted.text.strip():
            beginning = wanted.text.strip().upper()
            statement = statement.where(
                referrals.c.number >= beginning, referrals.c.number < beginning + _LAST
            )
        if wanted.issued_from is not None:
            statement = statement.where(referrals.c.issued_at >= moment_text(wanted.issued_from))
        statement = statement.limit(wanted.limit).offset(wanted.offset)
        return [_row(row) for row in self._connection.execute(statement)]

    def rows_of_patient(self, patient_id: PatientId) -> list[ReferralRow]:
        """All of the person's, newest first."""
        return [_row(row) for row in _ROWS_OF_PATIENT.run(self._driver, patient_id=patient_id)]

    def counts(self) -> dict[str, int]:
        """How many there are by status, and under `to_print`; every status has a count."""
        counted = {status.value: 0 for status in ReferralStatus} | {"to_print": 0}
        for status, print_state, count in _COUNTS.run(self._driver):
            counted[status] += count
            if print_state == PrintState.TO_PRINT:
                counted["to_print"] += count
        return counted


def _one(row: Row | None) -> Referral | None:
    return None if row is None else REFERRAL.read(row)


def _row(row: Row) -> ReferralRow:
    (
        referral_id,
        number,
        patient_id,
        surname,
        given_name,
        patronymic,
        iin,
        title_kk,
        title_ru,
        title_en,
        icd_code,
        supplier_name,
        reason,
        status,
        print_state,
        copies_printed,
        issued_at,
        issued_by,
        valid_until,
        version,
        payer,
    ) = row
    until = day_of(valid_until)
    assert until is not None  # noqa: S101 - NOT NULL in the table
    return ReferralRow(
        ReferralId(referral_id),
        number,
        PatientId(patient_id),
        PersonName(surname, given_name, patronymic).full,
        mask(iin) if iin else "",
        LocalText(title_kk, title_ru, title_en),
        icd_code,
        supplier_name,
        reason,
        ReferralStatus(status),
        PrintState(print_state),
        copies_printed,
        moment_of(issued_at),
        issued_by,
        until,
        version,
        Payer(payer),
    )
