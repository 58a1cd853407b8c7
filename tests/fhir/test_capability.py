"""What a server says it can do, and what the answers of a transaction say."""

import pytest

from clinic_desk.fhir.bundles import MAX_ENTRIES, Entry, entry_answers, transaction
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.strict import Unreadable
from clinic_desk.fhir.systems import key_of, systems

STATEMENT = {
    "resourceType": "CapabilityStatement",
    "fhirVersion": "4.0.1",
    "format": ["application/fhir+xml", "application/fhir+json"],
    "software": {"name": "Some Server", "version": "8.2"},
    "rest": [
        {"mode": "client", "interaction": [{"code": "batch"}]},
        {
            "mode": "server",
            "interaction": [{"code": "transaction"}, {"code": "history-system"}],
            "resource": [
                {
                    "type": "Patient",
                    "interaction": [{"code": "read"}, {"code": "history-type"}],
                    "versioning": "versioned-update",
                    "conditionalCreate": True,
                    "searchParam": [{"name": "identifier", "type": "token"}],
                },
                {"type": "CoverageEligibilityRequest", "operation": [{"name": "$submit"}, {"name": 5}]},
                {"type": 7},
            ],
        },
    ],
}


def test_abilities_are_read() -> None:
    told = abilities_of(STATEMENT)
    assert (told.fhir_version, told.software, told.is_r4) == ("4.0.1", "Some Server 8.2", True)
    assert (told.speaks_json, told.has_transaction, told.has_batch, told.has_history) == (
        True,
        True,
        False,
        True,
    )
    assert told.can("Patient", "history-type")
    assert not told.can("Task", "read")
    assert told.of("Patient").has_versions
    assert told.of("Patient").has_conditional_create
    assert told.of("Patient").searches == {"identifier"}
    assert told.has_operation("CoverageEligibilityRequest", "$submit")
    assert not told.has_operation("Patient", "submit")
    assert list(told.types) == ["Patient", "CoverageEligibilityRequest"]


@pytest.mark.parametrize(
    ("version", "is_r4"), [("4.0.1", True), ("4.3.0", True), ("5.0.0", False), ("40", False)]
)
def test_version_is_told(version: str, is_r4: bool) -> None:
    assert abilities_of({**STATEMENT, "fhirVersion": version}).is_r4 is is_r4


def test_other_resource_is_no_statement() -> None:
    with pytest.raises(Unreadable):
        abilities_of({"resourceType": "Bundle"})
    assert abilities_of({"resourceType": "CapabilityStatement"}).types == {}


def test_answers_of_a_transaction_are_told_one_by_one() -> None:
    told = entry_answers(
        {
            "entry": [
                {"response": {"status": "201 Created", "location": "Patient/1/_history/1", "etag": 'W/"1"'}},
                {"response": {"status": "200", "location": "https://h/fhir/Task/2/_history/4"}},
                {
                    "resource": {"resourceType": "Task", "id": "3", "meta": {"versionId": "9"}},
                    "response": {"status": "200"},
                },
                {"response": {"status": "412", "outcome": {"resourceType": "OperationOutcome", "id": "x"}}},
                {"response": {"status": "soon"}},
                {},
            ]
        }
    )
    assert [(one.status, one.location, one.version) for one in told] == [
        (201, "Patient/1", "1"),
        (200, "Task/2", "4"),
        (200, "Task/3", "9"),
        (412, "", ""),
        (0, "", ""),
        (0, "", ""),
    ]
    assert told[3].resource["resourceType"] == "OperationOutcome"


def test_transaction_stays_small() -> None:
    one = Entry({"resourceType": "Patient"})
    assert len(transaction([one] * MAX_ENTRIES)["entry"]) == MAX_ENTRIES
    for count in (0, MAX_ENTRIES + 1):
        with pytest.raises(ValueError, match="entries"):
            transaction([one] * count)


def test_key_escapes_what_a_search_takes_as_its_own() -> None:
    assert key_of("urn:x", "a|b,c$d\\e") == "identifier=urn:x|a\\|b\\,c\\$d\\\\e"


def test_names_are_settings_and_none_is_used_twice() -> None:
    ours = systems()
    uris = [getattr(ours, name) for name in ours.__slots__ if isinstance(getattr(ours, name), str)]
    assert len(uris) == len(set(uris))
    assert ours.ext("op-id") == "urn:clinic-desk:ext:op-id"
