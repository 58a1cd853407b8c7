"""Changing what stands upstream: over its last version, against its number, and what a 412 means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clinic_desk.domain.sync.answers import AnswerCode, Step, step_for
from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.domain.sync.ops import Op, OpState
from clinic_desk.domain.sync.person_match import differing_identity
from clinic_desk.domain.sync.three_way import three_way
from clinic_desk.fhir.patient import iin_key, patient_values, with_patient_values
from clinic_desk.fhir.reading import Json
from clinic_desk.fhir.stamp import Stamp, op_id_of
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up.crash_points import CrashPoint, reached
from clinic_desk.services.sync.up.creating import field_conflicts
from clinic_desk.services.sync.up.looking import found_by, read_now, was_written
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
from clinic_desk.services.sync.upstream_port import Upstream

_RACES: Final = 3
Changes = Mapping[str, tuple[str, str]]
Make = Callable[[Json], dict[str, Any] | None]
"""The next version over the one that stands there; None when nothing is left to say."""


@dataclass(frozen=True, slots=True)
class Update:
    """A resource of which we say one more thing, whatever else was changed: it is laid over what stands."""

    op: Op
    shadow: Shadow
    make: Make
    local_id: str

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        shadow = self.shadow
        body: Json = shadow.body
        version = shadow.version
        if self.op.attempts > 1:
            earlier = self._earlier(upstream)
            if earlier is not None:
                return earlier
        for _ in range(_RACES):
            made = self._made(body, version)
            if isinstance(made, Outcome):
                return made
            reply = upstream.update(made, version)
            reached(CrashPoint.BETWEEN_REQUESTS)
            step = step_for(reply.status, is_update=True)
            if step is Step.DONE:
                landed = landed_of(reply, made, self.local_id)
                if landed is None:
                    return not_understood(reply)
                is_news = version != shadow.version
                return accepted(
                    [replace(landed, is_news=is_news, over=body if is_news else None)], status=reply.status
                )
            if step is Step.GONE:
                return self._gone(reply.status)
            if step is not Step.COMPARE:
                return troubled(reply, is_update=True)
            current = self._current(upstream)
            if isinstance(current, Outcome):
                return current
            body, version = current.body, current.version
        return Outcome(OpState.PENDING, AnswerCode.CHANGED_THERE, step=Step.RETRY)

    def _made(self, body: Json, version: str) -> dict[str, Any] | Outcome:
        made = self.make(body)
        if made is None:
            return accepted([self._standing(body, version)], AnswerCode.NOTHING_TO_SEND)
        return made

    def _standing(self, body: Json, version: str) -> Landed:
        is_news = version != self.shadow.version
        return Landed(dict(body), self.shadow.resource_id, version, self.local_id, is_news)

    def _earlier(self, upstream: Upstream) -> Outcome | None:
        """Accepted when an earlier try had its effect and only its reply was lost; None when it had none."""
        shadow = self.shadow
        done = was_written(
            upstream, shadow.resource_type, shadow.resource_id, self.op.op_id, self.op.base_version
        )
        if isinstance(done, Outcome):
            return self._gone(done.status) if done.step is Step.GONE else done
        if not done:
            return None
        current = read_now(upstream, shadow.resource_type, shadow.resource_id)
        if isinstance(current, Outcome):
            return self._gone(current.status) if current.step is Step.GONE else current
        return accepted([landed_resource(current, self.local_id)], AnswerCode.ALREADY_THERE)

    def _current(self, upstream: Upstream) -> Landed | Outcome:
        """What stands there now; an outcome when one of its versions is ours, or it is gone."""
        shadow = self.shadow
        current = read_now(upstream, shadow.resource_type, shadow.resource_id)
        if isinstance(current, Outcome):
            return self._gone(current.status) if current.step is Step.GONE else current
        landed = landed_resource(current, self.local_id)
        if op_id_of(current) == self.op.op_id:
            return accepted([landed], AnswerCode.ALREADY_THERE)
        done = was_written(upstream, shadow.resource_type, shadow.resource_id, self.op.op_id, shadow.version)
        if isinstance(done, Outcome):
            return done
        return accepted([landed], AnswerCode.ALREADY_THERE) if done else landed

    def _gone(self, status: int | None) -> Outcome:
        shadow = self.shadow
        return Outcome(
            OpState.CONFLICT,
            AnswerCode.GONE,
            status=status,
            difference=Difference(ConflictKind.GONE, shadow.resource_type, shadow.resource_id),
            step=Step.GONE,
        )


def _no_make(_: Json) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ChangePerson(Update):
    """Fields of a person: what both sides changed to different values is for a person to decide."""

    make: Make = _no_make
    local_id: str = ""
    changes: Changes = field(default_factory=dict)
    stamp: Stamp | None = None
    is_over_newer: bool = False
    """Whether the version that stands is another one than the act was made over."""
    before: Mapping[str, str] = field(default_factory=dict)
    """What of who somebody is was there before it was changed upstream, in a version that is known by now."""

    def talk(self, upstream: Upstream) -> Outcome:
        """As every update; a number that is somebody else's there is not given a second time."""
        number = self.changes.get("iin", ("", ""))[1]
        if number:
            known = found_by(upstream, "Patient", iin_key(number))
            if isinstance(known, Outcome):
                return known
            reached(CrashPoint.BETWEEN_REQUESTS)
            other = next((one for one in known if one.get("id") != self.shadow.resource_id), None)
            if other is not None:
                return self._doubt(other)
        return super(ChangePerson, self).talk(upstream)

    def _doubt(self, other: Json) -> Outcome:
        mine = patient_values(self.shadow.body) | {name: pair[1] for name, pair in self.changes.items()}
        fields = field_conflicts(self.op, differing_identity(mine, patient_values(other)), {}, mine, other)
        stands = landed_resource(other)
        return Outcome(
            OpState.HELD,
            AnswerCode.DUPLICATE,
            [stands],
            difference=Difference(ConflictKind.DUPLICATE, "Patient", stands.resource_id, fields),
        )

    def _made(self, body: Json, version: str) -> dict[str, Any] | Outcome:
        theirs = patient_values(body)
        take = {name: pair[1] for name, pair in self.changes.items()}
        if self.is_over_newer or version != self.shadow.version:
            known = patient_values(self.shadow.body) if version != self.shadow.version else {}
            merged = three_way(self.changes, theirs, {**known, **self.before})
            if merged.needs_person:
                return self._clash(body, version, [one.field for one in merged.clashes])
            take = dict(merged.take)
        take = {name: value for name, value in take.items() if theirs.get(name, value) != value}
        if not take:
            return accepted([self._standing(body, version)], AnswerCode.NOTHING_TO_SEND)
        assert self.stamp is not None  # noqa: S101 - a change is stamped
        return with_patient_values(body, take, self.stamp)

    def _clash(self, body: Json, version: str, names: list[str]) -> Outcome:
        base = {name: pair[0] for name, pair in self.changes.items()}
        earlier = {**patient_values(self.shadow.body), **self.before}
        mine = {name: earlier.get(name, "") for name in names}
        mine |= {name: pair[1] for name, pair in self.changes.items()}
        fields = field_conflicts(
            self.op, names, base | {n: mine[n] for n in names if n not in base}, mine, body
        )
        return Outcome(
            OpState.CONFLICT,
            AnswerCode.CHANGED_THERE,
            [self._standing(body, version)],
            difference=Difference(ConflictKind.FIELDS, "Patient", self.shadow.resource_id, fields),
        )
