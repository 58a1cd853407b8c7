"""Whom the clinic expects, read with the newest answer about each in one pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from clinic_desk.domain.attachment import OPEN_CASES
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.referral import LIVING, Payer
from clinic_desk.services.check_list_port import Errand, Expected
from clinic_desk.storage.mapping.insurance import STANDS
from clinic_desk.storage.statement import Row, UnitDriver
from clinic_desk.storage.values import day_of, day_text, moment_text, optional_moment_of

_WHATEVER_THE_INSURANCE: Final = (Payer.GUARANTEED, Payer.CONTRACT)


def _listed(values: Iterable[StrEnum]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


# The person's row carries the newest answer's status and moment; its last day is looked up.
_PERSON: Final = (
    "p.id, p.surname, p.given_name, p.patronymic, p.iin, p.phone, p.insurance_status, "  # noqa: S608
    "p.insurance_checked_at, "
    f"(SELECT valid_through FROM insurance_checks WHERE patient_id = p.id AND {STANDS} "
    "ORDER BY checked_at DESC, seq DESC LIMIT 1), "
    "(SELECT max(at) FROM insurance_failures WHERE patient_id = p.id)"
)
_OF_REFERRALS: Final = (
    f"SELECT r.appointment_at, s.title_kk, s.title_ru, s.title_en, {_PERSON} "  # noqa: S608
    "FROM referrals AS r {index} JOIN patients AS p ON p.id = r.patient_id "
    "JOIN services AS s ON s.id = r.service_id "
    f"WHERE r.status IN ({_listed(LIVING)}) AND r.payer NOT IN ({_listed(_WHATEVER_THE_INSURANCE)}) AND "
)
_BOOKED: Final = _OF_REFERRALS.replace("{index}", "INDEXED BY ix_referrals_appointment_at") + (
    "r.appointment_at IS NOT NULL AND r.appointment_at >= ? AND r.appointment_at < ?"
)
_REFERRED: Final = _OF_REFERRALS.replace("{index}", "INDEXED BY ix_referrals_status") + (
    "r.appointment_at IS NULL AND r.valid_until >= ?"
)
_APPLIED: Final = (
    f"SELECT a.due_at, '', '', '', {_PERSON} FROM attachment_cases AS a "  # noqa: S608
    f"JOIN patients AS p ON p.id = a.patient_id WHERE a.state IN ({_listed(OPEN_CASES)})"
)


class SqlCheckList:
    """`CheckListStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def expected(self, since: dt.datetime, until: dt.datetime, today: dt.date) -> list[Expected]:
        """Appointments in the span, referrals without one that are valid today, open applications."""
        asked = (
            (Errand.APPOINTMENT, _BOOKED, (moment_text(since), moment_text(until))),
            (Errand.REFERRAL, _REFERRED, (day_text(today),)),
            (Errand.ATTACHMENT, _APPLIED, ()),
        )
        return [
            _expected(errand, row)
            for errand, sql, values in asked
            for row in self._driver.execute(sql, values)
        ]


def _expected(errand: Errand, row: Row) -> Expected:
    at, kk, ru, en, patient_id, surname, given, patronymic, iin, phone, status, checked, through, failed = row
    return Expected(
        errand,
        optional_moment_of(at),
        LocalText(kk, ru, en),
        PatientId(patient_id),
        PersonName(surname, given, patronymic),
        iin or "",
        phone or "",
        InsuranceStatus(status),
        optional_moment_of(checked),
        day_of(through),
        optional_moment_of(failed),
    )
