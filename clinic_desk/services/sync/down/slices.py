"""Keeps what came: a few rows and the cursor behind them in one short transaction each.

A registrar's save waits for no longer than one slice. A row that cannot be applied is set aside alone; the
others of its slice, and the page, go on.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from clinic_desk.domain.errors import ClinicDeskError, InvalidValue
from clinic_desk.fhir.moments import read_instant
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import Clock, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.down.arrivals.arrival import Applier, Arrival, News, Tally
from clinic_desk.services.sync.down.arrived import Arrived, SetAside
from clinic_desk.services.sync.down.set_aside import note_set_aside
from clinic_desk.services.sync.ports import Cursor, Shadow

_LOG: Final = logging.getLogger(__name__)
SAME_MOMENT: Final = dt.timedelta(seconds=2)
"""Servers keep and tell moments in different fractions; nobody makes a version anew within this time."""
_OF_THE_ROW: Final = frozenset({"store.already_there", "store.changed_elsewhere"})
"""What the store says of a record; everything else it says is about the store itself."""


class Read(NamedTuple):
    """A row and what was read out of it."""

    row: Arrived
    reading: Any


class SliceKeeper:
    """Applies rows of one run. `clinic_bin` says which clinic this is."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        actor: Actor,
        clinic_bin: str,
        appliers: Mapping[str, Applier],
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._actor = actor
        self._clinic_bin = clinic_bin
        self._appliers = appliers
        self.tally = Tally()

    def unknown(self, resource_type: str, rows: Sequence[Arrived], *, is_anew: bool = False) -> list[Arrived]:
        """Those whose version is not in the store.

        When everything is read anew, so is a version that was made at another time than the known one of its
        number: a server that was put back counts from an earlier place again.
        """
        with self._store.read() as work:
            known = work.shadows.known_times(resource_type, [row.resource_id for row in rows])
            gone = {
                one.resource_id
                for one in work.shadows.many(
                    resource_type, [row.resource_id for row in rows if row.is_gone]
                ).values()
                if one.gone_at is None
            }
        return [
            row
            for row in rows
            if (
                row.resource_id in gone if row.is_gone else _is_news(row, known.get(row.resource_id), is_anew)
            )
        ]

    def contradicting(self, resource_type: str, rows: Sequence[Arrived]) -> list[Arrived]:
        """Those of a version that the store knows to be passed, or to have been made at another time."""
        with self._store.read() as work:
            known = work.shadows.known_times(resource_type, [row.resource_id for row in rows])
        return [
            row
            for row in rows
            if not row.is_gone and row.resource_id in known and contradicts(row, *known[row.resource_id])
        ]

    def keep(self, resource_type: str, rows: Sequence[Arrived], cursor: Cursor | None) -> None:
        """The rows are in the store, and the cursor behind them.

        Raises:
            StoreRefused: the store cannot be written; nothing of the slice is there.
        """
        read: list[Read] = []
        aside: list[SetAside] = []
        # Of a row that came twice in one page the later version counts.
        for row in {row.resource_id: row for row in rows}.values():
            try:
                read.append(Read(row, None if row.is_gone else self._appliers[resource_type].read(row)))
            except InvalidValue as error:
                aside.append(_aside(row, error))
        try:
            self._apply(resource_type, read, aside, cursor)
        except Exception as error:
            raise_if_of_the_store(error)
            for one in read:
                self._apply_alone(resource_type, one, aside)
            self._apply(resource_type, [], aside, cursor)

    def note_aside(self, items: Sequence[SetAside]) -> None:
        """What could not even be told apart is in the list."""
        if items:
            self._apply("", [], items, None)

    def again(self, wants: str, limit: int) -> int:
        """What waited for `wants` is applied; how many there were, at most `limit`."""
        with self._store.write() as work:
            waiting = work.shadows.take_waiting(wants, limit)
            tally = Tally()
            for resource_type, resource_id in waiting:
                shadow = work.shadows.get(resource_type, resource_id)
                if shadow is None or shadow.gone_at is not None or resource_type not in self._appliers:
                    continue
                row = Arrived(resource_type, resource_id, shadow.version, shadow.updated_at, shadow.body)
                applier = self._appliers[resource_type]
                arrival = self._arrival(work, tally)
                try:
                    applier.apply(arrival, [News(row, applier.read(row), shadow)])
                except InvalidValue as error:
                    tally.set_aside.append(_aside(row, error))
                    continue
                _put(arrival, [row], {resource_id: shadow})
            tally.set_aside = note_set_aside(work, tally.set_aside, self._clock.now())
            work.commit()
        self.tally.add(tally)
        return len(waiting)

    def _apply_alone(self, resource_type: str, one: Read, aside: list[SetAside]) -> None:
        try:
            self._apply(resource_type, [one], [], None)
        except Exception as error:
            raise_if_of_the_store(error)
            _LOG.warning("sync.set_aside", exc_info=True)
            aside.append(_aside(one.row, error))

    def _apply(
        self, resource_type: str, read: Sequence[Read], aside: Sequence[SetAside], cursor: Cursor | None
    ) -> None:
        tally = Tally(pulled=len(read))
        with self._store.write() as work:
            arrival = self._arrival(work, tally)
            before = work.shadows.many(resource_type, [one.row.resource_id for one in read])
            news = [
                News(one.row, one.reading, before.get(one.row.resource_id))
                for one in read
                if not one.row.is_gone
            ]
            if news:
                self._appliers[resource_type].apply(arrival, news)
            for one in read:
                known = before.get(one.row.resource_id)
                if one.row.is_gone and known is not None and known.gone_at is None:
                    self._appliers[resource_type].gone(arrival, known)
            _put(arrival, [one.row for one in read], before)
            told = [*tally.set_aside, *aside]
            tally.set_aside = note_set_aside(work, told, self._clock.now()) if told else []
            if cursor is not None:
                work.shadows.put_cursor(cursor)
            work.commit()
        self.tally.add(tally)

    def _arrival(self, work: Any, tally: Tally) -> Arrival:
        tables = self._rules.on(self._clock.today())
        return Arrival(work, self._clock, tables, self._actor, self._clinic_bin, tally)


def _is_news(row: Arrived, known: tuple[str, str] | None, is_anew: bool) -> bool:
    if known is None or known[0] != row.version:
        return True
    return is_anew and known[1] != row.updated_at


def contradicts(row: Arrived, version: str, updated_at: str) -> bool:
    """Whether the row cannot come after what was told: an older version, or the same one made anew."""
    if row.version != version:
        return is_older(row.version, version)
    told = read_instant(updated_at)
    return told is not None and abs(told - row.moment) > SAME_MOMENT


def is_older(version: str, known: str) -> bool:
    """Whether a version is one the store has passed; only numbers can be compared."""
    return version.isdecimal() and known.isdecimal() and int(version) < int(known)


def _put(arrival: Arrival, rows: Sequence[Arrived], before: Mapping[str, Shadow]) -> None:
    kept = []
    for row in rows:
        known = before.get(row.resource_id)
        local_id = arrival.links.get(row.resource_id, known.local_id if known else "")
        body = known.body if row.is_gone and known else row.body
        gone_at = arrival.now if row.is_gone else None
        if not row.is_gone or known is not None:
            kept.append(
                Shadow(
                    row.resource_type, row.resource_id, row.version, row.updated_at, body, local_id, gone_at
                )
            )
    arrival.work.shadows.put(kept)
    for row in rows:
        wants = arrival.waits.get(row.resource_id)
        if wants:
            arrival.work.shadows.wait_for(row.resource_type, row.resource_id, wants)


def _aside(row: Arrived, error: Exception) -> SetAside:
    why = getattr(error, "why", None) or getattr(error, "code", None) or "fault"
    return SetAside(row.place, row.version, str(why))


def raise_if_of_the_store(error: Exception) -> None:
    """A full disk or a closed store is no fault of a row."""
    if (
        isinstance(error, ClinicDeskError)
        and error.code.startswith("store.")
        and error.code not in _OF_THE_ROW
    ):
        raise error
