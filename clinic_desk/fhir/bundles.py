"""Bundles: what is sent together, a page that was searched, and the server's words about either."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from clinic_desk.fhir.reading import Json, Resource, clean, mapping, number, objects, text, words_of
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable, checked
from clinic_desk.fhir.systems import systems
from clinic_desk.fhir.words import cut

MAX_ENTRIES: Final = 8
"""One bad entry refuses a whole transaction, and servers cap conditional ones: a unit stays small."""


class Entry(NamedTuple):
    """One request of a transaction.

    `full_url` is how other entries refer to it. With `version` it is an update of that version, otherwise a
    create, under the condition `if_none_exist` (`identifier=system|value`).
    """

    resource: Resource
    full_url: str = ""
    if_none_exist: str = ""
    version: str = ""


class SetAside(NamedTuple):
    """An entry that was not read: which it claims to be, and why not."""

    where: str
    why: WhyUnreadable


class EntryAnswer(NamedTuple):
    """What became of one entry: the status, `Type/id`, the version, and what was said or returned."""

    status: int
    location: str
    version: str
    resource: Json


def local_url(system: str, value: str) -> str:
    """`urn:uuid:…` of an entry, the same for the same identifier at each try."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{system}|{value}").urn


def transaction(entries: Sequence[Entry]) -> Resource:
    """A transaction of these requests, in their order.

    Raises:
        ValueError: none, or more than `MAX_ENTRIES`.
    """
    if not 0 < len(entries) <= MAX_ENTRIES:
        raise ValueError(f"A transaction has 1 to {MAX_ENTRIES} entries, not {len(entries)}.")
    return {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(item) for item in entries]}


def _entry(item: Entry) -> Resource:
    kind = item.resource["resourceType"]
    request: Resource = {"method": "POST", "url": kind}
    if item.version:
        request = {"method": "PUT", "url": f"{kind}/{item.resource['id']}", "ifMatch": f'W/"{item.version}"'}
    elif item.if_none_exist:
        request["ifNoneExist"] = item.if_none_exist
    written: Resource = {"resource": item.resource, "request": request}
    return {"fullUrl": item.full_url, **written} if item.full_url else written


def resources_of(bundle: Json) -> list[Resource]:
    """The readable resources that were asked for, in their order."""
    return sorted_out(bundle)[0]


def sorted_out(bundle: Json) -> tuple[list[Resource], list[SetAside]]:
    """The readable resources that were asked for, and what was set aside; outcomes are left out."""
    taken: list[Resource] = []
    aside: list[SetAside] = []
    for place, entry in enumerate(objects(bundle.get("entry"))):
        if place >= systems().strict.max_entries:
            aside.append(SetAside("", WhyUnreadable.TOO_LARGE))
            break
        search = mapping(entry.get("search"))
        if "resource" not in entry or search.get("mode") == "outcome":
            continue
        try:
            resource = checked(entry["resource"])
        except Unreadable as error:
            aside.append(SetAside(_claimed(entry), error.why))
        else:
            if resource["resourceType"] != "OperationOutcome":
                taken.append(resource)
    return taken, aside


def _claimed(entry: Json) -> str:
    """`Type/id` as far as it can be told, for a person to read."""
    resource = mapping(entry.get("resource"))
    said = clean(resource.get("resourceType")), clean(resource.get("id"))
    return _writable("/".join(said))[:150]


def _writable(words: str) -> str:
    """Without half surrogate pairs, which no store and no screen can take."""
    return words.encode("utf-8", "replace").decode()


def entry_answers(bundle: Json) -> list[EntryAnswer]:
    """What became of each entry of a transaction or batch, in its order; status 0 where it is not said.

    A resource that cannot be read is left out, its receipt stays.
    """
    answers = []
    for entry in objects(bundle.get("entry")):
        response = mapping(entry.get("response"))
        status = text(response.get("status"))[:3]
        location = text(response.get("location")).split("/_history/")
        place = "/".join(location[0].split("/")[-2:])
        version = text(response.get("etag")).removeprefix("W/").strip('"')
        resource = _readable(entry.get("resource")) or _readable(response.get("outcome"))
        if not version:
            version = text(mapping(resource.get("meta")).get("versionId")) or "".join(location[1:2])
        if not place and resource.get("resourceType") != "OperationOutcome" and text(resource.get("id")):
            place = f"{clean(resource.get('resourceType'))}/{clean(resource['id'])}"
        code = int(status) if status.isascii() and status.isdigit() else 0
        answers.append(EntryAnswer(code, place, version, resource))
    return answers


def _readable(value: object) -> Json:
    try:
        return checked(value) if value is not None else {}
    except Unreadable:
        return {}


def next_link(bundle: Json) -> str:
    """The address of the next page, "" on the last one."""
    links = (text(link.get("url")) for link in objects(bundle.get("link")) if link.get("relation") == "next")
    return next(links, "")


def total(bundle: Json) -> int | None:
    """How many there are in all, as the server says."""
    found = number(bundle.get("total"))
    return found if found is not None and found >= 0 else None


def outcome_words(resource: Json | None) -> str:
    """The server's own words of an OperationOutcome in one line, cut; "" when it says nothing.

    They are a quotation and data: never ours, never markup.
    """
    told: list[str] = []
    for issue in objects(mapping(resource).get("issue")):
        words = words_of(issue.get("details")) or clean(issue.get("diagnostics")) or clean(issue.get("code"))
        if words and words not in told:
            told.append(words)
    return cut(_writable("; ".join(told)), systems().strict.max_words)
