"""What others decide comes down: progress of referrals, attachments, answers, suppliers."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.attachment import CaseState, EndReason
from clinic_desk.domain.catalogue import ListState, Offer, Service, Supplier
from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId
from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.patient import Attachment, AttachmentState, Patient
from clinic_desk.domain.referral import MOVES, PrintState, ReferralStatus
from clinic_desk.domain.sync.arrivals import AttachmentDecision, DecisionOutcome
from clinic_desk.domain.sync.ops import OpKind, OpState, Receipt
from clinic_desk.domain.sync.recalls import RecallReason
from clinic_desk.fhir.attachment import decided
from clinic_desk.fhir.directory import healthcare_service, organization
from clinic_desk.fhir.insurance import eligibility_request, eligibility_response
from clinic_desk.fhir.referral_progress import asked, moved, refused, scheduled
from clinic_desk.fhir.systems import systems
from clinic_desk.services.sync.down.arrivals.arrival import UPSTREAM
from clinic_desk.services.sync.down.arrivals.referrals import ENDS, way
from tests.services.desk import ACTOR, DISTRICT, NOW, SHIPA, TODAY, ULTRASOUND, bin_of, form_of
from tests.sync.receiving.receiving_desk import CLINIC_BIN, OTHER_BIN, ReceivingDesk, Server, somebody, stamp
from tests.sync.receiving.test_receiving_people import here, linked

_S = ReferralStatus
CLINIC = {"identifier": {"system": "", "value": ""}}


def task_of(referral_id: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "identifier": [{"system": systems().task, "value": referral_id}],
        "status": "requested",
        "intent": "order",
        **more,
    }


@pytest.fixture
def referral(desk: ReceivingDesk, server: Server) -> Any:
    """A referral on paper of somebody known upstream."""
    person, _ = linked(desk, server)
    desk.opened.insured(person.id)
    issued = desk.opened.issue(form_of(person.id))
    with desk.store.write() as work:
        stored = work.referrals.get(issued.referral_id)
        printed = replace(stored, print_state=PrintState.PRINTED, copies_printed=1)
        work.referrals.save(printed, by="x", at=NOW)
        work.commit()
    return stored


def statuses(desk: ReceivingDesk, referral_id: Any) -> list[str]:
    with desk.store.read() as work:
        return [event.status.value for event in work.referrals.history(referral_id)]


def now_of(desk: ReceivingDesk, referral_id: Any) -> Any:
    with desk.store.read() as work:
        return work.referrals.get(referral_id)


def test_missing_steps_are_walked(desk: ReceivingDesk, server: Server, referral: Any) -> None:
    at = NOW + dt.timedelta(days=3)
    task = server.put(scheduled(task_of(referral.id), at, stamp("Шипа")))
    desk.run()
    assert statuses(desk, referral.id) == ["issued", "sent", "scheduled"]
    assert now_of(desk, referral.id).appointment_at == at
    server.put(scheduled(task, at + dt.timedelta(days=1), stamp("Шипа")))
    desk.run()
    assert now_of(desk, referral.id).appointment_at == at + dt.timedelta(days=1)
    server.put(moved(task, _S.COMPLETED, stamp("Шипа")))
    desk.run()
    assert statuses(desk, referral.id)[-1] == "completed"


def test_every_way_is_legal_and_ends_are_ends() -> None:
    for current in _S:
        for wanted in _S:
            path = way(current, wanted)
            if path is None:
                assert current in ENDS or wanted not in ENDS
                continue
            for before, after in zip([current, *path], path, strict=False):
                assert after in MOVES[before]
            assert not {_S.NOT_ATTENDED, _S.RETURNED} & set(path[:-1])


def test_a_refusal_keeps_the_ground_and_recalls_the_paper(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    server.put(refused(task_of(referral.id), "no_capacity", "Орын жоқ", stamp("Шипа")))
    desk.run()
    with desk.store.read() as work:
        last = work.referrals.history(referral.id)[-1]
        (recall,) = work.recalls.of_referral(referral.id)
    assert (last.status, last.note) == (_S.REFUSED, "Орын жоқ")
    assert (recall.reason, recall.detail) == (RecallReason.REFUSED, "Орын жоқ")


def test_a_question_comes_back_with_the_referral(desk: ReceivingDesk, server: Server, referral: Any) -> None:
    server.put(asked(task_of(referral.id), "Қан талдауы бар ма?", stamp("Шипа")))
    desk.run()
    with desk.store.read() as work:
        last = work.referrals.history(referral.id)[-1]
    assert (last.status, last.note, last.by) == (_S.RETURNED, "Қан талдауы бар ма?", "Шипа")


def test_of_two_ends_the_upstream_s_wins_and_nothing_comes_back_from_one(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    desk.opened.referrals.move(referral.id, _S.CANCELLED, desk.actor, "адам бас тартты")
    server.put(moved(task_of(referral.id, id="t1"), _S.COMPLETED, stamp("Шипа")))
    desk.run()
    assert now_of(desk, referral.id).status is _S.COMPLETED
    with desk.store.write() as work:
        for op in work.outbox.open_of(referral.patient_id):
            work.outbox.save(
                replace(op, state=OpState.ACCEPTED, receipt=Receipt("Task", "t1", "1"))
                if op.state is OpState.PENDING
                else op
            )
        work.commit()
    server.put(moved(task_of(referral.id, id="t1"), _S.ACCEPTED, stamp("Шипа")))
    got = desk.run()
    assert [one.why for one in got.set_aside] == ["illegal_step"]
    assert now_of(desk, referral.id).status is _S.COMPLETED
    assert desk.run().set_aside == ()


def test_progress_does_not_overtake_what_waits_here(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    desk.opened.referrals.move(referral.id, _S.SENT, desk.actor)
    desk.opened.referrals.move(referral.id, _S.CANCELLED, desk.actor, "адам бас тартты")
    server.put(moved(task_of(referral.id), _S.ACCEPTED, stamp("Шипа")))
    got = desk.run()
    assert got.set_aside == ()
    assert now_of(desk, referral.id).status is _S.CANCELLED


def _settled(desk: ReceivingDesk, referral: Any, state: OpState) -> None:
    with desk.store.write() as work:
        for op in work.outbox.open_of(referral.patient_id):
            if op.kind is OpKind.REFERRAL_MOVE:
                receipt = Receipt("Task", "t1", "2") if state is OpState.ACCEPTED else None
                work.outbox.save(replace(op, state=state, settled_at=desk.clock.now(), receipt=receipt))
        work.commit()


@pytest.mark.parametrize("state", [OpState.WITHDRAWN, OpState.REJECTED, OpState.ACCEPTED])
def test_progress_that_waited_for_a_step_made_here_is_taken_once_that_is_settled(
    desk: ReceivingDesk, server: Server, referral: Any, state: OpState
) -> None:
    server.put(asked(task_of(referral.id, id="t1"), "Қан талдауы бар ма?", stamp("Шипа")))
    desk.run()
    desk.opened.referrals.move(referral.id, _S.SENT, desk.actor, "иә")
    server.put(moved(task_of(referral.id, id="t1"), _S.ACCEPTED, stamp("Шипа")))
    desk.run()
    assert desk.run().set_aside == ()
    assert now_of(desk, referral.id).status is _S.SENT
    _settled(desk, referral, state)
    server.later(hours=2)
    assert desk.run().set_aside == ()
    assert now_of(desk, referral.id).status is _S.ACCEPTED
    with desk.store.read() as work:
        assert work.shadows.unresolved() == 0


def test_what_a_refused_step_does_not_let_through_waits_on(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    desk.opened.referrals.move(referral.id, _S.SENT, desk.actor)
    desk.opened.referrals.move(referral.id, _S.CANCELLED, desk.actor, "адам бас тартты")
    server.put(moved(task_of(referral.id), _S.ACCEPTED, stamp("Шипа")))
    desk.run()
    _settled(desk, referral, OpState.REJECTED)
    assert (desk.run().set_aside, desk.run().set_aside) == ((), ())
    _settled(desk, referral, OpState.WITHDRAWN)
    assert [one.why for one in desk.run().set_aside] == ["illegal_step"]
    assert desk.run().set_aside == ()


def test_progress_may_come_before_the_referral_it_speaks_of(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    task = task_of("", focus={"reference": "ServiceRequest/s1"})
    del task["identifier"]
    server.put(moved(task, _S.ACCEPTED, stamp("Шипа")))
    desk.run()
    assert statuses(desk, referral.id) == ["issued"]
    with desk.store.read() as work:
        assert work.shadows.unresolved() == 1
    server.put(
        {
            "resourceType": "ServiceRequest",
            "id": "s1",
            "identifier": [{"system": systems().referral, "value": referral.id}],
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/x"},
        }
    )
    desk.run()
    assert statuses(desk, referral.id) == ["issued", "sent", "accepted"]


# Attachment -------------------------------------------------------------------------------------


def episode(person: str, case_id: str = "", managing: str = CLINIC_BIN, **more: Any) -> dict[str, Any]:
    identifier = [{"system": systems().attachment, "value": case_id}] if case_id else []
    return {
        "resourceType": "EpisodeOfCare",
        **({"identifier": identifier} if identifier else {}),
        "status": "planned",
        "type": [{"coding": [{"system": systems().episode_type, "code": "attachment"}]}],
        "patient": {"reference": f"Patient/{person}"},
        "managingOrganization": {"identifier": {"system": systems().bin, "value": managing}},
        **more,
    }


def sent_case(desk: ReceivingDesk, person: Patient) -> Any:
    """An application that this desk sent."""
    from clinic_desk.domain.attachment import AttachmentCase, Consent, ConsentGiver, ConsentWay
    from clinic_desk.domain.ids import AttachmentCaseId, OperationId
    from clinic_desk.domain.patient import AttachmentBasis
    from clinic_desk.services.identity import new_id

    consent = Consent(ConsentGiver.PATIENT, ConsentWay.PAPER, NOW, "x")
    case = AttachmentCase(
        AttachmentCaseId(new_id()),
        person.id,
        OperationId(new_id()),
        NOW,
        "x",
        CaseState.SENT,
        AttachmentBasis.RESIDENCE,
        DISTRICT,
        consent=consent,
        was=Attachment(AttachmentState.ELSEWHERE),
        sent_at=NOW,
        sent_by="x",
        received_at=NOW,
    )
    waiting = Attachment(AttachmentState.PENDING, DISTRICT)
    with desk.store.write() as work:
        stored = work.patients.get(person.id)
        work.patients.save(replace(stored, attachment=waiting))
        added = work.attachments.add(case, by="x", at=NOW)
        work.commit()
    return added


def case_now(desk: ReceivingDesk, case: Any) -> Any:
    with desk.store.read() as work:
        return work.attachments.get(case.id)


def decision(outcome: DecisionOutcome, **more: Any) -> AttachmentDecision:
    return AttachmentDecision("", outcome, NOW, by="РПН", **more)


def test_a_yes_of_the_register_begins_on_its_day(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    case = sent_case(desk, person)
    yes = decision(DecisionOutcome.ACCEPTED, number="777", first_day=TODAY)
    body = server.put(decided(episode(there, case.id), yes, stamp("РПН")))
    desk.run()
    now = case_now(desk, case)
    assert (now.state, now.answer_number, now.effective_on) == (CaseState.IN_FORCE, "777", TODAY)
    assert here(desk).attachment.is_here
    assert here(desk).attachment.district_id == DISTRICT
    assert desk.shadow("EpisodeOfCare", body["id"]).local_id == case.id
    version = now.version
    server.put(decided(episode(there, case.id, id=body["id"]), yes, stamp("РПН")))
    assert desk.run().set_aside == ()
    assert case_now(desk, case).version == version


def test_the_log_names_the_upstream_whatever_name_it_gives(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    case = sent_case(desk, person)
    yes = replace(decision(DecisionOutcome.ACCEPTED, number="777", first_day=TODAY), by=ACTOR.user)
    server.put(decided(episode(there, case.id), yes, stamp("РПН")))
    desk.run()
    with desk.store.read() as work:
        lines = work.audit.of_object("attachment", case.id)
        events = work.attachments.history(case.id)
    assert {line.user for line in lines if line.action != "attachment.send"} == {UPSTREAM}
    assert [event.by for event in events][-1] == ACTOR.user


@pytest.mark.parametrize(
    ("ground", "kept"), [("negative_answer", "negative_answer"), ("not_of_the_list", "negative_answer")]
)
def test_a_no_keeps_its_ground_and_puts_the_person_back(
    desk: ReceivingDesk, server: Server, ground: str, kept: str
) -> None:
    person, there = linked(desk, server)
    case = sent_case(desk, person)
    no = decision(DecisionOutcome.REFUSED, ground=ground, text="Басқа ұйымда тұр")
    server.put(decided(episode(there, case.id), no, stamp("РПН")))
    desk.run()
    now = case_now(desk, case)
    assert (now.state, now.refusal_ground, now.refusal_text) == (CaseState.REFUSED, kept, "Басқа ұйымда тұр")
    assert here(desk).attachment.state is AttachmentState.ELSEWHERE


def test_a_yes_that_is_taken_back_ends_the_attachment(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    case = sent_case(desk, person)
    body = server.put(
        decided(episode(there, case.id), decision(DecisionOutcome.ACCEPTED, first_day=TODAY), stamp())
    )
    desk.run()
    server.put(
        decided(
            episode(there, case.id, id=body["id"]),
            decision(DecisionOutcome.REFUSED, ground="not_by_rules", text="Қате шешім"),
            stamp(),
        )
    )
    desk.run()
    assert (case_now(desk, case).state, case_now(desk, case).end_reason) == (
        CaseState.ENDED,
        EndReason.WITHDRAWN,
    )
    assert here(desk).attachment.state is AttachmentState.ELSEWHERE


def test_an_attachment_to_another_clinic_ends_ours(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    case = sent_case(desk, person)
    body = server.put(
        decided(episode(there, case.id), decision(DecisionOutcome.ACCEPTED, first_day=TODAY), stamp())
    )
    desk.run()
    server.put(
        decided(
            episode(there, managing=OTHER_BIN),
            decision(DecisionOutcome.ACCEPTED, first_day=TODAY),
            stamp(),
        )
    )
    desk.run()
    assert body
    assert here(desk).attachment.state is AttachmentState.ELSEWHERE
    assert case_now(desk, case).end_reason is EndReason.OTHER_ORGANISATION


def test_somebody_attached_here_elsewhere_becomes_a_person_of_this_clinic(
    desk: ReceivingDesk, server: Server
) -> None:
    there = server.patient(somebody(1), "")
    desk.run()
    first = TODAY - dt.timedelta(days=40)
    server.put(decided(episode(there["id"]), decision(DecisionOutcome.ACCEPTED, first_day=first), stamp()))
    desk.run()
    assert here(desk).attachment == Attachment(AttachmentState.ATTACHED, since=first)
    assert desk.shadow("Patient", there["id"]).local_id == here(desk).id


def test_an_attachment_may_come_before_its_person(desk: ReceivingDesk, server: Server) -> None:
    server.put(decided(episode("p1"), decision(DecisionOutcome.ACCEPTED, first_day=TODAY), stamp()))
    desk.run()
    with desk.store.read() as work:
        assert work.shadows.unresolved() == 1
    server.patient(somebody(1), "", id="p1")
    desk.run()
    assert here(desk).attachment.is_here


# Insurance --------------------------------------------------------------------------------------


def answer(server: Server, there: str, heard: Any, at: dt.datetime, key: str = "k") -> dict[str, Any]:
    request = eligibility_request(key, "", TODAY, NOW, person=f"Patient/{there}")
    return server.put(
        eligibility_response(
            heard, request, request_reference="CoverageEligibilityRequest/q", key=key, created=at
        )
    )


def test_an_answer_is_kept_as_of_the_server_s_moment(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    at = NOW - dt.timedelta(hours=2)
    heard = EligibilityAnswer(InsuranceStatus.INSURED_STATE, at, "pensioner", "R-1")
    body = answer(server, there, heard, at)
    desk.run()
    with desk.store.read() as work:
        (check,) = work.insurance.of_patient(person.id)
    assert (check.status, check.checked_at, check.channel, check.reference) == (
        InsuranceStatus.INSURED_STATE,
        at,
        Channel.SERVICE,
        "R-1",
    )
    server.put({**body, "disposition": "тағы"})
    desk.run()
    with desk.store.read() as work:
        assert len(work.insurance.of_patient(person.id)) == 1


def test_an_answer_written_down_here_that_comes_back_is_not_a_second_one(
    desk: ReceivingDesk, server: Server
) -> None:
    person, there = linked(desk, server)
    desk.clock.moment += dt.timedelta(microseconds=123_456)
    desk.opened.insured(person.id)
    with desk.store.read() as work:
        (check,) = work.insurance.of_patient(person.id)
    answer(server, there, EligibilityAnswer(check.status, check.checked_at), check.checked_at, check.id)
    desk.run()
    with desk.store.read() as work:
        assert work.insurance.of_patient(person.id) == [check]


def test_a_check_that_failed_never_replaces_the_last_good_answer(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    at = NOW - dt.timedelta(hours=2)
    answer(server, there, EligibilityAnswer(InsuranceStatus.INSURED_STATE, at), at)
    failed = answer(server, there, EligibilityFailure(WhyNoAnswer.REFUSED), NOW, "k2")
    answer(server, there, EligibilityFailure(WhyNoAnswer.NO_ANSWER), NOW, "k3")
    desk.run()
    server.put({**failed, "disposition": "тағы"})
    desk.run()
    with desk.store.read() as work:
        assert [one.status for one in work.insurance.of_patient(person.id)] == [InsuranceStatus.INSURED_STATE]
        assert [one.why for one in work.insurance.failures_of(person.id)] == [WhyNoAnswer.REFUSED]


def test_a_no_after_the_paper_recalls_it(desk: ReceivingDesk, server: Server, referral: Any) -> None:
    with desk.store.read() as work:
        there = work.shadows.of_local("Patient", referral.patient_id).resource_id
    at = NOW + dt.timedelta(minutes=5)
    desk.clock.forward(minutes=6)
    answer(server, there, EligibilityAnswer(InsuranceStatus.UNINSURED, at), at)
    desk.run()
    with desk.store.read() as work:
        assert [one.reason for one in work.recalls.of_referral(referral.id)] == [RecallReason.NOT_INSURED]


# Suppliers --------------------------------------------------------------------------------------


NEW_BIN = bin_of("98094000070")


def supplier(**changed: Any) -> Supplier:
    return replace(Supplier(SupplierId(""), "Жаңа клиника", NEW_BIN, state=ListState.INCLUDED), **changed)


def test_a_listed_organisation_becomes_a_supplier_and_its_offers_follow_in_any_order(
    desk: ReceivingDesk, server: Server
) -> None:
    with desk.store.read() as work:
        known = work.catalogue.service(ULTRASOUND)
    offer = Offer(OfferId("o" * 32), SupplierId(""), ULTRASOUND, wait_days=2)
    server.put(healthcare_service(known, supplier(), offer))
    desk.run()
    server.put(organization(supplier()))
    server.put(organization(supplier(bin=bin_of("98094000060"), state=ListState.UNKNOWN)))
    desk.run()
    desk.run()
    with desk.store.read() as work:
        found = work.catalogue.supplier_by_bin(NEW_BIN)
        assert found.name == "Жаңа клиника"
        assert [one.wait_days for one in work.catalogue.offers(found.id, ULTRASOUND)] == [2]
        assert work.catalogue.supplier_by_bin(bin_of("98094000060")) is None
        assert work.shadows.unresolved() == 0
        assert work.catalogue.supplier_list_date() == TODAY


def test_the_upstream_wins_and_what_it_does_not_tell_stays(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    with desk.store.read() as work:
        mine = work.catalogue.supplier(SHIPA)
    body = server.put(organization(replace(mine, name="Шипа жаңа", address="", state=ListState.EXCLUDED)))
    desk.run()
    with desk.store.read() as work:
        now = work.catalogue.supplier(SHIPA)
        recalls = work.recalls.of_referral(referral.id)
    assert (now.name, now.address, now.state) == ("Шипа жаңа", mine.address, ListState.EXCLUDED)
    assert now.distance_km == mine.distance_km
    assert [one.reason for one in recalls] == [RecallReason.SUPPLIER_GONE]
    assert [entry.user for entry in desk.opened.audit("supplier", SHIPA)] == ["upstream"]
    assert desk.shadow("Organization", body["id"]).local_id == SHIPA


def test_an_offer_that_ends_or_a_supplier_that_is_deleted_recalls_the_paper(
    desk: ReceivingDesk, server: Server, referral: Any
) -> None:
    with desk.store.read() as work:
        mine = work.catalogue.supplier(SHIPA)
    body = server.put(organization(mine))
    desk.run()
    server.later(minutes=1).store.delete("Organization", body["id"])
    desk.run()
    with desk.store.read() as work:
        assert work.catalogue.supplier(SHIPA).state is ListState.EXCLUDED
        assert [one.reason for one in work.recalls.of_referral(referral.id)] == [RecallReason.SUPPLIER_GONE]


def test_a_new_line_of_the_tariff_list_is_a_service(desk: ReceivingDesk, server: Server) -> None:
    server.put(healthcare_service(Service(ServiceId(""), "D99.001.001", "Новая", "Жаңа")))
    desk.run()
    with desk.store.read() as work:
        assert [one.title_kk for one in work.catalogue.services_by_code("D99.001.001")] == ["Жаңа"]
