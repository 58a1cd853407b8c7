"""What has to land together, several steps that follow each other, and a question about insurance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from clinic_desk.domain.eligibility import EligibilityFailure
from clinic_desk.domain.insurance import WhyNoAnswer
from clinic_desk.domain.sync.answers import AnswerCode, Step, step_for
from clinic_desk.domain.sync.ops import Op, OpState
from clinic_desk.fhir.bundles import EntryAnswer, entry_answers, resources_of
from clinic_desk.fhir.insurance import answer_of, is_waiting
from clinic_desk.fhir.reading import Json, mapping, objects, text
from clinic_desk.fhir.stamp import op_id_of
from clinic_desk.services.sync.up.crash_points import CrashPoint, reached
from clinic_desk.services.sync.up.creating import Create
from clinic_desk.services.sync.up.looking import found_by
from clinic_desk.services.sync.up.send_values import (
    Job,
    Landed,
    Outcome,
    accepted,
    landed_resource,
    not_understood,
    troubled,
)
from clinic_desk.services.sync.upstream_port import Reply, Upstream

_ENTRY: Final = re.compile(r"\bentry[ \[](\d{1,3})")
_ANSWER: Final = "CoverageEligibilityResponse"


@dataclass(frozen=True, slots=True)
class Together:
    """Creates that land as a whole; each has a key that only this desk gives."""

    op: Op
    bundle: Mapping[str, Any]
    local_id: str

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        reply = upstream.transaction(self.bundle)
        reached(CrashPoint.BETWEEN_REQUESTS)
        step = step_for(reply.status, is_update=False)
        if step is Step.COMPARE:
            return self._look(upstream)
        if step is not Step.DONE:
            return self._refused(reply)
        sent = [mapping(entry.get("resource")) for entry in objects(self.bundle.get("entry"))]
        answers = entry_answers(mapping(reply.body))
        if len(answers) != len(sent):
            return not_understood(reply)
        landed = [self._landed(*pair) for pair in zip(sent, answers, strict=True)]
        whole = [one for one in landed if one is not None]
        if len(whole) != len(sent):
            return self._look(upstream)
        is_old = all(answer.status == 200 for answer in answers)
        return accepted(whole, AnswerCode.ALREADY_THERE if is_old else AnswerCode.ACCEPTED, reply.status)

    def _landed(self, sent: Json, answer: EntryAnswer) -> Landed | None:
        kind, _, resource_id = answer.location.partition("/")
        if kind != sent.get("resourceType") or not resource_id or not answer.version:
            return None
        is_it = answer.resource.get("resourceType") == kind
        body = dict(answer.resource) if is_it else {**sent, "id": resource_id}
        is_news = is_it and op_id_of(body) != self.op.op_id
        return Landed(body, resource_id, answer.version, self.local_id, is_news)

    def _look(self, upstream: Upstream) -> Outcome:
        """What has the keys stands there already; a part that is missing is sent again."""
        landed = []
        for entry in objects(self.bundle.get("entry")):
            key = text(mapping(entry.get("request")).get("ifNoneExist"))
            known = found_by(upstream, text(mapping(entry.get("resource")).get("resourceType")), key)
            if isinstance(known, Outcome):
                return known
            if not known:
                return Outcome(OpState.PENDING, AnswerCode.NOT_FHIR, step=Step.RETRY)
            is_news = op_id_of(known[0]) != self.op.op_id
            landed.append(landed_resource(known[0], self.local_id, is_news=is_news))
        return accepted(landed, AnswerCode.ALREADY_THERE)

    def _refused(self, reply: Reply) -> Outcome:
        """The server's words, behind the part they are about when it says so."""
        outcome = troubled(reply)
        if outcome.step is not Step.REJECT:
            return outcome
        kinds = [
            text(mapping(entry.get("resource")).get("resourceType"))
            for entry in objects(self.bundle.get("entry"))
        ]
        named = _named_entry(mapping(reply.body))
        if named is None or named >= len(kinds):
            return replace(outcome, code=AnswerCode.REFUSED_TOGETHER)
        return replace(outcome, words=f"{kinds[named]}: {outcome.words}")


@dataclass(frozen=True, slots=True)
class OneByOne:
    """The same creates where a server takes no transactions: in their order, each as often as it needs."""

    op: Op
    bundle: Mapping[str, Any]
    local_id: str
    is_conditional: bool = True

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        places: dict[str, str] = {}
        landed: list[Landed] = []
        for entry in objects(self.bundle.get("entry")):
            resource: dict[str, Any] = _referring(mapping(entry.get("resource")), places)
            key = text(mapping(entry.get("request")).get("ifNoneExist"))
            outcome = Create(self.op, resource, key, self.local_id, self.is_conditional).talk(upstream)
            landed += outcome.landed
            if outcome.state is not OpState.ACCEPTED:
                return replace(outcome, landed=landed)
            first = outcome.landed[0]
            places[text(entry.get("fullUrl"))] = f"{first.resource_type}/{first.resource_id}"
        return accepted(landed)


def _referring(value: Any, places: Mapping[str, str]) -> Any:
    """A copy in which references to entries are references to what became of them."""
    if isinstance(value, Mapping):
        return {
            name: places.get(part, part)
            if name == "reference" and isinstance(part, str)
            else _referring(part, places)
            for name, part in value.items()
        }
    return [_referring(part, places) for part in value] if isinstance(value, list) else value


def _named_entry(outcome: Json) -> int | None:
    """The place of the entry an OperationOutcome speaks of."""
    for issue in objects(outcome.get("issue")):
        said: list[object] = [issue.get("diagnostics")]
        for name in ("expression", "location"):
            listed = issue.get(name)
            said += listed if isinstance(listed, list) else []
        for words in said:
            found = _ENTRY.search(words) if isinstance(words, str) else None
            if found:
                return int(found[1])
    return None


@dataclass(frozen=True, slots=True)
class InTurn:
    """Steps that each may be repeated without harm: the operation is accepted with the last of them."""

    jobs: Sequence[Job]

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        landed: list[Landed] = []
        codes = set()
        for job in self.jobs:
            outcome = job.talk(upstream)
            landed += outcome.landed
            codes.add(outcome.code)
            if outcome.state is not OpState.ACCEPTED:
                return replace(outcome, landed=landed)
            reached(CrashPoint.BETWEEN_REQUESTS)
        code = codes.pop() if len(codes) == 1 else AnswerCode.ACCEPTED
        return accepted(landed, code)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about insurance: answered at once by `$submit`, else kept there until the answer comes."""

    op: Op
    request: dict[str, Any]
    key: str
    has_submit: bool
    is_conditional: bool = True

    def talk(self, upstream: Upstream) -> Outcome:
        """See `Job`."""
        if not self.has_submit:
            return self._kept(upstream)
        if self.op.attempts > 1:
            # The answer may have been given, and its way back lost.
            known = found_by(upstream, _ANSWER, self.key)
            if not isinstance(known, Outcome) and known:
                return self._answered(known[0], None)
        reply = upstream.operation("CoverageEligibilityRequest", "submit", self.request)
        reached(CrashPoint.BETWEEN_REQUESTS)
        step = step_for(reply.status, is_update=False)
        if step is Step.REJECT and reply.status in (404, 405, 501):
            # Said to be offered, and is not there.
            return self._kept(upstream)
        if step is not Step.DONE:
            outcome = troubled(reply)
            if outcome.state is OpState.REJECTED:
                return replace(outcome, eligibility=EligibilityFailure(WhyNoAnswer.REFUSED))
            return outcome
        body = mapping(reply.body)
        if body.get("resourceType") == "Bundle":
            body = next((one for one in resources_of(body) if one.get("resourceType") == _ANSWER), {})
        if body.get("resourceType") != _ANSWER:
            return self._kept(upstream) if not reply.body else not_understood(reply)
        return self._answered(body, reply)

    def _answered(self, response: Json, reply: Reply | None) -> Outcome:
        landed = landed_resource(response, is_news=False)
        if not landed.resource_id or not landed.version:
            # Answered and not kept there: the operation itself is all the proof there is.
            landed = Landed({"resourceType": _ANSWER}, landed.resource_id or self.op.op_id, "1")
        outcome = accepted([landed], status=reply.status if reply else None)
        return outcome if is_waiting(response) else replace(outcome, eligibility=answer_of(response))

    def _kept(self, upstream: Upstream) -> Outcome:
        made = Create(self.op, self.request, self.key, self.op.op_id, self.is_conditional).talk(upstream)
        if made.state is OpState.REJECTED:
            return replace(made, eligibility=EligibilityFailure(WhyNoAnswer.REFUSED))
        return made
