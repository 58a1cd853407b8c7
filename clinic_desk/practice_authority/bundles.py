"""Bundles of a client: a transaction lands whole or not at all, a batch entry by entry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from clinic_desk.practice_authority.interactions import Answer, Interactions
from clinic_desk.practice_authority.moments import instant_text
from clinic_desk.practice_authority.problems import Refused
from clinic_desk.practice_authority.store import ResourceStore

MOST_ENTRIES: Final = 500
_ORDER: Final = {"DELETE": 0, "POST": 1, "PUT": 2, "GET": 3}
_ADDRESS: Final = re.compile(
    r"(?P<type>[A-Za-z]+)(?:/(?P<id>[A-Za-z0-9.-]{1,64}))?(?:/(?P<past>_history)(?:/(?P<version>[0-9]{1,9}))?)?"
)


class Bundles:
    """Carries out the bundles that clients post to the base."""

    def __init__(self, store: ResourceStore, interactions: Interactions) -> None:
        self._store = store
        self._one = interactions

    def carry_out(self, bundle: Mapping[str, Any], *, is_brief: bool = False) -> Answer:
        """The response bundle, in the order of the request's entries."""
        kind = bundle.get("type")
        if bundle.get("resourceType") != "Bundle" or kind not in {"transaction", "batch"}:
            raise Refused(400, "A Bundle of type transaction or batch is expected", "Bundle.type")
        entries = bundle.get("entry") or []
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise Refused(413, f"A bundle has at most {MOST_ENTRIES} entries", "Bundle.entry")
        for place, entry in enumerate(entries):
            _check_entry(entry, place)
        answers = self._transaction(entries) if kind == "transaction" else self._batch(entries)
        listed = ",".join(_entry(answer, self._one.base, is_brief) for answer in answers)
        return Answer(
            200,
            f'{{"resourceType":"Bundle","type":"{kind}-response",'
            f'"meta":{{"lastUpdated":"{instant_text(self._store.now())}"}},"entry":[{listed}]}}'
            if listed
            else f'{{"resourceType":"Bundle","type":"{kind}-response"}}',
        )

    def _transaction(self, entries: Sequence[dict[str, Any]]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        with self._store.writing():
            known: dict[str, str] = {}
            order = sorted(range(len(entries)), key=lambda place: _ORDER[entries[place]["request"]["method"]])
            # A resource may refer to one that is made after it: those are made first and named later.
            order = _dependent_last(entries, order)
            for place in order:
                try:
                    answer = self._perform(_with_references(entries[place], known))
                except Refused as refused:
                    raise Refused(
                        refused.status, refused.words, f"Bundle.entry[{place}]", refused.headers
                    ) from refused
                answers[place] = answer
                if answer.version is not None and entries[place].get("fullUrl"):
                    known[entries[place]["fullUrl"]] = answer.version.reference
        return [answers[place] for place in range(len(entries))]

    def _batch(self, entries: Sequence[dict[str, Any]]) -> list[Answer]:
        answers = []
        with self._store.writing():
            for entry in entries:
                try:
                    with self._store.writing():
                        answers.append(self._perform(entry))
                except Refused as refused:
                    answers.append(Answer(refused.status, refused.text(), headers=refused.headers))
        return answers

    def _perform(self, entry: Mapping[str, Any]) -> Answer:
        request = entry["request"]
        path, _, query = str(request["url"]).removeprefix(f"{self._one.base}/").partition("?")
        found = _ADDRESS.fullmatch(path)
        if found is None or (found["past"] and request["method"] != "GET"):
            raise Refused(400, f"{path} is no address", "Bundle.entry.request.url")
        resource_type, resource_id, version = found["type"], found["id"] or "", found["version"] or ""
        asked = parse_qsl(query, keep_blank_values=True)
        resource = entry.get("resource") or {}
        match request["method"]:
            case "POST" if not resource_id:
                return self._one.create(resource, resource_type, str(request.get("ifNoneExist") or ""))
            case "PUT" if resource_id:
                return self._one.update(
                    resource, resource_type, resource_id, str(request.get("ifMatch") or "")
                )
            case "DELETE" if resource_id:
                return self._one.delete(resource_type, resource_id, str(request.get("ifMatch") or ""))
            case "GET" if version:
                return self._one.vread(resource_type, resource_id, version)
            case "GET" if found["past"]:
                return self._one.history(resource_type, resource_id, asked)
            case "GET" if resource_id:
                return self._one.read(resource_type, resource_id)
            case "GET":
                return self._one.search(resource_type, asked)
        raise Refused(400, f"{request['method']} {path} cannot be done", "Bundle.entry.request")


def _check_entry(entry: Any, place: int) -> None:
    where = f"Bundle.entry[{place}]"
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or request.get("method") not in _ORDER or not request.get("url"):
        raise Refused(400, "An entry needs a request with a method and an address", where)
    if not isinstance(entry.get("fullUrl", ""), str):
        raise Refused(400, "The fullUrl of an entry is no text", where)
    if request["method"] in {"POST", "PUT"} and not isinstance(entry.get("resource"), dict):
        raise Refused(400, "An entry has no resource", where)


def _dependent_last(entries: Sequence[dict[str, Any]], order: Sequence[int]) -> list[int]:
    """The order in which every `urn:uuid` is known when it is referred to; a circle is refused."""
    urls = {entry["fullUrl"]: place for place, entry in enumerate(entries) if entry.get("fullUrl")}
    wants = {place: _wanted(entries[place].get("resource"), urls) - {place} for place in order}
    done: list[int] = []
    left = list(order)
    while left:
        place = next((one for one in left if wants[one] <= set(done)), None)
        if place is None:
            raise Refused(422, "Entries refer to each other in a circle", f"Bundle.entry[{left[0]}]")
        done.append(place)
        left.remove(place)
    return done


def _wanted(resource: Any, urls: Mapping[str, int]) -> set[int]:
    text = json.dumps(resource) if resource else ""
    return {place for url, place in urls.items() if url.startswith("urn:") and f'"{url}"' in text}


def _with_references(entry: Mapping[str, Any], known: Mapping[str, str]) -> Mapping[str, Any]:
    """The entry with the references that were given a name by now."""
    if "resource" not in entry:
        return entry
    return {**entry, "resource": _replaced(entry["resource"], known)}


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, known) for inner in value]
    if isinstance(value, str) and value.startswith("urn:uuid:"):
        return known.get(value, value)
    return value


def _entry(answer: Answer, base: str, is_brief: bool) -> str:
    response: dict[str, Any] = {"status": str(answer.status)}
    resource = ""
    if answer.version is not None:
        headers = answer.version_headers(base)
        response["etag"] = headers["etag"]
        response["lastModified"] = instant_text(answer.version.updated)
        response["location"] = f"{answer.version.reference}/_history/{answer.version.version}"
    if answer.status >= 400:
        response["outcome"] = json.loads(answer.body)
    elif answer.body and not is_brief:
        resource = f'"resource":{answer.body},'
    return f'{{{resource}"response":{json.dumps(response, ensure_ascii=False)}}}'
