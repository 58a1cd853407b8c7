"""Patients, the clinic and insurance answers in a real encrypted store."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import Conflict
from clinic_desk.domain.ids import DistrictId, DoctorId, PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Patient
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.search import SqlPatientSearch
from tests.storage.examples import NOW, district, doctor, insurance_check, patient


def add(store: SqlStore, *people: Patient) -> list[Patient]:
    with store.write() as work:
        added = [work.patients.add(person) for person in people]
        work.commit()
    return added


def test_an_added_person_is_there_at_version_1(store: SqlStore) -> None:
    (added,) = add(store, patient())
    assert added.version == 1
    with store.read() as work:
        assert work.patients.get(added.id) == added
        assert added.iin
        assert work.patients.by_iin(added.iin.digits) == added
        assert work.patients.count() == 1
        assert work.patients.get(PatientId("0" * 32)) is None
        assert work.patients.by_iin("000000000000") is None


def test_without_a_commit_nothing_is_stored(store: SqlStore) -> None:
    with store.write() as work:
        work.patients.add(patient())
    with pytest.raises(RuntimeError, match="desk"), store.write() as work:
        work.patients.add(patient())
        raise RuntimeError("desk")
    with store.read() as work:
        assert work.patients.count() == 0


def test_after_the_commit_the_unit_of_work_is_over(store: SqlStore) -> None:
    with pytest.raises(Exception, match="over"), store.write() as work:
        work.commit()
        work.patients.count()


def test_an_iin_is_taken_once(store: SqlStore) -> None:
    (first,) = add(store, patient())
    with pytest.raises(Conflict, match=r"store\.already_there"), store.write() as work:
        work.patients.add(replace(patient(), iin=first.iin))
    add(store, patient(iin=""), patient(iin=""))  # several without one may be there


def test_a_second_writer_gets_a_conflict_and_changes_nothing(store: SqlStore) -> None:
    (read_by_both,) = add(store, patient())
    with store.write() as work:
        saved = work.patients.save(replace(read_by_both, address="first"))
        work.commit()
    assert saved.version == 2
    with pytest.raises(Conflict, match=r"store\.changed_elsewhere"), store.write() as work:
        work.patients.save(replace(read_by_both, address="second"))
    with store.read() as work:
        assert work.patients.get(saved.id) == saved


def test_saving_somebody_who_is_gone_is_a_conflict(store: SqlStore) -> None:
    with pytest.raises(Conflict), store.write() as work:
        work.patients.save(replace(patient(), version=1))


def test_a_changed_person_is_found_by_the_new_name_number_and_phone_only(store: SqlStore) -> None:
    (before,) = add(store, patient("Ескіқызы Аты", phone="+77011112233"))
    search = SqlPatientSearch(store)
    after = replace(
        patient("Жаңабай Есім", dt.date(1991, 5, 6), phone="+77779998877", is_here=False),
        id=before.id,
        version=1,
    )
    with store.write() as work:
        work.patients.save(after)
        work.commit()
    assert before.iin and after.iin
    for gone in ("ескіқызы", "1112233", before.iin.digits, before.iin.digits[4:9], "аты 1988"):
        assert search.find(gone) == [], gone
    for there in ("жаңабай", "9998877", after.iin.digits, after.iin.digits[4:9], "есім 1991"):
        assert [hit.patient_id for hit in search.find(there)] == [before.id], there


def look_alikes(store: SqlStore, person: Patient, **changes: object) -> list[Patient]:
    wanted = {
        "name_key": person.name.key,
        "surname_key": PersonName.of(person.name.surname, "").key,
        "birth_date": person.birth_date,
        "phone": person.phone.e164 if person.phone else "",
        "limit": 10,
    } | changes
    with store.read() as work:
        return work.patients.look_alikes(**wanted)  # type: ignore[arg-type]


def test_look_alikes(store: SqlStore) -> None:
    wanted = patient("Қасымов Ержан Болатұлы", dt.date(1980, 1, 2), phone="+77010000001")
    same_day = patient("Касымов Арман", dt.date(1980, 1, 2), phone=None)
    same_name = patient("Касымов Ержан Болатулы", dt.date(1999, 9, 9), phone=None, is_here=False)
    same_phone = patient("Иванова Анна", dt.date(1970, 3, 3), phone="+77010000001")
    one_word = patient("Касымов", dt.date(1980, 1, 2), phone=None)
    others = [
        patient("Касымова Арман", dt.date(1980, 1, 2), phone=None),
        patient("Касымов Арман", dt.date(1980, 1, 3), phone="+77010000002"),
    ]
    stored = add(store, same_day, same_name, same_phone, one_word, *others)
    assert {p.id for p in look_alikes(store, wanted)} == {p.id for p in stored[:4]}
    assert {p.id for p in look_alikes(store, wanted, phone="", birth_date=None)} == {same_name.id}
    assert look_alikes(store, wanted, name_key="", surname_key="", phone="") == []
    assert len(look_alikes(store, wanted, limit=2)) == 2


def test_districts_and_doctors(store: SqlStore) -> None:
    ten, two = district("10"), district("2")
    ordering, other = doctor("D-2", "Яковлев Иван"), doctor("D-1", "Ахметов Серік")
    with store.write() as work:
        work.clinic.put_doctor(ordering)
        work.clinic.put_doctor(other)
        work.clinic.put_district(ten)
        work.clinic.put_district(replace(two, doctor_id=ordering.id))
        work.commit()
    with store.write() as work:
        work.clinic.put_doctor(replace(ordering, room="305"))
        work.commit()
    with store.read() as work:
        assert work.clinic.districts() == [replace(two, doctor_id=ordering.id), ten]
        assert work.clinic.district(ten.id) == ten
        assert work.clinic.district(DistrictId("none")) is None
        assert work.clinic.doctors() == [other, replace(ordering, room="305")]
        assert work.clinic.doctor(other.id) == other
        assert work.clinic.doctor(DoctorId("none")) is None
        assert work.clinic.doctor_by_code("D-2") == replace(ordering, room="305")
        assert work.clinic.doctor_by_code("") is None


def test_insurance_answers_come_newest_first(store: SqlStore) -> None:
    (person,) = add(store, patient())
    old = insurance_check(person.id, at=NOW - dt.timedelta(days=3))
    new = insurance_check(person.id, InsuranceStatus.UNINSURED)
    with store.write() as work:
        work.insurance.add(new)
        work.insurance.add(old)
        work.commit()
    with store.read() as work:
        assert work.insurance.of_patient(person.id) == [new, old]
        assert work.insurance.of_patient(person.id, 1) == [new]


def test_a_hit_carries_the_newest_answer_whatever_the_order_of_writing(store: SqlStore) -> None:
    (person,) = add(store, patient("Кайратова Дана"))
    search = SqlPatientSearch(store)
    (hit,) = search.find("кайратова")
    assert (hit.insurance_status, hit.insurance_checked_at) == (InsuranceStatus.UNKNOWN, None)
    answers = [
        insurance_check(person.id, InsuranceStatus.GRACE_3M, NOW - dt.timedelta(hours=1)),
        insurance_check(person.id, InsuranceStatus.UNINSURED, NOW - dt.timedelta(days=9)),
    ]
    with store.write() as work:
        for answer in answers:
            work.insurance.add(answer)
        work.commit()
    (hit,) = search.find("кайратова")
    assert hit.insurance_status is InsuranceStatus.GRACE_3M
    assert hit.insurance_checked_at == NOW - dt.timedelta(hours=1)


def test_a_check_without_an_answer_leaves_the_answer_of_the_hit_alone(store: SqlStore) -> None:
    (person,) = add(store, patient("Кайратова Дана"))
    good = insurance_check(person.id, InsuranceStatus.GRACE_3M, NOW - dt.timedelta(hours=1))
    failures = [
        FailedCheck(person.id, NOW - dt.timedelta(minutes=minutes), Channel.BOT, "Т.", why)
        for minutes, why in enumerate(WhyNoAnswer)
    ]
    with store.write() as work:
        work.insurance.add(good)
        for failure in reversed(failures):
            work.insurance.add_failure(failure)
        work.commit()
    with store.read() as work:
        assert work.insurance.of_patient(person.id) == [good]
        assert work.insurance.failures_of(person.id) == failures
        assert work.insurance.failures_of(person.id, 1) == failures[:1]
    (hit,) = SqlPatientSearch(store).find("кайратова")
    assert (hit.insurance_status, hit.insurance_checked_at) == (good.status, good.checked_at)
