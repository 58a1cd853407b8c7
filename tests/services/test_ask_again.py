"""Asking many people's channel by machine: order, pace, stopping, and what is kept."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, Freshness, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.patient import NoIinReason, Patient
from clinic_desk.services.eligibility_port import EligibilityAnswer, EligibilityChannel, EligibilityFailure
from clinic_desk.services.insurance import AskedAgain, InsuranceService
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_documents
from tests.services.desk import ACTOR, DeskOverStore, MovableClock
from tests.services.eligibility_suite import SUITE, FarSide
from tests.services.test_check_list import DAY, MONDAY, NOW, person, referred

S = InsuranceStatus
TODAY = dt.date(2026, 11, 27)


@dataclass
class FakeFund:
    """The other end and the adapter to it in one; answers as it is told."""

    known: dict[str, EligibilityAnswer] = field(default_factory=dict)
    failing: WhyNoAnswer | None = None
    heard: list[tuple[str, dt.date]] = field(default_factory=list)
    channel: Channel = Channel.SERVICE

    def make(self) -> EligibilityChannel:
        return self

    def insure(self, iin: str, answer: EligibilityAnswer) -> None:
        self.known[iin] = answer

    def fail(self, why: WhyNoAnswer) -> None:
        self.failing = why

    def asked(self) -> list[tuple[str, dt.date]]:
        return self.heard

    def ask(self, iin: str, day: dt.date) -> EligibilityAnswer | EligibilityFailure:
        self.heard.append((iin, day))
        if self.failing is not None:
            return EligibilityFailure(self.failing)
        said = self.known.get(iin)
        if said is None:
            return EligibilityFailure(WhyNoAnswer.REFUSED)
        if said.status is S.UNKNOWN:
            return EligibilityFailure(WhyNoAnswer.NOT_UNDERSTOOD)
        return said


@pytest.mark.parametrize("behaviour", SUITE)
def test_the_fake_behaves_as_every_adapter_must(behaviour: Callable[[FarSide], None]) -> None:
    behaviour(FakeFund())


@pytest.fixture
def desk(folder: Path) -> Iterator[DeskOverStore]:
    opened = DeskOverStore.open(folder, MovableClock(NOW))
    yield opened
    opened.close()


@dataclass
class Run:
    """One run over a store: a clock that sleeping moves, and what was told on the way."""

    desk: DeskOverStore
    fund: FakeFund = field(default_factory=FakeFund)
    slept: float = 0.0
    told: list[tuple[int, int | None]] = field(default_factory=list)
    stop_after: int | None = None
    rules: RuleBook = field(default_factory=shipped_book)

    def __call__(self, *people: Patient) -> AskedAgain:
        service = InsuranceService(self.desk.store, self.desk.clock, self.rules, sleep=self._sleep)
        ids = [person.id for person in people]
        result, _ = service.ask_again(ids, self.fund, ACTOR, self._tell, self._is_over)
        return result

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.desk.clock.forward(seconds=seconds)

    def _tell(self, done: int, total: int | None) -> None:
        self.told.append((done, total))

    def _is_over(self) -> bool:
        return self.stop_after is not None and len(self.told) >= self.stop_after

    def insure(self, person: Patient, status: S = S.INSURED_CONTRIBUTIONS, **said: object) -> None:
        assert person.iin is not None
        moment = self.desk.clock.now()
        self.fund.insure(person.iin.digits, EligibilityAnswer(status, moment, **said))  # type: ignore[arg-type]

    @property
    def asked(self) -> list[str]:
        with self.desk.store.read() as work:
            found = [work.patients.by_iin(iin) for iin, _ in self.fund.heard]
        return [patient.name.surname for patient in found if patient]


def test_those_with_something_soon_are_asked_about_first_and_for_the_day_of_the_visit(
    desk: DeskOverStore,
) -> None:
    run = Run(desk)
    people = [person(desk, surname) for surname in ("Ешкім", "Жолдама", "Сейсенбі", "Дүйсенбі")]
    _, valid, tuesday, monday = people
    referred(desk, valid)
    referred(desk, tuesday, MONDAY + DAY)
    referred(desk, monday, MONDAY)
    for one in people:
        run.insure(one)
    result = run(*people)
    assert run.asked == ["Дүйсенбі", "Сейсенбі", "Жолдама", "Ешкім"]
    assert [day for _, day in run.fund.heard] == [dt.date(2026, 11, 30), dt.date(2026, 12, 1), TODAY, TODAY]
    assert result == AskedAgain(4, 0, 0, ())
    assert run.told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert run.slept == pytest.approx(15.0)
    assert {desk.patients.card(one.id).freshness for one in people} == {Freshness.FRESH}


def test_a_run_asks_no_more_people_than_the_table_allows(desk: DeskOverStore) -> None:
    documents = dict(shipped_documents())
    limits = [
        {**row, "value": 2} if row["limit"] == "insurance_batch_per_run" else row
        for row in documents["limits"]["rows"]
    ]
    run = Run(desk, rules=RuleBook({**documents, "limits": {**documents["limits"], "rows": limits}}))
    people = [person(desk, surname) for surname in ("Бір", "Екі", "Үш")]
    for one in people:
        run.insure(one)
    assert run(*people) == AskedAgain(2, 0, 0, (people[2].id,))


def test_stopping_keeps_what_came_and_names_who_is_left(desk: DeskOverStore) -> None:
    run = Run(desk, stop_after=1)
    people = [person(desk, surname) for surname in ("Бір", "Екі", "Үш")]
    for one in people:
        run.insure(one)
    assert run(*people) == AskedAgain(1, 0, 0, (people[1].id, people[2].id))
    assert len(desk.patients.card(people[0].id).checks) == 1
    assert run.slept < 1


def test_a_failure_is_kept_beside_the_last_good_answer(desk: DeskOverStore) -> None:
    run = Run(desk)
    who = person(desk, "Адам")
    desk.insured(who.id, S.GRACE_3M)
    desk.clock.forward(hours=2)
    run.fund.fail(WhyNoAnswer.NO_ANSWER)
    assert run(who) == AskedAgain(0, 1, 0, ())
    card = desk.patients.card(who.id)
    assert card.check is not None
    assert card.check.status is S.GRACE_3M
    assert card.failure is not None
    assert (card.failure.why, card.failure.channel) == (WhyNoAnswer.NO_ANSWER, Channel.SERVICE)


def test_without_a_connection_the_rest_is_not_asked(desk: DeskOverStore) -> None:
    run = Run(desk)
    people = [person(desk, surname) for surname in ("Бір", "Екі", "Үш", "Төрт", "Бес")]
    run.fund.fail(WhyNoAnswer.NO_CONNECTION)
    result = run(*people)
    assert (result.failed, len(result.left)) == (3, 2)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"months": "ppp"},
        {"status": S.UNKNOWN},
        {"answered_at": NOW + DAY},
    ],
)
def test_what_is_no_answer_is_a_failed_check(desk: DeskOverStore, nonsense: dict[str, object]) -> None:
    """Also from an adapter that breaks its promise."""

    class Broken(FakeFund):
        def ask(self, iin: str, day: dt.date) -> EligibilityAnswer:
            said: dict[str, object] = {"status": S.INSURED_STATE, "answered_at": NOW, **nonsense}
            return EligibilityAnswer(**said)  # type: ignore[arg-type]

    run = Run(desk, Broken())
    who = person(desk, "Адам")
    assert run(who).failed == 1
    card = desk.patients.card(who.id)
    assert card.checks == ()
    assert card.failure is not None
    assert card.failure.why is WhyNoAnswer.NOT_UNDERSTOOD


def test_an_answer_that_contradicts_itself_is_kept_and_the_log_says_so(desk: DeskOverStore) -> None:
    run = Run(desk)
    who = person(desk, "Адам")
    run.insure(who, S.UNINSURED, months="p" * 12)
    assert run(who).answered == 1
    assert desk.audit("patient", who.id)[-1].reason == "insurance.paid_but_uninsured"


def test_people_without_an_iin_and_repeated_or_unknown_ids_ask_nothing(desk: DeskOverStore) -> None:
    run = Run(desk)
    nameless = desk.person(iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    who = person(desk, "Адам")
    run.insure(who)
    service = InsuranceService(desk.store, desk.clock, run.rules, sleep=run._sleep)
    ids = [nameless.id, who.id, who.id, PatientId("f" * 32)]
    result, _ = service.ask_again(ids, run.fund, ACTOR, run._tell, run._is_over)
    assert result == AskedAgain(1, 0, 1, ())
    assert len(run.fund.heard) == 1
