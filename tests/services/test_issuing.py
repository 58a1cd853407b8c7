"""Issuing a referral: what is saved, what is refused, a press pressed twice, following it."""

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.attachment import AttachmentCase, CaseState, Consent, ConsentGiver, ConsentWay
from clinic_desk.domain.errors import InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId, ReferralId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.numbers import parse_number
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.domain.referral import Answer, ForbiddenMove, Payer, PrintState, ReferralStatus
from clinic_desk.domain.slip_code import slip_code
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.referrals import MAX_NOTE, ReasonNeeded, ReferralForm
from tests.services.desk import (
    ACTOR,
    DISTRICT,
    DOCTOR,
    EXCLUDED,
    FAR,
    FORMER_DOCTOR,
    NOT_TOLD,
    NOW,
    PERSON,
    SHIPA,
    THERAPIST,
    TODAY,
    ULTRASOUND,
    WITHOUT_BIN,
    DeskOverStore,
    form_of,
    iin,
)

AGAIN = {"referral.already_living": "екінші рет қажет"}


@pytest.fixture
def person(desk: DeskOverStore) -> PatientId:
    """An insured person."""
    saved = desk.person()
    desk.insured(saved.id)
    return saved.id


def _count(desk: DeskOverStore) -> int:
    return len(desk.referrals.rows(ReferralFilter(limit=10_000)))


def test_an_issued_referral_is_there_whole(desk: DeskOverStore, person: PatientId) -> None:
    form = form_of(person, note=" ашқарынға ", reason_evidence="УДЗ аппараты жоқ", quantity=2, icd="r104")
    issued, change = desk.referrals.issue(form, OperationId("op"), ACTOR)
    kept = desk.referrals.get(issued.referral_id)
    assert kept.number == issued.number
    assert parse_number(kept.number).desk == "T2"
    assert (kept.operation_id, kept.patient_id, kept.service_id) == ("op", person, ULTRASOUND)
    assert (kept.icd_code, kept.doctor_id, kept.reason, kept.supplier_id) == (
        "R10.4",
        DOCTOR,
        "no_equipment",
        SHIPA,
    )
    assert (kept.note, kept.reason_evidence, kept.quantity) == ("ашқарынға", "УДЗ аппараты жоқ", 2)
    assert (kept.issued_at, kept.issued_by, kept.desk) == (NOW, ACTOR.user, "2")
    assert kept.valid_until == TODAY + dt.timedelta(days=30)
    assert (kept.status, kept.print_state, kept.copies_printed) == (
        ReferralStatus.ISSUED,
        PrintState.TO_PRINT,
        0,
    )
    assert (kept.insurance.status, kept.insurance.payer) == (InsuranceStatus.INSURED_STATE, Payer.INSURANCE)
    assert kept.insurance.checked_at == NOW
    assert kept.version == 1
    assert change.touches(Kind.REFERRAL, kept.id)
    assert change.touches(Kind.REFERRAL, person)


def test_the_audit_log_says_who_and_when_and_names_nobody(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person, note="Үлгібаева"), "op-7")
    (line,) = desk.audit("referral", issued.referral_id)
    assert (line.action, line.user, line.desk, line.at) == ("referral.issue", ACTOR.user, "T2", NOW)
    assert line.operation_id == "op-7"
    assert "Үлгібаева" not in repr(line)
    assert PERSON.iin not in repr(line)
    with desk.store.read() as work:
        assert work.audit.verify() is None
        history = work.referrals.history(issued.referral_id)
    assert [(event.status, event.by, event.at) for event in history] == [
        (ReferralStatus.ISSUED, ACTOR.user, NOW)
    ]


def test_the_evidence_never_changes_afterwards(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person))
    before = desk.referrals.get(issued.referral_id).insurance
    desk.clock.forward(hours=1)
    desk.insured(person, InsuranceStatus.UNINSURED)
    assert desk.referrals.get(issued.referral_id).insurance == before


def test_paper_may_be_unwanted(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person, wants_paper=False))
    assert desk.referrals.get(issued.referral_id).print_state is PrintState.NOT_WANTED
    assert desk.referrals.counts()["to_print"] == 0


def test_the_draft_is_gone_once_the_referral_is_issued(desk: DeskOverStore, person: PatientId) -> None:
    other = Actor("Басқа", ACTOR.desk)
    desk.drafts.save("referral", person, {"icd": "R10"}, ACTOR)
    desk.drafts.save("referral", person, {"icd": "R10"}, other)
    desk.issue(form_of(person))
    assert desk.drafts.load("referral", person, ACTOR) is None
    assert desk.drafts.load("referral", person, other) is not None


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"doctor_id": None}, "referral.no_doctor"),
        ({"doctor_id": FORMER_DOCTOR}, "referral.doctor_not_working"),
        ({"service_id": None}, "referral.no_service"),
        ({"icd": ""}, "referral.no_diagnosis"),
        ({"icd": "U99.99"}, "referral.unknown_diagnosis"),
        ({"icd": "гипертония"}, "referral.unknown_diagnosis"),
        ({"reason": ""}, "referral.no_reason"),
        ({"supplier_id": None}, "referral.no_supplier"),
        ({"supplier_id": EXCLUDED}, "referral.supplier_not_listed"),
        ({"supplier_id": WITHOUT_BIN}, "referral.supplier_incomplete"),
        ({"supplier_id": FAR, "service_id": THERAPIST}, "referral.supplier_without_service"),
        ({"supplier_id": FAR, "service_id": NOT_TOLD}, "referral.supplier_without_service"),
    ],
)
def test_a_refused_referral_leaves_nothing(
    desk: DeskOverStore, person: PatientId, change: dict[str, Any], code: str
) -> None:
    form = replace(form_of(person), **change)
    check = desk.referrals.check(form)
    assert not check.may_be_issued
    desk.drafts.save("referral", person, {"icd": "R10"}, ACTOR)
    with pytest.raises(RuleBroken) as caught:
        desk.issue(form, "op")
    assert code in [finding.code for finding in caught.value.findings]
    assert _count(desk) == 0
    assert desk.drafts.load("referral", person, ACTOR) is not None
    with desk.store.read() as work:
        assert work.referrals.by_operation(OperationId("op")) is None
        assert work.audit.verify() is None
    # What was refused uses up no number: the next one is the first of its series.
    assert parse_number(desk.issue(form_of(person)).number).counter == 1


def test_an_uninsured_person_is_refused_and_a_guaranteed_diagnosis_is_not(desk: DeskOverStore) -> None:
    person = desk.person().id
    desk.insured(person, InsuranceStatus.UNINSURED)
    with pytest.raises(RuleBroken) as caught:
        desk.issue(form_of(person))
    (finding,) = caught.value.findings
    assert finding.code == "referral.uninsured"
    assert "guaranteed_care" in finding.instead
    issued = desk.issue(form_of(person, icd="C50.9"))
    kept = desk.referrals.get(issued.referral_id).insurance
    assert (kept.payer, kept.payer_rule, kept.status) == (
        Payer.GUARANTEED,
        "guaranteed_diagnosis",
        InsuranceStatus.UNINSURED,
    )
    assert (kept.answer, kept.group) == (Answer.COVERED_OTHER, "malignant")
    assert "108/2020" in kept.source
    assert kept.until == dt.date(2026, 12, 31)


def test_a_person_nobody_asked_about_is_referred_with_a_note(desk: DeskOverStore) -> None:
    person = desk.person().id
    issued = desk.issue(form_of(person))
    assert [finding.code for finding in issued.findings] == ["referral.insurance_unknown"]
    kept = desk.referrals.get(issued.referral_id).insurance
    assert (kept.status, kept.payer, kept.checked_at) == (InsuranceStatus.UNKNOWN, Payer.UNKNOWN, None)
    assert (kept.answer, kept.payer_rule, kept.until) == (Answer.UNKNOWN, "never_checked", None)


@pytest.mark.parametrize("status", [InsuranceStatus.UNINSURED, InsuranceStatus.INSURED_STATE])
def test_an_answer_too_old_to_act_on_neither_blocks_nor_covers(
    desk: DeskOverStore, status: InsuranceStatus
) -> None:
    person = desk.person().id
    desk.insured(person, status)
    desk.clock.forward(days=31)
    issued = desk.issue(form_of(person))
    assert [finding.code for finding in issued.findings] == ["referral.insurance_too_old"]
    kept = desk.referrals.get(issued.referral_id).insurance
    assert (kept.answer, kept.payer, kept.payer_rule) == (
        Answer.UNKNOWN,
        Payer.UNKNOWN,
        "evidence_too_old",
    )
    assert (kept.status, kept.checked_at) == (status, NOW)  # what was answered stays on the referral


def test_the_first_day_of_the_disease_decides_and_is_kept(desk: DeskOverStore) -> None:
    person = desk.person().id
    desk.insured(person, InsuranceStatus.UNINSURED)
    begun = TODAY - dt.timedelta(days=10)
    assert desk.referrals.check(form_of(person, icd="I21.0")).asks_onset
    assert not desk.referrals.check(form_of(person)).asks_onset
    issued = desk.issue(form_of(person, icd="I21.0", onset_on=begun))
    kept = desk.referrals.get(issued.referral_id).insurance
    assert (kept.answer, kept.onset_on, kept.group) == (Answer.COVERED_OTHER, begun, "infarction")
    long_ago = form_of(person, icd="I21.9", onset_on=dt.date(2026, 5, 22), service_id=ULTRASOUND)
    with pytest.raises(RuleBroken) as caught:
        desk.issue(long_ago)
    assert "referral.uninsured" in [finding.code for finding in caught.value.findings]


def test_a_first_day_that_decides_nothing_is_not_kept(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person, onset_on=TODAY))
    assert desk.referrals.get(issued.referral_id).insurance.onset_on is None


def test_the_contract_of_a_worker_pays_while_it_lasts(desk: DeskOverStore) -> None:
    person = desk.person().id
    desk.insured(person, InsuranceStatus.UNINSURED)
    with desk.store.write() as work:
        patient = work.patients.get(person)
        assert patient is not None
        attached = Attachment(AttachmentState.ATTACHED, DISTRICT, AttachmentBasis.EAEU_CONTRACT, TODAY)
        work.patients.save(replace(patient, attachment=attached))
        work.attachments.add(
            AttachmentCase(
                AttachmentCaseId(new_id()),
                person,
                OperationId(new_id()),
                NOW,
                "senior",
                CaseState.IN_FORCE,
                AttachmentBasis.EAEU_CONTRACT,
                DISTRICT,
                consent=Consent(ConsentGiver.PATIENT, ConsentWay.PAPER, NOW, "senior"),
                contract_until=TODAY + dt.timedelta(days=20),
                effective_on=TODAY,
            ),
            by="senior",
            at=NOW,
        )
        work.commit()
    form = form_of(person, service_id=THERAPIST)
    found = desk.referrals.check(form).verdict
    assert found is not None
    assert (found.answer, found.payer, found.until) == (
        Answer.COVERED_OTHER,
        Payer.CONTRACT,
        TODAY + dt.timedelta(days=20),
    )
    desk.clock.forward(days=21)
    later = desk.referrals.check(form).verdict
    assert later is not None
    assert (later.answer, later.reason) == (Answer.UNKNOWN, "contract_ended")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"note": "х" * (MAX_NOTE + 1)}, "referral.note_too_long"),
        ({"reason_evidence": "х" * (MAX_NOTE + 1)}, "referral.note_too_long"),
        ({"quantity": 0}, "referral.quantity"),
        ({"quantity": 100}, "referral.quantity"),
    ],
)
def test_values_out_of_bounds(
    desk: DeskOverStore, person: PatientId, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        desk.issue(form_of(person, **change))
    assert caught.value.code == code
    assert _count(desk) == 0


def test_values_at_their_bounds(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person, note="х" * MAX_NOTE, quantity=99))
    assert len(desk.referrals.get(issued.referral_id).note) == MAX_NOTE


def test_nobody_cannot_be_referred(desk: DeskOverStore) -> None:
    nobody = PatientId("f" * 32)
    for act in (lambda: desk.issue(form_of(nobody)), lambda: desk.referrals.check(form_of(nobody))):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.code == "patient.not_found"


def test_checking_writes_nothing(desk: DeskOverStore, person: PatientId) -> None:
    check = desk.referrals.check(form_of(person))
    assert check.may_be_issued
    assert check.verdict is not None
    assert check.verdict.payer is Payer.INSURANCE
    assert check.valid_until == TODAY + dt.timedelta(days=30)
    assert desk.referrals.check(ReferralForm(person)).verdict is None
    assert _count(desk) == 0


# The same person and service again -------------------------------------------------------------


def test_a_living_referral_asks_for_words_and_keeps_them(desk: DeskOverStore, person: PatientId) -> None:
    first = desk.issue(form_of(person))
    for words in ({}, {"referral.already_living": "  "}, {"something.else": "because"}):
        with pytest.raises(ReasonNeeded) as caught:
            desk.issue(form_of(person, reasons_given=words))
        (warning,) = caught.value.findings
        assert warning.params["number"] == first.number
    second = desk.issue(form_of(person, reasons_given={"referral.already_living": " екінші рет "}))
    kept = desk.referrals.get(second.referral_id)
    assert kept.reasons_given == {"referral.already_living": "екінші рет"}
    assert desk.audit("referral", second.referral_id)[0].reason == "referral.already_living"
    assert second.number != first.number


def test_a_referral_that_is_over_asks_for_nothing(desk: DeskOverStore, person: PatientId) -> None:
    first = desk.issue(form_of(person))
    desk.referrals.move(first.referral_id, ReferralStatus.CANCELLED, ACTOR, "қате")
    assert desk.issue(form_of(person)).findings == ()


def test_another_person_s_referral_asks_for_nothing(desk: DeskOverStore, person: PatientId) -> None:
    desk.issue(form_of(person))
    other = desk.person(iin=iin("90021440000")).id
    desk.insured(other)
    assert desk.issue(form_of(other)).findings == ()


# A press pressed twice -------------------------------------------------------------------------


def test_the_same_operation_again_gives_what_it_made(desk: DeskOverStore, person: PatientId) -> None:
    first = desk.issue(form_of(person), "op")
    again = desk.issue(form_of(person), "op")
    assert (again.referral_id, again.number) == (first.referral_id, first.number)
    assert (first.was_there, again.was_there) == (False, True)
    assert _count(desk) == 1
    assert len(desk.audit("referral", first.referral_id)) == 1
    # Even a form that would be refused by now: the act was done.
    assert desk.issue(form_of(person, doctor_id=None), "op").was_there


def _at_once(acts: list[Any]) -> list[Any]:
    ready = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(index: int) -> None:
        ready.wait()
        try:
            answers[index] = acts[index]()
        except Exception as error:
            answers[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_double_press_in_two_threads_makes_one(desk: DeskOverStore, person: PatientId) -> None:
    answers = _at_once([lambda: desk.issue(form_of(person), "op")] * 4)
    assert len({answer.number for answer in answers}) == 1
    assert sorted(answer.was_there for answer in answers) == [False, True, True, True]
    assert _count(desk) == 1


def test_different_operations_in_threads_get_different_numbers(
    desk: DeskOverStore, person: PatientId
) -> None:
    acts = [lambda: desk.issue(form_of(person, reasons_given=AGAIN)) for _ in range(12)]
    answers = _at_once(acts)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert len({answer.number for answer in answers}) == len(answers) == _count(desk)
    with desk.store.read() as work:
        assert work.audit.verify() is None


# Choices ---------------------------------------------------------------------------------------


def test_suppliers_that_may_take_the_person_earliest_first(desk: DeskOverStore) -> None:
    found = desk.referrals.suppliers(ULTRASOUND)
    assert [(row.supplier_id, row.is_long_wait) for row in found.rows] == [(SHIPA, False), (FAR, True)]
    assert found.rows[0].wait_days == 3  # the supplier's own offer, not the co-executor's
    assert found.rows[0].earliest == TODAY + dt.timedelta(days=3)
    assert [row.supplier_id for row in desk.referrals.suppliers(THERAPIST).rows] == [SHIPA]
    assert desk.referrals.suppliers(THERAPIST).rows[0].earliest is None


def test_doctors_that_work_today(desk: DeskOverStore) -> None:
    assert [row.doctor_id for row in desk.referrals.doctors()] == [DOCTOR]
    assert [row.doctor_id for row in desk.referrals.doctors("сейт")] == [DOCTOR]
    assert [row.doctor_id for row in desk.referrals.doctors("017")] == [DOCTOR]
    assert [row.doctor_id for row in desk.referrals.doctors("ерж тер")] == [DOCTOR]
    assert desk.referrals.doctors("хирург") == []


def test_services_and_diagnoses_by_code_and_word(desk: DeskOverStore) -> None:
    assert [row.service_id for row in desk.referrals.services("C03")] == [ULTRASOUND]
    assert [row.service_id for row in desk.referrals.services("узи")] == [ULTRASOUND]
    assert [row.service_id for row in desk.referrals.services("куысынын")] == [ULTRASOUND]
    assert len(desk.referrals.services()) == 3
    assert desk.referrals.diagnoses("R10.4")[0].code == "R10.4"
    assert desk.referrals.services("100%_") == []


def test_the_reasons_of_today(desk: DeskOverStore) -> None:
    assert [reason.key for reason in desk.referrals.reasons()] == ["1", "2", "3", "4", "5"]


# Following -------------------------------------------------------------------------------------


def test_moves_are_kept_in_the_history_and_the_log(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person))
    desk.clock.forward(hours=2)
    moved, _ = desk.referrals.move(issued.referral_id, ReferralStatus.SENT, ACTOR)
    assert (moved.status, moved.version) == (ReferralStatus.SENT, 2)
    desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, " қате ")
    with desk.store.read() as work:
        history = work.referrals.history(issued.referral_id)
        assert work.audit.verify() is None
    assert [(event.status, event.note) for event in history] == [
        (ReferralStatus.ISSUED, ""),
        (ReferralStatus.SENT, ""),
        (ReferralStatus.CANCELLED, "қате"),
    ]
    assert history[1].at == NOW + dt.timedelta(hours=2)
    actions = [line.action for line in desk.audit("referral", issued.referral_id)]
    assert actions == ["referral.issue", "referral.sent", "referral.cancelled"]


def test_a_forbidden_move_changes_nothing(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person))
    with pytest.raises(ForbiddenMove):
        desk.referrals.move(issued.referral_id, ReferralStatus.ACCEPTED, ACTOR)
    desk.referrals.move(issued.referral_id, ReferralStatus.COMPLETED, ACTOR)
    for status in ReferralStatus:
        with pytest.raises(ForbiddenMove):
            desk.referrals.move(issued.referral_id, status, ACTOR, "неге")
    assert desk.referrals.get(issued.referral_id).status is ReferralStatus.COMPLETED


def test_a_cancellation_needs_words(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person))
    with pytest.raises(InvalidValue) as caught:
        desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "  ")
    assert caught.value.code == "referral.reason_needed"
    assert desk.referrals.get(issued.referral_id).status is ReferralStatus.ISSUED


def test_a_referral_that_is_not_there(desk: DeskOverStore) -> None:
    nothing = ReferralId("f" * 32)
    for act in (
        lambda: desk.referrals.get(nothing),
        lambda: desk.referrals.move(nothing, ReferralStatus.SENT, ACTOR),
        lambda: desk.slips.pdf(nothing),
        lambda: desk.slips.print(nothing, ACTOR),
    ):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.code == "referral.not_found"


def test_a_scan_of_either_code_leads_to_the_referral(desk: DeskOverStore, person: PatientId) -> None:
    issued = desk.issue(form_of(person))
    for text in (
        issued.number,
        issued.number.lower(),
        slip_code(issued.number),
        f"{slip_code(issued.number)}\r",
    ):
        found = desk.referrals.by_scan(text)
        assert found is not None
        assert found.id == issued.referral_id
    wrong = issued.number[:-1] + ("0" if issued.number[-1] != "0" else "1")
    for text in (wrong, f"CD1|{issued.number}|0000", PERSON.iin, "", "Үлгібаева"):
        assert desk.referrals.by_scan(text) is None


def test_the_list_is_newest_first_and_filtered(desk: DeskOverStore, person: PatientId) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(desk.issue(form_of(person, reasons_given=AGAIN)).number)
        desk.clock.forward(minutes=1)
    assert [row.number for row in desk.referrals.rows(ReferralFilter())] == numbers[::-1]
    assert [row.number for row in desk.referrals.rows(ReferralFilter(text=numbers[1]))] == [numbers[1]]
    assert [row.number for row in desk.referrals.rows(ReferralFilter(limit=1, offset=1))] == [numbers[1]]
    sent = desk.referrals.rows(ReferralFilter())[0].referral_id
    desk.referrals.move(sent, ReferralStatus.SENT, ACTOR)
    only = ReferralFilter(statuses=frozenset({ReferralStatus.SENT.value}))
    assert [row.referral_id for row in desk.referrals.rows(only)] == [sent]
    counts = desk.referrals.counts()
    assert (counts["issued"], counts["sent"], counts["to_print"]) == (2, 1, 3)
    later = ReferralFilter(issued_from=NOW + dt.timedelta(minutes=1))
    assert len(desk.referrals.rows(later)) == 2
