"""Made-up suppliers of the practice clinic and what they offer."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from clinic_desk.practice.iins import made_up_bin
from clinic_desk.practice.urns import Draw
from clinic_desk.resources import read_json

LEAST_SUPPLIERS: Final = 3
"""Every offered service has at least this many suppliers today, a private one among them."""


class SupplierRow(NamedTuple):
    """An organisation of the made-up list.

    `cares` are (role, kind of care) in the words of the Fund's list; `state` is included or
    excluded; `listed_from` may lie in the future; `distance_km` is from the clinic;
    `claimed_waits` are (service code, days or None) fixed by hand, others are drawn.
    """

    code: str
    name_kk: str
    name_ru: str
    bin: str
    region: str
    address: str
    phone: str
    ownership: str
    role: str
    state: str
    listed_from: dt.date
    listed_to: dt.date | None
    cares: tuple[tuple[str, str], ...]
    distance_km: float
    groups: tuple[str, ...]
    claimed_waits: tuple[tuple[str, int | None], ...]

    def is_listed_on(self, day: dt.date) -> bool:
        """True when the list includes the supplier on `day`."""
        if self.state != "included" or day < self.listed_from:
            return False
        return self.listed_to is None or day <= self.listed_to


class OfferRow(NamedTuple):
    """That a supplier gives a service between two inclusive days; `wait_days` is what it claims."""

    supplier_code: str
    service_code: str
    role: str
    valid_from: dt.date
    valid_to: dt.date | None
    wait_days: int | None

    def is_valid_on(self, day: dt.date) -> bool:
        """True when the offer stands on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def made_up_suppliers(today: dt.date) -> tuple[SupplierRow, ...]:
    """Sixty suppliers: most listed for years, three excluded, two to be included soon."""
    source: dict[str, Any] = read_json("practice", "suppliers.json")
    draw = random.Random(60).random  # noqa: S311 - made-up values, not secrets
    return tuple(_supplier(place, row, source, today, draw) for place, row in enumerate(source["suppliers"]))


def _supplier(
    place: int, row: dict[str, Any], source: dict[str, Any], today: dt.date, draw: Draw
) -> SupplierRow:
    groups = tuple(
        dict.fromkeys(member for group in row["groups"] for member in source["bundles"].get(group, [group]))
    )
    standing = row.get("list", "included")
    listed_from = today - dt.timedelta(days=240 + int(draw() * 1100))
    listed_to = None
    if standing == "excluded":
        listed_to = today - dt.timedelta(days=12 + int(draw() * 120))
    elif standing == "future":
        listed_from = today + dt.timedelta(days=9 + int(draw() * 45))
    # The nearest ones stand first in the file, as a clinic's own habit would have it.
    distance = row.get("distance_km", round(0.6 + place * 0.17 + draw() * 9, 1))
    return SupplierRow(
        f"S{place + 1:03d}",
        row["kk"],
        row["ru"],
        made_up_bin(place + 1, registered=dt.date(2004 + int(draw() * 18), 1 + int(draw() * 12), 1)),
        "Астана қ.",
        f"Астана қ., Үлгі көшесі, {2 + place}-үй",
        f"+7717200{1000 + place}" if row["ownership"] == "state" else f"+77000000{100 + place}",
        row["ownership"],
        row["role"],
        "excluded" if standing == "excluded" else "included",
        listed_from,
        listed_to,
        tuple((row["role"], source["kinds_of_care"][kind]) for kind in _kinds(groups, row["ownership"])),
        distance,
        groups,
        tuple(row.get("waits", {}).items()),
    )


def _kinds(groups: Sequence[str], ownership: str) -> list[str]:
    kinds = [kind for kind in ("imaging", "laboratory", "rehabilitation") if kind in groups]
    if any(group not in {"imaging", "laboratory"} for group in groups):
        kinds.insert(0, "consultation")
    if ownership == "state" and "surgery" in groups:
        kinds.append("inpatient")
    return kinds


def made_up_offers(
    suppliers: Sequence[SupplierRow], wanted: Sequence[tuple[str, str]], today: dt.date
) -> tuple[OfferRow, ...]:
    """Offers for each wanted (service code, group), in the order of suppliers, then services.

    Some have ended, some begin later, some name no wait. A service with fewer than
    `LEAST_SUPPLIERS` suppliers today, or no private one, is given to further listed ones.
    """
    draw = random.Random(61).random  # noqa: S311 - made-up values, not secrets
    offers = {
        (supplier.code, code): _offer(supplier, code, today, draw)
        for supplier in suppliers
        for code, group in wanted
        if group in supplier.groups
        and (len(supplier.groups) == 1 or code in dict(supplier.claimed_waits) or draw() < 0.88)
    }
    for code, group in wanted:
        for supplier in _further(suppliers, group, today):
            current = [s for s in suppliers if _gives_today(offers, s, code, today)]
            enough = len(current) >= LEAST_SUPPLIERS
            if enough and any(s.ownership == "private" for s in current):
                break
            if supplier not in current and (not enough or supplier.ownership == "private"):
                wait = 1 + int(draw() * 20)
                offers[supplier.code, code] = OfferRow(
                    supplier.code, code, supplier.role, supplier.listed_from, None, wait
                )
    places = {supplier.code: place for place, supplier in enumerate(suppliers)}
    order = {code: place for place, (code, _) in enumerate(wanted)}
    return tuple(offers[key] for key in sorted(offers, key=lambda key: (places[key[0]], order[key[1]])))


def _further(suppliers: Sequence[SupplierRow], group: str, today: dt.date) -> list[SupplierRow]:
    """Listed suppliers for topping up: those of the group first, then the widest ones."""
    listed = [supplier for supplier in suppliers if supplier.is_listed_on(today)]
    return sorted(listed, key=lambda supplier: (group not in supplier.groups, -len(supplier.groups)))


def _gives_today(
    offers: dict[tuple[str, str], OfferRow], supplier: SupplierRow, code: str, today: dt.date
) -> bool:
    offer = offers.get((supplier.code, code))
    return offer is not None and offer.is_valid_on(today) and supplier.is_listed_on(today)


def _offer(supplier: SupplierRow, code: str, today: dt.date, draw: Draw) -> OfferRow:
    valid_from, valid_to = supplier.listed_from, supplier.listed_to
    for known, days in supplier.claimed_waits:
        if known == code:
            return OfferRow(supplier.code, code, supplier.role, valid_from, valid_to, days)
    chance = draw()
    if chance < 0.05 and valid_to is None and valid_from < today:
        valid_to = today - dt.timedelta(days=3 + int(draw() * 90))
    elif chance < 0.08:
        valid_from = max(valid_from, today + dt.timedelta(days=5 + int(draw() * 40)))
        valid_to = None
    elif chance < 0.30 and valid_to is None and valid_from <= today:
        valid_to = dt.date(today.year + (today.month == 12), 12, 31)
    # Most claim days, some weeks, an eighth says nothing.
    wait = None if draw() < 0.12 else 1 + int(draw() * draw() * 34)
    return OfferRow(supplier.code, code, supplier.role, valid_from, valid_to, wait)
