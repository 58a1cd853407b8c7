"""A corrected calendar moves the terms that are waited for, in the import's own transaction, and says so."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.deadlines import DayRole
from clinic_desk.domain.errors import Cancelled
from clinic_desk.domain.ids import PatientId
from clinic_desk.services.changes import Kind
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rules_of_the_day import shipped_book
from tests.services.attaching import Attaching, application
from tests.services.desk import ACTOR, DeskOverStore, iin

FRIDAY = dt.datetime(2026, 10, 23, 12, 50, tzinfo=dt.UTC)  # 17:50 in the clinic
MONDAY_LATE = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)  # 18:30

SOURCE = "Order of the Ministry of Labour on moving days of rest in October 2026"


def _row(day: str, kind: str, name: str = "Ауыстырылған күн") -> dict[str, Any]:
    return {
        "date": day,
        "kind": kind,
        "name_kk": name,
        "name_ru": name,
        "valid_from": None,
        "valid_to": None,
        "source": SOURCE,
    }


@pytest.fixture
def at(desk: DeskOverStore) -> Attaching:
    return Attaching.over(desk, shipped_book())


@pytest.fixture
def patient_id(at: Attaching) -> PatientId:
    return at.desk.person().id


def bring(at: Attaching, rows: list[dict[str, Any]], day: dt.date | None = None) -> RuleDocument:
    """The shipped calendar with rows of 2026 changed or added, imported as an administrator does."""
    known = shipped_book().documents_on(dt.date(2026, 1, 1))["working_calendar"]
    new = {row["date"]: row for row in rows}
    kept = [row for row in known["rows"] if row["date"].startswith("2026") and row["date"] not in new]
    document = {**known, "rows": sorted([*kept, *rows], key=lambda row: row["date"])}
    path = Path(at.desk.folder) / "calendar.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    service = at.use.rule_imports
    preview = service.preview(service.read(path), day)
    return service.apply(preview, ACTOR, reason="an order")[0]


# Monday 26 October is off for Sunday's Republic Day; the order makes Saturday 24 a working day.
MOVED = [_row("2026-10-24", "transferred_workday"), _row("2026-10-30", "transferred_day_off")]


def test_importing_a_corrected_calendar_moves_the_term_and_logs_it(
    at: Attaching, patient_id: PatientId
) -> None:
    at.clock.moment = FRIDAY
    case = at.send(application(patient_id))
    assert case.due_at == dt.datetime(2026, 10, 27, 13, 0, tzinfo=dt.UTC)  # Tuesday
    bring(at, MOVED)
    moved = at.use.attachments.get(case.id)
    assert moved.due_at == dt.datetime(2026, 10, 24, 13, 0, tzinfo=dt.UTC)  # the worked Saturday
    line = at.desk.audit("attachment", case.id)[-1]
    assert (line.action, line.user) == ("attachment.due_moved", ACTOR.user)
    assert line.reason == "2026-10-27T13:00:00+00:00>2026-10-24T13:00:00+00:00"
    steps = at.use.attachments.check(application(patient_id, received_at=FRIDAY)).due.steps
    assert [(step.day.day, step.role, step.is_moved) for step in steps] == [
        (23, DayRole.RECEIVED, False),
        (24, DayRole.DUE, True),
    ]


def test_undoing_the_import_moves_it_back(at: Attaching, patient_id: PatientId) -> None:
    at.clock.moment = FRIDAY
    case = at.send(application(patient_id))
    document = bring(at, MOVED)
    at.use.rule_imports.undo(document.id, ACTOR)
    assert at.use.attachments.get(case.id).due_at == case.due_at
    assert [line.action for line in at.desk.audit("attachment", case.id)][-2:] == [
        "attachment.due_moved",
        "attachment.due_moved",
    ]


def test_only_what_is_waited_for_moves(at: Attaching, patient_id: PatientId) -> None:
    at.clock.moment = FRIDAY
    answered = at.send(application(patient_id))
    at.use.attachment_answers.refuse(answered.id, ACTOR, "no_consent")
    other = at.desk.person(iin=iin("90021440000"), birth_date=dt.date(1990, 2, 14))
    draft, _ = at.use.attachments.save_draft(application(other.id), ACTOR)
    bring(at, MOVED)
    assert at.use.attachments.get(answered.id).due_at == answered.due_at
    assert at.use.attachments.get(draft.id) == draft


def test_a_calendar_of_a_later_day_moves_terms_on_that_day(at: Attaching, patient_id: PatientId) -> None:
    at.clock.moment = MONDAY_LATE
    case = at.send(application(patient_id))
    assert case.due_at == dt.datetime(2026, 11, 25, 13, 0, tzinfo=dt.UTC)
    bring(at, [_row("2026-11-25", "holiday", "Тың мереке")], dt.date(2026, 11, 24))
    assert at.use.attachments.get(case.id).due_at == case.due_at
    at.clock.forward(days=1)
    daily, change = at.use.attachment_answers.daily(ACTOR)
    assert daily.moved == (case.id,)
    assert change.kinds == {Kind.ATTACHMENT}
    assert at.use.attachments.get(case.id).due_at == dt.datetime(2026, 11, 26, 13, 0, tzinfo=dt.UTC)
    assert at.use.attachment_answers.daily(ACTOR)[0].moved == ()


def test_a_failed_import_moves_nothing(
    at: Attaching, patient_id: PatientId, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.clock.moment = FRIDAY
    case = at.send(application(patient_id))

    def stopped(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr("clinic_desk.services.due_dates.log_case", stopped)
    with pytest.raises(Cancelled):
        bring(at, MOVED)
    assert at.use.attachments.get(case.id) == case
    assert at.use.rule_imports.kept() == []
