"""Reads what happened to a type since a moment from `_history`, where a server offers it: deletes too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from clinic_desk.fhir.moments import read_instant
from clinic_desk.fhir.reading import mapping, objects, text
from clinic_desk.services.sync.down.arrived import Arrived, SetAside
from clinic_desk.services.sync.down.paging import Page, read_page, server_time_of
from clinic_desk.services.sync.upstream_port import Reply, Upstream

MOST_PAGES: Final = 40
"""A history longer than this is cheaper to read as a list, oldest first, with a cursor that moves."""


class TooLong(Exception):
    """More happened than is read this way."""


def happened_since(
    upstream: Upstream, resource_type: str, since: str, count: int, first: Reply | None = None
) -> Iterator[Page]:
    """One page with the newest version of everything that changed at or after `since`, oldest first.

    A history comes newest first and grows at its beginning while it is read: nothing can be missed by
    following its links, and nothing may be kept as read before its end.

    Raises:
        NoReply: nothing usable came.
        BadReply: something else than a page came.
        TooLong: see `MOST_PAGES`.
    """
    newest: dict[str, Arrived] = {}
    set_aside: list[SetAside] = []
    reply = first or upstream.history(resource_type, [("_since", since), ("_count", str(count))])
    server_time = server_time_of(reply)
    for _ in range(MOST_PAGES):
        rows, aside, link = read_page(reply, resource_type)
        set_aside += aside
        for row in [*rows, *_deleted(reply, resource_type)]:
            known = newest.get(row.resource_id)
            if known is None or _is_later(row, known):
                newest[row.resource_id] = row
        if not link:
            break
        reply = upstream.next_page(link)
    else:
        raise TooLong
    found = sorted(newest.values(), key=lambda row: row.moment)
    yield Page(tuple(found), tuple(set_aside), is_last=True, server_time=server_time)


def _is_later(row: Arrived, known: Arrived) -> bool:
    if row.moment != known.moment:
        return row.moment > known.moment
    numbers = row.version, known.version
    return all(number.isdecimal() for number in numbers) and int(numbers[0]) > int(numbers[1])


def _deleted(reply: Reply, resource_type: str) -> list[Arrived]:
    found = []
    for entry in objects(mapping(reply.body).get("entry")):
        request, response = mapping(entry.get("request")), mapping(entry.get("response"))
        if request.get("method") != "DELETE" or "resource" in entry:
            continue
        place = text(request.get("url")) or text(entry.get("fullUrl"))
        parts: Any = place.partition("/_history/")[0].split("?")[0].rsplit("/", 2)[-2:]
        updated_at = text(response.get("lastModified"))
        if len(parts) == 2 and parts[0] == resource_type and read_instant(updated_at) is not None:
            version = text(response.get("etag")).removeprefix("W/").strip('"')
            found.append(Arrived(resource_type, parts[1], version, updated_at, {}, is_gone=True))
    return found
