"""What must hold after any disturbance, looked at from outside: what the server has, what the stores say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.fhir.patient import PATIENT_FIELDS, patient_values
from clinic_desk.fhir.stamp import author_of, op_id_of
from clinic_desk.services.sync.upstream_port import Upstream
from tests.sync.site import Site

WRITTEN = ("Patient", "EpisodeOfCare", "ServiceRequest", "Task", "CoverageEligibilityRequest")
"""The types a desk makes; each carries a key that nobody else may have."""
AT_REST = frozenset({*OpState} - {OpState.PENDING, OpState.SENDING})
_PAGE = "200"


def everything(upstream: Upstream, resource_type: str) -> list[dict[str, Any]]:
    """All resources of a type that the server has now, by plain paging."""
    found: list[dict[str, Any]] = []
    reply = upstream.search(resource_type, [("_sort", "_lastUpdated"), ("_count", _PAGE)])
    while True:
        assert reply.is_ok, reply
        assert reply.body is not None
        found += [dict(entry["resource"]) for entry in reply.body.get("entry", [])]
        links = [link["url"] for link in reply.body.get("link", []) if link["relation"] == "next"]
        if not links:
            return found
        reply = upstream.next_page(links[0])


def keys_of(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    """`(type, system, value)` of each identifier."""
    told = resource.get("identifier", [])
    rows = told if isinstance(told, list) else [told]
    return [(resource["resourceType"], row.get("system", ""), row["value"]) for row in rows]


def doubled_keys(resources: Iterable[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Keys that more than one resource has: what was made twice."""
    counted = Counter(key for resource in resources for key in set(keys_of(resource)))
    return [key for key, times in counted.items() if times > 1]


def check_one_of_each_key(upstream: Upstream) -> None:
    """One resource upstream for each key, of every type that desks write."""
    for resource_type in WRITTEN:
        assert doubled_keys(everything(upstream, resource_type)) == []


def check_at_rest(site: Site) -> None:
    """Each operation is accepted, in conflict, rejected, held or withdrawn: none waits, none is lost."""
    waiting = [(op.kind, op.state, op.answer) for op in site.ops() if op.state not in AT_REST]
    assert waiting == []


def check_nothing_vanished(site: Site) -> None:
    """Each value that a registrar saved stands in the record or in its history, and the log is whole."""
    assert site.vanished() == []
    with site.store.read() as work:
        assert work.audit.verify() is None


def check_receipts(site: Site, upstream: Upstream) -> None:
    """What is marked as accepted is really there; what a restored server lost is there by a later offer."""
    accepted = site.ops(frozenset({OpState.ACCEPTED}))
    offered_again = {op.payload.get("offered_again") for op in accepted} - {None}
    for op in accepted:
        # A question that a restored server forgot is not asked again: its answer is here, or it runs out.
        if op.op_id in offered_again or (offered_again and op.kind is OpKind.INSURANCE_ASK):
            continue
        assert op.receipt is not None
        reply = upstream.read(op.receipt.resource_type, op.receipt.resource_id)
        assert reply.is_ok, (op.kind, op.receipt, reply.status)


def records_of(op: Op) -> str:
    """The type under which an operation that makes something makes it, "" for one that changes."""
    return {
        OpKind.PATIENT_REGISTER: "Patient",
        OpKind.REFERRAL_ISSUE: "ServiceRequest",
        OpKind.ATTACHMENT_SEND: "EpisodeOfCare",
        OpKind.INSURANCE_ASK: "CoverageEligibilityRequest",
    }.get(op.kind, "")


def check_stamped_by_author(ops: Sequence[Op], resources: Iterable[dict[str, Any]]) -> None:
    """What lies upstream names who acted and when, not who was at the desk when it was sent."""
    by_key = {op_id_of(resource): resource for resource in resources}
    for op in ops:
        if op.op_id in by_key:
            assert author_of(by_key[op.op_id]) == (op.actor, op.acted_at)


def kept_here(ops: Iterable[Op]) -> set[str]:
    """The fields whose change a registrar took back, with a reason: only this desk has those values."""
    taken_back = [op for op in ops if op.state is OpState.WITHDRAWN and op.reason]
    return {name for op in taken_back for name in op.payload.get("changes", {})}


def check_copies_equal(sites: Sequence[Site], upstream: Upstream) -> None:
    """Everybody says the same of every person, each desk and the upstream, but for what was taken back."""
    theirs = {resource["id"]: patient_values(resource) for resource in everything(upstream, "Patient")}
    for site in sites:
        with site.store.read() as work:
            for resource_id, values in theirs.items():
                shadow = work.shadows.get("Patient", resource_id)
                assert shadow is not None, (site.actor.desk.code, resource_id)
                assert patient_values(shadow.body) == values
                assert shadow.local_id, (site.actor.desk.code, resource_id, "is nobody here")
                person = work.patients.get(shadow.local_id)  # type: ignore[arg-type]
                assert person is not None
                mine = values_of(person)
                shared = set(PATIENT_FIELDS) - kept_here(work.outbox.of_record(person.id, person.id))
                assert {name: mine[name] for name in shared} == {name: values[name] for name in shared}


def place_of(site: Site, patient_id: str) -> str:
    """The upstream's id of a person of the desk, "" while there is none."""
    with site.store.read() as work:
        shadow = work.shadows.of_local("Patient", patient_id)
    return shadow.resource_id if shadow else ""
