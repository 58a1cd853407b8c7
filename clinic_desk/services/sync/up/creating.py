"""Making something upstream exactly once: conditional create, what 200 and 412 mean, a look afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient_history import FIELDS
from clinic_desk.domain.sync.answers import AnswerCode, Step, step_for
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict
from clinic_desk.domain.sync.ops import Op, OpState
from clinic_desk.domain.sync.person_match import PersonMatch, differing_identity, match_people
from clinic_desk.domain.sync.three_way import IDENTITY_FIELDS
from clinic_desk.fhir.patient import local_ids, patient_values, with_local_id, with_patient_values
from clinic_desk.fhir.reading import Json
from clinic_desk.fhir.stamp import Stamp, author_of, op_id_of
from clinic_desk.services.sync.acts.author import author_of_op
from clinic_desk.services.sync.deciding.person_values import evidence_of, is_told
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up.crash_points import CrashPoint, reached
from clinic_desk.services.sync.up.looking import found_by, read_now
from clinic_desk.services.sync.up.send_values import (
    Difference,
    Landed,
    Outcome,
    accepted,
    landed_of,
    landed_resource,
    not_understood,
    troubled,
)
from clinic_desk.services.sync.upstream_port import NoReply, Upstream

_RACES: Final = 3
"""So often somebody else may be quicker before the operation waits for a better moment."""


@dataclass(frozen=True, slots=True)
class Create:
    """A resource of our own: its key is one that only this desk gives, so whatever has it is ours."""

    op: Op
    resource: dict[str, Any]
    key: str
    local_id: str
    is_conditional: bool = True

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        if not self.is_conditional:
            known = found_by(upstream, self._type, self.key)
            if isinstance(known, Outcome):
                return known
            if known:
                return self._several(known) if len(known) > 1 else self._found(upstream, known[0])
        reply = upstream.create(self.resource, self.key)
        reached(CrashPoint.BETWEEN_REQUESTS)
        step = step_for(reply.status, is_update=False)
        if step is Step.COMPARE:
            return self._look(upstream)
        if step is not Step.DONE:
            return troubled(reply)
        landed = landed_of(reply, self.resource, self.local_id)
        if landed is None:
            return self._look(upstream)
        if reply.status == 200:
            if landed.body.get("id") != landed.resource_id or "meta" not in landed.body:
                current = read_now(upstream, self._type, landed.resource_id)
                return current if isinstance(current, Outcome) else self._found(upstream, current)
            return self._found(upstream, landed.body)
        return self._made(upstream, landed, reply.status)

    @property
    def _type(self) -> str:
        return str(self.resource["resourceType"])

    def _look(self, upstream: Upstream) -> Outcome:
        """What has the key stands there already, or nobody knows what came of it."""
        known = found_by(upstream, self._type, self.key)
        if isinstance(known, Outcome):
            return known
        if not known:
            return Outcome(OpState.PENDING, AnswerCode.NOT_FHIR, step=Step.RETRY)
        return self._several(known) if len(known) > 1 else self._found(upstream, known[0])

    def _found(self, upstream: Upstream, found: Json) -> Outcome:
        """An earlier reply was lost."""
        is_news = op_id_of(found) != self.op.op_id
        stands = landed_resource(found, self.local_id, is_news=is_news)
        return accepted([stands], AnswerCode.ALREADY_THERE, 200)

    def _several(self, found: Sequence[Json]) -> Outcome:
        """More than one has a key that only this desk gives: one stands for ours, a person is told."""
        mine = next((one for one in found if op_id_of(one) == self.op.op_id), found[0])
        landed = landed_resource(mine, self.local_id)
        other = next(landed_resource(one) for one in found if one is not mine)
        return Outcome(
            OpState.ACCEPTED,
            AnswerCode.TWO_THERE,
            [landed, other],
            difference=Difference(ConflictKind.DUPLICATE, self._type, other.resource_id),
        )

    def _made(self, upstream: Upstream, landed: Landed, status: int) -> Outcome:
        return accepted([landed], status=status)


@dataclass(frozen=True, slots=True)
class Register(Create):
    """A person: the key is a number of the state's, which somebody else may have been given by mistake."""

    stamp: Stamp | None = None
    values: Mapping[str, str] | None = None
    looks_after: bool = True

    def _found(self, upstream: Upstream, found: Json) -> Outcome:
        """An earlier reply was lost, the person is known there, or nobody can tell."""
        if op_id_of(found) == self.op.op_id:
            stands = landed_resource(found, self.local_id, is_news=False)
            return accepted([stands], AnswerCode.ALREADY_THERE, 200)
        theirs = patient_values(found)
        match = match_people(self._values, theirs)
        if self.local_id not in local_ids(found) and match is not PersonMatch.SAME:
            return self._doubt(found)
        return self._link(upstream, found, is_spelling=match is PersonMatch.SAME)

    def _several(self, found: Sequence[Json]) -> Outcome:
        mine = next((one for one in found if op_id_of(one) == self.op.op_id), None)
        if mine is None:
            return self._doubt(found[0])
        return super(Register, self)._several(found)

    def _made(self, upstream: Upstream, landed: Landed, status: int) -> Outcome:
        """Conditional create is no promise on every server: whoever has the number is looked up."""
        if not self.looks_after:
            return accepted([landed], status=status)
        try:
            return self.look_after(upstream, landed, status)
        except NoReply:
            # The person is there all the same: only the look is still to be made.
            return replace(accepted([landed], status=status), owes_look=True)

    def look_after(self, upstream: Upstream, landed: Landed, status: int | None = None) -> Outcome:
        """Whether somebody else has the number besides the one that was made. Raises: NoReply."""
        known = found_by(upstream, self._type, self.key)
        if isinstance(known, Outcome):
            # A server that refuses the question will not answer it later either.
            return replace(
                accepted([landed], status=status), owes_look=known.step not in (Step.REJECT, Step.GONE)
            )
        if len(known) < 2:
            return accepted([landed], status=status)
        other = next((one for one in known if one.get("id") != landed.resource_id), None)
        if other is None:
            return accepted([landed], status=status)
        stands = landed_resource(other)
        return Outcome(
            OpState.ACCEPTED,
            AnswerCode.TWO_THERE,
            [landed, stands],
            status=status,
            difference=Difference(
                ConflictKind.DUPLICATE,
                self._type,
                stands.resource_id,
                self._fields(other, self._unlike(other)),
            ),
        )

    def link_known(self, upstream: Upstream, known: Shadow) -> Outcome:
        """As `talk` for somebody who is known there by now, in the version `known`."""
        if op_id_of(known.body) == self.op.op_id:
            stands = landed_resource(known.body, self.local_id, is_news=False)
            return accepted([replace(stands, version=known.version)], AnswerCode.ALREADY_THERE)
        current = read_now(upstream, known.resource_type, known.resource_id)
        if isinstance(current, Outcome):
            return current if current.step is not Step.GONE else self._gone(known, current)
        theirs = patient_values(current)
        return self._link(
            upstream, current, is_spelling=match_people(self._values, theirs) is PersonMatch.SAME
        )

    def _gone(self, known: Shadow, outcome: Outcome) -> Outcome:
        difference = Difference(ConflictKind.GONE, known.resource_type, known.resource_id)
        return replace(outcome, state=OpState.CONFLICT, difference=difference)

    @property
    def _values(self) -> Mapping[str, str]:
        return self.values or {}

    def _unlike(self, found: Json) -> Sequence[str]:
        return differing_identity(self._values, patient_values(found))

    def _doubt(self, found: Json) -> Outcome:
        """Somebody there has the number and something else does not agree: a person decides."""
        stands = landed_resource(found)
        fields = self._fields(found, self._unlike(found))
        return Outcome(
            OpState.HELD,
            AnswerCode.DUPLICATE,
            [stands],
            difference=Difference(ConflictKind.DUPLICATE, self._type, stands.resource_id, fields),
        )

    def _link(self, upstream: Upstream, found: Json, *, is_spelling: bool) -> Outcome:
        """The person is known there: what only this desk told is added, what both told stays a question."""
        for _ in range(_RACES):
            theirs = patient_values(found)
            told = [n for n in theirs if is_told(n, self._values.get(n, ""))]
            spelled = IDENTITY_FIELDS - {"sex"} if is_spelling else frozenset()
            clashes = [
                n for n in told if is_told(n, theirs[n]) and theirs[n] != self._values[n] and n not in spelled
            ]
            if clashes:
                landed = landed_resource(found, self.local_id)
                fields = self._fields(found, clashes)
                difference = Difference(ConflictKind.FIELDS, self._type, landed.resource_id, fields)
                return Outcome(OpState.CONFLICT, AnswerCode.CHANGED_THERE, [landed], difference=difference)
            added = {n: self._values[n] for n in told if not is_told(n, theirs[n])}
            if not added and self.local_id in local_ids(found):
                return accepted([landed_resource(found, self.local_id)], AnswerCode.ALREADY_THERE)
            assert self.stamp is not None  # noqa: S101 - a registration is stamped
            resource = with_patient_values(
                with_local_id(found, self._patient_id, self.stamp), added, self.stamp
            )
            stands = landed_resource(found)
            reply = upstream.update(resource, stands.version)
            step = step_for(reply.status, is_update=True)
            if step is Step.DONE:
                linked = landed_of(reply, resource, self.local_id)
                if linked is None:
                    return not_understood(reply)
                return accepted([replace(linked, is_news=True, over=found)], status=reply.status)
            if step is not Step.COMPARE:
                return troubled(reply)
            current = read_now(upstream, self._type, stands.resource_id)
            if isinstance(current, Outcome):
                return current
            found = current
        return Outcome(OpState.PENDING, AnswerCode.CHANGED_THERE, step=Step.RETRY)

    @property
    def _patient_id(self) -> PatientId:
        return PatientId(self.local_id)

    def _fields(self, found: Json, names: Sequence[str]) -> tuple[FieldConflict, ...]:
        return field_conflicts(self.op, names, {}, self._values, found)


class LinkKnown:
    """A registration of somebody who came down from the upstream before it was sent."""

    def __init__(self, job: Register, known: Shadow) -> None:
        self._job = job
        self._known = known

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        return self._job.link_known(upstream, self._known)


def field_conflicts(
    op: Op, names: Sequence[str], base: Mapping[str, str], mine: Mapping[str, str], there: Json
) -> tuple[FieldConflict, ...]:
    """These fields with both values, and who gave each when."""
    theirs = patient_values(there)
    by, at = author_of(there)
    our = author_of_op(op)
    return tuple(
        FieldConflict(
            name,
            base.get(name, ""),
            mine.get(name, ""),
            theirs.get(name, ""),
            our.user,
            our.at,
            evidence_of(mine),
            by,
            at,
            evidence_of(theirs),
        )
        for name in FIELDS
        if name in names
    )
