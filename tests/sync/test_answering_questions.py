"""A supplier asks, the desk answers: the referral goes before the supplier again, under who answered."""

import pytest

from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.referral_progress import asked, progress_of
from clinic_desk.fhir.stamp import Stamp, author_of
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.down.receiving import Receiver
from tests.services.desk import ACTOR, DeskOverStore, form_of
from tests.sync.exchange import Exchange


@pytest.fixture
def ex(desk: DeskOverStore) -> Exchange:
    return Exchange.over(desk)


def _returned(ex: Exchange) -> ReferralId:
    person = ex.desk.person()
    ex.desk.insured(person.id)
    referral_id = ReferralId(ex.desk.issue(form_of(person.id)).referral_id)
    ex.drain()
    ex.desk.clock.forward(minutes=20)
    stamp = Stamp("0" * 32, "Бюро", "", ex.desk.clock.now())
    ex.server.put(asked(ex.there("Task"), "Қай жағы?", stamp))
    Receiver(ex.desk.store, ex.desk.clock, shipped_book(), ex.upstream).run(lambda *_: None, lambda: False)
    assert ex.desk.referrals.get(referral_id).status is ReferralStatus.RETURNED
    return referral_id


def test_the_answer_reaches_whoever_asked(ex: Exchange) -> None:
    referral_id = _returned(ex)
    ex.desk.clock.forward(minutes=5)
    ex.desk.referrals.move(referral_id, ReferralStatus.SENT, ACTOR, "Сол жағы")
    ex.drain()
    task = ex.there("Task")
    assert ex.op(OpKind.REFERRAL_MOVE).state is OpState.ACCEPTED
    assert (task["status"], [note["text"] for note in task["note"]]) == (
        "requested",
        ["Қай жағы?", "Сол жағы"],
    )
    assert author_of(task) == (ACTOR.user, ex.desk.clock.now())
    assert progress_of(task).question == ""
    assert ex.desk.referrals.get(referral_id).status is ReferralStatus.SENT


def test_the_question_and_the_answer_stand_in_the_history(ex: Exchange) -> None:
    referral_id = _returned(ex)
    ex.desk.referrals.move(referral_id, ReferralStatus.SENT, ACTOR, "Сол жағы")
    with ex.desk.store.read() as work:
        events = work.referrals.history(referral_id)
    assert [(event.status, event.note) for event in events[-2:]] == [
        (ReferralStatus.RETURNED, "Қай жағы?"),
        (ReferralStatus.SENT, "Сол жағы"),
    ]


def test_an_answer_after_the_decision_undoes_nothing(ex: Exchange) -> None:
    referral_id = _returned(ex)
    ex.server.put({**ex.there("Task"), "status": "accepted"})
    ex.desk.referrals.move(referral_id, ReferralStatus.SENT, ACTOR, "Сол жағы")
    ex.drain()
    assert ex.there("Task")["status"] == "accepted"
    op = ex.op(OpKind.REFERRAL_MOVE)
    assert (op.state, op.answer.code if op.answer else "") == (OpState.ACCEPTED, "nothing_to_send")
