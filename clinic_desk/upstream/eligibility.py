"""Asks the upstream whether somebody is insured: at once where it can, else by leaving a question there.

One question is one `ask`, with a key of its own; what brings no answer in time is a failure and says nothing
of the person.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.insurance import Channel, WhyNoAnswer
from clinic_desk.fhir.bundles import resources_of
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.insurance import answer_of, check_key, eligibility_request, is_waiting
from clinic_desk.fhir.strict import Unreadable
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import Clock
from clinic_desk.services.sync.upstream_port import NoReply, Reply, Resource, Upstream, WhyNoReply

_REQUEST: Final = "CoverageEligibilityRequest"
_RESPONSE: Final = "CoverageEligibilityResponse"
_SUBMIT: Final = "submit"
_NOT_OFFERED: Final = (404, 405, 501)
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 4.0
_BUSY: Final = (408, 425, 429)
_WHY: Final = {
    WhyNoReply.NAME: WhyNoAnswer.NO_CONNECTION,
    WhyNoReply.CONNECT: WhyNoAnswer.NO_CONNECTION,
    WhyNoReply.CERTIFICATE: WhyNoAnswer.NO_CONNECTION,
    WhyNoReply.REDIRECT: WhyNoAnswer.NO_CONNECTION,
    WhyNoReply.TIMEOUT: WhyNoAnswer.NO_ANSWER,
    WhyNoReply.BROKEN: WhyNoAnswer.NO_ANSWER,
    WhyNoReply.NOT_FHIR: WhyNoAnswer.NOT_UNDERSTOOD,
    WhyNoReply.TOO_LARGE: WhyNoAnswer.NOT_UNDERSTOOD,
    WhyNoReply.SIGN_IN: WhyNoAnswer.REFUSED,
}


class UpstreamEligibility:
    """See `EligibilityChannel`.

    Args:
        upstream: a connection of its own, closed by `close`.
        clock: for the moment of the question.
        within_s: how long an answer is waited for.
        wait: sleeps; a test's own does not.
    """

    def __init__(
        self, upstream: Upstream, clock: Clock, within_s: float, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._upstream = upstream
        self._clock = clock
        self._within_s = within_s
        self._wait = wait
        self._one_question = threading.Lock()
        self._answers_at_once: bool | None = None

    @property
    def channel(self) -> Channel:
        """The authority's own service."""
        return Channel.SERVICE

    def ask(self, iin: str, day: dt.date) -> EligibilityAnswer | EligibilityFailure:
        """See `EligibilityChannel`."""
        key = new_id()
        question = eligibility_request(key, iin, day, self._clock.now())
        with self._one_question:
            try:
                return self._asked(question, check_key(key))
            except NoReply as lost:
                return EligibilityFailure(_WHY[lost.why])

    def close(self) -> None:
        """A question under way ends without an answer."""
        self._upstream.close()

    def _asked(self, question: Resource, key: str) -> EligibilityAnswer | EligibilityFailure:
        until = time.monotonic() + self._within_s
        if self._can_answer_at_once():
            reply = self._upstream.operation(_REQUEST, _SUBMIT, question)
            if reply.status not in _NOT_OFFERED:
                response = _response_in(reply)
                if not reply.is_ok or response is None or not is_waiting(response):
                    return _judged(reply, response)
                return self._looked_for([("_id", str(response.get("id")))], until)
            self._answers_at_once = False
        left = self._upstream.create(question, key)
        place = left.location or f"{_REQUEST}/{(left.body or {}).get('id', '')}"
        if not left.is_ok:
            return EligibilityFailure(_why_status(left.status))
        return self._looked_for([("request", place)], until)

    def _can_answer_at_once(self) -> bool:
        if self._answers_at_once is None:
            statement = self._upstream.capabilities()
            try:
                abilities = abilities_of(statement.body or {})
            except Unreadable:
                return False
            self._answers_at_once = abilities.has_operation(_REQUEST, _SUBMIT)
        return self._answers_at_once

    def _looked_for(
        self, query: list[tuple[str, str]], until: float
    ) -> EligibilityAnswer | EligibilityFailure:
        """The answer to a question that was left, once it is there."""
        for pause in _pauses():
            reply = self._upstream.search(_RESPONSE, query)
            response = _response_in(reply)
            if reply.is_ok and response is not None and not is_waiting(response):
                return answer_of(response)
            if not reply.is_ok and reply.status < 500 and reply.status not in _BUSY:
                return EligibilityFailure(_why_status(reply.status))
            if time.monotonic() + pause > until:
                break
            self._wait(pause)
        return EligibilityFailure(WhyNoAnswer.NO_ANSWER)


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE_S)


def _judged(reply: Reply, response: Resource | None) -> EligibilityAnswer | EligibilityFailure:
    if not reply.is_ok:
        return EligibilityFailure(_why_status(reply.status))
    return answer_of(response or {})


def _response_in(reply: Reply) -> Resource | None:
    """The response that came, alone or in a Bundle; one that cannot be read counts as none."""
    body: Any = reply.body or {}
    if body.get("resourceType") == _RESPONSE:
        return reply.body
    if body.get("resourceType") != "Bundle":
        return None
    return next((one for one in resources_of(body) if one["resourceType"] == _RESPONSE), None)


def _why_status(status: int) -> WhyNoAnswer:
    return WhyNoAnswer.NO_ANSWER if status >= 500 or status in _BUSY else WhyNoAnswer.REFUSED
