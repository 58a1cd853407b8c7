"""How a referral's state looks as a chip, the same on the card and in the history."""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit import ChipData, Kind, UiText

_LOOKS: Final = {
    ReferralStatus.ISSUED: (Kind.INFO, "paper-plane-tilt"),
    ReferralStatus.SENT: (Kind.INFO, "clock"),
    ReferralStatus.ACCEPTED: (Kind.OK, "check-circle"),
    ReferralStatus.SCHEDULED: (Kind.OK, "calendar-check"),
    ReferralStatus.RETURNED: (Kind.WARN, "question"),
    ReferralStatus.COMPLETED: (Kind.OK, "check-circle"),
    ReferralStatus.NOT_ATTENDED: (Kind.WARN, "hourglass"),
    ReferralStatus.REFUSED: (Kind.ERR, "warning-circle"),
    ReferralStatus.CANCELLED: (Kind.NEUTRAL, "prohibit"),
    ReferralStatus.EXPIRED: (Kind.NEUTRAL, "clock-counter-clockwise"),
}


def referral_chip(row: ReferralRow, words: UiText) -> ChipData:
    """The chip of a referral; paper that is still to be printed comes first, it is the desk's own work."""
    if row.print_state is PrintState.TO_PRINT and row.status in _PRINTABLE:
        return ChipData(Kind.WARN, words.say("labels.print.to_print"), "printer")
    kind, icon = _LOOKS[row.status]
    return ChipData(kind, words.say(f"labels.status.{row.status}"), icon)


_PRINTABLE: Final = frozenset(
    {
        ReferralStatus.ISSUED,
        ReferralStatus.SENT,
        ReferralStatus.ACCEPTED,
        ReferralStatus.SCHEDULED,
        ReferralStatus.RETURNED,
    }
)
