"""An application from the draft to the answer, over a real encrypted store."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    ConsentGiver,
    ConsentWay,
    EndReason,
    ForbiddenCaseMove,
    SeenDocument,
)
from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.services.attachment_rows import AttachmentFilter, ConsentForm
from clinic_desk.services.changes import Kind
from clinic_desk.services.referrals import ReasonNeeded
from tests.services.attaching import ADULTS, SECOND, Attaching, application
from tests.services.desk import ACTOR, DISTRICT, NOW, TODAY, DeskOverStore, iin


@pytest.fixture
def at(desk: DeskOverStore) -> Attaching:
    return Attaching.over(desk)


@pytest.fixture
def patient_id(at: Attaching) -> PatientId:
    return at.desk.person().id


def test_sending_keeps_draft_consent_and_sending_in_one_act(at: Attaching, patient_id: PatientId) -> None:
    sent, change = at.use.attachments.send(application(patient_id), OperationId("o" * 32), ACTOR)
    case = at.use.attachments.get(sent.case.id)
    assert case == sent.case
    assert (case.state, case.sent_at, case.sent_by) == (CaseState.SENT, NOW, ACTOR.user)
    assert case.consent is not None
    assert (case.consent.at, case.consent.recorded_by) == (NOW, ACTOR.user)
    assert (case.received_at, case.due_at) == (NOW, dt.datetime(2026, 11, 24, 13, 0, tzinfo=dt.UTC))
    assert [event.state for event in at.use.attachment_lists.history(case.id)] == [
        CaseState.DRAFT,
        CaseState.CONSENTED,
        CaseState.SENT,
    ]
    assert at.patient(patient_id).attachment == Attachment(
        AttachmentState.PENDING, DISTRICT, AttachmentBasis.RESIDENCE
    )
    assert change.touches(Kind.ATTACHMENT, case.id)
    assert change.touches(Kind.PATIENT, patient_id)
    assert [line.action for line in at.desk.audit("attachment", case.id)] == ["attachment.send"]


def test_a_second_press_gives_the_same_case(at: Attaching, patient_id: PatientId) -> None:
    operation = OperationId("o" * 32)
    first, _ = at.use.attachments.send(application(patient_id), operation, ACTOR)
    again, _ = at.use.attachments.send(application(patient_id), operation, ACTOR)
    assert again.was_there
    assert again.case == first.case
    assert len(at.use.attachment_lists.rows(AttachmentFilter())) == 1


@pytest.mark.parametrize(
    "step",
    [
        "clinic_desk.services.attachment.log_case",
        "clinic_desk.services.attachment.set_attachment",
        "clinic_desk.services.attachment.due_of",
    ],
)
def test_sending_that_breaks_off_midway_leaves_nothing(
    at: Attaching, patient_id: PatientId, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(step, broken)
    with pytest.raises(OSError, match="power"):
        at.send(application(patient_id))
    monkeypatch.undo()
    assert at.use.attachment_lists.rows(AttachmentFilter()) == []
    assert at.patient(patient_id).attachment == Attachment()
    assert at.send(application(patient_id)).state is CaseState.SENT


def test_a_second_application_is_refused_in_words(at: Attaching, patient_id: PatientId) -> None:
    at.send(application(patient_id))
    with pytest.raises(RuleBroken) as caught:
        at.send(application(patient_id, district_id=SECOND))
    assert [f.code for f in caught.value.findings] == ["attachment.case_open"]
    with pytest.raises(RuleBroken):
        at.use.attachments.save_draft(application(patient_id), ACTOR)


def test_without_consent_neither_values_nor_use_cases_nor_the_store_let_it_through(
    at: Attaching, patient_id: PatientId
) -> None:
    form = application(patient_id, consent=None)
    with pytest.raises(RuleBroken) as caught:
        at.send(form)
    assert [f.code for f in caught.value.findings] == ["attachment.no_consent"]
    draft, _ = at.use.attachments.save_draft(form, ACTOR)
    for change in ({"state": CaseState.SENT}, {"sent_at": NOW}, {"state": CaseState.CONSENTED}):
        with pytest.raises(InvalidValue) as refused:
            replace(draft, **change)  # type: ignore[arg-type]
        assert refused.value.code == "attachment.no_consent"
    for sets in ("state = 'sent'", f"sent_at = '{NOW.isoformat()}'", "state = 'in_force'"):
        with pytest.raises(Exception, match="CHECK constraint failed"), at.store.write() as work:
            work.attachments._driver.execute(f"UPDATE attachment_cases SET {sets}")  # type: ignore[attr-defined]
    assert at.use.attachments.get(draft.id) == draft
    assert at.patient(patient_id).attachment == Attachment()


def test_a_draft_is_gone_on_with_and_keeps_when_the_consent_was_given(
    at: Attaching, patient_id: PatientId
) -> None:
    draft, _ = at.use.attachments.save_draft(application(patient_id, district_id=None), ACTOR)
    assert draft.state is CaseState.CONSENTED
    at.clock.forward(hours=1)
    form = replace(at.use.attachments.form(draft), district_id=SECOND, note="екі қабат")
    case = at.send(form)
    assert case.id == draft.id
    assert case.consent == draft.consent
    assert (case.district_id, case.note) == (SECOND, "екі қабат")
    assert at.use.attachments.open_case(patient_id) == case


def test_a_consent_ticked_by_mistake_is_taken_away(at: Attaching, patient_id: PatientId) -> None:
    draft, _ = at.use.attachments.save_draft(application(patient_id), ACTOR)
    form = replace(at.use.attachments.form(draft), consent=None)
    again, _ = at.use.attachments.save_draft(form, ACTOR)
    assert (again.state, again.consent) == (CaseState.DRAFT, None)


def test_two_desks_at_one_draft_lose_nothing(at: Attaching, patient_id: PatientId) -> None:
    draft, _ = at.use.attachments.save_draft(application(patient_id, note="бірінші"), ACTOR)
    seen = at.use.attachments.form(draft)
    at.use.attachments.save_draft(replace(seen, note="екінші терезе"), ACTOR)
    for act in (
        lambda: at.use.attachments.save_draft(replace(seen, note="бірінші терезе"), ACTOR),
        lambda: at.send(replace(seen, note="бірінші терезе")),
        lambda: at.use.attachments.save_draft(application(patient_id), ACTOR),
    ):
        with pytest.raises(Conflict) as caught:
            act()
        assert caught.value.code == "store.changed_elsewhere"
    kept = at.use.attachments.open_case(patient_id)
    assert kept is not None
    assert (kept.note, kept.state) == ("екінші терезе", CaseState.CONSENTED)


def test_the_store_itself_keeps_a_second_open_case_out(at: Attaching, patient_id: PatientId) -> None:
    at.use.attachments.save_draft(application(patient_id), ACTOR)
    other = AttachmentCase(AttachmentCaseId("2" * 32), patient_id, OperationId("3" * 32), NOW, "x")
    with pytest.raises(Conflict), at.store.write() as work:
        work.attachments.add(other, by="x", at=NOW)


def test_a_warning_asks_for_a_reason_and_for_who_allows_it(at: Attaching, patient_id: PatientId) -> None:
    for number in range(2):
        at.in_force(patient_id, basis=AttachmentBasis.FREE_CHOICE, district_id=(DISTRICT, SECOND)[number])
    form = application(patient_id, basis=AttachmentBasis.FREE_CHOICE)
    check = at.use.attachments.check(form)
    assert (check.free_changes_used, check.free_changes_limit) == (2, 2)
    assert check.may_be_sent
    assert check.missing == ("attachment.change_limit", "attachment.allowed_by_needed")
    with pytest.raises(ReasonNeeded) as caught:
        at.send(form)
    assert [f.code for f in caught.value.findings] == ["attachment.change_limit"]
    with pytest.raises(InvalidValue) as refused:
        at.send(replace(form, reasons_given={"attachment.change_limit": "дәрігер ауысты"}))
    assert refused.value.code == "attachment.allowed_by_needed"
    case = at.send(
        replace(form, reasons_given={"attachment.change_limit": " дәрігер ауысты "}, allowed_by="Аға Т.")
    )
    assert (dict(case.reasons_given), case.allowed_by) == (
        {"attachment.change_limit": "дәрігер ауысты"},
        "Аға Т.",
    )
    assert at.desk.audit("attachment", case.id)[-1].reason == "attachment.change_limit"


def test_changes_of_last_year_refused_or_taken_back_do_not_count(
    at: Attaching, patient_id: PatientId
) -> None:
    free = application(patient_id, basis=AttachmentBasis.FREE_CHOICE)
    at.use.attachment_answers.refuse(at.send(free).id, ACTOR, "no_consent")
    at.use.attachment_answers.withdraw(at.send(free).id, ACTOR, "ойланады")
    assert at.use.attachments.check(free).free_changes_used == 0
    at.in_force(patient_id, basis=AttachmentBasis.FREE_CHOICE)
    assert at.use.attachments.check(free).free_changes_used == 1
    at.clock.moment = dt.datetime(2026, 12, 31, 18, 59, tzinfo=dt.UTC)
    assert at.use.attachments.check(free).free_changes_used == 1
    at.clock.moment = dt.datetime(2026, 12, 31, 19, 0, tzinfo=dt.UTC)  # midnight in the clinic's zone
    assert at.use.attachments.check(free).free_changes_used == 0


def test_an_accepted_case_is_in_force_at_once_and_ends_the_one_before(
    at: Attaching, patient_id: PatientId
) -> None:
    first = at.in_force(patient_id)
    assert (first.state, first.effective_on, first.answer_number) == (CaseState.IN_FORCE, TODAY, "Р-1")
    assert at.patient(patient_id).attachment == Attachment(
        AttachmentState.ATTACHED, DISTRICT, AttachmentBasis.RESIDENCE, TODAY
    )
    at.clock.forward(days=1)
    sent = at.send(application(patient_id, district_id=SECOND))
    assert at.patient(patient_id).attachment.district_id == DISTRICT  # stays until the answer
    at.use.attachment_answers.accept(sent.id, ACTOR)
    former = at.use.attachments.get(first.id)
    assert (former.state, former.end_reason) == (CaseState.ENDED, EndReason.OTHER_DISTRICT)
    assert former.ended_on == TODAY + dt.timedelta(days=1)
    assert at.patient(patient_id).attachment.district_id == SECOND
    now = at.use.attachment_lists.in_force(patient_id)
    assert now is not None
    assert now.id == sent.id


def test_accepted_for_a_later_day_begins_on_that_day_and_only_once(
    at: Attaching, patient_id: PatientId
) -> None:
    case = at.send(application(patient_id))
    first = dt.date(2027, 1, 1)
    accepted, _ = at.use.attachment_answers.accept(case.id, ACTOR, effective_on=first)
    assert accepted.state is CaseState.ACCEPTED
    assert at.use.attachment_answers.daily(ACTOR)[0].begun == ()
    at.clock.moment = dt.datetime(2026, 12, 31, 18, 59, tzinfo=dt.UTC)
    assert at.use.attachment_answers.daily(ACTOR)[0].begun == ()
    at.clock.forward(minutes=1)
    daily, change = at.use.attachment_answers.daily(ACTOR)
    assert daily.begun == (case.id,)
    assert change.touches(Kind.PATIENT)
    assert at.patient(patient_id).attachment.since == first
    audit = len(at.desk.audit("attachment", case.id))
    again, change = at.use.attachment_answers.daily(ACTOR)
    assert again == ((), (), ())
    assert not change.kinds
    assert len(at.desk.audit("attachment", case.id)) == audit


def test_an_attachment_cannot_begin_before_it_was_sent(at: Attaching, patient_id: PatientId) -> None:
    case = at.send(application(patient_id))
    with pytest.raises(InvalidValue) as caught:
        at.use.attachment_answers.accept(case.id, ACTOR, effective_on=TODAY - dt.timedelta(days=1))
    assert caught.value.code == "attachment.effective_before_sending"


def test_a_refusal_puts_the_person_back_where_they_were(at: Attaching, patient_id: PatientId) -> None:
    with at.store.write() as work:
        patient = work.patients.get(patient_id)
        assert patient is not None
        work.patients.save(replace(patient, attachment=Attachment(AttachmentState.ELSEWHERE)))
        work.commit()
    case = at.send(application(patient_id, previous="№ 3 емхана"))
    assert at.patient(patient_id).attachment.state is AttachmentState.PENDING
    refused, _ = at.use.attachment_answers.refuse(case.id, ACTOR, "not_by_rules", " 12-тармақ ")
    assert (refused.state, refused.refusal_ground, refused.refusal_text) == (
        CaseState.REFUSED,
        "not_by_rules",
        "12-тармақ",
    )
    assert at.patient(patient_id).attachment == Attachment(AttachmentState.ELSEWHERE)
    assert at.send(application(patient_id)).id != case.id


@pytest.mark.parametrize(
    ("ground", "text", "code"),
    [
        ("list_full", "тізім толы", "attachment.unknown_ground"),
        ("", "", "attachment.unknown_ground"),
        ("not_genuine", "  ", "attachment.ground_needs_text"),
        ("not_by_rules", "", "attachment.ground_needs_text"),
    ],
)
def test_a_refusal_needs_a_ground_of_the_closed_list(
    at: Attaching, patient_id: PatientId, ground: str, text: str, code: str
) -> None:
    case = at.send(application(patient_id))
    with pytest.raises(RuleBroken) as caught:
        at.use.attachment_answers.refuse(case.id, ACTOR, ground, text)
    assert [f.code for f in caught.value.findings] == [code]
    assert at.use.attachments.get(case.id) == case


def test_an_answer_comes_once(at: Attaching, patient_id: PatientId) -> None:
    case = at.send(application(patient_id))
    at.use.attachment_answers.accept(case.id, ACTOR)
    for act in (
        lambda: at.use.attachment_answers.accept(case.id, ACTOR),
        lambda: at.use.attachment_answers.refuse(case.id, ACTOR, "no_consent"),
        lambda: at.use.attachment_answers.withdraw(case.id, ACTOR, "кеш"),
    ):
        with pytest.raises(ForbiddenCaseMove):
            act()


def test_withdrawing_asks_for_a_reason_once_it_was_sent(at: Attaching, patient_id: PatientId) -> None:
    draft, _ = at.use.attachments.save_draft(application(patient_id, consent=None), ACTOR)
    dropped, _ = at.use.attachment_answers.withdraw(draft.id, ACTOR)
    assert (dropped.state, dropped.end_reason) == (CaseState.ENDED, EndReason.WITHDRAWN)
    sent = at.send(application(patient_id))
    with pytest.raises(InvalidValue) as caught:
        at.use.attachment_answers.withdraw(sent.id, ACTOR, "  ")
    assert caught.value.code == "attachment.reason_needed"
    at.use.attachment_answers.withdraw(sent.id, ACTOR, "басқа емханаға барады")
    assert at.use.attachment_lists.history(sent.id)[-1].note == "басқа емханаға барады"
    assert at.patient(patient_id).attachment == Attachment()


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (EndReason.OTHER_ORGANISATION, AttachmentState.ELSEWHERE),
        (EndReason.MOVED_AWAY, AttachmentState.DETACHED),
        (EndReason.DIED, AttachmentState.DETACHED),
    ],
)
def test_ending_detaches_the_person(
    at: Attaching, patient_id: PatientId, reason: EndReason, state: AttachmentState
) -> None:
    case = at.in_force(patient_id)
    ended, _ = at.use.attachment_answers.end(case.id, ACTOR, reason)
    assert (ended.state, ended.ended_on, ended.end_reason) == (CaseState.ENDED, TODAY, reason)
    assert at.patient(patient_id).attachment == Attachment(state)


def test_what_cannot_be_ended_like_that(at: Attaching, patient_id: PatientId) -> None:
    sent = at.send(application(patient_id))
    with pytest.raises(ForbiddenCaseMove):
        at.use.attachment_answers.end(sent.id, ACTOR, EndReason.DIED)
    case, _ = at.use.attachment_answers.accept(sent.id, ACTOR)
    with pytest.raises(ForbiddenCaseMove):
        at.use.attachment_answers.end(case.id, ACTOR, EndReason.WITHDRAWN)
    with pytest.raises(InvalidValue) as caught:
        at.use.attachment_answers.end(case.id, ACTOR, EndReason.DIED, TODAY + dt.timedelta(days=1))
    assert caught.value.code == "attachment.ended_in_future"


def test_a_worker_is_detached_when_the_contract_ends(at: Attaching, patient_id: PatientId) -> None:
    last = TODAY + dt.timedelta(days=20)
    worker = {
        "basis": AttachmentBasis.EAEU_CONTRACT,
        "contract_until": last,
        "documents": (SeenDocument("foreign_document"), SeenDocument("insurance_contract", TODAY)),
    }
    case = at.in_force(patient_id, **worker)
    (ending,) = at.use.attachment_lists.contracts_ending()
    assert (ending.case_id, ending.contract_until, ending.days_left) == (case.id, last, 20)
    assert at.use.attachment_lists.contracts_ending(19) == []
    assert len(at.use.attachment_lists.contracts_ending(20)) == 1
    at.clock.forward(days=20)
    assert at.use.attachment_answers.daily(ACTOR)[0].ended == ()  # the last day itself still counts
    at.clock.forward(days=1)
    assert at.use.attachment_answers.daily(ACTOR)[0].ended == (case.id,)
    ended = at.use.attachments.get(case.id)
    assert (ended.ended_on, ended.end_reason) == (last, EndReason.CONTRACT_ENDED)
    assert at.patient(patient_id).attachment == Attachment(AttachmentState.DETACHED)
    assert at.use.attachment_answers.daily(ACTOR)[0].ended == ()


def test_the_history_of_the_person_says_who_attached_them(at: Attaching, patient_id: PatientId) -> None:
    at.in_force(patient_id)
    acts = [line.what.value for line in at.use.patients.history(patient_id)]
    assert acts == ["attached", "attached", "registered"]


def test_unknown_people_cases_and_long_words(at: Attaching, patient_id: PatientId) -> None:
    nobody = PatientId("f" * 32)
    for act in (
        lambda: at.use.attachments.check(application(nobody)),
        lambda: at.use.attachments.districts(nobody),
        lambda: at.use.attachments.get(AttachmentCaseId(nobody)),
        lambda: at.use.attachment_answers.accept(AttachmentCaseId(nobody), ACTOR),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(InvalidValue) as caught:
        at.use.attachments.save_draft(application(patient_id, note="ү" * 501), ACTOR)
    assert caught.value.code == "attachment.text_too_long"


def test_names_of_strangers_are_no_patterns_and_no_markup(at: Attaching) -> None:
    person = at.desk.person(surname="100%_<b>{0}</b>", given_name="'; DROP TABLE")
    consent = ConsentForm(ConsentGiver.BY_POWER, ConsentWay.PAPER, name="</para>&{x}")
    papers = (SeenDocument("identity_document"), SeenDocument("power_of_attorney"))
    case = at.send(application(person.id, consent=consent, documents=papers))
    assert case.consent is not None
    assert case.consent.name == "</para>&{x}"
    (row,) = at.use.attachment_lists.rows(AttachmentFilter(text="100%_<b>"))
    assert row.name.startswith("100%_<b>{0}</b>")
    assert at.use.attachment_lists.rows(AttachmentFilter(text="%")) == []


def test_an_adult_district_is_not_for_a_child_in_the_check(at: Attaching) -> None:
    child = at.desk.person(iin=iin("16050450000"), birth_date=dt.date(2016, 5, 4))
    check = at.use.attachments.check(application(child.id, district_id=ADULTS))
    assert {f.code for f in check.findings if f.severity == "block"} == {
        "attachment.age_of_district",
        "attachment.minor",
    }


def test_the_log_names_nobody(at: Attaching) -> None:
    person = at.desk.person(surname="Жасырын")
    case = at.in_force(person.id, note="Жасырын", previous="Жасырын", care_at_home="Жасырын")
    at.use.attachment_answers.end(case.id, ACTOR, EndReason.DIED)
    lines = at.desk.audit("attachment", case.id)
    assert [line.action for line in lines] == [
        "attachment.send",
        "attachment.accept",
        "attachment.begin",
        "attachment.end",
    ]
    told = " ".join(str(line) for line in lines)
    assert "Жасырын" not in told
    assert person.iin is not None
    assert person.iin.digits not in told


def test_after_a_merge_the_end_of_one_case_does_not_detach(at: Attaching, patient_id: PatientId) -> None:
    kept = at.in_force(patient_id)
    other = at.desk.person(iin=iin("90021440000"), birth_date=dt.date(1990, 2, 14))
    given = at.in_force(other.id)
    with at.store.write() as work:
        work.attachments._driver.execute(  # type: ignore[attr-defined]
            "UPDATE attachment_cases SET patient_id = ? WHERE id = ?", (patient_id, given.id)
        )
        work.commit()
    at.use.attachment_answers.end(given.id, ACTOR, EndReason.OTHER_ORGANISATION)
    assert at.patient(patient_id).attachment.is_here
    at.use.attachment_answers.end(kept.id, ACTOR, EndReason.OTHER_ORGANISATION)
    assert at.patient(patient_id).attachment.state is AttachmentState.ELSEWHERE
