"""Reading Patient field by field; every reader is total: what cannot be read is ""."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Iin, Sex, parse_iin
from clinic_desk.domain.names import MAX_PART_LENGTH, clean_part
from clinic_desk.domain.patient import AgeBand, DocumentKind, NoIinReason, Reminders, SlipLanguage
from clinic_desk.domain.phone import parse_phone
from clinic_desk.fhir.extensions import extensions, own, own_value, part
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
STRUCTURED: Final = ("line", "city", "district", "state", "postalCode")
"""Parts of an address that say in pieces what `text` says in one."""


def name_at(resource: Json) -> int | None:
    """The place of the name that counts: the official one, else the usual, else the first not outlived."""
    names = resource.get("name")
    if not isinstance(names, list):
        return None
    best: tuple[int, int] | None = None
    order = {"official": 0, "usual": 1, None: 2}
    for place, item in enumerate(names):
        if isinstance(item, Mapping) and item.get("use") not in ("old", "maiden"):
            use = item.get("use")
            rank = (order.get(use if isinstance(use, str | None) else "", 3), place)
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


def _surname(resource: Json) -> str:
    name = _name(resource)
    if surname := _part(name.get("family")):
        return surname
    return "" if _givens(name) else _part(name.get("text"))


def _given_name(resource: Json) -> str:
    name = _name(resource)
    givens = _givens(name)
    if givens and own_value(name, "patronymic-only") is True:
        return ""
    return givens[0] if givens else ""


def _patronymic(resource: Json) -> str:
    name = _name(resource)
    givens = _givens(name)
    later = givens if own_value(name, "patronymic-only") is True else givens[1:]
    words = " ".join(later)
    return words if len(words) <= MAX_PART_LENGTH else ""


def readable_iin(value: str) -> Iin | None:
    """The IIN in a server's text, None when it is none."""
    if len(value) > 40:
        return None
    try:
        return parse_iin(value)
    except InvalidValue:
        return None


def _iin(resource: Json) -> str:
    found = readable_iin(identifier_in(resource, systems().iin))
    return found.digits if found else ""


def _mother_iin(resource: Json) -> str:
    told = mapping(own_value(resource, "mother-iin"))
    found = readable_iin(text(told.get("value"))) if told.get("system") == systems().iin else None
    return found.digits if found else ""


def _birth_date(resource: Json) -> str:
    day = read_day(resource.get("birthDate"))
    return day.isoformat() if day else ""


def _sex(resource: Json) -> str:
    return _one_of(Sex, resource.get("gender")) or Sex.UNKNOWN.value


def _one_of(kind: type[Sex | NoIinReason | AgeBand | DocumentKind | Reminders], value: object) -> str:
    told = text(value)
    return told if any(told == item.value for item in kind) else ""


def phone_at(resource: Json) -> tuple[int, str] | None:
    """The place of the first number that can be read, mobiles first, and the number as E.164."""
    telecom = resource.get("telecom")
    if not isinstance(telecom, list):
        return None
    places = [
        (0 if item.get("use") == "mobile" else 1, place, value)
        for place, item in enumerate(telecom[:50])
        if isinstance(item, Mapping) and item.get("system") in ("phone", "sms") and item.get("use") != "old"
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


def _phone(resource: Json) -> str:
    found = phone_at(resource)
    return found[1] if found else ""


def address_at(resource: Json) -> int | None:
    """The place of the address that counts: the home's, else the first not outlived."""
    told = resource.get("address")
    if not isinstance(told, list):
        return None
    living = [
        place for place, item in enumerate(told) if isinstance(item, Mapping) and item.get("use") != "old"
    ]
    return next((place for place in living if told[place].get("use") == "home"), next(iter(living), None))


def _address_item(resource: Json) -> Json:
    place = address_at(resource)
    return {} if place is None else mapping(resource["address"][place])


def _address(resource: Json) -> str:
    item = _address_item(resource)
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


def _kato(resource: Json) -> str:
    told = mapping(own_value(_address_item(resource), "kato"))
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
        if (
            isinstance(item, Mapping)
            and item.get("system") == systems().document
            and item.get("use") != "old"
        ):
            kind = _one_of(DocumentKind, code_in(item.get("type"), systems().document_kind))
            if kind and kind != DocumentKind.NONE:
                return place, kind
    return None


def _document(resource: Json) -> str:
    found = document_at(resource)
    return found[1] if found else DocumentKind.NONE.value


def _document_number(resource: Json) -> str:
    found = document_at(resource)
    told = clean(resource["identifier"][found[0]].get("value")) if found else ""
    return told if len(told) <= _MAX_NUMBER else ""


def languages_of(item: Json) -> set[str]:
    """Which of the paper's languages an entry of `communication` speaks of, without their regions."""
    return {code.split("-")[0].lower() for code in codes(item.get("language"), systems().language)} & {
        "kk",
        "ru",
    }


def _slip_language(resource: Json) -> str:
    told = objects(resource.get("communication"))
    wanted = [item for item in told if item.get("preferred") is True and languages_of(item)] or told
    spoken: set[str] = set().union(*(languages_of(item) for item in wanted))
    return SlipLanguage.BOTH.value if len(spoken) == 2 else next(iter(spoken), "")


def _reminders(resource: Json) -> str:
    return _one_of(Reminders, part(own(resource, "reminders"), "wish")) or Reminders.NOT_ASKED.value


FIELD_READERS: Final[Mapping[str, Callable[[Json], str]]] = {
    "iin": _iin,
    "no_iin_reason": lambda resource: _one_of(NoIinReason, own_value(resource, "no-iin-reason")),
    "mother_iin": _mother_iin,
    "surname": _surname,
    "given_name": _given_name,
    "patronymic": _patronymic,
    "birth_date": _birth_date,
    "age_band": lambda resource: _one_of(AgeBand, own_value(resource, "age-band")),
    "sex": _sex,
    "phone": _phone,
    "address": _address,
    "kato": _kato,
    "citizenship": _citizenship,
    "document": _document,
    "document_number": _document_number,
    "slip_language": _slip_language,
    "reminders": _reminders,
}
"""How each field is read, in the order of the form."""
