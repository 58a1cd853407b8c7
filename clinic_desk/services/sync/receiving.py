"""What the upstream decided and what others wrote comes down, type by type, and is applied here.

The first reading of a type goes through the whole list, oldest first, and can be stopped and killed anywhere:
the cursor stands in the transaction of the rows. Afterwards one small question a run asks for the news of all
types at once, as a batch where the server takes one. A server that knows less than it told before is not
followed: see `baseline`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.fhir.bundles import total
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.services.changes import Change
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.arrivals.arrival import upstream_actor
from clinic_desk.services.sync.arrivals.directory import DIRECTORY, note_list_day
from clinic_desk.services.sync.arrivals.registry import APPLIERS
from clinic_desk.services.sync.arrived import Arrived, SetAside
from clinic_desk.services.sync.asking_news import Feed, NewsAsker
from clinic_desk.services.sync.gentle import only_young_collections
from clinic_desk.services.sync.history_feed import TooLong, happened_since
from clinic_desk.services.sync.paging import BadReply, Page, changed_since
from clinic_desk.services.sync.ports import Cursor
from clinic_desk.services.sync.reading_position import ReadingPosition
from clinic_desk.services.sync.send_result import NO_CHANGE
from clinic_desk.services.sync.slices import SliceKeeper
from clinic_desk.services.sync.sweeping import Sweep
from clinic_desk.services.sync.types import TYPES
from clinic_desk.services.sync.upstream_port import NoReply, Reply, Upstream
from clinic_desk.services.sync.witness import (
    Witness,
    is_anew,
    is_restored,
    note_restored,
    read_anew,
    remember_witness,
)

_SKIPPED: Final = frozenset({400, 404, 405, 501})
"""What a server says of a type it does not serve."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one run brought.

    Args:
        pulled: versions that were not known here.
        conflicts: new items for a person.
        set_aside: what could not be read and was not known to be so.
        restored: the upstream knows less than it told before; nothing was applied since that was seen.
        no_reply: why the run ended early, None when it came to its end.
        bad_reply: an answer that was no page, None when there was none.
        changed: for the open screens.
    """

    pulled: int = 0
    conflicts: int = 0
    set_aside: tuple[SetAside, ...] = ()
    restored: bool = False
    no_reply: NoReply | None = None
    bad_reply: Reply | None = None
    changed: Change = NO_CHANGE


class _Restored(Exception):
    """The upstream knows less than it told before."""


class Receiver:
    """Runs of receiving over one connection; one at a time, in one thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        upstream: Upstream,
        abilities: Abilities | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._upstream = upstream
        self._abilities = abilities
        self._asker = NewsAsker(upstream)

    def run(self, progress: Progress, cancelled: CancelCheck, *, is_idle: bool = False) -> Received:
        """What is new was applied, until the end, a stop, or the first answer that is none.

        What was applied before a stop stays. `progress` is called during first readings with the rows so far
        and how many there are. `is_idle` asks no more than one small question: all types at once where the
        server takes a batch, else the next type in turn.

        Raises:
            StoreRefused: the store cannot be written.
        """
        settings = SettingsService(self._store, self._clock).read()
        keeper = SliceKeeper(
            self._store,
            self._clock,
            self._rules,
            upstream_actor(settings.desk),
            settings.clinic.bin.strip(),
            APPLIERS,
        )
        run = _Run(self, keeper, progress, cancelled)
        no_reply: NoReply | None = None
        bad_reply: Reply | None = None
        restored = False
        try:
            with only_young_collections():
                run.everything(is_idle=is_idle)
        except NoReply as error:
            no_reply = error
        except BadReply as error:
            bad_reply = error.reply
        except _Restored:
            restored = True
        tally = keeper.tally
        return Received(
            tally.pulled,
            tally.conflicts,
            tuple(tally.set_aside),
            restored,
            no_reply,
            bad_reply,
            tally.change,
        )

    def able(self) -> Abilities:
        """What the server says it can do; asked once."""
        if self._abilities is None:
            reply = self._upstream.capabilities()
            if not reply.is_ok or reply.body is None:
                raise BadReply(reply)
            try:
                self._abilities = abilities_of(reply.body)
            except ClinicDeskError as error:
                raise BadReply(reply) from error
        return self._abilities


class _Run:
    """One run."""

    def __init__(
        self, receiver: Receiver, keeper: SliceKeeper, progress: Progress, cancelled: CancelCheck
    ) -> None:
        self._receiver = receiver
        self._store = receiver._store
        self._upstream = receiver._upstream
        self._keeper = keeper
        self._progress = progress
        self._cancelled = cancelled
        today = receiver._clock.today()
        tables = receiver._rules.on(today)

        def limit(name: str) -> int:
            return tables.limit(name).one_on(today).value

        self._page_rows = limit("sync_page_rows")
        self._slice_rows = limit("sync_slice_rows")
        self._overlap = dt.timedelta(minutes=limit("sync_overlap_minutes"))
        self._clock = receiver._clock
        self._sweep_every = dt.timedelta(days=limit("sync_sweep_days"))
        self._server_times: dict[str, dt.datetime | None] = {}
        self._is_anew = False
        self._done = 0
        self._totals: dict[str, int | None] = {}

    def everything(self, *, is_idle: bool) -> None:
        with self._store.read() as work:
            if is_restored(work):
                raise _Restored
            cursors = {name: work.shadows.cursor(name) for name in TYPES}
            witness = Witness.of(work)
            self._is_anew = is_anew(work)
        abilities = self._receiver.able()
        served = [name for name in TYPES if not abilities.types or name in abilities.types]
        known = [name for name in served if (cursor := cursors[name]) is not None and cursor.is_first_done]
        first = [name for name in served if name not in known]
        feeds = [self._feed(name, cursors[name], abilities) for name in known]
        if first:
            self._check(witness)
            self._count_first(first, cursors)
        for name in first:
            self._read(self._feed(name, cursors[name], abilities), cursors[name], is_first=True)
        if feeds and not self._cancelled():
            asked = self._receiver._asker.ask(
                feeds, witness if not first else None, has_batch=abilities.has_batch, is_idle=is_idle
            )
            if asked.witness is not None:
                self._look_at(witness, asked.witness)
            for feed, reply in asked.replies:
                if self._cancelled():
                    return
                self._read(feed, cursors[feed.resource_type], first_reply=reply)
        self._apply_waiting()
        if self._cancelled():
            return
        if self._is_anew:
            read_anew(self._store)
        if not is_idle:
            self._sweep([name for name in known if not abilities.can(name, "history-type")])

    def _sweep(self, names: Iterable[str]) -> None:
        """Where no deletes are told all ids are looked through from time to time."""
        sweep = Sweep(self._store, self._upstream, self._keeper, self._sweep_every, self._page_rows)
        for name in names:
            at = self._server_times.get(name)
            if at is not None and sweep.is_due(name, at):
                sweep.sweep(name, at, self._cancelled)

    def _feed(self, name: str, cursor: Cursor | None, abilities: Abilities) -> Feed:
        is_done = cursor is not None and cursor.is_first_done
        has_history = is_done and abilities.can(name, "history-type")
        return Feed(name, cursor.since if cursor else "", self._page_rows, has_history)

    def _count_first(self, names: Iterable[str], cursors: dict[str, Cursor | None]) -> None:
        """How many rows there are in all, so that the progress of a first reading tells the truth."""
        for name in names:
            cursor = cursors[name]
            if cursor is not None and cursor.total is not None:
                self._totals[name] = cursor.total
                self._done += cursor.rows
                continue
            reply = self._upstream.search(name, [("_summary", "count")])
            self._totals[name] = total(reply.body) if reply.is_ok and reply.body else None

    def _read(
        self,
        feed: Feed,
        cursor: Cursor | None,
        *,
        first_reply: Reply | None = None,
        is_first: bool = False,
    ) -> None:
        """Everything new of one type is in the store."""
        name = feed.resource_type
        place = ReadingPosition(feed.since, self._overlap)
        start = cursor or Cursor(name, "", total=self._totals.get(name))
        rows_read, kept_since, newest = start.rows, feed.since, None
        last: Arrived | None = None
        try:
            for page in self._pages(feed, first_reply):
                if place.is_before(page.server_time):
                    self._confirm_time_ran_back()
                place.see(page)
                self._look_for_older(name, page)
                self._keeper.note_aside(page.set_aside)
                for rows in _in_slices(page.rows, self._slice_rows):
                    if self._cancelled():
                        return
                    news = self._keeper.unknown(name, rows)
                    rows_read += len(rows) if is_first else len(news)
                    last = max(rows, key=lambda row: row.moment)
                    newest = max(newest or last.moment, last.moment)
                    if page.is_ordered:
                        place.kept(rows[-1])
                    if news or (is_first and page.is_ordered):
                        at = Cursor(
                            name,
                            place.since,
                            rows[-1].resource_id,
                            start.is_first_done,
                            rows_read,
                            start.total,
                        )
                        self._keeper.keep(name, news, at if page.is_ordered else None)
                        kept_since = place.since if page.is_ordered else kept_since
                    if is_first:
                        self._done += len(rows)
                        self._tell()
        except BadReply as error:
            # A server that says which types it serves has to give them: silence would look like no news.
            if error.reply.status in _SKIPPED and is_first and not self._receiver.able().types:
                return
            raise
        place.finished(newest)
        if not start.is_first_done or self._moved_far(kept_since, place.since):
            end = Cursor(
                name, place.since, last.resource_id if last else start.last_id, True, rows_read, start.total
            )
            self._keeper.keep(name, [], end)
        if last is not None and not last.is_gone:
            remember_witness(self._store, last)
        self._server_times[name] = place.server_time
        if name in DIRECTORY and place.server_time is not None:
            note_list_day(self._store, place.server_time.astimezone(self._clock.zone).date())

    def _pages(self, feed: Feed, first: Reply | None) -> Iterator[Page]:
        if not feed.has_history:
            yield from changed_since(self._upstream, feed.resource_type, feed.since, feed.count, first)
            return
        try:
            yield from happened_since(self._upstream, feed.resource_type, feed.since, feed.count, first)
        except TooLong:
            yield from changed_since(self._upstream, feed.resource_type, feed.since, feed.count)

    def _moved_far(self, kept: str, now: str) -> bool:
        """An idle desk does not write each time that nothing happened."""
        before, after = ReadingPosition(kept, self._overlap), ReadingPosition(now, self._overlap)
        return before.distance_to(after) >= self._overlap / 2

    def _look_for_older(self, name: str, page: Page) -> None:
        for row in [] if self._is_anew else self._keeper.contradicting(name, page.rows):
            # A list may lag behind the resource itself: that one is asked before anybody is alarmed.
            self._check(Witness.of_row(row, self._store))

    def _confirm_time_ran_back(self) -> None:
        with self._store.read() as work:
            witness = Witness.of(work)
        self._check(witness)

    def _check(self, witness: Witness | None) -> None:
        if witness is not None:
            self._look_at(witness, self._upstream.read(witness.resource_type, witness.resource_id))

    def _look_at(self, witness: Witness | None, reply: Reply) -> None:
        if witness is not None and witness.is_missing_in(reply):
            note_restored(self._store, witness, reply, self._clock.now())
            raise _Restored

    def _apply_waiting(self) -> None:
        with self._store.read() as work:
            wanted = work.shadows.wanted() if work.shadows.unresolved() else []
        for wants in wanted:
            while not self._cancelled() and self._keeper.again(wants, self._slice_rows):
                pass

    def _tell(self) -> None:
        totals = list(self._totals.values())
        known = [count for count in totals if count is not None]
        self._progress(self._done, max(sum(known), self._done) if len(known) == len(totals) else None)


def _in_slices(rows: Sequence[Arrived], size: int) -> Iterator[Sequence[Arrived]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
