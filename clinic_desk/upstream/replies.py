"""From what came over HTTP to a `Reply`, or to the reason why it is none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from clinic_desk.fhir.strict import Unreadable, checked, envelope
from clinic_desk.services.sync.upstream_port import NoReply, Reply, Resource, WhyNoReply
from clinic_desk.upstream.exchange import RawReply
from clinic_desk.upstream.strict_json import NotJson, strict_json

_JSON: Final = frozenset({"application/fhir+json", "application/json", "application/json+fhir"})
_PLACE: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64})(?:/_history/[^/?#]+)?$")
_TAG: Final = re.compile(r'(?:W/)?"([A-Za-z0-9\-._:]{1,128})"')
_ONLY_FHIR_SAYS: Final = frozenset({400, 404, 405, 409, 410, 412, 422})
"""Refusals that change the fate of a record: from a proxy's page they are not believed."""


def reply_of(raw: RawReply, *, is_write: bool, most_wait_s: float) -> Reply:
    """The reply.

    Raises:
        NoReply: NOT_FHIR. An answer of a gateway in between (a page with 502, 429, 401 …) is a Reply without
            a body; a success, or a refusal that only the FHIR server can know, must be FHIR.
    """
    body = _body_of(raw)
    version, place = _version(raw.headers, body), _place(raw.headers)
    is_success = 200 <= raw.status < 300
    if body is None and is_success and not (is_write and (version or place)):
        raise NoReply(WhyNoReply.NOT_FHIR)
    if body is None and raw.body and raw.status in _ONLY_FHIR_SAYS:
        raise NoReply(WhyNoReply.NOT_FHIR)
    at = _moment(raw.headers.get("Date", ""))
    wait = _wait_s(raw.headers.get("Retry-After", ""), at)
    return Reply(raw.status, body, version, place, at, None if wait is None else min(wait, most_wait_s))


def _body_of(raw: RawReply) -> Resource | None:
    """The resource; None where the body is empty or is none.

    The entries of a Bundle are for whoever takes them: one that cannot be read must not fail a page.
    """
    kind = raw.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not raw.body or kind not in _JSON:
        return None
    try:
        value = strict_json(raw.body)
        return envelope(value) if value.get("resourceType") == "Bundle" else checked(value)
    except (NotJson, Unreadable):
        return None


def _version(headers: Mapping[str, str], body: Resource | None) -> str:
    tag = _TAG.fullmatch(headers.get("ETag", "").strip())
    if tag is not None:
        return tag[1]
    meta: Any = (body or {}).get("meta")
    version = meta.get("versionId", "") if isinstance(meta, Mapping) else ""
    return version if isinstance(version, str) else ""


def _place(headers: Mapping[str, str]) -> str:
    for name in ("Location", "Content-Location"):
        found = _PLACE.search(headers.get(name, "").strip())
        if found is not None:
            return found[1]
    return ""


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def _wait_s(text: str, server_time: dt.datetime | None) -> float | None:
    """Seconds that Retry-After asks for; a date counts by the server's own clock where it tells it."""
    said = text.strip()
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    at = _moment(said) if said else None
    if at is None:
        return None
    return max(0.0, (at - (server_time or dt.datetime.now(dt.UTC))).total_seconds())
