"""The part of the walk about the end of a shift: before the first act, papers to recall, the closed sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.referral import LIVING, Payer
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.ui.tour.hands import TourFailed

if TYPE_CHECKING:
    from clinic_desk.ui.tour.cast import Cast
    from clinic_desk.ui.tour.walk import Walk

_SECOND_REGISTRAR: Final = "Ким В."
_PAPERS: Final = 2
"""So many people get news that makes their paper wrong."""


def walk_shift(walk: Walk, _cast: Cast) -> None:
    """Another registrar's day has not begun; then the first one tells somebody and closes the shift."""
    hands = walk.hands
    registrar = _take_over(walk, _SECOND_REGISTRAR)
    walk.step("shift-empty", lambda: walk.go("shift"), first="Esc")
    _take_over(walk, registrar)
    holder = _news(walk)
    walk.step("card-paper-to-recall", lambda: walk.clinic.show_patient(holder))
    walk.step("papers-to-recall", lambda: walk.go("shift"))
    walk.window.page("shift").view.table.setFocus()  # type: ignore[attr-defined]
    walk.step("paper-told", lambda: hands.press("Space"))
    walk.step("shift-closed", lambda: hands.press("Ctrl+Enter"))
    hands.press("Esc")


def _take_over(walk: Walk, registrar: str) -> str:
    """Somebody else works at the desk now; who it was before."""
    services = walk.clinic.services
    settings = services.settings.read()
    changed = replace(settings, desk=replace(settings.desk, registrar=registrar))
    walk.clinic.notifier.announce(services.settings.change(changed, services.actor()))
    walk.hands.rest()
    return settings.desk.registrar


def _news(walk: Walk) -> PatientId:
    """What the Fund would tell later about people who hold a paper: they are not insured. One of them.

    News comes from outside and not from keys, so it is handed over.
    """
    services = walk.clinic.services
    holders: list[PatientId] = []
    living = ReferralFilter(frozenset(status.value for status in LIVING), limit=500)
    for row in services.referrals.rows(living):
        if len(holders) == _PAPERS:
            break
        if not row.copies_printed or row.payer is not Payer.INSURANCE or row.patient_id in holders:
            continue
        heard = RecordAnswer(row.patient_id, InsuranceStatus.UNINSURED, Channel.SERVICE)
        doubts = [doubt.code for doubt in services.insurance.doubts(heard)]
        services.insurance.record(heard, services.actor(), in_spite_of=doubts)
        if services.recalls.of_patient(row.patient_id):
            holders.append(row.patient_id)
    if not holders:
        raise TourFailed("tour.failed", step="papers-to-recall")
    walk.clinic.notifier.announce(Change(frozenset({Kind.SYNC, Kind.INSURANCE})))
    walk.hands.rest()
    return holders[0]
