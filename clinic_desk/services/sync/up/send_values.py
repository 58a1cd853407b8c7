"""What an exchange about one operation brought, before anything of it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.sync.answers import AnswerCode, Step, step_for
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict
from clinic_desk.domain.sync.ops import OpState, Receipt
from clinic_desk.fhir.bundles import outcome_words
from clinic_desk.fhir.patient import last_updated
from clinic_desk.fhir.reading import Json, mapping, text
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.upstream_port import Reply, Upstream


@dataclass(frozen=True, slots=True)
class Landed:
    """A resource that stands upstream in this version.

    `local_id` is our record, "" for none. `is_news` when somebody else may have written in it since the
    version that is known here: what they changed is still to be taken. `over` is what it was laid over,
    with the name of whoever wrote that; None where the body itself is theirs.
    """

    body: dict[str, Any]
    resource_id: str
    version: str
    local_id: str = ""
    is_news: bool = False
    over: Json | None = None

    @property
    def resource_type(self) -> str:
        """Its type."""
        return str(self.body.get("resourceType", ""))

    @property
    def receipt(self) -> Receipt:
        """The proof that it is there."""
        return Receipt(self.resource_type, self.resource_id, self.version)

    @property
    def shadow(self) -> Shadow:
        """As it is kept here."""
        return Shadow(
            self.resource_type,
            self.resource_id,
            self.version,
            last_updated(self.body),
            self.body,
            self.local_id,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a person has to decide."""

    kind: ConflictKind
    resource_type: str
    resource_id: str
    fields: tuple[FieldConflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation.

    Args:
        state: where it stands from now on; `PENDING` is tried again by itself.
        code: what came of it.
        landed: resources that stand upstream, the one that is the receipt first.
        words: the server's own words.
        status: HTTP status of the answer that decided.
        difference: what a person has to decide, whatever the state.
        step: what the answer asks of the whole queue.
        retry_after_s: the wait the server asked for.
        eligibility: what was answered about the person's insurance.
        owes_look: whether it is still to be looked up who else has the person's number.
    """

    state: OpState
    code: AnswerCode
    landed: Sequence[Landed] = ()
    words: str = ""
    status: int | None = None
    difference: Difference | None = None
    step: Step = Step.DONE
    retry_after_s: float | None = None
    eligibility: EligibilityAnswer | EligibilityFailure | None = None
    owes_look: bool = False


class Job(Protocol):
    """One operation ready to be sent: everything it needs of the store is in it."""

    def talk(self, upstream: Upstream) -> Outcome:
        """The whole exchange about it; no transaction is open meanwhile. Raises: NoReply."""


def accepted(
    landed: Sequence[Landed], code: AnswerCode = AnswerCode.ACCEPTED, status: int | None = None
) -> Outcome:
    """The upstream has it."""
    return Outcome(OpState.ACCEPTED, code, landed, status=status)


def rejected(code: AnswerCode) -> Outcome:
    """Nothing was sent: a person has to look at it."""
    return Outcome(OpState.REJECTED, code, step=Step.REJECT)


_CODES = {
    Step.RETRY: AnswerCode.SERVER_FAULT,
    Step.SLOW_DOWN: AnswerCode.SERVER_BUSY,
    Step.SIGN_IN: AnswerCode.SIGN_IN,
    Step.GONE: AnswerCode.GONE,
    Step.COMPARE: AnswerCode.CHANGED_THERE,
    Step.REJECT: AnswerCode.REFUSED,
}
_BUSY = frozenset({408, 409, 425})


def troubled(reply: Reply, *, is_update: bool = False) -> Outcome:
    """What an answer means that is not 2xx."""
    step = step_for(reply.status, is_update=is_update)
    code = AnswerCode.SERVER_BUSY if reply.status in _BUSY else _CODES.get(step, AnswerCode.SERVER_FAULT)
    state = OpState.REJECTED if step is Step.REJECT else OpState.PENDING
    words = outcome_words(reply.body)
    return Outcome(
        state, code, words=words, status=reply.status, step=step, retry_after_s=reply.retry_after_s
    )


def not_understood(reply: Reply) -> Outcome:
    """It said yes, and not to what: tried again, as when nothing had come."""
    return Outcome(OpState.PENDING, AnswerCode.NOT_FHIR, status=reply.status, step=Step.RETRY)


def landed_of(reply: Reply, sent: Json, local_id: str) -> Landed | None:
    """The resource of a reply: as it came back, or as it was sent where nothing did.

    None without an id, and where another resource than the one that was to be changed came back.
    """
    kind = text(sent.get("resourceType"))
    body = mapping(reply.body)
    if text(body.get("resourceType")) != kind:
        body = {}
    place = reply.location.split("/") if reply.location else []
    resource_id = text(body.get("id")) or (place[1] if len(place) > 1 and place[0] == kind else "")
    resource_id = resource_id or text(sent.get("id"))
    version = text(mapping(body.get("meta")).get("versionId")) or reply.version
    if not resource_id or not version or text(sent.get("id")) not in ("", resource_id):
        return None
    return Landed(dict(body) or {**sent, "id": resource_id}, resource_id, version, local_id)


def landed_resource(body: Json, local_id: str = "", *, is_news: bool = True) -> Landed:
    """A resource that was read: whoever wrote it."""
    version = text(mapping(body.get("meta")).get("versionId"))
    return Landed(dict(body), text(body.get("id")), version, local_id, is_news)
