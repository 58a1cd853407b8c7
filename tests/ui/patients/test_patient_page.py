"""The card over a real store: what it shows, what its keys do, what it writes."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import PatientId, RecallId, ReferralId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import NoIinReason, SlipLanguage
from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.domain.sync.recalls import PaperRecall, RecallReason
from clinic_desk.services.changes import Change
from clinic_desk.services.changes import Kind as ChangeKind
from clinic_desk.services.rows import ReferralRow
from clinic_desk.services.sync.papers.recalls import PaperRow, PaperState
from clinic_desk.texts import NBSP, Language
from clinic_desk.ui.kit import ChangeNotifier, Jobs, Modal, ScrollPage, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.patients.insurance_state import PanelState
from clinic_desk.ui.patients.patient_page import PatientPage
from tests.ui import keys
from tests.ui.people_desk import NOW, PeopleDesk, crash, fitting_iin, nameless, settle

CTRL = Qt.KeyboardModifier.ControlModifier
S = InsuranceStatus


class Screen:
    def __init__(self, qtbot: QtBot, folder: Path, words: UiText) -> None:
        self.qtbot, self.words = qtbot, words
        self.desk = PeopleDesk.open(folder)
        self.jobs = Jobs(crash)
        self.notifier = ChangeNotifier()
        self.page = PatientPage(self.desk.services, self.jobs, words, self.notifier)
        self.window = MainWindow(words)
        qtbot.addWidget(self.window)
        self.window.add_section("patient", "user", "shell.section.patient", lambda: self.page)
        self.window.refer_requested.connect(self.page.refer)
        self.window.print_requested.connect(self.page.print_next)
        self.window.show_section("patient")
        self.window.show()
        self.window.activateWindow()
        self.window.omnibox.setFocus()
        self.heard: list[tuple[str, object]] = []
        for name in ("refer_wanted", "edit_wanted", "print_wanted"):
            getattr(self.page, name).connect(lambda value, name=name: self.heard.append((name, value)))

    def open(self, patient_id: str) -> None:
        self.page.show_patient(patient_id)
        settle(self.qtbot, self.jobs)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """To whatever has the focus, through the window's shortcuts as on a real screen."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.pressed += 1

    pressed = 0

    def digit(self, text: str) -> None:
        keys.press(QApplication.focusWidget() or self.window, text)
        self.pressed += 1

    @property
    def entry(self) -> Modal | None:
        found = self.window.findChild(Modal, "card_answer_dialog")
        return found if found is not None and found.isVisible() else None

    def close(self) -> None:
        self.jobs.shutdown(5)
        self.desk.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


def row(patient_id: str, number: int, **changes: object) -> ReferralRow:
    made = ReferralRow(
        f"r{number}",  # type: ignore[arg-type]
        f"D2-26-{number:04}",
        patient_id,  # type: ignore[arg-type]
        "",
        "",
        LocalText("Кардиолог кеңесі", "Консультация кардиолога", "Cardiologist"),
        "I11.9",
        "«Сынақ Мед» ЖШС",
        "no_specialist",
        ReferralStatus.SENT,
        PrintState.PRINTED,
        1,
        NOW,
        "Сәбитова Г.",
        dt.date(2026, 12, 20),
        1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_head_shows_the_whole_person(screen: Screen) -> None:
    patient = screen.desk.person(phone="+77000000000")
    screen.open(patient.id)
    header = screen.page.header
    digits = patient.iin.digits if patient.iin else ""
    assert header.name.text() == "Үлгібаева Айсұлу Маратқызы"
    assert header.iin.text() == f"{digits[:6]} {digits[6:]}"
    # A line may end after a dot only.
    parts = ("·", "14.02.1988 ·", "38 жас ·", "әйел ·", "+7 700 000 00 00")
    assert header.rest.text() == parts[0] + NBSP + " ".join(part.replace(" ", NBSP) for part in parts[1:])
    attachment = screen.page.attachment
    assert attachment.chip.text() == "Осы емханада"
    assert attachment.district.text() == "№ 12 терапевтік"
    assert attachment.doctor.text() == "Оспанова Г. Т."
    assert attachment.basis.text() == "Тұрақты мекенжай · 03.02.2024"


def test_person_without_iin_says_why(screen: Screen) -> None:
    patient = screen.desk.person(
        "Белгісіз", "", "", born=None, sex=Sex.UNKNOWN, reason=NoIinReason.UNKNOWN_PERSON
    )
    screen.open(patient.id)
    assert not screen.page.header.iin.isVisible()
    assert screen.page.header.rest.text().replace(NBSP, " ") == (
        "ЖСН жоқ: белгісіз адам · туған күні белгісіз · жынысы белгісіз · телефоны жоқ"
    )


def test_mismatch_of_iin_and_document_is_a_warning_only(screen: Screen) -> None:
    iin = fitting_iin(dt.date(1986, 5, 12), Sex.FEMALE)
    patient = screen.desk.person(iin=iin, born=dt.date(1986, 12, 5))
    screen.open(patient.id)
    banner = screen.page.notices.mismatch
    assert banner.isVisible()
    assert banner.label.text().startswith("ЖСН-де 12.05.1986 тұр, құжатта 05.12.1986.")
    assert screen.page.header.refer_button.isEnabled()
    screen.open(screen.desk.person().id)
    assert not banner.isVisible()


def test_viewing_is_written_to_the_log_once_a_view(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    with screen.desk.store.read() as work:
        lines = work.audit.of_object("patient", patient.id)
    assert [(line.action, line.user, line.desk) for line in lines] == [("patient.view", "Сәбитова Г.", "D2")]


def test_f8_before_the_card_is_read_waits_for_the_right_person(screen: Screen) -> None:
    first, second = (
        screen.desk.person(),
        screen.desk.person("Қасымова", "Алма", "", born=dt.date(1959, 5, 30)),
    )
    screen.open(first.id)
    screen.page.show_patient(second.id)
    assert screen.page.card is None
    screen.press(Qt.Key.Key_F8)
    assert screen.heard == []
    settle(screen.qtbot, screen.jobs)
    ((name, card),) = screen.heard
    assert (name, card.patient.id) == ("refer_wanted", second.id)  # type: ignore[attr-defined]


def test_f5_before_the_card_is_read_waits_too(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.page.show_patient(patient.id)
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is None
    settle(screen.qtbot, screen.jobs)
    assert screen.entry is not None


def test_unknown_person_is_a_sentence(screen: Screen) -> None:
    screen.open("f" * 32)
    assert "осы компьютерде жоқ" in screen.page._empty.label.text()
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is None


def test_an_answer_takes_three_keys_and_all_of_it_at_most_ten(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    assert screen.page.insurance.view is not None
    assert screen.page.insurance.view.state is PanelState.NEVER
    screen.pressed = 0
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is not None
    screen.digit("1")
    screen.press(Qt.Key.Key_Return, CTRL)
    assert screen.pressed == 3
    settle(screen.qtbot, screen.jobs)
    assert screen.entry is None
    assert screen.page.insurance.view.state is PanelState.CONTRIBUTIONS
    check = screen.desk.services.patients.card(patient.id).check
    assert check is not None
    assert (check.channel, check.checked_by, check.checked_at) == (Channel.EGOV, "Сәбитова Г.", NOW)
    # Uninsured, by phone, with all other fields reached by Tab and left as they are.
    screen.pressed = 0
    screen.press(Qt.Key.Key_F5)
    screen.digit("8")
    screen.press(Qt.Key.Key_Tab)
    screen.digit("6")
    screen.press(Qt.Key.Key_Return, CTRL)
    settle(screen.qtbot, screen.jobs)
    assert screen.pressed <= 10
    check = screen.desk.services.patients.card(patient.id).check
    assert check is not None
    assert (check.status, check.channel) == (S.UNINSURED, Channel.CALL_CENTRE)


def test_every_field_of_an_answer_is_kept(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.page.record_answer()
    entry = screen.page.answers.entry
    assert entry is not None
    screen.digit("4")
    entry.time.edit.setFocus()
    keys.type_text(entry.time.edit, "20.11 16:05")
    entry.category.edit.setFocus()
    keys.type_text(entry.category.edit, "жалдамалы")
    keys.click(entry.category.edit, Qt.Key.Key_Return)
    entry.valid_through.edit.setFocus()
    keys.type_text(entry.valid_through.edit, "30112026")
    entry.reference.edit.setFocus()
    keys.type_text(entry.reference.edit, "Р-1 <b>")
    entry.months.setFocus()
    keys.type_text(entry.months, "111111111222")
    screen.press(Qt.Key.Key_Return, CTRL)
    settle(screen.qtbot, screen.jobs)
    check = screen.desk.services.patients.card(patient.id).check
    assert check is not None
    assert check.status is S.GRACE_3M
    assert check.checked_at == dt.datetime(2026, 11, 20, 11, 5, tzinfo=dt.UTC)
    assert (check.category, check.reference) == ("employee", "Р-1 <b>")
    assert (check.valid_through, check.months) == (dt.date(2026, 11, 30), "p" * 9 + "ggg")


def test_wrong_fields_are_told_and_the_input_kept(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.page.record_answer()
    entry = screen.page.answers.entry
    assert entry is not None
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "1–9" in entry.problem.label.text()
    screen.digit("1")
    entry.time.edit.setFocus()
    keys.type_text(entry.time.edit, "кеше")
    entry.months.setFocus()
    keys.type_text(entry.months, "11")
    screen.press(Qt.Key.Key_Return, CTRL)
    assert "09:41" in entry.time.error()
    entry.time.set_text("23.11.2027 09:41")
    keys.click(entry.months, Qt.Key.Key_Delete)
    screen.press(Qt.Key.Key_Return, CTRL)
    settle(screen.qtbot, screen.jobs)
    assert "әлі келген жоқ" in entry.problem.label.text()
    assert entry.time.text() == "23.11.2027 09:41"
    assert entry.statuses.value() is S.INSURED_CONTRIBUTIONS
    assert screen.desk.services.patients.card(patient.id).checks == ()


def test_no_answer_never_replaces_the_last_good_one(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.desk.answer(patient, S.INSURED_CONTRIBUTIONS, ago=dt.timedelta(days=3), months="p" * 12)
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    screen.digit("9")
    screen.press(Qt.Key.Key_Return, CTRL)
    settle(screen.qtbot, screen.jobs)
    assert screen.entry is None
    view = screen.page.insurance.view
    assert view is not None
    assert view.state is PanelState.FAILED
    card = screen.desk.services.patients.card(patient.id)
    assert [check.status for check in card.checks] == [S.INSURED_CONTRIBUTIONS]
    # The next answer ends it.
    screen.press(Qt.Key.Key_F5)
    screen.digit("1")
    screen.press(Qt.Key.Key_Return, CTRL)
    settle(screen.qtbot, screen.jobs)
    assert screen.page.insurance.view is not None
    assert screen.page.insurance.view.state is PanelState.CONTRIBUTIONS


def test_recheck_is_never_dead_and_double_save_records_once(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.desk.answer(patient, S.INSURED_CONTRIBUTIONS)
    screen.open(patient.id)
    for count in (2, 3):
        screen.press(Qt.Key.Key_F5)
        screen.digit("1")
        screen.press(Qt.Key.Key_Return, CTRL)
        screen.press(Qt.Key.Key_Return, CTRL)
        settle(screen.qtbot, screen.jobs)
        assert len(screen.desk.services.patients.card(patient.id).checks) == count


def test_escape_leaves_the_entry_and_keeps_everything_as_it_was(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    screen.digit("8")
    screen.press(Qt.Key.Key_Escape)
    assert screen.entry is None
    assert screen.window.omnibox.hasFocus()
    settle(screen.qtbot, screen.jobs)
    assert screen.desk.services.patients.card(patient.id).checks == ()


def test_uninsured_shows_what_is_free_and_referring_stays_open(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.desk.answer(patient, S.UNINSURED, months="ppp--ppp----")
    screen.open(patient.id)
    assert screen.page.insurance.free_care.isVisible()
    assert screen.page.insurance.insurance_mark.accessibleName() == "МӘМС көмегі жабық"
    assert screen.page.insurance.guaranteed_mark.accessibleName() == "ТМККК көмегі әрқашан ашық"
    screen.press(Qt.Key.Key_F8)
    assert [name for name, _ in screen.heard] == ["refer_wanted"]


def test_changes_of_this_person_are_read_again_and_others_are_not(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    shown = screen.page.card
    screen.notifier.announce(Change.of(ChangeKind.PATIENT, "0" * 32))
    settle(screen.qtbot, screen.jobs)
    assert screen.page.card is shown
    screen.desk.answer(patient, S.INSURED_CONTRIBUTIONS)
    screen.notifier.announce(Change.of(ChangeKind.INSURANCE, patient.id))
    settle(screen.qtbot, screen.jobs)
    assert screen.page.card is not shown
    assert screen.page.insurance.chip.text() == "Сақтандырылған"


def test_open_referrals_and_their_keys(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    assert not screen.page.header.print_button.isEnabled()
    assert screen.page.referrals.nothing.isVisible()
    rows = (
        row(patient.id, 1),
        row(patient.id, 2, print_state=PrintState.TO_PRINT, status=ReferralStatus.ISSUED),
        row(patient.id, 3, status=ReferralStatus.COMPLETED),
    )
    screen.page.referrals.show_rows(rows)
    model = screen.page.referrals.model
    assert model.rowCount() == 2
    chips = [model.cell(number, 2).chip for number in range(2)]
    assert [chip and chip.text for chip in chips] == ["Жіберілді", "Басып шығару керек"]
    assert model.cell(0, 3).text == "20.12.2026 дейін жарамды"
    screen.press(Qt.Key.Key_P, CTRL)
    table = screen.page.referrals.table
    table.setFocus()
    keys.click(table, Qt.Key.Key_Down)
    keys.click(table, Qt.Key.Key_Return)
    screen.press(Qt.Key.Key_P, CTRL)
    assert screen.heard == [("print_wanted", "r1"), ("print_wanted", "r2"), ("print_wanted", "r2")]


def test_history_keeps_checks_that_failed_and_answers_that_were_withdrawn(screen: Screen) -> None:
    patient = screen.desk.person()
    old = screen.desk.answer(patient, S.UNINSURED, ago=dt.timedelta(days=3))
    screen.desk.answer(patient, S.INSURED_STATE, ago=dt.timedelta(days=2))
    services = screen.desk.services
    services.insurance.record_failure(patient.id, Channel.BOT, WhyNoAnswer.NO_CONNECTION, screen.desk.actor)
    with screen.desk.store.write() as work:
        work.insurance._driver.execute(  # type: ignore[attr-defined]
            "INSERT INTO insurance_withdrawals VALUES (?, '2026-11-23T04:00:00.000000Z', 'Ким В.', 'import')",
            (old.id,),
        )
        work.commit()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_H, CTRL)
    settle(screen.qtbot, screen.jobs)
    history = screen.window.findChild(Modal, "card_history_dialog")
    assert history is not None
    answers = history.answers  # type: ignore[attr-defined]
    said = [answers.cell(row, 1) for row in range(answers.rowCount())]
    assert [cell.chip.text for cell in said] == [
        "Байланыс болмады",
        "Сақтандырылған: мемлекет төлейді",
        "Қайтарып алынған: Сақтандырылмаған",
    ]
    assert "Ким В." in said[2].sentence
    history.close_modal()


def test_history_lists_every_answer(screen: Screen) -> None:
    patient = screen.desk.person()
    for days in range(4):
        screen.desk.answer(patient, S.INSURED_CONTRIBUTIONS, ago=dt.timedelta(days=days))
    screen.open(patient.id)
    screen.press(Qt.Key.Key_H, CTRL)
    settle(screen.qtbot, screen.jobs)
    history = screen.window.findChild(Modal, "card_history_dialog")
    assert history is not None
    assert history.isVisible()
    assert history.answers.rowCount() == 4  # type: ignore[attr-defined]
    # Keys of the card do nothing below a dialog.
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is None
    screen.press(Qt.Key.Key_Escape)
    settle(screen.qtbot, screen.jobs)


def test_another_person_closes_what_lay_over_the_first(screen: Screen) -> None:
    first = screen.desk.person()
    second = screen.desk.person("Қасымова", "Алма", "", born=dt.date(1959, 5, 30))
    screen.open(first.id)
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is not None
    screen.open(second.id)
    assert screen.entry is None
    screen.press(Qt.Key.Key_H, CTRL)
    screen.open(first.id)
    assert not screen.window.is_covered()


def test_reading_again_keeps_the_chosen_referral(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.page.referrals.show_rows((row(patient.id, 1), row(patient.id, 2)))
    screen.page.referrals.table.select_row(1)
    screen.page.referrals.show_rows((row(patient.id, 3), row(patient.id, 1), row(patient.id, 2)))
    chosen = screen.page.referrals.chosen()
    assert chosen is not None
    assert chosen.number == "D2-26-0002"


def test_text_of_strangers_is_shown_as_it_is(screen: Screen) -> None:
    patient = screen.desk.person("<b>Иванов", '& "Сыновья"', "", address="<img src=x>")
    screen.open(patient.id)
    assert screen.page.header.name.text() == '<b>Иванов & "Сыновья"'
    assert screen.page.header.name.textFormat() == Qt.TextFormat.PlainText
    assert screen.page.attachment.address.text() == "<img src=x>"


def test_language_changes_at_once(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.desk.answer(patient, S.UNINSURED, months="ppp--ppp----")
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    for language in (Language.RU, Language.EN, Language.KK):
        screen.words.set_language(language)
        assert untranslated(screen.window, language) == []
    assert screen.page.insurance.chip.text() == "Сақтандырылмаған"


_ANSWERS = {
    "contributions": (S.INSURED_CONTRIBUTIONS, {"category": "carer_child_disability", "months": "p" * 12}),
    "state": (S.INSURED_STATE, {"category": "carer_child_disability"}),
    "grace": (S.GRACE_6M, {"months": "p" * 6 + "g" * 6, "valid_through": dt.date(2026, 12, 31)}),
    "conditional": (S.CONDITIONAL_DE, {"category": "conditional_de", "reference": "P-118204"}),
    "temporary": (S.TEMPORARY_1M, {"valid_through": dt.date(2026, 12, 23), "reference": "P-118204"}),
    "uninsured": (
        S.UNINSURED,
        {"category": "carer_child_disability", "months": "ppp--ppp----", "ago": dt.timedelta(days=100)},
    ),
    "never": (None, {}),
    "failed": (S.INSURED_CONTRIBUTIONS, {"months": "p" * 12, "ago": dt.timedelta(days=31)}),
}


def scrolls_sideways(page: QWidget) -> list[int]:
    areas = page.findChildren(ScrollPage)
    return [area.horizontalScrollBar().maximum() for area in areas if area.horizontalScrollBar().maximum()]


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_no_state_is_cut_or_untranslated(
    screen: Screen, theme: ThemeName, scale: float, language: Language
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)

    def fits() -> None:
        # Panels that move below each other are laid out in several rounds.
        assert clipped_labels(screen.window) == [], name
        assert scrolls_sideways(screen.page) == [], name

    for number, (name, (status, answer)) in enumerate(_ANSWERS.items()):
        patient = screen.desk.person(
            "Абдрахманова-Тұрғынбекова", "Гүлжаһан", "Серікболсынқызы",
            born=dt.date(1990, 1, 1 + number), phone="+77000000000",
        )  # fmt: skip
        if status is not None:
            screen.desk.answer(patient, status, **answer)  # type: ignore[arg-type]
        if name == "failed":
            screen.desk.services.insurance.record_failure(
                patient.id, Channel.EGOV, WhyNoAnswer.NO_CONNECTION, screen.desk.actor
            )
        screen.open(patient.id)
        screen.page.referrals.show_rows((row(patient.id, 1),))
        screen.qtbot.waitUntil(fits, timeout=2_000)
        assert untranslated(screen.window, language) == [], name
    assert nameless(screen.window) == []
    screen.page.record_answer()
    QApplication.processEvents()
    assert clipped_labels(screen.window) == []
    assert untranslated(screen.window, language) == []
    assert nameless(screen.window) == []
    assert screen.entry is not None
    screen.entry.close_modal()
    screen.page.show_history()
    settle(screen.qtbot, screen.jobs)
    assert screen.window.findChild(Modal, "card_history_dialog") is not None
    assert clipped_labels(screen.window) == []
    assert nameless(screen.window) == []


def test_desk_without_a_registrar_still_opens_cards(screen: Screen) -> None:
    settings = screen.desk.services.settings.read()
    screen.desk.services.settings.change(replace(settings, desk=Desk()), screen.desk.actor)
    patient = screen.desk.person()
    screen.open(patient.id)
    assert screen.page.card is not None


def test_a_paper_to_recall_is_said_on_the_card_and_leads_to_the_list(screen: Screen) -> None:
    screen.open(screen.desk.person().id)
    banner = screen.page.notices.recall
    assert banner.isHidden()
    heard: list[bool] = []
    screen.page.papers_wanted.connect(lambda: heard.append(True))
    recall = PaperRecall(RecallId("d" * 32), ReferralId("e" * 32), RecallReason.NOT_INSURED, NOW)
    paper = PaperRow(
        PaperState.RETURN,
        recall.referral_id,
        PatientId("a" * 32),
        "Үлгі",
        "",
        "",
        SlipLanguage.KK,
        "T2-00001",
        "Шипа",
        NOW,
        was_provisional=True,
        recalls=(recall,),
    )
    notices = screen.page.notices
    notices.show_card(screen.page.card, None, [paper])
    assert not banner.isHidden()
    assert banner.label.text().startswith("№ T2-00001 қағазы жарамсыз болды: қазір сақтандырылмаған.")
    notices.show_card(screen.page.card, None, [replace(paper, state=PaperState.TOLD)])
    assert banner.label.text().endswith("Пациентке хабарланған.")
    notices.findChild(QPushButton, "card_head_button_recall").click()
    assert heard == [True]
