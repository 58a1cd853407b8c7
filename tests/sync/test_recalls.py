"""Paper that later news makes wrong is listed with the news itself; news the other way heals it."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.catalogue import ListState
from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import OperationId, OpId, PatientId, RecallId, ReferralId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.referral import Answer, Payer, ReferralStatus
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState, Receipt
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd, RecallReason
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.sync.papers.contradictions import (
    MAX_WORDS,
    note_confirmed,
    note_refused,
    note_replaced,
    note_supplier_news,
)
from clinic_desk.services.sync.papers.recalls import PaperState, RecallService
from tests.services.desk import ACTOR, FAR, NOW, SHIPA, THERAPIST, ULTRASOUND, DeskOverStore, form_of

WORDS = "Қызмет тарифтер тізімінде жоқ <b>"


@pytest.fixture
def recalls(desk: DeskOverStore) -> RecallService:
    return RecallService(desk.store, desk.clock)


@pytest.fixture
def person(desk: DeskOverStore) -> PatientId:
    saved = desk.person()
    desk.insured(saved.id)
    return saved.id


def printed(desk: DeskOverStore, person: PatientId, **changed: object) -> ReferralId:
    referral_id = desk.issue(form_of(person, **changed)).referral_id
    desk.slips.print(referral_id, ACTOR)
    return ReferralId(referral_id)


def refuse(desk: DeskOverStore, referral_id: ReferralId, words: str = WORDS) -> PaperRecall | None:
    with desk.store.write() as work:
        recall = note_refused(work, referral_id, actor=ACTOR, at=desk.clock.now(), words=words)
        work.commit()
    return recall


def send(desk: DeskOverStore, referral_id: ReferralId, *further: ReferralStatus) -> None:
    for status in (ReferralStatus.SENT, *further):
        desk.referrals.move(referral_id, status, ACTOR)


def actions(desk: DeskOverStore, referral_id: ReferralId) -> list[str]:
    return [entry.action for entry in desk.audit("referral", referral_id)]


def test_a_refused_referral_on_paper_is_listed_with_whom_to_call_and_the_server_s_words(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    desk.clock.forward(minutes=38)
    refuse(desk, referral_id, WORDS + "я" * 900)
    (row,) = recalls.rows()
    assert (row.state, row.patient_name, row.phone) == (
        PaperState.RETURN,
        "Үлгібаева Айсұлу Маратқызы",
        "+7 701 000 00 00",
    )
    assert row.iin_masked.startswith("880214 ••")
    assert (row.printed_at, row.was_provisional, row.needs_call) == (NOW, True, True)
    assert row.recall is not None
    assert row.recall.detail == (WORDS + "я" * 900)[:MAX_WORDS]
    assert recalls.to_tell() == 1
    assert actions(desk, referral_id)[-1] == "paper.recall"


def test_the_same_news_twice_is_one_paper(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    assert refuse(desk, referral_id) is not None
    assert refuse(desk, referral_id) is None
    assert len(recalls.rows()) == 1


def test_a_referral_without_paper_is_none_to_recall(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = ReferralId(desk.issue(form_of(person)).referral_id)
    assert refuse(desk, referral_id) is None
    assert recalls.rows() == []


def test_news_that_is_not_kept_leaves_no_paper_to_recall(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    with desk.store.write() as work:
        assert note_refused(work, referral_id, actor=ACTOR, at=NOW) is not None
    assert recalls.rows() == []


def test_a_later_no_of_the_insurance_recalls_an_insured_service_and_a_later_yes_heals(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    printed(desk, person, service_id=THERAPIST)
    desk.clock.forward(minutes=30)
    desk.insured(person, InsuranceStatus.UNINSURED)
    (row,) = recalls.rows()
    assert row.recall is not None
    assert (row.referral_id, row.recall.reason) == (referral_id, RecallReason.NOT_INSURED)
    desk.clock.forward(minutes=30)
    desk.insured(person)
    assert recalls.rows() == []
    with desk.store.read() as work:
        (healed,) = work.recalls.of_referral(referral_id)
    assert (healed.end, healed.settled_at) == (RecallEnd.HEALED, desk.clock.now())


def test_a_no_says_nothing_of_papers_that_are_over(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    desk.referrals.move(referral_id, ReferralStatus.COMPLETED, ACTOR)
    desk.insured(person, InsuranceStatus.UNINSURED)
    assert recalls.rows() == []


def test_a_paper_that_says_the_person_pays_is_not_wrong_when_they_are_not_insured(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    paid = replace(
        desk.referrals.get(referral_id),
        id=ReferralId("c" * 32),
        number="T2-1EENS-00900-C",
        operation_id=OperationId("d" * 32),
    )
    paid = replace(paid, insurance=replace(paid.insurance, payer=Payer.SELF_PAY, answer=Answer.NOT_COVERED))
    with desk.store.write() as work:
        work.referrals.add(paid)
        work.commit()
    desk.insured(person, InsuranceStatus.UNINSURED)
    assert [row.referral_id for row in recalls.rows()] == [referral_id]


def test_a_supplier_that_left_the_list_recalls_its_papers_until_it_is_back(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    with desk.store.read() as work:
        supplier = work.catalogue.supplier(SHIPA)
    assert supplier is not None
    for state, papers in ((ListState.EXCLUDED, 1), (ListState.INCLUDED, 0)):
        with desk.store.write() as work:
            work.bulk.write(BulkKind.SUPPLIERS, [], [replace(supplier, state=state)])
            note_supplier_news(work, [FAR], actor=ACTOR, at=NOW)
            assert len(work.recalls.listed()) == 1 - papers
            note_supplier_news(work, [SHIPA], actor=ACTOR, at=NOW)
            work.commit()
        assert [row.referral_id for row in recalls.rows()] == [referral_id] * papers
    assert actions(desk, referral_id)[-2:] == ["paper.recall", "paper.settled"]


def test_a_call_is_told_and_taken_back(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    recall = refuse(desk, printed(desk, person))
    assert recall is not None
    told, _ = recalls.called(recall.id, ACTOR, " айттым ")
    assert (told.called_by, told.called_at, told.note, told.is_open) == (ACTOR.user, NOW, "айттым", True)
    assert (recalls.rows()[0].state, recalls.to_tell()) == (PaperState.TOLD, 0)
    recalls.not_called(recall.id, ACTOR)
    assert (recalls.rows()[0].state, recalls.to_tell()) == (PaperState.RETURN, 1)
    assert actions(desk, recall.referral_id)[-2:] == ["paper.told", "paper.not_told"]
    with pytest.raises(NotFound):
        recalls.called(RecallId("0" * 32), ACTOR)


def test_two_reasons_are_one_line_and_one_call(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    desk.insured(person, InsuranceStatus.UNINSURED)
    recall = refuse(desk, referral_id)
    (row,) = recalls.rows()
    assert [one.reason for one in row.recalls] == [RecallReason.REFUSED, RecallReason.NOT_INSURED]
    assert recall is not None
    recalls.settle(recall.id, RecallEnd.RETURNED, ACTOR)
    assert recalls.rows() == []
    assert [row.state for row in recalls.rows(since=NOW)] == [PaperState.DONE]


def test_print_new_voids_the_old_number_and_links_the_new_one(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person, note="ашқарынға")
    send(desk, referral_id)
    recall = refuse(desk, referral_id)
    assert recall is not None
    old_one = recalls.to_replace(recall.id)
    assert (old_one.replaces, old_one.note, old_one.supplier_id) == (referral_id, "ашқарынға", SHIPA)
    assert old_one.service is not None
    assert (old_one.service.service_id, old_one.diagnosis.code) == (ULTRASOUND, "R10.4")
    form = form_of(person, replaces=referral_id)
    issued = desk.issue(
        replace(form, supplier_id=FAR, reasons_given={"referral.long_wait": "пациент таңдады"})
    )
    old, new = desk.referrals.get(referral_id), desk.referrals.get(issued.referral_id)
    assert (old.status, new.status) == (ReferralStatus.CANCELLED, ReferralStatus.ISSUED)
    with desk.store.read() as work:
        (done,) = work.recalls.of_referral(referral_id)
        ops = work.outbox.of_record(person, referral_id)
    assert (done.end, done.replaced_by) == (RecallEnd.REPRINTED, new.id)
    assert [op.payload["status"] for op in ops if op.kind is OpKind.REFERRAL_MOVE] == ["cancelled"]
    assert recalls.rows() == []
    assert recalls.rows(since=NOW)[0].replaced_by == new.number
    desk.slips.pdf(referral_id)
    assert (desk.renderer.last.void_key, desk.renderer.last.replaced_by) == ("replaced", new.number)
    assert not desk.renderer.last.is_provisional
    desk.slips.pdf(new.id)
    assert desk.renderer.last.void_key == ""
    with pytest.raises(Conflict):
        desk.issue(replace(form, supplier_id=FAR, reasons_given={"referral.already_living": "тағы да"}))


def _op(desk: DeskOverStore, person: PatientId, referral_id: ReferralId, state: OpState) -> Op:
    key = OpId(f"{int(referral_id, 16) ^ 1:032x}")
    op = Op(0, key, key, OpKind.REFERRAL_ISSUE, person, referral_id, ACTOR.user, "T2", NOW)
    with desk.store.write() as work:
        known = work.outbox.of_record(person, referral_id)
        kept = known[0] if known else work.outbox.add(op)
        receipt = Receipt("ServiceRequest", "7", "1") if state is OpState.ACCEPTED else None
        done = replace(kept, state=state, answer=LastAnswer("refused", NOW, WORDS, 422), receipt=receipt)
        work.outbox.save(done)
        work.commit()
    return done


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [(OpState.REJECTED, OpState.WITHDRAWN, 0), (OpState.ACCEPTED, OpState.ACCEPTED, 1)],
)
def test_what_the_upstream_never_took_is_withdrawn_and_what_it_took_is_cancelled_there(
    desk: DeskOverStore,
    person: PatientId,
    recalls: RecallService,
    before: OpState,
    after: OpState,
    moves: int,
) -> None:
    referral_id = printed(desk, person)
    op = _op(desk, person, referral_id, before)
    recall = refuse(desk, referral_id)
    assert recall is not None
    desk.issue(form_of(person, replaces=referral_id))
    with desk.store.read() as work:
        ops = {one.op_id: one for one in work.outbox.of_record(person, referral_id)}
    assert ops[op.op_id].state is after
    assert len([one for one in ops.values() if one.kind is OpKind.REFERRAL_MOVE]) == moves


def test_a_referral_accepted_after_all_needs_nobody(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    refuse(desk, referral_id)
    with desk.store.write() as work:
        assert len(note_confirmed(work, referral_id, actor=ACTOR, at=NOW)) == 1
        work.commit()
    assert recalls.rows() == recalls.rows(since=NOW) == []


def test_that_the_upstream_has_a_refused_referral_heals_nothing(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    """The reply to the issue was lost, the refusal came down first, then the issue was sent again."""
    referral_id = printed(desk, person)
    send(desk, referral_id, ReferralStatus.REFUSED)
    with desk.store.write() as work:
        assert note_confirmed(work, referral_id, actor=ACTOR, at=NOW) == []
        work.commit()
    assert [row.state for row in recalls.rows()] == [PaperState.RETURN]


def test_a_reprint_of_a_recalled_paper_is_void_until_later_news_heals_it(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    desk.insured(person, InsuranceStatus.UNINSURED)
    (row,) = recalls.rows()
    assert row.recall is not None
    for end, void in ((None, "recalled"), (RecallEnd.TOLD, "recalled")):
        if end is not None:
            recalls.settle(row.recall.id, end, ACTOR)
        desk.slips.pdf(referral_id)
        assert desk.renderer.last.void_key == void
    desk.clock.forward(minutes=5)
    desk.insured(person)
    desk.slips.pdf(referral_id)
    assert desk.renderer.last.void_key == ""
    assert actions(desk, referral_id)[-2:] == ["paper.healed", "paper.recall"]


def test_who_was_told_not_to_go_has_to_hear_that_they_may(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    referral_id = printed(desk, person)
    desk.insured(person, InsuranceStatus.UNINSURED)
    (row,) = recalls.rows()
    assert row.recall is not None
    recalls.called(row.recall.id, ACTOR)
    desk.clock.forward(minutes=5)
    desk.insured(person)
    (row,) = recalls.rows()
    assert row.recall is not None
    assert (row.referral_id, row.state, row.recall.reason) == (
        referral_id,
        PaperState.TELL,
        RecallReason.RIGHT_AGAIN,
    )
    assert recalls.to_tell() == 1
    # And when it turns once more, only the last news stands in the list.
    desk.clock.forward(minutes=5)
    desk.insured(person, InsuranceStatus.UNINSURED)
    (row,) = recalls.rows()
    assert [one.reason for one in row.recalls] == [RecallReason.NOT_INSURED]
    assert row.state is PaperState.RETURN


def test_another_number_upstream_recalls_the_paper_with_the_old_one(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    old = printed(desk, person)
    new = ReferralId(desk.issue(form_of(person, service_id=THERAPIST)).referral_id)
    with desk.store.write() as work:
        assert note_replaced(work, old, new, actor=ACTOR, at=NOW) is not None
        work.commit()
    (row,) = recalls.rows()
    assert (row.state, row.replaced_by) == (PaperState.REPLACE, desk.referrals.get(new).number)
    assert [row.referral_id for row in recalls.of_patient(person)] == [old]


def test_provisional_papers_say_who_needs_nothing_who_waits_and_whom_to_call(
    desk: DeskOverStore, person: PatientId, recalls: RecallService
) -> None:
    given = {"referral.already_living": "екінші рет"}
    waits, heals, refused = (
        printed(desk, person, reasons_given=given if number else {}) for number in range(3)
    )
    desk.clock.forward(minutes=50)
    send(desk, heals, ReferralStatus.ACCEPTED)
    send(desk, refused, ReferralStatus.REFUSED)
    refuse(desk, refused)
    known_before = ReferralId(desk.issue(form_of(person, service_id=THERAPIST)).referral_id)
    send(desk, known_before)
    desk.clock.forward(minutes=1)
    desk.slips.print(known_before, ACTOR)
    known = {row.referral_id: row.state for row in recalls.provisional(NOW)}
    assert known == {
        waits: PaperState.WAITING,
        heals: PaperState.NOTHING,
        refused: PaperState.RETURN,
    }
    assert recalls.provisional(NOW + dt.timedelta(hours=1)) == []
    desk.slips.pdf(heals)
    assert (desk.renderer.last.is_provisional, desk.renderer.last.void_key) == (False, "")
    desk.slips.pdf(refused)
    assert (desk.renderer.last.is_provisional, desk.renderer.last.void_key) == (False, "refused")
