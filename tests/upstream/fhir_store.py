"""A small honest FHIR R4 server in memory: what a request does and what is answered, without any network.

It keeps every version, knows conditional create, If-Match, history, tombstones, paging over the list as it
is now (a row edited between two pages shifts it, as on real servers), transactions that land whole or not at
all. What it does not know it refuses with 400, so that a mistyped parameter is not passed over.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

Resource = dict[str, Any]
Query = Sequence[tuple[str, str]]

TYPES = (
    *("Patient", "EpisodeOfCare", "ServiceRequest", "Task", "Organization", "HealthcareService", "Location"),
    *("Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Communication", "Provenance"),
)
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
_LONGEST_PAGE = 500


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `body` is JSON-ready or None."""

    status: int
    body: Resource | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The request is answered with this; nothing was changed."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.answer = Answer(status, outcome(words))


@dataclass
class _Version:
    number: int
    at: dt.datetime
    body: Resource | None
    """None: deleted."""
    order: int


def outcome(words: str, severity: str = "error") -> Resource:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": "processing", "diagnostics": words}],
    }


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class FhirStore:
    """The resources of one server.

    Attributes:
        base: the URL under which links are made.
        offers_history, offers_submit: whether the CapabilityStatement names them and they work.
        reject: says why a resource is not taken (422), or None to take it.
        eligibility: answers a CoverageEligibilityRequest with a CoverageEligibilityResponse; used by $submit
            at once, and for created requests when `settle_eligibility` is called.
        requests: every request as (method, path with query), in order.
    """

    def __init__(
        self, *, base: str = "http://127.0.0.1:1/fhir", now: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self.base = base
        self.now = now
        self.offers_history = True
        self.offers_submit = True
        self.reject: Callable[[Resource], str | None] = lambda _: None
        self.eligibility: Callable[[Resource], Resource] | None = None
        self.requests: list[tuple[str, str]] = []
        self._versions: dict[tuple[str, str], list[_Version]] = {}
        self._order = 0
        self._ids = 0
        self._lock = threading.RLock()

    # What tests do behind the server's back ----------------------------------------------------

    def put(self, resource: Resource) -> Resource:
        """The resource as stored, as if somebody else had written it; a new id where it has none."""
        with self._lock:
            return self._store(resource, resource.get("id") or self._new_id())

    def delete(self, resource_type: str, resource_id: str) -> None:
        with self._lock:
            versions = self._versions[resource_type, resource_id]
            versions.append(_Version(len(versions) + 1, self.now(), None, self._next_order()))

    def get(self, resource_type: str, resource_id: str) -> Resource | None:
        versions = self._versions.get((resource_type, resource_id))
        return copy.deepcopy(versions[-1].body) if versions else None

    def all(self, resource_type: str) -> list[Resource]:
        """Those that are there now, in the order of their making."""
        with self._lock:
            return copy.deepcopy(self._rows(resource_type))

    def _rows(self, resource_type: str) -> list[Resource]:
        return [
            versions[-1].body
            for (kind, _), versions in self._versions.items()
            if kind == resource_type and versions[-1].body is not None
        ]

    def snapshot(self) -> object:
        """A backup for `restore`."""
        with self._lock:
            return copy.deepcopy((self._versions, self._order, self._ids))

    def restore(self, backup: Any) -> None:
        """Everything since the backup is gone, as when a server is put back."""
        with self._lock:
            self._versions, self._order, self._ids = copy.deepcopy(backup)

    def settle_eligibility(self) -> int:
        """Answers the requests that were created and wait; how many."""
        with self._lock:
            answered = {r["request"]["reference"] for r in self.all("CoverageEligibilityResponse")}
            waiting = [
                r
                for r in self.all("CoverageEligibilityRequest")
                if f"CoverageEligibilityRequest/{r['id']}" not in answered
            ]
            for request in waiting:
                self._answer_eligibility(request)
            return len(waiting)

    # What clients ask ---------------------------------------------------------------------------

    def handle(
        self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any | None
    ) -> Answer:
        """The answer to one request; `path` is below the base, such as `Patient/1`."""
        with self._lock:
            self.requests.append((method, path + (f"?{urlencode(list(query))}" if query else "")))
            try:
                return self._handle(method, path.strip("/"), query, _lowered(headers), body)
            except Refused as refusal:
                return refusal.answer

    def _handle(
        self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any | None
    ) -> Answer:
        parts = path.split("/") if path else []
        if method == "GET" and parts == ["metadata"]:
            return Answer(200, self.capability_statement())
        if method == "POST" and not parts:
            return self._bundle(body)
        if not parts or parts[0] not in TYPES:
            raise Refused(404, f"no such place: {path}")
        kind, rest = parts[0], parts[1:]
        match method, rest:
            case "POST", []:
                return self._create(kind, body, headers.get("if-none-exist", ""))
            case "POST", ["$submit"] if kind == "CoverageEligibilityRequest" and self.offers_submit:
                return self._submit(body)
            case "PUT", [resource_id]:
                return self._update(kind, resource_id, body, headers.get("if-match", ""))
            case "GET", []:
                return self._search(kind, query)
            case "GET", ["_history"] if self.offers_history:
                return self._history(kind, query)
            case "GET", [resource_id]:
                return self._read(kind, resource_id)
            case "GET", [resource_id, "_history"]:
                return self._versions_of(kind, resource_id)
            case "DELETE", [resource_id]:
                self._current(kind, resource_id)
                self.delete(kind, resource_id)
                return Answer(204)
        raise Refused(404, f"no such operation: {method} {path}")

    def capability_statement(self) -> Resource:
        interactions = ["read", "vread", "create", "update", "delete", "search-type", "history-instance"]
        if self.offers_history:
            interactions.append("history-type")
        return {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-01-01",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "software": {"name": "Fake"},
            "rest": [
                {
                    "mode": "server",
                    "resource": [
                        {
                            "type": kind,
                            "versioning": "versioned-update",
                            "conditionalCreate": True,
                            "interaction": [{"code": code} for code in interactions],
                            "searchParam": [{"name": "identifier", "type": "token"}],
                            **(
                                {
                                    "operation": [
                                        {"name": "submit", "definition": "CoverageEligibilityRequest-submit"}
                                    ]
                                }
                                if kind == "CoverageEligibilityRequest" and self.offers_submit
                                else {}
                            ),
                        }
                        for kind in TYPES
                    ],
                    "interaction": [{"code": "transaction"}, {"code": "batch"}],
                }
            ],
        }

    def _create(self, kind: str, body: Any, if_none_exist: str) -> Answer:
        resource = self._checked(kind, body)
        if if_none_exist:
            found = self._found(kind, parse_qsl(if_none_exist, keep_blank_values=True))
            if len(found) > 1:
                raise Refused(412, f"{len(found)} resources match {if_none_exist}")
            if found:
                return self._reply(200, found[0])
        return self._reply(201, self._store(resource, self._new_id()))

    def _update(self, kind: str, resource_id: str, body: Any, if_match: str) -> Answer:
        resource = self._checked(kind, body)
        if resource.get("id") != resource_id:
            raise Refused(400, "the id of the resource is not the one of the address")
        current = self._current(kind, resource_id)
        wanted = if_match.removeprefix("W/").strip('"')
        if if_match and wanted != current["meta"]["versionId"]:
            raise Refused(412, f"version {wanted} is not the current one")
        return self._reply(200, self._store(resource, resource_id))

    def _read(self, kind: str, resource_id: str) -> Answer:
        return self._reply(200, self._current(kind, resource_id))

    def _current(self, kind: str, resource_id: str) -> Resource:
        versions = self._versions.get((kind, resource_id))
        if not versions:
            raise Refused(404, f"{kind}/{resource_id} is not known")
        body = versions[-1].body
        if body is None:
            raise Refused(410, f"{kind}/{resource_id} is deleted")
        return copy.deepcopy(body)

    def _versions_of(self, kind: str, resource_id: str) -> Answer:
        versions = self._versions.get((kind, resource_id))
        if not versions:
            raise Refused(404, f"{kind}/{resource_id} is not known")
        entries = [self._history_entry(kind, resource_id, version) for version in reversed(versions)]
        return Answer(200, self._set("history", entries, len(entries)))

    def _history(self, kind: str, query: Query) -> Answer:
        since = dt.datetime.min.replace(tzinfo=dt.UTC)
        size, start = _LONGEST_PAGE, 0
        for name, value in query:
            match name:
                case "_since":
                    since = _moment(value)
                case "_count":
                    size = _number(value)
                case "_offset":
                    start = _number(value)
                case "_sort" if value in ("_lastUpdated", "-_lastUpdated"):
                    pass
                case _:
                    raise Refused(400, f"unknown parameter {name}={value}")
        rows = [
            (version.order, self._history_entry(kind, key, version))
            for (of, key), versions in self._versions.items()
            if of == kind
            for version in versions
            if version.at >= since
        ]
        rows.sort(key=lambda row: row[0], reverse=("_sort", "_lastUpdated") not in tuple(query))
        return self._page("history", [entry for _, entry in rows], f"{kind}/_history", query, size, start)

    def _history_entry(self, kind: str, resource_id: str, version: _Version) -> Resource:
        url = f"{kind}/{resource_id}"
        method = "DELETE" if version.body is None else "POST" if version.number == 1 else "PUT"
        entry: Resource = {
            "fullUrl": f"{self.base}/{url}",
            "request": {"method": method, "url": url},
            "response": {
                "status": "204" if version.body is None else "200",
                "etag": f'W/"{version.number}"',
                "lastModified": _text(version.at),
            },
        }
        if version.body is not None:
            entry["resource"] = copy.deepcopy(version.body)
        return entry

    def _search(self, kind: str, query: Query) -> Answer:
        size, start, order, reverse = 50, 0, "_order", False
        is_count = False
        filters = []
        for name, value in query:
            match name:
                case "_count":
                    size = min(_number(value), _LONGEST_PAGE)
                case "_offset":
                    start = _number(value)
                case "_sort" if value.removeprefix("-") in ("_lastUpdated", "_id"):
                    order, reverse = value.removeprefix("-"), value.startswith("-")
                case "_total" | "_elements":
                    pass
                case "_summary" if value == "count":
                    is_count = True
                case _:
                    filters.append((name, value))
        found = self._found(kind, filters)
        if is_count:
            return Answer(200, self._set("searchset", [], len(found)))
        if order == "_lastUpdated":
            found.sort(key=lambda r: (_moment(r["meta"]["lastUpdated"]), r["id"]), reverse=reverse)
        elif order == "_id":
            found.sort(key=lambda r: r["id"], reverse=reverse)
        entries = [
            {"fullUrl": f"{self.base}/{kind}/{r['id']}", "resource": r, "search": {"mode": "match"}}
            for r in found
        ]
        return self._page("searchset", entries, kind, query, size, start)

    def _page(
        self, kind: str, entries: list[Resource], path: str, query: Query, size: int, start: int
    ) -> Answer:
        page = self._set(kind, entries[start : start + size], len(entries))
        page["link"] = [{"relation": "self", "url": self._link(path, query)}]
        if size and start + size < len(entries):
            onward = [(name, value) for name, value in query if name != "_offset"]
            url = self._link(path, [*onward, ("_offset", str(start + size))])
            page["link"].append({"relation": "next", "url": url})
        return Answer(200, page)

    def _link(self, path: str, query: Query) -> str:
        return f"{self.base}/{path}?{urlencode(list(query), quote_via=quote)}"

    def _set(self, kind: str, entries: list[Resource], total: int) -> Resource:
        bundle: Resource = {"resourceType": "Bundle", "type": kind, "total": total}
        if entries:
            bundle["entry"] = entries
        return bundle

    def _found(self, kind: str, filters: Query) -> list[Resource]:
        rows = self._rows(kind)
        for name, value in filters:
            rows = [row for row in rows if _matches(kind, row, name, value)]
        if not rows:
            for name, value in filters:  # a mistyped parameter is refused even where nothing is stored
                _matches(kind, {"meta": {"lastUpdated": _text(self.now())}}, name, value)
        return copy.deepcopy(rows)

    # Transactions ---------------------------------------------------------------------------------

    def _bundle(self, body: Any) -> Answer:
        if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
            raise Refused(400, "a Bundle is needed")
        if body.get("type") not in ("transaction", "batch"):
            raise Refused(400, "a transaction or a batch is needed")
        entries = body.get("entry", [])
        if body["type"] == "batch":
            results = [self._entry(entry, {}) for entry in entries]
        else:
            backup = self.snapshot()
            try:
                results = self._whole(entries)
            except Refused:
                self.restore(backup)
                raise
        rows = [_entry_of(result) for result in results]
        return Answer(200, {"resourceType": "Bundle", "type": f"{body['type']}-response", "entry": rows})

    def _whole(self, entries: list[Resource]) -> list[Answer]:
        """Creates first, so that their ids are known to whatever refers to them."""
        known: dict[str, str] = {}
        for entry in entries:
            url, request = entry.get("fullUrl", ""), entry["request"]
            if request["method"] == "POST" and url.startswith("urn:uuid:"):
                kind = request["url"]
                condition = request.get("ifNoneExist", "")
                found = self._found(kind, parse_qsl(condition, keep_blank_values=True)) if condition else []
                known[url] = f"{kind}/{found[0]['id'] if len(found) == 1 else self._new_id()}"
        results = []
        for place, entry in enumerate(entries):
            result = self._entry(entry, known)
            if result.status >= 400:
                words = (result.body or {}).get("issue", [{}])[0].get("diagnostics", "")
                raise Refused(result.status, f"entry {place}: {words}")
            results.append(result)
        return results

    def _entry(self, entry: Resource, known: Mapping[str, str]) -> Answer:
        request = entry["request"]
        path, _, query = request["url"].partition("?")
        body = _with_references(entry.get("resource"), known)
        headers = {
            "if-none-exist": request.get("ifNoneExist", ""),
            "if-match": request.get("ifMatch", ""),
        }
        try:
            made = known.get(entry.get("fullUrl", ""))
            if request["method"] == "POST" and made and self.get(*made.split("/")) is None:
                condition = headers["if-none-exist"]
                if condition and self._found(path, parse_qsl(condition, keep_blank_values=True)):
                    return self._create(path, body, condition)  # one hit or more: 200 or 412
                return self._reply(201, self._store(self._checked(path, body), made.split("/")[1]))
            return self._handle(request["method"], path, parse_qsl(query), headers, body)
        except Refused as refusal:
            return refusal.answer

    # Eligibility ----------------------------------------------------------------------------------

    def _submit(self, body: Any) -> Answer:
        request = self._checked("CoverageEligibilityRequest", body)
        stored = self._store(request, self._new_id())
        return self._reply(200, self._answer_eligibility(stored))

    def _answer_eligibility(self, request: Resource) -> Resource:
        if self.eligibility is None:
            raise Refused(422, "nobody answers here")
        response = self.eligibility(request)
        response["request"] = {"reference": f"CoverageEligibilityRequest/{request['id']}"}
        return self._store(response, self._new_id())

    # Keeping --------------------------------------------------------------------------------------

    def _checked(self, kind: str, body: Any) -> Resource:
        if not isinstance(body, dict) or body.get("resourceType") != kind:
            raise Refused(400, f"a {kind} is needed")
        words = self.reject(body)
        if words is not None:
            raise Refused(422, words)
        return copy.deepcopy(body)

    def _store(self, resource: Resource, resource_id: str) -> Resource:
        kind = resource["resourceType"]
        versions = self._versions.setdefault((kind, resource_id), [])
        number, at = len(versions) + 1, self.now()
        meta = {**resource.get("meta", {}), "versionId": str(number), "lastUpdated": _text(at)}
        # Strict JSON in and out: what cannot travel is found here.
        body = json.loads(json.dumps({**resource, "id": resource_id, "meta": meta}, allow_nan=False))
        versions.append(_Version(number, at, body, self._next_order()))
        return copy.deepcopy(body)

    def _reply(self, status: int, resource: Resource) -> Answer:
        version = resource["meta"]["versionId"]
        place = f"{resource['resourceType']}/{resource['id']}"
        headers = {"ETag": f'W/"{version}"'}
        if status == 201:
            headers["Location"] = f"{self.base}/{place}/_history/{version}"
        return Answer(status, resource, headers)

    def _new_id(self) -> str:
        self._ids += 1
        return f"f{self._ids}"

    def _next_order(self) -> int:
        self._order += 1
        return self._order


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _entry_of(answer: Answer) -> Resource:
    response: Resource = {"status": str(answer.status)}
    if "ETag" in answer.headers:
        response["etag"] = answer.headers["ETag"]
    if "Location" in answer.headers:
        response["location"] = answer.headers["Location"]
    if answer.body is not None and answer.body.get("resourceType") == "OperationOutcome":
        return {"response": {**response, "outcome": answer.body}}
    if answer.body is None:
        return {"response": response}
    if "location" not in response and "id" in answer.body:
        response["location"] = f"{answer.body['resourceType']}/{answer.body['id']}"
    return {"resource": answer.body, "response": response}


def _with_references(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: known.get(inner, inner)
            if name == "reference" and isinstance(inner, str)
            else _with_references(inner, known)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_with_references(inner, known) for inner in value]
    return value


def _matches(kind: str, row: Resource, name: str, value: str) -> bool:
    plain, _, modifier = name.partition(":")
    if plain == "_id":
        return row.get("id") in value.split(",")
    if plain == "_lastUpdated":
        return _is_in_time(_moment(row["meta"]["lastUpdated"]), value)
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
    wanted = _moment(said)
    return {
        "ge": at >= wanted,
        "gt": at > wanted,
        "le": at <= wanted,
        "lt": at < wanted,
        "eq": at == wanted,
    }[sign]


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, f"no moment: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Refused(400, f"no number: {text}")
    return int(text)


def _text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
