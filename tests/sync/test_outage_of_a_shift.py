"""A shift with an outage in it, with the real rounds: three slips printed offline, and how each turns out."""

from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.ids import PatientId, ReferralId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.recalls import RecallReason
from clinic_desk.fhir.referral_progress import refused
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.services.sync.papers.recalls import PaperState, RecallService
from clinic_desk.services.sync.papers.shift_sheet import ShiftService
from clinic_desk.services.sync.papers.shift_values import Left
from tests.services.desk import ACTOR, PERSON, DeskOverStore, form_of, iin
from tests.sync.test_whole_rounds import Joined
from tests.upstream.fake_upstream import OFFLINE


class Shift:
    """One desk in its shift: acts, papers, the sheet."""

    def __init__(self, desk: DeskOverStore) -> None:
        self.site = Joined(desk)
        self.desk = desk
        self.recalls = RecallService(desk.store, desk.clock)
        self.shifts = ShiftService(
            desk.store, desk.clock, desk.settings, desk.renderer, desk.printer, is_practice=True
        )
        self.people = 0

    def print_for_somebody(self) -> ReferralId:
        self.people += 1
        surname = f"Үлгі{'абвг'[self.people]}"
        person = self.desk.person(replace(PERSON, iin=iin(f"8802144000{self.people}"), surname=surname))
        self.desk.insured(PatientId(person.id))
        issued = self.desk.issue(form_of(person.id))
        self.desk.slips.print(issued.referral_id, ACTOR)
        return ReferralId(issued.referral_id)

    def slip(self, referral_id: ReferralId) -> tuple[bool, str]:
        """Whether the next copy is provisional, and why it is void."""
        self.desk.slips.pdf(referral_id)
        return self.desk.renderer.last.is_provisional, self.desk.renderer.last.void_key

    def task_of(self, referral_id: ReferralId) -> dict[str, Any]:
        with self.desk.store.read() as work:
            request = work.shadows.of_local("ServiceRequest", referral_id)
        assert request is not None
        focus = f"ServiceRequest/{request.resource_id}"
        (task,) = [one for one in self.site.upstream.store.all("Task") if one["focus"]["reference"] == focus]
        return task


@pytest.fixture
def shift(desk: DeskOverStore) -> Shift:
    return Shift(desk)


def test_slips_of_an_outage_heal_or_are_recalled_and_the_sheet_tells_the_truth_at_each_step(
    shift: Shift,
) -> None:
    site, clock = shift.site, shift.desk.clock
    assert site.go().is_success
    site.upstream.always = OFFLINE
    assert not site.go().is_success
    clock.forward(minutes=10)
    heals, rejected, declined = (shift.print_for_somebody() for _ in range(3))
    clock.forward(minutes=50)
    site.go()

    sheet = shift.shifts.sheet(ACTOR)
    assert sheet.unsent > 0
    assert (sheet.figures.referrals, sheet.figures.provisional) == (3, 3)
    assert [spell.until for spell in sheet.spells] == [None]
    assert [row.state for row in shift.recalls.provisional(sheet.opened_at)] == [PaperState.WAITING] * 3
    assert shift.slip(heals) == (True, "")
    assert shift.recalls.rows() == []

    # The line is back; one referral is refused as it arrives.
    with shift.desk.store.read() as work:
        poison = work.referrals.get(rejected).number
    site.upstream.always = None
    site.upstream.store.reject = lambda one: (
        "қызмет шартта жоқ" if one["resourceType"] == "ServiceRequest" and poison in str(one) else None
    )
    clock.forward(minutes=6)
    for _ in range(4):
        site.go()
        clock.forward(minutes=6)
    sheet = shift.shifts.sheet(ACTOR)
    assert sheet.unsent == 1
    assert {item.kind: item.n for item in sheet.left}[Left.ATTENTION] == 1
    assert all(spell.until is not None for spell in sheet.spells)
    assert shift.slip(heals) == (False, "")
    assert shift.slip(rejected) == (False, "refused")
    (row,) = shift.recalls.rows()
    assert row.recall is not None
    assert (row.referral_id, row.recall.reason) == (rejected, RecallReason.REFUSED)
    assert "қызмет шартта жоқ" in row.recall.detail

    # The supplier says no to another one.
    at = Stamp("op-of-the-supplier", "Шипа", "S", clock.now())
    site.upstream.store.put(refused(shift.task_of(declined), "no_capacity", "Орын жоқ", at))
    clock.forward(minutes=1)
    site.go()
    assert shift.desk.referrals.get(declined).status is ReferralStatus.REFUSED
    assert {one.referral_id for one in shift.recalls.rows()} == {rejected, declined}

    # A new paper in place of the first; its rejected operation holds up nothing any more.
    site.upstream.store.reject = lambda _one: None
    person = shift.desk.referrals.get(rejected).patient_id
    new = ReferralId(shift.desk.issue(form_of(person, replaces=rejected)).referral_id)
    shift.desk.slips.print(new, ACTOR)
    assert shift.shifts.sheet(ACTOR).unsent > 0
    for _ in range(3):
        site.go()
        clock.forward(minutes=6)
    sheet = shift.shifts.sheet(ACTOR)
    assert (sheet.unsent, sheet.taken_back) == (0, 1)
    assert sheet.recalls == (shift.desk.referrals.get(declined).number,)
    assert shift.slip(new) == (False, "")
    assert shift.slip(rejected) == (False, "replaced")
    states = {one.referral_id: one.state for one in shift.recalls.provisional(sheet.opened_at)}
    assert (states[heals], states[declined]) == (PaperState.NOTHING, PaperState.RETURN)
    assert len(site.upstream.store.all("ServiceRequest")) == 3
    closed, _ = shift.shifts.close(ACTOR)
    assert (closed.unsent, len(closed.recalls)) == (0, 1)
