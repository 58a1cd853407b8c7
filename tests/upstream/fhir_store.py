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
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from tests.upstream.fhir_answers import Answer, Refused, Resource, outcome
from tests.upstream.fhir_bundles import Bundles
from tests.upstream.fhir_capability import TYPES, capability_statement
from tests.upstream.fhir_matching import matches, moment_of, number_of, text_of

__all__ = ["Answer", "FhirStore", "outcome", "utc_now"]

Query = Sequence[tuple[str, str]]

_LONGEST_PAGE = 500


@dataclass
class _Version:
    number: int
    at: dt.datetime
    body: Resource | None
    """None: deleted."""
    order: int


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
            return self.keep(resource, resource.get("id") or self.new_id())

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
                return self.handle_one(method, path.strip("/"), query, _lowered(headers), body)
            except Refused as refusal:
                return refusal.answer

    def handle_one(
        self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any | None
    ) -> Answer:
        parts = path.split("/") if path else []
        if method == "GET" and parts == ["metadata"]:
            return Answer(200, self.capability_statement())
        if method == "POST" and not parts:
            return Bundles(self).carry_out(body)
        if not parts or parts[0] not in TYPES:
            raise Refused(404, f"no such place: {path}")
        kind, rest = parts[0], parts[1:]
        match method, rest:
            case "POST", []:
                return self.create(kind, body, headers.get("if-none-exist", ""))
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
        return capability_statement(has_history=self.offers_history, has_submit=self.offers_submit)

    def create(self, kind: str, body: Any, if_none_exist: str) -> Answer:
        resource = self.checked(kind, body)
        if if_none_exist:
            found = self.found(kind, parse_qsl(if_none_exist, keep_blank_values=True))
            if len(found) > 1:
                raise Refused(412, f"{len(found)} resources match {if_none_exist}")
            if found:
                return self.reply(200, found[0])
        return self.reply(201, self.keep(resource, self.new_id()))

    def _update(self, kind: str, resource_id: str, body: Any, if_match: str) -> Answer:
        resource = self.checked(kind, body)
        if resource.get("id") != resource_id:
            raise Refused(400, "the id of the resource is not the one of the address")
        current = self._current(kind, resource_id)
        wanted = if_match.removeprefix("W/").strip('"')
        if if_match and wanted != current["meta"]["versionId"]:
            raise Refused(412, f"version {wanted} is not the current one")
        return self.reply(200, self.keep(resource, resource_id))

    def _read(self, kind: str, resource_id: str) -> Answer:
        return self.reply(200, self._current(kind, resource_id))

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
                    since = moment_of(value)
                case "_count":
                    size = number_of(value)
                case "_offset":
                    start = number_of(value)
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
                "lastModified": text_of(version.at),
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
                    size = min(number_of(value), _LONGEST_PAGE)
                case "_offset":
                    start = number_of(value)
                case "_sort" if value.removeprefix("-") in ("_lastUpdated", "_id"):
                    order, reverse = value.removeprefix("-"), value.startswith("-")
                case "_total" | "_elements":
                    pass
                case "_summary" if value == "count":
                    is_count = True
                case _:
                    filters.append((name, value))
        found = self.found(kind, filters)
        if is_count:
            return Answer(200, self._set("searchset", [], len(found)))
        if order == "_lastUpdated":
            found.sort(key=lambda r: (moment_of(r["meta"]["lastUpdated"]), r["id"]), reverse=reverse)
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

    def found(self, kind: str, filters: Query) -> list[Resource]:
        rows = self._rows(kind)
        for name, value in filters:
            rows = [row for row in rows if matches(kind, row, name, value)]
        if not rows:
            for name, value in filters:  # a mistyped parameter is refused even where nothing is stored
                matches(kind, {"meta": {"lastUpdated": text_of(self.now())}}, name, value)
        return copy.deepcopy(rows)

    # Eligibility ----------------------------------------------------------------------------------

    def _submit(self, body: Any) -> Answer:
        request = self.checked("CoverageEligibilityRequest", body)
        stored = self.keep(request, self.new_id())
        return self.reply(200, self._answer_eligibility(stored))

    def _answer_eligibility(self, request: Resource) -> Resource:
        if self.eligibility is None:
            raise Refused(422, "nobody answers here")
        response = self.eligibility(request)
        response["request"] = {"reference": f"CoverageEligibilityRequest/{request['id']}"}
        return self.keep(response, self.new_id())

    # Keeping --------------------------------------------------------------------------------------

    def checked(self, kind: str, body: Any) -> Resource:
        if not isinstance(body, dict) or body.get("resourceType") != kind:
            raise Refused(400, f"a {kind} is needed")
        words = self.reject(body)
        if words is not None:
            raise Refused(422, words)
        return copy.deepcopy(body)

    def keep(self, resource: Resource, resource_id: str) -> Resource:
        kind = resource["resourceType"]
        versions = self._versions.setdefault((kind, resource_id), [])
        number, at = len(versions) + 1, self.now()
        meta = {**resource.get("meta", {}), "versionId": str(number), "lastUpdated": text_of(at)}
        # Strict JSON in and out: what cannot travel is found here.
        body = json.loads(json.dumps({**resource, "id": resource_id, "meta": meta}, allow_nan=False))
        versions.append(_Version(number, at, body, self._next_order()))
        return copy.deepcopy(body)

    def reply(self, status: int, resource: Resource) -> Answer:
        version = resource["meta"]["versionId"]
        place = f"{resource['resourceType']}/{resource['id']}"
        headers = {"ETag": f'W/"{version}"'}
        if status == 201:
            headers["Location"] = f"{self.base}/{place}/_history/{version}"
        return Answer(status, resource, headers)

    def new_id(self) -> str:
        self._ids += 1
        return f"f{self._ids}"

    def _next_order(self) -> int:
        self._order += 1
        return self._order


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
