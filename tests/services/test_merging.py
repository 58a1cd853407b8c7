"""Two records of one person made one over the encrypted store, and the way back, row by row."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Patient,
    Reminders,
)
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.services.duplicates import form_of as form_of_person
from clinic_desk.services.identity import new_id
from clinic_desk.services.merging import MergeForm, MergeSides
from clinic_desk.services.patients import AlreadyRegistered
from clinic_desk.services.people_port import Merge, UndoPlan
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.ports import BulkKind
from clinic_desk.storage.merged_rows import GIVEN
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.storage.tables import metadata
from tests.services.desk import ACTOR, DISTRICT, PERSON, DeskOverStore, form_of, iin
from tests.services.whole_store import everything

SECOND = "Оспанова Г."
WITHOUT_IIN = replace(PERSON, iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
NOTHING = UndoPlan({}, ())


def run(desk: DeskOverStore, sql: str, *values: Any) -> list[Any]:
    """A statement of the test's own, kept."""
    with desk.store.write() as work:
        rows = work.history._driver.execute(sql, values).fetchall()  # type: ignore[attr-defined]
        work.commit()
    return list(rows)


def merge(desk: DeskOverStore, kept: Patient, gone: Patient, *taken: MergeField, **more: Any) -> Merge:
    """A merge of the two as they are now."""
    sides = desk.merging.sides(kept.id, gone.id)
    chosen = taken or tuple(sides.taken)
    form = MergeForm(sides.kept, sides.gone, chosen, "бір адам", SECOND)
    return desk.merging.merge(replace(form, **more), ACTOR)[0]


def open_case(desk: DeskOverStore, person: Patient, state: str = "draft") -> None:
    run(
        desk,
        "INSERT INTO attachment_cases (id, patient_id, operation_id, opened_at, state, consent)"
        " VALUES (?, ?, ?, '2026-11-23T05:00:00.000000Z', ?, '{}')",
        new_id(),
        person.id,
        new_id(),
        state,
    )


@pytest.fixture
def two(desk: DeskOverStore) -> tuple[Patient, Patient]:
    """One person twice, both with answers, referrals, drafts, pairs; one with a case, a move, a failure."""
    kept = desk.person(patronymic="", phone="", address="")
    gone = desk.person(WITHOUT_IIN, document=DocumentKind.PASSPORT, document_number="N 1")
    twin = desk.person(iin=iin("88021440002"), given_name="Зере")
    for person in (gone, kept):
        desk.clock.forward(minutes=1)
        desk.insured(person.id)
        desk.issue(form_of(person.id))
        desk.clock.forward(minutes=1)
        stored = desk.patients.card(person.id).patient
        desk.patients.change(stored, replace(form_of_person(stored), address="Абай 3"), ACTOR)
    for person in (gone, twin):
        desk.patients.said_to_differ(gone.id if person is twin else kept.id, twin.id, "егіз", ACTOR)
    desk.drafts.save("referral", gone.id, {"service": "УДЗ"}, ACTOR)
    desk.drafts.save("patient", gone.id, {"altered": ["phone"]}, ACTOR)
    desk.drafts.save("patient", kept.id, {"altered": ["address"]}, ACTOR)
    open_case(desk, gone)
    run(
        desk,
        'INSERT INTO insurance_failures (patient_id, at, channel, "by", why)'
        " VALUES (?, '2026-11-23T05:00:00.000000Z', 'egov', 'u', 'no_answer')",
        gone.id,
    )
    run(desk, "INSERT INTO district_move_people SELECT 1, seq, version FROM patients WHERE id = ?", gone.id)
    desk.clock.forward(hours=1)
    return desk.patients.card(kept.id).patient, desk.patients.card(gone.id).patient


def test_every_table_that_names_a_person_is_given_on_or_said_to_stay() -> None:
    named = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "patients.id"
    }
    assert named == set(GIVEN)


def test_the_kept_person_has_everything_and_the_other_identity_leads_to_them(
    desk: DeskOverStore, two: tuple[Patient, Patient]
) -> None:
    kept, gone = two
    before = desk.merging.sides(kept.id, gone.id)
    assert before.gone_rows == {
        "insurance_checks": 1,
        "insurance_failures": 1,
        "referrals": 1,
        "attachment_cases": 1,
    }
    done = merge(desk, kept, gone)
    assert done.rows == before.gone_rows
    assert (done.gone_name, done.allowed_by, done.by) == (gone.name.full, SECOND, ACTOR.user)
    card = desk.patients.card(gone.id)
    assert card.patient.id == kept.id
    assert (len(card.checks), len(card.referrals)) == (2, 2)
    assert card.patient.document_number == "N 1"
    assert card.patient.version == kept.version + 1
    with desk.store.read() as work:
        assert work.patients.count() == 2
        assert work.merges.merged_into(gone.id) == kept.id
    assert desk.drafts.load("referral", kept.id, ACTOR) is not None
    draft = desk.drafts.load("patient", kept.id, ACTOR)
    assert draft is not None
    assert draft.payload == {"altered": ["address"]}
    assert [line.action for line in desk.audit("patient", gone.id)][-1] == "patient.merge"
    assert [line.action for line in desk.audit("patient", kept.id)][-1] == "patient.merge"
    # The two were told apart from the same twin: told once is enough.
    with desk.store.read() as work:
        assert len(work.pairs.others_of(kept.id)) == 1


def test_a_withdrawn_answer_counts_for_nobody_after_a_merge(
    desk: DeskOverStore, two: tuple[Patient, Patient]
) -> None:
    kept, gone = two
    desk.insured(gone.id, InsuranceStatus.UNINSURED)
    run(
        desk,
        "INSERT INTO insurance_withdrawals SELECT id, '2026-11-23T05:00:00.000000Z', 'u', 'import' "
        "FROM insurance_checks WHERE status = 'uninsured'",
    )
    merge(desk, kept, gone)
    (row,) = run(desk, "SELECT insurance_status FROM patients WHERE id = ?", kept.id)
    check = desk.patients.card(kept.id).check
    assert check is not None
    assert (row[0], check.status) == (InsuranceStatus.INSURED_STATE, InsuranceStatus.INSURED_STATE)


def test_undo_brings_back_every_row_of_every_table(desk: DeskOverStore, two: tuple[Patient, Patient]) -> None:
    before = everything(desk.store)
    done = merge(desk, *two)
    assert everything(desk.store) != before
    desk.clock.forward(hours=1)
    plan = desk.merging.plan_undo(done.id)
    assert plan == NOTHING
    assert plan.is_exact
    change = desk.merging.undo(done.id, plan, ACTOR)
    assert {two[0].id, two[1].id} <= change.ids
    assert everything(desk.store) == before
    assert desk.store.is_whole()
    assert [line.action for line in desk.audit("patient", two[1].id)][-2:] == [
        "patient.merge",
        "patient.unmerge",
    ]


def test_the_guards_stand_again_after_a_merge_and_after_one_that_failed(
    desk: DeskOverStore, two: tuple[Patient, Patient]
) -> None:
    kept, gone = two
    with pytest.raises(Conflict, match="changed_elsewhere"), desk.store.write() as work:
        work.merges.merge(
            Merge(MergeId(new_id()), kept.id, gone.id, desk.clock.now(), "u", "v", "w"),
            replace(kept, version=kept.version + 5),
        )
    for act in (lambda: None, lambda: merge(desk, kept, gone)):
        act()
        for sql in ("UPDATE insurance_checks SET patient_id = patient_id", "UPDATE referrals SET id = id"):
            with pytest.raises(Exception, match=r"append only|fixed at issue"):
                run(desk, sql)


def test_search_finds_the_kept_person_by_the_number_of_the_one_who_is_gone(desk: DeskOverStore) -> None:
    other = iin("88021440005")
    kept, gone = desk.person(), desk.person(iin=other, surname="Улгибаева")
    search = SqlPatientSearch(desk.store)
    done = merge(desk, kept, gone)
    assert [hit.patient_id for hit in search.find(other)] == [kept.id]
    assert [hit.patient_id for hit in search.find("Улгибаева")] == [kept.id]
    known = desk.patients.by_iin(other)
    assert known is not None
    assert known.id == kept.id
    with pytest.raises(AlreadyRegistered) as caught:
        desk.person(iin=other)
    assert caught.value.params["patient_id"] == kept.id
    (match,) = desk.patients.duplicates(PersonForm(iin=other))
    assert (match.likelihood, match.patient.id) == ("exact_iin", kept.id)
    desk.merging.undo(done.id, NOTHING, ACTOR)
    assert [hit.patient_id for hit in search.find(other)] == [gone.id]


def test_a_list_with_the_number_of_the_one_who_is_gone_speaks_of_the_kept_person(desk: DeskOverStore) -> None:
    other, third = iin("88021440005"), iin("88021440007")
    first, second, last = desk.person(), desk.person(iin=other), desk.person(iin=third)
    merge(desk, second, last)
    merge(desk, first, second)
    with desk.store.read() as work:
        found = work.bulk.existing(BulkKind.PATIENTS, [other, third, PERSON.iin, iin("90010130000")])
    assert {key: patient.id for key, patient in found.items()} == dict.fromkeys(
        (other, third, PERSON.iin), first.id
    )


def test_an_answer_taken_back_since_does_not_count_after_the_undo(desk: DeskOverStore) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    desk.insured(kept.id)
    done = merge(desk, kept, gone)
    run(
        desk,
        'INSERT INTO insurance_withdrawals (check_id, at, "by") SELECT id, ?, ? FROM insurance_checks',
        "2026-11-23T06:00:00.000000Z",
        "u",
    )
    desk.merging.undo(done.id, desk.merging.plan_undo(done.id), ACTOR)
    assert set(run(desk, "SELECT insurance_status, insurance_checked_at FROM patients")) == {
        ("unknown", None)
    }


def test_history_and_merges_are_not_written_over(desk: DeskOverStore) -> None:
    merge(desk, desk.person(), desk.person(WITHOUT_IIN))
    for sql in (
        "UPDATE patient_history SET changes = '{}'",
        "DELETE FROM patient_history",
        "DELETE FROM patient_merges",
    ):
        with pytest.raises(Exception, match=r"append only|never deleted"):
            run(desk, sql)


def test_the_number_may_come_from_either_side_and_both_lead_to_the_person(desk: DeskOverStore) -> None:
    other = iin("88021440005")
    kept, gone = desk.person(), desk.person(iin=other)
    before = everything(desk.store)
    done = merge(desk, kept, gone, MergeField.IIN)
    stored = desk.patients.card(kept.id).patient
    assert stored.iin is not None
    assert stored.iin.digits == other
    for digits in (other, PERSON.iin):
        found = desk.patients.by_iin(digits)
        assert found is not None
        assert found.id == kept.id
    desk.merging.undo(done.id, NOTHING, ACTOR)
    assert everything(desk.store) == before


def test_a_person_without_an_iin_is_completed_by_the_one_who_has_it(desk: DeskOverStore) -> None:
    known = desk.person()
    unfinished = desk.person(WITHOUT_IIN, phone="")
    with pytest.raises(AlreadyRegistered) as caught:
        desk.patients.change(unfinished, PERSON, ACTOR)
    assert caught.value.params["patient_id"] == known.id
    sides = desk.merging.sides(unfinished.id, known.id)
    assert MergeField.IIN in sides.taken
    merge(desk, unfinished, known)
    done = desk.patients.card(unfinished.id).patient
    assert done.iin is not None
    assert done.no_iin_reason is None


def test_a_merge_of_a_merge_leads_on_and_is_undone_in_its_turn(desk: DeskOverStore) -> None:
    first, second = desk.person(), desk.person(iin=iin("88021440005"))
    third = desk.person(iin=iin("88021440007"))
    one = merge(desk, second, third)
    two_ = merge(desk, first, second)
    with desk.store.read() as work:
        assert work.merges.merged_into(third.id) == first.id
        found = work.patients.by_iin(iin("88021440007"))
    assert found is not None
    assert found.id == first.id
    with pytest.raises(Conflict, match="kept_is_gone"):
        desk.merging.plan_undo(one.id)
    fourth = desk.person(iin=iin("88021440009"))
    three = merge(desk, first, fourth)
    with pytest.raises(Conflict, match="later_first"):
        desk.merging.plan_undo(two_.id)
    for done in (three, two_, one):
        desk.merging.undo(done.id, NOTHING, ACTOR)
    with desk.store.read() as work:
        assert work.patients.count() == 4
    with pytest.raises(NotFound, match="not_found"):
        desk.merging.plan_undo(one.id)


def test_what_came_since_stays_and_is_told_first(desk: DeskOverStore, two: tuple[Patient, Patient]) -> None:
    kept, gone = two
    done = merge(desk, kept, gone)
    desk.clock.forward(hours=1)
    desk.insured(kept.id, InsuranceStatus.UNINSURED)
    number = desk.issue(form_of(kept.id, service_id="2" * 32, supplier_id="7" * 32)).number
    merged = desk.patients.card(kept.id).patient
    desk.patients.change(
        merged,
        replace(form_of_person(merged), phone="+7 705 000 00 00"),
        ACTOR,
    )
    plan = desk.merging.plan_undo(done.id)
    assert plan.added == {"insurance_checks": 1, "referrals": 1}
    assert plan.changed == ("phone",)
    assert not plan.is_exact
    with pytest.raises(Conflict, match="more_came"):
        desk.merging.undo(done.id, NOTHING, ACTOR)
    desk.merging.undo(done.id, plan, ACTOR)
    card, back = desk.patients.card(kept.id), desk.patients.card(gone.id)
    assert back.patient == gone
    assert card.patient.phone is not None
    assert card.patient.phone.e164 == "+77050000000"
    assert card.patient.document_number == kept.document_number
    assert card.patient.version == merged.version + 2
    assert number in {row.number for row in card.referrals}
    assert (len(card.referrals), len(back.referrals)) == (2, 1)
    assert (len(card.checks), len(back.checks)) == (2, 1)
    with desk.store.read() as work:
        rows = work.history._driver.execute(  # type: ignore[attr-defined]
            "SELECT id, insurance_status FROM patients"
        ).fetchall()
    assert dict(rows)[kept.id] == "uninsured"
    assert dict(rows)[gone.id] == "insured_state"


def test_an_iin_that_is_somebody_elses_by_now_keeps_the_merge_standing(desk: DeskOverStore) -> None:
    other = iin("88021440005")
    kept, gone = desk.person(WITHOUT_IIN), desk.person(iin=other)
    done = merge(desk, kept, gone)
    stored = desk.patients.card(kept.id).patient
    desk.patients.change(stored, replace(PERSON, iin=iin("88021440007")), ACTOR)
    stranger = desk.person(iin=iin("88021440009"))
    run(desk, "UPDATE patients SET iin = ? WHERE id = ?", other, stranger.id)
    before = everything(desk.store)
    with pytest.raises(Conflict, match="iin_taken"):
        desk.merging.undo(done.id, NOTHING, ACTOR)
    assert everything(desk.store) == before


def test_a_row_number_given_to_somebody_else_does_not_stop_the_undo(desk: DeskOverStore) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    run(desk, "INSERT INTO district_move_people SELECT 1, seq, version FROM patients WHERE id = ?", gone.id)
    done = merge(desk, kept, gone)
    newcomer = desk.person(iin=iin("90010130000"), surname="Жаңаев")
    assert run(desk, "SELECT * FROM district_move_people") == []
    desk.merging.undo(done.id, NOTHING, ACTOR)
    seqs = dict(run(desk, "SELECT id, seq FROM patients"))
    assert len(set(seqs.values())) == 3
    assert run(desk, "SELECT patient FROM district_move_people") == [(seqs[gone.id],)]
    assert desk.patients.card(gone.id).patient == gone
    assert desk.patients.card(newcomer.id).patient == newcomer


def test_what_speaks_against_it_is_found(desk: DeskOverStore) -> None:
    kept = desk.person()
    gone = desk.person(iin=iin("88021440005"), sex=Sex.MALE, birth_date=dt.date(1988, 2, 15))
    desk.patients.said_to_differ(kept.id, gone.id, "аттас", ACTOR)
    sides: MergeSides = desk.merging.sides(kept.id, gone.id)
    assert [(finding.code, finding.severity) for finding in sides.findings] == [
        ("merge.two_iins", "warning"),
        ("merge.two_sexes", "warning"),
        ("merge.two_birth_dates", "warning"),
        ("merge.said_to_differ", "warning"),
    ]
    open_case(desk, kept)
    open_case(desk, gone, "sent")
    with pytest.raises(RuleBroken) as caught:
        merge(desk, kept, gone)
    assert [finding.code for finding in caught.value.findings] == ["merge.open_cases"]
    with desk.store.read() as work:
        assert work.patients.count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "merge.reason_needed"),
        ({"allowed_by": ""}, "merge.second_person_needed"),
        ({"allowed_by": " серікова  г. "}, "merge.same_person_twice"),
    ],
)
def test_a_merge_needs_a_reason_and_two_people(
    desk: DeskOverStore, change: dict[str, str], code: str
) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    with pytest.raises(InvalidValue, match=code):
        merge(desk, kept, gone, **change)


def test_records_that_were_changed_since_they_were_shown_are_not_merged(desk: DeskOverStore) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    desk.patients.change(gone, replace(WITHOUT_IIN, phone="+7 705 000 00 00"), ACTOR)
    with pytest.raises(Conflict, match="changed_elsewhere"):
        desk.merging.merge(MergeForm(kept, gone, (), "бір адам", SECOND), ACTOR)
    done = merge(desk, kept, gone)
    assert done.gone_id == gone.id
    with pytest.raises(InvalidValue, match="same_record"):
        desk.merging.sides(kept.id, gone.id)
    with pytest.raises(NotFound, match="not_found"):
        desk.merging.sides(kept.id, PatientId("0" * 32))


def test_an_attachment_here_is_not_lost_by_a_merge(desk: DeskOverStore) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    with desk.store.write() as work:
        work.patients.save(replace(kept, attachment=Attachment(AttachmentState.ELSEWHERE)))
        work.patients.save(replace(gone, attachment=Attachment(AttachmentState.ATTACHED, DISTRICT)))
        work.commit()
    merge(desk, kept, gone)
    assert desk.patients.card(kept.id).patient.attachment.district_id == DISTRICT


def test_the_history_tells_of_both_people_of_the_merge_and_of_its_undo(
    desk: DeskOverStore, two: tuple[Patient, Patient]
) -> None:
    kept, gone = two
    of_gone = desk.patients.history(gone.id)
    done = merge(desk, kept, gone)
    lines = desk.patients.history(kept.id)
    assert lines[0].what is HistoryKind.MERGED
    assert (lines[0].merge_id, lines[0].can_undo, lines[0].reason) == (done.id, True, "бір адам")
    assert lines[0].changes["document_number"] == ("", "N 1")
    assert [line for line in lines if line.patient_id == gone.id] == of_gone
    desk.clock.forward(hours=1)
    desk.merging.undo(done.id, NOTHING, ACTOR)
    undone, merged, *_ = desk.patients.history(kept.id)
    assert (undone.what, merged.what) == (HistoryKind.UNMERGED, HistoryKind.MERGED)
    assert undone.changes["document_number"] == ("N 1", "")
    assert not merged.can_undo
    assert desk.patients.history(gone.id) == of_gone


def test_an_act_meant_for_the_record_that_is_gone_is_not_written_for_somebody(desk: DeskOverStore) -> None:
    kept, gone = desk.person(), desk.person(WITHOUT_IIN)
    merge(desk, kept, gone)
    for act in (
        lambda: desk.insured(gone.id),
        lambda: desk.issue(form_of(gone.id)),
        lambda: desk.patients.change(gone, WITHOUT_IIN, ACTOR),
        lambda: desk.insurance.record_failure(gone.id, Channel.EGOV, WhyNoAnswer.NO_ANSWER, ACTOR),
    ):
        with pytest.raises(Conflict, match="changed_elsewhere"):
            act()


WORDS = st.text(alphabet="Абәқ -'<", min_size=1, max_size=6).map(lambda text: f"Ж{text}")
FORMS = st.builds(
    PersonForm,
    no_iin_reason=st.just(NoIinReason.DOCUMENT_NOT_AT_HAND),
    surname=WORDS,
    given_name=WORDS,
    birth_date=st.dates(dt.date(1950, 1, 1), dt.date(2026, 1, 1)),
    sex=st.sampled_from([Sex.MALE, Sex.FEMALE]),
    phone=st.sampled_from(["", "+7 701 000 00 00", "+7 702 000 00 00"]),
    address=st.sampled_from(["", "Абай 1", "Үлгі көшесі, 14-үй"]),
    document=st.sampled_from(list(DocumentKind)),
    reminders=st.sampled_from(list(Reminders)),
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    FORMS,
    FORMS,
    st.integers(0, 2),
    st.integers(0, 2),
    st.frozensets(st.sampled_from(list(MergeField))),
    st.booleans(),
)
def test_merge_then_undo_changes_nothing(
    one: PersonForm,
    other: PersonForm,
    answers: int,
    referrals: int,
    taken: frozenset[MergeField],
    has_iin: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = _opened(Path(folder))
        kept = desk.person(replace(one, iin=PERSON.iin) if has_iin else one)
        gone = desk.person(other)
        for count, person in ((answers, gone), (referrals, kept)):
            for _ in range(count):
                desk.clock.forward(minutes=1)
                desk.insured(person.id)
        before = everything(desk.store)
        done = merge(desk, kept, gone, *taken)
        desk.merging.undo(done.id, desk.merging.plan_undo(done.id), ACTOR)
        assert everything(desk.store) == before
        desk.abandon()


def _opened(folder: Path) -> DeskOverStore:
    from tests.services.desk import fill

    desk = DeskOverStore.open(folder)
    fill(desk.store)
    return desk
