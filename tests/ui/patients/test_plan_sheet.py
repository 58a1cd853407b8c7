"""Ctrl+G and Ctrl+P on the card: the whole plan over the window, and the leaflet where it is the next act."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.patient import Patient, SlipLanguage
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit import PlainLabel, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.patients.leaflet_desk import LeafletDesk
from clinic_desk.ui.patients.plan_sheet import PlanSheet
from tests.assembled import assembled
from tests.services.fakes import FakePrinter, FakeRenderer
from tests.ui.patients.test_patient_page import CTRL, Screen, row
from tests.ui.people_desk import settle

S = InsuranceStatus


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    made.page.leaflet_wanted.connect(lambda value: made.heard.append(("leaflet_wanted", value)))
    yield made
    made.close()


def person(
    screen: Screen,
    status: InsuranceStatus | None = S.UNINSURED,
    *,
    born: dt.date = dt.date(1988, 2, 14),
    language: SlipLanguage = SlipLanguage.KK,
    **answer: object,
) -> Patient:
    patient = screen.desk.person(born=born)
    if language is not SlipLanguage.KK:
        with screen.desk.store.write() as work:
            patient = work.patients.save(replace(patient, slip_language=language))
            work.commit()
    if status is not None:
        screen.desk.answer(patient, status, **answer)  # type: ignore[arg-type]
    screen.open(patient.id)
    return patient


def sheet(screen: Screen) -> PlanSheet | None:
    return next((found for found in screen.window.findChildren(PlanSheet) if found.isVisible()), None)


def said(shown: PlanSheet) -> str:
    return "\n".join(label.text() for label in shown.findChildren(PlainLabel))


def test_the_leaflet_is_seen_before_it_is_printed(screen: Screen) -> None:
    person(screen)
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    settle(screen.qtbot, screen.jobs)
    assert shown.paper.isVisible()
    assert shown.paper.has_image()


def test_who_has_no_leaflet_sees_no_paper(screen: Screen) -> None:
    person(screen, S.INSURED_STATE)
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    settle(screen.qtbot, screen.jobs)
    assert not shown.paper.isVisible()
    assert not shown.paper.has_image()


def test_ctrl_g_shows_the_plan_and_hides_it_again(screen: Screen) -> None:
    person(screen, months="ppp--ppp----")
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    text = said(shown)
    for part in (
        "Сіз әзірге сақтандырылмағансыз.",
        "6 ай төленбеген: 2026 ж. наурыз, сәуір, тамыз, қыркүйек, қазан, қараша",
        "Тегін (ТМККК)",
        "Сақтандыру керек (МӘМС)",
        "5. Өзіңіз төлеңіз",
        "Негізі: inva.kz",
    ):
        assert part in text, part
    screen.press(Qt.Key.Key_G, CTRL)
    assert sheet(screen) is None
    assert screen.window.omnibox.hasFocus()


def test_escape_closes_it_and_the_panel_s_link_opens_it(screen: Screen) -> None:
    person(screen)
    screen.page.insurance.plan_wanted.emit()
    assert sheet(screen) is not None
    screen.press(Qt.Key.Key_Escape)
    assert sheet(screen) is None


def test_somebody_never_asked_is_told_to_check_first(screen: Screen) -> None:
    person(screen, None)
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    assert "Алдымен мәртебені тексеріңіз (F5)" in said(shown)
    assert not shown.print_button.isVisible()
    screen.press(Qt.Key.Key_P, CTRL)
    assert screen.heard == []


def test_it_turns_to_the_patient_s_language_and_back(screen: Screen) -> None:
    person(screen, language=SlipLanguage.RU)
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    assert (shown.spoken, shown.turn_button.words()) == (Language.KK, "Орысша")
    screen.qtbot.mouseClick(shown.turn_button, Qt.MouseButton.LeftButton)
    assert (shown.spoken, shown.turn_button.words()) == (Language.RU, "Қазақша")
    assert "Вы пока не застрахованы." in said(shown)
    shown.turn()
    assert "Сіз әзірге сақтандырылмағансыз." in said(shown)


def test_who_reads_the_window_s_language_needs_no_other(screen: Screen) -> None:
    person(screen)
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    assert not shown.turn_button.isVisible()


@pytest.mark.parametrize("status", [S.UNINSURED, S.GRACE_3M])
def test_ctrl_p_prints_the_leaflet_where_that_is_next(screen: Screen, status: InsuranceStatus) -> None:
    patient = person(screen, status, months="p" * 9 + "---", valid_through=dt.date(2026, 11, 30))
    screen.press(Qt.Key.Key_P, CTRL)
    screen.press(Qt.Key.Key_G, CTRL)
    screen.press(Qt.Key.Key_P, CTRL)
    assert screen.heard == [("leaflet_wanted", patient.id)] * 2


def test_slips_stay_within_reach_of_keys_and_of_the_button(screen: Screen) -> None:
    patient = person(screen)
    screen.page.referrals.show_rows((row(patient.id, 7),))
    screen.page.header.print_button.setEnabled(True)
    screen.page.referrals.table.setFocus()
    screen.press(Qt.Key.Key_P, CTRL)
    screen.page.header.print_button.click()
    assert screen.heard == [("print_wanted", "r7")] * 2


def test_the_key_stands_at_what_it_prints(screen: Screen) -> None:
    person(screen)
    slip, act = screen.page.header.print_button, screen.page.insurance.act
    assert (slip.accessibleDescription(), act.accessibleDescription()) == ("", "Ctrl+P")
    person(screen, S.INSURED_STATE, born=dt.date(1990, 1, 1))
    assert (slip.accessibleDescription(), act.accessibleDescription()) == ("Ctrl+P", "F8")


def test_an_insured_person_s_ctrl_p_prints_the_slip(screen: Screen) -> None:
    patient = person(screen, S.INSURED_STATE)
    screen.page.referrals.show_rows((row(patient.id, 7),))
    screen.press(Qt.Key.Key_P, CTRL)
    assert screen.heard == [("print_wanted", "r7")]


def test_another_person_closes_the_plan_of_the_first(screen: Screen) -> None:
    person(screen)
    screen.press(Qt.Key.Key_G, CTRL)
    assert sheet(screen) is not None
    person(screen, S.INSURED_STATE, born=dt.date(1990, 1, 1))
    assert sheet(screen) is None


def test_keys_move_a_long_plan(screen: Screen) -> None:
    person(screen, months="ppp--ppp----")
    screen.press(Qt.Key.Key_G, CTRL)
    shown = sheet(screen)
    assert shown is not None
    bar = shown.page.verticalScrollBar()
    assert bar.maximum() > 0
    screen.press(Qt.Key.Key_PageDown)
    assert bar.value() > 0
    screen.press(Qt.Key.Key_PageUp)
    assert bar.value() == 0


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_nothing_of_it_is_cut_or_untranslated(screen: Screen, language: Language, scale: float) -> None:
    look().set(ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    screen.window.resize(1366, 768)
    faults = []
    answers: tuple[tuple[InsuranceStatus | None, dict[str, object]], ...] = (
        (S.UNINSURED, {"months": "ppp--ppp----"}),
        (S.GRACE_3M, {"months": "p" * 9 + "ggg", "category": "employee"}),
        (S.TEMPORARY_1M, {"valid_through": dt.date(2026, 12, 23)}),
        (S.INSURED_STATE, {"category": "child"}),
        (None, {}),
    )
    for year, (status, answer) in enumerate(answers, 1980):
        person(screen, status, born=dt.date(year, 5, 1), **answer)  # type: ignore[arg-type]
        screen.page.show_plan()
        assert sheet(screen) is not None
        settle(screen.qtbot, screen.jobs)
        faults += [f"{status}: cut {label}" for label in clipped_labels(screen.window)]
        faults += [f"{status}: not {language}: {label}" for label in untranslated(screen.window, language)]
        screen.page.show_plan()
    assert faults == []


# The leaflet's way to the printer ---------------------------------------------------------------


@pytest.mark.parametrize("answer", list(PrintAnswer))
def test_what_became_of_the_leaflet_is_always_told(screen: Screen, answer: PrintAnswer) -> None:
    patient = person(screen)
    printer = FakePrinter(answer=answer)
    services = assembled(screen.desk.store, screen.desk.clock, renderer=FakeRenderer(), printer=printer)
    told: list[str] = []
    desk = LeafletDesk(services, screen.jobs, screen.words, told.append)
    desk.print(patient.id)
    desk.print(patient.id)  # pressed twice: one leaflet
    settle(screen.qtbot, screen.jobs)
    key = "leaflet.done_printing" if answer is PrintAnswer.ACCEPTED else f"leaflet.print.{answer}"
    assert told == [Texts(Language.KK).say(key)]
    assert len(printer.deadlines) == 1


def test_somebody_insured_in_between_gets_a_sentence_and_no_paper(screen: Screen) -> None:
    patient = person(screen, S.INSURED_STATE)
    printer = FakePrinter()
    services = assembled(screen.desk.store, screen.desk.clock, renderer=FakeRenderer(), printer=printer)
    told: list[str] = []
    LeafletDesk(services, screen.jobs, screen.words, told.append).print(patient.id)
    settle(screen.qtbot, screen.jobs)
    assert told == [Texts(Language.KK).say("leaflet.errors.leaflet.not_needed")]
    assert printer.printed == []
