"""What every way to ask by machine has to do; a real adapter is tested by the same functions."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from clinic_desk.domain.insurance import COVERED, Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.services.eligibility_port import EligibilityAnswer, EligibilityChannel, EligibilityFailure

IIN, OTHER = "900101300007", "150320500002"
DAY = dt.date(2026, 11, 30)


class FarSide(Protocol):
    """The other end of the line, which a test lets behave as it likes."""

    def make(self) -> EligibilityChannel: ...
    def insure(self, iin: str, answer: EligibilityAnswer) -> None:
        """From now on this is said of the person."""

    def fail(self, why: WhyNoAnswer) -> None:
        """From now on every question fails in this way, as the real thing would."""

    def asked(self) -> list[tuple[str, dt.date]]:
        """What reached the other end, in order."""


def _answer(**changed: Any) -> EligibilityAnswer:
    values: dict[str, Any] = {
        "status": InsuranceStatus.INSURED_CONTRIBUTIONS,
        "answered_at": dt.datetime(2026, 11, 27, 5, 0, tzinfo=dt.UTC),
        "category": "employee",
        "reference": "R-1",
        "valid_through": dt.date(2026, 12, 31),
        "months": "pppppppppp-g",
    }
    return EligibilityAnswer(**{**values, **changed})


def answers_are_handed_on_whole(side: FarSide) -> None:
    for status in sorted(COVERED | {InsuranceStatus.UNINSURED}):
        said = _answer(status=status)
        side.insure(IIN, said)
        assert side.make().ask(IIN, DAY) == said


def moments_are_aware(side: FarSide) -> None:
    side.insure(IIN, _answer())
    heard = side.make().ask(IIN, DAY)
    assert isinstance(heard, EligibilityAnswer)
    assert heard.answered_at.utcoffset() is not None


def the_day_of_the_visit_is_asked_for(side: FarSide) -> None:
    side.insure(IIN, _answer())
    side.make().ask(IIN, DAY)
    assert side.asked()[-1] == (IIN, DAY)


def a_failure_is_an_answer_of_its_own_and_never_a_no(side: FarSide, why: WhyNoAnswer) -> None:
    side.insure(IIN, _answer(status=InsuranceStatus.INSURED_STATE))
    side.fail(why)
    assert side.make().ask(IIN, DAY) == EligibilityFailure(why)


def somebody_the_channel_does_not_know_is_refused_not_uninsured(side: FarSide) -> None:
    side.insure(IIN, _answer())
    assert side.make().ask(OTHER, DAY) == EligibilityFailure(WhyNoAnswer.REFUSED)


def a_status_nobody_can_tell_is_a_failure(side: FarSide) -> None:
    side.insure(IIN, _answer(status=InsuranceStatus.UNKNOWN))
    assert side.make().ask(IIN, DAY) == EligibilityFailure(WhyNoAnswer.NOT_UNDERSTOOD)


def it_says_under_which_name_its_answers_are_kept(side: FarSide) -> None:
    assert side.make().channel in Channel


SUITE: list[Callable[[FarSide], None]] = [
    answers_are_handed_on_whole,
    moments_are_aware,
    the_day_of_the_visit_is_asked_for,
    somebody_the_channel_does_not_know_is_refused_not_uninsured,
    a_status_nobody_can_tell_is_a_failure,
    it_says_under_which_name_its_answers_are_kept,
    *(
        pytest.param(
            lambda side, why=why: a_failure_is_an_answer_of_its_own_and_never_a_no(side, why), id=why.value
        )
        for why in WhyNoAnswer
    ),  # type: ignore[list-item]
]
