"""FHIR's interactions with single resources: read, create, update, delete, search, history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from clinic_desk.practice_authority.moments import http_date, instant_text, span_of
from clinic_desk.practice_authority.problems import Refused
from clinic_desk.practice_authority.searching import (
    MOST,
    OFFSET,
    USUAL,
    Plan,
    Search,
    TermTest,
    search_of,
    whole_number,
)
from clinic_desk.practice_authority.store import DELETED, UPDATED, ResourceStore, Version
from clinic_desk.practice_authority.types import known_types

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_VERSION: Final = re.compile(r"(?:W/)?\"([0-9]{1,9})\"")
_BEFORE: Final = "_before"

Query = Sequence[tuple[str, str]]
Check = Callable[[Mapping[str, Any], Version | None], None]
"""Refuses content against a visible rule; gets the resource and the version it would replace."""
Written = Callable[[Version, Mapping[str, Any], Version | None], None]
"""Told of every version a client wrote and of the one before it, inside its transaction."""


@dataclass(slots=True)
class Answer:
    """What goes back: a status, the JSON text and the version it is about, if it is about one."""

    status: int
    body: str = ""
    version: Version | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def version_headers(self, base: str) -> dict[str, str]:
        """ETag, Last-Modified and Location of the version."""
        if self.version is None:
            return self.headers
        one = self.version
        found = {"etag": f'W/"{one.version}"', "last-modified": http_date(one.updated)}
        if self.status == 201:
            found["location"] = f"{base}/{one.reference}/_history/{one.version}"
        return {**found, **self.headers}


class Interactions:
    """What a client can do with single resources."""

    def __init__(self, store: ResourceStore, check: Check, written: Written) -> None:
        self._store = store
        self._check = check
        self._written = written
        self.base = ""

    def read(self, resource_type: str, resource_id: str) -> Answer:
        """The current version."""
        found = self._known(resource_type, resource_id)
        return Answer(200, found.body, found)

    def vread(self, resource_type: str, resource_id: str, version: str) -> Answer:
        """That version."""
        _type(resource_type)
        number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
        found = self._store.version(resource_type, resource_id, number)
        if found is None:
            raise Refused(404, f"{resource_type}/{resource_id} has no version {version}")
        if found.is_gone:
            raise Refused(410, f"{resource_type}/{resource_id} was deleted in version {version}")
        return Answer(200, found.body, found)

    def create(self, resource: Mapping[str, Any], resource_type: str, if_none_exist: str = "") -> Answer:
        """A new resource, unless the condition finds one."""
        _fits(resource, resource_type)
        if if_none_exist:
            found = self.match(resource_type, if_none_exist)
            if found is not None:
                return Answer(200, found.body, found)
        with self._store.writing():
            self._check(resource, None)
            made = self._store.put(resource)
            self._written(made, resource, None)
        return Answer(201, made.body, made)

    def update(
        self, resource: Mapping[str, Any], resource_type: str, resource_id: str, if_match: str
    ) -> Answer:
        """The next version, if the caller knows the last one."""
        _fits(resource, resource_type)
        if resource.get("id") != resource_id:
            raise Refused(400, "The id of the resource is not that of the address", f"{resource_type}.id")
        before = self._known(resource_type, resource_id)
        self._match(before, if_match, is_required=True)
        with self._store.writing():
            self._check(resource, before)
            made = self._store.put(resource, resource_id, UPDATED)
            self._written(made, resource, before)
        return Answer(200, made.body, made)

    def delete(self, resource_type: str, resource_id: str, if_match: str = "") -> Answer:
        """A tombstone; what is gone already is gone."""
        _type(resource_type)
        before = self._store.current(resource_type, resource_id)
        if before is None or before.is_gone:
            return Answer(204)
        self._match(before, if_match, is_required=False)
        with self._store.writing():
            self._store.bury(before)
        return Answer(204)

    def search(self, resource_type: str, query: Query) -> Answer:
        """A page of what is found, oldest change first."""
        _type(resource_type)
        search = search_of(resource_type, query, self.base)
        plan = self._plan(search)
        total = self._store.count(plan.where, plan.values)
        if search.is_summary or not search.count:
            return Answer(200, self._bundle("searchset", total, [], self._link(resource_type, query), ""))
        rows = self._store.select(*plan, search.count, search.offset)
        after = search.offset + len(rows)
        more = ""
        if rows and after < total:
            kept = [(name, value) for name, value in query if name != OFFSET]
            more = self._link(resource_type, [*kept, (OFFSET, str(after))])
        entries = [
            f'{{"fullUrl":"{self.base}/{row.reference}","resource":{row.body},"search":{{"mode":"match"}}}}'
            for row in rows
        ]
        return Answer(200, self._bundle("searchset", total, entries, self._link(resource_type, query), more))

    def history(self, resource_type: str, resource_id: str, query: Query) -> Answer:
        """A page of versions, the newest first, deletes among them."""
        _type(resource_type)
        since, count, before = 0, USUAL, 1 << 62
        for name, value in query:
            if name == "_since":
                since = _first(value)
            elif name == "_count":
                count = min(whole_number(name, value), MOST) or USUAL
            elif name == _BEFORE:
                before = int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
            elif name not in {"_format", "_total"}:
                raise Refused(400, f"A history knows no parameter {name}")
        if resource_id and self._store.current(resource_type, resource_id) is None:
            raise Refused(404, f"{resource_type}/{resource_id} is not known")
        rows, total = self._store.history(resource_type, resource_id, since, before, count + 1)
        path = f"{resource_type}/{resource_id}/_history" if resource_id else f"{resource_type}/_history"
        more = ""
        if len(rows) > count:
            rows = rows[:count]
            kept = [(name, value) for name, value in query if name != _BEFORE]
            more = self._link(path, [*kept, (_BEFORE, str(rows[-1].seq))])
        entries = [self._historic(row) for row in rows]
        return Answer(200, self._bundle("history", total, entries, self._link(path, query), more))

    def match(self, resource_type: str, condition: str) -> Version | None:
        """The one resource a condition finds, None for none.

        Raises:
            Refused: it finds several, or it is none.
        """
        _type(resource_type)
        query = parse_qsl(condition.removeprefix("?"), keep_blank_values=True)
        if not query:
            raise Refused(400, "The condition is empty")
        found = self._store.select(*self._plan(search_of(resource_type, query, self.base)), 2)
        if len(found) > 1:
            raise Refused(412, f"Several {resource_type} match {condition}")
        return found[0] if found else None

    def _plan(self, search: Search) -> Plan:
        def count_matches(test: TermTest, limit: int) -> int:
            return self._store.count_terms(search.resource_type, test.condition, test.values, limit)

        return search.plan(count_matches)

    def _known(self, resource_type: str, resource_id: str) -> Version:
        _type(resource_type)
        if not _ID.fullmatch(resource_id):
            raise Refused(400, f"{resource_id} is no id")
        found = self._store.current(resource_type, resource_id)
        if found is None:
            raise Refused(404, f"{resource_type}/{resource_id} is not known")
        if found.is_gone:
            raise Refused(410, f"{found.reference} was deleted", headers={"etag": f'W/"{found.version}"'})
        return found

    def _match(self, before: Version, if_match: str, *, is_required: bool) -> None:
        if not if_match:
            if is_required:
                raise Refused(428, "An update says with If-Match which version it knows")
            return
        found = _VERSION.fullmatch(if_match.strip())
        if found is None:
            raise Refused(400, f"{if_match} is no version")
        if int(found[1]) != before.version:
            raise Refused(412, f"{before.reference} is at version {before.version}, not {found[1]}")

    def _historic(self, row: Version) -> str:
        status = {"POST": "201", "PUT": "200"}.get(row.method, "204")
        resource = "" if row.method == DELETED else f'"resource":{row.body},'
        address = row.type if row.method == "POST" else row.reference
        return (
            f'{{"fullUrl":"{self.base}/{row.reference}",{resource}'
            f'"request":{{"method":"{row.method}","url":"{address}"}},'
            f'"response":{{"status":"{status}","etag":"W/\\"{row.version}\\"",'
            f'"lastModified":"{instant_text(row.updated)}"}}}}'
        )

    def _link(self, path: str, query: Query) -> str:
        text = urlencode(query)
        return f"{self.base}/{path}?{text}" if text else f"{self.base}/{path}"

    def _bundle(self, kind: str, total: int, entries: Sequence[str], own: str, more: str) -> str:
        # Put together from the stored texts: a page of a thousand people is not read and written again.
        links = [f'{{"relation":"self","url":"{own}"}}']
        if more:
            links.append(f'{{"relation":"next","url":"{more}"}}')
        listed = f',"entry":[{",".join(entries)}]' if entries else ""
        now = instant_text(self._store.now())
        return (
            f'{{"resourceType":"Bundle","type":"{kind}","meta":{{"lastUpdated":"{now}"}},'
            f'"total":{total},"link":[{",".join(links)}]{listed}}}'
        )


def _first(value: str) -> int:
    try:
        return span_of(value)[0]
    except ValueError:
        raise Refused(400, f"{value} is no moment of FHIR") from None


def _type(resource_type: str) -> None:
    if resource_type not in known_types():
        raise Refused(404, f"There is nothing of type {resource_type} here")


def _fits(resource: Mapping[str, Any], resource_type: str) -> None:
    _type(resource_type)
    if resource.get("resourceType") != resource_type:
        raise Refused(400, f"This is no {resource_type}", "resourceType")
    if not isinstance(resource.get("meta", {}), dict):
        raise Refused(400, "meta is no object", f"{resource_type}.meta")
