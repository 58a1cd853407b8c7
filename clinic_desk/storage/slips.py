"""Printed slips in the store."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import bindparam, insert, select

from clinic_desk.domain.ids import ReferralId
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import slips
from clinic_desk.storage.values import moment_text

_LATEST: Final = Statement(
    select(slips.c.copy, slips.c.pdf)
    .where(slips.c.referral_id == bindparam("referral_id"))
    .order_by(slips.c.copy.desc())
    .limit(1)
)
_KEEP: Final = Statement(insert(slips).prefix_with("OR REPLACE"))


class SqlSlips:
    """`SlipStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def keep(self, referral_id: ReferralId, copy: int, pdf: bytes, at: dt.datetime) -> None:
        """The paper of that copy is kept, in place of an earlier one of the same number."""
        _KEEP.run(self._driver, referral_id=referral_id, copy=copy, pdf=pdf, at=moment_text(at))

    def latest(self, referral_id: ReferralId) -> tuple[int, bytes] | None:
        """The copy with the highest number, and its PDF."""
        row = _LATEST.one(self._driver, referral_id=referral_id)
        return None if row is None else (int(row[0]), bytes(row[1]))
