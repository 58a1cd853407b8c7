"""The register: decides applications by the last digit of the person's IIN, and refuses people by a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.sync.arrivals import AttachmentDecision, DecisionOutcome
from clinic_desk.fhir.attachment import case_id_of, decided, is_attachment
from clinic_desk.fhir.patient import patient_values
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.practice_authority.parts.office import Office
from clinic_desk.practice_authority.problems import Refused
from clinic_desk.practice_authority.rules import ATTACHMENT, Rule, rule_for, rule_named, terms
from clinic_desk.practice_authority.store import Version

_CHANGED: Final = "attachment_changed"
_ASKS: Final = "planned"
_OPEN: Final = frozenset({"planned", "waitlist", "active", "onhold"})


class Register:
    """Decides about attachments."""

    name: Final = ATTACHMENT

    def __init__(self, office: Office) -> None:
        self._office = office

    def rule_of(
        self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> Rule | None:
        """A new application asks; what a desk ends itself does not."""
        if made.type != "EpisodeOfCare" or before is not None or resource.get("status") != _ASKS:
            return None
        if not (is_attachment(resource) and case_id_of(resource)):
            return None
        return rule_for(ATTACHMENT, self._office.iin_of(resource.get("patient")))

    def take(self, target: Version, rule: Rule, step: str) -> bool:
        """The decision, unless the application was withdrawn meanwhile."""
        episode = target.resource()
        if episode.get("status") not in _OPEN:
            return False
        self._office.write(decided(episode, self._decision(target, rule, step), self._stamp()))
        return True

    def change_mind(self) -> int:
        """The attachment that was accepted last is refused now; how many there were."""
        found = self._office.store.select(
            "c.type = 'EpisodeOfCare' AND +c.gone = 0 AND c.id IN (SELECT t.id FROM terms t"
            " WHERE t.type = 'EpisodeOfCare' AND t.name = 'status' AND t.code = 'active')",
            (),
            "+c.updated DESC",
            1,
        )
        for one in found:
            decision = self._decision(one, rule_named(_CHANGED), "refused")
            self._office.write(decided(one.resource(), decision, self._stamp()))
        return len(found)

    def _decision(self, target: Version, rule: Rule, step: str) -> AttachmentDecision:
        office = self._office
        resource = target.resource()
        by, at = office.words("register"), office.now
        if step == "accepted":
            return AttachmentDecision(
                case_id_of(resource),
                DecisionOutcome.ACCEPTED,
                at,
                number=f"РПН-{target.seq:06d}",
                first_day=self._first_day(),
                by=by,
            )
        words = office.words(rule.name)
        return AttachmentDecision(
            case_id_of(resource), DecisionOutcome.REFUSED, at, ground=rule.ground, text=words, by=by
        )

    def _first_day(self) -> dt.date:
        return self._office.working_day(terms().attachment_working_days)

    def _stamp(self) -> Stamp:
        return self._office.stamp(self._office.words("register"))


def check_person(resource: Mapping[str, Any], office: Office) -> None:
    """Refuses a person by a visible rule, so that one can practise mending and sending again.

    Raises:
        Refused: 422.
    """
    if resource.get("resourceType") != "Patient":
        return
    if patient_values(resource)["phone"].endswith(terms().refused_phone_end):
        raise Refused(422, office.words("person_refused"), "Patient.telecom")
