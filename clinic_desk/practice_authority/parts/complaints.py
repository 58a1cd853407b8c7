"""Whoever receives complaints: gives a receipt with a number and a term, and answers later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.sync.arrivals import ComplaintReceipt, ComplaintStep
from clinic_desk.fhir.complaint import is_complaint, receipt_of, receipted
from clinic_desk.practice_authority.parts.office import Office
from clinic_desk.practice_authority.rules import COMPLAINT, Rule, rule_for, terms
from clinic_desk.practice_authority.store import Version


class Complaints:
    """Receives complaints."""

    name: Final = COMPLAINT

    def __init__(self, office: Office) -> None:
        self._office = office

    def rule_of(
        self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> Rule | None:
        """A new follow-up of a complaint asks."""
        if made.type != "Task" or before is not None or not is_complaint(resource):
            return None
        return rule_for(COMPLAINT, "")

    def take(self, target: Version, rule: Rule, step: str) -> bool:
        """The receipt, then the answer."""
        office, task = self._office, target.resource()
        known = receipt_of(task)
        is_answer = step == ComplaintStep.ANSWERED
        receipt = ComplaintReceipt(
            known.complaint_id,
            ComplaintStep(step),
            known.number or f"К-{target.seq:06d}",
            office.now,
            office.working_day(terms().complaint_working_days),
            office.words("complaint_answered") if is_answer else "",
            office.words("complaints"),
        )
        office.write(receipted(task, receipt, office.stamp(receipt.by)))
        return step != rule.steps[-1]
