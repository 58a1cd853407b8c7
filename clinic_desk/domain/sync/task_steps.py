"""The steps a task of the upstream may take: FHIR R4, Task, state machine.

A server may leave out steps on the way; what it may not do is to come back from an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class TaskStatus(StrEnum):
    """Values of Task.status."""

    DRAFT = "draft"
    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    READY = "ready"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"


_T = TaskStatus
TASK_ENDS: Final = frozenset({_T.REJECTED, _T.CANCELLED, _T.FAILED, _T.COMPLETED, _T.ENTERED_IN_ERROR})
"""Nothing comes after these."""
_ANY: Final = frozenset(TaskStatus) - {_T.DRAFT}
TASK_MOVES: Final[Mapping[TaskStatus, frozenset[TaskStatus]]] = {
    _T.DRAFT: _ANY,
    _T.REQUESTED: _ANY - {_T.REQUESTED},
    _T.RECEIVED: _ANY - {_T.REQUESTED, _T.RECEIVED},
    _T.ACCEPTED: _ANY - {_T.REQUESTED, _T.RECEIVED, _T.ACCEPTED},
    _T.READY: _ANY - {_T.REQUESTED, _T.RECEIVED, _T.ACCEPTED, _T.READY},
    # A new date is a new version of the same step.
    _T.IN_PROGRESS: _ANY - {_T.REQUESTED, _T.RECEIVED, _T.READY},
    # Answered: whoever asked has it before them again.
    _T.ON_HOLD: _ANY - {_T.ON_HOLD},
    **dict.fromkeys(TASK_ENDS, frozenset()),
}


def may_follow(before: str, after: str) -> bool:
    """Whether a task may come from one status to another; the same status again always may."""
    if before == after:
        return True
    known = {status.value for status in TaskStatus}
    return before in known and after in known and TaskStatus(after) in TASK_MOVES[TaskStatus(before)]
