"""Districts offered, cases in lists, contracts that end, children who come of age."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.attachment import CaseState, ConsentGiver, ConsentWay, SeenDocument
from clinic_desk.domain.ids import DistrictId, PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentBasis,
    AttachmentState,
    NoIinReason,
    Patient,
)
from clinic_desk.services.attachment_rows import AttachmentFilter, ConsentForm, DistrictWhy
from tests.services.attaching import ADULTS, CHILDREN, SECOND, Attaching, application
from tests.services.desk import ACTOR, DISTRICT, TODAY, DeskOverStore, iin


@pytest.fixture
def at(desk: DeskOverStore) -> Attaching:
    return Attaching.over(desk)


def _attach(at: Attaching, patient: Patient, district: DistrictId) -> None:
    with at.store.write() as work:
        here = Attachment(AttachmentState.ATTACHED, district, AttachmentBasis.RESIDENCE, TODAY)
        work.patients.save(replace(patient, attachment=here))
        work.commit()


def _child(at: Attaching, born: dt.date, given_name: str = "Бала") -> Patient:
    return at.desk.person(
        iin="",
        no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND,
        given_name=given_name,
        birth_date=born,
        sex=Sex.MALE,
    )


def test_the_own_address_comes_first_and_other_ages_never(at: Attaching) -> None:
    at.put_street("Абай көшесі", "абаи", SECOND)
    adult = at.desk.person(address="Абай көшесі, 1-үй")
    choices = at.use.attachments.districts(adult.id)
    assert [(c.district.number, c.why, c.is_proposed) for c in choices] == [
        ("12", DistrictWhy.ADDRESS, True),
        ("9", DistrictWhy.FREE, False),
        ("7", DistrictWhy.FREE, False),
    ]
    own = choices[0]
    assert (own.norm, own.norm_is_uncertain, own.people, own.over, own.free_places) == (
        1700,
        True,
        0,
        0,
        1700,
    )
    assert own.doctor is not None
    child = at.use.attachments.districts(_child(at, dt.date(2016, 5, 4)).id)
    assert "9" not in {choice.district.number for choice in child}
    assert "8" in {choice.district.number for choice in child}


def test_without_a_known_street_the_first_free_one_is_proposed(at: Attaching) -> None:
    choices = at.use.attachments.districts(at.desk.person(address="").id)
    assert [choice.is_proposed for choice in choices] == [True, False, False]


def test_a_newborn_is_offered_the_mothers_district(at: Attaching) -> None:
    mother = at.desk.person(address="Абай көшесі, 1-үй")
    baby = at.desk.person(
        iin="",
        no_iin_reason=NoIinReason.NEWBORN,
        mother_iin=mother.iin.digits if mother.iin else "",
        given_name="Нәресте",
        birth_date=TODAY - dt.timedelta(days=3),
        address="",
    )
    assert at.use.attachments.districts(baby.id)[0].why is DistrictWhy.FREE
    _attach(at, mother, SECOND)
    first = at.use.attachments.districts(baby.id)[0]
    assert (first.district.number, first.why, first.is_proposed) == ("12", DistrictWhy.MOTHER, True)
    at.put_street("Абай көшесі", "абаи", CHILDREN)
    first = at.use.attachments.districts(baby.id)[0]
    assert (first.district.number, first.why) == ("8", DistrictWhy.MOTHER)


def test_an_address_nobody_serves_is_a_note_about_care_at_home(at: Attaching) -> None:
    person = at.desk.person(address="Бөтен көшесі, 4-үй")

    def notes(**changed: str) -> set[str]:
        check = at.use.attachments.check(application(person.id, **changed))
        return {f.code for f in check.findings if f.severity == "note"}

    assert "attachment.outside_area" not in notes()  # no streets are listed yet
    at.put_street("Абай көшесі", "абаи", SECOND)
    assert "attachment.outside_area" in notes()
    assert "attachment.outside_area" not in notes(care_at_home="келісілді")


def test_rows_counts_and_what_is_due_today(at: Attaching) -> None:
    first = at.desk.person(surname="Бірінші")
    second = at.desk.person(iin=iin("90021440000"), surname="Екінші", birth_date=dt.date(1990, 2, 14))
    third = at.desk.person(iin=iin("91021440000"), surname="Үшінші", birth_date=dt.date(1991, 2, 14))
    draft, _ = at.use.attachments.save_draft(application(third.id, consent=None), ACTOR)
    late = at.send(application(first.id, received_at=at.clock.now() - dt.timedelta(days=6)))
    sent = at.send(application(second.id))
    lists = at.use.attachment_lists
    assert [row.case_id for row in lists.rows(AttachmentFilter())] == [late.id, sent.id, draft.id]
    counts = lists.counts()
    assert {name: counts[name] for name in ("draft", "sent", "in_force", "overdue", "due_today")} == {
        "draft": 1,
        "sent": 2,
        "in_force": 0,
        "overdue": 1,
        "due_today": 0,
    }
    at.clock.forward(days=1)
    assert lists.counts()["due_today"] == 1
    row = lists.rows(AttachmentFilter(frozenset({CaseState.SENT}), text="екін"))[0]
    assert (row.name.split()[0], row.district, row.doctor) == ("Екінші", "7", "Сейтқали Е. Б.")
    assert "••" in row.iin
    assert [r.case_id for r in lists.rows(AttachmentFilter(text="9102"))] == [draft.id]
    assert [r.case_id for r in lists.rows(AttachmentFilter(due_until=at.clock.now()))] == [late.id]
    assert [r.case_id for r in lists.rows(AttachmentFilter(limit=1, offset=1))] == [sent.id]
    assert [r.case_id for r in lists.rows_of_patient(second.id)] == [sent.id]


def test_contracts_that_end_soon_come_soonest_first(at: Attaching) -> None:
    papers = (SeenDocument("foreign_document"), SeenDocument("insurance_contract"))
    for number, days in enumerate((31, 30, 0)):
        person = at.desk.person(
            iin=iin(f"9{number}021440000"), birth_date=dt.date(1990 + number, 2, 14), surname=f"Жұмыс{number}"
        )
        at.in_force(
            person.id,
            basis=AttachmentBasis.EAEU_CONTRACT,
            contract_until=TODAY + dt.timedelta(days=days),
            documents=papers,
        )
    ending = at.use.attachment_lists.contracts_ending()
    assert [(one.days_left, one.name.split()[0], one.district) for one in ending] == [
        (0, "Жұмыс2", "7"),
        (30, "Жұмыс1", "7"),
    ]


def test_a_contract_is_listed_under_the_district_of_today(at: Attaching) -> None:
    person = at.desk.person()
    at.in_force(
        person.id,
        basis=AttachmentBasis.EAEU_CONTRACT,
        contract_until=TODAY,
        documents=(SeenDocument("foreign_document"), SeenDocument("insurance_contract")),
    )
    _attach(at, at.patient(person.id), SECOND)
    assert at.use.attachment_lists.contracts_ending()[0].district == "12"


def test_children_who_come_of_age_are_listed_ahead(at: Attaching) -> None:
    last = TODAY + dt.timedelta(days=90)
    ages = {
        "Өтті": dt.date(2007, 11, 23),  # nineteen already
        "Бүгін": dt.date(2008, 11, 23),
        "Соңғы": last.replace(year=last.year - 18),
        "Кейін": last.replace(year=last.year - 18) + dt.timedelta(days=1),
    }
    for name, born in ages.items():
        _attach(at, _child(at, born, name), CHILDREN)
    _attach(at, _child(at, dt.date(2008, 12, 1), "Басқа"), DISTRICT)  # general practice takes all ages
    growing = at.use.attachment_lists.children_growing()
    assert [(one.name.split()[1], one.days_left) for one in growing] == [
        ("Өтті", -365),
        ("Бүгін", 0),
        ("Соңғы", 90),
    ]
    assert growing[0].district == "8"
    assert [one.name.split()[1] for one in at.use.attachment_lists.children_growing(0)] == ["Өтті", "Бүгін"]


def test_a_leap_day_child_comes_of_age_on_the_first_of_march(at: Attaching) -> None:
    _attach(at, _child(at, dt.date(2012, 2, 29)), CHILDREN)
    at.clock.moment = dt.datetime(2030, 2, 20, 5, tzinfo=dt.UTC)
    assert at.use.attachment_lists.children_growing(8) == []
    (child,) = at.use.attachment_lists.children_growing(9)
    assert (child.turns_on, child.days_left) == (dt.date(2030, 3, 1), 9)


def test_a_doctor_over_the_norm_in_all_districts_together(at: Attaching) -> None:
    person = at.desk.person()
    with at.store.write() as work:
        work.patients._driver.execute(  # type: ignore[attr-defined]
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1699) "
            "INSERT INTO patients (id, no_iin_reason, surname, sex, document, slip_language, "
            "attachment_state, district_id, is_here, created_at, updated_at) "
            "SELECT printf('%032x', i), 'unknown_person', 'x', 'male', 'none', 'kk', 'attached', "
            "CASE WHEN i % 2 THEN ? ELSE ? END, 1, '', '' FROM n",
            (DISTRICT, SECOND),
        )
        work.commit()

    def codes(district: DistrictId) -> list[str]:
        found = at.use.attachments.check(application(person.id, district_id=district)).findings
        return [f.code for f in found if f.severity == "warning"]

    assert codes(DISTRICT) == []
    other = _child(at, dt.date(1990, 1, 1))
    _attach(at, other, DISTRICT)
    assert codes(DISTRICT) == codes(SECOND) == ["attachment.doctor_over_norm"]
    assert codes(ADULTS) == []


def test_choices_are_those_of_the_tables(at: Attaching) -> None:
    use = at.use.attachments
    assert [(b.code.value, b.key, b.is_free_change) for b in use.bases()] == [
        ("residence", "1", False),
        ("free_choice", "2", True),
        ("family", "3", True),
        ("newborn", "4", False),
        ("study", "5", False),
        ("eaeu_contract", "6", False),
    ]
    assert [(g.code, g.key, g.needs_text) for g in use.grounds()][:3] == [
        ("not_genuine", "1", True),
        ("not_by_rules", "2", True),
        ("negative_answer", "3", False),
    ]
    assert [g.is_uncertain for g in use.grounds()] == [False] * 4 + [True] * 2
    worker = {d.code: d.is_needed for d in use.documents(AttachmentBasis.EAEU_CONTRACT)}
    assert worker["insurance_contract"]
    assert "guardian_proof" not in worker
    guardian = ConsentForm(ConsentGiver.GUARDIAN, ConsentWay.PAPER)
    child = {d.code: d for d in use.documents(AttachmentBasis.NEWBORN, guardian)}
    assert child["guardian_proof"].is_needed
    assert child["birth_certificate"].proves_identity


def test_the_check_says_when_it_takes_effect(at: Attaching) -> None:
    person = at.desk.person()
    check = at.use.attachments.check(application(person.id))
    assert (check.effective_on, check.mode, check.rule_is_uncertain) == (None, "all_year", True)
    at.clock.moment = dt.datetime(2025, 9, 10, 5, tzinfo=dt.UTC)
    free = at.use.attachments.check(application(person.id, basis=AttachmentBasis.FREE_CHOICE))
    assert (free.effective_on, free.mode) == (dt.date(2026, 1, 1), "campaign")
    assert at.use.attachments.check(application(person.id)).effective_on is None


def test_nobody_is_in_force_without_a_case(at: Attaching) -> None:
    person = at.desk.person()
    assert at.use.attachment_lists.in_force(person.id) is None
    assert at.use.attachment_lists.in_force(PatientId("f" * 32)) is None
