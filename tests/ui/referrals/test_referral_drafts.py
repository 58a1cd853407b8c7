"""Nothing typed is lost: closing, killing, scanning, going to another person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from clinic_desk.domain.ids import PatientId
from clinic_desk.services.ports import Draft
from clinic_desk.ui.referrals.form_state import FormState
from tests.ui.referrals.conftest import Screen
from tests.ui.referrals.small_clinic import INSURED, SUNQAR, UNKNOWN, Clinic


def stored(clinic: Clinic, patient: PatientId) -> Draft | None:
    return clinic.desk.drafts.load("referral", patient, clinic.desk.actor())


def test_draft_is_saved_while_typing_and_said_so(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    assert screen.view.draft_line.isHidden()
    screen.fill()
    screen.until(lambda: stored(clinic, INSURED) is not None)
    screen.settle()
    assert screen.view.draft_line.text() == screen.words.say("referral.draft.saved", time="09:41")
    assert screen.view.draft_line.isVisible()


def test_typing_on_and_on_does_not_put_saving_off(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.view.evidence.setFocus()
    for _ in range(20):
        screen.type("а")
        screen.qtbot.wait(100)
    draft = stored(clinic, INSURED)
    assert draft is not None
    assert 8 <= len(draft.payload["evidence"]) < 20


def test_draft_comes_back_whole_after_escape(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.key(Qt.Key.Key_Down)
    screen.view.evidence.setFocus()
    screen.type("29.12 дейін")
    screen.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    screen.type("ескертпе")
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    screen.open(INSURED)
    view = screen.view
    assert view.service.text() == "Кардиолог кеңесі"
    assert view.diagnosis.text().startswith("I10 ")
    assert view.reasons.value() == "full_for_month"
    assert view.evidence.text() == "29.12 дейін"
    assert view.note.text() == "ескертпе"
    assert view.note.isVisible()
    assert view.draft_line.isVisible()
    screen.finish()
    screen.until(lambda: screen.issued)
    screen.settle()
    assert clinic.desk.referrals.get(screen.issued[0].referral_id).supplier_id == SUNQAR
    assert stored(clinic, INSURED) is None


def test_typing_over_a_draft_replaces_its_service(screen: Screen) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    screen.open(INSURED)
    screen.type("нев")
    screen.enter()
    screen.settle()
    assert screen.view.service.text() == "Невролог кеңесі"
    assert screen.view.diagnosis.text().startswith("I10 ")


def test_half_typed_text_comes_back(screen: Screen) -> None:
    screen.open(INSURED)
    screen.type("кар")
    screen.key(Qt.Key.Key_Escape)  # closes the list
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    screen.open(INSURED)
    assert screen.view.service.text() == "кар"
    assert screen.view.service.option() is None


def test_draft_survives_the_end_of_the_program(make_screen: Callable[[], Screen], clinic: Clinic) -> None:
    screen = make_screen()
    screen.open(INSURED)
    screen.fill()
    screen.until(lambda: stored(clinic, INSURED) is not None)
    # Nobody says good-bye: the dialog is still open when the store is opened anew.
    screen.settle()
    screen.editor.deleteLater()
    clinic.restart()
    again = make_screen()
    again.open(INSURED)
    assert again.view.service.text() == "Кардиолог кеңесі"
    assert again.view.reasons.value() == "full_for_month"
    again.finish()
    again.until(lambda: again.issued)
    assert len(clinic.referrals()) == 1


def test_the_first_day_of_the_disease_comes_back(screen: Screen) -> None:
    screen.open(INSURED)
    screen.fill(icd="i63.9")
    screen.view.onset.edit.setFocus()
    screen.type("01102026")
    screen.settle()
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    screen.open(INSURED)
    assert screen.view.onset.day() == dt.date(2026, 10, 1)
    screen.settle()
    assert screen.view.onset.isVisible()
    screen.view.draft_empty.click()
    screen.settle()
    assert screen.view.onset.day() is None
    assert screen.view.onset.isHidden()


def test_emptying_takes_the_draft_away(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.until(lambda: screen.view.draft_line.isVisible())
    screen.view.draft_empty.click()
    screen.settle()
    assert stored(clinic, INSURED) is None
    assert screen.view.draft_line.isHidden()
    assert screen.view.service.text() == ""
    assert screen.view.reasons.value() is None
    assert screen.view.doctor.text() == "Оспанова Г. Т."
    assert screen.view.verdict.isHidden()
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    assert stored(clinic, INSURED) is None


def test_untouched_dialog_leaves_no_draft(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    assert stored(clinic, INSURED) is None


def test_scan_over_the_dialog_keeps_the_draft_and_tells_who(screen: Screen, clinic: Clinic) -> None:
    scanned: list[str] = []
    screen.editor.person_scanned.connect(scanned.append)
    screen.open(INSURED)
    screen.fill()
    screen.editor.take_scan("620808400018")
    screen.settle()
    assert scanned == ["620808400018"]
    assert not screen.view.is_open
    draft = stored(clinic, INSURED)
    assert draft is not None
    assert draft.payload["reason"] == "full_for_month"


def test_each_person_has_an_own_draft(screen: Screen, clinic: Clinic) -> None:
    screen.open(INSURED)
    screen.fill(reason="1")
    screen.open(UNKNOWN)
    assert screen.view.service.text() == ""
    assert screen.view.reasons.value() is None
    screen.type("нев")
    screen.editor.keep_draft()
    screen.settle()
    first, second = stored(clinic, INSURED), stored(clinic, UNKNOWN)
    assert first is not None
    assert second is not None
    assert first.payload["reason"] == "no_specialist"
    assert second.payload["service"] == {"text": "нев"}


def test_what_is_typed_before_the_draft_is_read_wins(screen: Screen) -> None:
    screen.open(INSURED)
    screen.fill()
    screen.view.evidence.setFocus()
    screen.type("бұрынғы")
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    screen.open(INSURED, settle=False)
    screen.view.evidence.setFocus()
    screen.type("жаңа")
    screen.settle()
    assert screen.view.evidence.text() == "жаңа"
    assert screen.view.reasons.value() == "full_for_month"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"service": 5, "diagnosis": [], "doctor": "x", "reason": 7, "reasons_given": "no"},
        {"service": {"code": "A"}, "doctor": {"code": "1", "id": "2"}},
        {"service": {"id": "1", "code": "A", "package": "of another version"}},
    ],
)
def test_draft_of_another_shape_is_read_as_far_as_it_goes(payload: dict[str, object]) -> None:
    assert FormState.from_payload(payload) == FormState()
