"""Registering over a real store: fields, likely matches, drafts, double presses, changing a stored person."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import DocumentKind, NoIinReason, Patient, Reminders, SlipLanguage
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.ports import AuditEntry
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, Jobs, Kind, ScrollPage, TextField, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.kit.table import CELL_ROLE
from clinic_desk.ui.kit.whole_words import cell_height, cell_widths
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.patients.patient_page import PatientPage
from clinic_desk.ui.register.comparison import Comparison
from clinic_desk.ui.register.register_page import NEW_KIND, RegisterPage
from tests.ui import keys
from tests.ui.people_desk import MovingClock, PeopleDesk, bad_iin, crash, fitting_iin, nameless, settle

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
BORN = dt.date(1988, 2, 14)


class Screen:
    """A window with the form; `restart` is what a killed program finds."""

    def __init__(self, qtbot: QtBot, folder: Path, words: UiText, clock: MovingClock | None = None) -> None:
        self.qtbot, self.folder, self.words = qtbot, folder, words
        self.desk = PeopleDesk.open(folder, clock)
        self.jobs = Jobs(crash)
        self.notifier = ChangeNotifier()
        self.page = RegisterPage(self.desk.services, self.jobs, words, self.notifier)
        self.fields = self.page.fields
        self.window = MainWindow(words)
        qtbot.addWidget(self.window)
        self.window.add_section("patient", "user", "shell.section.patient", lambda: self.page)
        self.window.show_section("patient")
        self.window.show()
        self.window.activateWindow()
        self.heard: list[tuple[str, str]] = []
        self.page.saved.connect(lambda patient_id: self.heard.append(("saved", patient_id)))
        self.page.open_wanted.connect(lambda patient_id: self.heard.append(("open", patient_id)))
        self.page.closed.connect(lambda: self.heard.append(("closed", "")))

    def start(self, text: str = "") -> None:
        self.page.start(text)
        self.settle()

    def settle(self) -> None:
        settle(self.qtbot, self.jobs)

    def type(self, field: TextField, text: str) -> None:
        field.edit.setFocus()
        keys.type_text(field.edit, text)

    def choose(self, field: TextField, text: str) -> None:
        field.edit.setFocus(Qt.FocusReason.TabFocusReason)
        keys.type_text(field.edit, text)
        keys.click(field.edit, Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def searched(self) -> None:
        """The pause after the last letter is over and the answer is shown."""
        self.qtbot.waitUntil(lambda: self.page.search.is_waiting is False, timeout=3000)
        self.settle()

    def save(self) -> None:
        self.press(Qt.Key.Key_Return, CTRL)
        self.settle()

    def fill(self, *, iin: str = "") -> None:
        """A whole new person."""
        self.type(self.fields.iin, iin or fitting_iin(dt.date(1990, 1, 2), Sex.MALE))
        self.type(self.fields.surname, "Жаңаев")
        self.type(self.fields.given_name, "Әли")

    def person(self, patient_id: str) -> Patient:
        return self.desk.services.patients.card(patient_id).patient  # type: ignore[arg-type]

    def people(self) -> int:
        with self.desk.store.read() as work:
            return work.patients.count()

    def log(self, patient_id: str) -> list[AuditEntry]:
        with self.desk.store.read() as work:
            return work.audit.of_object("patient", patient_id)

    def drafts(self) -> list[str]:
        return [draft.kind for draft in self.desk.services.drafts.mine(self.desk.actor)]

    def restart(self) -> "Screen":
        """Everything is thrown away without a word and made anew."""
        # The lanes first: nothing that hiding the form would save reaches the store.
        self.jobs.shutdown(5)
        self.window.hide()
        self.desk.close()
        return Screen(self.qtbot, self.folder, self.words, self.desk.clock)

    def close(self) -> None:
        self.jobs.shutdown(5)
        self.desk.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


def test_iin_fills_birth_date_and_sex_and_the_person_is_saved(screen: Screen) -> None:
    screen.start()
    assert QApplication.focusWidget() is screen.fields.iin.edit
    iin = fitting_iin(BORN, Sex.FEMALE)
    screen.type(screen.fields.iin, iin)
    assert screen.fields.birth_date.text() == "14.02.1988"
    assert screen.fields.sex.value() is Sex.FEMALE
    screen.type(screen.fields.surname, "Үлгібаева")
    screen.type(screen.fields.given_name, "Айсұлу")
    screen.type(screen.fields.phone, "87000000000")
    screen.type(screen.fields.address, "Астана, <b>Үлгі</b> көшесі, 1")
    screen.choose(screen.fields.language, "Орыс")
    screen.choose(screen.fields.document, "Жеке")
    screen.type(screen.fields.document_number, "012345678")
    assert screen.fields.phone.text() == "+7 700 000 00 00"
    screen.save()
    ((name, patient_id),) = screen.heard
    assert name == "saved"
    patient = screen.person(patient_id)
    assert patient.iin is not None
    assert (patient.iin.digits, patient.birth_date, patient.sex) == (iin, BORN, Sex.FEMALE)
    assert (patient.phone and patient.phone.e164, patient.address) == (
        "+77000000000",
        "Астана, <b>Үлгі</b> көшесі, 1",
    )
    assert patient.slip_language is SlipLanguage.RU
    assert (patient.document, patient.document_number) == (DocumentKind.IDENTITY_CARD, "012345678")
    assert screen.drafts() == []
    assert [line.action for line in screen.log(patient_id)] == ["patient.register"]


def test_iin_typed_under_the_kazakh_layout(screen: Screen) -> None:
    screen.start()
    iin = fitting_iin(BORN, Sex.FEMALE)
    screen.type(screen.fields.iin, iin.translate(str.maketrans("1234567890", '"әіңғ,.үұқ')))
    assert screen.fields.iin.text() == iin
    assert screen.fields.birth_date.text() == "14.02.1988"


def test_document_wins_over_the_iin_with_a_warning(screen: Screen) -> None:
    screen.start()
    screen.type(screen.fields.birth_date, "05121986")
    screen.type(screen.fields.iin, fitting_iin(dt.date(1986, 5, 12), Sex.FEMALE))
    screen.fields.surname.edit.setFocus()
    assert screen.fields.birth_date.text() == "05.12.1986"
    assert screen.fields.warning.isVisible()
    assert screen.fields.warning.label.text().startswith("ЖСН-де 12.05.1986 тұр, сіз 05.12.1986 тердіңіз.")
    keys.press(screen.fields.sex.tiles()[0], "Е")
    assert "жынысы — әйел" in screen.fields.warning.label.text()
    screen.type(screen.fields.surname, "Сынақ")
    screen.type(screen.fields.given_name, "Мира")
    screen.save()
    ((name, patient_id),) = screen.heard
    assert name == "saved"
    patient = screen.person(patient_id)
    assert (patient.birth_date, patient.sex) == (dt.date(1986, 12, 5), Sex.MALE)


def test_bad_iin_is_told_at_once_and_kept(screen: Screen) -> None:
    screen.start()
    iin = bad_iin(fitting_iin(BORN, Sex.FEMALE))
    screen.type(screen.fields.iin, iin)
    assert "бақылау саны" in screen.fields.iin.error()
    assert screen.fields.birth_date.text() == ""
    assert screen.fields.iin.text() == iin


def test_the_region_is_the_clinics_own_until_another_is_chosen(screen: Screen) -> None:
    services = screen.desk.services
    settings = services.settings.read()
    clinic = replace(settings.clinic, kato="710000000")
    services.settings.change(replace(settings, clinic=clinic), screen.desk.actor)
    screen.start()
    assert screen.fields.kato.text() == "Астана қ."
    # The clinic's own region is nothing that somebody typed: no draft is kept of it.
    screen.press(Qt.Key.Key_Escape)
    screen.settle()
    assert screen.drafts() == []
    screen.start()
    screen.fill()
    screen.choose(screen.fields.kato, "Семеи")
    screen.choose(screen.fields.reminders, "Келіспейді")
    screen.save()
    patient = screen.person(screen.heard[-1][1])
    assert patient.kato == "101000000"
    assert (patient.reminders.wish, patient.reminders.by) == (Reminders.NO, "Сәбитова Г.")


def test_a_region_that_is_on_no_list_is_told(screen: Screen) -> None:
    screen.start()
    screen.fill()
    screen.type(screen.fields.kato, "Атлантида")
    screen.save()
    assert screen.fields.kato.error() == "Тізімнен таңдаңыз."
    assert screen.people() == 0


def test_newborn_needs_the_mothers_iin(screen: Screen) -> None:
    screen.start()
    assert not screen.fields.mother_iin.isVisible()
    screen.choose(screen.fields.no_iin, "Жаңа")
    assert screen.fields.mother_iin.isVisible()
    screen.type(screen.fields.surname, "Үлгібай")
    screen.type(screen.fields.birth_date, "2026-11-20")
    keys.press(screen.fields.sex.tiles()[0], "Ә")
    screen.save()
    assert "анасының ЖСН-ін" in screen.fields.mother_iin.error()
    assert QApplication.focusWidget() is screen.fields.mother_iin.edit
    mother = fitting_iin(BORN, Sex.FEMALE)
    screen.type(screen.fields.mother_iin, mother)
    screen.save()
    patient = screen.person(screen.heard[0][1])
    assert patient.no_iin_reason is NoIinReason.NEWBORN
    assert patient.mother_iin is not None
    assert (patient.mother_iin.digits, patient.birth_date) == (mother, dt.date(2026, 11, 20))


def test_foreigner_and_unknown_person(screen: Screen) -> None:
    screen.start()
    screen.choose(screen.fields.no_iin, "Шетел")
    screen.type(screen.fields.surname, "Иванов")
    screen.type(screen.fields.given_name, "Ivan")
    screen.save()
    assert "Туған күнін" in screen.fields.birth_date.error()
    assert screen.fields.sex_error.isVisible()
    assert "азаматтығын" in screen.fields.citizenship.error()
    assert screen.page.problem.label.text().startswith("4 өрісті")
    screen.type(screen.fields.birth_date, "01.02.1990")
    keys.press(screen.fields.sex.tiles()[0], "Е")
    screen.choose(screen.fields.citizenship, "росс")
    screen.type(screen.fields.document_number, "PA 1")
    screen.save()
    patient = screen.person(screen.heard[0][1])
    assert (patient.no_iin_reason, patient.document, patient.document_number, patient.citizenship) == (
        NoIinReason.FOREIGNER,
        DocumentKind.FOREIGN_PASSPORT,
        "PA 1",
        "RUS",
    )
    screen.start()
    screen.choose(screen.fields.no_iin, "Белгісіз")
    assert screen.fields.birth_date.label.text() == "Туған күні"
    assert len(screen.fields.sex.tiles()) == 3
    assert screen.fields.surname.text() == "Белгісіз"
    assert screen.fields.given_name.label.text() == "Аты"
    assert screen.fields.address.label.text() == "Қайда, қашан табылды"
    screen.save()
    assert "жасын" in screen.fields.age_band.error()
    screen.choose(screen.fields.age_band, "18 жастан")
    screen.save()
    patient = screen.person(screen.heard[1][1])
    assert (patient.birth_date, patient.sex) == (None, Sex.UNKNOWN)
    assert patient.no_iin_reason is NoIinReason.UNKNOWN_PERSON


def test_without_iin_and_reason_is_refused_and_the_input_kept(screen: Screen) -> None:
    screen.start("Жаңаев Әли")
    assert (screen.fields.surname.text(), screen.fields.given_name.text()) == ("Жаңаев", "Әли")
    screen.type(screen.fields.birth_date, "31.02.1990")
    screen.save()
    assert "неге жоқ екенін" in screen.fields.iin.error()
    assert "Мұндай күн жоқ" in screen.fields.birth_date.error()
    assert screen.fields.birth_date.text() == "31.02.1990"
    assert screen.fields.surname.text() == "Жаңаев"
    assert screen.heard == []
    assert screen.people() == 0


def test_a_choice_that_is_not_on_the_list_is_told(screen: Screen) -> None:
    screen.start()
    screen.fill()
    screen.type(screen.fields.document, "Профсоюз")
    screen.save()
    assert screen.fields.document.error() == "Тізімнен таңдаңыз."
    assert screen.fields.document.text() == "Профсоюз"
    assert screen.people() == 0


def test_double_ctrl_enter_registers_once(screen: Screen) -> None:
    screen.start()
    screen.choose(screen.fields.no_iin, "Шетел")
    screen.choose(screen.fields.citizenship, "USA")
    screen.type(screen.fields.document_number, "1")
    screen.type(screen.fields.surname, "Smith")
    screen.type(screen.fields.birth_date, "01.02.1990")
    keys.press(screen.fields.sex.tiles()[0], "Е")
    for _ in range(3):
        screen.press(Qt.Key.Key_Return, CTRL)
        screen.page.save()
    screen.settle()
    assert [name for name, _ in screen.heard] == ["saved"]
    assert screen.people() == 1


def test_likely_matches_come_while_typing_and_take_no_focus(screen: Screen) -> None:
    known = screen.desk.person(phone="+77000000000", address="Мысал көшесі, 7")
    other = screen.desk.person(
        "Үлгібаева", "Айсұлу", "", born=dt.date(1986, 2, 14), is_here=False, phone="+77010000000"
    )
    screen.start()
    screen.type(screen.fields.surname, "Улгибаева")
    screen.type(screen.fields.given_name, "Айсулу")
    screen.type(screen.fields.phone, "+7 700 000 00 00")
    screen.type(screen.fields.address, "Үлгі көшесі, 1")
    screen.type(screen.fields.birth_date, "14.02.1988")
    assert screen.page.search.is_waiting
    screen.searched()
    assert QApplication.focusWidget() is screen.fields.birth_date.edit
    panel = screen.page.duplicates
    assert [match.patient.id for match in panel.matches] == [known.id, other.id]
    chips = [(row.chip.text, row.chip.kind) for row in panel.candidates if row.isVisible()]
    assert chips == [("Дерлік сол адам", Kind.ERR), ("Болуы мүмкін", Kind.WARN)]
    verdicts = {line.field: line.verdict for line in panel.comparison.lines()}
    assert verdicts == {
        "name": "other_letters",
        "patronymic": "only_stored",
        "birth_date": "same",
        "phone": "same",
        "iin": "only_stored",
        "address": "differs",
    }
    stored = next(line.stored for line in panel.comparison.lines() if line.field == "iin")
    assert stored == f"{known.iin.digits[:6]} ••{known.iin.digits[8:]}" if known.iin else ""
    assert panel.count.text().startswith("2 сәйкестік")
    screen.press(Qt.Key.Key_2, ALT)
    assert panel.chosen is not None
    assert panel.chosen.patient.id == other.id
    # Nothing was typed by the keys of the panel.
    assert screen.fields.birth_date.text() == "14.02.1988"


def test_other_person_is_logged_and_lets_the_person_be_saved(screen: Screen) -> None:
    known = screen.desk.person(
        "Жаңаев", "Әли", "", sex=Sex.MALE, born=dt.date(1990, 1, 2), reason=NoIinReason.FOREIGNER
    )
    screen.start()
    screen.fill()
    screen.searched()
    assert screen.page.save_button.property("look") == "secondary"
    screen.save()
    assert "Alt+N" in screen.page.problem.label.text()
    assert screen.heard == []
    screen.press(Qt.Key.Key_N, ALT)
    keys.press(QApplication.focusWidget(), "2")
    assert not screen.page.problem.isVisible()
    assert screen.page.duplicates.candidates[0].chip.text == "Басқа адам"
    assert screen.page.save_button.property("look") == "primary"
    screen.save()
    ((name, patient_id),) = screen.heard
    assert name == "saved"
    lines = [(line.action, line.reason) for line in screen.log(patient_id)]
    assert lines == [("patient.register", ""), ("patient.other_than", known.id)]


def test_same_person_opens_the_stored_card_and_offers_the_new_values(screen: Screen) -> None:
    known = screen.desk.person(address="Мысал көшесі, 7")
    screen.start()
    screen.type(screen.fields.surname, "Улгибаева")
    screen.type(screen.fields.given_name, "Айсулу")
    screen.type(screen.fields.birth_date, "14.02.1988")
    screen.type(screen.fields.phone, "87010000001")
    screen.type(screen.fields.address, "Үлгі көшесі, 1")
    screen.searched()
    screen.press(Qt.Key.Key_Return, ALT)
    screen.settle()
    assert screen.heard == [("open", known.id)]
    # The new form's draft is gone, the offer waits at the stored person.
    assert screen.drafts() == ["patient"]
    card = PatientPage(screen.desk.services, screen.jobs, screen.words, screen.notifier)
    screen.qtbot.addWidget(card)
    card.show_patient(known.id)
    screen.settle()
    assert card.notices.offer.isVisibleTo(card)
    assert card.notices.offer.label.text() == "Сақталмаған мәндер бар: телефон, тұратын мекенжайы."
    screen.page.edit(screen.person(known.id))
    screen.settle()
    assert screen.fields.address.text() == "Үлгі көшесі, 1"
    # Other letters of the same name are no new value.
    assert screen.fields.surname.text() == "Үлгібаева"
    screen.save()
    assert screen.heard[-1] == ("saved", known.id)
    changed = screen.person(known.id)
    assert (changed.address, changed.name.surname, changed.name.patronymic) == (
        "Үлгі көшесі, 1",
        "Үлгібаева",
        "Маратқызы",
    )
    assert changed.phone is not None
    assert screen.drafts() == []
    assert not card.notices.offer.isVisibleTo(card)


def test_exact_iin_replaces_the_form_and_enter_opens(screen: Screen) -> None:
    known = screen.desk.person()
    assert known.iin is not None
    screen.start()
    screen.type(screen.fields.iin, known.iin.digits)
    screen.searched()
    assert screen.page.here.isVisible()
    assert screen.page.here.name.text() == "Үлгібаева Айсұлу Маратқызы"
    assert not screen.fields.rest.isVisible()
    keys.click(screen.fields.iin.edit, Qt.Key.Key_Backspace)
    screen.searched()
    assert screen.fields.rest.isVisible()
    keys.press(screen.fields.iin.edit, known.iin.digits[-1])
    screen.searched()
    keys.click(screen.fields.iin.edit, Qt.Key.Key_Return)
    screen.settle()
    assert screen.heard == [("open", known.id)]
    assert screen.people() == 1
    assert screen.drafts() == []


def test_race_for_the_same_iin_is_told_and_the_input_kept(screen: Screen) -> None:
    screen.start()
    screen.fill()
    form = PersonForm(
        iin=screen.fields.iin.text(),
        surname="Жаңаев",
        given_name="Уәли",
        birth_date=dt.date(1990, 1, 2),
        sex=Sex.MALE,
    )
    screen.page.search.stop()
    screen.desk.services.patients.register(form, screen.desk.actor)
    screen.save()
    assert "тіркелген" in screen.page.problem.label.text()
    assert screen.fields.surname.text() == "Жаңаев"
    assert screen.people() == 1


def test_draft_survives_escape_and_a_killed_program(screen: Screen) -> None:
    screen.start()
    screen.type(screen.fields.surname, "Жаңаев")
    screen.type(screen.fields.birth_date, "02.01.19")
    screen.choose(screen.fields.no_iin, "Құжаты")
    screen.press(Qt.Key.Key_Escape)
    screen.settle()
    assert screen.heard == [("closed", "")]
    assert screen.drafts() == [NEW_KIND]
    screen.start()
    assert screen.fields.surname.text() == "Жаңаев"
    assert "қайтарылды" in screen.page.draft_banner.label.text()
    screen.type(screen.fields.given_name, "Әли")
    keys.press(screen.fields.sex.tiles()[0], "Е")
    # At most two seconds later it is durable, without anybody leaving the form.
    screen.qtbot.waitUntil(lambda: "сақталды" in screen.page.draft_label.text(), timeout=2000)
    again = screen.restart()
    try:
        again.start()
        state = again.fields.state()
        assert (state.surname, state.given_name, state.birth_date) == ("Жаңаев", "Әли", "02.01.19")
        assert (state.no_iin_reason, state.sex) == (NoIinReason.DOCUMENT_NOT_AT_HAND, Sex.MALE)
        again.type(again.fields.birth_date, "90")
        again.save()
        assert [name for name, _ in again.heard] == ["saved"]
        assert again.drafts() == []
        again.start()
        assert again.fields.state().is_empty
    finally:
        again.close()
        screen.desk = again.desk


def test_steady_typing_is_saved_within_two_seconds(screen: Screen) -> None:
    screen.start()
    clock = screen.qtbot
    for letter in "Жаңаев" * 4:
        screen.type(screen.fields.surname, letter)
        clock.wait(80)
    screen.settle()
    assert screen.drafts() == [NEW_KIND]


def test_a_form_begun_with_another_name_leaves_the_earlier_draft_alone(screen: Screen) -> None:
    screen.start("Жаңаев Әли")
    screen.press(Qt.Key.Key_Escape)
    screen.settle()
    screen.start("Сынақова Мира")
    assert screen.fields.surname.text() == "Сынақова"
    assert screen.page.draft_banner.label.text().startswith("Аяқталмаған жоба бар: Жаңаев Әли")
    screen.page.draft_button.click()
    screen.settle()
    assert screen.fields.surname.text() == "Жаңаев"
    # Both are kept.
    assert screen.drafts() == [NEW_KIND, NEW_KIND]
    screen.page.draft_button.click()
    screen.settle()
    assert screen.fields.state().is_empty
    assert screen.drafts() == [NEW_KIND]


def test_draft_is_saved_when_the_focus_leaves_the_form(screen: Screen) -> None:
    screen.start()
    screen.type(screen.fields.surname, "Жаңаев")
    screen.window.omnibox.setFocus()
    screen.settle()
    assert screen.drafts() == [NEW_KIND]


def test_text_of_the_omnibox_goes_to_its_field(screen: Screen) -> None:
    iin = fitting_iin(BORN, Sex.FEMALE)
    screen.start(iin)
    assert (screen.fields.iin.text(), screen.fields.birth_date.text()) == (iin, "14.02.1988")
    assert QApplication.focusWidget() is screen.fields.surname.edit
    screen.start("87010000001")
    assert screen.fields.phone.text() == "87010000001"
    screen.start("үлгібаева айсұлу")
    assert (screen.fields.surname.text(), screen.fields.given_name.text()) == ("Үлгібаева", "Айсұлу")


def test_enter_walks_through_the_fields(screen: Screen) -> None:
    screen.start()
    walked = []
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        walked.append(focus.objectName().rpartition("field_")[2])
        if walked[-1] == "no_iin_reason":
            keys.click(focus, Qt.Key.Key_Tab)
        else:
            keys.click(focus, Qt.Key.Key_Return)
    assert walked == ["iin", "no_iin_reason", "surname", "given_name", "patronymic"]


def test_changing_a_stored_person(screen: Screen) -> None:
    known = screen.desk.person(phone="+77000000000", address="Мысал көшесі, 7")
    screen.page.edit(known)
    screen.settle()
    assert screen.page.title.text() == "Деректерді түзету"
    screen.fields.address.edit.selectAll()
    screen.type(screen.fields.address, "Үлгі көшесі, 1")
    screen.searched()
    assert screen.page.duplicates.matches == []
    screen.save()
    assert screen.heard == [("saved", known.id)]
    changed = screen.person(known.id)
    assert (changed.address, changed.version, changed.name, changed.attachment) == (
        "Үлгі көшесі, 1",
        known.version + 1,
        known.name,
        known.attachment,
    )
    assert [list(line.fields) for line in screen.log(known.id) if line.action == "patient.change"] == [
        ["address", "version"]
    ]


def test_conflict_is_a_sentence_and_the_input_is_kept(screen: Screen) -> None:
    known = screen.desk.person(address="Мысал көшесі, 7")
    screen.page.edit(known)
    screen.settle()
    screen.type(screen.fields.document_number, "012345678")
    form = PersonForm(
        iin=known.iin.digits if known.iin else "",
        surname="Үлгібаева",
        given_name="Айсұлу",
        birth_date=BORN,
        sex=Sex.FEMALE,
        address="Басқа көше, 3",
    )
    screen.desk.services.patients.change(known, form, screen.desk.actor)
    screen.save()
    assert "басқа біреу өзгерт" in screen.page.problem.label.text()
    assert screen.fields.document_number.text() == "012345678"
    assert screen.heard == []
    # The draft was made over an older version: opened again, it is offered and not put in by itself.
    screen.press(Qt.Key.Key_Escape)
    screen.settle()
    screen.page.edit(screen.person(known.id))
    screen.settle()
    assert screen.fields.address.text() == "Басқа көше, 3"
    assert screen.fields.document_number.text() == ""
    assert screen.page.draft_banner.isVisible()
    screen.page.draft_button.click()
    screen.settle()
    assert screen.fields.document_number.text() == "012345678"


def test_language_changes_at_once_and_keeps_what_is_typed(screen: Screen) -> None:
    screen.desk.person()
    screen.start()
    screen.type(screen.fields.surname, "Үлгібаева")
    screen.type(screen.fields.given_name, "Айсұлу")
    screen.type(screen.fields.birth_date, "14.02.1988")
    screen.choose(screen.fields.no_iin, "Құжаты")
    screen.searched()
    screen.save()
    before = screen.fields.state()
    for language in (Language.RU, Language.EN, Language.KK):
        screen.words.set_language(language)
        assert untranslated(screen.page, language) == []
        assert screen.fields.state() == before


def cut_cells(table: Comparison) -> list[str]:
    """The texts of cells that are wider or higher than their cell."""
    model = table.model()
    cut = []
    for row, column in itertools.product(range(model.rowCount()), range(model.columnCount())):
        cell = model.index(row, column).data(CELL_ROLE)
        width = table.columnWidth(column)
        if table.isColumnHidden(column):
            continue
        if cell_widths(cell)[0] > width or cell_height(cell, width) > table.rowHeight(row):
            cut.append(cell.spoken)
    shown = sum(table.columnWidth(column) for column in range(model.columnCount()))
    return cut if shown <= table.viewport().width() else [*cut, "a column"]


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_cut_or_untranslated(
    screen: Screen, theme: ThemeName, scale: float, language: Language
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    known = screen.desk.person(phone="+77000000000", address="Астана, Мысал көшесі, 7-үй, 12-пәтер")
    screen.desk.person("Үлгібаева", "Айсұлу", "", born=dt.date(1986, 2, 14), is_here=False)

    def is_whole() -> None:
        assert clipped_labels(screen.window) == []
        table = screen.page.duplicates.comparison
        assert not table.isVisible() or cut_cells(table) == []
        for area in screen.page.findChildren(ScrollPage):
            assert area.horizontalScrollBar().maximum() == 0

    def looks_right(where: str) -> None:
        # Rows that wrap are laid out in several rounds.
        screen.qtbot.waitUntil(is_whole, timeout=2_000)
        assert untranslated(screen.window, language) == [], where
        assert nameless(screen.window) == [], where

    screen.start()
    looks_right("empty")
    screen.page.save()
    looks_right("errors")
    screen.type(screen.fields.surname, "Үлгібаева")
    screen.type(screen.fields.given_name, "Айсұлу")
    screen.type(screen.fields.birth_date, "14.02.1988")
    screen.type(screen.fields.phone, "87000000000")
    screen.type(screen.fields.address, "Астана, Үлгі көшесі, 1-үй")
    screen.searched()
    looks_right("matches")
    if scale > 1:
        # The answer and its key are seen without scrolling.
        acts = screen.page.duplicates
        for button in (acts.candidates[0], acts.other_button, acts.same_button):
            assert button.visibleRegion().boundingRect() == button.rect()
    assert known.iin is not None
    screen.type(screen.fields.iin, known.iin.digits)
    screen.searched()
    looks_right("already here")
    screen.press(Qt.Key.Key_Escape)
    screen.settle()
    screen.page.edit(known)
    screen.settle()
    looks_right("edit")
