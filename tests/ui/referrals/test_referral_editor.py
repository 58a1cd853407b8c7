"""The dialog by keyboard alone: the main path, what stops it, and what is never lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from clinic_desk.domain.referral import Answer, Payer, PrintState
from clinic_desk.domain.terms import clinic_day
from clinic_desk.printing.adapters import PdfSlips
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rows import ServiceChoice
from clinic_desk.services.slips import PreviewImage, PrintAnswer
from clinic_desk.texts import Language
from clinic_desk.ui.kit import Kind
from clinic_desk.ui.kit.keymap import KAZAKH_DIGIT_ROW
from tests.ui.referrals.conftest import Screen
from tests.ui.referrals.small_clinic import (
    CARDIOLOGIST,
    DOCTOR,
    INSURED,
    NOW,
    OTHER_DOCTOR,
    SUNQAR,
    UMIT,
    UNINSURED,
    UNKNOWN,
    Clinic,
)


def test_main_path_needs_few_keys_and_no_mouse(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    assert screen.view.service.edit.hasFocus()
    screen.pressed = 1  # F8, which the window takes
    screen.type("кар")
    screen.enter()
    screen.settle()
    assert screen.view.diagnosis.edit.hasFocus()
    screen.type("i10")
    screen.enter()
    screen.settle()
    screen.type("3")
    screen.finish()
    screen.until(lambda: clinic.printer.pages)
    screen.settle()

    # The IIN and its Enter come as one scan.
    assert 1 + screen.pressed <= 12
    (row,) = clinic.referrals()
    referral = clinic.desk.referrals.get(row.referral_id)
    assert (referral.patient_id, referral.service_id, referral.icd_code) == (INSURED, CARDIOLOGIST, "I10")
    assert (referral.doctor_id, referral.reason, referral.supplier_id) == (DOCTOR, "full_for_month", UMIT)
    assert (referral.issued_by, referral.desk) == ("Сәбитова Г.", "2")
    assert (referral.print_state, referral.copies_printed) == (PrintState.PRINTED, 1)
    assert clinic.printer.pages == [row.number]
    assert [issued.number for issued in screen.issued] == [row.number]
    assert not screen.view.is_open
    assert screen.closed == [True]
    assert screen.omnibox.hasFocus()
    assert screen.told[0] == screen.words.say("referral.done", number=row.number)


def test_hands_faster_than_the_store_lose_nothing(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED, settle=False)
    # No event loop turns between these keys: not one answer has come when the next key is pressed.
    screen.type("кар")
    screen.enter()
    screen.type("i10")
    screen.enter()
    screen.type("3")
    screen.finish()
    assert not screen.view.issue_print.isEnabled()
    screen.until(lambda: screen.issued)
    screen.settle()
    (row,) = clinic.referrals()
    assert (row.icd_code, row.reason, row.supplier_name) == (
        "I10",
        "full_for_month",
        "«Үміт-Кардио» орталығы",
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_reason_keys_work_under_the_kazakh_layout(screen: Screen, number: int) -> None:
    screen.open(INSURED)
    screen.view.reasons.focus_first()
    screen.type(KAZAKH_DIGIT_ROW[number - 1])
    codes = [reason.code for reason in screen.clinic.desk.referrals.reasons()]
    assert screen.view.reasons.value() == codes[number - 1]


def test_a_digit_changes_the_reason_from_the_list_of_suppliers(screen: Screen) -> None:
    screen.open(INSURED)
    screen.fill()
    assert screen.view.table.hasFocus()
    screen.type("1")
    assert screen.view.reasons.value() == "no_specialist"
    assert screen.view.table.hasFocus()


def test_arrows_look_at_reasons_without_leaving_them(screen: Screen) -> None:
    screen.open(INSURED)
    screen.view.reasons.focus_first()
    screen.key(Qt.Key.Key_Space)
    screen.view.reasons.focus_first()
    screen.key(Qt.Key.Key_Right)
    assert screen.view.reasons.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize("typed", ["i10", "ш10", 'ш"қ', "І10"])
def test_diagnosis_code_is_read_under_any_layout(screen: Screen, typed: str) -> None:
    screen.open(INSURED)
    screen.view.diagnosis.edit.setFocus()
    screen.type(typed)
    screen.enter()
    screen.settle()
    option = screen.view.diagnosis.option()
    assert option is not None
    assert option.code == "I10"


@pytest.mark.parametrize("typed", ["кард", "rfhl", "A02.005", "кеңесі кард", "cardio"])
def test_service_is_found_by_code_or_words_in_any_layout(screen: Screen, typed: str) -> None:
    screen.open(INSURED)
    screen.type(typed)
    screen.settle()
    screen.enter()
    screen.settle()
    option = screen.view.service.option()
    assert option is not None
    assert isinstance(option.key, ServiceChoice)
    assert option.key.service_id == CARDIOLOGIST


def test_what_is_not_found_is_said_at_once_and_the_text_stays(screen: Screen) -> None:
    screen.open(INSURED)
    screen.type("ыыы")
    screen.enter()
    screen.settle()
    assert screen.view.service.text() == "ыыы"
    assert screen.view.service.error() == screen.words.say("referral.nothing_found", text="ыыы")
    assert screen.view.service.edit.hasFocus()


def test_another_doctor_and_supplier_by_keys(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.type("кар")
    screen.enter()
    screen.settle()
    screen.view.doctor.edit.setFocus()
    screen.view.doctor.edit.selectAll()
    screen.type("ким")
    screen.enter()
    screen.settle()
    screen.view.diagnosis.edit.setFocus()
    screen.type("i10")
    screen.enter()
    screen.settle()
    screen.type("5")
    screen.key(Qt.Key.Key_Down)
    screen.enter()
    assert screen.view.issue_print.hasFocus()
    screen.finish()
    screen.until(lambda: screen.issued)
    referral = clinic.desk.referrals.get(screen.issued[0].referral_id)
    assert (referral.doctor_id, referral.supplier_id) == (OTHER_DOCTOR, SUNQAR)
    assert referral.reason == "equipment_broken"


def test_evidence_and_note_go_onto_the_referral(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.view.evidence.setFocus()
    screen.type("29.12")
    screen.enter()
    assert screen.view.table.hasFocus()
    assert screen.view.note.isHidden()
    screen.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert screen.view.note.edit.hasFocus()
    screen.type("<b>жедел</b>")
    screen.finish()
    screen.until(lambda: screen.issued)
    referral = clinic.desk.referrals.get(screen.issued[0].referral_id)
    assert (referral.reason_evidence, referral.note) == ("29.12", "<b>жедел</b>")


def test_pressing_twice_makes_one_referral(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.finish()
    screen.view.issue_only.click()
    screen.view.issue_print.click()
    screen.until(lambda: screen.issued)
    screen.settle()
    assert len(clinic.referrals()) == 1
    assert len(screen.issued) == 1
    assert clinic.printer.pages == [screen.issued[0].number]


def test_issue_only_prints_nothing(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.view.issue_only.click()
    screen.until(lambda: screen.issued)
    screen.settle()
    (row,) = clinic.referrals()
    assert row.print_state is PrintState.NOT_WANTED
    assert clinic.printer.pages == []


def test_missing_parts_are_named_only_when_somebody_wants_to_issue(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    assert screen.view.findings.isHidden()
    assert screen.view.service.error() == ""
    screen.finish()
    screen.settle()
    say = screen.words.say
    assert screen.view.service.error() == say("findings.referral.no_service")
    assert screen.view.diagnosis.error() == say("findings.referral.no_diagnosis")
    assert screen.view.reason_error.text() == say("findings.referral.no_reason")
    assert screen.view.supplier_error.text() == say("findings.referral.no_supplier")
    assert screen.view.doctor.error() == ""
    assert screen.view.findings.blocks.label.text() == say("referral.findings.blocked")
    assert screen.view.service.edit.hasFocus()
    assert screen.view.issue_print.isEnabled()
    assert clinic.referrals() == []


def test_uninsured_person_hears_what_is_possible_instead(screen: Screen, clinic: Clinic) -> None:
    screen.open(UNINSURED)
    screen.fill()
    say = screen.words.say
    chip = screen.view.verdict.chip
    assert (chip.kind, chip.text) == (Kind.ERR, say("verdict.chip.uninsured"))
    assert say("findings.referral.uninsured", day=clinic_day(NOW)) in screen.view.findings.blocks.label.text()
    assert say("instead.guaranteed_care") in screen.view.findings.instead.text()
    assert say("instead.district_doctor") in screen.view.findings.instead.text()
    assert "421" in screen.view.sources.text() or "517" in screen.view.sources.text()
    screen.finish()
    screen.settle()
    assert clinic.referrals() == []
    assert screen.view.is_open


def test_f5_records_an_answer_over_the_dialog_and_the_form_is_judged_anew(
    screen: Screen, clinic: Clinic
) -> None:
    screen.open(UNINSURED)
    screen.fill()
    before = screen.editor._state()
    had_focus = QApplication.focusWidget()
    screen.key(Qt.Key.Key_F5)
    screen.settle()
    assert screen.editor.answers.is_open
    screen.type("1")
    screen.finish()
    screen.settle()
    assert not screen.editor.answers.is_open
    assert screen.view.is_open
    assert screen.editor._state() == before
    assert QApplication.focusWidget() is had_focus
    assert screen.view.findings.isHidden()
    assert screen.view.verdict.chip.kind is Kind.OK
    screen.finish()
    screen.until(lambda: screen.issued)
    (row,) = clinic.referrals()
    assert clinic.desk.referrals.get(row.referral_id).insurance.payer is Payer.INSURANCE


def test_f5_is_never_dead_and_esc_leads_back_to_the_form(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    for _ in range(2):
        screen.key(Qt.Key.Key_F5)
        assert screen.editor.answers.is_open
        screen.key(Qt.Key.Key_Escape)
        assert not screen.editor.answers.is_open
        assert screen.view.is_open
    assert screen.view.check_again.isVisible()
    assert screen.view.check_again.isEnabled()
    screen.key(Qt.Key.Key_F5)
    screen.type("9")
    screen.finish()
    screen.settle()
    card = clinic.desk.patients.card(INSURED)
    assert (len(card.checks), card.failure is not None) == (1, False)
    with clinic.store.read() as work:
        assert len(work.insurance.failures_of(INSURED)) == 1


def test_a_scan_over_the_answer_leaves_both_and_keeps_the_draft(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.key(Qt.Key.Key_F5)
    screen.editor.take_scan("880214400015")
    screen.settle()
    assert not screen.editor.answers.is_open
    assert not screen.view.is_open
    assert clinic.desk.drafts.load("referral", INSURED, clinic.desk.actor()) is not None


def test_uninsured_person_gets_a_guaranteed_service(screen: Screen, clinic: Clinic) -> None:
    screen.open(UNINSURED)
    screen.fill(service="қан")
    chip = screen.view.verdict.chip
    assert (chip.kind, chip.text) == (Kind.OK, screen.words.say("verdict.chip.guaranteed_service"))
    screen.finish()
    screen.until(lambda: screen.issued)
    assert len(clinic.referrals()) == 1


def test_unknown_insurance_never_looks_like_no(screen: Screen, clinic: Clinic) -> None:
    screen.open(UNKNOWN)
    screen.fill()
    chip = screen.view.verdict.chip
    assert chip.kind is Kind.NEUTRAL
    assert chip.text == screen.words.say("verdict.chip.never_checked")
    assert screen.view.findings.blocks.isHidden()
    assert screen.words.say("findings.referral.insurance_unknown") in screen.view.findings.notes.label.text()
    screen.finish()
    screen.until(lambda: screen.issued)
    assert len(clinic.referrals()) == 1


def test_the_first_day_of_the_disease_is_asked_for_where_it_decides(screen: Screen, clinic: Clinic) -> None:
    screen.open(UNINSURED)
    view, say = screen.view, screen.words.say
    screen.fill()
    assert view.onset.isHidden()
    view.draft_empty.click()
    screen.settle()
    screen.type("кар")
    screen.enter()
    screen.settle()
    screen.type("i21.0")
    screen.enter()
    screen.settle()
    assert view.onset.isVisible()
    assert (view.verdict.chip.kind, view.verdict.chip.text) == (
        Kind.NEUTRAL,
        say("verdict.chip.onset_not_known"),
    )
    assert say("findings.referral.onset_not_known", months=6) in view.findings.notes.label.text()
    screen.type("3")
    screen.settle()
    # The reason is chosen: the next place that is still open is the day.
    assert view.onset.edit.hasFocus()
    screen.type("01112026")
    screen.enter()
    screen.settle()
    assert view.onset.text() == "01.11.2026"
    assert view.table.hasFocus()
    assert (view.verdict.chip.kind, view.verdict.chip.text) == (
        Kind.INFO,
        say("verdict.chip.guaranteed_diagnosis.other"),
    )
    assert "31.12.2026" in view.verdict_line.text()
    screen.finish()
    screen.until(lambda: screen.issued)
    (kept,) = clinic.referrals()
    insurance = clinic.desk.referrals.get(kept.referral_id).insurance
    assert (insurance.answer, insurance.onset_on) == (Answer.COVERED_OTHER, dt.date(2026, 11, 1))


def test_a_first_day_that_is_none_or_of_tomorrow_is_told_at_the_field(screen: Screen) -> None:
    screen.open(UNINSURED)
    screen.fill(icd="i21.0")
    view, say = screen.view, screen.words.say
    view.onset.edit.setFocus()
    screen.type("1.1")
    screen.settle()
    assert view.onset.error() == say("verdict.onset_bad")
    view.onset.edit.selectAll()
    screen.type("24.11.2026")
    screen.settle()
    assert view.onset.error() == say("findings.referral.onset_in_future")
    screen.finish()
    screen.settle()
    assert screen.issued == []
    assert view.onset.edit.hasFocus()


def test_another_payer_by_the_diagnosis_is_told_with_its_reason(screen: Screen) -> None:
    screen.open(UNINSURED)
    screen.fill(icd="a15.0")
    view, say = screen.view, screen.words.say
    chip = view.verdict.chip
    assert (chip.kind, chip.icon, chip.text) == (
        Kind.INFO,
        "shield-plus",
        say("verdict.chip.guaranteed_diagnosis.other"),
    )
    assert say("verdict.answer.covered_other") in view.verdict_line.text()
    assert say("rule_tables.group.tuberculosis") in view.verdict_line.text()
    assert "108/2020" in view.sources.text()
    assert view.verdict.accessibleName() in view.verdict_line.text()


def test_an_answer_that_is_too_old_neither_blocks_nor_covers(
    screen: Screen, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + dt.timedelta(days=40)
    monkeypatch.setattr(type(clinic.desk.clock), "now", lambda _clock: later)
    screen.open(UNINSURED)
    screen.fill()
    view, say = screen.view, screen.words.say
    chip = view.verdict.chip
    assert (chip.kind, chip.icon) == (Kind.WARN, "hourglass")
    assert view.findings.blocks.isHidden()
    assert say("verdict.answer.unknown") in view.verdict.accessibleName()
    # Asking again is one key, also where nothing stands in the way.
    assert view.check_again.isVisible()
    screen.key(Qt.Key.Key_F5)
    assert screen.editor.answers.is_open


def test_living_referral_is_shown_and_asks_for_words(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.until(lambda: screen.issued)
    screen.settle()
    (first,) = clinic.referrals()

    screen.open(INSURED)
    screen.fill()
    screen.view.evidence.setText("дәлел")
    shown = screen.view.earlier.lines.text()
    for part in (
        first.number,
        "«Үміт-Кардио» орталығы",
        screen.words.say("labels.status.issued"),
        "23.11.2026",
    ):
        assert part in shown
    assert screen.words.say("referral.earlier.copies", n=1) in shown
    screen.finish()
    screen.settle()
    assert len(clinic.referrals()) == 1
    assert screen.view.earlier.field.edit.hasFocus()
    assert screen.view.earlier.field.error() == screen.words.say("referral.earlier.words_needed")
    assert screen.view.evidence.text() == "дәлел"
    screen.type("бланк жоғалды")
    screen.finish()
    screen.until(lambda: len(screen.issued) == 2)
    second = clinic.desk.referrals.get(screen.issued[1].referral_id)
    assert second.reasons_given == {"referral.already_living": "бланк жоғалды"}
    assert second.reason_evidence == "дәлел"


@pytest.mark.parametrize("answer", [a for a in PrintAnswer if a is not PrintAnswer.ACCEPTED])
def test_printer_trouble_is_told_and_the_referral_stays_to_print(
    screen: Screen, clinic: Clinic, answer: PrintAnswer
) -> None:
    clinic.printer.answer = answer
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.until(lambda: len(screen.told) == 2)
    (row,) = clinic.referrals()
    assert row.print_state is PrintState.TO_PRINT
    assert screen.told[1] == screen.words.say(f"referral.print.{answer}", number=row.number)


def test_the_window_answers_while_the_printer_does_not(screen: Screen, clinic: Clinic) -> None:
    clinic.printer.sleep_s = 1.5
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.until(lambda: screen.issued)
    assert clinic.printer.pages == []
    screen.open(UNKNOWN, settle=False)
    screen.type("нев")
    screen.enter()
    screen.until(lambda: screen.view.service.option() is not None)
    assert clinic.printer.pages == []
    screen.until(lambda: clinic.printer.pages)


def test_an_older_answer_of_the_rules_never_replaces_a_newer_one(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    referrals, gate = screen.clinic.desk.referrals, threading.Event()
    asked: list[str] = []
    check = type(referrals).check

    def slow(self: object, form: ReferralForm) -> object:
        asked.append(form.icd)
        answer = check(referrals, form)
        if form.icd == "I10":
            gate.wait(5)
        return answer

    screen.open(UNINSURED)
    screen.type("кар")
    screen.enter()
    screen.settle()
    monkeypatch.setattr(type(referrals), "check", slow)
    screen.type("i10")
    screen.enter()
    screen.until(lambda: "I10" in asked)
    # Tuberculosis stays guaranteed whoever pays; the answer for I10 is still on its way.
    screen.view.diagnosis.edit.setFocus()
    screen.view.diagnosis.edit.selectAll()
    screen.type("a15.0")
    screen.qtbot.wait(100)
    gate.set()
    screen.enter()
    screen.settle()
    assert asked[-1] == "A15.0"
    assert screen.view.verdict.chip.text == screen.words.say("verdict.chip.guaranteed_diagnosis.other")
    assert screen.view.findings.blocks.isHidden()


def test_an_older_list_of_suppliers_never_replaces_a_newer_one(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    referrals, gate = screen.clinic.desk.referrals, threading.Event()
    suppliers = type(referrals).suppliers

    def slow(self: object, service_id: str) -> object:
        if service_id == CARDIOLOGIST:
            gate.wait(5)
        return suppliers(referrals, service_id)

    monkeypatch.setattr(type(referrals), "suppliers", slow)
    screen.open(INSURED)
    screen.type("кар")
    screen.qtbot.wait(100)
    screen.enter()
    screen.view.service.edit.setFocus()
    screen.view.service.edit.selectAll()
    screen.type("нев")
    gate.set()
    screen.settle()
    screen.enter()
    screen.settle()
    # Nobody gives this one, and the four cardiologists are not shown for it.
    assert screen.view.table.isHidden()
    assert screen.view.supplier_text.text() == screen.words.say("referral.supplier.nobody")
    assert screen.view.table.model().rowCount() == 0


def test_preview_is_drawn_beside_the_window_and_only_the_newest_is_shown(
    screen: Screen, clinic: Clinic
) -> None:
    clinic.paper.gate = threading.Event()
    screen.open(INSURED, settle=False)
    screen.until(lambda: clinic.paper.drawn)
    screen.type("кар")
    screen.enter()
    screen.until(lambda: screen.view.service.option() is not None)
    screen.type("i10")
    screen.enter()
    screen.type("3")
    screen.qtbot.wait(500)
    assert len(clinic.paper.drawn) == 1
    assert not screen.view.slip.paper.has_image()
    assert screen.view.slip.remark.text() == screen.words.say("referral.preview.loading")
    clinic.paper.gate.set()
    screen.until(lambda: len(clinic.paper.drawn) == 2)
    screen.settle()
    assert screen.view.slip.paper.has_image()
    assert clinic.paper.drawn[-1].order.reason_key == "full_for_month"
    assert screen.view.slip.remark.text() == screen.words.say("referral.preview.paper.kk")


def test_preview_shows_the_real_slip(make_screen: Callable[[], Screen], clinic: Clinic) -> None:
    clinic.paper = PdfSlips()  # type: ignore[assignment]
    clinic.restart()
    screen = make_screen()
    grabbed: list[QImage] = []
    screen.open(INSURED)
    screen.until(screen.view.slip.paper.has_image)
    grabbed.append(screen.view.slip.paper.grab().toImage())
    screen.fill()
    screen.qtbot.wait(200)
    screen.settle()
    grabbed.append(screen.view.slip.paper.grab().toImage())
    dark = [
        sum(
            image.pixelColor(x, y).lightness() < 128
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
        )
        for image in grabbed
    ]
    assert 100 < dark[0] < dark[1]


def test_picture_of_the_form_before_is_not_shown_for_the_next_person(
    screen: Screen, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = clinic.paper.gate = threading.Event()
    screen.open(INSURED, settle=False)
    screen.until(lambda: clinic.paper.drawn)
    screen.key(Qt.Key.Key_Escape)
    pictures: list[PreviewImage] = []
    monkeypatch.setattr(
        type(screen.view.slip), "set_image", lambda self, image: pictures.append(image), raising=True
    )
    gate.set()
    screen.settle()
    assert pictures == []


def test_escape_leaves_and_focus_goes_back(screen: Screen) -> None:
    screen.open(INSURED)
    screen.key(Qt.Key.Key_Escape)
    assert not screen.view.is_open
    assert screen.closed == [True]
    assert screen.omnibox.hasFocus()


def test_language_switches_while_open(screen: Screen) -> None:
    screen.open(UNINSURED)
    screen.fill()
    assert screen.view.service.text() == "Кардиолог кеңесі"
    screen.words.set_language(Language.RU)
    assert screen.view.service.text() == "Консультация: Кардиолог"
    assert screen.view.title.text() == "Новое направление"
    assert screen.view.verdict.chip.text == "Пакет ОСМС · не застрахован"
    assert "не застрахован" in screen.view.findings.blocks.label.text()
    assert screen.view.reasons.tiles()[2].text() == "График занят на месяц"
    assert screen.view.reasons.value() == "full_for_month"
    screen.words.set_language(Language.EN)
    assert screen.view.issue_print.words() == "Issue and print"
    assert screen.view.diagnosis.option() is not None


def test_frequent_choices_of_this_desk_come_first(screen: Screen, clinic: Clinic) -> None:
    for _ in range(2):
        screen.open(UNKNOWN if clinic.referrals() else INSURED)
        screen.fill(service="магн", icd="g43.0")
        screen.finish()
        screen.until(lambda: not screen.view.is_open)
        screen.settle()
    screen.open(UNINSURED)
    screen.key(Qt.Key.Key_Down)
    screen.settle()
    first = screen.view.service.popup.current()
    assert first is not None
    assert first.title.startswith("Ми магнитті")
    screen.key(Qt.Key.Key_Escape)
    assert screen.view.is_open


def test_everything_has_a_name(make_screen: Callable[[], Screen]) -> None:
    screen = make_screen()
    screen.open(INSURED)
    screen.fill()
    view = screen.view
    controls = [
        view.service.edit, view.diagnosis.edit, view.doctor.edit, view.evidence, view.table, view.cancel,
        view.issue_only, view.issue_print, view.note_link, view.printer_change, view.draft_empty,
        *view.reasons.tiles(),
    ]  # fmt: skip
    for control in controls:
        assert control.accessibleName(), control
        assert control.objectName().startswith("referral_"), control
    assert view.reasons.tiles()[2].objectName() == "referral_reason_tile_full_for_month"
