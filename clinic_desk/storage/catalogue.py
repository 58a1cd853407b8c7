"""Services, diagnoses, suppliers and offers in the store."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from clinic_desk.domain.catalogue import Diagnosis, Offer, Service, Supplier
from clinic_desk.domain.ids import ServiceId, SupplierId
from clinic_desk.services.sync.ports import SUPPLIER_LIST_DAY
from clinic_desk.storage.catalogue_search import find_diagnoses, find_services
from clinic_desk.storage.mapping.catalogue import DIAGNOSIS, OFFER, SERVICE, SUPPLIER, with_cares
from clinic_desk.storage.statement import Statement, driver_connection
from clinic_desk.storage.sync.tables import sync_state
from clinic_desk.storage.tables import imports, offers, services, supplier_cares, suppliers
from clinic_desk.storage.values import day_of

_BY_CODE: Final = Statement(
    SERVICE.select.where(services.c.code == bindparam("code")).order_by(services.c.seq)
)
_BY_BIN: Final = Statement(SUPPLIER.select.where(suppliers.c.bin == bindparam("bin"), suppliers.c.bin != ""))
_SUPPLIERS: Final = SUPPLIER.select.order_by(suppliers.c.name_key, suppliers.c.seq)
_CARE: Final = select(
    supplier_cares.c.supplier_id, supplier_cares.c.role, supplier_cares.c.kind, supplier_cares.c.subkind
).order_by(supplier_cares.c.supplier_id, supplier_cares.c.position)
_ONE_SUPPLIERS_CARES: Final = Statement(_CARE.where(supplier_cares.c.supplier_id == bindparam("supplier_id")))
_CARES_OF: Final = _CARE.where(supplier_cares.c.supplier_id.in_(bindparam("ids", expanding=True)))
_OFFERS: Final = Statement(
    OFFER.select.where(
        offers.c.supplier_id == bindparam("supplier_id"), offers.c.service_id == bindparam("service_id")
    ).order_by(offers.c.seq)
)
_OFFERS_OF_SERVICE: Final = OFFER.select.where(offers.c.service_id == bindparam("service_id")).order_by(
    offers.c.seq
)
_SUPPLIERS_OF: Final = SUPPLIER.select.where(
    suppliers.c.id.in_(
        select(offers.c.supplier_id).where(offers.c.service_id == bindparam("service_id")).distinct()
    )
)
_LIST_DATES: Final = (
    select(func.max(imports.c.list_date))
    .where(imports.c.kind == "suppliers", imports.c.is_undone == 0)
    .union_all(
        select(func.json_extract(sync_state.c.value, "$")).where(sync_state.c.name == SUPPLIER_LIST_DAY)
    )
)


class SqlCatalogue:
    """`CatalogueStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = driver_connection(connection)

    def service(self, service_id: ServiceId) -> Service | None:
        """The service of that identity."""
        return SERVICE.get(self._driver, service_id)

    def services_by_code(self, code: str) -> list[Service]:
        """All services of exactly that code, in the order they came."""
        return [SERVICE.read(row) for row in _BY_CODE.run(self._driver, code=code)]

    def find_services(self, text: str, limit: int) -> list[Service]:
        """By beginning of the code, then by words of the titles; see `catalogue_search`."""
        return find_services(self._connection, text, limit)

    def diagnosis(self, code: str) -> Diagnosis | None:
        """The diagnosis of exactly that code, in its written form."""
        return DIAGNOSIS.get(self._driver, code)

    def find_diagnoses(self, text: str, limit: int) -> list[Diagnosis]:
        """By beginning of the code, then by words of the titles; see `catalogue_search`."""
        return find_diagnoses(self._connection, text, limit)

    def supplier(self, supplier_id: SupplierId) -> Supplier | None:
        """The supplier of that identity, with its cares."""
        return self._complete(SUPPLIER.get(self._driver, supplier_id))

    def supplier_by_bin(self, digits: str) -> Supplier | None:
        """The supplier with that BIN, with its cares."""
        row = _BY_BIN.one(self._driver, bin=digits)
        return self._complete(None if row is None else SUPPLIER.read(row))

    def suppliers(self) -> list[Supplier]:
        """All, by folded name, with their cares."""
        cares = self._cares(None)
        return [with_cares(SUPPLIER.read(row), cares[row[0]]) for row in self._connection.execute(_SUPPLIERS)]

    def suppliers_of(self, service_id: ServiceId) -> list[tuple[Supplier, Offer]]:
        """Everyone who offers the service on any day, once an offer; the days are the caller's to judge."""
        wanted = {"service_id": service_id}
        rows = self._connection.execute(_SUPPLIERS_OF, wanted).all()
        cares = self._cares([row[0] for row in rows])
        by_id = {row[0]: with_cares(SUPPLIER.read(row), cares[row[0]]) for row in rows}
        found = [OFFER.read(row) for row in self._connection.execute(_OFFERS_OF_SERVICE, wanted)]
        return [(by_id[offer.supplier_id], offer) for offer in found]

    def offers(self, supplier_id: SupplierId, service_id: ServiceId) -> list[Offer]:
        """The supplier's offers of the service, in the order they came."""
        rows = _OFFERS.run(self._driver, supplier_id=supplier_id, service_id=service_id)
        return [OFFER.read(row) for row in rows]

    def supplier_list_date(self) -> dt.date | None:
        """The latest day an imported list of suppliers speaks of, or the upstream's was read whole."""
        told = [row[0] for row in self._connection.execute(_LIST_DATES)]
        return max((day for one in told if (day := day_of(one)) is not None), default=None)

    def _complete(self, supplier: Supplier | None) -> Supplier | None:
        if supplier is None:
            return None
        cares = _ONE_SUPPLIERS_CARES.all(self._driver, supplier_id=supplier.id)
        return with_cares(supplier, [care[1:] for care in cares])

    def _cares(self, ids: Sequence[str] | None) -> dict[str, list[Any]]:
        """Rows of role, kind and subkind by supplier; of all suppliers when `ids` is None."""
        grouped: dict[str, list[Any]] = defaultdict(list)
        result = (
            self._connection.execute(_CARE)
            if ids is None
            else self._connection.execute(_CARES_OF, {"ids": list(ids)})
        )
        for supplier_id, *care in result:
            grouped[supplier_id].append(care)
        return grouped
