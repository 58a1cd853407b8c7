"""People whom every practice clinic has, each there to show one thing.

They come in addition to the drawn population and are the same in every clinic made on the same day, so
that a course, a walk through the screens and a test find them. Somebody to show something else is one
more entry in `_people`; nothing else has to know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.attachments import ATTACHING, AttachingPerson
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.doubles import RelatedPerson, doubles
from clinic_desk.practice.evidence import EvidenceRow
from clinic_desk.practice.iins import reserved_iin
from clinic_desk.practice.population import PersonRow
from clinic_desk.practice.referrals import ReferralSeed, StepRow
from clinic_desk.practice.town import ADULT_AGE, district_index, town
from clinic_desk.services.rules_of_the_day import shipped_tables

UNINSURED_DIABETES: Final = "uninsured_diabetes"
UNINSURED_TUBERCULOSIS: Final = "uninsured_tuberculosis"
CHILD: Final = "child"
LEVEL_DE: Final = "level_de"
THIRD_MONTH: Final = "third_month"
PREPAID: Final = "prepaid"
NEVER_CHECKED: Final = "never_checked"

_DAY: Final = 24 * 60
_TERRITORY: Final = 11


@dataclass(frozen=True, slots=True)
class PastReferral:
    """A referral of a shown person that is over: the service, the diagnosis, how many days ago."""

    service_code: str
    icd_code: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody to show something; `role` says what.

    `answer` is the last answer about insurance, None where nobody has asked. `changes` are fields of
    `domain.patient.Patient` that a drawn person never has, such as a mother's IIN in place of an own one.
    """

    role: str
    person: PersonRow
    answer: EvidenceRow | None = None
    past: tuple[PastReferral, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


def showcase(today: dt.date) -> tuple[ShownPerson, ...]:
    """The shown people of a clinic made on `today`; roles and IINs differ."""
    return tuple(_people(today))


def past_seeds(shown: Sequence[ShownPerson], clinic: MadeUpClinic, *, first_index: int) -> list[ReferralSeed]:
    """The past referrals of the shown people, who are counted from `first_index` on."""
    return [
        _seed(first_index + place, one.person, past, clinic)
        for place, one in enumerate(shown)
        for past in one.past
    ]


def _people(today: dt.date) -> list[ShownPerson]:
    return [
        ShownPerson(
            UNINSURED_DIABETES,
            _row(today, ("Жақсыбекова", "Гүлнар", "Серікқызы"), "F", dt.date(1979, 5, 12), "uninsured"),
            _answer("uninsured", "", "ppp--ppp----", minutes_ago=41, channel="egov"),
            (PastReferral("A02.021.000", "E11.9", days_ago=168),),
        ),
        ShownPerson(
            UNINSURED_TUBERCULOSIS,
            _row(
                today,
                ("Смирнов", "Олег", "Викторович"),
                "M",
                dt.date(1985, 9, 3),
                "uninsured",
                language="ru",
            ),
            _answer("uninsured", "", "-" * 12, minutes_ago=3 * _DAY, channel="qoldau"),
            (PastReferral("C03.018.005", "A15.0", days_ago=75),),
        ),
        ShownPerson(
            CHILD,
            _row(
                today,
                ("Сейітқали", "Аружан", "Нұрланқызы"),
                "F",
                dt.date(today.year - 8, 3, 14),
                "insured_state",
                "child",
            ),
            _answer(
                "insured_state",
                "child",
                "p" * 12,
                minutes_ago=90,
                channel="service",
                valid_through=dt.date(today.year - 8 + ADULT_AGE, 3, 13),
            ),
        ),
        ShownPerson(
            LEVEL_DE,
            _row(
                today,
                ("Қожахметов", "Бекзат", "Талғатұлы"),
                "M",
                dt.date(1991, 2, 26),
                "conditional_de",
                "conditional_de",
            ),
            _answer(
                "conditional_de",
                "conditional_de",
                "-" * 12,
                minutes_ago=120,
                channel="service",
                valid_through=dt.date(today.year, 12, 31),
            ),
        ),
        ShownPerson(
            THIRD_MONTH,
            _row(
                today,
                ("Ахметов", "Данияр", "Маратұлы"),
                "M",
                dt.date(1988, 7, 19),
                "grace_3m",
                "employee",
                language="both",
            ),
            _answer(
                "grace_3m",
                "employee",
                "p" * 9 + "g" * 3,
                minutes_ago=65,
                channel="egov",
                valid_through=_month_end(today, 0),
            ),
        ),
        ShownPerson(
            PREPAID,
            _row(
                today,
                ("Ли", "Светлана", "Александровна"),
                "F",
                dt.date(1983, 11, 8),
                "insured_contributions",
                "self_payer",
                language="ru",
            ),
            # This month is paid too, so the right is there from this month on, eleven more months ahead.
            _answer(
                "insured_contributions",
                "self_payer",
                "-" * 11 + "p",
                minutes_ago=30,
                channel="bank_app",
                valid_through=_month_end(today, 11),
            ),
        ),
        ShownPerson(
            NEVER_CHECKED,
            _row(today, ("Төлегенов", "Ерлан", "Қайратұлы"), "M", dt.date(1994, 4, 2), "unknown"),
        ),
        *(_attaching(today, one) for one in ATTACHING),
        *(_related(today, one) for one in doubles(today)),
    ]


def _related(today: dt.date, one: RelatedPerson) -> ShownPerson:
    """Somebody who may be taken for somebody else, whose insurance nobody has asked about."""
    row = _row(today, one.name, one.sex, one.born, "unknown", nth=one.nth)
    return ShownPerson(one.role, row._replace(attached=one.is_attached), changes=one.changes)


def _attaching(today: dt.date, one: AttachingPerson) -> ShownPerson:
    """Somebody with attachment cases, whose insurance nobody has asked about."""
    born = one.born_on(today)
    row = _row(today, one.name, one.sex, born, "unknown", language=one.language, territory=one.territory)
    return ShownPerson(one.role, row._replace(attached=one.is_attached), changes=one.changes)


def _row(
    today: dt.date,
    name: tuple[str, str, str],
    sex: str,
    born: dt.date,
    status: str,
    category: str = "",
    *,
    language: str = "kk",
    nth: int = 0,
    territory: int = _TERRITORY,
) -> PersonRow:
    """A person attached here; `nth` tells apart those of one birthday and sex."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return PersonRow(
        reserved_iin(born, female=sex == "F", nth=nth),
        *name,
        sex,
        born,
        f"+7700{born:%d%m%y}{nth}",
        f"{town().streets[territory][0].kk}, {born.day}-үй",
        language,
        category,
        status,
        district_index(territory, age),
        attached=True,
    )


def _answer(
    status: str,
    category: str,
    months: str,
    *,
    minutes_ago: int,
    channel: str,
    valid_through: dt.date | None = None,
) -> EvidenceRow:
    reference = "" if channel == "bank_app" else f"P-{minutes_ago:06d}"
    return EvidenceRow(
        status, category, months, minutes_ago, channel, "Сәбитова Г.", reference, valid_through
    )


def _seed(index: int, person: PersonRow, past: PastReferral, clinic: MadeUpClinic) -> ReferralSeed:
    """A referral that brought the person to the supplier: issued, sent, given a time, attended."""
    tables = shipped_tables()
    calendar = WorkingCalendar.of(tables)
    issued_on = clinic.today - dt.timedelta(days=past.days_ago)
    while not calendar.is_working(issued_on):
        issued_on -= dt.timedelta(days=1)
    given_on, seen_on = calendar.add(issued_on, 1), calendar.add(issued_on, 4)
    listed = {row.code for row in clinic.suppliers if row.is_listed_on(issued_on)}
    offer = next(
        row
        for row in clinic.offers
        if row.service_code == past.service_code
        and row.is_valid_on(issued_on)
        and row.supplier_code in listed
    )
    groups = tables.guaranteed_diagnoses.on(issued_on)
    guaranteed = any(row.value.holds(past.icd_code) for row in groups)
    return ReferralSeed(
        index,
        past.service_code,
        past.icd_code,
        clinic.districts[person.district_index].doctor_code,
        offer.supplier_code,
        offer.role,
        "full_for_month",
        "guaranteed" if guaranteed else "insurance",
        "completed",
        (
            StepRow("issued", issued_on, 9 * 60 + 20),
            StepRow("sent", issued_on, 9 * 60 + 25),
            StepRow("accepted", given_on, 10 * 60),
            StepRow("scheduled", given_on, 11 * 60),
            StepRow("completed", seen_on, 15 * 60),
        ),
        StepRow("scheduled", seen_on, 14 * 60),
        issued_on + dt.timedelta(days=tables.validity_days.one_on(clinic.today).value),
        clinic.clinic.registrars[0],
        is_printed=True,
    )


def _month_end(day: dt.date, months_later: int) -> dt.date:
    month = day.year * 12 + day.month + months_later
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
