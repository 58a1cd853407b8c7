"""Twins and namesakes: told apart once, never asked about again; people who may be in the store twice."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import DocumentKind, NoIinReason
from clinic_desk.services.duplicates import form_of
from clinic_desk.services.person_form import PersonForm
from tests.services.desk import ACTOR, PERSON, TODAY, DeskOverStore, iin

TWIN = PersonForm(
    no_iin_reason=NoIinReason.NEWBORN,
    mother_iin=PERSON.iin,
    surname="Әділова",
    given_name="Асан",
    birth_date=TODAY - dt.timedelta(days=3),
    sex=Sex.MALE,
    address="Алматы, Абай 1",
    document=DocumentKind.BIRTH_CERTIFICATE,
    document_number="100",
)


def test_twins_are_never_almost_sure(desk: DeskOverStore) -> None:
    desk.person(TWIN)
    (found,) = desk.patients.duplicates(replace(TWIN, given_name="Үсен", document_number="101"))
    assert found.likelihood == "maybe"


def test_two_certificates_of_birth_are_two_children_even_without_names(desk: DeskOverStore) -> None:
    desk.person(replace(TWIN, given_name=""))
    same = replace(TWIN, given_name="")
    (twin,) = desk.patients.duplicates(replace(same, document_number="101"))
    (again,) = desk.patients.duplicates(replace(same, document_number=" 1-00 "))
    assert (twin.likelihood, again.likelihood) == ("maybe", "almost_sure")


def test_the_same_document_on_the_same_day_is_almost_sure_whatever_the_letters(desk: DeskOverStore) -> None:
    foreigner = replace(
        TWIN,
        no_iin_reason=NoIinReason.FOREIGNER,
        mother_iin="",
        document=DocumentKind.FOREIGN_PASSPORT,
        document_number="PA 123",
        citizenship="IRL",
    )
    desk.person(foreigner)
    (found,) = desk.patients.duplicates(replace(foreigner, given_name="Hasan", document_number="pa123"))
    assert found.likelihood == "almost_sure"


def test_other_person_is_said_once_for_the_form_the_card_and_the_list(desk: DeskOverStore) -> None:
    first = desk.person(replace(TWIN, given_name=""))
    form = replace(TWIN, given_name="", document_number="")
    second, _ = desk.patients.register(form, ACTOR, other_than={first.id: "егіз"})
    assert desk.patients.duplicates(form_of(second), of=second.id) == []
    assert desk.patients.duplicates(form_of(first), of=first.id) == []
    assert desk.patients.suspects() == []
    with desk.store.read() as work:
        assert work.pairs.others_of(first.id) == {second.id: "егіз"}
        assert work.pairs.others_of(second.id) == {first.id: "егіз"}


def test_a_change_that_makes_a_record_a_duplicate_is_found_and_settled_too(desk: DeskOverStore) -> None:
    known = desk.person()
    other = desk.person(
        replace(
            PERSON,
            iin="",
            no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND,
            given_name="Айгерім",
            phone="",
        )
    )
    form = replace(form_of(other), given_name=PERSON.given_name)
    (found,) = desk.patients.duplicates(form, of=other.id)
    assert (found.patient.id, found.likelihood) == (known.id, "almost_sure")
    desk.patients.change(other, form, ACTOR, other_than={known.id: "аттас"})
    assert desk.patients.duplicates(form, of=other.id) == []
    assert desk.patients.suspects() == []


def test_the_list_shows_who_may_be_here_twice_and_leaves_twins_alone(desk: DeskOverStore) -> None:
    known = desk.person()
    again = desk.person(replace(PERSON, iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND, phone=""))
    desk.person(TWIN)
    desk.person(replace(TWIN, given_name="Үсен", document_number="101"))
    (suspect,) = desk.patients.suspects()
    assert {suspect.one.id, suspect.other.id} == {known.id, again.id}
    assert suspect.likelihood == "almost_sure"
    with pytest.raises(InvalidValue, match="reason_needed"):
        desk.patients.said_to_differ(known.id, again.id, " ", ACTOR)
    change = desk.patients.said_to_differ(known.id, again.id, "аттас", ACTOR)
    assert {known.id, again.id} <= change.ids
    assert desk.patients.suspects() == []


def test_two_iins_are_two_people_until_one_asks_for_the_person(desk: DeskOverStore) -> None:
    first = desk.person()
    second = desk.person(iin=iin("88021440001"))
    assert desk.patients.suspects() == []
    (found,) = desk.patients.duplicates(form_of(first), of=first.id)
    assert (found.patient.id, found.likelihood) == (second.id, "maybe")
