"""Transactions and batches of the server in memory: whole or not at all, or each entry alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.upstream.fhir_answers import Answer, Refused, Resource

if TYPE_CHECKING:
    from tests.upstream.fhir_store import FhirStore


class Bundles:
    """Carries out what a Bundle asks of a store."""

    def __init__(self, store: FhirStore) -> None:
        self._store = store

    def carry_out(self, body: Any) -> Answer:
        if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
            raise Refused(400, "a Bundle is needed")
        if body.get("type") not in ("transaction", "batch"):
            raise Refused(400, "a transaction or a batch is needed")
        entries = body.get("entry", [])
        if body["type"] == "batch":
            results = [self._entry(entry, {}) for entry in entries]
        else:
            backup = self._store.snapshot()
            try:
                results = self._whole(entries)
            except Refused:
                self._store.restore(backup)
                raise
        rows = [_entry_of(result) for result in results]
        return Answer(200, {"resourceType": "Bundle", "type": f"{body['type']}-response", "entry": rows})

    def _whole(self, entries: list[Resource]) -> list[Answer]:
        """The ids of what will be created are chosen first, so that everything may refer to them."""
        known: dict[str, str] = {}
        for entry in entries:
            url, request = entry.get("fullUrl", ""), entry["request"]
            if request["method"] == "POST" and url.startswith("urn:uuid:"):
                kind = request["url"]
                condition = request.get("ifNoneExist", "")
                found = (
                    self._store.found(kind, parse_qsl(condition, keep_blank_values=True)) if condition else []
                )
                known[url] = f"{kind}/{found[0]['id'] if len(found) == 1 else self._store.new_id()}"
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
            if request["method"] == "POST" and made and self._store.get(*made.split("/")) is None:
                condition = headers["if-none-exist"]
                if condition and self._store.found(path, parse_qsl(condition, keep_blank_values=True)):
                    return self._store.create(path, body, condition)  # one hit or more: 200 or 412
                return self._store.reply(
                    201, self._store.keep(self._store.checked(path, body), made.split("/")[1])
                )
            return self._store.handle_one(request["method"], path, parse_qsl(query), headers, body)
        except Refused as refusal:
            return refusal.answer


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
