"""Patient: what a server should know of a person, and what we take from it.

Values are the texts of `domain.patient_history.values_of` under its names, so that a change travels as
field, old and new value. Where the person is attached is told by EpisodeOfCare; `managingOrganization` is a
cache of the server's that we never write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Iin, Sex
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.phone import Phone
from clinic_desk.fhir.extensions import own, part
from clinic_desk.fhir.moments import read_day, read_instant
from clinic_desk.fhir.patient_fields import read_values, readable_iin
from clinic_desk.fhir.patient_writing import laid_over, with_consent
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    identifiers,
    logical,
    mapping,
    objects,
    reference_of,
)
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import key_of, systems

PATIENT_FIELDS: Final = tuple(read_values({}))
"""The fields of `values_of` a server knows; attachment and district are not among them."""


def patient_key(patient: Patient) -> str:
    """The search that finds this person upstream: by IIN if known, else by our id."""
    if patient.iin is not None:
        return key_of(systems().iin, patient.iin.digits)
    return key_of(systems().local_id, patient.id)


def iin_key(digits: str) -> str:
    """The search that finds whoever has that IIN upstream."""
    return key_of(systems().iin, digits)


def patient_resource(patient: Patient, stamp: Stamp) -> Resource:
    """The person as a new resource."""
    local: Resource = {"use": "secondary", "system": systems().local_id, "value": patient.id}
    bare: Resource = {"resourceType": "Patient", "identifier": [local], "active": True}
    told = values_of(patient)
    resource = laid_over(bare, {name: told[name] for name in PATIENT_FIELDS}, stamp, {})
    return stamped(with_consent(resource, patient.reminders), stamp)


def patient_values(resource: Json) -> dict[str, str]:
    """What the resource says under `PATIENT_FIELDS`, "" for what it does not say or nobody can read.

    Never raises. A partial birth date is no day and reads as "". `sex` and `document` are always told
    (`unknown`, `none`), as is `reminders` (`not_asked`); `slip_language` may be "".
    """
    return read_values(resource)


def with_patient_values(resource: Json, values: Mapping[str, str], stamp: Stamp) -> Resource:
    """A copy of the server's resource with these values of ours laid over it.

    A field that already says so is not touched, nor is any part of the resource that no value speaks of.
    """
    said = patient_values(resource)
    changed = {name: value for name, value in values.items() if name in said and said[name] != value}
    return stamped(laid_over(resource, changed, stamp, said), stamp)


def patient_of(resource: Json, patient_id: PatientId, values: Mapping[str, str] | None = None) -> Patient:
    """The person as the server tells it, as a record of ours that has not been stored.

    Without an IIN and without a reason for that, the document was not at hand. `values` spares reading what
    `patient_values` said of the resource once more.

    Raises:
        Unreadable: another type, no name, a number that is no IIN, or no birth date where one is needed.
    """
    if resource.get("resourceType") != "Patient":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    told = values if values is not None else patient_values(resource)
    iin = _iin(told["iin"])
    if iin is None and identifiers(resource, systems().iin):
        raise Unreadable(WhyUnreadable.IIN)
    reason = None
    if iin is None:
        reason = NoIinReason(told["no_iin_reason"] or NoIinReason.DOCUMENT_NOT_AT_HAND)
    born = read_day(told["birth_date"])
    band = AgeBand(told["age_band"]) if told["age_band"] else None
    if born is None and (reason is not NoIinReason.UNKNOWN_PERSON or band is None):
        raise Unreadable(WhyUnreadable.BIRTH_DATE)
    try:
        name = PersonName.of(told["surname"], told["given_name"], told["patronymic"])
    except InvalidValue as error:
        raise Unreadable(WhyUnreadable.NAME) from error
    return Patient(
        id=patient_id,
        name=name,
        birth_date=born,
        sex=Sex(told["sex"]),
        iin=iin,
        no_iin_reason=reason,
        mother_iin=_iin(told["mother_iin"]),
        phone=Phone(told["phone"]) if told["phone"] else None,
        address=told["address"],
        document=DocumentKind(told["document"]),
        document_number=told["document_number"],
        slip_language=SlipLanguage(told["slip_language"] or SlipLanguage.KK),
        kato=told["kato"],
        age_band=band if born is None else None,
        citizenship=told["citizenship"],
        reminders=_consent(resource, told["reminders"]),
    )


def _iin(digits: str) -> Iin | None:
    return readable_iin(digits) if digits else None


def _consent(resource: Json, wish: str) -> ReminderConsent:
    told = own(resource, "reminders")
    return ReminderConsent(Reminders(wish), read_instant(part(told, "at")), clean(part(told, "by")))


def managing_bin(resource: Json) -> str:
    """The BIN of the clinic the server has the person under, "" when it is not told; a cache, see above."""
    return logical(resource.get("managingOrganization"), systems().bin)


def local_ids(resource: Json) -> list[str]:
    """The ids under which desks registered the person."""
    return identifiers(resource, systems().local_id)


def is_active(resource: Json) -> bool:
    """False when the server says that the record is not in use."""
    return resource.get("active") is not False


def replaced_by(resource: Json) -> str:
    """`Patient/id` of the record that took this one's place, "" when none did."""
    links = (item for item in objects(resource.get("link")) if item.get("type") == "replaced-by")
    return next((place for item in links if (place := reference_of(item.get("other")))), "")


def merged_into(resource: Json, other_id: str, stamp: Stamp) -> Resource:
    """A copy that says: not in use, replaced by the upstream's Patient of that id."""
    copy = {**resource, "active": False}
    copy["link"] = [
        *_other_links(resource),
        {"other": {"reference": f"Patient/{other_id}"}, "type": "replaced-by"},
    ]
    return stamped(copy, stamp)


def unmerged(resource: Json, stamp: Stamp) -> Resource:
    """A copy that is in use again and replaced by nobody."""
    copy = {**resource, "active": True, "link": _other_links(resource)}
    if not copy["link"]:
        del copy["link"]
    return stamped(copy, stamp)


def _other_links(resource: Json) -> list[Json]:
    return [item for item in objects(resource.get("link")) if item.get("type") != "replaced-by"]


def with_local_id(resource: Json, patient_id: PatientId, stamp: Stamp) -> Resource:
    """A copy that also carries our id of the person."""
    if patient_id in local_ids(resource):
        return dict(resource)
    mine: Resource = {"use": "secondary", "system": systems().local_id, "value": patient_id}
    return stamped({**resource, "identifier": [*objects(resource.get("identifier")), mine]}, stamp)


def last_updated(resource: Json) -> str:
    """The server's own text of `meta.lastUpdated`, "" when it gives none."""
    told = mapping(resource.get("meta")).get("lastUpdated")
    return told if isinstance(told, str) else ""
