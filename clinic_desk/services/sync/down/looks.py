"""What earlier runs over one connection looked at, so that an idle desk asks little.

Everything within the overlap is read again by each run, for a row may be stored late. Where that is much (a
server that was just filled), or takes a request of its own, an idle run asks only for what is newer than the
newest row seen, and does not move the cursor: the next long look, an overlap later at the latest, begins
where the last one did and finds what came late and what was deleted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.down.asking_news import Feed

_MUCH: Final = 50
"""So many known rows read again are more than a small question."""


class _Look(NamedTuple):
    at: dt.datetime
    newest: str
    known_rows: int


@dataclass(slots=True)
class Looks:
    """By type: the last long look, by the server's clock. `unbatched` are asked for by themselves."""

    unbatched: set[str] = field(default_factory=set)
    _long: dict[str, _Look] = field(default_factory=dict)
    _now: dt.datetime | None = None

    def short(self, feed: Feed, overlap: dt.timedelta) -> Feed:
        """The feed itself, or a short one behind the newest row seen."""
        look = self._long.get(feed.resource_type)
        if look is None or self._now is None or not look.newest or self._now - look.at >= overlap:
            return feed
        if look.known_rows <= _MUCH and feed.resource_type not in self.unbatched:
            return feed
        return replace(feed, since=look.newest, has_history=False, is_short=True)

    def note(
        self, feed: Feed, server_time: dt.datetime | None, last: Arrived | None, known_rows: int
    ) -> None:
        """A look came to its end."""
        if server_time is None:
            return
        self._now = server_time
        known = self._long.get(feed.resource_type)
        newest = last.updated_at if last else (known.newest if known else "") or feed.since
        if not feed.is_short:
            self._long[feed.resource_type] = _Look(server_time, newest, known_rows)
        elif known is not None:
            self._long[feed.resource_type] = known._replace(newest=newest)
