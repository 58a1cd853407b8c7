"""Papers of a case: what they are made of, seen before sending, printed and logged."""

import datetime as dt

import pytest

from clinic_desk.domain.attachment import ConsentGiver, ConsentWay, SeenDocument
from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import AttachmentCaseId, PatientId
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.services.attachment_content import PaperConsent
from clinic_desk.services.attachment_rows import ConsentForm, PaperKind
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import Language
from tests.services.attaching import Attaching, application
from tests.services.desk import ACTOR, NOW, TODAY, DeskOverStore


@pytest.fixture
def at(desk: DeskOverStore) -> Attaching:
    return Attaching.over(desk)


@pytest.fixture
def patient_id(at: Attaching) -> PatientId:
    return at.desk.person(slip_language=SlipLanguage.BOTH).id


def test_the_form_is_seen_as_the_application_it_would_be(at: Attaching, patient_id: PatientId) -> None:
    consent = ConsentForm(ConsentGiver.BY_POWER, ConsentWay.SIGNATURE, name="Ким О.")
    form = application(
        patient_id,
        consent=consent,
        previous=" № 3 емхана ",
        documents=(SeenDocument("identity_document", TODAY),),
    )
    picture = at.use.attachment_papers.preview(form, ACTOR, 300)
    content, paper = at.desk.renderer.attachment_papers[-1]
    assert (picture.width, paper) == (300, "a5")
    assert content.kind is PaperKind.APPLICATION
    assert content.languages == (Language.KK, Language.RU)
    assert content.consent == PaperConsent("by_power", "signature", NOW, ACTOR.user, "Ким О.")
    assert (content.previous, content.district, content.doctor) == ("№ 3 емхана", "7", "Сейтқали Е. Б.")
    assert content.documents == (("identity_document", TODAY),)
    assert (content.received_at, content.due_at, content.is_provisional) == (None, None, False)
    assert at.use.attachments.open_case(patient_id) is None


def test_an_empty_form_has_a_paper_too(at: Attaching, patient_id: PatientId) -> None:
    form = application(patient_id, basis=None, district_id=None, consent=None, documents=())
    assert at.use.attachment_papers.paper(form, PaperKind.APPLICATION, ACTOR)
    assert at.desk.renderer.attachment_papers[-1][0].consent is None


def test_the_notice_and_the_refusal_come_with_the_answer(at: Attaching, patient_id: PatientId) -> None:
    papers = at.use.attachment_papers
    case = at.send(application(patient_id))
    for kind in (PaperKind.NOTICE, PaperKind.REFUSAL):
        with pytest.raises(InvalidValue) as caught:
            papers.paper(case.id, kind, ACTOR)
        assert caught.value.code == "attachment.no_such_paper"
        with pytest.raises(InvalidValue):
            papers.paper(application(patient_id), kind, ACTOR)
    papers.paper(case.id, PaperKind.APPLICATION, ACTOR)
    sent = at.desk.renderer.attachment_papers[-1][0]
    assert (sent.received_at, sent.due_at) == (NOW, case.due_at)
    at.use.attachment_answers.accept(case.id, ACTOR)
    papers.paper(case.id, PaperKind.NOTICE, ACTOR)
    notice = at.desk.renderer.attachment_papers[-1][0]
    assert (notice.effective_on, notice.number, notice.is_provisional) == (TODAY, "", True)
    with pytest.raises(InvalidValue):
        papers.paper(case.id, PaperKind.REFUSAL, ACTOR)


def test_an_application_taken_back_after_the_answer_has_no_notice(
    at: Attaching, patient_id: PatientId
) -> None:
    case = at.send(application(patient_id))
    first = TODAY + dt.timedelta(days=9)
    at.use.attachment_answers.accept(case.id, ACTOR, "Р-1", first)
    assert at.use.attachment_papers.paper(case.id, PaperKind.NOTICE, ACTOR)
    at.use.attachment_answers.withdraw(case.id, ACTOR, "ойланды")
    with pytest.raises(InvalidValue):
        at.use.attachment_papers.paper(case.id, PaperKind.NOTICE, ACTOR)


def test_a_refusal_carries_ground_and_paragraph(at: Attaching, patient_id: PatientId) -> None:
    case = at.send(application(patient_id))
    at.clock.forward(hours=2)
    at.use.attachment_answers.refuse(case.id, ACTOR, "not_genuine", "8-тармақ")
    at.use.attachment_papers.paper(case.id, PaperKind.REFUSAL, ACTOR)
    content = at.desk.renderer.attachment_papers[-1][0]
    assert (content.ground_key, content.ground_text) == ("not_genuine", "8-тармақ")
    assert content.written_at == NOW + dt.timedelta(hours=2)
    with pytest.raises(InvalidValue):
        at.use.attachment_papers.paper(case.id, PaperKind.NOTICE, ACTOR)


def test_an_accepted_notice_has_the_number_of_the_register(at: Attaching, patient_id: PatientId) -> None:
    case = at.in_force(patient_id)
    at.use.attachment_papers.paper(case.id, PaperKind.NOTICE, ACTOR)
    content = at.desk.renderer.attachment_papers[-1][0]
    assert (content.number, content.is_provisional) == ("Р-1", False)


@pytest.mark.parametrize("answer", PrintAnswer)
def test_printing_is_logged_whatever_the_printer_says(
    at: Attaching, patient_id: PatientId, answer: PrintAnswer
) -> None:
    at.desk.printer.answer = answer
    case = at.send(application(patient_id))
    outcome, _ = at.use.attachment_papers.print_paper(case.id, PaperKind.APPLICATION, ACTOR)
    assert outcome.answer is answer
    line = at.desk.audit("attachment", case.id)[-1]
    assert (line.action, line.reason) == ("attachment.print_application", answer.value)
    at.use.attachment_papers.print_paper(application(patient_id), PaperKind.APPLICATION, ACTOR)
    assert at.desk.audit("patient", patient_id)[-1].action == "attachment.print_application"
    if answer is PrintAnswer.ACCEPTED:
        assert at.desk.printer.printed[0][3] == "attachment-application"


def test_there_is_no_paper_of_nobody(at: Attaching) -> None:
    with pytest.raises(NotFound):
        at.use.attachment_papers.paper(AttachmentCaseId("f" * 32), PaperKind.APPLICATION, ACTOR)
    with pytest.raises(NotFound):
        at.use.attachment_papers.preview(application(PatientId("f" * 32)), ACTOR, 100)
