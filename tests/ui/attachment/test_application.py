"""An application by keys alone: the shortest way, each refusal with its rule, and nothing ever lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from clinic_desk.domain.attachment import CaseState, ConsentGiver, ConsentWay, EndReason
from clinic_desk.domain.errors import Conflict
from clinic_desk.domain.patient import AttachmentBasis, AttachmentState
from clinic_desk.texts import Language
from clinic_desk.ui.attachment.case_page import CasePage
from clinic_desk.ui.attachment.detail_dialogs import ConsentDialog, DocumentDialog
from clinic_desk.ui.kit import look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from tests.ui.attachment.conftest import BORN_CHILD, BOY, OTHER, Office
from tests.ui.people_desk import NOW, PeopleDesk, nameless


def fill_all_but_the_last(office: Office) -> None:
    """Basis, consent and identity; the district is next."""
    office.type("1")
    office.settle()
    office.enter(2)


def test_six_keys_from_f4_to_the_register(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    assert office.focused() == "attachment_basis_tile_residence"
    assert not office.view.send.isEnabled()
    fill_all_but_the_last(office)
    assert office.focused() == "attachment_district_table"
    office.enter()
    assert office.focused() == "attachment_head_button_send"
    assert office.view.head.why.text().startswith("Жазбаңыз сақталды") or not office.view.head.why.text()
    office.finish()
    assert office.pressed == 5
    office.settle()
    [case] = office.cases(patient)
    assert case.state is CaseState.SENT
    assert case.basis is AttachmentBasis.RESIDENCE
    assert case.consent is not None
    assert (case.consent.giver, case.consent.way) == (ConsentGiver.PATIENT, ConsentWay.PAPER)
    assert (case.consent.at, case.consent.recorded_by) == (NOW, "Сәбитова Г.")
    assert [seen.code for seen in case.documents] == ["identity_document"]
    assert office.patient(patient).attachment.state is AttachmentState.PENDING
    assert office.told == ["Өтініш РПН-ге жіберілді."]
    assert isinstance(office.section.current, CasePage)


def test_the_own_address_comes_first_and_says_so(office: Office) -> None:
    office.open(office.person())
    rows = office.view.districts.model.rows()
    assert rows[0].choice.is_proposed
    assert office.view.districts.model.cell(0, 3).spoken == "Мекенжайы осында"
    assert not any(row.is_chosen for row in rows)
    assert OTHER in [row.choice.district.id for row in rows]


def test_nobody_is_sent_without_consent(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.key(Qt.Key.Key_Tab)
    office.enter(2)
    assert office.focused() == "attachment_seen_check_consent"
    assert not office.view.send.isEnabled()
    assert "5.2" in office.view.head.why.text()
    office.finish()
    office.settle()
    assert office.focused() == "attachment_seen_check_consent"
    assert [case.state for case in office.cases(patient)] in ([], [CaseState.DRAFT])
    assert office.told == []
    office.enter()
    assert office.view.send.isEnabled()


def test_a_double_press_sends_once(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    fill_all_but_the_last(office)
    office.enter()
    office.finish()
    office.finish()
    office.settle()
    assert [case.state for case in office.cases(patient)] == [CaseState.SENT]
    assert office.told == ["Өтініш РПН-ге жіберілді."]
    # One more press of the same key, late: the answer of the register is not asked for by it.
    office.finish()
    office.settle()
    assert not office.window.is_covered()


def test_a_press_before_the_rules_have_answered_sends_when_they_have(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    fill_all_but_the_last(office)
    office.key(Qt.Key.Key_Return)
    office.finish()
    office.settle()
    assert [case.state for case in office.cases(patient)] == [CaseState.SENT]


def test_a_press_while_the_draft_is_being_saved_sends_after_it(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    fill_all_but_the_last(office)
    office.enter()
    office.page.keep_draft()
    office.finish()
    office.settle()
    assert [case.state for case in office.cases(patient)] == [CaseState.SENT]
    assert not office.view.trouble.isVisible()


def test_over_the_norm_a_reason_and_a_senior_are_needed(office: Office, tmp_path: Path) -> None:
    office.person(is_here=True, born=dt.date(1970, 1, 1))
    office.set_norm(1, tmp_path)
    patient = office.person()
    office.open(patient)
    fill_all_but_the_last(office)
    office.enter()
    [row] = office.view.reasons.rows
    assert row.sentence.text().startswith("№ 12 учаскеде 1 адам бар, норма 1.")
    assert "норма" in row.source.text().lower()
    assert row.source.text().startswith("Ереже: ")
    assert not office.view.send.isEnabled()
    assert office.view.head.why.text() == "Рұқсат себебін жазыңыз"
    assert office.focused() == "attachment_finding_reason_attachment_over_norm"
    office.type("mother lives here")
    office.settle()
    assert office.view.head.why.text() == "Рұқсат берген аға тіркеушінің аты-жөнін жазыңыз"
    office.finish()
    office.settle()
    assert office.focused() == "attachment_reasons_field_senior"
    office.type("Ospanova G.")
    office.settle()
    office.finish()
    office.settle()
    [case] = office.cases(patient)
    assert case.state is CaseState.SENT
    assert case.reasons_given == {"attachment.over_norm": "mother lives here"}
    assert case.allowed_by == "Ospanova G."


def test_against_the_limit_of_changes_the_rule_is_named(office: Office) -> None:
    patient = office.person()
    for _ in range(2):
        case = office.send(patient, basis=AttachmentBasis.FREE_CHOICE)
        office.accept(case)
        office.desk.services.attachment_answers.end(case.id, office.desk.actor, EndReason.OTHER_ORGANISATION)
    office.open(patient)
    assert office.view.free_changes.text() == "Биылғы еркін ауыстыру: 2 / 2"
    office.type("2")
    office.settle()
    [row] = office.view.reasons.rows
    assert row.finding.code == "attachment.change_limit"
    assert "шегі: 2" in row.sentence.text()
    assert row.source.isVisible()
    assert not office.view.send.isEnabled()
    office.view.basis.focus_first()
    office.type("1")
    office.settle()
    assert not office.view.reasons.isVisible()


def test_a_child_needs_a_parent_by_name(office: Office) -> None:
    patient = office.person(born=BORN_CHILD, sex=BOY)
    office.open(patient)
    assert "Жасы толмағанға" in office.view.consent.representative.box.note
    office.type("1")
    office.settle()
    office.enter()
    dialog = office.window.findChild(ConsentDialog)
    assert dialog is not None
    assert not office.view.consent.consent.box.isChecked()
    assert next(tile.choice.value for tile in dialog.giver.tiles()) is not ConsentGiver.PATIENT
    office.finish()
    assert dialog.name.error()
    assert dialog.name.edit.hasFocus()
    office.type("<b>Parent</b>")
    office.finish()
    office.settle()
    form = office.page.hand.form
    assert form is not None
    assert form.consent is not None
    assert (form.consent.giver, form.consent.name) == (ConsentGiver.PARENT, "<b>Parent</b>")
    assert "<b>Parent</b>" in office.view.consent.representative.box.note
    assert office.focused() == "attachment_seen_check_identity"


def test_esc_in_the_consent_of_a_child_leaves_it_unrecorded(office: Office) -> None:
    office.open(office.person(born=BORN_CHILD, sex=BOY))
    office.type("1")
    office.settle()
    office.enter()
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.page.hand.form is not None
    assert office.page.hand.form.consent is None
    assert not office.view.consent.consent.box.isChecked()
    assert office.section.current is office.page


def test_which_document_and_its_day_are_written_down(office: Office) -> None:
    office.open(office.person())
    office.type("1")
    office.settle()
    office.enter(2)
    office.view.consent.rows["identity"].pencil.click()
    dialog = office.window.findChild(DocumentDialog)
    assert dialog is not None
    office.type("2")
    office.type("30022026")
    office.finish()
    assert dialog.dated.error()
    dialog.dated.edit.selectAll()
    office.type("24112026")
    office.finish()
    assert dialog.dated.error() == "Бұл күн әлі келген жоқ."
    dialog.dated.edit.selectAll()
    office.type("12032020")
    office.finish()
    office.settle()
    form = office.page.hand.form
    assert form is not None
    [seen] = form.documents
    assert (seen.code, seen.dated) == ("identity_digital", dt.date(2020, 3, 12))
    assert office.view.consent.rows["identity"].box.note.endswith("12.03.2020")


def test_a_worker_gives_the_day_the_contract_ends(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("6")
    office.settle()
    assert office.focused() == "attachment_basis_field_contract"
    office.type("14122026")
    office.enter()
    assert office.focused() == "attachment_seen_check_consent"
    office.enter(3)
    assert office.focused() == "attachment_district_table"
    office.enter()
    office.finish()
    office.settle()
    [case] = office.cases(patient)
    assert (case.state, case.contract_until) == (CaseState.SENT, dt.date(2026, 12, 14))
    assert {seen.code for seen in case.documents} == {"identity_document", "insurance_contract"}


def test_care_at_home_is_asked_where_the_address_lies_outside(office: Office) -> None:
    office.open(office.person(address="Ыбырай Алтынсарин көшесі, 7"))
    office.type("1")
    office.settle()
    office.enter(3)
    assert office.view.districts.care.isVisible()
    office.view.districts.care.edit.setFocus()
    office.type("by phone")
    office.settle()
    assert office.page.hand.form is not None
    assert office.page.hand.form.care_at_home == "by phone"
    assert office.view.districts.care.isVisible()


def test_esc_keeps_the_draft_and_a_restart_brings_it_back(
    office: Office, make_office: Callable[[PeopleDesk], Office], tmp_path: Path
) -> None:
    patient = office.person()
    office.open(patient)
    fill_all_but_the_last(office)
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.window.current_section == "patient"
    assert [case.state for case in office.cases(patient)] == [CaseState.CONSENTED]
    office.desk.close()
    again = make_office(PeopleDesk.open(tmp_path, office.desk.clock))
    again.open(patient)
    form = again.page.hand.form
    assert form is not None
    assert (form.basis, len(form.documents)) == (AttachmentBasis.RESIDENCE, 1)
    assert form.consent is not None
    assert again.view.consent.consent.box.isChecked()
    assert again.view.basis.value() is AttachmentBasis.RESIDENCE
    assert again.focused() == "attachment_district_table"


def test_f4_in_an_open_application_goes_on_with_it(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.view.cancel.setFocus()
    office.key(Qt.Key.Key_F4)
    office.settle()
    assert office.focused() == "attachment_seen_check_consent"
    assert office.view.basis.value() is AttachmentBasis.RESIDENCE
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.window.current_section == "patient"


def test_looking_at_an_application_keeps_no_draft(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.cases(patient) == []


def test_a_draft_can_be_thrown_away(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.page.keep_draft()
    office.settle()
    assert office.view.draft_drop.isVisible()
    office.view.draft_drop.click()
    office.settle()
    assert [case.state for case in office.cases(patient)] == [CaseState.ENDED]
    assert office.told == ["Жазба өшірілді."]


def test_two_windows_and_nothing_is_lost(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.page.keep_draft()
    office.settle()
    [case] = office.cases(patient)
    service = office.desk.services.attachments
    theirs = replace(service.form(case), basis=AttachmentBasis.STUDY)
    service.save_draft(theirs, office.desk.actor)
    office.enter()
    office.page.keep_draft()
    office.settle()
    assert office.view.trouble.isVisible()
    assert isinstance(office.view.trouble.error, Conflict)
    assert office.page.hand.form is not None
    assert office.page.hand.form.consent is not None
    office.view.trouble.mine.click()
    office.settle()
    assert not office.view.trouble.isVisible()
    [stored] = office.cases(patient)
    assert stored.basis is AttachmentBasis.RESIDENCE
    assert stored.consent is not None


def test_after_a_conflict_the_other_windows_form_can_be_seen(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.page.keep_draft()
    office.settle()
    [case] = office.cases(patient)
    service = office.desk.services.attachments
    service.save_draft(replace(service.form(case), basis=AttachmentBasis.STUDY), office.desk.actor)
    office.enter()
    office.page.keep_draft()
    office.settle()
    office.view.trouble.theirs.click()
    office.settle()
    assert office.view.basis.value() is AttachmentBasis.STUDY
    assert not office.view.trouble.isVisible()
    assert [found.basis for found in office.cases(patient)] == [AttachmentBasis.STUDY]


def test_the_term_says_why_it_falls_on_that_day(office: Office) -> None:
    office.desk.clock.move(dt.datetime(2026, 11, 27, 13, 30, tzinfo=dt.UTC) - NOW)
    office.open(office.person())
    due = office.view.paper_card.due
    assert due.title.text() == "Мерзімі: 1 жұмыс күні"
    assert due.text.text() == "01.12.2026, 18:00 дейін жауап келеді"
    for said in (
        "27.11 — жұмыс уақытынан кейін",
        "28.11–29.11 — демалыс",
        "30.11 — өтініш қабылданады",
    ):
        assert said in due.why.text()


def test_the_application_is_printed_as_it_stands(office: Office) -> None:
    office.open(office.person())
    office.type("1")
    office.settle()
    office.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    assert [title for *_, title, _ in office.printer.printed] == ["attachment-application"]
    assert office.told == ["Басып шығаруға жіберілді."]


def test_words_switch_while_it_is_open_and_choices_stay(office: Office) -> None:
    office.open(office.person(surname="Сынақбаев"))
    fill_all_but_the_last(office)
    for language in (Language.RU, Language.EN, Language.KK):
        office.words.set_language(language)
        office.settle()
        assert untranslated(office.page, language) == []
        assert office.view.basis.value() is AttachmentBasis.RESIDENCE
        assert office.view.consent.consent.box.isChecked()


def test_a_name_is_never_markup(office: Office) -> None:
    patient = office.person(surname="<b>x</b>", given_name="<img src=x>", patronymic="")
    office.open(patient)
    assert office.view.head.name.text() == patient.name.full
    assert office.view.head.name.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nothing_is_cut_and_everything_has_a_name(office: Office, language: Language, scale: float) -> None:
    look().set_scale(scale)
    office.window.resize(1366, 768)
    office.words.set_language(language)
    office.open(office.person(surname="Үлгібаева-Сәрсенбайқызы", given_name="Айсұлу"))
    fill_all_but_the_last(office)
    office.view.consent.more.click()
    office.settle()
    assert clipped_labels(office.page) == []
    assert nameless(office.page) == []


def test_f4_with_nobody_shown_says_what_to_do(office: Office) -> None:
    office.key(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    office.key(Qt.Key.Key_F4)
    office.settle()
    assert office.told == ["Алдымен пациентті табыңыз: Ctrl+K, сосын F4."]
