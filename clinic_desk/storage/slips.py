"""Printed slips in the store."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from clinic_desk.domain.ids import ReferralId
from clinic_desk.storage.tables import slips
from clinic_desk.storage.values import moment_text

_LATEST: Final = (
    select(slips.c.copy, slips.c.pdf)
    .where(slips.c.referral_id == bindparam("referral_id"))
    .order_by(slips.c.copy.desc())
    .limit(1)
)
_KEEP: Final = insert(slips).prefix_with("OR REPLACE")


class SqlSlips:
    """`SlipStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, referral_id: ReferralId, copy: int, pdf: bytes, at: dt.datetime) -> None:
        """The paper of that copy is kept, in place of an earlier one of the same number."""
        params = {"referral_id": referral_id, "copy": copy, "pdf": pdf, "at": moment_text(at)}
        self._connection.execute(_KEEP, params)

    def latest(self, referral_id: ReferralId) -> tuple[int, bytes] | None:
        """The copy with the highest number, and its PDF."""
        row = self._connection.execute(_LATEST, {"referral_id": referral_id}).first()
        return None if row is None else (int(row[0]), bytes(row[1]))
