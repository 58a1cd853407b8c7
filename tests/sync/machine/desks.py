"""Two desks, one upstream, and whatever may happen to them, in any order; then everything is healed.

Each rule is one thing that a person, the network, a clock or a server does. Nothing of it may lose a value,
make something twice or leave an operation nowhere; that is looked at when all faults are over.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.sync.up import crash_points
from clinic_desk.services.sync.up.crash_points import CrashPoint
from clinic_desk.services.sync.upstream_port import WhyNoReply
from tests.sync.healing import decide_one, heal_and_drain, settle_one
from tests.sync.machine.line import Killed
from tests.sync.promises import (
    WRITTEN,
    check_at_rest,
    check_copies_equal,
    check_nothing_vanished,
    check_one_of_each_key,
    check_receipts,
    doubled_keys,
)
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World
from tests.upstream.fake_upstream import LOST_REPLY, NEVER_ARRIVED, OFFLINE, Fault

DESKS = ("T2", "T3")
PEOPLE = st.integers(min_value=0, max_value=3)
DESK = st.sampled_from(DESKS)
SURNAMES = st.sampled_from(["Үлгібаева", "Үлгібаева", "Басқаева"])
"""Mostly the desks agree on who somebody is."""
VALUES = {
    "phone": st.sampled_from([f"+7 701 111 11 1{n}" for n in range(4)]),
    "address": st.sampled_from([f"Алматы, Абай {n}" for n in range(4)]),
    "given_name": st.sampled_from(["Айсұлу", "Айгүл"]),
}
CHANGES = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
FAULTS = st.sampled_from(
    [
        LOST_REPLY,
        NEVER_ARRIVED,
        Fault(WhyNoReply.TIMEOUT, lost=True),
        Fault(WhyNoReply.BROKEN, lost=True),
        Fault(WhyNoReply.NOT_FHIR),
        Fault(status=429, retry_after_s=3.0),
        Fault(status=500),
        Fault(status=502),
        Fault(status=503),
        Fault(status=409),
        Fault(status=401),
        None,
    ]
)


class Desks(RuleBasedStateMachine):
    """The rules; see the module.

    Attributes:
        template: a closed, furnished store that is copied for each desk; given by who runs the machine.
        place: where the stores of a run lie until it is over.
    """

    template: ClassVar[Path]
    place: ClassVar[Path]

    @initialize(offers_submit=st.booleans(), offers_history=st.booleans())
    def begin(self, offers_submit: bool, offers_history: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.place))
        self.world = World(self.folder / "world", self.template)
        for code in DESKS:
            self.world.desk(code, f"Тіркеуші {code}")
        self.world.server.offers_submit = offers_submit
        self.world.server.offers_history = offers_history
        self.backup: object | None = None
        self.is_refusing = False

    # What registrars do ------------------------------------------------------------------------

    @rule(code=DESK, person=PEOPLE, surname=SURNAMES)
    def register(self, code: str, person: int, surname: str) -> None:
        site = self.world.sites[code]
        if site.use.patients.by_iin(iin_of(person)) is None:
            site.register(person_form(person, surname))

    @rule(code=DESK, person=PEOPLE, change=CHANGES)
    def change(self, code: str, person: int, change: tuple[str, str]) -> None:
        self._for(code, person, lambda site, key: site.change(key, **dict([change])))

    @rule(code=DESK, person=PEOPLE)
    def issue(self, code: str, person: int) -> None:
        self._for(code, person, lambda site, key: site.issue(key))

    @rule(code=DESK, person=PEOPLE)
    def attach(self, code: str, person: int) -> None:
        def send(site: Site, key: str) -> None:
            if site.use.attachments.open_case(PatientId(key)) is None:
                site.attach(key)

        self._for(code, person, send)

    @rule(code=DESK, person=PEOPLE)
    def ask_insurance(self, code: str, person: int) -> None:
        self._for(code, person, lambda site, key: site.use.insurance.ask(PatientId(key), None, site.actor))

    @rule(code=DESK, person=PEOPLE)
    def write_answer_down(self, code: str, person: int) -> None:
        def record(site: Site, key: str) -> None:
            answer = RecordAnswer(PatientId(key), InsuranceStatus.INSURED_STATE, Channel.EGOV)
            site.use.insurance.record(answer, site.actor)

        self._for(code, person, record)

    @rule(code=DESK, person=PEOPLE)
    def killed_in_a_save(self, code: str, person: int) -> None:
        """The program ends while an act is written; the act was never told as done."""
        site = self.world.sites[code]

        def die(point: CrashPoint) -> None:
            if point is CrashPoint.ACT_WRITTEN:
                raise Killed

        remembered = len(site.saved)
        crash_points.arm(die)
        try:
            known = site.use.patients.by_iin(iin_of(person))
            if known is None:
                site.register(person_form(person))
            else:
                site.issue(known.id)
        except Killed:
            del site.saved[remembered:]
            site.kill()
        finally:
            crash_points.arm(None)

    # What a person decides ---------------------------------------------------------------------

    @rule(code=DESK, is_mine=st.booleans())
    def decide(self, code: str, is_mine: bool) -> None:
        decide_one(self.world.sites[code], is_mine=is_mine)

    @rule(code=DESK, is_withdrawn=st.booleans())
    def settle_rejected(self, code: str, is_withdrawn: bool) -> None:
        settle_one(self.world.sites[code], is_withdrawn=is_withdrawn)

    # What the exchange does --------------------------------------------------------------------

    @rule(code=DESK)
    def sync(self, code: str) -> None:
        self._round(code)

    @rule(code=DESK)
    def sync_again(self, code: str) -> None:
        self._round(code)

    @rule(code=DESK, faults=st.lists(FAULTS, min_size=1, max_size=6))
    def sync_with_faults(self, code: str, faults: list[Fault | None]) -> None:
        line = self.world.lines[code]
        line.faults.extend(faults)
        self._round(code)
        line.faults.clear()

    @rule(code=DESK, requests=st.integers(min_value=1, max_value=4))
    def sync_with_doubled_requests(self, code: str, requests: int) -> None:
        self.world.lines[code].doubles = requests
        self._round(code)
        self.world.lines[code].doubles = 0

    @rule(code=DESK, requests=st.integers(min_value=1, max_value=12))
    def killed_with_a_reply(self, code: str, requests: int) -> None:
        self.world.lines[code].dies_after = requests
        self._round(code)
        self.world.lines[code].dies_after = None

    @rule(code=DESK, point=st.sampled_from(CrashPoint), times=st.integers(min_value=1, max_value=3))
    def killed_at(self, code: str, point: CrashPoint, times: int) -> None:
        left = [times]

        def die(reached: CrashPoint) -> None:
            left[0] -= reached is point
            if left[0] <= 0:
                raise Killed

        crash_points.arm(die)
        try:
            self._round(code)
        finally:
            crash_points.arm(None)

    @rule(code=DESK, is_offline=st.booleans())
    def network(self, code: str, is_offline: bool) -> None:
        self.world.lines[code].always = OFFLINE if is_offline else None

    @rule(code=DESK, hours=st.sampled_from([-24, -1, 1, 24]))
    def clock_of_a_desk(self, code: str, hours: int) -> None:
        self.world.sites[code].clock.forward(hours=hours)

    @rule(minutes=st.sampled_from([1, 6, 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.forward(minutes=minutes)

    @rule(code=DESK)
    def restart(self, code: str) -> None:
        self.world.sites[code].restart()

    # What the upstream does --------------------------------------------------------------------

    @rule(person=PEOPLE, change=CHANGES)
    def others_change(self, person: int, change: tuple[str, str]) -> None:
        name, value = change
        found = self.world.upstream_person(iin_of(person))
        if found is not None:
            self.world.change_upstream(found, **{name: value.replace(" ", "") if name == "phone" else value})

    @rule(person=PEOPLE)
    def clinic_is_noted(self, person: int) -> None:
        found = self.world.upstream_person(iin_of(person))
        if found is not None:
            self.world.take_into_clinic(found)

    @rule()
    def questions_are_answered(self) -> None:
        self.world.server.settle_eligibility()

    @rule(kind=st.sampled_from(WRITTEN))
    def refuses(self, kind: str) -> None:
        self.is_refusing = not self.is_refusing
        refused = kind if self.is_refusing else ""
        self.world.server.reject = lambda body: "жоқ" if body["resourceType"] == refused else None

    @precondition(lambda self: self.backup is None)
    @rule()
    def backup_is_made(self) -> None:
        self.backup = self.world.server.snapshot()

    @precondition(lambda self: self.backup is not None)
    @rule()
    def backup_is_put_back(self) -> None:
        # Nobody puts a backup back within the moment in which the version that it lacks was made.
        self.world.forward(minutes=1)
        self.world.server.restore(self.backup)
        self.backup = None

    # What must hold ----------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            heal_and_drain(self.world)
            self._look()
        finally:
            self.world.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _look(self) -> None:
        upstream = self.world.lines[DESKS[0]]
        check_one_of_each_key(upstream)
        for site in self.world.sites.values():
            check_at_rest(site)
            check_nothing_vanished(site)
            check_receipts(site, upstream)
        check_copies_equal(list(self.world.sites.values()), upstream)

    # Inside ------------------------------------------------------------------------------------

    def _for(self, code: str, person: int, act: Callable[[Site, str], object]) -> None:
        site = self.world.sites[code]
        known = site.use.patients.by_iin(iin_of(person))
        if known is None:
            return
        try:
            act(site, known.id)
        except ClinicDeskError as refusal:
            # A rule of the house, such as one open application a person.
            assert not refusal.code.startswith("store."), refusal.code

    def _round(self, code: str) -> None:
        site = self.world.sites[code]
        try:
            self.world.round(site)
        except Killed:
            site.kill()
        for kind in WRITTEN:
            assert doubled_keys(self.world.server.all(kind)) == []
