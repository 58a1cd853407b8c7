"""Every act writes its operation in its own transaction: a failing commit leaves neither of both."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clinic_desk.domain.attachment import EndReason, SeenDocument
from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.patient import AttachmentBasis, NoIinReason
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.ops import Op, OpKind, OpState, Receipt
from clinic_desk.services.actor import Actor
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.merging import MergeForm
from clinic_desk.services.sync.acts.asking import note_asked
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up import crash_points
from clinic_desk.services.sync.up.crash_points import CrashPoint
from clinic_desk.storage.unit_of_work import SqlUnitOfWork
from tests.services.attaching import Attaching, application
from tests.services.desk import ACTOR, PERSON, DeskOverStore, form_of, iin
from tests.services.whole_store import everything

K = OpKind
OTHER = Actor("Ким В.", Desk("T3", "3", "Ким В."))
WITHOUT_IIN: dict[str, Any] = {
    "iin": "",
    "no_iin_reason": NoIinReason.DOCUMENT_NOT_AT_HAND,
    "surname": "Жаңа",
    "phone": "8 705 000 00 05",
}


class CommitFails(Exception):
    """The disk is full."""


@dataclass
class Ward:
    """A desk with one person, and what was written about them."""

    at: Attaching
    person: PatientId

    @property
    def desk(self) -> DeskOverStore:
        return self.at.desk

    def ops(self) -> list[Op]:
        with self.desk.store.read() as work:
            return work.outbox.in_states(list(OpState))

    def kinds(self) -> list[OpKind]:
        return [op.kind for op in self.ops()]


@pytest.fixture
def ward(desk: DeskOverStore) -> Ward:
    person = desk.person()
    desk.insured(person.id)
    return Ward(Attaching.over(desk), person.id)


Act = Callable[[], Any]
"""One act, everything before it being done: it commits once."""


def _register(ward: Ward) -> Act:
    return lambda: ward.desk.person(iin=iin("90010140000"), surname="Басқа", birth_date=dt.date(1990, 1, 1))


def _change(ward: Ward) -> Act:
    patient = ward.at.patient(ward.person)
    return lambda: ward.desk.patients.change(patient, replace(PERSON, phone="8 702 111 22 33"), ACTOR)


def _complete(ward: Ward) -> Act:
    born = ward.desk.person(**WITHOUT_IIN)
    form = replace(PERSON, surname="Жаңа", iin=iin("88021440010"))
    return lambda: ward.desk.patients.change(born, form, ACTOR)


def _merge(ward: Ward) -> Act:
    gone = ward.desk.person(**WITHOUT_IIN)
    form = MergeForm(ward.at.patient(ward.person), gone, {MergeField.PHONE}, "бір адам", "Ким В.")
    return lambda: ward.desk.merging.merge(form, ACTOR)[0]


def _undo(ward: Ward) -> Act:
    done = _merge(ward)()
    plan = ward.desk.merging.plan_undo(done.id)
    return lambda: ward.desk.merging.undo(done.id, plan, ACTOR)


def _send(ward: Ward) -> Act:
    return lambda: ward.at.send(application(ward.person))


def _withdraw(ward: Ward) -> Act:
    case = _send(ward)()
    return lambda: ward.at.use.attachment_answers.withdraw(case.id, ACTOR, "қате")


def _end(ward: Ward) -> Act:
    case = ward.at.in_force(ward.person)
    return lambda: ward.at.use.attachment_answers.end(case.id, ACTOR, EndReason.MOVED_AWAY)


def _contract_runs_out(ward: Ward) -> Act:
    until = ward.desk.clock.today() + dt.timedelta(days=2)
    papers = (SeenDocument("foreign_document"), SeenDocument("insurance_contract", until))
    ward.at.in_force(ward.person, basis=AttachmentBasis.EAEU_CONTRACT, contract_until=until, documents=papers)
    ward.desk.clock.forward(days=3)
    return lambda: ward.at.use.attachment_answers.daily(ACTOR)


def _issue(ward: Ward) -> Act:
    ward.desk.numbering.prepare(ward.desk.store, ACTOR.desk.code)
    return lambda: ward.desk.issue(form_of(ward.person))


def _move(ward: Ward) -> Act:
    issued = _issue(ward)()
    cancelled = ReferralStatus.CANCELLED
    return lambda: ward.desk.referrals.move(issued.referral_id, cancelled, ACTOR, "қате")


def _record(ward: Ward) -> Act:
    return lambda: ward.desk.insured(ward.person)


def _ask(ward: Ward) -> Act:
    return lambda: ward.desk.insurance.ask(ward.person, None, ACTOR)


ACTS: dict[str, tuple[Callable[[Ward], Act], list[OpKind]]] = {
    "register": (_register, [K.PATIENT_REGISTER]),
    "change": (_change, [K.PATIENT_CHANGE]),
    "complete": (_complete, [K.PATIENT_CHANGE]),
    "merge": (_merge, [K.PATIENT_CHANGE, K.PATIENT_MERGE]),
    "unmerge": (_undo, [K.PATIENT_CHANGE, K.PATIENT_UNMERGE]),
    "attachment sent": (_send, [K.ATTACHMENT_SEND]),
    "attachment withdrawn": (_withdraw, [K.ATTACHMENT_END]),
    "attachment ended": (_end, [K.ATTACHMENT_END]),
    "contract ran out": (_contract_runs_out, [K.ATTACHMENT_END]),
    "referral issued": (_issue, [K.REFERRAL_ISSUE]),
    "referral moved": (_move, [K.REFERRAL_MOVE]),
    "answer recorded": (_record, [K.INSURANCE_RECORD]),
    "insurance asked": (_ask, [K.INSURANCE_ASK]),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_act_writes_its_operation_under_its_author(ward: Ward, act: str) -> None:
    begin, kinds = ACTS[act]
    do = begin(ward)
    before = len(ward.ops())
    do()
    written = ward.ops()[before:]
    assert [op.kind for op in written] == kinds
    assert {(op.actor, op.desk, op.acted_at, op.state) for op in written} == {
        (ACTOR.user, ACTOR.desk.code, ward.desk.clock.now(), OpState.PENDING)
    }
    assert len({op.op_id for op in written}) == len(written)


def test_the_list_of_acts_is_whole() -> None:
    assert {kind for _, kinds in ACTS.values() for kind in kinds} == set(OpKind)


@pytest.mark.parametrize("act", ACTS)
def test_a_failing_commit_leaves_neither_act_nor_operation(
    ward: Ward, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = ACTS[act][0](ward)
    seen = everything(ward.desk.store), ward.ops()

    def fails(_work: Any) -> None:
        raise CommitFails

    monkeypatch.setattr(SqlUnitOfWork, "commit", fails)
    with pytest.raises(CommitFails):
        do()
    monkeypatch.undo()
    assert (everything(ward.desk.store), ward.ops()) == seen


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_dies_behind_its_operation_leaves_nothing(ward: Ward, act: str) -> None:
    do = ACTS[act][0](ward)
    seen = everything(ward.desk.store), ward.ops()
    with _dies_at_the_operation(), pytest.raises(CommitFails):
        do()
    assert (everything(ward.desk.store), ward.ops()) == seen


@contextmanager
def _dies_at_the_operation() -> Iterator[None]:
    def hook(point: CrashPoint) -> None:
        if point is CrashPoint.ACT_WRITTEN:
            raise CommitFails

    crash_points.arm(hook)
    try:
        yield
    finally:
        crash_points.arm(None)


def test_a_person_whom_the_upstream_does_not_know_goes_first(ward: Ward) -> None:
    _forget(ward)
    _issue(ward)()
    person, issue = ward.ops()[-2:]
    assert (person.kind, issue.kind) == (K.PATIENT_REGISTER, K.REFERRAL_ISSUE)
    assert person.payload["values"]["iin"] == PERSON.iin
    _record(ward)()
    assert ward.kinds()[-1] is K.INSURANCE_RECORD
    assert ward.kinds()[-2] is K.REFERRAL_ISSUE


def test_a_change_of_somebody_unknown_there_is_their_registration(ward: Ward) -> None:
    _forget(ward)
    before = len(ward.ops())
    _change(ward)()
    (op,) = ward.ops()[before:]
    assert op.kind is K.PATIENT_REGISTER
    assert op.payload["values"]["phone"] == "+77021112233"


def test_a_change_says_old_and_new_and_the_version_it_was_made_over(ward: Ward) -> None:
    with ward.desk.store.write() as work:
        work.shadows.put([Shadow("Patient", "7", "3", "", {"resourceType": "Patient"}, ward.person)])
        work.commit()
    _change(ward)()
    op = ward.ops()[-1]
    assert op.payload == {"changes": {"phone": ["+77010000000", "+77021112233"]}}
    assert op.base_version == "3"


def test_a_form_saved_unchanged_is_no_news(ward: Ward) -> None:
    before = ward.kinds()
    patient = ward.at.patient(ward.person)
    ward.desk.patients.change(patient, PERSON, ACTOR)
    assert ward.kinds() == before


def test_drafts_and_their_end_stay_here(ward: Ward) -> None:
    before = ward.kinds()
    draft, _ = ward.at.use.attachments.save_draft(application(ward.person, consent=None), ACTOR)
    ward.at.use.attachment_answers.withdraw(draft.id, ACTOR)
    ward.desk.insurance.record_failure(ward.person, Channel.EGOV, WhyNoAnswer.NO_ANSWER, ACTOR)
    assert ward.kinds() == before


def test_what_the_upstream_answered_is_not_told_back(ward: Ward) -> None:
    before = ward.kinds()
    answer = RecordAnswer(ward.person, InsuranceStatus.INSURED_STATE, Channel.SERVICE)
    ward.desk.insurance.record(answer, ACTOR)
    assert ward.kinds() == before


def test_an_old_referral_is_sent_before_it_is_cancelled(ward: Ward) -> None:
    """It was issued before there was an outbox; its author and moment are those of the issue."""
    issued = ward.desk.issue(form_of(ward.person), "7" * 32, OTHER)
    _forget(ward)
    ward.desk.clock.forward(days=1)
    ward.desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "қате")
    person, issue, move = ward.ops()[-3:]
    assert (person.kind, issue.kind, move.kind) == (K.PATIENT_REGISTER, K.REFERRAL_ISSUE, K.REFERRAL_MOVE)
    assert (issue.actor, move.actor) == (OTHER.user, ACTOR.user)
    assert issue.acted_at == move.acted_at - dt.timedelta(days=1)
    assert move.payload == {"status": "cancelled", "note": "қате"}


def test_one_question_a_person_and_not_older_than_a_day(ward: Ward) -> None:
    ask = ward.desk.insurance.ask
    first, _ = ask(ward.person, None, ACTOR)
    again, _ = ask(ward.person, None, OTHER)
    assert again == first
    ward.desk.clock.forward(hours=24, seconds=1)
    later, _ = ask(ward.person, None, OTHER)
    assert later.op_id != first.op_id
    assert later.payload == {"day": ward.desk.clock.today().isoformat()}


def test_a_question_that_was_answered_may_be_put_again(ward: Ward) -> None:
    first, _ = ward.desk.insurance.ask(ward.person, None, ACTOR)
    with ward.desk.store.write() as work:
        _accept(work, first)
        note_asked(work, first)
        work.commit()
    assert ward.desk.insurance.ask(ward.person, None, ACTOR)[0].op_id == first.op_id
    ward.desk.clock.forward(minutes=1)
    ward.desk.insurance.record_failure(ward.person, Channel.SERVICE, WhyNoAnswer.NO_ANSWER, ACTOR)
    assert ward.desk.insurance.ask(ward.person, None, ACTOR)[0].op_id != first.op_id


def test_nobody_without_an_iin_can_be_asked_about(ward: Ward) -> None:
    newborn = ward.desk.person(**WITHOUT_IIN)
    with pytest.raises(InvalidValue, match="ask_needs_iin"):
        ward.desk.insurance.ask(newborn.id, None, ACTOR)


def _accept(work: Any, op: Op) -> None:
    work.outbox.save(
        replace(op, state=OpState.ACCEPTED, receipt=Receipt("CoverageEligibilityRequest", "1", "1"))
    )


def _forget(ward: Ward) -> None:
    """The store is as one from before there was an outbox."""
    with ward.desk.store.write() as work:
        driver = work.outbox._driver  # type: ignore[attr-defined]
        (guard,) = driver.execute("SELECT sql FROM sqlite_master WHERE name = 'outbox_no_delete'").fetchone()
        driver.execute("DROP TRIGGER outbox_no_delete")
        driver.execute("DELETE FROM outbox")
        driver.execute(guard)
        work.commit()


def test_what_was_taken_back_is_not_sent_by_what_follows(ward: Ward) -> None:
    case = _send(ward)()
    (sent,) = [op for op in ward.ops() if op.kind is K.ATTACHMENT_SEND]
    with ward.desk.store.write() as work:
        work.outbox.save(replace(sent, state=OpState.WITHDRAWN))
        work.commit()
    before = ward.kinds()
    ward.at.use.attachment_answers.withdraw(case.id, ACTOR, "қате")
    assert ward.kinds() == before
