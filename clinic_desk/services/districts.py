"""Districts and their streets: loads against the norm of the day, whom a street belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from clinic_desk.domain.address import written_street
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.districts import DistrictLoad
from clinic_desk.domain.ids import DistrictId, DoctorId
from clinic_desk.domain.streets import Street
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.district_norms import child_years_on, children_born_after, norm_on
from clinic_desk.services.district_rows import (
    DistrictOverview,
    DistrictRow,
    DistrictStreets,
    MoveRow,
    StreetOfDistrict,
)
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook


class DistrictService:
    """Use cases about districts; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def overview(self) -> DistrictOverview:
        """Every district with its load against the norm of today."""
        today = self._clock.today()
        tables = self._rules.on(today)
        with self._store.read() as work:
            districts = work.clinic.districts()
            doctors = {doctor.id: doctor for doctor in work.clinic.doctors()}
            loads = work.districts.loads(children_born_after(tables, today))
            streets = work.districts.street_counts()
        norms = {kind: norm_on(tables, kind, today) for kind in DistrictKind}
        of_doctor: dict[DoctorId, list[DistrictId]] = {}
        for district in districts:
            if district.doctor_id is not None:
                of_doctor.setdefault(district.doctor_id, []).append(district.id)
        rows = []
        total = DistrictLoad()
        for district in districts:
            load = loads.get(district.id, DistrictLoad())
            total = total.plus(load)
            own = of_doctor.get(district.doctor_id, []) if district.doctor_id else []
            rows.append(
                DistrictRow(
                    district,
                    doctor_of(district, doctors),
                    load,
                    norms[district.kind],
                    streets.get(district.id, 0),
                    sum(loads.get(one, DistrictLoad()).people for one in own),
                    len(own),
                )
            )
        return DistrictOverview(tuple(rows), total, child_years_on(tables, today), today)

    def streets(self, district_id: DistrictId) -> DistrictStreets:
        """The streets of a district with the people who live there."""
        with self._store.read() as work:
            parts = work.districts.streets(district_id)
            people = work.districts.people_by_street(district_id)
        grouped: dict[str, list[Street]] = {}
        for part in parts:
            grouped.setdefault(part.key, []).append(part)
        unknown, _ = people.pop("", (0, ""))
        listed = [
            StreetOfDistrict(key, own[0].name, tuple(own), people.get(key, (0, ""))[0])
            for key, own in grouped.items()
        ]
        others = [
            StreetOfDistrict(key, written_street(address) or key, (), count)
            for key, (count, address) in people.items()
            if key not in grouped
        ]
        listed.sort(key=lambda one: one.key)
        others.sort(key=lambda one: (-one.people, one.key))
        return DistrictStreets((*listed, *others), sum(one.people for one in others), unknown)

    def moves(self, limit: int = 50) -> list[MoveRow]:
        """Past moves, newest first."""
        with self._store.read() as work:
            districts = {district.id: district for district in work.clinic.districts()}
            moves = work.districts.moves(limit)
            names = {street.key: street.name for street in work.districts.streets()} if moves else {}
        return [
            MoveRow(
                move,
                districts[move.selection.district_id],
                districts[move.to_id],
                tuple(names.get(key, key) for key in move.selection.street.keys)
                if move.selection.street
                else (),
            )
            for move in moves
        ]

    def remove_street(self, street: Street, actor: Actor) -> Change:
        """The part of the street belongs to no district; its people stay where they are."""
        with self._store.write() as work:
            work.districts.remove_streets([street.id])
            self._log(work, actor, "district.street_removed", street)
            work.commit()
        return Change.of(Kind.DISTRICT)

    def put_street(self, street: Street, actor: Actor) -> Change:
        """The part of the street belongs to its district, as before it was removed."""
        with self._store.write() as work:
            work.districts.put_street(street)
            self._log(work, actor, "district.street_put", street)
            work.commit()
        return Change.of(Kind.DISTRICT)

    def _log(self, work: UnitOfWork, actor: Actor, action: str, street: Street) -> None:
        now = self._clock.now()
        work.audit.write(AuditEntry(now, actor.user, actor.desk.code, action, "street", street.id))


def doctor_of(district: District, doctors: Mapping[DoctorId, Doctor]) -> Doctor | None:
    """The doctor who answers for a district."""
    return doctors.get(district.doctor_id) if district.doctor_id else None
