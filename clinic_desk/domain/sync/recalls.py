"""Paper that was handed out and is no longer right."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.ids import RecallId, ReferralId


class RecallReason(StrEnum):
    """Why the paper is no longer right; stored values."""

    REFUSED = "refused"
    """The upstream or the supplier refused the referral."""
    NOT_INSURED = "not_insured"
    """A later answer: the person is not insured."""
    SUPPLIER_GONE = "supplier_gone"
    """The supplier is no longer in the list."""
    REPLACED = "replaced"
    """The referral was replaced by another number."""
    RIGHT_AGAIN = "right_again"
    """The person was told that the paper is wrong, and later news says that it is right after all."""


class RecallEnd(StrEnum):
    """How it was settled; stored values."""

    TOLD = "told"
    REPRINTED = "reprinted"
    RETURNED = "returned"
    """The person brought the paper back."""
    HEALED = "healed"
    """Later news says that the paper is right after all; nobody has to do anything."""


@dataclass(frozen=True, slots=True)
class PaperRecall:
    """One paper to recall. Moments are aware UTC. `detail` are the upstream's words, shown as a quotation.

    `called_at` is the last call and `note` what was written down about it; `settled_at` ends it.
    `replaced_by` is the referral whose paper replaces this one.
    """

    id: RecallId
    referral_id: ReferralId
    reason: RecallReason
    opened_at: dt.datetime
    detail: str = ""
    called_at: dt.datetime | None = None
    called_by: str = ""
    settled_at: dt.datetime | None = None
    settled_by: str = ""
    end: RecallEnd | None = None
    replaced_by: ReferralId | None = None
    note: str = ""

    @property
    def is_open(self) -> bool:
        """True until it is settled."""
        return self.settled_at is None

    @property
    def is_told(self) -> bool:
        """True when the person was called, or nothing is left to tell them."""
        return self.called_at is not None or not self.is_open
