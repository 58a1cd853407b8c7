"""The typed content of one good row of each kind, before it meets the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal

from clinic_desk.domain.bin import Bin
from clinic_desk.domain.catalogue import Care, ListState, Package
from clinic_desk.domain.folding import fold
from clinic_desk.domain.iin import Iin, Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.street_parts import Houses


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A person. Without an IIN there is a birth date. An unreadable phone is left out with a warning.

    `citizenship` is an ISO 3166-1 alpha-3 code, `kato` the nine digits of a place; "" when the list has none.
    """

    name: PersonName
    iin: Iin | None = None
    birth_date: dt.date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: Phone | None = None
    address: str = ""
    mother_iin: Iin | None = None
    document_number: str = ""
    citizenship: str = ""
    kato: str = ""

    @property
    def key(self) -> Hashable:
        """The IIN, or the folded name with the birth date."""
        return self.iin.digits if self.iin else (self.name.key, self.birth_date)


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """An organisation of the Fund's list. Without a BIN it is kept and never offered.

    `cares` has one entry for each kind in each role; a role without a kind has an empty kind.
    `incomplete` holds the codes of what is missing before anybody can be sent there.
    """

    name: str
    bin: Bin | None = None
    region: str = ""
    address: str = ""
    phone: str = ""
    ownership: str = ""
    state: ListState = ListState.UNKNOWN
    subject_status: str = ""
    listed_from: dt.date | None = None
    listed_to: dt.date | None = None
    changed_on: dt.date | None = None
    long_term: str = ""
    cares: tuple[Care, ...] = ()
    distance_km: Decimal | None = None
    incomplete: tuple[str, ...] = ()

    @property
    def key(self) -> Hashable:
        """The BIN, or the folded name with the region."""
        return self.bin.digits if self.bin else (fold(self.name), fold(self.region))


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service. One code serves several names, so the key is code and name."""

    code: str
    title_ru: str = ""
    title_kk: str = ""
    title_en: str = ""
    price: Decimal | None = None
    coefficient: Decimal | None = None
    package: Package = Package.UNKNOWN
    specialty: str = ""

    @property
    def key(self) -> Hashable:
        """The code with the folded first title that is there."""
        return (self.code, fold(self.title_ru or self.title_kk or self.title_en))


@dataclass(frozen=True, slots=True)
class OfferRow:
    """That a supplier gives a service, both named by their numbers; days are inclusive."""

    supplier_bin: Bin
    service_code: str
    service_title: str = ""
    listed_from: dt.date | None = None
    listed_to: dt.date | None = None
    wait_days: int | None = None
    distance_km: Decimal | None = None
    price: Decimal | None = None

    @property
    def key(self) -> Hashable:
        """Supplier, service and first day."""
        return (self.supplier_bin.digits, self.service_code, fold(self.service_title), self.listed_from)


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor of the clinic. `code` is "" where the list has none; `district` is its number."""

    name: PersonName
    code: str = ""
    specialty_ru: str = ""
    specialty_kk: str = ""
    district: str = ""
    room: str = ""
    active_from: dt.date | None = None
    active_to: dt.date | None = None

    @property
    def key(self) -> Hashable:
        """The code, or the folded name."""
        return self.code or self.name.key


@dataclass(frozen=True, slots=True)
class IcdRow:
    """An ICD-10 code with the titles of the list. `is_actual` is false for a withdrawn code."""

    code: str
    title_ru: str = ""
    title_kk: str = ""
    title_en: str = ""
    is_actual: bool = True

    @property
    def key(self) -> Hashable:
        """The code."""
        return self.code


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A part of a street and the number of its district; another spelling of one street is the same part."""

    name: str = field(compare=False)
    street_key: str
    houses: Houses
    district: str

    @property
    def key(self) -> Hashable:
        """The street: rows of one street have to be looked at together."""
        return self.street_key


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """An answer about a person's insurance; `checked_at` is aware UTC, the rest as in `InsuranceCheck`."""

    iin: Iin
    status: InsuranceStatus
    checked_at: dt.datetime
    channel: Channel
    category: str = ""
    reference: str = ""
    valid_through: dt.date | None = None
    months: str = ""

    @property
    def key(self) -> Hashable:
        """The person and the moment: two answers for both cannot stand beside each other."""
        return (self.iin.digits, self.checked_at)


RowValues = PatientRow | SupplierRow | ServiceRow | OfferRow | DoctorRow | IcdRow | StreetRow | InsuranceRow
