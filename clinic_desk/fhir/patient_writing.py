"""Laying values over a Patient: each writer touches only what its field speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from clinic_desk.domain.patient import DocumentKind, ReminderConsent, Reminders, SlipLanguage
from clinic_desk.fhir.extensions import extension, extensions, parts_of, with_extensions, with_own
from clinic_desk.fhir.patient_fields import (
    STRUCTURED,
    address_at,
    address_text,
    document_at,
    languages_of,
    name_at,
    phone_at,
)
from clinic_desk.fhir.reading import Json, Resource, codes, objects
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.fhir.systems import systems

_SHOWN_LANGUAGES: Final = {"kk": "қазақ", "ru": "русский"}


def laid_over(resource: Json, values: Mapping[str, str], stamp: Stamp, said: Mapping[str, str]) -> Resource:
    """A copy with these values; fields that go together (a name, a document) are written together.

    `said` is what the resource says now, by field.
    """
    copy: Resource = dict(resource)
    done: set[Callable[..., None]] = set()
    for field in values:
        write = _WRITERS.get(field)
        if write is not None and write not in done:
            done.add(write)
            write(copy, {**said, **values})
    if "reminders" in values:
        wish = Reminders(values["reminders"] or Reminders.NOT_ASKED)
        return with_consent(copy, ReminderConsent(wish, stamp.acted_at, stamp.actor))
    return copy


def with_consent(resource: Json, consent: ReminderConsent) -> Resource:
    """A copy with the person's word on reminders; nothing is said until they were asked."""
    url = systems().ext("reminders")
    told = parts_of(url, [("wish", consent.wish.value), ("at", consent.at), ("by", consent.by)])
    asked = told is not None and consent.wish is not Reminders.NOT_ASKED
    return with_extensions(resource, url, [told] if told and asked else [])


def _iin(copy: Resource, told: Mapping[str, str]) -> None:
    _identify(copy, systems().iin, told["iin"])


def _identify(copy: Resource, system: str, value: str) -> None:
    """The identifier of that system says the value: in the place of the first, others of it are outlived."""
    kept: list[Any] = []
    is_written = not value
    for item in objects(copy.get("identifier")):
        if item.get("system") != system or item.get("use") == "old":
            kept.append(item)
        elif not is_written:
            kept.append({**item, "value": value})
            is_written = True
        elif item.get("value") != value:
            kept.append({**item, "use": "old"})
    if not is_written:
        kept.insert(0, {"use": "official", "system": system, "value": value})
    _put(copy, "identifier", kept)


def _put(copy: Resource, name: str, items: list[Any]) -> None:
    copy.pop(name, None)
    if items:
        copy[name] = items


def _name(copy: Resource, told: Mapping[str, str]) -> None:
    names = list(objects(copy.get("name")))
    place = name_at({"name": names})
    item: Resource = dict(names[place]) if place is not None else {"use": "official"}
    for part in ("family", "given", "text", "_given", "_family"):
        item.pop(part, None)
    given = [part for part in (told["given_name"], told["patronymic"]) if part]
    if told["surname"]:
        item["family"] = told["surname"]
    if given:
        item["given"] = given
    item["text"] = " ".join([*([told["surname"]] if told["surname"] else []), *given])
    lone = bool(told["patronymic"]) and not told["given_name"]
    item = with_own(item, "patronymic-only", True if lone else None)
    if place is None:
        names.insert(0, item)
    else:
        names[place] = item
    copy["name"] = names


def _birth_date(copy: Resource, told: Mapping[str, str]) -> None:
    # What stood beside the old date, such as the hour of birth, was about that date.
    for part in ("birthDate", "_birthDate"):
        copy.pop(part, None)
    if told["birth_date"]:
        copy["birthDate"] = told["birth_date"]


def _sex(copy: Resource, told: Mapping[str, str]) -> None:
    copy["gender"] = told["sex"] or "unknown"


def _phone(copy: Resource, told: Mapping[str, str]) -> None:
    items = list(objects(copy.get("telecom")))
    found = phone_at({"telecom": items})
    if found and told["phone"]:
        items[found[0]] = {**items[found[0]], "value": told["phone"]}
    elif found:
        del items[found[0]]
    elif told["phone"]:
        items.insert(0, {"system": "phone", "value": told["phone"], "use": "mobile"})
    _put(copy, "telecom", items)


def _address(copy: Resource, told: Mapping[str, str]) -> None:
    items = list(objects(copy.get("address")))
    place = address_at({"address": items})
    if place is not None and address_text(items[place]) != told["address"]:
        before = items.pop(place)
        # Pieces of another address cannot stand beside the new text; they are kept as the former address.
        if any(name in before for name in STRUCTURED):
            items.append({**before, "use": "old"})
            before = {}
        address: Resource = {"use": "home", **before}
        address.pop("text", None)
        if told["address"]:
            address["text"] = told["address"]
    else:
        address = dict(items.pop(place)) if place is not None else {"use": "home", "text": told["address"]}
        if not address.get("text", True):
            del address["text"]
    code = extension(systems().ext("kato"), told["kato"])
    coding = {"url": code["url"], "valueCoding": {"system": systems().kato, "code": told["kato"]}}
    address = with_extensions(address, systems().ext("kato"), [coding] if told["kato"] else [])
    if set(address) - {"use"}:
        items.insert(0 if place is None else place, address)
    _put(copy, "address", items)


def _citizenship(copy: Resource, told: Mapping[str, str]) -> None:
    url = systems().citizenship
    others = [
        dict(item)
        for item in extensions(copy, url)
        if not any(
            True
            for part in objects(item.get("extension"))
            for _ in codes(part.get("valueCodeableConcept"), systems().country)
        )
    ]
    if told["citizenship"]:
        concept = {"coding": [{"system": systems().country, "code": told["citizenship"]}]}
        others.insert(0, {"url": url, "extension": [{"url": "code", "valueCodeableConcept": concept}]})
    _replace(copy, with_extensions(copy, url, others))


def _mother_iin(copy: Resource, told: Mapping[str, str]) -> None:
    url = systems().ext("mother-iin")
    digits = told["mother_iin"]
    mother = {"url": url, "valueIdentifier": {"system": systems().iin, "value": digits}}
    _replace(copy, with_extensions(copy, url, [mother] if digits else []))


def _no_iin_reason(copy: Resource, told: Mapping[str, str]) -> None:
    _replace(copy, with_own(copy, "no-iin-reason", told["no_iin_reason"], "Code"))


def _age_band(copy: Resource, told: Mapping[str, str]) -> None:
    _replace(copy, with_own(copy, "age-band", told["age_band"], "Code"))


def _replace(copy: Resource, by: Resource) -> None:
    copy.clear()
    copy.update(by)


def _document(copy: Resource, told: Mapping[str, str]) -> None:
    items = list(objects(copy.get("identifier")))
    found = document_at({"identifier": items})
    if found:
        before = items[found[0]]
        if found[1] != told["document"]:
            items[found[0]] = {**before, "use": "old"}
            before = {}
            found = None
        else:
            items[found[0]] = _with_number(before, told["document_number"])
    if not found and told["document"] not in {"", DocumentKind.NONE.value}:
        kind = {"coding": [{"system": systems().document_kind, "code": told["document"]}]}
        new: Resource = {"use": "secondary", "type": kind, "system": systems().document}
        items.append(_with_number(new, told["document_number"]))
    _put(copy, "identifier", items)


def _with_number(item: Json, number: str) -> Resource:
    copy = dict(item)
    copy.pop("value", None)
    return {**copy, "value": number} if number else copy


def _slip_language(copy: Resource, told: Mapping[str, str]) -> None:
    wanted = {"": set(), SlipLanguage.BOTH.value: {"kk", "ru"}}.get(
        told["slip_language"], {told["slip_language"]}
    )
    kept: list[Any] = []
    spoken: set[str] = set()
    for item in objects(copy.get("communication")):
        about = languages_of(item)
        if about and about <= wanted:
            kept.append({**item, "preferred": True})
            spoken |= about
        elif about:
            # They may still speak it; the paper is wanted in another.
            kept.append({name: value for name, value in item.items() if name != "preferred"})
        else:
            kept.append(item)
    for code in sorted(wanted - spoken):
        language = {"coding": [{"system": systems().language, "code": code}], "text": _SHOWN_LANGUAGES[code]}
        kept.append({"language": language, "preferred": True})
    _put(copy, "communication", kept)


_GROUPS: Final[Mapping[Callable[..., None], tuple[str, ...]]] = {
    _iin: ("iin",),
    _no_iin_reason: ("no_iin_reason",),
    _mother_iin: ("mother_iin",),
    _name: ("surname", "given_name", "patronymic"),
    _birth_date: ("birth_date",),
    _age_band: ("age_band",),
    _sex: ("sex",),
    _phone: ("phone",),
    _address: ("address", "kato"),
    _citizenship: ("citizenship",),
    _document: ("document", "document_number"),
    _slip_language: ("slip_language",),
}
"""Which fields a writer writes together."""
_WRITERS: Final = {field: write for write, fields in _GROUPS.items() for field in fields}
