"""The Fund: says who is insured, as the made-up people were made, else by the last digit of the IIN."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.insurance import COVERED, InsuranceStatus, WhyNoAnswer
from clinic_desk.fhir.insurance import asked_of, eligibility_response
from clinic_desk.fhir.moments import day_text
from clinic_desk.fhir.reading import identifier_in
from clinic_desk.fhir.references import insurer, patient_reference
from clinic_desk.fhir.systems import systems
from clinic_desk.practice_authority.parts.office import Office
from clinic_desk.practice_authority.rules import INSURANCE, KNOWN, Rule, rule_for, rule_named
from clinic_desk.practice_authority.store import Version

_REQUEST: Final = "CoverageEligibilityRequest"
_RESPONSE: Final = "CoverageEligibilityResponse"


class Fund:
    """Answers questions about insurance, at once for `$submit` and after a while for a plain create."""

    name: Final = INSURANCE

    def __init__(self, office: Office) -> None:
        self._office = office
        self._db = office.store.connection

    def rule_of(
        self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> Rule | None:
        """A new question asks, unless its answer came with it."""
        if made.type != _REQUEST or before is not None or resource.get("status") != "active":
            return None
        return self._rule(self._iin(resource))

    def take(self, target: Version, rule: Rule, step: str) -> bool:
        """The answer to a question, if nobody gave one yet."""
        if self.response_to(target) is None:
            self.answer(target)
        return step != rule.steps[-1]

    def answer(self, request: Version) -> Version:
        """Writes the answer, and the person's Coverage where it is one; inside a transaction."""
        question = request.resource()
        iin = self._iin(question)
        said = self._answer(iin)
        if isinstance(said, EligibilityAnswer):
            self._keep_coverage(iin, said)
        response = eligibility_response(
            said,
            question,
            request_reference=request.reference,
            key=identifier_in(question, systems().check) or request.id,
            created=self._office.now,
        )
        return self._office.store.put(response)

    def response_to(self, request: Version) -> Version | None:
        """The answer that was given to a question, None for none."""
        found = self._office.store.select(
            "c.type = ? AND +c.gone = 0 AND c.id IN (SELECT t.id FROM terms t"
            " WHERE t.type = ? AND t.name = 'request' AND t.code = ?)",
            (_RESPONSE, _RESPONSE, request.reference),
            "+c.updated DESC",
            1,
        )
        return found[0] if found else None

    def know(self, standings: Mapping[str, Mapping[str, Any]]) -> None:
        """What the Fund knows of people, by IIN: the made-up evidence as plain values."""
        self._db.executemany(
            "INSERT OR REPLACE INTO standings VALUES (?, ?)",
            [(iin, json.dumps(standing, ensure_ascii=False)) for iin, standing in standings.items()],
        )

    def _iin(self, question: Mapping[str, Any]) -> str:
        return asked_of(question)[0] or self._office.iin_of(question.get("patient"))

    def _rule(self, iin: str) -> Rule:
        return rule_named(KNOWN) if self._standing(iin) else rule_for(INSURANCE, iin)

    def _standing(self, iin: str) -> dict[str, Any]:
        row = self._db.execute("SELECT body FROM standings WHERE iin = ?", (iin,)).fetchone()
        found: dict[str, Any] = {} if row is None else json.loads(row[0])
        return found

    def _keep_coverage(self, iin: str, said: EligibilityAnswer) -> None:
        """The person's Coverage says what the last answer said: one for each, a version for each change."""
        found = self._office.store.select(
            "c.type = 'Coverage' AND +c.gone = 0 AND c.id IN (SELECT t.id FROM terms t"
            " WHERE t.type = 'Coverage' AND t.name = 'identifier' AND t.code = ? AND t.system = ?)",
            (iin, systems().coverage),
            "+c.updated",
            1,
        )
        known = found[0].resource() if found else {}
        coverage: dict[str, Any] = {
            "resourceType": "Coverage",
            "identifier": [{"system": systems().coverage, "value": iin}],
            "status": "active" if said.status in COVERED else "cancelled",
            "type": {"text": said.status.value},
            "beneficiary": patient_reference(iin=iin),
            "payor": [insurer()],
        }
        if said.valid_through:
            coverage["period"] = {"end": day_text(said.valid_through)}
        if any(known.get(name) != value for name, value in coverage.items()) or (
            "period" in known and "period" not in coverage
        ):
            self._office.write({**coverage, **({"id": known["id"]} if known else {})})

    def _answer(self, iin: str) -> EligibilityAnswer | EligibilityFailure:
        known = self._standing(iin)
        rule = self._rule(iin)
        status = InsuranceStatus(known["status"] if known else rule.status)
        if not iin or status is InsuranceStatus.UNKNOWN:
            return EligibilityFailure(WhyNoAnswer.NO_ANSWER)
        now = self._office.now
        until = dt.date.fromisoformat(known["valid_through"]) if known.get("valid_through") else None
        return EligibilityAnswer(
            status,
            now,
            known["category"] if known else rule.category,
            f"F-{self._office.store.last_seq():06d}",
            until if until and until >= now.date() else None,
            known.get("months", ""),
        )


def question_in(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """The question of `$submit`: the resource itself, or the one in Parameters."""
    if resource.get("resourceType") != "Parameters":
        return resource
    for one in resource.get("parameter") or ():
        if isinstance(one, dict) and isinstance(one.get("resource"), dict):
            inner: Mapping[str, Any] = one["resource"]
            if inner.get("resourceType") == _REQUEST:
                return inner
    return {}
