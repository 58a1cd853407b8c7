"""Plausible referrals of the practice clinic in every state, with the dates of each step.

A seed names people and things by their places and codes; whoever stores it gives the numbers.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.clinic import MadeUpClinic, ServiceRow
from clinic_desk.practice.population import PersonRow
from clinic_desk.practice.suppliers import OfferRow
from clinic_desk.practice.urns import pick, urn
from clinic_desk.services.rules_of_the_day import shipped_tables

STATUSES: Final = (
    "issued", "sent", "accepted", "scheduled", "completed",
    "not_attended", "refused", "cancelled", "expired",
)  # fmt: skip
_SHARES: Final = urn(tuple(zip(STATUSES, (4, 12, 8, 14, 40, 5, 4, 6, 7), strict=True)), 200)
# Days since the issue, from and to: what a state needs to have happened.
_AGES: Final = {
    "issued": (1, 2), "sent": (1, 6), "accepted": (2, 12), "scheduled": (3, 20),
    "completed": (14, 300), "not_attended": (14, 120), "refused": (5, 200),
    "cancelled": (3, 200), "expired": (36, 300),
}  # fmt: skip
_PATHS: Final = {
    "issued": (), "sent": ("sent",), "accepted": ("sent", "accepted"),
    "scheduled": ("sent", "accepted", "scheduled"),
    "completed": ("sent", "accepted", "scheduled", "completed"),
    "not_attended": ("sent", "scheduled", "not_attended"),
    "refused": ("sent", "refused"), "cancelled": ("sent", "cancelled"), "expired": ("sent", "expired"),
}  # fmt: skip
_LIVING: Final = ("issued", "sent", "accepted", "scheduled")
_OPENS, _CLOSES = 8 * 60, 18 * 60
_SHARE_OF_RETURNING: Final = 0.25


class StepRow(NamedTuple):
    """One move: the status it came to, the day, and the minute of the day in the clinic's zone."""

    status: str
    day: dt.date
    minute: int


class ReferralSeed(NamedTuple):
    """A referral as plain values; codes are stored values of the domain.

    `person_index` counts in the sequence of people it was made for. `steps` begin with `issued`
    and follow the allowed moves; the last one is the present status. `appointment` is there once a
    time was given (status `scheduled` or a later one). Days of steps lie before today, except an
    appointment of a scheduled referral. `is_printed` says whether the paper was given out.
    """

    person_index: int
    service_code: str
    icd_code: str
    doctor_code: str
    supplier_code: str
    supplier_role: str
    reason: str
    payer: str
    status: str
    steps: tuple[StepRow, ...]
    appointment: StepRow | None
    valid_until: dt.date
    issued_by: str
    is_printed: bool


def referral_seeds(
    count: int, people: Sequence[PersonRow], clinic: MadeUpClinic, *, seed: int = 1
) -> Iterator[ReferralSeed]:
    """`count` seeds, the first nine in as many states; oldest and newest are mixed.

    No person gets two living referrals for one service, children go for children's services, and
    insured services go to people whose insurance covers them or whose diagnosis is guaranteed.

    Raises:
        ValueError: there are too few people for so many referrals.
    """
    maker = _Maker(people, clinic, seed)
    for place in range(count):
        yield maker.make(STATUSES[place] if place < len(STATUSES) else None)


class _Maker:
    def __init__(self, people: Sequence[PersonRow], clinic: MadeUpClinic, seed: int) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 - made-up referrals, not secrets
        self._people = people
        self._clinic = clinic
        self._today = clinic.today
        self._tables: RuleTables = shipped_tables()
        self._calendar = WorkingCalendar.of(self._tables)
        self._suppliers = {row.code: row for row in clinic.suppliers}
        self._offers: dict[str, list[OfferRow]] = {}
        for offer in clinic.offers:
            self._offers.setdefault(offer.service_code, []).append(offer)
        self._services = [row for row in clinic.services if row.code in self._offers]
        self._specialists = {row.specialty for row in clinic.doctors}
        self._used: set[tuple[int, str]] = set()
        self._last_person = -1

    def make(self, wanted_status: str | None) -> ReferralSeed:
        """The next seed: draws until person, service, day and supplier fit together."""
        for _ in range(2000):
            status = wanted_status or pick(_SHARES, self._draw)
            found = self._try(status)
            if found is not None:
                self._used.add((found.person_index, found.service_code))
                self._last_person = found.person_index
                return found
        raise ValueError("Too few people for so many referrals")

    def _try(self, status: str) -> ReferralSeed | None:
        draw = self._draw
        if self._last_person >= 0 and draw() < _SHARE_OF_RETURNING:
            index = self._last_person
        else:
            index = int(draw() * len(self._people))
        person, service = self._people[index], pick(self._services, draw)
        if not person.attached or (index, service.code) in self._used:
            return None
        first, last = _AGES[status]
        validity = self._tables.validity_days.one_on(self._today).value
        if status == "expired":
            first, last = max(first, validity + 3), max(last, validity + 30)
        issued_on = self._working_day(
            self._today - dt.timedelta(days=first + int(draw() * (last - first + 1)))
        )
        icd_code = pick(service.icd_codes, draw)
        payer = self._payer(person, service, icd_code)
        if not fits(person, service, issued_on) or not payer:
            return None
        offers = [
            offer
            for offer in self._offers[service.code]
            if offer.is_valid_on(issued_on) and self._suppliers[offer.supplier_code].is_listed_on(issued_on)
        ]
        if not offers:
            return None
        offer = pick(offers, draw)
        valid_until = issued_on + dt.timedelta(days=validity)
        steps, appointment = self._steps(status, issued_on, valid_until, offer.wait_days)
        return ReferralSeed(
            index,
            service.code,
            icd_code,
            self._clinic.districts[person.district_index].doctor_code,
            offer.supplier_code,
            offer.role,
            self._reason(service),
            payer,
            status,
            steps,
            appointment,
            valid_until,
            pick(self._clinic.clinic.registrars, draw),
            status not in _LIVING[:2] or draw() < 0.6,
        )

    def _payer(self, person: PersonRow, service: ServiceRow, icd_code: str) -> str:
        """Who pays; empty where the person would have to pay themselves or nobody knows."""
        rows = self._tables.guaranteed_diagnoses.on(self._today)
        if service.package == "guaranteed" or any(row.value.holds(icd_code) for row in rows):
            return "guaranteed"
        return "" if person.insurance_status in {"uninsured", "unknown"} else "insurance"

    def _reason(self, service: ServiceRow) -> str:
        """A reason that fits: no specialist only where the clinic has none."""
        if service.kind in {"consultation", "primary"}:
            if service.specialty not in self._specialists:
                return "no_specialist"
            return pick(("full_for_month", "full_for_month", "doctor_on_leave"), self._draw)
        return pick(("no_equipment", "no_equipment", "equipment_broken", "full_for_month"), self._draw)

    def _steps(
        self, status: str, issued_on: dt.date, valid_until: dt.date, wait_days: int | None
    ) -> tuple[tuple[StepRow, ...], StepRow | None]:
        minute = self._minute()
        steps = [StepRow("issued", issued_on, minute)]
        appointment: StepRow | None = None
        yesterday = self._today - dt.timedelta(days=1)
        for name in _PATHS[status]:
            day, minute = steps[-1].day, steps[-1].minute
            if name == "sent":
                minute = min(_CLOSES - 1, minute + 1 + int(self._draw() * 9))
            elif name in {"accepted", "scheduled", "refused", "cancelled"}:
                # The latest day that still lies before today and before the paper runs out.
                latest = self._working_day(min(yesterday, valid_until))
                day, minute = min(latest, self._calendar.add(day, 1)), self._minute()
                if day <= steps[-1].day:
                    day, minute = steps[-1].day, min(_CLOSES, steps[-1].minute + 15)
            elif name in {"completed", "not_attended"} and appointment is not None:
                day, minute = appointment.day, min(_CLOSES, appointment.minute + 40)
            elif name == "expired":
                day, minute = valid_until + dt.timedelta(days=1), 0
            steps.append(StepRow(name, day, minute))
            if name == "scheduled":
                appointment = self._appointment(status, day, valid_until, wait_days)
        return tuple(steps), appointment

    def _appointment(
        self, status: str, given_on: dt.date, valid_until: dt.date, wait_days: int | None
    ) -> StepRow:
        """A visit within the validity: still to come when the referral is scheduled, else past."""
        day = given_on + dt.timedelta(days=min(wait_days or 5, 20))
        if status == "scheduled":
            day = max(day, self._today + dt.timedelta(days=1))
            while not self._calendar.is_working(day):
                day += dt.timedelta(days=1)
            return StepRow("scheduled", day, _OPENS + 20 * int(self._draw() * 28))
        limit = min(self._today - dt.timedelta(days=1), valid_until)
        day = max(self._working_day(min(day, limit)), self._calendar.add(given_on, 1))
        return StepRow("scheduled", day, _OPENS + 20 * int(self._draw() * 28))

    def _minute(self) -> int:
        return _OPENS + int(self._draw() * (_CLOSES - _OPENS - 60))

    def _working_day(self, day: dt.date) -> dt.date:
        """The day itself or the last working one before it."""
        while not self._calendar.is_working(day):
            day -= dt.timedelta(days=1)
        return day


def fits(person: PersonRow, service: ServiceRow, day: dt.date) -> bool:
    """Whether a doctor would order the service for someone of this age and sex."""
    born = person.birth_date
    age_days = (day - born).days
    if age_days < 0 or (service.sex and service.sex != person.sex):
        return False
    if service.for_pregnant:
        return person.insurance_category == "pregnant"
    adult = age_days >= 18 * 365.25
    return {"": age_days >= 365, "adult": adult, "child": not adult, "infant": age_days < 365}[service.ages]
