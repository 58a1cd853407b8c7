"""The upstream as a channel that can be asked about insurance passes the suite of all such channels."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinic_desk.domain.insurance import InsuranceStatus, WhyNoAnswer
from clinic_desk.fhir.insurance import asked_of, eligibility_response
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.eligibility_port import EligibilityAnswer, EligibilityFailure
from clinic_desk.services.sync.upstream_port import WhyNoReply
from clinic_desk.upstream.eligibility import UpstreamEligibility
from tests.services.eligibility_suite import DAY, IIN, SUITE, FarSide
from tests.upstream.fake_upstream import OFFLINE, FakeUpstream, Fault
from tests.upstream.fault_proxy import Fault as LineFault
from tests.upstream.fault_proxy import FaultProxy, Kind
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import FhirStore
from tests.upstream.http import upstream_at

SAID = EligibilityAnswer(InsuranceStatus.INSURED_STATE, dt.datetime(2026, 11, 27, 5, 0, tzinfo=dt.UTC))
_FAULTS = {
    WhyNoAnswer.NO_CONNECTION: OFFLINE,
    WhyNoAnswer.NO_ANSWER: Fault(status=503),
    WhyNoAnswer.REFUSED: Fault(status=403),
    WhyNoAnswer.NOT_UNDERSTOOD: Fault(WhyNoReply.NOT_FHIR),
}


class Fund:
    """Answers from what it was told, at once or, without $submit, when it is looked at again."""

    def __init__(self, store: FhirStore) -> None:
        self.store = store
        self.answers: dict[str, EligibilityAnswer] = {}
        self.questions: list[tuple[str, dt.date]] = []
        store.eligibility = self._answer
        self.make: Callable[[], UpstreamEligibility] = self._in_memory
        self.fail: Callable[[WhyNoAnswer], None] = self._fail_in_memory
        self._fault: Fault | None = None

    def insure(self, iin: str, answer: EligibilityAnswer) -> None:
        self.answers[iin] = answer

    def asked(self) -> list[tuple[str, dt.date]]:
        return self.questions

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        iin, day = asked_of(request)
        assert day is not None
        self.questions.append((iin, day))
        answer = self.answers.get(iin) or EligibilityFailure(WhyNoAnswer.REFUSED)
        created = answer.answered_at if isinstance(answer, EligibilityAnswer) else SAID.answered_at
        return eligibility_response(answer, request, request_reference="", key="k", created=created)

    def _in_memory(self) -> UpstreamEligibility:
        upstream = FakeUpstream(self.store)
        upstream.always = self._fault
        return self.over(upstream)

    def _fail_in_memory(self, why: WhyNoAnswer) -> None:
        self._fault = _FAULTS[why]

    def over(self, upstream: Any) -> UpstreamEligibility:
        return UpstreamEligibility(
            upstream, SystemClock(), within_s=5, wait=lambda _: self.store.settle_eligibility() and None
        )


@pytest.fixture
def fund() -> Fund:
    return Fund(FhirStore())


@pytest.mark.parametrize("check", SUITE)
@pytest.mark.parametrize("at_once", [True, False], ids=["submit", "poll"])
def test_suite(check: Callable[[FarSide], None], fund: Fund, at_once: bool) -> None:
    fund.store.offers_submit = at_once
    check(fund)


_LINE_FAULTS = {
    WhyNoAnswer.NO_ANSWER: LineFault(Kind.DROP_BEFORE),
    WhyNoAnswer.REFUSED: LineFault(Kind.STATUS, status=403),
    WhyNoAnswer.NOT_UNDERSTOOD: LineFault(Kind.HTML),
}


@pytest.fixture
def line() -> Iterator[Fund]:
    fund = Fund(FhirStore())
    with served(fund.store) as server, FaultProxy(server.store.base) as proxy, upstream_at(proxy.url) as http:

        def fail(why: WhyNoAnswer) -> None:
            if why is WhyNoAnswer.NO_CONNECTION:
                proxy.offline()
            else:
                proxy.always(_LINE_FAULTS[why])

        fund.make, fund.fail = (lambda: fund.over(http)), fail
        yield fund


@pytest.mark.parametrize("check", SUITE)
@pytest.mark.parametrize("at_once", [True, False], ids=["submit", "poll"])
def test_suite_on_a_real_socket(check: Callable[[FarSide], None], line: Fund, at_once: bool) -> None:
    line.store.offers_submit = at_once
    check(line)


def test_one_question_leaves_one_request_and_asks_once_what_the_server_can_do(fund: Fund) -> None:
    fund.insure(IIN, SAID)
    channel = fund.make()
    assert [channel.ask(IIN, DAY), channel.ask(IIN, DAY)] == [SAID, SAID]
    assert [path for _, path in fund.store.requests].count("metadata") == 1
    assert len(fund.store.all("CoverageEligibilityRequest")) == 2


def test_a_server_that_promised_to_answer_at_once_and_does_not(fund: Fund) -> None:
    fund.insure(IIN, SAID)
    statement = fund.store.capability_statement()
    fund.store.offers_submit = False
    fund.store.capability_statement = lambda: statement  # type: ignore[method-assign]
    assert fund.make().ask(IIN, DAY) == SAID


def test_nobody_answers_in_time(fund: Fund) -> None:
    fund.store.offers_submit = False
    waited: list[float] = []
    channel = UpstreamEligibility(FakeUpstream(fund.store), SystemClock(), 0, waited.append)
    assert channel.ask(IIN, DAY) == EligibilityFailure(WhyNoAnswer.NO_ANSWER)
    assert waited == []


def test_an_answer_that_is_still_worked_out_is_waited_for(fund: Fund) -> None:
    queued = EligibilityFailure(WhyNoAnswer.NO_ANSWER)
    answers = [queued]

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return eligibility_response(
            answers[-1], request, request_reference="", key="k", created=SAID.answered_at
        )

    fund.store.eligibility = answer

    def decide(_: float) -> None:
        (response,) = fund.store.all("CoverageEligibilityResponse")
        made = eligibility_response(SAID, response, request_reference="", key="k", created=SAID.answered_at)
        fund.store.put({**made, "id": response["id"]})

    channel = UpstreamEligibility(FakeUpstream(fund.store), SystemClock(), 5, decide)
    assert channel.ask(IIN, DAY) == SAID


def test_closing_ends_it(fund: Fund) -> None:
    channel = fund.make()
    channel.close()
    assert isinstance(channel.ask(IIN, DAY), EligibilityFailure)
