"""Moving a street or an age group to another district as one act that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from clinic_desk.domain.attachment_rules import district_rule_on
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.district_rules import MoveRequest, find_at_move
from clinic_desk.domain.districts import (
    AgeGroup,
    DistrictLoad,
    DistrictMove,
    Selection,
    change_of_streets,
)
from clinic_desk.domain.errors import Conflict, NotFound, RuleBroken
from clinic_desk.domain.findings import blocks, warnings
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, DoctorId
from clinic_desk.domain.rule_tables import Dated
from clinic_desk.domain.rule_tables.districts import DistrictRule
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.district_norms import children_born_after, norm_on
from clinic_desk.services.district_rows import LoadChange, MovePreview
from clinic_desk.services.districts import doctor_of
from clinic_desk.services.districts_port import Undoable
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.progress import CancelCheck, Progress
from clinic_desk.services.referrals import ReasonNeeded
from clinic_desk.services.rule_book import RuleBook

_EXAMPLES = 3
_CHANGE = Change(frozenset({Kind.DISTRICT, Kind.PATIENT}))


class RedistrictingService:
    """Use cases about moves between districts; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def preview(self, selection: Selection, to_id: DistrictId | None) -> MovePreview:
        """What the move would do, with everything that speaks against it.

        Raises:
            NotFound: code `district.not_found`.
        """
        with self._store.read() as work:
            return self._preview(work, selection, to_id)

    def move(
        self,
        selection: Selection,
        to_id: DistrictId,
        actor: Actor,
        *,
        reason: str = "",
        allowed_by: str = "",
        progress: Progress,
        cancelled: CancelCheck,
    ) -> tuple[DistrictMove, Change]:
        """The people, and with a street its houses, belong to the other district; all in one transaction.

        `allowed_by` is the senior registrar who gave `reason` for going over the norm.

        Raises:
            NotFound: code `district.not_found`.
            RuleBroken: something forbids it.
            ReasonNeeded: the norm is passed, and reason or senior registrar is missing.
            Cancelled: the person stopped; nothing was moved.
        """
        with self._store.write() as work:
            seen = self._preview(work, selection, to_id)
            if not seen.is_possible:
                raise RuleBroken(blocks(seen.findings))
            if seen.needs_reason and not (reason.strip() and allowed_by.strip()):
                raise ReasonNeeded(warnings(seen.findings))
            wanted = DistrictMove(
                DistrictMoveId(new_id()),
                self._clock.now(),
                actor.user,
                selection,
                to_id,
                reason=reason.strip(),
                allowed_by=allowed_by.strip(),
            )
            move = work.districts.move(wanted, seen.streets, progress, cancelled)
            children = seen.people.children
            self._log(work, actor, "district.move", move.id, people=move.people, children=children)
            work.commit()
        return move, _CHANGE

    def undoable(self, move_id: DistrictMoveId) -> Undoable:
        """For how many people a move can be taken back, and how many were moved since.

        Raises:
            NotFound: code `district.no_such_move`, also when it was taken back before.
        """
        with self._store.read() as work:
            return work.districts.undoable(move_id)

    def undo(
        self,
        move_id: DistrictMoveId,
        actor: Actor,
        *,
        leaving: int = 0,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> tuple[Undoable, Change]:
        """The move is taken back. `leaving`: so many people, moved again since, may stay where they are.

        Raises:
            NotFound: code `district.no_such_move`.
            Conflict: code `district.moved_since`, more people than that were moved since; nothing is done.
            Cancelled: the person stopped; nothing was moved.
        """
        with self._store.write() as work:
            found = work.districts.undoable(move_id)
            if found.left > leaving:
                raise Conflict("district.moved_since", n=found.left)
            undone = work.districts.undo_move(move_id, actor.user, self._clock.now(), progress, cancelled)
            self._log(work, actor, "district.undo", move_id, people=undone.people, left=undone.left)
            work.commit()
        return undone, _CHANGE

    def _preview(self, work: UnitOfWork, selection: Selection, to_id: DistrictId | None) -> MovePreview:
        today = self._clock.today()
        tables = self._rules.on(today)
        born_after = children_born_after(tables, today)
        source = _district(work, selection.district_id)
        target = _district(work, to_id) if to_id is not None else None
        doctors = {doctor.id: doctor for doctor in work.clinic.doctors()}
        loads = work.districts.loads(born_after)
        moving = work.districts.count_to_move(selection, born_after, _EXAMPLES)
        held = work.districts.streets(source.id) if selection.street is not None else []
        change = change_of_streets(selection, (target or source).id, held, new_id)
        rule = district_rule_on(tables, target.kind, today) if target else None
        target_load = loads.get(target.id, DistrictLoad()) if target else DistrictLoad()
        too_young, too_old = self._outside(work, selection, rule, today)
        findings = find_at_move(
            MoveRequest(
                selection,
                source,
                target,
                rule,
                moving.load,
                target_load,
                too_young,
                too_old,
                moving.without_house,
                moving.open_cases,
                bool(change.removed),
                *_doctor_load(work, source, target, doctors, loads, moving.load.people),
            )
        )

        def load(district: District, before: DistrictLoad, after: DistrictLoad) -> LoadChange:
            doctor = doctor_of(district, doctors)
            return LoadChange(district, doctor, norm_on(tables, district.kind, today), before, after)

        own = loads.get(source.id, DistrictLoad())
        # Nothing changes for a district that people are moved to from itself.
        stays = target is None or target.id == source.id
        return MovePreview(
            selection,
            moving.load,
            moving.examples,
            load(source, own, own if stays else own.minus(moving.load)),
            load(target, target_load, target_load if stays else target_load.plus(moving.load))
            if target
            else None,
            change,
            tuple(findings),
            today,
        )

    def _outside(
        self, work: UnitOfWork, selection: Selection, rule: Dated[DistrictRule] | None, today: dt.date
    ) -> tuple[int, int]:
        """How many of the selected are too young and too old for the kind of the other district."""
        if rule is None:
            return 0, 0
        low, high = rule.value.age_from, rule.value.age_to
        too_young = too_old = 0
        ages = selection.ages or AgeGroup(0, None, today)
        if low is not None and ages.years_from < low:
            top = low - 1 if ages.years_to is None else min(ages.years_to, low - 1)
            young = AgeGroup(ages.years_from, top, ages.on)
            too_young = work.districts.count(replace(selection, ages=young))
        if high is not None and (ages.years_to is None or ages.years_to >= high):
            old = AgeGroup(max(ages.years_from, high), ages.years_to, ages.on)
            too_old = work.districts.count(replace(selection, ages=old))
        return too_young, too_old

    def _log(
        self, work: UnitOfWork, actor: Actor, action: str, move_id: DistrictMoveId, **counts: int
    ) -> None:
        fields = [f"{name}={count}" for name, count in counts.items()]
        work.audit.write(
            AuditEntry(
                self._clock.now(), actor.user, actor.desk.code, action, "district_move", move_id, fields
            )
        )


def _doctor_load(
    work: UnitOfWork,
    source: District,
    target: District | None,
    doctors: Mapping[DoctorId, Doctor],
    loads: Mapping[DistrictId, DistrictLoad],
    moving: int,
) -> tuple[str, int | None]:
    """The doctor of the other district, and whom they would have in all districts if those are more."""
    doctor = doctor_of(target, doctors) if target else None
    if doctor is None or source.doctor_id == doctor.id or not moving:
        return "", None
    own = [district.id for district in work.clinic.districts() if district.doctor_id == doctor.id]
    if len(own) < 2:
        return "", None
    return doctor.name.short, sum(loads.get(one, DistrictLoad()).people for one in own) + moving


def _district(work: UnitOfWork, district_id: DistrictId) -> District:
    district = work.clinic.district(district_id)
    if district is None:
        raise NotFound("district.not_found")
    return district
