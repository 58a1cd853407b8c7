"""Hospital bureau and suppliers: a referral's Task goes on, by the last digit of the referral's counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.task_steps import TASK_ENDS, TaskStatus, may_follow
from clinic_desk.fhir.reading import clean, mapping, objects, text
from clinic_desk.fhir.referral_progress import asked, focus_of, moved, referral_id_of, refused, scheduled
from clinic_desk.fhir.referral_reading import requested_of
from clinic_desk.practice_authority.parts.office import Office
from clinic_desk.practice_authority.rules import ANSWERED, REFERRAL, Rule, rule_for, rule_named, terms
from clinic_desk.practice_authority.store import Version

_GROUND: Final = "no_capacity"
_MINDS_CHANGED: Final = ("in-progress", "accepted")


class Bureau:
    """Decides about referrals."""

    name: Final = REFERRAL

    def __init__(self, office: Office) -> None:
        self._office = office

    def rule_of(
        self, made: Version, resource: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> Rule | None:
        """A new Task asks, and one that was answered asks again."""
        if made.type != "Task" or not referral_id_of(resource) or resource.get("status") != "requested":
            return None
        if before is None:
            return rule_for(REFERRAL, self._counter(resource))
        return rule_named(ANSWERED) if before.get("status") == TaskStatus.ON_HOLD else None

    def take(self, target: Version, rule: Rule, step: str) -> bool:
        """The next status, unless the desk took the referral back meanwhile."""
        task = target.resource()
        status = text(task.get("status"))
        wanted = _STATUS[step]
        # A supplier that changes its mind comes back even from a date, never from an end.
        if status in TASK_ENDS or not may_follow(status, wanted):
            return False
        self._office.write(self._moved(task, step, rule))
        return True

    def change_mind(self) -> int:
        """The referral that was accepted or given a date last is refused now; how many there were."""
        tasks = self._office.store.select(
            "c.type = 'Task' AND +c.gone = 0 AND c.id IN (SELECT t.id FROM terms t WHERE t.type = 'Task'"
            " AND t.name = 'status' AND t.code IN (?, ?))",
            _MINDS_CHANGED,
            "+c.updated DESC",
            1,
        )
        for found in tasks:
            self._office.write(self._moved(found.resource(), "refused", rule_named("referral_changed")))
        return len(tasks)

    def _moved(self, task: Mapping[str, Any], step: str, rule: Rule) -> dict[str, Any]:
        office = self._office
        stamp = office.stamp(clean(mapping(task.get("owner")).get("display")))
        match step:
            case "asked":
                return asked(task, office.words("referral_question"), stamp)
            case "refused":
                changed = rule.name == "referral_changed"
                words = office.words("referral_changed" if changed else "referral_refused")
                return refused(task, _GROUND, words, stamp)
            case "scheduled":
                days, hour = terms().appointment_working_days, terms().appointment_first_hour
                # Each date that is given again is a day later; two people do not come at one minute.
                day = office.working_day(days + len(objects(task.get("output"))))
                minute = int(self._counter(task)[-1:] or 0) % 3 * terms().appointment_minutes
                return scheduled(task, office.at(day, hour, minute), stamp)
            case "received":
                return {**moved(task, ReferralStatus.SENT, stamp), "status": TaskStatus.RECEIVED.value}
        return moved(task, ReferralStatus(step), stamp)

    def _counter(self, task: Mapping[str, Any]) -> str:
        """The digits of the referral's counter: `00042` of `D1-K5X3Q-00042-7`."""
        place = focus_of(task).partition("/")[2]
        request = self._office.store.current("ServiceRequest", place)
        if request is None or request.is_gone:
            return ""
        parts = requested_of(request.resource()).number.split("-")
        return parts[-2] if len(parts) > 2 else parts[-1]


_STATUS: Final = {
    "received": TaskStatus.RECEIVED,
    "accepted": TaskStatus.ACCEPTED,
    "scheduled": TaskStatus.IN_PROGRESS,
    "asked": TaskStatus.ON_HOLD,
    "refused": TaskStatus.REJECTED,
    "completed": TaskStatus.COMPLETED,
}
