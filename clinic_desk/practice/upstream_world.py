"""What the authorities know of the practice clinic's world: the same people and suppliers, made the same way.

A few people differ there on purpose, so that a learner meets a change from outside and a possible duplicate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from clinic_desk.domain.attachment import CaseState
from clinic_desk.domain.catalogue import Offer, Service, Supplier
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId
from clinic_desk.practice.attachments import ATTACHING
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.directory import offer_record, service_record, supplier_record
from clinic_desk.practice.evidence import EvidenceRow, evidence_for
from clinic_desk.practice.population import PersonRow, people
from clinic_desk.practice.showcase import LEVEL_DE, PREPAID, THIRD_MONTH, showcase

DIFFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    PREPAID: {"phone": "+77000001177"},
    THIRD_MONTH: {"address": "Сарыарқа даңғылы, 18-үй, 4-пәтер"},
    LEVEL_DE: {"surname": "Ходжахметов"},
}
"""By role in the showcase: a new phone, a new address, and a spelling by which nobody can be matched."""


class KnownPerson(NamedTuple):
    """A person as the register and the Fund know them; `standing` is None where the Fund was never asked."""

    iin: str
    surname: str
    given_name: str
    patronymic: str
    sex: str
    birth_date: dt.date
    phone: str
    address: str
    language: str
    is_attached: bool
    standing: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class UpstreamWorld:
    """The world on the day the practice clinic was made, with that many drawn people."""

    today: dt.date
    count: int

    @property
    def clinic(self) -> tuple[str, str]:
        """The BIN and the name of the clinic that people are attached to."""
        clinic = MadeUpClinic(self.today).clinic
        return clinic.bin, clinic.name_kk

    def people(self) -> Iterator[KnownPerson]:
        """Everybody with an IIN and an identity card: the drawn ones first, then those of the showcase."""
        for row in people(self.count, today=self.today):
            yield _known(row, evidence_for(row, today=self.today))
        attached = {
            one.role for one in ATTACHING if any(case.state is CaseState.IN_FORCE for case in one.cases)
        }
        for shown in showcase(self.today):
            if shown.changes:
                continue  # newborns and foreigners, whom the register does not know yet
            known = _known(shown.person, shown.answer)
            if shown.role in attached:
                known = known._replace(is_attached=True)
            for field, value in DIFFERENCES.get(shown.role, {}).items():
                known = known._replace(**{field: value})  # type: ignore[arg-type]
            yield known

    def offers(self) -> Iterator[tuple[Service, Supplier, Offer]]:
        """Who gives what, under ids that are the same at each call."""
        made = MadeUpClinic(self.today)
        services = {row.code: service_record(row, ServiceId(row.code)) for row in made.services}
        suppliers = {row.code: supplier_record(row, SupplierId(row.code)) for row in made.suppliers}
        for row in made.offers:
            offer_id = OfferId(f"{row.supplier_code}-{row.service_code}")
            service, supplier = services[row.service_code], suppliers[row.supplier_code]
            yield service, supplier, offer_record(row, offer_id, supplier.id, service.id)

    def suppliers(self) -> Iterator[Supplier]:
        """The list of suppliers."""
        for row in MadeUpClinic(self.today).suppliers:
            yield supplier_record(row, SupplierId(row.code))


def _known(row: PersonRow, answer: EvidenceRow | None) -> KnownPerson:
    standing = None
    if answer is not None:
        until = answer.valid_through
        standing = {
            "status": answer.status,
            "category": answer.category,
            "months": answer.months,
            "valid_through": until.isoformat() if until else "",
        }
    return KnownPerson(
        row.iin, row.surname, row.given_name, row.patronymic, row.sex, row.birth_date, row.phone,
        row.address, row.language, row.attached, standing,
    )  # fmt: skip
