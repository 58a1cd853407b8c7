"""What a person decided goes up: a value that was chosen, two who are one, two who are two, what was gone."""

from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.domain.sync.conflicts import ConflictKind, Side
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.patient import local_ids, patient_values, with_patient_values
from clinic_desk.fhir.stamp import Stamp, author_of, desk_of
from clinic_desk.services.actor import Actor
from clinic_desk.services.duplicates import form_of as card_of
from tests.services.desk import ACTOR, PERSON, DeskOverStore, form_of
from tests.sync.exchange import Exchange

K, S = OpKind, OpState
OTHER = Actor("Оспанова Б.", Desk("T3", "3", "Оспанова Б."))


@pytest.fixture
def ex(desk: DeskOverStore) -> Exchange:
    return Exchange.over(desk)


def elsewhere(ex: Exchange, **values: str) -> dict[str, Any]:
    """The person as another clinic registered them."""
    told = {
        "iin": PERSON.iin,
        "surname": PERSON.surname,
        "given_name": PERSON.given_name,
        "patronymic": PERSON.patronymic,
        "birth_date": "1988-02-14",
        "sex": "female",
        **values,
    }
    stamp = Stamp("", "Ким В.", "D9", ex.desk.clock.now())
    return ex.server.put(with_patient_values({"resourceType": "Patient", "active": True}, told, stamp))


def their_change(ex: Exchange, **values: str) -> None:
    stamp = Stamp("a" * 32, "Ким В.", "D9", ex.desk.clock.now())
    ex.server.put(with_patient_values(ex.there(), values, stamp))


@pytest.mark.parametrize("side", [Side.MINE, Side.THEIRS])
def test_a_chosen_telephone_stands_on_both_sides(ex: Exchange, side: Side) -> None:
    person = ex.known()
    their_change(ex, phone="+77055555555")
    ex.change(person.id, phone="8 702 111 22 33")
    ex.send()
    (conflict,) = ex.conflicts()
    ex.at.use.conflicts.decide(conflict.id, {"phone": side}, ACTOR)
    ex.drain()
    wanted = "+77021112233" if side is Side.MINE else "+77055555555"
    phone = ex.at.patient(person.id).phone
    assert (patient_values(ex.there())["phone"], phone.e164 if phone else "") == (wanted, wanted)
    assert ex.conflicts() == []


@pytest.mark.parametrize("side", [Side.MINE, Side.THEIRS])
def test_a_registration_of_somebody_known_there_with_another_telephone(ex: Exchange, side: Side) -> None:
    elsewhere(ex, phone="+77055555555", address="Астана, Сарыарқа 3")
    person = ex.desk.person()
    ex.send()
    (conflict,) = ex.conflicts()
    assert {one.field for one in conflict.fields} == {"phone", "address"}
    ex.at.use.conflicts.decide(conflict.id, {"phone": side, "address": Side.THEIRS}, ACTOR)
    ex.drain()
    here, there = ex.at.patient(person.id), patient_values(ex.there())
    wanted = "+77010000000" if side is Side.MINE else "+77055555555"
    assert there["phone"] == wanted
    assert here.phone is not None
    assert (here.phone.e164, here.address) == (wanted, there["address"])
    assert {op.state for op in ex.ops()} == {S.ACCEPTED}


def test_two_who_are_one_are_linked_and_what_waited_goes_on(ex: Exchange) -> None:
    there = elsewhere(ex, surname="Үлгібай")
    person = ex.desk.person()
    ex.desk.insured(person.id)
    ex.desk.issue(form_of(person.id))
    ex.send()
    (conflict,) = ex.conflicts()
    assert conflict.kind is ConflictKind.DUPLICATE
    ex.at.use.conflicts.link(conflict.id, ACTOR)
    for following in ex.conflicts():
        choice = {one.field: Side.MINE for one in following.fields}
        ex.at.use.conflicts.decide(following.id, choice, ACTOR)
    ex.drain()
    assert ex.there("ServiceRequest")["subject"]["reference"] == f"Patient/{there['id']}"
    assert patient_values(ex.there())["surname"] == PERSON.surname


def test_two_who_are_two_stay_two(ex: Exchange) -> None:
    there = elsewhere(ex, surname="Басқаева", birth_date="1988-03-01")
    person = ex.desk.person()
    ex.desk.insured(person.id)
    ex.desk.issue(form_of(person.id))
    ex.send()
    (conflict,) = ex.conflicts()
    ex.at.use.conflicts.keep_apart(conflict.id, "басқа адам", ACTOR)
    ex.drain()
    mine = [one for one in ex.server.all("Patient") if person.id in local_ids(one)]
    assert len(mine) == 1
    assert mine[0]["id"] != there["id"]
    assert ex.there("ServiceRequest")["subject"]["reference"] == f"Patient/{mine[0]['id']}"


def test_a_number_that_is_somebody_else_s_there_is_not_given_twice(ex: Exchange) -> None:
    there = elsewhere(ex, surname="Басқаева")
    person = ex.desk.person(iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND, phone="8 705 000 00 05")
    ex.send()
    ex.change(person.id, iin=PERSON.iin, no_iin_reason=None, address="Алматы, Сатпаев 22")
    result = ex.send()
    (conflict,) = ex.conflicts()
    assert (result.held, conflict.kind, conflict.resource_id) == (1, ConflictKind.DUPLICATE, there["id"])
    ex.at.use.conflicts.keep_apart(conflict.id, "басқа адам", ACTOR)
    ex.drain()
    (mine,) = [one for one in ex.server.all("Patient") if person.id in local_ids(one)]
    told = patient_values(mine)
    assert (told["iin"], told["address"]) == ("", "Алматы, Сатпаев 22")


def test_a_number_added_later_goes_up(ex: Exchange) -> None:
    person = ex.known(iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND, phone="8 705 000 00 05")
    ex.change(person.id, iin=PERSON.iin, no_iin_reason=None)
    ex.drain()
    assert patient_values(ex.there())["iin"] == PERSON.iin


def test_what_was_gone_is_made_again(ex: Exchange) -> None:
    person = ex.known()
    ex.change(person.id, phone="8 702 111 22 33")
    gone = ex.there()["id"]
    ex.server.delete("Patient", gone)
    ex.send()
    (conflict,) = ex.conflicts()
    ex.at.use.conflicts.create_again(conflict.id, OTHER)
    ex.drain()
    assert ex.there()["id"] != gone
    assert patient_values(ex.there())["phone"] == "+77021112233"
    assert author_of(ex.there())[0] == OTHER.user
    assert ex.op(K.PATIENT_CHANGE).state is S.ACCEPTED


def test_a_mended_registration_is_sent_as_it_is_now(ex: Exchange) -> None:
    ex.server.reject = lambda one: "телефон қате" if "+77010000000" in str(one) else None
    person = ex.desk.person()
    ex.send()
    (refused,) = ex.ops(S.REJECTED)
    assert refused.answer is not None
    assert refused.answer.text == "телефон қате"
    ex.change(person.id, phone="8 702 111 22 33")
    ex.at.use.attention.mended(refused.op_id, ACTOR)
    ex.drain()
    assert patient_values(ex.there())["phone"] == "+77021112233"
    assert {op.state for op in ex.ops()} == {S.ACCEPTED}
    assert ex.again(refused).actor == ACTOR.user


def test_what_another_corrected_goes_up_under_their_name(ex: Exchange) -> None:
    """The refused value was A's, what goes up is B's word: the upstream is told so, and when."""
    person = ex.known()
    ex.server.reject = lambda one: "телефон қате" if "+77021112233" in str(one) else None
    ex.change(person.id, phone="8 702 111 22 33")
    ex.send()
    (refused,) = ex.ops(S.REJECTED)
    ex.desk.clock.forward(minutes=20)
    corrected = replace(card_of(ex.at.patient(person.id)), phone="8 705 555 55 55")
    ex.desk.patients.change(ex.at.patient(person.id), corrected, OTHER)
    ex.at.use.attention.mended(refused.op_id, OTHER)
    mended_at = ex.desk.clock.now()
    row = ex.at.use.attention.row(refused.op_id)
    assert (row.actor, row.mended) == (ACTOR.user, (OTHER.user, OTHER.desk.code, mended_at))
    ex.desk.clock.forward(minutes=5)
    ex.drain()
    there = ex.there()
    assert patient_values(there)["phone"] == "+77055555555"
    assert (author_of(there), desk_of(there)) == ((OTHER.user, mended_at), OTHER.desk.code)
    assert ex.again(refused).actor == ACTOR.user


def test_a_difference_about_what_was_corrected_names_who_corrected_it(ex: Exchange) -> None:
    person = ex.known()
    ex.server.reject = lambda one: "телефон қате" if "+77021112233" in str(one) else None
    ex.change(person.id, phone="8 702 111 22 33")
    ex.send()
    (refused,) = ex.ops(S.REJECTED)
    corrected = replace(card_of(ex.at.patient(person.id)), phone="8 705 555 55 55")
    ex.desk.patients.change(ex.at.patient(person.id), corrected, OTHER)
    ex.at.use.attention.mended(refused.op_id, OTHER)
    their_change(ex, phone="+77077777777")
    ex.send()
    (conflict,) = ex.conflicts()
    assert [one.mine_by for one in conflict.fields] == [OTHER.user]


def test_sent_again_without_a_correction_it_stays_its_author_s(ex: Exchange) -> None:
    person = ex.known()
    ex.server.reject = lambda one: "сервер жаңартылуда" if "+77021112233" in str(one) else None
    ex.change(person.id, phone="8 702 111 22 33")
    ex.send()
    (refused,) = ex.ops(S.REJECTED)
    ex.server.reject = lambda _: None
    ex.desk.clock.forward(minutes=20)
    ex.at.use.attention.mended(refused.op_id, OTHER)
    ex.drain()
    assert author_of(ex.there()) == (ACTOR.user, refused.acted_at)


def test_the_author_s_own_correction_has_the_time_of_the_correction(ex: Exchange) -> None:
    ex.server.reject = lambda one: "телефон қате" if "+77010000000" in str(one) else None
    person = ex.desk.person()
    ex.send()
    (refused,) = ex.ops(S.REJECTED)
    ex.desk.clock.forward(minutes=20)
    ex.change(person.id, phone="8 702 111 22 33")
    ex.at.use.attention.mended(refused.op_id, ACTOR)
    mended_at = ex.desk.clock.now()
    ex.drain()
    assert author_of(ex.there()) == (ACTOR.user, mended_at)
    assert mended_at > refused.acted_at


def test_withdrawn_it_holds_nobody_up(ex: Exchange) -> None:
    person = ex.known()
    ex.change(person.id, phone="8 702 111 22 33")
    ex.server.reject = lambda one: "телефон қате" if "+77021112233" in str(one) else None
    ex.send()
    ex.change(person.id, address="Алматы, Сатпаев 22")
    (refused,) = ex.ops(S.REJECTED)
    ex.at.use.attention.withdraw(refused.op_id, "қате енгізілді", ACTOR)
    ex.drain()
    told = patient_values(ex.there())
    assert (told["phone"], told["address"]) == ("+77010000000", "Алматы, Сатпаев 22")


def test_an_operation_that_was_held_and_is_retried_by_hand_waits_for_its_decision(ex: Exchange) -> None:
    elsewhere(ex, surname="Басқаева")
    person = ex.desk.person()
    ex.send()
    (held,) = ex.ops(S.HELD)
    with ex.desk.store.write() as work:
        work.outbox.save(replace(held, state=S.PENDING))
        work.commit()
    ex.send()
    assert ex.again(held).state is S.HELD
    assert len(ex.conflicts()) == 1
    assert person.id == held.aggregate_id
