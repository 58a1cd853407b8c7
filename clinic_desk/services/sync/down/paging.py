"""Reads a type from the upstream, page by page, without missing a row that is edited in between.

The next page is asked for by the time of the last row (keyset), never by its place in the list: a row that is
edited between two pages goes to the end and moves all others one place up. Only where one moment fills more
than a page are the server's `next` links followed; a row of that moment that was edited meanwhile is seen
again later in the reading, and then the moment is read once more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from clinic_desk.fhir.bundles import next_link, sorted_out, total
from clinic_desk.fhir.moments import read_instant
from clinic_desk.fhir.reading import mapping
from clinic_desk.fhir.strict import Unreadable
from clinic_desk.services.sync.down.arrived import Arrived, SetAside, arrived_of
from clinic_desk.services.sync.upstream_port import Reply, Upstream, UselessReply

_FRUITLESS = 5
"""So many pages in a row with nothing that was not told before lead nowhere."""


PAGE_COSTS: Final = 100
"""So many rows a small page counts for, as each is a request."""


class ReadEnough(Exception):
    """So much was read in one run that the rest waits for the next one; `reply` is the last page."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class BadReply(UselessReply):
    """The upstream answered something else than a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Args:
        rows: what could be read, in the server's order.
        set_aside: what could not.
        is_last: nothing follows.
        is_ordered: the rows came by time, so the cursor may go on to the last of them. A server that does not
            sort is read to its end before the cursor moves.
        total: how many rows the server counts from the beginning of this reading.
        server_time: the server's clock when it made the page.
    """

    rows: tuple[Arrived, ...]
    set_aside: tuple[SetAside, ...]
    is_last: bool
    is_ordered: bool = True
    total: int | None = None
    server_time: dt.datetime | None = None


def query_since(since: str, count: int) -> list[tuple[str, str]]:
    """The search for everything at or after a moment, oldest first."""
    start = [("_lastUpdated", f"ge{since}")] if since else []
    return [*start, ("_sort", "_lastUpdated"), ("_count", str(count))]


def read_page(reply: Reply, resource_type: str) -> tuple[list[Arrived], list[SetAside], str]:
    """The rows, what was set aside, and the link to what follows ("" for nothing).

    Raises:
        BadReply: this is no page.
    """
    body = reply.body
    if not reply.is_ok or body is None or body.get("resourceType") != "Bundle":
        raise BadReply(reply)
    resources, aside = sorted_out(body)
    rows: list[Arrived] = []
    set_aside = [SetAside(one.where, "", one.why.value) for one in aside]
    for resource in resources:
        try:
            rows.append(arrived_of(resource, resource_type))
        except Unreadable as error:
            set_aside.append(SetAside(_claimed(resource), _version(resource), error.why.value))
    return rows, set_aside, next_link(body)


def changed_since(
    upstream: Upstream,
    resource_type: str,
    since: str,
    count: int,
    first: Reply | None = None,
    *,
    most_rows: int,
) -> Iterator[Page]:
    """Everything at or after `since` (the server's text, "" for everything), oldest first.

    `first` is the first page where it is there already.

    Raises:
        NoReply: nothing usable came.
        BadReply: something else than a page came.
        ReadEnough: `most_rows` were read, and more follow.
    """
    walk = _Walk(upstream, resource_type, count, since, most_rows)
    yield from walk.pages(first)
    if walk.torn:
        yield from _Walk(upstream, resource_type, count, walk.torn, walk.left).pages()


class _Walk:
    """One reading from a moment to the end."""

    def __init__(self, upstream: Upstream, resource_type: str, count: int, since: str, left: int) -> None:
        self._upstream = upstream
        self._type = resource_type
        self._count = count
        self._since = since
        self._seen: set[tuple[str, str]] = set()
        self._linked: set[str] = set()
        self._linked_at = ""
        self._followed: set[str] = set()
        self._fruitless = 0
        self._is_ordered = True
        self.left = left
        """So many rows may still be read: what is remembered of them never grows beyond that."""
        self.torn = ""
        """The moment whose rows must be read again, "" for none."""

    def pages(self, first: Reply | None = None) -> Iterator[Page]:
        link = ""
        first_total: int | None = None
        while True:
            if first is not None:
                reply, first = first, None
            else:
                reply = self._upstream.next_page(link) if link else self._ask()
            rows, set_aside, following = read_page(reply, self._type)
            body: Any = reply.body
            if first_total is None:
                first_total = total(body)
            self._look_at_order(rows)
            fresh = tuple(row for row in rows if row.key not in self._seen)
            self._watch(fresh)
            self._fruitless = 0 if fresh or set_aside else self._fruitless + 1
            yield Page(
                fresh,
                tuple(set_aside),
                not following,
                self._is_ordered,
                first_total,
                server_time_of(reply),
            )
            if not following or (not rows and not set_aside):
                return
            link = self._go_on(rows, following)
            if link in self._followed or self._fruitless >= _FRUITLESS:
                # Links that lead in a circle would be followed for ever, and nothing would be sent meanwhile.
                raise BadReply(reply)
            self._followed |= {link} - {""}
            self.left -= max(len(rows) + len(set_aside), PAGE_COSTS)
            if self.left <= 0:
                raise ReadEnough(reply)

    def _ask(self) -> Reply:
        return self._upstream.search(self._type, query_since(self._since, self._count))

    def _go_on(self, rows: list[Arrived], following: str) -> str:
        """The link to follow; "" when the next page is asked for by the time of the last row."""
        since = read_instant(self._since)
        last = rows[-1] if rows else None
        if last is not None and self._is_ordered and (since is None or last.moment > since):
            self._since = last.updated_at
            self._seen = {row.key for row in rows if row.moment == last.moment}
            return ""
        self._seen.update(row.key for row in rows)
        if self._is_ordered:
            self._linked_at = self._since
            self._linked.update(row.resource_id for row in rows)
        return following

    def _look_at_order(self, rows: list[Arrived]) -> None:
        moments = [row.moment for row in rows]
        if any(later < earlier for earlier, later in pairwise(moments)):
            self._is_ordered = False

    def _watch(self, fresh: tuple[Arrived, ...]) -> None:
        """A row of a moment that was read by links was edited meanwhile: another one may have been missed."""
        if self._linked and not self.torn:
            linked_at = read_instant(self._linked_at)
            if any(row.resource_id in self._linked and row.moment != linked_at for row in fresh):
                self.torn = self._linked_at


def server_time_of(reply: Reply) -> dt.datetime | None:
    """The earlier of what the page and what the connection say: what is before it has been seen."""
    told = read_instant(mapping(mapping(reply.body).get("meta")).get("lastUpdated"))
    moments = [moment for moment in (told, reply.server_time) if moment is not None]
    return min(moments) if moments else None


def _claimed(resource: Any) -> str:
    return f"{resource.get('resourceType', '')}/{resource.get('id', '')}"[:150]


def _version(resource: Any) -> str:
    version = mapping(resource.get("meta")).get("versionId")
    return version if isinstance(version, str) else ""
