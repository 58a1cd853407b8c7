"""What attachment needs from the store."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple, Protocol

from clinic_desk.domain.attachment import AttachmentCase, CaseState
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, OperationId, PatientId
from clinic_desk.services.attachment_rows import AttachmentFilter, AttachmentRow


class AttachmentEvent(NamedTuple):
    """One line of a case's history: the state it came to; `at` is aware UTC."""

    case_id: AttachmentCaseId
    state: CaseState
    at: dt.datetime
    by: str
    note: str = ""


class YoungPerson(NamedTuple):
    """A person of a children's district; `iin` is masked."""

    patient_id: PatientId
    name: str
    iin: str
    birth_date: dt.date
    district_id: DistrictId


class AttachmentStore(Protocol):
    """Cases and their history."""

    def get(self, case_id: AttachmentCaseId) -> AttachmentCase | None: ...
    def by_operation(self, operation_id: OperationId) -> AttachmentCase | None: ...
    def of_patient(self, patient_id: PatientId) -> list[AttachmentCase]:
        """Newest first."""

    def open_of(self, patient_id: PatientId) -> AttachmentCase | None:
        """The one case that waits for its end; the store lets nobody have two."""

    def add(self, case: AttachmentCase, *, by: str, at: dt.datetime) -> AttachmentCase:
        """Raises Conflict `store.already_there` when the person has an open case."""

    def save(self, case: AttachmentCase, *, by: str, at: dt.datetime, note: str = "") -> AttachmentCase:
        """Writes over the version the case carries; another state adds a line to the history."""

    def history(self, case_id: AttachmentCaseId) -> list[AttachmentEvent]:
        """Oldest first."""

    def rows(self, wanted: AttachmentFilter) -> list[AttachmentRow]:
        """Those with a term first, by the term, then newest first."""

    def rows_of_patient(self, patient_id: PatientId) -> list[AttachmentRow]: ...
    def counts(self) -> dict[str, int]:
        """How many there are by state; every state has a count."""

    def due_between(self, after: dt.datetime | None, until: dt.datetime) -> int:
        """How many sent cases have their term after `after` and up to `until`."""

    def waiting(self) -> list[AttachmentCase]:
        """All that were sent and have no answer, oldest first."""

    def to_begin(self, day: dt.date) -> list[AttachmentCase]:
        """Accepted ones whose effective day is `day` or earlier."""

    def contracts_until(self, first: dt.date | None, last: dt.date) -> list[AttachmentCase]:
        """In force by a contract that ends from `first` (None: ever) to `last`, soonest first."""

    def in_force_of(self, patient_id: PatientId) -> list[AttachmentCase]: ...
    def people_of(self, district_id: DistrictId) -> int:
        """How many are attached to the district now."""

    def born_until(
        self, last: dt.date, districts: Collection[DistrictId], limit: int = 500
    ) -> list[YoungPerson]:
        """Attached to one of the districts and born on `last` or before, youngest first."""
