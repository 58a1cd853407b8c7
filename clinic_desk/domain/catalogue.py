"""What can be ordered and where: services, diagnoses, suppliers, offers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId


class Package(StrEnum):
    """Who pays for a service by its kind.

    Source: Government resolutions No. 672 (guaranteed volume) and No. 421 (insurance).
    """

    GUARANTEED = "guaranteed"
    INSURANCE = "insurance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the tariff list. One code may stand for several names, so the id is the key."""

    id: ServiceId
    code: str
    title_ru: str
    title_kk: str = ""
    title_en: str = ""
    package: Package = Package.UNKNOWN
    specialty: str = ""
    price: str = ""
    coefficient: str = ""


class InvalidIcdCode(InvalidValue):
    """The text is not the form of an ICD-10 code. Code: `icd.form`."""


_ICD_FORM: Final = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?")
# Letters of the Kazakh and Russian layouts that look like, or stand on the key of, a Latin one.
_LOOK_ALIKE: Final = str.maketrans("АВЕКМНОРСТХІ", "ABEKMHOPCTXI")


def normalise_icd(text: str) -> str:
    """An ICD-10 code in its written form: `i119` and `І11.9` (Cyrillic І) give `I11.9`.

    Raises:
        InvalidIcdCode: when no such form can be made.
    """
    code = text.strip().upper().translate(_LOOK_ALIKE).replace(",", ".").replace(" ", "")
    if len(code) > 3 and "." not in code:
        code = f"{code[:3]}.{code[3:]}"
    if not _ICD_FORM.fullmatch(code):
        raise InvalidIcdCode("icd.form")
    return code


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10 code with the titles the clinic has; titles may be empty."""

    code: str
    title_ru: str = ""
    title_kk: str = ""
    title_en: str = ""


class SupplierRole(StrEnum):
    """Role in the Fund's list: supplier, or co-executor under a contract with a supplier."""

    SUPPLIER = "supplier"
    CO_EXECUTOR = "co_executor"


class ListState(StrEnum):
    """State in the Fund's list of health care subjects."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Care:
    """One kind of care a supplier is listed for, in one role."""

    role: SupplierRole
    kind: str
    subkind: str = ""


@dataclass(frozen=True, slots=True)
class Supplier:
    """An organisation of the Fund's list, state or private.

    `listed_from` and `listed_to` are inclusive days. Without a BIN the row is kept, since the real
    list has such rows, but nobody is ever sent there (`is_complete` is false).
    """

    id: SupplierId
    name: str
    bin: str = ""
    region: str = ""
    address: str = ""
    phone: str = ""
    ownership: str = ""
    state: ListState = ListState.UNKNOWN
    listed_from: dt.date | None = None
    listed_to: dt.date | None = None
    cares: tuple[Care, ...] = ()
    distance_km: float | None = None

    @property
    def is_complete(self) -> bool:
        """True when the row says enough to send a person there."""
        return bool(self.bin)

    def is_listed_on(self, day: dt.date) -> bool:
        """True when the list includes the organisation on `day`."""
        if self.state is not ListState.INCLUDED:
            return False
        return (self.listed_from is None or self.listed_from <= day) and (
            self.listed_to is None or day <= self.listed_to
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """That a supplier gives a service between two inclusive days; the wait is what it claims."""

    id: OfferId
    supplier_id: SupplierId
    service_id: ServiceId
    role: SupplierRole = SupplierRole.SUPPLIER
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    wait_days: int | None = None

    def is_valid_on(self, day: dt.date) -> bool:
        """True when the offer stands on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
