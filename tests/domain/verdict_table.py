"""Reads the cases of `verdict_cases.txt`; the head of that file says what stands in its columns."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.ids import ServiceId
from clinic_desk.domain.insurance import InsuranceCheck, InsuranceStatus
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.verdict import PersonFacts
from tests.domain.samples import NOT_TOLD, THERAPIST, ULTRASOUND, check

_KZ = dt.timezone(dt.timedelta(hours=5))
_SERVICES = {"I": ULTRASOUND, "G": THERAPIST, "?": NOT_TOLD, "-": None}


@dataclass(frozen=True)
class Case:
    """A line of the table."""

    line: int
    day: dt.date
    person: PersonFacts
    evidence: InsuranceCheck | None
    service: Service | None
    icd: str
    onset: dt.date | None
    expected: tuple[str, str, str, dt.date | None]
    source: str


def read_cases() -> list[Case]:
    """Every case, in the order of the file."""
    lines = (Path(__file__).parent / "verdict_cases.txt").read_text("utf-8").splitlines()
    return [_case(number, line) for number, line in enumerate(lines, 1) if line and line[0] != "#"]


def _case(number: int, line: str) -> Case:
    cells = [cell.strip() for cell in line.split("|")]
    day_text, person, evidence, service, icd, onset, answer, payer, reason, until, source = cells
    day = dt.date.fromisoformat(day_text)
    return Case(
        number,
        day,
        _person(person),
        _evidence(evidence, day),
        _SERVICES[service] if service in _SERVICES else _guessed(service),
        icd,
        _day(onset),
        (answer, payer, reason, _day(until)),
        source,
    )


def _day(text: str) -> dt.date | None:
    return None if text in ("-", "?") else dt.date.fromisoformat(text)


def _guessed(code: str) -> Service:
    return Service(ServiceId("s9"), code, "", package=Package.UNKNOWN)


def _person(text: str) -> PersonFacts:
    what, _, day = text.partition(" ")
    if what == "born":
        return PersonFacts(birth_date=_day(day))
    if what == "eaeu":
        return PersonFacts(basis=AttachmentBasis.EAEU_CONTRACT, contract_until=_day(day))
    return PersonFacts()


def _evidence(text: str, day: dt.date) -> InsuranceCheck | None:
    """The answer, given one minute before midnight of its day: the hour does not count."""
    if text == "-":
        return None
    status, age, *rest = text.split()
    asked = dt.datetime.combine(day - dt.timedelta(days=int(age)), dt.time(23, 59), _KZ)
    through = _day(rest[1]) if rest[:1] == ["till"] else None
    category = rest[0] if rest and rest[0] != "till" else ""
    return check(
        InsuranceStatus(status), checked_at=asked.astimezone(dt.UTC), valid_through=through, category=category
    )
