"""The made-up polyclinic as plain values: itself, its districts, doctors and services.

Source of the four official prices: order ҚР ДСМ-170/2020, tariffs from 1 Jan 2026; all other
prices, people, organisations and numbers are invented. Suppliers and offers: `suppliers`.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Final, NamedTuple

from clinic_desk.practice.iins import made_up_bin
from clinic_desk.practice.names import Spelled, feminine, patronymics, russian_spelling
from clinic_desk.practice.suppliers import OfferRow, SupplierRow, made_up_offers, made_up_suppliers
from clinic_desk.practice.town import DISTRICTS, GENERAL_DISTRICTS, TERRITORIES
from clinic_desk.resources import read_json

_CLINIC_BIN: Final = made_up_bin(0, registered=dt.date(2001, 9, 1))


class NameRow(NamedTuple):
    """A name in one spelling."""

    surname: str
    given_name: str
    patronymic: str


class ClinicRow(NamedTuple):
    """The organisation that issues referrals."""

    name_kk: str
    name_ru: str
    name_en: str
    bin: str
    address_kk: str
    address_ru: str
    phone: str
    head_kk: NameRow
    head_ru: NameRow
    registrars: tuple[str, ...]
    kato: str


class DistrictRow(NamedTuple):
    """A district: `number` 1 to 20 as text, `kind` as in the domain, its doctor's code."""

    number: str
    kind: str
    doctor_code: str


class DoctorRow(NamedTuple):
    """A doctor; `specialty` is a key, `district` the number of the own district or empty."""

    code: str
    name_kk: NameRow
    name_ru: NameRow
    sex: str
    specialty: str
    specialty_kk: str
    specialty_ru: str
    room: str
    district: str
    active_from: dt.date


class ServiceRow(NamedTuple):
    """A service of the catalogue.

    `price` is tenge with two decimals; `price_source` is `order` for the four official tariffs and
    `made_up` for the rest. `kind`: primary, vaccination, screening, emergency, consultation,
    laboratory, instrumental. `icd_codes` are diagnoses it may be ordered for; `sex` is M, F or
    empty; `ages` is adult, child, infant or empty; `own` means that only the clinic itself gives it.
    """

    code: str
    title_kk: str
    title_ru: str
    title_en: str
    package: str
    kind: str
    specialty: str
    price: str
    coefficient: str
    price_source: str
    icd_codes: tuple[str, ...]
    sex: str
    ages: str
    for_pregnant: bool
    own: bool


class MadeUpClinic:
    """The practice polyclinic on the day `today`: every answer is made once and stays the same."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self._source: dict[str, Any] = read_json("practice", "clinic.json")
        self._catalogue: dict[str, Any] = read_json("practice", "services.json")
        self._exceptions: dict[str, str] = read_json("practice", "names.json")["patronymics"]

    @cached_property
    def clinic(self) -> ClinicRow:
        """The organisation itself."""
        source = self._source
        head_kk, head_ru = self._names(source["head"])
        return ClinicRow(
            source["name_kk"], source["name_ru"], source["name_en"], _CLINIC_BIN,
            source["address_kk"], source["address_ru"], source["phone"],
            head_kk, head_ru, tuple(source["registrars"]), source["kato"],
        )  # fmt: skip

    @cached_property
    def districts(self) -> tuple[DistrictRow, ...]:
        """Twenty districts in the order of `PersonRow.district_index`."""
        return tuple(
            DistrictRow(str(place + 1), _district_kind(place), _doctor_code(place))
            for place in range(DISTRICTS)
        )

    @cached_property
    def doctors(self) -> tuple[DoctorRow, ...]:
        """District doctors in the order of the districts, then specialists."""
        words = {row["key"]: row for row in self._catalogue["specialties"]}
        return tuple(
            self._doctor(place, source, words[source["specialty"]])
            for place, source in enumerate(self._source["doctors"])
        )

    @cached_property
    def services(self) -> tuple[ServiceRow, ...]:
        """The catalogue in its file's order, codes unique."""
        return tuple(
            ServiceRow(
                row["code"], row["kk"], row["ru"], row["en"], row["package"], row["kind"], row["specialty"],
                row["price"], "1.0", row["price_source"], tuple(row["icd"]), row.get("sex", ""),
                row.get("ages", ""), row.get("pregnant", False), row.get("own", False),
            )
            for row in self._catalogue["services"]
        )  # fmt: skip

    @cached_property
    def suppliers(self) -> tuple[SupplierRow, ...]:
        """Sixty suppliers; the list is of `supplier_list_date`."""
        return made_up_suppliers(self.today)

    @property
    def supplier_list_date(self) -> dt.date:
        """The day the list of suppliers says it is of."""
        return self.today

    @cached_property
    def offers(self) -> tuple[OfferRow, ...]:
        """Who gives what, by supplier and then service."""
        nobody = {row["code"] for row in self._catalogue["services"] if row.get("nobody")}
        wanted = [row for row in self.services if not row.own and row.code not in nobody]
        return made_up_offers(self.suppliers, [(row.code, _group(row)) for row in wanted], self.today)

    def _doctor(self, place: int, source: dict[str, Any], specialty: dict[str, str]) -> DoctorRow:
        name_kk, name_ru = self._names(source)
        return DoctorRow(
            _doctor_code(place),
            name_kk,
            name_ru,
            source["sex"],
            specialty["key"],
            specialty["kk"],
            specialty["ru"],
            source["room"],
            str(place + 1) if place < DISTRICTS else "",
            self.today - dt.timedelta(days=900 + 41 * place),
        )

    def _names(self, source: dict[str, Any]) -> tuple[NameRow, NameRow]:
        """The name in Kazakh and in Russian spelling."""
        female = source["sex"] == "F"
        surname = feminine(source["surname"]) if female else source["surname"]
        father = Spelled(source["father"], russian_spelling(source["father"]))
        forms = patronymics(father, self._exceptions)
        in_russian = NameRow(russian_spelling(surname), russian_spelling(source["given"]), forms[2 + female])
        if source.get("russian"):
            return in_russian, in_russian
        return NameRow(surname, source["given"], forms[female]), in_russian


def _doctor_code(place: int) -> str:
    return f"D{place + 1:03d}"


def _district_kind(place: int) -> str:
    if place < GENERAL_DISTRICTS:
        return "general"
    return "therapeutic" if place < TERRITORIES else "pediatric"


def _group(service: ServiceRow) -> str:
    """The group of suppliers that give a service: X-ray apart from CT and MRI, else the specialty."""
    if service.specialty == "radiology":
        return "xray" if service.code.endswith(".005") or service.kind == "screening" else "imaging"
    return service.specialty
