"""What came from the upstream and could not be read: kept for a person to see, counted once a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.down.arrived import SetAside

STATE_NAME: Final = "set_aside"
_MOST: Final = 200


def note_set_aside(work: UnitOfWork, items: Iterable[SetAside], at: dt.datetime) -> list[SetAside]:
    """The items stand in the list, newest last, the oldest fall out; those that were not in it."""
    listed: list[dict[str, Any]] = work.sync_state.get(STATE_NAME) or []
    known = {(one["where"], one["version"], one["why"]) for one in listed}
    new = [item for item in dict.fromkeys(items) if tuple(item) not in known]
    if new:
        listed += [{**item._asdict(), "at": at.isoformat()} for item in new]
        work.sync_state.put(STATE_NAME, listed[-_MOST:])
    return new


def listed_set_aside(work: UnitOfWork) -> list[tuple[SetAside, dt.datetime]]:
    """What was set aside and when (aware UTC), oldest first."""
    listed: list[dict[str, Any]] = work.sync_state.get(STATE_NAME) or []
    return [
        (SetAside(one["where"], one["version"], one["why"]), dt.datetime.fromisoformat(one["at"]))
        for one in listed
    ]


def forget_set_aside(work: UnitOfWork) -> None:
    """The list is empty: it spoke of a server that is not asked any more."""
    work.sync_state.put(STATE_NAME, None)
