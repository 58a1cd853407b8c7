"""Patient, there and back; what the server has beside it stays."""

import copy
import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    SlipLanguage,
)
from clinic_desk.domain.patient_history import values_of
from clinic_desk.fhir.patient import (
    PATIENT_FIELDS,
    is_active,
    merged_into,
    patient_key,
    patient_of,
    patient_resource,
    patient_values,
    replaced_by,
    unmerged,
    with_patient_values,
)
from clinic_desk.fhir.stamp import author_of, desk_of, op_id_of
from clinic_desk.fhir.strict import Unreadable
from tests.fhir.made import AT, LATER, STAMP, a_patient, an_iin

NEWBORN = a_patient(
    iin=None, no_iin_reason=NoIinReason.NEWBORN, mother_iin=parse_iin(an_iin()), citizenship="KGZ"
)
UNKNOWN = a_patient(
    iin=None,
    no_iin_reason=NoIinReason.UNKNOWN_PERSON,
    birth_date=None,
    age_band=AgeBand.FROM_18,
    sex=Sex.UNKNOWN,
    name=PersonName("Белгісіз", ""),
    phone=None,
    address="",
    kato="",
    document=DocumentKind.NONE,
    document_number="",
    slip_language=SlipLanguage.RU,
    reminders=ReminderConsent(),
)


@pytest.mark.parametrize(
    "patient",
    [
        a_patient(),
        NEWBORN,
        UNKNOWN,
        a_patient(name=PersonName("Лі", "", "Маратқызы")),
        a_patient(document_number=""),
    ],
)
def test_person_comes_back_as_it_went(patient: Patient) -> None:
    resource = patient_resource(patient, STAMP)
    assert patient_of(resource, patient.id) == patient
    told = values_of(patient)
    assert patient_values(resource) == {name: told[name] for name in PATIENT_FIELDS}


def test_key_is_the_iin_if_there_is_one() -> None:
    assert patient_key(a_patient()) == f"identifier=urn:clinic-desk:id:iin|{an_iin()}"
    assert patient_key(NEWBORN) == f"identifier=urn:clinic-desk:id:local-id|{NEWBORN.id}"


def test_operation_is_replaced_at_each_write() -> None:
    resource = patient_resource(a_patient(), STAMP)
    again = with_patient_values(resource, {"surname": "Әлиева"}, LATER)
    assert op_id_of(again) == LATER.op_id
    assert author_of(again) == (LATER.actor, LATER.acted_at)
    assert desk_of(again) == "D2"
    urls = [item["url"] for item in again["extension"]]
    assert len(urls) == len(set(urls))
    assert op_id_of(resource) == STAMP.op_id


SERVERS_OWN = {
    "resourceType": "Patient",
    "id": "17",
    "meta": {"versionId": "3", "tag": [{"code": "x"}]},
    "extension": [{"url": "https://example.org/blood", "valueString": "A+"}],
    "identifier": [
        {"system": "https://example.org/mrn", "value": "77"},
        {
            "use": "official",
            "system": "urn:clinic-desk:id:iin",
            "value": an_iin(),
            "period": {"start": "2004"},
        },
    ],
    "name": [
        {"use": "maiden", "family": "Қасымова"},
        {"use": "official", "family": "Үлгібаева", "given": ["Айсұлу", "Маратқызы"], "prefix": ["Dr"]},
    ],
    "telecom": [
        {"system": "email", "value": "a@example.org"},
        {"system": "phone", "value": "8 700 000 00 00"},
    ],
    "gender": "female",
    "birthDate": "1988-02",
    "address": [{"line": ["Абай 1"], "city": "Алматы", "postalCode": "050000"}],
    "maritalStatus": {"text": "?"},
    "contact": [{"name": {"text": "M"}}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "de"}]}}],
    "generalPractitioner": [{"display": "Dr"}],
}


def test_everything_of_the_server_stays() -> None:
    before = copy.deepcopy(SERVERS_OWN)
    same = with_patient_values(SERVERS_OWN, patient_values(SERVERS_OWN), LATER)
    assert before == SERVERS_OWN
    assert {**same, "extension": same["extension"][:1]} == SERVERS_OWN
    changed = with_patient_values(
        SERVERS_OWN,
        {"surname": "Әлиева", "phone": "+77010000000", "slip_language": "kk", "address": "Астана"},
        LATER,
    )
    assert changed["name"][0] == SERVERS_OWN["name"][0]
    assert changed["name"][1]["prefix"] == ["Dr"]
    assert changed["name"][1]["family"] == "Әлиева"
    assert changed["telecom"][0] == SERVERS_OWN["telecom"][0]
    assert changed["telecom"][1] == {"system": "phone", "value": "+77010000000"}
    assert changed["address"] == [
        {"use": "home", "text": "Астана"},
        {"line": ["Абай 1"], "city": "Алматы", "postalCode": "050000", "use": "old"},
    ]
    assert changed["communication"][0] == SERVERS_OWN["communication"][0]
    assert changed["birthDate"] == "1988-02"
    for name in ("id", "meta", "identifier", "maritalStatus", "contact", "generalPractitioner", "gender"):
        assert changed[name] == SERVERS_OWN[name]
    told = patient_values(changed)
    assert (told["surname"], told["phone"], told["slip_language"]) == ("Әлиева", "+77010000000", "kk")
    assert told["address"] == "Астана"


def test_cleared_values_are_gone() -> None:
    resource = patient_resource(a_patient(), STAMP)
    empty = {
        "phone": "",
        "address": "",
        "kato": "",
        "document": "none",
        "document_number": "",
        "citizenship": "",
    }
    cleared = with_patient_values(resource, {**empty, "reminders": "not_asked"}, LATER)
    assert {name: patient_values(cleared)[name] for name in empty} == empty
    assert "telecom" not in cleared
    assert "address" not in cleared


def test_completing_gives_the_iin_and_takes_the_reason_away() -> None:
    resource = patient_resource(NEWBORN, STAMP)
    complete = with_patient_values(resource, {"iin": an_iin(), "no_iin_reason": "", "mother_iin": ""}, LATER)
    whole = replace(NEWBORN, iin=parse_iin(an_iin()), no_iin_reason=None, mother_iin=None)
    assert patient_of(complete, NEWBORN.id) == whole
    assert complete["identifier"][0]["value"] == an_iin()


def test_partial_birth_date_is_no_day() -> None:
    assert patient_values(SERVERS_OWN)["birth_date"] == ""
    with pytest.raises(Unreadable) as told:
        patient_of(SERVERS_OWN, a_patient().id)
    assert told.value.why == "birth_date"
    dated = with_patient_values(SERVERS_OWN, {"birth_date": "1988-02-14"}, LATER)
    assert patient_of(dated, a_patient().id).birth_date == dt.date(1988, 2, 14)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"identifier": [{"system": "urn:clinic-desk:id:iin", "value": "880214400010"}]}, "iin"),
        ({"name": []}, "name"),
        ({"resourceType": "Person"}, "wrong_type"),
        ({"birthDate": "0000-00-00"}, "birth_date"),
    ],
)
def test_unreadable_person_says_why(change: dict[str, object], why: str) -> None:
    resource = {**patient_resource(a_patient(), STAMP), **change}
    with pytest.raises(Unreadable) as told:
        patient_of(resource, a_patient().id)
    assert told.value.why == why


def test_merge_and_its_undo() -> None:
    resource = {
        **patient_resource(a_patient(), STAMP),
        "link": [{"other": {"reference": "Patient/9"}, "type": "seealso"}],
    }
    merged = merged_into(resource, "12", LATER)
    assert (is_active(merged), replaced_by(merged)) == (False, "Patient/12")
    back = unmerged(merged, LATER)
    assert (is_active(back), replaced_by(back)) == (True, "")
    assert back["link"] == resource["link"]


def test_consent_keeps_who_wrote_it_down() -> None:
    resource = patient_resource(a_patient(reminders=ReminderConsent()), STAMP)
    asked = with_patient_values(resource, {"reminders": "no"}, LATER)
    told = patient_of(asked, a_patient().id).reminders
    assert (told.wish, told.at, told.by) == ("no", LATER.acted_at, LATER.actor)
    assert AT.tzinfo is not None
