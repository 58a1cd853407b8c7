"""Organisations and services: what the upstream says of suppliers, services and offers stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from clinic_desk.domain.catalogue import ListState, Offer, Service, Supplier
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId
from clinic_desk.domain.sync.arrivals import OfferedService
from clinic_desk.fhir.directory import service_of, supplier_of
from clinic_desk.fhir.reading import identifier_in, reference_of
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import systems
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind, Store, UnitOfWork
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.papers.contradictions import note_supplier_news
from clinic_desk.services.sync.ports import SUPPLIER_LIST_DAY, Shadow

DIRECTORY: Final = frozenset({"Organization", "HealthcareService"})
"""The types that make the list of suppliers."""
_KNOWS_SUPPLIERS: Final = "knows_suppliers"
_BIN: Final = "bin/"
"""Before a BIN that is waited for: an offer may name its supplier by number only."""


class OrganizationApplier:
    """`Applier` of Organization. Who stands in the list, or is a supplier here already, is a supplier."""

    def read(self, row: Arrived) -> Supplier | None:
        """See `Applier`; None for an organisation without a BIN, which is nobody's supplier."""
        try:
            return supplier_of(row.body)
        except Unreadable as error:
            if error.why is WhyUnreadable.NO_KEY:
                return None
            raise

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        told: dict[str, News] = {one.reading.bin: one for one in news if one.reading is not None}
        known: dict[str, Supplier] = arrival.work.bulk.existing(BulkKind.SUPPLIERS, list(told))
        new: list[Supplier] = []
        changed: list[Supplier] = []
        for digits, one in told.items():
            theirs: Supplier = one.reading
            mine = known.get(digits)
            if mine is not None:
                arrival.link(one.row, mine.id)
                wanted = _laid_over(mine, theirs)
                changed += [wanted] if wanted != mine else []
            elif theirs.state is not ListState.UNKNOWN:
                wanted = replace(theirs, id=SupplierId(new_id()))
                arrival.link(one.row, wanted.id)
                new.append(wanted)
                for kind, waiting in arrival.work.shadows.take_waiting(_BIN + digits):
                    arrival.work.shadows.wait_for(kind, waiting, one.row.place)
        if any(one.row.resource_id in arrival.links for one in told.values()):
            arrival.work.sync_state.put(_KNOWS_SUPPLIERS, value=True)
        self._write(arrival, new, changed)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """A supplier that left the list takes nobody; the record stays for the referrals that name it."""
        digits = identifier_in(before.body, systems().bin)
        known = arrival.work.catalogue.supplier_by_bin(digits) if digits else None
        if known is not None and before.local_id == known.id and known.state is not ListState.EXCLUDED:
            self._write(arrival, [], [replace(known, state=ListState.EXCLUDED)])

    def _write(self, arrival: Arrival, new: Sequence[Supplier], changed: Sequence[Supplier]) -> None:
        if not new and not changed:
            return
        arrival.work.bulk.write(BulkKind.SUPPLIERS, new, changed)
        for supplier in changed:
            arrival.log("supplier.received", "supplier", supplier.id, reason=supplier.state.value)
        if new:
            arrival.log("supplier.received", "sync", "Organization", reason=str(len(new)))
        note_supplier_news(arrival.work, [one.id for one in changed], actor=arrival.actor, at=arrival.now)
        arrival.changed(Kind.CATALOGUE, *(one.id for one in (*new, *changed)))


def note_list_day(store: Store, day: dt.date) -> None:
    """The upstream's list was read to its end on that day; an upstream without suppliers has no list."""
    with store.read() as work:
        is_told = work.sync_state.get(SUPPLIER_LIST_DAY) == day.isoformat()
        if is_told or not work.sync_state.get(_KNOWS_SUPPLIERS):
            return
    with store.write() as work:
        work.sync_state.put(SUPPLIER_LIST_DAY, day.isoformat())
        work.commit()


def _laid_over(mine: Supplier, theirs: Supplier) -> Supplier:
    """What is told there over what is here; the way to go and what is not told stay."""
    told = {
        name: value
        for name in ("name", "region", "address", "phone", "ownership", "cares")
        if (value := getattr(theirs, name))
    }
    if theirs.state is ListState.UNKNOWN:
        return replace(mine, **told)
    return replace(
        mine, state=theirs.state, listed_from=theirs.listed_from, listed_to=theirs.listed_to, **told
    )


class HealthcareServiceApplier:
    """`Applier` of HealthcareService: a line of the tariff list, or a supplier's offer of it."""

    def read(self, row: Arrived) -> OfferedService:
        """See `Applier`."""
        return service_of(row.body)

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        services = self._services(arrival, news)
        bins = list({one.reading.supplier_bin for one in news if one.reading.supplier_bin})
        suppliers: dict[str, Supplier] = arrival.work.bulk.existing(BulkKind.SUPPLIERS, bins) if bins else {}
        by_reference = self._by_reference(arrival, news)
        wanted: list[tuple[News, Offer]] = []
        for one in news:
            service = services[_key(one.reading.service)]
            place = reference_of(one.row.body.get("providedBy"))
            supplier_id = by_reference.get(place, "")
            if one.reading.supplier_bin in suppliers:
                supplier_id = suppliers[one.reading.supplier_bin].id
            if supplier_id:
                wanted.append((one, _offer(one, SupplierId(supplier_id), service.id)))
            elif one.reading.supplier_bin:
                arrival.wait(one.row, _BIN + one.reading.supplier_bin)
            elif place and place not in by_reference:
                arrival.wait(one.row, place)
            elif not place:
                arrival.link(one.row, service.id)
        self._write(arrival, wanted)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """The offer ends; the service stays in the catalogue for the referrals that name it."""
        row = Arrived(
            before.resource_type, before.resource_id, before.version, before.updated_at, before.body
        )
        told = replace(self.read(row), is_active=False)
        self.apply(arrival, [News(row, told, before)])

    def _services(self, arrival: Arrival, news: Sequence[News]) -> dict[tuple[str, str], Service]:
        told = {_key(one.reading.service): one.reading.service for one in news}
        known: dict[tuple[str, str], Service] = arrival.work.bulk.existing(BulkKind.SERVICES, list(told))
        found: dict[tuple[str, str], Service] = {}
        new: list[Service] = []
        changed: list[Service] = []
        for key, theirs in told.items():
            mine = known.get(key)
            if mine is None:
                # A code that stands for one service here means it, however its title is written there.
                alone = arrival.work.catalogue.services_by_code(theirs.code)
                mine = alone[0] if len(alone) == 1 else None
            if mine is None:
                mine = replace(theirs, id=ServiceId(new_id()))
                new.append(mine)
            elif (wanted := _titled(mine, theirs)) != mine:
                changed.append(wanted)
                mine = wanted
            found[key] = mine
        if new or changed:
            arrival.work.bulk.write(BulkKind.SERVICES, new, changed)
            arrival.log("service.received", "sync", "HealthcareService", reason=str(len(new) + len(changed)))
            arrival.changed(Kind.CATALOGUE, *(one.id for one in (*new, *changed)))
        return found

    def _by_reference(self, arrival: Arrival, news: Sequence[News]) -> dict[str, str]:
        """The supplier by `Organization/id`; "" for one that is known and none of ours."""
        places = {reference_of(one.row.body.get("providedBy")) for one in news}
        ids = [place.partition("/")[2] for place in places if place.startswith("Organization/")]
        known = arrival.work.shadows.many("Organization", ids) if ids else {}
        return {f"Organization/{one_id}": shadow.local_id for one_id, shadow in known.items()}

    def _write(self, arrival: Arrival, wanted: Sequence[tuple[News, Offer]]) -> None:
        keys = [_offer_key(offer) for _, offer in wanted]
        known: dict[object, Offer] = arrival.work.bulk.existing(BulkKind.OFFERS, keys) if keys else {}
        new: dict[object, Offer] = {}
        changed: dict[object, Offer] = {}
        for one, offer in wanted:
            key = _offer_key(offer)
            mine = _linked(arrival, one, offer) or known.get(key) or new.get(key)
            if mine is None:
                if not one.reading.is_active:
                    continue
                new[key] = mine = replace(offer, id=OfferId(new_id()))
            else:
                last = offer.valid_to
                if not one.reading.is_active:
                    yesterday = arrival.clock.today() - dt.timedelta(days=1)
                    last = min(last or yesterday, yesterday)
                theirs = replace(offer, id=mine.id, valid_to=last)
                if theirs != mine:
                    changed[key] = theirs
            arrival.link(one.row, mine.id)
        if not new and not changed:
            return
        arrival.work.bulk.write(BulkKind.OFFERS, new.values(), [changed[k] for k in changed if k not in new])
        suppliers = {offer.supplier_id for offer in (*new.values(), *changed.values())}
        note_supplier_news(arrival.work, suppliers, actor=arrival.actor, at=arrival.now)
        arrival.log("offer.received", "sync", "HealthcareService", reason=str(len(new) + len(changed)))
        arrival.changed(Kind.CATALOGUE, *suppliers)


def _linked(arrival: Arrival, one: News, offer: Offer) -> Offer | None:
    """The offer that the resource was before, whatever of it changed."""
    local_id = one.before.local_id if one.before else ""
    stored = arrival.work.catalogue.offers(offer.supplier_id, offer.service_id) if local_id else []
    return next((known for known in stored if known.id == local_id), None)


def _key(service: Service) -> tuple[str, str]:
    """The catalogue's own key: the code with the folded first title that is there."""
    return service.code, fold(service.title_ru or service.title_kk or service.title_en)


def _titled(mine: Service, theirs: Service) -> Service:
    told = {name: value for name in ("title_kk", "title_en") if (value := getattr(theirs, name))}
    package = theirs.package if theirs.package.value != "unknown" else mine.package
    return replace(mine, package=package, **told)


def _offer(one: News, supplier_id: SupplierId, service_id: ServiceId) -> Offer:
    told: OfferedService = one.reading
    return Offer(
        OfferId(""), supplier_id, service_id, told.role, told.valid_from, told.valid_to, told.wait_days
    )


def _offer_key(offer: Offer) -> tuple[object, ...]:
    return offer.supplier_id, offer.service_id, offer.role, offer.valid_from


def forget_list_day(work: UnitOfWork) -> None:
    """Nothing is known of a list of suppliers upstream."""
    work.sync_state.put(_KNOWS_SUPPLIERS, None)
    work.sync_state.put(SUPPLIER_LIST_DAY, None)
