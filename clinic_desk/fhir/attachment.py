"""Attachment: EpisodeOfCare of type `attachment`; ours is a request until the register decides.

The status follows the register: `planned` asks, `active` is attached, `cancelled` came to nothing (refused or
withdrawn), `finished` is over. What was decided stands in the extension `decision`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.clinic import ClinicProfile, District, Doctor
from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.domain.sync.arrivals import AttachmentDecision, DecisionOutcome
from clinic_desk.fhir.extensions import Value, own, part, parts_of, value_of, with_extensions
from clinic_desk.fhir.moments import day_text, read_day, read_instant
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    code_in,
    identifier_in,
    mapping,
    objects,
    reference_of,
    text,
)
from clinic_desk.fhir.references import clinic_reference, concept, doctor_reference, patient_reference
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import key_of, systems
from clinic_desk.fhir.words import cut_name, cut_note

_TYPE: Final = "attachment"
_ASKING: Final = frozenset({"planned", "waitlist"})
_IN_FORCE: Final = frozenset({"active", "onhold"})
_OVER: Final = frozenset({"finished", "cancelled", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class AttachmentParts:
    """An application with everything it names; `person` is `Patient/id` or an entry's full URL."""

    case: AttachmentCase
    person: str
    clinic: ClinicProfile
    district: District | None = None
    doctor: Doctor | None = None
    iin: str = ""


def attachment_key(case_id: AttachmentCaseId) -> str:
    """The search that finds the EpisodeOfCare."""
    return key_of(systems().attachment, case_id)


def episode(parts: AttachmentParts, stamp: Stamp) -> Resource:
    """The application: basis, area, consent (who, when, how), documents that were seen, where they were."""
    ours, case = systems(), parts.case
    resource: Resource = {
        "resourceType": "EpisodeOfCare",
        "extension": _application(parts),
        "identifier": [{"system": ours.attachment, "value": case.id}],
        "status": "planned",
        "type": [concept((ours.episode_type, _TYPE))],
        "patient": patient_reference(parts.person, parts.iin),
        "managingOrganization": clinic_reference(parts.clinic),
    }
    if parts.doctor is not None:
        resource["careManager"] = doctor_reference(parts.doctor)
    # A contract's end is the one day that is known before the register decides when it begins.
    period = {"end": day_text(case.contract_until)} if case.contract_until else {}
    if case.effective_on:
        period["start"] = day_text(case.effective_on)
    if period:
        resource["period"] = period
    return stamped(resource, stamp)


def _application(parts: AttachmentParts) -> list[Resource]:
    case, consent = parts.case, parts.case.consent
    told: list[tuple[str, Value]] = [
        ("basis", case.basis.value if case.basis else None),
        ("district", parts.district.number if parts.district else None),
        ("previous", case.previous),
        ("care-at-home", case.care_at_home),
        ("contract-until", case.contract_until),
        ("free-change", case.is_free_change or None),
        ("allowed-by", case.allowed_by),
        ("note", case.note),
        ("received-at", case.received_at),
    ]
    made = [parts_of(systems().ext("application"), told)]
    if consent is not None:
        agreed: list[tuple[str, Value]] = [
            ("giver", consent.giver.value),
            ("name", consent.name),
            ("way", consent.way.value),
            ("at", consent.at),
            ("recorded-by", consent.recorded_by),
        ]
        made.append(parts_of(systems().ext("consent"), agreed))
    made += [
        parts_of(systems().ext("document-seen"), [("code", one.code), ("dated", one.dated)])
        for one in case.documents
    ]
    made += [
        parts_of(systems().ext("warning"), [("code", code), ("words", words)])
        for code, words in case.reasons_given.items()
    ]
    return [item for item in made if item]


def ended(resource: Json, case: AttachmentCase, stamp: Stamp) -> Resource:
    """A copy of the server's episode that is over: an application withdrawn, or an attachment ended."""
    was_in_force = text(resource.get("status")) in _IN_FORCE
    copy = {**resource, "status": "finished" if was_in_force else "cancelled"}
    if was_in_force and case.ended_on is not None:
        copy["period"] = {**mapping(resource.get("period")), "end": day_text(case.ended_on)}
    told: list[tuple[str, Value]] = [
        ("reason", case.end_reason.value if case.end_reason else None),
        ("on", case.ended_on),
        ("words", case.note),
    ]
    url = systems().ext("end")
    end = parts_of(url, told)
    return stamped(with_extensions(copy, url, [end] if end else []), stamp)


def case_id_of(resource: Json) -> str:
    """Our id of the application, "" when the episode does not carry it."""
    return identifier_in(resource, systems().attachment)


def person_of(resource: Json) -> str:
    """`Patient/id` it is about, "" when it is not told."""
    return reference_of(resource.get("patient"))


def is_attachment(resource: Json) -> bool:
    """Whether this episode is an attachment at all."""
    return any(code_in(item, systems().episode_type) == _TYPE for item in objects(resource.get("type")))


def decision_of(resource: Json) -> AttachmentDecision | None:
    """What the register decided; None while it is asked, and for what a desk itself withdrew.

    Raises:
        Unreadable: no EpisodeOfCare, or a status that is none.
    """
    if resource.get("resourceType") != "EpisodeOfCare":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    status = text(resource.get("status"))
    if status not in _ASKING | _IN_FORCE | _OVER:
        raise Unreadable(WhyUnreadable.STATUS)
    told = own(resource, "decision")
    outcome = _outcome(status, told)
    if outcome is None:
        return None
    period = mapping(resource.get("period"))
    first = read_day(part(told, "first-day")) or read_day(period.get("start"))
    last = read_day(part(told, "last-day")) or read_day(period.get("end"))
    ground = _part_value(told, "ground")
    return AttachmentDecision(
        case_id=case_id_of(resource),
        outcome=outcome,
        at=read_instant(part(told, "at")) or read_instant(mapping(resource.get("meta")).get("lastUpdated")),
        number=identifier_in(resource, systems().attachment_number) or clean(part(told, "number")),
        first_day=first if outcome is not DecisionOutcome.REFUSED else None,
        last_day=last if outcome is DecisionOutcome.ENDED else None,
        ground=code_in(ground, systems().attachment_refusal)
        or code_in(ground, systems().attachment_end)
        or text(ground),
        text=cut_note(clean(part(told, "words"))),
        by=cut_name(clean(part(told, "by"))),
    )


def _outcome(status: str, told: Json) -> DecisionOutcome | None:
    """What the status and the decision say together; a decision that contradicts the status is none."""
    if status in _IN_FORCE:
        return DecisionOutcome.ACCEPTED
    if status == "finished":
        return DecisionOutcome.ENDED
    if status == "cancelled" and text(part(told, "outcome")) == DecisionOutcome.REFUSED:
        return DecisionOutcome.REFUSED
    return None


def _part_value(item: Json, name: str) -> object:
    return next((value_of(one) for one in objects(item.get("extension")) if one.get("url") == name), None)


def decided(resource: Json, decision: AttachmentDecision, stamp: Stamp) -> Resource:
    """A copy with the register's decision: the register's step, not a desk's."""
    ours = systems()
    status = {
        DecisionOutcome.ACCEPTED: "active",
        DecisionOutcome.REFUSED: "cancelled",
        DecisionOutcome.ENDED: "finished",
    }[decision.outcome]
    copy = {**resource, "status": status}
    period = dict(mapping(resource.get("period")))
    if decision.first_day:
        period["start"] = day_text(decision.first_day)
    if decision.last_day:
        period["end"] = day_text(decision.last_day)
    if period:
        copy["period"] = period
    if decision.number:
        others = [
            one for one in objects(resource.get("identifier")) if one.get("system") != ours.attachment_number
        ]
        copy["identifier"] = [*others, {"system": ours.attachment_number, "value": decision.number}]
    told: list[tuple[str, Value]] = [
        ("outcome", decision.outcome.value),
        ("first-day", decision.first_day),
        ("last-day", decision.last_day),
        ("words", decision.text),
        ("by", decision.by),
        ("at", decision.at),
    ]
    url = ours.ext("decision")
    word = parts_of(url, told) or {"url": url, "extension": []}
    if decision.ground:
        system = ours.attachment_end if decision.outcome is DecisionOutcome.ENDED else ours.attachment_refusal
        word["extension"].append(
            {"url": "ground", "valueCodeableConcept": concept((system, decision.ground))}
        )
    return stamped(with_extensions(copy, url, [word]), stamp)
