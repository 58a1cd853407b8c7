"""A learner trains an outage: the line is cut, three people leave with slips, it returns, and all heals."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic_desk.bootstrap import OpenProfile, make_practice_clinic, open_profile, set_practice_authority
from clinic_desk.domain.catalogue import Package
from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.practice.population import people
from clinic_desk.profile.directory import choose_profile
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.identity import new_id
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rows import Issued
from clinic_desk.services.sync.exchange.status import SyncState
from clinic_desk.services.sync.papers.recalls import PaperState
from clinic_desk.services.sync.practice_switches import PracticeSwitches, Push, Switch
from tests.authority.serving import serving_alone
from tests.services.fakes import FakePrinter

PEOPLE = 30
_DEADLINE_S = 30.0


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[OpenProfile]:
    choice = choose_profile(str(tmp_path / "practice"), practice=True)
    profile = open_profile(choice, clock=SystemClock(), printer=FakePrinter(), state=tmp_path / "state")
    try:
        make_practice_clinic(profile, PEOPLE, lambda done, total: None, lambda: False)
        set_practice_authority(profile, "ru")
        yield profile
    finally:
        profile.close()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def exchange(clinic: OpenProfile) -> None:
    """A whole round is made from now on, and all of it came through."""
    assert clinic.sync is not None
    before = clinic.sync.status.last_success
    clinic.sync.now()
    until(lambda: clinic.sync is not None and clinic.sync.status.last_success != before)


def grown_ups(clinic: OpenProfile) -> list[PatientId]:
    found = []
    for row in people(PEOPLE, today=clinic.desk.clock.today()):
        known = clinic.desk.patients.by_iin(row.iin)
        assert known is not None
        if known.attachment.is_here and (known.age_on(clinic.desk.clock.today()) or 0) > 30:
            found.append(known.id)
    return found


def issue(clinic: OpenProfile, patient_id: PatientId) -> Issued:
    """A referral with its slip printed, as at the window."""
    desk, actor = clinic.desk, clinic.desk.actor()
    desk.insurance.record(RecordAnswer(patient_id, InsuranceStatus.INSURED_STATE, Channel.EGOV), actor)
    with clinic.store.read() as work:
        service = next(
            one
            for one in work.catalogue.find_services("Консультация", 50)
            if one.package is Package.INSURANCE and work.catalogue.suppliers_of(one.id)
        )
        doctor = work.clinic.doctors()[0]
    supplier = desk.referrals.suppliers(service.id).rows[0].supplier_id
    form = ReferralForm(patient_id, service.id, "R10.4", doctor.id, "no_equipment", supplier)
    referral = desk.referrals.issue(form, OperationId(new_id()), actor)[0]
    desk.slips.print(referral.referral_id, actor)
    return referral


def status_of(clinic: OpenProfile, referral: Issued) -> ReferralStatus:
    with clinic.store.read() as work:
        found = work.referrals.get(referral.referral_id)
    assert found is not None
    return found.status


def states(clinic: OpenProfile, *referrals: Issued) -> list[OpState]:
    """How far their operations have come; the made-up clinic has unsent ones of its own."""
    ids = {referral.referral_id for referral in referrals}
    with clinic.store.read() as work:
        ops = work.outbox.in_states(frozenset(OpState))
    return [op.state for op in ops if op.kind is OpKind.REFERRAL_ISSUE and op.record_id in ids]


def test_three_slips_of_an_outage_heal(clinic: OpenProfile) -> None:
    sync, actor = clinic.sync, clinic.desk.actor()
    assert sync is not None
    assert clinic.practice_switches is not None
    switches: PracticeSwitches = clinic.practice_switches
    sync.start()
    exchange(clinic)
    assert sync.status.state is not SyncState.OFFLINE
    with clinic.store.read() as work:
        assert work.shadows.count("Patient") > PEOPLE

    switches.turn(Switch.OUTAGE, is_on=True)
    sync.now()
    until(lambda: sync.status.state is SyncState.OFFLINE)
    referrals = [issue(clinic, patient_id) for patient_id in grown_ups(clinic)[:3]]
    assert [referral.number.split("-")[2] for referral in referrals] == ["00001", "00002", "00003"]
    assert set(states(clinic, *referrals)) <= {OpState.PENDING, OpState.SENDING}
    sheet = clinic.desk.shifts.sheet(actor)
    assert sheet.unsent > 0

    switches.turn(Switch.OUTAGE, is_on=False)
    exchange(clinic)
    until(lambda: states(clinic, *referrals) == [OpState.ACCEPTED] * 3)
    assert clinic.desk.shifts.sheet(actor).unsent == 0
    assert [status_of(clinic, one) for one in referrals] == [ReferralStatus.SENT] * 3

    for _ in range(3):
        switches.push(Push.DECIDE)
    exchange(clinic)
    decided = [ReferralStatus.SCHEDULED, ReferralStatus.RETURNED, ReferralStatus.REFUSED]
    until(lambda: [status_of(clinic, one) for one in referrals] == decided)
    papers = {
        row.number: row.state for row in clinic.desk.recalls.rows(dt.datetime.min.replace(tzinfo=dt.UTC))
    }
    assert papers[referrals[2].number] in (PaperState.RETURN, PaperState.REPLACE)
    assert papers.get(referrals[0].number, PaperState.NOTHING) is PaperState.NOTHING


def test_upstream_that_was_set_on_purpose_stays(clinic: OpenProfile) -> None:
    from clinic_desk.services.sync.upstream_settings import UpstreamSettings

    settings = UpstreamSettings("http://127.0.0.1:9/fhir")
    clinic.upstream_settings.change(settings, "", clinic.desk.actor())
    clinic.practice = None
    set_practice_authority(clinic, "ru")
    assert clinic.practice is None
    assert clinic.practice_switches is None


def test_command_without_a_window_asks_an_authority_that_runs(clinic: OpenProfile) -> None:
    clinic.practice = None
    assert clinic.upstream() is None
    with serving_alone(clinic.profile.path, people=5):
        upstream = clinic.upstream()
        assert upstream is not None
        assert upstream.capabilities().is_ok
        upstream.close()
    assert clinic.upstream() is None


def test_desk_works_without_an_authority(clinic: OpenProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic_desk.practice_authority.beside.is_installed", lambda: False)
    assert clinic.upstream() is None
    assert clinic.sync is not None
    clinic.sync.start()
    clinic.sync.now()
    until(lambda: clinic.practice is not None and clinic.practice.failed)
    referral = issue(clinic, grown_ups(clinic)[0])
    assert states(clinic, referral) == [OpState.PENDING]
