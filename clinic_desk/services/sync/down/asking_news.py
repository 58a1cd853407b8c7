"""Asks for the news of all types with one small request where the server takes a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from clinic_desk.fhir.bundles import entry_answers
from clinic_desk.services.sync.down.paging import query_since
from clinic_desk.services.sync.down.witness import Witness
from clinic_desk.services.sync.upstream_port import Query, Reply, Upstream


@dataclass(frozen=True, slots=True)
class Feed:
    """What of a type is asked for: from where, how many a page, and whether deletes come too."""

    resource_type: str
    since: str
    count: int
    has_history: bool
    is_short: bool = False
    """Only behind the newest row seen: the cursor stays."""

    @property
    def path(self) -> str:
        """The place below the base."""
        return f"{self.resource_type}/_history" if self.has_history else self.resource_type

    @property
    def query(self) -> Query:
        """The parameters."""
        if self.has_history:
            return [("_since", self.since), ("_count", str(self.count))]
        return query_since(self.since, self.count)


class Asked(NamedTuple):
    """First pages by feed, and the answer about the witness where it was asked for."""

    replies: list[tuple[Feed, Reply]]
    witness: Reply | None


class NewsAsker:
    """Knows whether the server takes a batch of questions, and whose turn it is where it does not.

    `unbatched` are the types of which a batch was not answered as it was asked.
    """

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._takes_batch = True
        self._turn = 0
        self.unbatched: set[str] = set()

    def ask(self, feeds: Sequence[Feed], witness: Witness | None, *, has_batch: bool, is_idle: bool) -> Asked:
        """The first page of each; only of the next in turn when idle and no batch is taken.

        Raises:
            NoReply: nothing usable came.
        """
        if has_batch and self._takes_batch:
            asked = self._as_batch(feeds, witness)
            if asked is not None:
                return asked
            self._takes_batch = False
        if is_idle:
            turn = self._turn % (len(feeds) + (witness is not None))
            self._turn += 1
            if turn == len(feeds):
                return Asked([], self._read(witness))
            return Asked([(feeds[turn], self._first(feeds[turn]))], None)
        return Asked([(feed, self._first(feed)) for feed in feeds], self._read(witness))

    def _first(self, feed: Feed) -> Reply:
        if feed.has_history:
            return self._upstream.history(feed.resource_type, feed.query)
        return self._upstream.search(feed.resource_type, feed.query)

    def _read(self, witness: Witness | None) -> Reply | None:
        if witness is None:
            return None
        return self._upstream.read(witness.resource_type, witness.resource_id)

    def _as_batch(self, feeds: Sequence[Feed], witness: Witness | None) -> Asked | None:
        """None when the server does not take it; anything else that is wrong is for each entry to say."""
        paths = [f"{feed.path}?{urlencode(list(feed.query))}" for feed in feeds]
        if witness is not None:
            paths.append(f"{witness.resource_type}/{witness.resource_id}")
        entries = [{"request": {"method": "GET", "url": path}} for path in paths]
        reply = self._upstream.transaction({"resourceType": "Bundle", "type": "batch", "entry": entries})
        body: Any = reply.body
        if not reply.is_ok or body is None or body.get("type") != "batch-response":
            return None
        answers = [
            Reply(
                answer.status,
                answer.resource or None,
                answer.version,
                answer.location,
                reply.server_time,
                reply.retry_after_s,
            )
            for answer in entry_answers(body)
        ]
        if len(answers) != len(paths):
            return None
        of_witness = answers.pop() if witness is not None else None
        # What the server does not answer within a batch is asked for by itself.
        pages = []
        for feed, answer in zip(feeds, answers, strict=True):
            if not answer.is_ok:
                self.unbatched.add(feed.resource_type)
            pages.append(answer if answer.is_ok else self._first(feed))
        return Asked(list(zip(feeds, pages, strict=True)), of_witness)
