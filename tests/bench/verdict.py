"""A verdict on warm data, beside a few dictionaries looked up by hand that answer with a word."""

from __future__ import annotations

import datetime as dt
import random
from typing import NamedTuple

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.ids import CheckId, PatientId, ServiceId
from clinic_desk.domain.insurance import COVERED, Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.verdict import PersonFacts, verdict
from clinic_desk.services.rules_of_the_day import shipped_tables
from tests.bench.measure import Report, alternate, percentile

_LIMIT_MS = 0.05
_QUESTIONS = 20_000
_DAY = dt.date(2026, 11, 27)
_ICD = (
    "A15.0",
    "B18.1",
    "C50.9",
    "E11.9",
    "F20.0",
    "I10",
    "I21.0",
    "I63.9",
    "J45.9",
    "K74.6",
    "R10.4",
    "Z00.0",
)
_CODES = ("A01.001.000", "A02.005.000", "B03.335.002", "C03.001.004", "D99.001.000")


class _Question(NamedTuple):
    person: PersonFacts
    check: InsuranceCheck | None
    service: Service
    icd: str
    onset: dt.date | None


def measure_verdict(report: Report) -> None:
    """The line of the issue: at most 50 µs at the 95th percentile."""
    tables = shipped_tables()
    questions = _questions()

    def ours(asked: _Question) -> object:
        return verdict(
            asked.person, asked.check, asked.service, asked.icd, _DAY, tables, onset_on=asked.onset
        )

    guaranteed = {"A15", "B18", "C50", "F20", "I21", "I63", "K74"}
    observed = {"E11", "I10", "J45"}
    oldest = dt.datetime(2026, 10, 27, tzinfo=dt.UTC)

    def by_hand(asked: _Question) -> str:
        prefix = asked.icd[:3]
        if prefix in guaranteed or asked.service.package == "guaranteed":
            return "guaranteed"
        check = asked.check
        if check is None or check.checked_at < oldest:
            return "unknown"
        if prefix in observed or asked.service.package == "insurance":
            return "insurance" if check.status in COVERED else "self_pay"
        return "unknown"

    mine, raw = alternate(ours, by_hand, questions, warm=200)
    raw_p95 = percentile(raw, 0.95)
    report.bound(
        "verdict",
        mine,
        limit=_LIMIT_MS,
        by_hand_p95_ms=round(raw_p95, 5),
        times_by_hand=round(percentile(mine, 0.95) / raw_p95, 1),
    )


def _questions() -> list[_Question]:
    draw = random.Random(20261127)  # the same questions in every run
    statuses = list(InsuranceStatus)
    made = []
    for number in range(_QUESTIONS):
        asked_at = dt.datetime(2026, 11, 27, 4, tzinfo=dt.UTC) - dt.timedelta(hours=draw.randrange(1200))
        check = InsuranceCheck(
            CheckId(str(number)), PatientId("p"), draw.choice(statuses), asked_at, Channel.EGOV, "bench"
        )
        person = PersonFacts(
            dt.date(draw.randrange(1940, 2026), 5, 12),
            AttachmentBasis.EAEU_CONTRACT if draw.random() < 0.1 else AttachmentBasis.RESIDENCE,
            dt.date(2027, 3, 31),
        )
        service = Service(ServiceId("s"), draw.choice(_CODES), "", package=draw.choice(list(Package)))
        onset = _DAY - dt.timedelta(days=draw.randrange(500)) if draw.random() < 0.5 else None
        is_asked = draw.random() < 0.9
        made.append(_Question(person, check if is_asked else None, service, draw.choice(_ICD), onset))
    return made
