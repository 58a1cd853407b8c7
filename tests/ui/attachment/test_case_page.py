"""A case after sending: the answer by keys, both ways; withdrawing; ending; what is printed when."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt

from clinic_desk.domain.attachment import CaseState, EndReason, SeenDocument
from clinic_desk.domain.patient import AttachmentBasis, AttachmentState, Patient
from clinic_desk.texts import Language
from clinic_desk.ui.attachment.answer_dialog import AnswerDialog
from clinic_desk.ui.attachment.case_page import CasePage
from clinic_desk.ui.attachment.end_dialog import EndDialog
from clinic_desk.ui.kit import Kind, look
from clinic_desk.ui.kit.measure import clipped_labels
from tests.ui.attachment.conftest import Office
from tests.ui.people_desk import NOW, nameless


@pytest.fixture
def patient(office: Office) -> Patient:
    """Somebody whose application was sent."""
    person = office.person()
    office.send(person)
    office.open(person)
    assert isinstance(office.section.current, CasePage)
    return person


def dialog(office: Office) -> AnswerDialog:
    found = office.window.findChild(AnswerDialog)
    assert found is not None
    return found


def test_f4_shows_what_happened_and_when_the_answer_is_due(office: Office, patient: Patient) -> None:
    view = office.section.case.view
    assert view.chip.text() == "Жіберілді"
    assert view.due.title.text() == "1 жұмыс күні қалды"
    assert view.due.text.text() == "24.11.2026, 18:00 дейін жауап келеді"
    assert view.answer.isVisible()
    assert not view.end.isVisible()
    assert not view.again.isVisible()
    assert office.focused() == "attachment_case_button_answer"


def test_accepted_by_keys(office: Office, patient: Patient) -> None:
    office.finish()
    office.type("1")
    office.type("R-77")
    office.finish()
    office.settle()
    [case] = office.cases(patient)
    assert (case.state, case.answer_number, case.effective_on) == (
        CaseState.IN_FORCE,
        "R-77",
        dt.date(2026, 11, 23),
    )
    assert office.patient(patient).attachment.state is AttachmentState.ATTACHED
    assert office.section.case.view.chip.text() == "Күшінде"
    assert office.told == ["РПН жауабы жазылды: қабылданды."]
    office.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    assert [title for *_, title, _ in office.printer.printed] == ["attachment-notice"]


def test_accepted_for_a_later_day_waits_for_it(office: Office, patient: Patient) -> None:
    office.finish()
    office.type("1")
    office.enter()
    dialog(office).effective.edit.selectAll()
    office.type("01012027")
    office.finish()
    office.settle()
    assert [case.state for case in office.cases(patient)] == [CaseState.ACCEPTED]
    assert "01.01.2027" in office.section.case.view.what.text()


def test_a_refusal_needs_a_ground_and_its_paragraph(office: Office, patient: Patient) -> None:
    office.finish()
    office.type("2")
    office.finish()
    assert dialog(office).ground_error.text() == "Тізімнен негізді таңдаңыз."
    office.type("2")
    office.finish()
    assert dialog(office).paragraph.error()
    assert dialog(office).is_open
    office.type("para 12")
    office.finish()
    office.settle()
    [case] = office.cases(patient)
    assert (case.state, case.refusal_ground, case.refusal_text) == (
        CaseState.REFUSED,
        "not_by_rules",
        "para 12",
    )
    assert "Қағидаларға сай келмейді" in office.section.case.view.what.text()
    assert office.patient(patient).attachment.state is AttachmentState.ELSEWHERE
    office.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    assert [title for *_, title, _ in office.printer.printed] == ["attachment-refusal"]


def test_after_a_refusal_a_new_application_shows_the_old_one(office: Office, patient: Patient) -> None:
    case = office.cases(patient)[0]
    office.desk.services.attachment_answers.refuse(case.id, office.desk.actor, "negative_answer")
    office.key(Qt.Key.Key_Escape)
    office.open(patient)
    assert office.section.current is office.page
    assert office.view.earlier.isVisible()
    office.view.earlier_open.click()
    office.settle()
    assert office.section.current is office.section.case
    assert office.section.case.view.chip.text() == "Бас тартылды"
    office.section.case.view.again.click()
    office.settle()
    assert office.section.current is office.page


def test_withdrawing_asks_why_and_puts_the_person_back(office: Office, patient: Patient) -> None:
    office.key(Qt.Key.Key_Delete)
    assert office.focused() == "shell_ask_field_answer"
    office.enter()
    assert [case.state for case in office.cases(patient)] == [CaseState.SENT]
    office.type("changed my mind")
    office.finish()
    office.settle()
    [case] = office.cases(patient)
    assert (case.state, case.end_reason) == (CaseState.ENDED, EndReason.WITHDRAWN)
    assert office.patient(patient).attachment.state is AttachmentState.ELSEWHERE
    assert any("changed my mind" in text for text in office.section.case.view.history.texts())


def test_a_worker_is_detached_with_a_reason_and_a_day(office: Office) -> None:
    person = office.person()
    case = office.send(
        person,
        basis=AttachmentBasis.EAEU_CONTRACT,
        contract_until=dt.date(2026, 12, 1),
        documents=(SeenDocument("identity_document"), SeenDocument("insurance_contract")),
    )
    office.accept(case)
    office.section.open_case(case.id)
    office.window.show_section("attachment")
    office.settle()
    assert "01.12.2026" in office.section.case.view.what.text()
    office.section.case.view.end.click()
    shown = office.window.findChild(EndDialog)
    assert shown is not None
    assert shown.reason.value() is EndReason.CONTRACT_ENDED
    office.finish()
    office.settle()
    [ended] = office.cases(person)
    assert (ended.state, ended.end_reason) == (CaseState.ENDED, EndReason.CONTRACT_ENDED)
    assert office.patient(person).attachment.state is AttachmentState.DETACHED


def test_a_late_answer_is_said_in_working_days(office: Office, patient: Patient) -> None:
    office.desk.clock.move(dt.datetime(2026, 11, 30, 5, 0, tzinfo=dt.UTC) - NOW)
    office.section.on_shown()
    office.settle()
    due = office.section.case.view.due
    assert due.title.text() == "4 жұмыс күні кешікті"
    assert due.kind is Kind.ERR


def test_another_windows_answer_appears_here(office: Office, patient: Patient) -> None:
    case = office.cases(patient)[0]
    _, change = office.desk.services.attachment_answers.accept(case.id, office.desk.actor)
    office.clinic.notifier.announce(change)
    office.settle()
    assert office.section.case.view.chip.text() == "Күшінде"
    assert not office.section.case.view.answer.isVisible()


def test_an_answer_to_what_was_answered_meanwhile_is_refused_in_words(
    office: Office, patient: Patient
) -> None:
    office.finish()
    office.type("1")
    case = office.cases(patient)[0]
    office.desk.services.attachment_answers.refuse(case.id, office.desk.actor, "negative_answer")
    office.finish()
    office.settle()
    assert [found.state for found in office.cases(patient)] == [CaseState.REFUSED]
    assert office.told[-1].startswith("Бекіту ісінің күйі өзгеріп кетті")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nothing_is_cut_and_everything_has_a_name(
    office: Office, patient: Patient, language: Language, scale: float
) -> None:
    look().set_scale(scale)
    office.window.resize(1366, 768)
    office.words.set_language(language)
    office.finish()
    office.type("2")
    office.settle()
    assert clipped_labels(office.window) == []
    assert nameless(office.section.case) == []
    assert nameless(dialog(office)) == []
