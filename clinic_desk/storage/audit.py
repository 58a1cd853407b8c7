"""The audit log: append only, each line chained to the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from typing import Any, Final

from sqlalchemy import bindparam, insert, literal_column, select

from clinic_desk.services.ports import AuditAct, AuditEntry, AuditHead
from clinic_desk.storage.statement import Row, Statement, UnitDriver
from clinic_desk.storage.tables import audit_log
from clinic_desk.storage.values import json_of, json_text, moment_of, moment_text

FIRST_HASH: Final = "0" * 64
"""What the first line is chained to."""
_CHAINED: Final = (
    "seq",
    "at",
    "monotonic_ns",
    "user",
    "desk",
    "action",
    "object_kind",
    "object_id",
    "fields",
    "reason",
    "operation_id",
)
_LAST: Final = Statement(
    select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()).limit(literal_column("1"))
)
_ALL: Final = Statement(
    select(*(audit_log.c[name] for name in _CHAINED), audit_log.c.prev_hash, audit_log.c.hash).order_by(
        audit_log.c.seq
    )
)
_OF_OBJECT: Final = Statement(
    select(*(audit_log.c[name] for name in _CHAINED))
    .where(audit_log.c.object_id == bindparam("object_id"), audit_log.c.object_kind == bindparam("kind"))
    .order_by(audit_log.c.seq)
)
_EVER: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'"
"""The highest number SQLite itself ever gave to a line."""
_ADD: Final = Statement(insert(audit_log))
_BACKWARDS: Final = (
    'SELECT seq, at, "user", action, object_kind, object_id, reason FROM audit_log '
    "WHERE seq > ? ORDER BY seq DESC"
)
_OLDER_TO_STOP: Final = 500
"""So many older lines in a row are no slip of the clock."""


def chained_hash(prev_hash: str, line: dict[str, Any]) -> str:
    """SHA-256 over the hash before and the canonical JSON of the line, in hexadecimal digits."""
    return hashlib.sha256(f"{prev_hash}|{json_text(line)}".encode()).hexdigest()


class SqlAudit:
    """`AuditLog` over the driver of an open transaction, whose write lock keeps the chain unforked."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def write(self, entry: AuditEntry) -> None:
        """One more line, in the transaction of the act."""
        last = _LAST.one(self._driver)
        seq, prev_hash = (int(last[0]) + 1, str(last[1])) if last else (1, FIRST_HASH)
        line: dict[str, Any] = {
            "seq": seq,
            "at": moment_text(entry.at),
            "monotonic_ns": time.monotonic_ns(),
            "user": entry.user,
            "desk": entry.desk,
            "action": entry.action,
            "object_kind": entry.object_kind,
            "object_id": entry.object_id,
            "fields": json_text(list(entry.fields)),
            "reason": entry.reason,
            "operation_id": entry.operation_id,
        }
        line |= {"prev_hash": prev_hash, "hash": chained_hash(prev_hash, line)}
        _ADD.run(self._driver, **line)

    def of_object(self, object_kind: str, object_id: str) -> list[AuditEntry]:
        """The lines about one record, oldest first."""
        rows = _OF_OBJECT.run(self._driver, kind=object_kind, object_id=object_id)
        return [_entry(row) for row in rows]

    def acts(self, user: str, after_seq: int, since: dt.datetime) -> list[AuditAct]:
        """What the user did behind a line and from the first line on that is not before `since`, in order.

        Read from the end, so that the cost is that of the day and not of the log. The order is that of the
        lines: some that a wrong clock dated earlier still count when later lines lie before them.
        """
        found: list[AuditAct] = []
        counted = older = 0
        begin = moment_text(since)
        for seq, at, who, action, kind, object_id, reason in self._driver.execute(_BACKWARDS, (after_seq,)):
            older = older + 1 if at < begin else 0
            if older == _OLDER_TO_STOP:
                break
            if who == user:
                found.append(AuditAct(seq, moment_of(at), action, kind, object_id, reason))
            if not older:
                counted = len(found)
        return found[:counted][::-1]

    def head(self) -> AuditHead:
        """The last line's number and hash."""
        last = _LAST.one(self._driver)
        return AuditHead(int(last[0]), str(last[1])) if last else AuditHead(0, "")

    def verify(self) -> int | None:
        """None when the chain is whole, else the sequence number of the first bad or missing line.

        Lines cut off at the end are seen by SQLite's own counter; somebody who put that back too is
        found only by a head kept elsewhere.
        """
        prev_hash = FIRST_HASH
        expected = 1
        for row in _ALL.run(self._driver):
            line = dict(zip(_CHAINED, row, strict=False))
            told_prev, told = row[-2], row[-1]
            if line["seq"] != expected or told_prev != prev_hash or told != chained_hash(prev_hash, line):
                return expected
            prev_hash = told
            expected += 1
        (ever,) = self._driver.execute(_EVER).fetchone() or (0,)
        return expected if ever >= expected else None


def _entry(row: Row) -> AuditEntry:
    _, at, _, user, desk, action, kind, object_id, fields, reason, operation_id = row
    return AuditEntry(
        moment_of(at), user, desk, action, kind, object_id, tuple(json_of(fields)), reason, operation_id
    )
