"""Looking at what stands upstream: by key, by id, and whether a version of it is ours."""

from __future__ import annotations

from typing import Final

from clinic_desk.fhir.bundles import next_link, resources_of
from clinic_desk.fhir.reading import Json, mapping, objects, text
from clinic_desk.fhir.stamp import op_id_of
from clinic_desk.fhir.systems import key_of
from clinic_desk.services.sync.up.send_values import Outcome, not_understood, troubled
from clinic_desk.services.sync.upstream_port import Reply, Upstream

_MOST_PAGES: Final = 10


def found_by(upstream: Upstream, resource_type: str, key: str) -> list[Json] | Outcome:
    """The resources with that key, or why nobody can say. Raises: NoReply.

    A server that does not know the search gives whatever it has: what has another key is not what was asked
    for, and what has no id could be nobody's receipt.
    """
    name, _, value = key.partition("=")
    reply = upstream.search(resource_type, [(name, value)])
    if not reply.is_ok:
        return troubled(reply)
    if mapping(reply.body).get("resourceType") != "Bundle":
        return not_understood(reply)
    return [
        one
        for one in resources_of(mapping(reply.body))
        if text(one.get("resourceType")) == resource_type and text(one.get("id")) and _has_key(one, key)
    ]


def _has_key(resource: Json, key: str) -> bool:
    return any(
        key_of(text(one.get("system")), text(one.get("value"))) == key
        for one in objects(resource.get("identifier"))
    )


def read_now(upstream: Upstream, resource_type: str, resource_id: str) -> Json | Outcome:
    """The resource as it stands now, or why nobody can say. Raises: NoReply."""
    reply = upstream.read(resource_type, resource_id)
    if not reply.is_ok:
        return troubled(reply, is_update=True)
    body = mapping(reply.body)
    is_it = text(body.get("resourceType")) == resource_type and text(body.get("id")) == resource_id
    return body if is_it else not_understood(reply)


def was_written(
    upstream: Upstream, resource_type: str, resource_id: str, op_id: str, base_version: str
) -> bool | Outcome:
    """Whether a version since `base_version` is this operation's. Raises: NoReply.

    A server that tells no versions leaves it to the newest one, which the caller reads.
    """
    reply = upstream.versions(resource_type, resource_id)
    for _ in range(_MOST_PAGES):
        if not reply.is_ok:
            trouble = troubled(reply, is_update=True)
            return False if 400 <= reply.status < 500 and reply.status not in _PASSING else trouble
        page = mapping(reply.body)
        for one in resources_of(page):
            if op_id_of(one) == op_id:
                return True
            if text(mapping(one.get("meta")).get("versionId")) == base_version:
                return False
        link = next_link(page)
        if not link:
            return False
        reply = upstream.next_page(link)
    return False


_PASSING: Final = frozenset({401, 403, 408, 409, 425, 429})


def version_of(body: Json, reply: Reply | None = None) -> str:
    """The version a resource says it is."""
    return text(mapping(body.get("meta")).get("versionId")) or (reply.version if reply else "")
