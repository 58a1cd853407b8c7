"""What strangers may send: nothing but Unreadable ever comes of it."""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desk.fhir import attachment, bundles, complaint, directory, insurance, referral_progress
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.moments import read_day, read_instant
from clinic_desk.fhir.patient import (
    PATIENT_FIELDS,
    managing_bin,
    merged_into,
    patient_of,
    patient_values,
    replaced_by,
    unmerged,
    with_patient_values,
)
from clinic_desk.fhir.referral_reading import requested_of
from clinic_desk.fhir.stamp import author_of, desk_of, op_id_of
from clinic_desk.fhir.strict import Unreadable, checked, envelope
from clinic_desk.fhir.systems import systems
from tests.fhir.made import LATER, a_patient
from tests.fhir.test_schema import PAYLOADS

STRICT = systems().strict
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["Patient/", "2026-13-40", "0001-01-01T00:00:00+14:00", "active", "old", "phone", "8 7"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["use", "system", "value", "code", "url", "coding", "text"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [path] if path and path != ("resourceType",) else []
    for key, value in inside:
        found += _places(value, (*path, key))
    return found


@st.composite
def mangled(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A valid resource of that kind in which some places hold something else."""
    found = [
        entry["resource"]
        for payload in PAYLOADS.values()
        for entry in payload.get("entry", [{"resource": payload}])
        if entry["resource"]["resourceType"] == kind
    ]
    resource: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(found)))
    places = _places(resource)
    for path in draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)):
        node: Any = resource
        try:
            for step in path[:-1]:
                node = node[step]
            node[path[-1]] = draw(JSON)
        except (TypeError, KeyError, IndexError):
            continue  # a place inside of what was replaced before
    return resource


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(mangled("Patient"))
def test_any_person_is_read_or_set_aside(resource: dict[str, Any]) -> None:
    told = patient_values(resource)
    assert list(told) == list(PATIENT_FIELDS)
    assert all(isinstance(value, str) for value in told.values())
    managing_bin(resource), replaced_by(resource), author_of(resource), op_id_of(resource), desk_of(resource)
    try:
        person = patient_of(resource, a_patient().id)
    except Unreadable:
        pass
    else:
        assert person.name.full
    again = with_patient_values(resource, {"surname": "Әлиева", "phone": "+77010000000"}, LATER)
    assert op_id_of(again) == LATER.op_id
    assert patient_values(again) == {**told, "surname": "Әлиева", "phone": "+77010000000"}
    assert replaced_by(merged_into(resource, "9", LATER)) == "Patient/9"
    assert replaced_by(unmerged(resource, LATER)) == ""


READERS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("Task", referral_progress.progress_of),
    ("Task", complaint.receipt_of),
    ("ServiceRequest", requested_of),
    ("EpisodeOfCare", attachment.decision_of),
    ("CoverageEligibilityResponse", insurance.answer_of),
    ("CoverageEligibilityRequest", insurance.asked_of),
    ("Organization", directory.supplier_of),
    ("HealthcareService", directory.service_of),
    ("Communication", complaint.note_of),
]


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_any_other_resource_is_read_or_set_aside(kind: str, read: Callable[[dict[str, Any]], Any]) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(mangled(kind))
    def look(resource: dict[str, Any]) -> None:
        try:
            read(resource)
        except Unreadable as error:
            assert read is not insurance.answer_of, error

    look()


@FEW
@given(
    st.dictionaries(
        st.sampled_from(["resourceType", "entry", "link", "total", "issue", "rest", "meta"]), JSON
    )
)
def test_any_object_is_read_as_bundle_or_outcome(value: dict[str, Any]) -> None:
    bundles.sorted_out(value), bundles.entry_answers(value), bundles.next_link(value), bundles.total(value)
    assert len(bundles.outcome_words(value)) <= STRICT.max_words
    for act in (checked, envelope, abilities_of):
        with contextlib.suppress(Unreadable):
            act(value)


def _deep(levels: int) -> Any:
    value: Any = "end"
    for _ in range(levels):
        value = [value]
    return value


HOSTILE = {
    "too_deep": _deep(100_000),
    "too_large": ["x"] * (STRICT.max_nodes + 1),
    "letters": "a\0b",
}


@pytest.mark.parametrize("why", HOSTILE)
def test_hostile_value_is_set_aside_with_a_reason(why: str) -> None:
    with pytest.raises(Unreadable) as told:
        checked({"resourceType": "Patient", "text": HOSTILE[why]})
    assert (told.value.code, told.value.why) == ("sync.unreadable", why)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "not_a_resource"),
        ([], "not_a_resource"),
        ("Patient", "not_a_resource"),
        ({}, "not_a_resource"),
        ({"resourceType": 5}, "not_a_resource"),
        ({"resourceType": "../etc"}, "not_a_resource"),
        ({"resourceType": "Patient", "id": "../../x"}, "id"),
        ({"resourceType": "Patient", "id": "x" * 65}, "id"),
        ({"resourceType": "Patient", "id": "1\n"}, "id"),
        ({"resourceType": "Patient", "meta": {"versionId": 'a"b'}}, "id"),
        ({"resourceType": "Patient", "gender": "\ud800"}, "letters"),
        ({"resourceType": "Patient", "gender\ud800": "x"}, "letters"),
        ({"resourceType": "Patient", "gender": float("inf")}, "letters"),
        ({"resourceType": "Patient", "gender": float("nan")}, "letters"),
        ({"resourceType": "Patient", "gender": "x" * (STRICT.max_text + 1)}, "too_large"),
        ({"resourceType": "Patient", "x" * (STRICT.max_key + 1): "x"}, "too_large"),
    ],
)
def test_what_is_no_resource_is_set_aside(value: Any, why: str) -> None:
    with pytest.raises(Unreadable) as told:
        checked(value)
    assert told.value.why == why


def test_good_resource_passes_as_it_is() -> None:
    for payload in PAYLOADS.values():
        assert checked(payload) is payload


def test_bad_entry_does_not_fail_the_page() -> None:
    good = {"resourceType": "Patient", "id": "1"}
    page = {
        "resourceType": "Bundle",
        "total": 4,
        "link": [{"relation": "self", "url": "a"}, {"relation": "next", "url": "b"}],
        "entry": [
            {"resource": good},
            {"resource": {"resourceType": "Patient", "id": "2", "gender": "\ud800"}},
            {"resource": {"resourceType": "OperationOutcome"}},
            {"resource": {"resourceType": "OperationOutcome", "x": 1}, "search": {"mode": "outcome"}},
            "x",
            {"resource": [1]},
            {"fullUrl": "x"},
        ],
    }
    taken, aside = bundles.sorted_out(page)
    assert taken == [good] == bundles.resources_of(page)
    assert aside == [("Patient/2", "letters"), ("/", "not_a_resource")]
    assert (bundles.next_link(page), bundles.total(page)) == ("b", 4)


def test_words_of_a_server_are_one_short_clean_line() -> None:
    told = {
        "resourceType": "OperationOutcome",
        "issue": [
            {"diagnostics": "Line\n\x1b[31mred\u202e\ud800"},
            {"details": {"text": "x" * 1000}, "diagnostics": "not this"},
            {"code": "invalid"},
        ],
    }
    said = bundles.outcome_words(told)
    assert said.startswith("Line [31mred")
    assert len(said) == STRICT.max_words
    assert said.endswith("…")
    assert said.isprintable()
    said.encode()
    assert bundles.outcome_words(None) == ""


@given(st.text(max_size=40))
@settings(max_examples=50, deadline=None)
def test_moments_and_days_are_total(text: str) -> None:
    read_instant(text)
    read_day(text)
    read_day(f"2026-01-0{text}")
    read_instant(f"2026-01-01T00:00:{text}")


def test_payloads_hold_nothing_that_json_cannot() -> None:
    for payload in PAYLOADS.values():
        json.dumps(payload, allow_nan=False)


def test_notes_and_names_of_a_server_are_cut_before_anybody_reads_them() -> None:
    long = "ұ" * 90_000
    decision = {
        "url": systems().ext("decision"),
        "extension": [{"url": "words", "valueString": long}, {"url": "by", "valueString": long}],
    }
    actor = {"url": systems().ext("actor"), "extension": [{"url": "by", "valueString": long}]}
    episode = {"resourceType": "EpisodeOfCare", "status": "active", "extension": [decision]}
    task = {"resourceType": "Task", "status": "rejected", "statusReason": {"text": long}}
    asking = {"resourceType": "Task", "status": "on-hold", "note": [{"authorString": long, "text": long}]}
    decided = attachment.decision_of(episode)
    refused, returned = referral_progress.progress_of(task), referral_progress.progress_of(asking)
    receipt = complaint.receipt_of({**task, "status": "received", "owner": {"display": long}})
    assert decided is not None
    notes = (decided.text, refused.text, returned.question, receipt.text)
    names = (decided.by, returned.by, receipt.by, author_of({"extension": [actor]})[0])
    assert {len(one) for one in notes} == {STRICT.max_note}
    assert {len(one) for one in names} == {STRICT.max_name}
