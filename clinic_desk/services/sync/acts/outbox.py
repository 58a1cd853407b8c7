"""Writing an operation, in the transaction of the act it stands for.

Whoever changes a record calls `enqueue` before it commits: the record, its line in the audit log and its
operation are there together or not at all. Whether an upstream is set does not matter: the operation waits
until there is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import Op, OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.up.crash_points import CrashPoint, reached


def enqueue(  # noqa: PLR0913 - an operation says all of this
    work: UnitOfWork,
    kind: OpKind,
    *,
    aggregate_id: str,
    record_id: str,
    actor: Actor,
    at: dt.datetime,
    payload: Mapping[str, Any] | None = None,
    op_id: str = "",
    unit_id: str = "",
    base_version: str = "",
    depends_on: str = "",
) -> Op:
    """The operation as written, with its place in this desk's order.

    Args:
        work: the open transaction of the act.
        kind: which act.
        aggregate_id: the person it is about.
        record_id: the record that was made or changed.
        actor: who did it.
        at: when, aware UTC.
        payload: see `Op.payload`; JSON-ready.
        op_id: the key of the act where it has one already, such as a referral's operation.
        unit_id: the unit it lands with; its own by default.
        base_version: the upstream's version known now, "" for none.
        depends_on: the operation that must be accepted first.
    """
    key = OpId(op_id or new_id())
    written = work.outbox.add(
        Op(
            0,
            key,
            unit_id or key,
            kind,
            aggregate_id,
            record_id,
            actor.user,
            actor.desk.code,
            at,
            base_version,
            payload or {},
            depends_on,
        )
    )
    reached(CrashPoint.ACT_WRITTEN)
    return written
