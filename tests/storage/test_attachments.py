"""Cases of attachment in the store: whole, guarded, one open case a person, lists by index."""

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.attachment import (
    OPEN_CASES,
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    EndReason,
    SeenDocument,
)
from clinic_desk.domain.errors import Conflict
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, DoctorId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.services.attachment_port import AttachmentEvent
from clinic_desk.services.attachment_rows import AttachmentFilter
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.storage.mapping.attachment import CASE, CASE_EVENT
from tests.storage.examples import KEY, NOW, patient

words = st.text(max_size=30)
ids = st.uuids().map(lambda value: value.hex)
days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
consents = st.builds(
    Consent, st.sampled_from(ConsentGiver), st.sampled_from(ConsentWay), moments, words, words
)
cases = st.builds(
    AttachmentCase,
    ids.map(AttachmentCaseId),
    ids.map(PatientId),
    ids.map(OperationId),
    moments,
    words,
    st.sampled_from(CaseState),
    st.none() | st.sampled_from(AttachmentBasis),
    st.none() | ids.map(DistrictId),
    st.none() | ids.map(DoctorId),
    words,
    consents,
    st.lists(st.builds(SeenDocument, words, st.none() | days), max_size=4).map(tuple),
    words,
    st.none() | days,
    st.none()
    | st.builds(
        Attachment,
        st.sampled_from(AttachmentState),
        st.none() | ids.map(DistrictId),
        st.none() | st.sampled_from(AttachmentBasis),
        st.none() | days,
    ),
    st.booleans(),
    st.dictionaries(words, words, max_size=3),
    words,
    words,
    st.none() | moments,
    st.none() | moments,
    st.none() | moments,
    words,
    st.none() | moments,
    words,
    words,
    words,
    st.none() | days,
    st.none() | days,
    st.none() | st.sampled_from(EndReason),
    st.just(0),
)


@settings(deadline=None)
@given(cases)
def test_whatever_a_case_can_hold_comes_back(case: AttachmentCase) -> None:
    assert CASE.read([*CASE.write(case), 0]) == case


@given(
    st.builds(AttachmentEvent, ids.map(AttachmentCaseId), st.sampled_from(CaseState), moments, words, words)
)
def test_a_line_of_the_history_comes_back(event: AttachmentEvent) -> None:
    assert CASE_EVENT.read(list(CASE_EVENT.write(event))) == event


def _case(person: PatientId, number: int = 1, **values: Any) -> AttachmentCase:
    consent = Consent(ConsentGiver.PATIENT, ConsentWay.PAPER, NOW, "u")
    case = AttachmentCase(
        AttachmentCaseId(f"{number:032x}"), person, OperationId(f"{number:032x}"), NOW, "u", consent=consent
    )
    return replace(case, **values)


@pytest.fixture
def person(store: SqlStore) -> PatientId:
    with store.write() as work:
        added = work.patients.add(patient())
        work.commit()
    return added.id


def _add(store: SqlStore, case: AttachmentCase) -> AttachmentCase:
    with store.write() as work:
        added = work.attachments.add(case, by="u", at=NOW)
        work.commit()
    return added


def test_what_was_sent_cannot_be_told_otherwise(store: SqlStore, person: PatientId, path: Path) -> None:
    case = _add(store, _case(person, state=CaseState.SENT, sent_at=NOW, received_at=NOW))
    other = Consent(ConsentGiver.PARENT, ConsentWay.EGOV, NOW, "somebody else")
    changes: list[dict[str, Any]] = [
        {"consent": other},
        {"documents": (SeenDocument("identity_document"),)},
        {"basis": AttachmentBasis.FAMILY},
        {"received_at": NOW + dt.timedelta(minutes=1)},
        {"sent_at": NOW + dt.timedelta(minutes=1)},
        {"sent_by": "x"},
        {"operation_id": OperationId("9" * 32)},
    ]
    for change in changes:
        with pytest.raises(driver.IntegrityError, match="fixed at sending"), store.write() as work:
            work.attachments.save(replace(case, **change), by="u", at=NOW)
    connection = open_connection(path, SecretKey(KEY))
    try:
        with pytest.raises(driver.IntegrityError, match="fixed at sending"):
            connection.execute("UPDATE attachment_cases SET sent_at = NULL")
        with pytest.raises(driver.IntegrityError, match="never deleted"):
            connection.execute("DELETE FROM attachment_cases")
        for statement in ("DELETE FROM attachment_events", "UPDATE attachment_events SET note = 'x'"):
            with pytest.raises(driver.IntegrityError, match="append only"):
                connection.execute(statement)
    finally:
        connection.close()
    with store.write() as work:
        due = work.attachments.save(replace(case, due_at=NOW), by="u", at=NOW)
        work.commit()
    assert due.version == 2


@pytest.mark.parametrize("state", CaseState)
def test_one_open_case_a_person(store: SqlStore, person: PatientId, state: CaseState) -> None:
    _add(store, _case(person, state=state))
    if state in OPEN_CASES:
        with pytest.raises(Conflict):
            _add(store, _case(person, 2))
    else:
        assert _add(store, _case(person, 2)).version == 1
    with store.read() as work:
        found = work.attachments.open_of(person)
    assert (found is not None and found.id) == f"{1 if state in OPEN_CASES else 2:032x}"


def test_two_writers_of_one_version_leave_one(store: SqlStore, person: PatientId) -> None:
    case = _add(store, _case(person))
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def write(note: str) -> None:
        gate.wait()
        try:
            with store.write() as work:
                work.attachments.save(replace(case, note=note), by=note, at=NOW)
                work.commit()
            outcomes.append(note)
        except Conflict as error:
            outcomes.append(error.code)

    desks = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert "store.changed_elsewhere" in outcomes
    (winner,) = set(outcomes) - {"store.changed_elsewhere"}
    with store.read() as work:
        kept = work.attachments.get(case.id)
    assert kept is not None
    assert (kept.note, kept.version) == (winner, 2)


def test_the_history_has_a_line_a_state(store: SqlStore, person: PatientId) -> None:
    case = _add(store, _case(person))
    with store.write() as work:
        case = work.attachments.save(replace(case, note="x"), by="u", at=NOW)
        case = work.attachments.save(replace(case, state=CaseState.CONSENTED), by="v", at=NOW, note="n")
        work.commit()
    with store.read() as work:
        history = [(e.state, e.by, e.note) for e in work.attachments.history(case.id)]
    assert history == [(CaseState.DRAFT, "u", ""), (CaseState.CONSENTED, "v", "n")]


def test_nothing_of_an_act_that_was_not_committed(store: SqlStore, person: PatientId) -> None:
    with store.write() as work:
        work.attachments.add(_case(person), by="u", at=NOW)
    with store.read() as work:
        assert work.attachments.rows(AttachmentFilter()) == []
        assert work.attachments.counts() == dict.fromkeys(CaseState, 0)


def test_lists_walk_an_index(store: SqlStore, path: Path) -> None:
    """What is asked for all day long must not read every person of the town."""
    from clinic_desk.storage import attachment as module

    connection = open_connection(path, SecretKey(KEY))
    try:
        for name in (
            "_WAITING",
            "_TO_BEGIN",
            "_CONTRACTS",
            "_DUE",
            "_PEOPLE",
            "_OF_PATIENT",
            "_BY_OPERATION",
        ):
            statement = getattr(module, name)
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN {statement.sql}", [""] * statement.sql.count("?")
            ).fetchall()
            told = " ".join(str(row[-1]) for row in plan)
            assert "SCAN" not in told, (name, told)
    finally:
        connection.close()
