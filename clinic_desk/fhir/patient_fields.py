"""Reading Patient field by field; every reader is total: what cannot be read is ""."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Iin, Sex, parse_iin
from clinic_desk.domain.names import MAX_PART_LENGTH, clean_part
from clinic_desk.domain.patient import AgeBand, DocumentKind, NoIinReason, Reminders, SlipLanguage
from clinic_desk.domain.phone import parse_phone
from clinic_desk.fhir.extensions import extensions, own_value, part, value_of
from clinic_desk.fhir.moments import read_day
from clinic_desk.fhir.reading import Json, clean, code_in, codes, identifier_in, mapping, objects, text
from clinic_desk.fhir.systems import systems

# What the store's own forms allow; more is no address and no number of a document.
_MAX_ADDRESS: Final = 500
_MAX_NUMBER: Final = 50
_MAX_PHONE: Final = 40
_KATO: Final = re.compile(r"[0-9]{9}")
_COUNTRY: Final = re.compile(r"[A-Z]{3}")
# Ten digits behind +7 are always a possible number: the library need not be asked for each of them.
_PHONE_OF_ZONE_7: Final = re.compile(r"\+7[0-9]{10}")
_SEXES: Final = frozenset(item.value for item in Sex)
_NO_IIN_REASONS: Final = frozenset(item.value for item in NoIinReason)
_AGE_BANDS: Final = frozenset(item.value for item in AgeBand)
_DOCUMENTS: Final = frozenset(item.value for item in DocumentKind) - {DocumentKind.NONE.value}
_REMINDERS: Final = frozenset(item.value for item in Reminders)
_NAME_ORDER: Final = {"official": 0, "usual": 1, None: 2}
_PAPER: Final = frozenset({SlipLanguage.KK.value, SlipLanguage.RU.value})
STRUCTURED: Final = ("line", "city", "district", "state", "postalCode")
"""Parts of an address that say in pieces what `text` says in one."""


def name_at(resource: Json) -> int | None:
    """The place of the name that counts: the official one, else the usual, else the first not outlived."""
    names = resource.get("name")
    if not isinstance(names, list):
        return None
    best: tuple[int, int] | None = None
    for place, item in enumerate(names):
        if isinstance(item, dict) and item.get("use") not in ("old", "maiden"):
            use = item.get("use")
            rank = (_NAME_ORDER.get(use if isinstance(use, str | None) else "", 3), place)
            best = rank if best is None or rank < best else best
    return best[1] if best else None


def _name(resource: Json) -> Json:
    place = name_at(resource)
    return {} if place is None else mapping(resource["name"][place])


def _givens(name: Json) -> list[str]:
    told = name.get("given")
    return [words for item in told if (words := _part(item))] if isinstance(told, list) else []


def _part(value: object) -> str:
    words = clean_part(value) if isinstance(value, str) and len(value) < 1000 else ""
    return words if len(words) <= MAX_PART_LENGTH else ""


def _names(resource: Json) -> tuple[str, str, str]:
    """Surname, first name and patronymic: the given names after the first are the patronymic."""
    name = _name(resource)
    givens = _givens(name)
    surname = _part(name.get("family")) or ("" if givens else _part(name.get("text")))
    if givens and own_value(name, "patronymic-only") is True:
        givens.insert(0, "")
    patronymic = " ".join(givens[1:])
    return surname, givens[0] if givens else "", patronymic if len(patronymic) <= MAX_PART_LENGTH else ""


@lru_cache(maxsize=64)
def readable_iin(value: str) -> Iin | None:
    """The IIN in a server's text, None when it is none. Cached: whoever makes a record reads it again."""
    if len(value) > 40:
        return None
    try:
        return parse_iin(value)
    except InvalidValue:
        return None


def _iin(resource: Json) -> str:
    found = readable_iin(identifier_in(resource, systems().iin))
    return found.digits if found else ""


def _mother_iin(told: object) -> str:
    identifier = mapping(told)
    found = readable_iin(text(identifier.get("value"))) if identifier.get("system") == systems().iin else None
    return found.digits if found else ""


def _birth_date(resource: Json) -> str:
    day = read_day(resource.get("birthDate"))
    return day.isoformat() if day else ""


def _one_of(kind: Collection[str], value: object) -> str:
    told = text(value)
    return told if told in kind else ""


def phone_at(resource: Json) -> tuple[int, str] | None:
    """The place of the first number that can be read, mobiles first, and the number as E.164."""
    telecom = resource.get("telecom")
    if not isinstance(telecom, list):
        return None
    places = [
        (0 if item.get("use") == "mobile" else 1, place, value)
        for place, item in enumerate(telecom[:50])
        if isinstance(item, dict) and item.get("system") in ("phone", "sms") and item.get("use") != "old"
        if (value := text(item.get("value")))
    ]
    for _, place, value in sorted(places):
        if number := _e164(value):
            return place, number
    return None


def _e164(value: str) -> str:
    if _PHONE_OF_ZONE_7.fullmatch(value):
        return value
    if len(value) > _MAX_PHONE:
        return ""
    try:
        return parse_phone(value.removeprefix("tel:")).e164
    except InvalidValue:
        return ""


def address_at(resource: Json) -> int | None:
    """The place of the address that counts: the home's, else the first not outlived."""
    told = resource.get("address")
    if not isinstance(told, list):
        return None
    living = [place for place, item in enumerate(told) if isinstance(item, dict) and item.get("use") != "old"]
    return next((place for place in living if told[place].get("use") == "home"), next(iter(living), None))


def _address_item(resource: Json) -> Json:
    place = address_at(resource)
    return {} if place is None else mapping(resource["address"][place])


def address_text(item: Json) -> str:
    """What an address says in one line; put together where it is given in pieces only."""
    if told := clean(item.get("text")):
        return told if len(told) <= _MAX_ADDRESS else ""
    line = item.get("line")
    parts = [
        item.get("state"),
        item.get("district"),
        item.get("city"),
        *(line if isinstance(line, list) else []),
    ]
    words = ", ".join(said for one in parts if (said := clean(one)))
    return words if len(words) <= _MAX_ADDRESS else ""


def _kato(address: Json) -> str:
    told = mapping(own_value(address, "kato"))
    code = text(told.get("code")) if told.get("system") == systems().kato else ""
    return code if _KATO.fullmatch(code) else ""


def _citizenship(resource: Json) -> str:
    for item in extensions(resource, systems().citizenship):
        code = code_in(part(item, "code"), systems().country)
        if _COUNTRY.fullmatch(code):
            return code
    return ""


def document_at(resource: Json) -> tuple[int, str] | None:
    """The place of the first identity document in use whose kind is known, and its kind."""
    told = resource.get("identifier")
    for place, item in enumerate(told if isinstance(told, list) else []):
        if not isinstance(item, dict) or item.get("system") != systems().document or item.get("use") == "old":
            continue
        if kind := _one_of(_DOCUMENTS, code_in(item.get("type"), systems().document_kind)):
            return place, kind
    return None


def languages_of(item: Json) -> set[str]:
    """Which of the paper's languages an entry of `communication` speaks of, without their regions."""
    spoken = {
        code[:2].lower() for code in codes(item.get("language"), systems().language) if code[2:3] in "-"
    }
    return spoken & _PAPER


def _slip_language(resource: Json) -> str:
    preferred: set[str] = set()
    spoken: set[str] = set()
    for item in objects(resource.get("communication")):
        about = languages_of(item)
        spoken |= about
        if item.get("preferred") is True:
            preferred |= about
    wanted = preferred or spoken
    return SlipLanguage.BOTH.value if len(wanted) == 2 else next(iter(wanted), "")


def read_values(resource: Json) -> dict[str, str]:
    """Every field in the order of the form."""
    told = _own_by_name(resource)
    surname, given_name, patronymic = _names(resource)
    phone, document = phone_at(resource), document_at(resource)
    address = _address_item(resource)
    number = clean(resource["identifier"][document[0]].get("value")) if document else ""
    return {
        "iin": _iin(resource),
        "no_iin_reason": _one_of(_NO_IIN_REASONS, value_of(told.get("no-iin-reason", {}))),
        "mother_iin": _mother_iin(value_of(told.get("mother-iin", {}))),
        "surname": surname,
        "given_name": given_name,
        "patronymic": patronymic,
        "birth_date": _birth_date(resource),
        "age_band": _one_of(_AGE_BANDS, value_of(told.get("age-band", {}))),
        "sex": _one_of(_SEXES, resource.get("gender")) or Sex.UNKNOWN.value,
        "phone": phone[1] if phone else "",
        "address": address_text(address),
        "kato": _kato(address),
        "citizenship": _citizenship(resource),
        "document": document[1] if document else DocumentKind.NONE.value,
        "document_number": number if len(number) <= _MAX_NUMBER else "",
        "slip_language": _slip_language(resource),
        "reminders": _one_of(_REMINDERS, part(told.get("reminders", {}), "wish"))
        or Reminders.NOT_ASKED.value,
    }


def _own_by_name(resource: Json) -> dict[str, Json]:
    """Our extensions by their names, the first of each."""
    base = systems().extension_base
    found: dict[str, Json] = {}
    for item in objects(resource.get("extension")):
        url = item.get("url")
        if isinstance(url, str) and url.startswith(base):
            found.setdefault(url[len(base) :], item)
    return found
