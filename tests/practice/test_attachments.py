"""The practice clinic has a case in every state, and every list of attachment has somebody to show."""

import datetime as dt
from itertools import pairwise

import pytest

from clinic_desk.domain.attachment import CASE_MOVES, CaseState
from clinic_desk.domain.patient import AttachmentState
from clinic_desk.practice.attachments import ATTACHING
from clinic_desk.practice.seeding import make_clinic
from clinic_desk.practice.showcase import showcase
from clinic_desk.services.attachment_rows import AttachmentFilter
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.storage.database import SqlStore
from tests.assembled import assembled
from tests.services.desk import ACTOR

MORNING = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
NOWS = [
    MORNING,
    dt.datetime(2026, 11, 22, 5, 0, tzinfo=dt.UTC),  # a Sunday
    dt.datetime(2027, 1, 1, 19, 30, tzinfo=dt.UTC),  # past midnight in the holidays
    dt.datetime(2028, 2, 29, 5, 0, tzinfo=dt.UTC),
]


def _made(store: SqlStore, now: dt.datetime) -> DeskServices:
    clock = FixedClock(now)
    make_clinic(store, clock, 10, lambda done, total: None, lambda: False)
    return assembled(store, clock)


@pytest.mark.parametrize("now", NOWS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_every_state_is_there_and_came_about_by_allowed_moves(store: SqlStore, now: dt.datetime) -> None:
    use = _made(store, now)
    rows = use.attachment_lists.rows(AttachmentFilter())
    assert {row.state for row in rows} == set(CaseState)
    for row in rows:
        events = use.attachment_lists.history(row.case_id)
        assert events[-1].state is row.state
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[-1].at <= now
        for before, after in pairwise(events):
            assert after.state in CASE_MOVES[before.state]


def test_answers_wait_for_today_and_one_is_late(store: SqlStore) -> None:
    counts = _made(store, MORNING).attachment_lists.counts()
    assert (counts["due_today"], counts["overdue"], counts["sent"]) == (2, 1, 4)


def test_a_contract_ends_in_twenty_days_and_children_come_of_age(store: SqlStore) -> None:
    lists = _made(store, MORNING).attachment_lists
    assert [one.days_left for one in lists.contracts_ending()] == [20]
    assert [one.days_left for one in lists.children_growing()] == [12, 45]


@pytest.mark.parametrize("now", NOWS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_what_the_cases_say_is_what_people_are(store: SqlStore, now: dt.datetime) -> None:
    use = _made(store, now)
    roles = {one.role: one.person.iin for one in showcase(FixedClock(now).today())}
    expected = {
        "attach_new": AttachmentState.ELSEWHERE,
        "attach_draft": AttachmentState.ELSEWHERE,
        "attach_due_today": AttachmentState.PENDING,
        "attach_accepted": AttachmentState.PENDING,
        "attach_refused": AttachmentState.ELSEWHERE,
        "attach_in_force": AttachmentState.ATTACHED,
        "eaeu_worker": AttachmentState.ATTACHED,
        "attach_withdrawn": AttachmentState.ELSEWHERE,
        "growing_soon": AttachmentState.ATTACHED,
    }
    for role, state in expected.items():
        patient = use.patients.by_iin(roles[role])
        assert patient is not None
        assert patient.attachment.state is state, role


def test_the_first_day_brings_nothing_new_and_the_later_one_begins(store: SqlStore) -> None:
    use = _made(store, MORNING)
    assert use.attachment_answers.daily(ACTOR)[0] == ((), (), ())
    later = assembled(store, FixedClock(MORNING + dt.timedelta(days=9)))
    assert len(later.attachment_answers.daily(ACTOR)[0].begun) == 1
    after = assembled(store, FixedClock(MORNING + dt.timedelta(days=21)))
    assert len(after.attachment_answers.daily(ACTOR)[0].ended) == 1


def test_two_changes_of_the_year_are_used_up(store: SqlStore) -> None:
    use = _made(store, MORNING)
    roles = {one.role: one.person.iin for one in showcase(MORNING.date())}
    patient = use.patients.by_iin(roles["changed_twice"])
    assert patient is not None
    with store.read() as work:
        cases = work.attachments.of_patient(patient.id)
    assert sum(case.is_free_change for case in cases) == 2
    assert len({one.role for one in ATTACHING}) == len(ATTACHING)
