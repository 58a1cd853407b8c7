"""One run of receiving: first readings to their end, then the news of all types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.fhir.bundles import total
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.sync.down.arrivals.directory import DIRECTORY, note_list_day
from clinic_desk.services.sync.down.arrivals.referrals import settled_moves
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.down.asking_news import Feed, NewsAsker
from clinic_desk.services.sync.down.history_feed import TooLong, happened_since
from clinic_desk.services.sync.down.looks import Looks
from clinic_desk.services.sync.down.paging import PAGE_COSTS, BadReply, Page, ReadEnough, changed_since
from clinic_desk.services.sync.down.reading_position import ReadingPosition
from clinic_desk.services.sync.down.slices import SliceKeeper
from clinic_desk.services.sync.down.sweeping import Sweep
from clinic_desk.services.sync.down.types import TYPES
from clinic_desk.services.sync.down.witness import (
    Witness,
    is_anew,
    is_restored,
    note_restored,
    read_anew,
    remember_witness,
)
from clinic_desk.services.sync.ports import Cursor
from clinic_desk.services.sync.upstream_port import Reply, Upstream

_SKIPPED: Final = frozenset({400, 404, 405, 501})
"""What a server says of a type it does not serve."""


class RestoredSeenNow(Exception):
    """The upstream knows less than it told before."""


@dataclass(frozen=True, slots=True)
class ReceivingLimits:
    """The written thresholds of a day."""

    page_rows: int
    slice_rows: int
    overlap: dt.timedelta
    sweep_every: dt.timedelta
    run_rows: int

    @classmethod
    def on(cls, tables: RuleTables, day: dt.date) -> ReceivingLimits:
        """Those in force on `day`."""

        def value(name: str) -> int:
            return tables.limit(name).one_on(day).value

        return cls(
            value("sync_page_rows"),
            value("sync_slice_rows"),
            dt.timedelta(minutes=value("sync_overlap_minutes")),
            dt.timedelta(days=value("sync_sweep_days")),
            value("sync_run_pages") * PAGE_COSTS,
        )


class ReceivingRun:
    """One run. `looks` outlives it: what earlier runs over this connection have looked at."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        upstream: Upstream,
        keeper: SliceKeeper,
        limits: ReceivingLimits,
        progress: Progress,
        cancelled: CancelCheck,
        looks: Looks,
    ) -> None:
        self._store = store
        self._clock = clock
        self._upstream = upstream
        self._keeper = keeper
        self._limits = limits
        self._progress = progress
        self._cancelled = cancelled
        self._looks = looks
        self._names_types = False
        self._is_all_read = True
        self._server_times: dict[str, dt.datetime | None] = {}
        self._is_anew = False
        self._done = 0
        self._totals: dict[str, int | None] = {}

    def everything(self, able: Callable[[], Abilities], asker: NewsAsker, *, is_idle: bool) -> None:
        """All that is new, of all types; see `Receiver.run`.

        Raises:
            NoReply, BadReply: the upstream is not there, or says something else.
            RestoredSeenNow: it knows less than it told before.
            StoreRefused: the store cannot be written.
        """
        with self._store.read() as work:
            if is_restored(work):
                raise RestoredSeenNow
            cursors = {name: work.shadows.cursor(name) for name in TYPES}
            witness = Witness.of(work)
            self._is_anew = is_anew(work)
        abilities = able()
        self._names_types = bool(abilities.types)
        served = [name for name in TYPES if not abilities.types or name in abilities.types]
        known = [name for name in served if (cursor := cursors[name]) is not None and cursor.is_first_done]
        first = [name for name in served if name not in known]
        feeds = [self._feed(name, cursors[name], abilities) for name in known]
        if is_idle:
            feeds = [self._looks.short(feed, self._limits.overlap) for feed in feeds]
        if first:
            self._check(witness)
            self._count_first(first, cursors)
        for name in first:
            self._read(self._feed(name, cursors[name], abilities), cursors[name], is_first=True)
        if feeds and not self._cancelled():
            asked = asker.ask(
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
        if self._is_anew and self._is_all_read:
            read_anew(self._store)
        self._looks.unbatched |= asker.unbatched
        if not is_idle:
            self._sweep([name for name in known if not abilities.can(name, "history-type")])

    def _sweep(self, names: Iterable[str]) -> None:
        """Where no deletes are told all ids are looked through from time to time."""
        sweep = Sweep(
            self._store,
            self._upstream,
            self._keeper,
            self._limits.sweep_every,
            self._limits.page_rows,
            self._limits.run_rows,
        )
        for name in names:
            at = self._server_times.get(name)
            if at is not None and sweep.is_due(name, at):
                sweep.sweep(name, at, self._cancelled)

    def _feed(self, name: str, cursor: Cursor | None, abilities: Abilities) -> Feed:
        is_done = cursor is not None and cursor.is_first_done
        since = cursor.since if cursor else ""
        has_history = is_done and bool(since) and abilities.can(name, "history-type")
        return Feed(name, since, self._limits.page_rows, has_history)

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
        place = ReadingPosition(feed.since, self._limits.overlap)
        start = cursor or Cursor(name, "", total=self._totals.get(name))
        rows_read, kept_since, seen_before = start.rows, feed.since, 0
        last: Arrived | None = None
        try:
            for page in self._pages(feed, first_reply):
                # A page may be empty of news, and the way still long.
                if self._cancelled():
                    return
                if place.is_before(page.server_time):
                    self._confirm_time_ran_back()
                place.see(page)
                self._look_for_older(name, page)
                self._keeper.note_aside(page.set_aside)
                for rows in _in_slices(page.rows, self._limits.slice_rows):
                    if self._cancelled():
                        return
                    news = self._keeper.unknown(name, rows, is_anew=self._is_anew)
                    rows_read += len(rows) if is_first else len(news)
                    seen_before += len(rows) - len(news)
                    last = max((*rows, *([last] if last else [])), key=lambda row: row.moment)
                    if page.is_ordered:
                        place.kept(rows[-1])
                    may_move = page.is_ordered and not feed.is_short
                    if news or (is_first and may_move):
                        at = Cursor(
                            name,
                            place.since,
                            rows[-1].resource_id,
                            start.is_first_done,
                            rows_read,
                            start.total,
                        )
                        self._keeper.keep(name, news, at if may_move else None)
                        kept_since = place.since if may_move else kept_since
                    if is_first:
                        self._done += len(rows)
                        self._tell()
        except BadReply as error:
            # A server that says which types it serves has to give them: silence would look like no news.
            if error.reply.status in _SKIPPED and is_first and not self._names_types:
                return
            raise
        except ReadEnough as error:
            here = start._replace(since=place.since, rows=rows_read)
            self._put_off(feed, here, error)
            return
        place.finished(last.moment if last else None)
        self._looks.note(feed, place.server_time, last, seen_before)
        if feed.is_short:
            return
        if not start.is_first_done or self._moved_far(kept_since, place.since):
            end = Cursor(
                name, place.since, last.resource_id if last else start.last_id, True, rows_read, start.total
            )
            self._keeper.keep(name, [], end)
        self._remember(name, place, last)

    def _put_off(self, feed: Feed, here: Cursor, error: ReadEnough) -> None:
        """The next run goes on from where this one has come to.

        Raises:
            BadReply: it would read the same again, as a list without order or end is no list.
        """
        self._is_all_read = False
        if here.since == feed.since:
            raise BadReply(error.reply) from error
        if not feed.is_short:
            self._keeper.keep(feed.resource_type, [], here)

    def _remember(self, name: str, place: ReadingPosition, last: Arrived | None) -> None:
        """What a type that was read to its end says of the whole."""
        if last is not None and not last.is_gone:
            remember_witness(self._store, last)
        self._server_times[name] = place.server_time
        if name in DIRECTORY and place.server_time is not None:
            note_list_day(self._store, place.server_time.astimezone(self._clock.zone).date())

    def _pages(self, feed: Feed, first: Reply | None) -> Iterator[Page]:
        if not feed.has_history:
            yield from self._listed(feed, first)
            return
        try:
            yield from happened_since(self._upstream, feed.resource_type, feed.since, feed.count, first)
        except TooLong:
            yield from self._listed(feed, None)

    def _listed(self, feed: Feed, first: Reply | None) -> Iterator[Page]:
        return changed_since(
            self._upstream,
            feed.resource_type,
            feed.since,
            feed.count,
            first,
            most_rows=self._limits.run_rows,
        )

    def _moved_far(self, kept: str, now: str) -> bool:
        """An idle desk does not write each time that nothing happened."""
        before, after = (
            ReadingPosition(kept, self._limits.overlap),
            ReadingPosition(now, self._limits.overlap),
        )
        return before.distance_to(after) >= self._limits.overlap / 2

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
            raise RestoredSeenNow

    def _apply_waiting(self) -> None:
        with self._store.read() as work:
            is_any = work.shadows.unresolved() > 0
            wanted = work.shadows.wanted() if is_any else []
            moves = settled_moves(work) if is_any else []
        for wants in wanted:
            while not self._cancelled() and self._keeper.again(wants, self._limits.slice_rows):
                pass

        for wants in moves:
            # Once a run: what cannot be taken yet waits on.
            if self._cancelled():
                return
            self._keeper.again(wants, self._limits.slice_rows)

    def _tell(self) -> None:
        totals = list(self._totals.values())
        known = [count for count in totals if count is not None]
        self._progress(self._done, max(sum(known), self._done) if len(known) == len(totals) else None)


def _in_slices(rows: Sequence[Arrived], size: int) -> Iterator[Sequence[Arrived]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
