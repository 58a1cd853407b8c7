"""Papers to recall in the store."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clinic_desk.domain.ids import RecallId, ReferralId
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd, RecallReason
from clinic_desk.storage.statement import Row, UnitDriver
from clinic_desk.storage.values import moment_of, moment_text, optional_moment_of, optional_moment_text

_COLUMNS: Final = (
    "id, referral_id, reason, opened_at, detail, called_at, called_by, settled_at, settled_by, settled_how, "
    "replaced_by, note"
)
_GET: Final = f"SELECT {_COLUMNS} FROM paper_recalls"  # noqa: S608
_ADD: Final = f"INSERT INTO paper_recalls ({_COLUMNS}) VALUES ({', '.join('?' * 12)})"  # noqa: S608


class SqlRecalls:
    """`RecallStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def add(self, recall: PaperRecall) -> None:
        """One more paper to recall."""
        self._driver.execute(_ADD, _values(recall))

    def get(self, recall_id: RecallId) -> PaperRecall | None:
        """The one of that identity."""
        row = self._driver.execute(f"{_GET} WHERE id = ?", (recall_id,)).fetchone()
        return None if row is None else _read(row)

    def save(self, recall: PaperRecall) -> None:
        """Writes calls and the end."""
        values = _values(recall)
        self._driver.execute(
            "UPDATE paper_recalls SET called_at = ?, called_by = ?, settled_at = ?, settled_by = ?, "
            "settled_how = ?, replaced_by = ?, note = ? WHERE id = ?",
            (*values[5:], values[0]),
        )

    def of_referral(self, referral_id: ReferralId) -> list[PaperRecall]:
        """Oldest first."""
        rows = self._driver.execute(f"{_GET} WHERE referral_id = ? ORDER BY seq", (referral_id,))
        return [_read(row) for row in rows]

    def listed(self, *, since: dt.datetime | None = None) -> list[PaperRecall]:
        """The open ones, and those settled at or after `since`; oldest first."""
        if since is None:
            rows = self._driver.execute(f"{_GET} WHERE settled_at IS NULL ORDER BY seq")
        else:
            rows = self._driver.execute(
                f"{_GET} WHERE settled_at IS NULL OR settled_at >= ? ORDER BY seq", (moment_text(since),)
            )
        return [_read(row) for row in rows]


def _values(recall: PaperRecall) -> tuple[Any, ...]:
    return (
        recall.id,
        recall.referral_id,
        recall.reason.value,
        moment_text(recall.opened_at),
        recall.detail,
        optional_moment_text(recall.called_at),
        recall.called_by,
        optional_moment_text(recall.settled_at),
        recall.settled_by,
        recall.end.value if recall.end else None,
        recall.replaced_by,
        recall.note,
    )


def _read(row: Row) -> PaperRecall:
    one_id, referral, reason, opened, detail, called, called_by, settled, settled_by, end, replaced, note = (
        row
    )
    return PaperRecall(
        RecallId(one_id),
        ReferralId(referral),
        RecallReason(reason),
        moment_of(opened),
        detail,
        optional_moment_of(called),
        called_by,
        optional_moment_of(settled),
        settled_by,
        RecallEnd(end) if end else None,
        ReferralId(replaced) if replaced else None,
        note,
    )
