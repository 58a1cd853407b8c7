"""When the desk was cut off from the upstream, in spells, for the sheet of a shift."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from clinic_desk.services.ports import UnitOfWork

_NAME: Final = "offline_spells"
_KEPT: Final = 200
"""So many spells are remembered: weeks of a bad line."""


class Spell(NamedTuple):
    """A time without the upstream; aware UTC. `until` is None while it lasts."""

    since: dt.datetime
    until: dt.datetime | None = None


def note_link(work: UnitOfWork, failing_since: dt.datetime | None, at: dt.datetime) -> None:
    """What a round found of the link is remembered; to be called where its facts are stored.

    Args:
        work: the open transaction.
        failing_since: since when rounds fail, None when this one succeeded.
        at: now, aware UTC.
    """
    spells = _read(work)
    is_down = bool(spells) and spells[-1].until is None
    if failing_since is not None and not is_down:
        spells.append(Spell(failing_since))
    elif failing_since is None and is_down:
        # A clock that was set back must not end a spell before it began.
        spells[-1] = Spell(spells[-1].since, max(at, spells[-1].since))
    else:
        return
    work.sync_state.put(
        _NAME,
        [[s.since.isoformat(), s.until.isoformat() if s.until else None] for s in spells[-_KEPT:]],
    )


def spells_between(work: UnitOfWork, start: dt.datetime, end: dt.datetime) -> list[Spell]:
    """The spells that touch the time from `start` to `end`, cut to it; one that still lasts has no end."""
    return [
        Spell(max(spell.since, start), None if spell.until is None else min(spell.until, end))
        for spell in _read(work)
        if spell.since <= end and (spell.until is None or spell.until > start)
    ]


def _read(work: UnitOfWork) -> list[Spell]:
    kept = work.sync_state.get(_NAME) or []
    return [
        Spell(dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until) if until else None)
        for since, until in kept
    ]
