"""Lists about attachment: cases, what waits today, contracts that end, children who come of age."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.districts import last_birth_day
from clinic_desk.domain.ids import AttachmentCaseId, PatientId
from clinic_desk.domain.rule_tables.districts import DISTRICT_NORMS
from clinic_desk.services.attachment_port import AttachmentEvent
from clinic_desk.services.attachment_rows import (
    AttachmentFilter,
    AttachmentRow,
    EndingContract,
    GrowingChild,
)
from clinic_desk.services.ports import Clock, Store
from clinic_desk.services.rule_book import RuleBook


class AttachmentLists:
    """Reads; nothing is written."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def rows(self, wanted: AttachmentFilter) -> list[AttachmentRow]:
        """Waiting for an answer first, by the term; then newest first."""
        with self._store.read() as work:
            return work.attachments.rows(wanted)

    def rows_of_patient(self, patient_id: PatientId) -> list[AttachmentRow]:
        """All cases of the person, newest first."""
        with self._store.read() as work:
            return work.attachments.rows_of_patient(patient_id)

    def counts(self) -> dict[str, int]:
        """How many there are by state, under `overdue` and, due until the end of today, under `due_today`."""
        now = self._clock.now()
        tomorrow = self._clock.today() + dt.timedelta(days=1)
        midnight = dt.datetime.combine(tomorrow, dt.time(), self._clock.zone)
        with self._store.read() as work:
            return work.attachments.counts() | {
                "overdue": work.attachments.due_between(None, now),
                "due_today": work.attachments.due_between(now, midnight - dt.timedelta(microseconds=1)),
            }

    def history(self, case_id: AttachmentCaseId) -> list[AttachmentEvent]:
        """What happened to the case, oldest first."""
        with self._store.read() as work:
            return work.attachments.history(case_id)

    def in_force(self, patient_id: PatientId) -> AttachmentCase | None:
        """The case by which the person is attached here now; None for those attached before this program."""
        with self._store.read() as work:
            return next(iter(work.attachments.in_force_of(patient_id)), None)

    def contracts_ending(self, within_days: int | None = None) -> list[EndingContract]:
        """Workers whose contract ends within that many days (None: the term of the rule), soonest first."""
        today = self._clock.today()
        days = self._limit("contract_warning_days", within_days)
        found = []
        with self._store.read() as work:
            numbers = {district.id: district.number for district in work.clinic.districts()}
            for case in work.attachments.contracts_until(today, today + dt.timedelta(days=days)):
                patient = work.patients.get(case.patient_id)
                if patient is None or case.contract_until is None:
                    continue
                # Where the person is now: a street may have been given to another district since.
                district_id = patient.attachment.district_id or case.district_id
                found.append(
                    EndingContract(
                        case.id,
                        patient.id,
                        patient.name.full,
                        patient.iin.masked if patient.iin else "",
                        numbers.get(district_id, "") if district_id else "",
                        case.contract_until,
                        (case.contract_until - today).days,
                    )
                )
        return found

    def children_growing(self, within_days: int | None = None) -> list[GrowingChild]:
        """Children who leave their district's ages within that many days (None: the term of the rule).

        Those who did already and are still there come first.
        """
        today = self._clock.today()
        last = today + dt.timedelta(days=self._limit("child_warning_days", within_days))
        ages = {
            row.value.kind: row.value.age_to
            for row in self._rules.on(today)[DISTRICT_NORMS].on(today)
            if row.value.age_to is not None
        }
        found = []
        with self._store.read() as work:
            for kind, age in ages.items():
                own = {one.id: one.number for one in work.clinic.districts() if one.kind is kind}
                if not own:
                    continue
                for child in work.attachments.born_until(last_birth_day(age, last), list(own)):
                    turns_on = _birthday(child.birth_date, age)
                    found.append(
                        GrowingChild(
                            child.patient_id,
                            child.name,
                            child.iin,
                            child.birth_date,
                            own[child.district_id],
                            turns_on,
                            (turns_on - today).days,
                        )
                    )
        return sorted(found, key=lambda child: child.turns_on)

    def _limit(self, name: str, given: int | None) -> int:
        today = self._clock.today()
        return given if given is not None else self._rules.on(today).limit(name).one_on(today).value


def _birthday(born: dt.date, age: int) -> dt.date:
    """The day somebody is `age` full years old; for 29 February, in years without one, 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)
