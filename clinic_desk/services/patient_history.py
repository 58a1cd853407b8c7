"""A line of a person's history, written by the act that changed the person, in its transaction."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import HistoryKind, HistoryLine, changes_between
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork


def note_change(
    work: UnitOfWork,
    before: Patient | None,
    after: Patient,
    *,
    what: HistoryKind,
    actor: Actor,
    at: dt.datetime,
) -> None:
    """The history says what `actor` changed; nothing is written where nothing differs.

    Args:
        work: the open transaction of the act.
        before: the person as it was read; None for a new one.
        after: the person as saved, at its new version.
        what: which act it was.
        actor: who did it.
        at: when, aware UTC.
    """
    changes = changes_between(before, after)
    if changes:
        work.history.note(HistoryLine(after.id, after.version, at, actor.user, what, changes))
