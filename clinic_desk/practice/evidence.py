"""Invents the last answer about a person's insurance, in keeping with the drawn status.

The answer depends on the person's IIN alone, so it is the same whoever asks and in any order.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Final, NamedTuple

from clinic_desk.practice.population import PersonRow
from clinic_desk.practice.urns import Draw, pick, urn

_CHANNELS: Final = urn(
    (
        ("service", 46), ("egov", 18), ("qoldau", 12), ("bot", 8),
        ("fund_site", 6), ("call_centre", 5), ("bank_app", 3), ("paper", 2),
    ),
    200,
)  # fmt: skip
_WITHOUT_MONTHS: Final = ("call_centre", "paper")
_DAY_MINUTES: Final = 24 * 60
_REGISTRARS: Final = ("Сәбитова Г.", "Ережепов Н.", "Левченко О.")


class EvidenceRow(NamedTuple):
    """An answer as plain values; codes are the stored values of `clinic_desk.domain.insurance`.

    `checked_minutes_ago` counts back from the moment of seeding; `months` are twelve characters,
    oldest first (`p` paid, `-` not paid, `g` grace, `?` not told), or empty; `valid_through` is the
    last day the answer names, if any; `category` may be empty.
    """

    status: str
    category: str
    months: str
    checked_minutes_ago: int
    channel: str
    checked_by: str
    reference: str
    valid_through: dt.date | None


def evidence_for(person: PersonRow, *, today: dt.date) -> EvidenceRow | None:
    """The person's last answer, or None where nobody has asked yet (status `unknown`)."""
    if person.insurance_status == "unknown":
        return None
    draw = random.Random(int(person.iin or 0)).random  # noqa: S311 - made-up answers, not secrets
    channel = pick(_CHANNELS, draw)
    minutes_ago = _minutes_ago(person.insurance_status, draw)
    checked_on = today - dt.timedelta(days=minutes_ago // _DAY_MINUTES)
    return EvidenceRow(
        person.insurance_status,
        person.insurance_category,
        "" if channel in _WITHOUT_MONTHS else _months(person, draw, checked_on),
        minutes_ago,
        channel,
        pick(_REGISTRARS, draw),
        "" if channel in {"bot", "call_centre"} else f"P-{int(draw() * 900_000) + 100_000}",
        _valid_through(person.insurance_status, checked_on, draw),
    )


def _minutes_ago(status: str, draw: Draw) -> int:
    """An eighth was asked within a day, half within a month, nobody more than ten months ago."""
    age = draw()
    if age < 0.12:
        return 5 + int(draw() * 0.9 * _DAY_MINUTES)
    # Statuses that soon run out are asked again; older answers would have run out already.
    limit = 20 if status in {"temporary_1m", "grace_3m", "grace_6m"} else 30 if age < 0.55 else 300
    return int((1 + draw() * limit) * _DAY_MINUTES)


def _months(person: PersonRow, draw: Draw, checked_on: dt.date) -> str:
    status = person.insurance_status
    if status == "insured_contributions":
        # Someone who paid twelve months ahead may owe older ones.
        owed = int(draw() * 4) + 1 if person.insurance_category == "self_payer" and draw() < 0.2 else 0
        return "-" * owed + "p" * (12 - owed)
    if status in {"insured_state", "insured_state_local"}:
        born = person.birth_date
        alive = (checked_on.year - born.year) * 12 + checked_on.month - born.month + 1
        known = max(1, min(12, alive))
        return "?" * (12 - known) + "p" * known
    if status == "grace_3m":
        grace = 1 + int(draw() * 3)
        return "p" * (12 - grace) + "g" * grace
    if status == "grace_6m":
        grace = 4 + int(draw() * 3)
        return "p" * (12 - grace) + "g" * grace
    if status == "temporary_1m":
        return "-" * 11 + "p"
    if status == "conditional_de":
        return "-" * 12
    paid = int(draw() * 6)
    gap = 6 + int(draw() * (7 - paid))
    return "-" * (12 - paid - gap) + "p" * paid + "-" * gap


def _valid_through(status: str, checked_on: dt.date, draw: Draw) -> dt.date | None:
    """Source of the terms: the insurance law as of 2026 (one month; 3 or 6 months; year's end)."""
    if status == "temporary_1m":
        return checked_on + dt.timedelta(days=30)
    if status == "conditional_de":
        return dt.date(checked_on.year, 12, 31)
    if status in {"grace_3m", "grace_6m"}:
        return _month_end(checked_on, int(draw() * 2) + 1)
    return None


def _month_end(day: dt.date, months_later: int) -> dt.date:
    month = day.year * 12 + day.month + months_later
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
