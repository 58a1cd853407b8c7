"""How the server in memory searches: what each parameter compares, and what it does not know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.upstream.fhir_answers import Refused, Resource

_TOKENS = {"identifier": "identifier", "requisition": "requisition"}
_CODES = {"status": "status", "birthdate": "birthDate", "gender": "gender"}
_REFERENCES = {
    ("EpisodeOfCare", "patient"): "patient",
    ("EpisodeOfCare", "organization"): "managingOrganization",
    ("Patient", "organization"): "managingOrganization",
    ("ServiceRequest", "subject"): "subject",
    ("ServiceRequest", "patient"): "subject",
    ("Task", "focus"): "focus",
    ("Task", "subject"): "for",
    ("Task", "patient"): "for",
    ("Task", "owner"): "owner",
    ("Task", "requester"): "requester",
    ("HealthcareService", "organization"): "providedBy",
    ("Coverage", "beneficiary"): "beneficiary",
    ("Coverage", "patient"): "beneficiary",
    ("CoverageEligibilityRequest", "patient"): "patient",
    ("CoverageEligibilityResponse", "patient"): "patient",
    ("CoverageEligibilityResponse", "request"): "request",
    ("Communication", "subject"): "subject",
    ("Communication", "based-on"): "basedOn",
    ("Provenance", "target"): "target",
}


def matches(kind: str, row: Resource, name: str, value: str) -> bool:
    plain, _, modifier = name.partition(":")
    if plain == "_id":
        return row.get("id") in value.split(",")
    if plain == "_lastUpdated":
        return _is_in_time(moment_of(row["meta"]["lastUpdated"]), value)
    if plain in _TOKENS:
        return any(_has_identifier(row.get(_TOKENS[plain]), one) for one in value.split(","))
    if plain in _CODES:
        return row.get(_CODES[plain]) in value.split(",")
    if plain in ("family", "name") and kind == "Patient":
        said = [name.get("family", "") for name in row.get("name", [])]
        return any(one.casefold().startswith(value.casefold()) for one in said)
    if plain == "name":
        return str(row.get("name", "")).casefold().startswith(value.casefold())
    element = _REFERENCES.get((kind, plain))
    if element is None:
        raise Refused(400, f"unknown parameter {name} of {kind}")
    references = row.get(element) or []
    references = references if isinstance(references, list) else [references]
    if modifier == "identifier":
        return any(_has_identifier(one.get("identifier"), value) for one in references)
    wanted = value.split(",")
    return any(
        one.get("reference") in wanted or one.get("reference", "").rpartition("/")[2] in wanted
        for one in references
    )


def _has_identifier(found: Any, wanted: str) -> bool:
    system, bar, value = wanted.rpartition("|")
    rows = found if isinstance(found, list) else [found] if found else []
    return any(row.get("value") == value and (not bar or row.get("system", "") == system) for row in rows)


def _is_in_time(at: dt.datetime, value: str) -> bool:
    sign, said = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    wanted = moment_of(said)
    return {
        "ge": at >= wanted,
        "gt": at > wanted,
        "le": at <= wanted,
        "lt": at < wanted,
        "eq": at == wanted,
    }[sign]


def moment_of(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, f"no moment: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def number_of(text: str) -> int:
    if not text.isdecimal():
        raise Refused(400, f"no number: {text}")
    return int(text)


def text_of(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
