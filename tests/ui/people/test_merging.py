"""Two cards of one person, by keys: found, compared, merged, undone; told apart; completed; the history."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.patient import NoIinReason, Patient, Reminders
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.services.duplicates import form_of
from clinic_desk.texts import Language
from clinic_desk.ui.clinic_window import ClinicWindow
from clinic_desk.ui.kit import Jobs, Modal, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.patients.history import History
from clinic_desk.ui.people.merge_dialog import MergeDialog
from tests.ui import keys
from tests.ui.people_desk import PeopleDesk, crash, fitting_iin, nameless, settle

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NO_KEY = Qt.KeyboardModifier.NoModifier
BORN = dt.date(1988, 2, 14)


class Screen:
    """The sections of people in a real window, without the rest of the program."""

    def __init__(self, qtbot: QtBot, folder: Path, words: UiText) -> None:
        self.qtbot, self.words = qtbot, words
        self.desk = PeopleDesk.open(folder)
        self.jobs = Jobs(crash)
        self.window = MainWindow(words)
        qtbot.addWidget(self.window)
        self.clinic = ClinicWindow(self.window, words, self.jobs, self.desk.services, None)  # type: ignore[arg-type]
        self.window.show_section("patient")
        self.window.show()
        self.window.activateWindow()
        self.settle()

    def settle(self) -> None:
        settle(self.qtbot, self.jobs)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.settle()

    def type(self, text: str, into: QWidget | None = None) -> None:
        if into is not None:
            into.setFocus()
        keys.type_text(QApplication.focusWidget() or self.window, text)

    def digit(self, text: str) -> None:
        keys.press(QApplication.focusWidget() or self.window, text)
        self.settle()

    def open(self, patient: Patient) -> None:
        self.clinic.show_patient(patient.id)
        self.settle()

    def stored(self, patient: Patient) -> Patient:
        return self.desk.services.patients.card(patient.id).patient

    def stored_of(self, patient_id: PatientId | None) -> Patient:
        assert patient_id is not None
        return self.desk.services.patients.card(patient_id).patient

    def people(self) -> int:
        with self.desk.store.read() as work:
            return work.patients.count()

    @property
    def dialog(self) -> MergeDialog:
        return self.clinic.merge_desk().dialog

    def shown(self) -> dict[MergeField, tuple[str, str, bool]]:
        return {row.field: (row.kept, row.gone, row.is_taken) for row in self.dialog.table.rows()}

    def history(self) -> History:
        self.press(Qt.Key.Key_H, CTRL)
        found = self.window.findChild(Modal, "card_history_dialog")
        assert isinstance(found, History)
        return found

    def close(self) -> None:
        self.jobs.shutdown(5)
        self.desk.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


@pytest.fixture
def two(screen: Screen) -> tuple[Patient, Patient]:
    """A person with an IIN and again without."""
    known = screen.desk.person(phone="", address="Мысал көшесі, 7")
    again = screen.desk.person(
        "Улгибаева",
        "Айсулу",
        "",
        reason=NoIinReason.DOCUMENT_NOT_AT_HAND,
        phone="+77010000000",
        is_here=False,
    )
    screen.desk.answer(again, InsuranceStatus.INSURED_STATE)
    return known, again


def finish(screen: Screen) -> None:
    screen.type("бір адам", screen.dialog.reason)
    screen.type("Оспанова Г.", screen.dialog.allowed_by)
    screen.press(Qt.Key.Key_Return, CTRL)


def test_from_the_card_to_one_card_and_back(screen: Screen, two: tuple[Patient, Patient]) -> None:
    known, again = two
    screen.open(again)
    notice = screen.clinic.card.notices.unfinished
    assert notice.isVisible()
    assert "ЖСН-сіз тіркелген" in notice.label.text()
    screen.press(Qt.Key.Key_D, CTRL)
    page = screen.clinic.duplicates_page()
    assert [(row.one.id, row.other.id) for row in page.model.rows()] == [(again.id, known.id)]
    assert QApplication.focusWidget() is page.table
    screen.press(Qt.Key.Key_Return)
    assert screen.dialog.isVisible()
    assert screen.shown()[MergeField.NAME] == ("Улгибаева Айсулу", "Үлгібаева Айсұлу Маратқызы", False)
    assert screen.shown()[MergeField.IIN][2] is True
    # The card with the number shall stay; then the phone of the other is wanted, not the missing one.
    screen.press(Qt.Key.Key_S, ALT)
    assert screen.shown()[MergeField.NAME] == ("Үлгібаева Айсұлу Маратқызы", "Улгибаева Айсулу", False)
    assert screen.shown()[MergeField.PHONE] == ("", "+7\u00a0701\u00a0000\u00a000\u00a000", True)
    assert "1 сақтандыру жауабы" in screen.dialog.rows_note.label.text()
    assert QApplication.focusWidget() is screen.dialog.table
    number = [row.field for row in screen.dialog.table.rows()].index(MergeField.PHONE) + 1
    screen.digit(str(number))
    assert screen.shown()[MergeField.PHONE][2] is False
    screen.digit(str(number))
    finish(screen)
    assert not screen.dialog.isVisible()
    assert screen.people() == 1
    merged = screen.stored(again)
    assert merged.id == known.id
    assert merged.phone is not None
    assert screen.clinic.card.patient_id == known.id
    assert screen.clinic.card.card is not None
    assert len(screen.clinic.card.card.checks) == 1
    toast = screen.window.toasts.toast
    assert toast is not None
    assert toast.label.text() == "Карталар біріктірілді."
    screen.press(Qt.Key.Key_Z, CTRL)
    assert screen.people() == 2
    assert screen.stored(again) == again
    assert screen.stored(known) == known


def test_a_merge_asks_for_a_reason_and_a_second_person(screen: Screen, two: tuple[Patient, Patient]) -> None:
    screen.clinic.merge_desk().open(two[0].id, two[1].id)
    screen.settle()
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "Себебін" in screen.dialog.reason.error()
    assert QApplication.focusWidget() is screen.dialog.reason.edit
    screen.type("бір адам")
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "екінші қызметкердің" in screen.dialog.allowed_by.error()
    screen.type("Сәбитова Г.")
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "өзіңіз" in screen.dialog.allowed_by.error()
    assert screen.people() == 2
    # Both double presses and another pair of eyes: once is once.
    screen.dialog.allowed_by.set_text("Оспанова Г.")
    screen.dialog.merge()
    screen.dialog.merge()
    screen.settle()
    assert screen.people() == 1
    assert screen.window.toasts.toast is not None


def test_a_change_meanwhile_is_told_and_nothing_is_merged(
    screen: Screen, two: tuple[Patient, Patient]
) -> None:
    known, again = two
    screen.clinic.merge_desk().open(known.id, again.id)
    screen.settle()
    services = screen.desk.services
    services.patients.change(again, replace(form_of(again), address="Абай 1"), screen.desk.actor)
    finish(screen)
    assert screen.dialog.isVisible()
    assert screen.dialog.problem.isVisible()
    assert screen.people() == 2


def test_what_would_stay_is_asked_about_before_an_undo(screen: Screen, two: tuple[Patient, Patient]) -> None:
    known, again = two
    screen.clinic.merge_desk().open(known.id, again.id)
    screen.settle()
    finish(screen)
    screen.desk.clock.move(dt.timedelta(hours=1))
    screen.desk.answer(known, InsuranceStatus.UNINSURED)
    history = screen.history()
    rows = history.changes.rows()
    assert rows[0].line.what is HistoryKind.MERGED
    assert rows[0].line.can_undo
    history.changes_table.setFocus()
    history.changes_table.select_row(0)
    screen.press(Qt.Key.Key_Return)
    dialog = screen.window.findChild(Modal, "unmerge_dialog")
    assert dialog is not None
    assert "1 сақтандыру жауабы" in dialog.label.text()  # type: ignore[attr-defined]
    screen.press(Qt.Key.Key_Escape)
    assert screen.people() == 1
    screen.clinic.merge_desk().undo(rows[0].line.merge_id or "")
    screen.settle()
    screen.press(Qt.Key.Key_Return, CTRL)
    assert screen.people() == 2
    assert screen.clinic.card.patient_id == again.id
    assert [len(screen.desk.services.patients.card(p.id).checks) for p in two] == [1, 1]


def test_twins_are_told_apart_once(screen: Screen) -> None:
    first = screen.desk.person(reason=NoIinReason.NEWBORN, given_name="", patronymic="")
    second = screen.desk.person(reason=NoIinReason.NEWBORN, given_name="", patronymic="")
    screen.window.omnibox.setFocus()
    screen.type(">қайтала")
    screen.press(Qt.Key.Key_Return)
    page = screen.clinic.duplicates_page()
    (row,) = page.model.rows()
    assert {row.one.id, row.other.id} == {first.id, second.id}
    page.table.setFocus()
    screen.press(Qt.Key.Key_N, ALT)
    screen.digit("1")
    assert page.model.rows() == []
    assert page.empty.isVisible()
    with screen.desk.store.read() as work:
        assert work.pairs.others_of(first.id) == {second.id: "twin"}
    screen.open(first)
    screen.press(Qt.Key.Key_D, CTRL)
    assert page.model.rows() == []
    screen.press(Qt.Key.Key_Escape)
    assert screen.clinic.people.current is screen.clinic.card


def test_completing_with_a_known_iin_leads_to_both_cards(
    screen: Screen, two: tuple[Patient, Patient]
) -> None:
    known, again = two
    screen.open(again)
    screen.press(Qt.Key.Key_I, CTRL)
    page = screen.clinic.register_page()
    assert QApplication.focusWidget() is page.fields.iin.edit
    assert known.iin is not None
    screen.type(known.iin.digits)
    screen.qtbot.waitUntil(lambda: page.search.is_waiting is False, timeout=3000)
    screen.settle()
    assert page.here.match is not None
    assert "Карталарды салыстыру" in page.here.button.text()
    screen.press(Qt.Key.Key_Return)
    assert screen.dialog.isVisible()
    finish(screen)
    done = screen.stored(again)
    assert done.id == again.id
    assert done.iin == known.iin
    assert done.no_iin_reason is None
    assert screen.stored(known).id == again.id
    assert not screen.clinic.card.notices.unfinished.isVisible()


def test_completing_with_a_new_iin_is_a_change_in_the_history(screen: Screen) -> None:
    person = screen.desk.person(reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    screen.open(person)
    screen.press(Qt.Key.Key_I, CTRL)
    screen.type(fitting_iin(BORN, Sex.FEMALE, 5))
    screen.press(Qt.Key.Key_Return, CTRL)
    screen.qtbot.waitUntil(lambda: screen.clinic.people.current is screen.clinic.card, timeout=3000)
    screen.settle()
    assert screen.stored(person).iin is not None
    rows = screen.history().changes.rows()
    assert [(row.line.what, row.field) for row in rows] == [
        (HistoryKind.COMPLETED, "iin"),
        (HistoryKind.COMPLETED, "no_iin_reason"),
    ]
    cell = _cell(screen, 0)
    assert cell.startswith("— → 880214")
    assert "••" in cell


def _cell(screen: Screen, row: int) -> str:
    history = screen.window.findChild(Modal, "card_history_dialog")
    assert isinstance(history, History)
    return history.changes.cell(row, 4).text


def test_an_edit_that_makes_a_double_asks_before_it_is_saved(screen: Screen) -> None:
    known = screen.desk.person()
    other = screen.desk.person(given_name="Айгерім", reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    screen.open(other)
    screen.clinic.card.edit()
    screen.settle()
    page = screen.clinic.register_page()
    page.fields.given_name.edit.selectAll()
    screen.type("Айсұлу", page.fields.given_name.edit)
    screen.qtbot.waitUntil(lambda: page.search.is_waiting is False, timeout=3000)
    screen.settle()
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "Alt+N" in page.problem.label.text()
    assert screen.stored(other).name.given_name == "Айгерім"
    screen.press(Qt.Key.Key_N, ALT)
    screen.digit("2")
    screen.press(Qt.Key.Key_Return, CTRL)
    screen.settle()
    assert screen.stored(other).name.given_name == "Айсұлу"
    with screen.desk.store.read() as work:
        assert work.pairs.others_of(other.id) == {known.id: "namesake"}


def test_the_mother_of_a_newborn_is_shown_and_lends_her_address(screen: Screen) -> None:
    mother = screen.desk.person(phone="+77010000000", address="Үлгі көшесі, 14-үй")
    assert mother.iin is not None
    screen.press(Qt.Key.Key_F2)
    page = screen.clinic.register_page()
    fields = page.fields
    fields.no_iin.edit.setFocus()
    screen.type("Жаңа")
    screen.press(Qt.Key.Key_Return)
    screen.type(mother.iin.digits, fields.mother_iin.edit)
    screen.settle()
    assert fields.reason.mother_label.text().startswith(mother.name.full)
    screen.press(Qt.Key.Key_M, ALT)
    assert (fields.surname.text(), fields.address.text(), fields.phone.text()) == (
        "Үлгібаева",
        "Үлгі көшесі, 14-үй",
        "+7 701 000 00 00",
    )
    screen.type("20.11.2026", fields.birth_date.edit)
    keys.press(fields.sex.tiles()[0], "Ә")
    screen.type("12-345", fields.document_number.edit)
    fields.reminders.edit.setFocus()
    fields.reminders.edit.selectAll()
    screen.type("Келіседі")
    screen.press(Qt.Key.Key_Return)
    screen.press(Qt.Key.Key_Return, CTRL)
    screen.settle()
    child = screen.stored_of(screen.clinic.card.patient_id)
    assert child.mother_iin == mother.iin
    assert (child.name.surname, child.name.given_name, child.document_number) == ("Үлгібаева", "", "12-345")
    assert (child.reminders.wish, child.reminders.by) == (Reminders.YES, "Сәбитова Г.")
    assert "еске салуға келіседі" in screen.clinic.card.header.facts.text()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nothing_is_cut_or_untranslated(
    screen: Screen, two: tuple[Patient, Patient], language: Language, scale: float
) -> None:
    look().set(ThemeName.DARK if scale == 1.25 else ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    known, again = two
    screen.desk.services.patients.said_to_differ(known.id, again.id, "twin", screen.desk.actor)
    screen.open(again)
    _whole(screen, language)
    screen.clinic.merge_desk().open(known.id, again.id)
    screen.settle()
    _whole(screen, language)
    finish(screen)
    screen.history()
    _whole(screen, language)
    screen.press(Qt.Key.Key_Escape)
    screen.clinic.duplicates_page()
    screen.clinic._find_duplicates(None)
    screen.settle()
    _whole(screen, language)


def _whole(screen: Screen, language: Language) -> None:
    # A page that scrolls finds its height in steps.
    for _ in range(3):
        QApplication.processEvents()
    assert clipped_labels(screen.window) == []
    assert untranslated(screen.window, language) == []
    assert nameless(screen.window) == []
