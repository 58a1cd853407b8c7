"""Who should be checked before tomorrow: people who are expected and whose answer will not do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.insurance import AgeLimits, AskAgain, Freshness, InsuranceStatus, ask_again_before
from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.check_list_port import Errand, Expected
from clinic_desk.services.ports import Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook

_SOME_DAY = dt.datetime.max.replace(tzinfo=dt.UTC)
_ERRANDS = {errand: place for place, errand in enumerate(Errand)}


class CheckTile(StrEnum):
    """The parts of the list."""

    ALL = "all"
    TOMORROW = "tomorrow"
    """Appointments up to the end of the next working day."""
    WEEK = "week"
    """Appointments within the working days that the clinic looks ahead."""
    NEVER = "never"
    """Nobody has ever asked about the person."""


class CheckRow(NamedTuple):
    """One person to be asked about, with the most pressing of what they are expected for.

    `more` counts the other things. `failed_at` is the last check that brought nothing, None when somebody was
    answered since. Moments are aware UTC.
    """

    patient_id: PatientId
    name: str
    iin_masked: str
    phone: str
    errand: Errand
    at: dt.datetime | None
    service: LocalText
    more: int
    why: AskAgain
    status: InsuranceStatus
    checked_at: dt.datetime | None
    valid_through: dt.date | None
    freshness: Freshness
    failed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CheckList:
    """The rows, the most pressing first. `next_day` is the next working day, `last_day` how far it looks."""

    rows: tuple[CheckRow, ...]
    next_day: dt.date
    last_day: dt.date
    zone: dt.tzinfo

    def of(self, tile: CheckTile) -> list[CheckRow]:
        """The rows of one part."""
        match tile:
            case CheckTile.ALL:
                return list(self.rows)
            case CheckTile.NEVER:
                return [row for row in self.rows if row.why is AskAgain.NEVER]
            case CheckTile.TOMORROW:
                return [row for row in self.rows if self._is_booked_until(row, self.next_day)]
            case CheckTile.WEEK:
                return [row for row in self.rows if self._is_booked_until(row, self.last_day)]

    def _is_booked_until(self, row: CheckRow, day: dt.date) -> bool:
        if row.errand is not Errand.APPOINTMENT or row.at is None:
            return False
        return row.at.astimezone(self.zone).date() <= day


class CheckListService:
    """Reads the list; answers are recorded by `InsuranceService`."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def read(self) -> CheckList:
        """The list as of now: appointments by their time, then referrals, then applications."""
        clock = self._clock
        today, zone = clock.today(), clock.zone
        tables, calendar = self._rules.on(today), self._rules.calendar(today)
        last_day = calendar.add(today, tables.limit("insurance_check_ahead_days").one_on(today).value)
        with self._store.read() as work:
            expected = expected_until(last_day, work, clock)
        rows = _rows(expected, clock.now(), zone, AgeLimits.on(tables, today))
        return CheckList(tuple(rows), calendar.add(today, 1), last_day, zone)


def expected_until(last_day: dt.date, work: UnitOfWork, clock: Clock) -> list[Expected]:
    """Whom the clinic expects from the beginning of today to the end of `last_day`, in no order."""
    since = dt.datetime.combine(clock.today(), dt.time(), clock.zone)
    until = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), clock.zone)
    return work.check_list.expected(since, until, clock.today())


def _rows(
    expected: Iterable[Expected], now: dt.datetime, zone: dt.tzinfo, limits: AgeLimits
) -> list[CheckRow]:
    today = now.astimezone(zone).date()
    found: dict[PatientId, CheckRow] = {}
    for one in sorted(expected, key=urgency):
        known = found.get(one.patient_id)
        if known is not None:
            found[one.patient_id] = known._replace(more=known.more + 1)
            continue
        checked_at = None if one.status is InsuranceStatus.UNKNOWN else one.checked_at
        day = needed_on(one, today, zone)
        why = ask_again_before(day, now, limits, checked_at=checked_at, valid_through=one.valid_through)
        if why is not None:
            found[one.patient_id] = _row(one, why, checked_at, limits.freshness(checked_at, now))
    return list(found.values())


def _row(one: Expected, why: AskAgain, checked_at: dt.datetime | None, age: Freshness) -> CheckRow:
    answered_since = checked_at is not None and one.failed_at is not None and checked_at >= one.failed_at
    return CheckRow(
        one.patient_id,
        one.name.full,
        mask(one.iin) if one.iin else "",
        one.phone,
        one.errand,
        one.at,
        one.service,
        0,
        why,
        one.status if checked_at else InsuranceStatus.UNKNOWN,
        checked_at,
        one.valid_through,
        age,
        None if answered_since else one.failed_at,
    )


def needed_on(one: Expected, today: dt.date, zone: dt.tzinfo) -> dt.date:
    """The day an answer is needed for: the appointment's; without one the person may come today."""
    if one.errand is Errand.APPOINTMENT and one.at is not None:
        return one.at.astimezone(zone).date()
    return today


def urgency(one: Expected) -> tuple[int, dt.datetime, str, str, PatientId]:
    """Sorts the most pressing first."""
    return (_ERRANDS[one.errand], one.at or _SOME_DAY, one.name.surname, one.name.given_name, one.patient_id)
