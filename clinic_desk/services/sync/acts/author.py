"""Under whose name an operation is sent: of whoever did the act, or of whoever mended it since.

`Op.actor` stays who did it, for that is what happened at the desk. What is sent after a correction is the
word of the person who corrected it: their name, desk and moment stand in the payload.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from clinic_desk.domain.sync.ops import Op
from clinic_desk.services.actor import Actor

MENDED: Final = "mended"


class Author(NamedTuple):
    """Whose word it is, at which desk and since when (aware UTC)."""

    user: str
    desk: str
    at: dt.datetime


def signed(payload: Mapping[str, Any], actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """The payload as the word of `actor`, whoever did the act."""
    return {**payload, MENDED: {"by": actor.user, "desk": actor.desk.code, "at": at.isoformat()}}


def mender_of(op: Op) -> Author | None:
    """Who corrected it last, None when nobody did."""
    found = op.payload.get(MENDED)
    if not found:
        return None
    return Author(str(found["by"]), str(found["desk"]), dt.datetime.fromisoformat(found["at"]))


def author_of_op(op: Op) -> Author:
    """Whose word goes up."""
    return mender_of(op) or Author(op.actor, op.desk, op.acted_at)
