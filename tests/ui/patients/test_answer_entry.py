"""The panel for an answer: few keys, the way to ask on the patient's own phone, doubts."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.qr import qr_rows
from clinic_desk.resources import read_json
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ThemeName, UiText, look
from clinic_desk.ui.kit.qr_picture import QrPicture
from clinic_desk.ui.patients.answer_entry import AnswerEntry
from tests.ui import keys
from tests.ui.patients.test_patient_page import CTRL, Screen
from tests.ui.people_desk import settle

S = InsuranceStatus
EGOV = "https://egov.kz/cms/{}/services/pass171-2_mz"


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program asked the system to open."""
    found: list[str] = []

    def note(url: QUrl) -> bool:
        found.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return found


def entry_of(screen: Screen) -> AnswerEntry:
    entry = screen.page.answers.entry
    assert entry is not None
    return entry


def hand(screen: Screen, typed: str) -> None:
    """Keys as a person presses them: a digit or letter, T for Tab, E for Enter, S for Ctrl+Enter."""
    for one in typed:
        if one == "T":
            screen.press(Qt.Key.Key_Tab)
        elif one in "ES":
            screen.press(Qt.Key.Key_Return, CTRL if one == "S" else Qt.KeyboardModifier.NoModifier)
        else:
            keys.press(QApplication.focusWidget() or screen.window, one)
            screen.pressed += 1
        settle(screen.qtbot, screen.jobs)


@pytest.mark.parametrize(
    ("typed", "status", "channel", "category", "months"),
    [
        ("1S", S.INSURED_CONTRIBUTIONS, Channel.EGOV, "", ""),
        ("8S", S.UNINSURED, Channel.EGOV, "", ""),
        ("1T4S", S.INSURED_CONTRIBUTIONS, Channel.BOT, "", ""),
        ("8T6S", S.UNINSURED, Channel.CALL_CENTRE, "", ""),
        ("2TTTбаES", S.INSURED_STATE, Channel.EGOV, "child", ""),
        ("2TTTзеES", S.INSURED_STATE, Channel.EGOV, "pensioner", ""),
        ("3TTTтіES", S.INSURED_STATE_LOCAL, Channel.EGOV, "unemployed", ""),
        ("2T2TTзES", S.INSURED_STATE, Channel.FUND_SITE, "pensioner", ""),
    ],
)
def test_the_common_cases_take_fewer_than_ten_keys(
    screen: Screen, typed: str, status: S, channel: Channel, category: str, months: str
) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    before = screen.pressed
    screen.press(Qt.Key.Key_F5)
    hand(screen, typed)
    assert screen.pressed - before < 10
    (check,) = screen.desk.services.patients.card(patient.id).checks
    assert (check.status, check.channel, check.category, check.months) == (status, channel, category, months)


@pytest.mark.parametrize(
    ("digit", "url"),
    [
        ("1", EGOV.format("kk")),
        ("2", "https://msqory.kz"),
        ("3", ""),
        ("4", "https://t.me/SaqtandyryBot"),
        ("5", ""),
        ("6", "tel:1414"),
        ("7", ""),
    ],
)
def test_beside_the_channel_lies_what_the_patient_s_phone_opens(
    screen: Screen, opened: list[str], digit: str, url: str
) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    hand(screen, f"1T{digit}")
    panel = entry_of(screen).channel
    assert panel.url == url
    assert panel.picture.isVisible() is bool(url)
    assert panel.picture.text == url
    assert url in panel.picture.accessibleName()
    assert panel.link.isVisible() is url.startswith("https://")
    assert "SMS" in panel.reminder.text()
    assert panel.reminder.isVisible()
    assert opened == []
    if panel.link.isVisible():
        panel.link.click()
        assert opened == [url]


def test_the_page_speaks_the_patient_s_language_not_the_registrar_s(screen: Screen) -> None:
    from dataclasses import replace

    from clinic_desk.domain.patient import SlipLanguage

    patient = screen.desk.person()
    with screen.desk.store.write() as work:
        work.patients.save(replace(patient, slip_language=SlipLanguage.RU))
        work.commit()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    assert entry_of(screen).channel.url == EGOV.format("ru")


def test_the_addresses_and_the_banks_are_those_of_the_rule_table(screen: Screen) -> None:
    rows = read_json("rules", "contacts.json")["rows"]
    banks = [row["name"] for row in rows if row.get("channel") == "bank_app"]
    assert len(banks) >= 8
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    hand(screen, "1T5")
    said = entry_of(screen).channel.how.text()
    assert [bank for bank in banks if bank not in said] == []


def test_what_does_not_fit_is_told_once_and_the_same_key_records_it(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    entry = entry_of(screen)
    hand(screen, "8")
    entry.months.set_months("p" * 12)
    hand(screen, "S")
    assert entry.is_open
    assert "12 айдың бәрі төленген" in entry.problem.label.text()
    assert "Бәрібір жазу" in entry.save_button.text()
    assert screen.desk.services.patients.card(patient.id).checks == ()
    hand(screen, "S")
    assert not entry.is_open
    (check,) = screen.desk.services.patients.card(patient.id).checks
    assert (check.status, check.months) == (S.UNINSURED, "p" * 12)
    with screen.desk.store.read() as work:
        line = work.audit.of_object("patient", patient.id)[-1]
    assert line.reason == "insurance.paid_but_uninsured"


def test_another_answer_is_not_recorded_in_spite_of_the_doubts_about_the_last(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    entry = entry_of(screen)
    hand(screen, "8")
    entry.months.set_months("p" * 12)
    hand(screen, "S")
    entry.statuses.focus_first()
    hand(screen, "4")
    assert entry.problem.isHidden()
    assert "Жазып қою" in entry.save_button.text()
    hand(screen, "S")
    assert entry.is_open
    assert "берешекпен сақталған" in entry.problem.label.text()


def test_a_last_day_before_the_check_is_a_doubt(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    entry = entry_of(screen)
    hand(screen, "2")
    entry.valid_through.set_day(dt.date(2026, 11, 22))
    hand(screen, "S")
    assert "22.11.2026" in entry.problem.label.text()


@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.DARK, 1.5)]
)
def test_the_code_on_the_screen_is_the_code(qtbot: QtBot, theme: ThemeName, scale: float) -> None:
    """Read back from the pixels, with its quiet margin, black on white in the dark too."""
    look().set(theme, scale)
    text = EGOV.format("kk")
    picture = QrPicture(137)
    qtbot.addWidget(picture)
    picture.set_text(text)
    image = picture.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = qr_rows(text)
    count = len(rows) + 8
    module = image.width() // count
    assert module >= 3 * scale - 1
    left = (image.width() - module * count) // 2 + module // 2

    def sign(x: int, y: int) -> str:
        return "1" if image.pixelColor(left + x * module, left + y * module).value() < 128 else "0"

    read = ["".join(sign(x, y) for x in range(count)) for y in range(count)]
    quiet = "0" * 4
    assert read == ["0" * count] * 4 + [f"{quiet}{row}{quiet}" for row in rows] + ["0" * count] * 4


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_the_panel_fits_the_width_of_the_window(screen: Screen, scale: float, language: Language) -> None:
    screen.window.resize(1366, 768)
    look().set(ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.press(Qt.Key.Key_F5)
    entry = entry_of(screen)
    for digit in "1234567":
        hand(screen, f"1T{digit}")
        assert entry.page.horizontalScrollBar().maximum() == 0
        entry.statuses.focus_first()
    assert (entry.channel.geometry().top() > entry.channels.geometry().bottom()) is (scale > 1.25)
