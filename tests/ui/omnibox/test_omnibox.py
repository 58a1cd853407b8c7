"""The field that finds people and acts, over a real store, with real keys."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.patient import Patient
from clinic_desk.services.rows import PatientHit
from clinic_desk.texts import Language
from clinic_desk.ui.kit import Jobs, Kind, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.omnibox.entries import Action, Heading, Note, Person
from clinic_desk.ui.omnibox.omnibox import Omnibox
from tests.ui import keys
from tests.ui.people_desk import PeopleDesk, bad_iin, crash, fitting_iin, nameless, settle

KAZAKH = str.maketrans("1234567890", '"әіңғ,.үұқ')


class Screen:
    """A window with an omnibox and three people."""

    def __init__(self, qtbot: QtBot, folder: Path, words: UiText) -> None:
        self.qtbot = qtbot
        self.desk = PeopleDesk.open(folder)
        self.jobs = Jobs(crash)
        self.words = words
        self.window = MainWindow(words)
        qtbot.addWidget(self.window)
        self.window.show()
        self.line = self.window.omnibox
        self.aisulu = self.desk.person(phone="+77010000017")
        self.aizhan = self.desk.person(
            "Үлгібаева", "Айжан", "Серікқызы", born=dt.date(2016, 11, 3), phone="+77470000029"
        )
        self.alma = self.desk.person("Қасымова", "Алма", "", born=dt.date(1959, 5, 30), is_here=False)
        self.desk.answer(self.aisulu, InsuranceStatus.INSURED_CONTRIBUTIONS)
        self.desk.answer(self.alma, InsuranceStatus.UNINSURED, ago=dt.timedelta(days=3))
        self.omnibox = Omnibox(self.desk.services, self.jobs, words, self.line)
        self.heard: list[tuple[str, str]] = []
        for name in ("person_chosen", "refer_wanted", "register_wanted", "command_wanted"):
            getattr(self.omnibox, name).connect(lambda value, name=name: self.heard.append((name, value)))
        self.line.setFocus()

    def type(self, text: str) -> None:
        keys.type_text(self.line, text)
        settle(self.qtbot, self.jobs)

    def press(self, key: Qt.Key) -> None:
        keys.click(self.line, key)

    @property
    def names(self) -> list[str]:
        return [entry.title for entry in self.omnibox.entries if isinstance(entry, Person)]

    @property
    def notes(self) -> list[str]:
        return [entry.text for entry in self.omnibox.entries if isinstance(entry, Note)]

    @property
    def acts(self) -> list[Action]:
        return [entry for entry in self.omnibox.entries if isinstance(entry, Action)]

    def close(self) -> None:
        self.jobs.shutdown(5)
        self.desk.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


def _iin(patient: Patient) -> str:
    assert patient.iin is not None
    return patient.iin.digits


def test_every_kind_of_text_finds_the_person(screen: Screen) -> None:
    whole = _iin(screen.aisulu)
    for text in (
        whole,
        f"{whole[:6]} {whole[6:]}",
        whole.translate(KAZAKH),
        whole[:7],
        "0017",
        "+7 701 000 00 17",
        "Үлгібаева Айсұлу",
        "айсулу улгибаева",
        "Ulgibaeva Aisulu",
        "Үлгібаива Айсұлу",
    ):
        screen.omnibox.clear()
        screen.type(text)
        assert screen.names[:1] == ["Үлгібаева Айсұлу Маратқызы"], text


def test_row_shows_birth_date_masked_iin_district_and_never_the_whole_iin(screen: Screen) -> None:
    screen.type(_iin(screen.aisulu))
    (row,) = [entry for entry in screen.omnibox.entries if isinstance(entry, Person)]
    assert row.second == f"14.02.1988 · {_iin(screen.aisulu)[:6]} ••{_iin(screen.aisulu)[8:]} · № 12 учаске"
    model = screen.omnibox.popup.list.model()
    said = " ".join(
        str(model.data(model.index(number, 0), role))
        for number in range(model.rowCount())
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
    )
    assert _iin(screen.aisulu) not in said.replace(" ", "")


def test_insurance_chip_tells_known_old_and_never_asked_apart(screen: Screen) -> None:
    chips = {}
    for text in ("Айсұлу", "Айжан", "Алма"):
        screen.omnibox.clear()
        screen.type(text)
        row = next(entry for entry in screen.omnibox.entries if isinstance(entry, Person))
        chips[text] = (row.chip.kind, row.chip.text, row.chip_sentence)
    assert chips["Айсұлу"] == (Kind.OK, "Сақтандырылған", "Сақтандырылған")
    assert chips["Айжан"] == (Kind.NEUTRAL, "Әлі тексерілмеген", "Әлі тексерілмеген")
    assert chips["Алма"] == (Kind.STALE, "20.11 күйі", "Сақтандырылмаған, 20.11.2026 күйі бойынша")


def test_enter_opens_the_first_clears_and_keeps_the_focus(screen: Screen) -> None:
    screen.type("Үлгібаева")
    assert len(screen.names) == 2
    screen.press(Qt.Key.Key_Return)
    assert [name for name, _ in screen.heard] == ["person_chosen"]
    assert screen.line.text() == ""
    assert screen.line.hasFocus()
    assert not screen.omnibox.is_open


def test_arrows_choose_another_and_step_over_headings(screen: Screen) -> None:
    screen.type("Үлгібаева")
    ids = [entry.hit.patient_id for entry in screen.omnibox.entries if isinstance(entry, Person)]
    screen.press(Qt.Key.Key_Down)
    screen.press(Qt.Key.Key_Return)
    screen.type("Үлгібаева")
    for _ in range(9):
        screen.press(Qt.Key.Key_Down)
    screen.press(Qt.Key.Key_Return)
    assert screen.heard == [("person_chosen", ids[1]), ("register_wanted", "Үлгібаева")]


def test_enter_before_the_answer_opens_the_person_when_it_comes(screen: Screen) -> None:
    keys.type_text(screen.line, _iin(screen.aisulu))
    screen.press(Qt.Key.Key_Return)
    assert screen.heard == []
    settle(screen.qtbot, screen.jobs)
    assert screen.heard == [("person_chosen", screen.aisulu.id)]


def test_enter_before_the_answer_never_registers_unseen(screen: Screen) -> None:
    keys.type_text(screen.line, "Жоқадамов")
    screen.press(Qt.Key.Key_Return)
    settle(screen.qtbot, screen.jobs)
    assert screen.heard == []
    assert screen.notes


def test_f8_goes_straight_to_the_referral_and_f2_to_registration(screen: Screen) -> None:
    requested: list[str] = []
    screen.window.refer_requested.connect(lambda: requested.append("refer"))
    screen.window.register_requested.connect(lambda: requested.append("register"))
    screen.type("Айсұлу")
    screen.press(Qt.Key.Key_F8)
    screen.type("Жаңаев Жан")
    screen.press(Qt.Key.Key_F2)
    assert screen.heard == [("refer_wanted", screen.aisulu.id), ("register_wanted", "Жаңаев Жан")]
    # In an empty field both keys stay the window's.
    for key in (Qt.Key.Key_F8, Qt.Key.Key_F2):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key.value, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(screen.line, event)
        assert not event.isAccepted()
    assert len(screen.heard) == 2


def test_f8_before_the_answer_refers_when_it_comes(screen: Screen) -> None:
    keys.type_text(screen.line, _iin(screen.aisulu))
    screen.press(Qt.Key.Key_F8)
    settle(screen.qtbot, screen.jobs)
    assert screen.heard == [("refer_wanted", screen.aisulu.id)]


def test_late_answers_are_dropped_and_typing_is_never_blocked(screen: Screen) -> None:
    asked, gate = [], threading.Event()
    real = screen.desk.services.search

    class Slow:
        def find(self, text: str, limit: int = 50) -> list[PatientHit]:
            asked.append(text)
            if text == "А":
                gate.wait(5)
            return real.find(text, limit)

    screen.omnibox._services = replace(screen.desk.services, search=Slow())
    keys.type_text(screen.line, "А")
    screen.qtbot.waitUntil(lambda: asked == ["А"])
    keys.type_text(screen.line, "лма")
    assert screen.line.text() == "Алма"
    screen.qtbot.waitUntil(lambda: bool(screen.notes), timeout=2000)
    assert screen.notes == ["Іздеп жатырмыз…"]
    gate.set()
    settle(screen.qtbot, screen.jobs)
    assert screen.names == ["Қасымова Алма"]
    # Questions that waited behind the slow one and were overtaken were never asked.
    assert asked == ["А", "Алма"]


def test_nothing_says_that_it_searches_before_a_third_of_a_second(screen: Screen) -> None:
    gate = threading.Event()

    class Slow:
        def find(self, text: str, limit: int = 50) -> list[PatientHit]:
            gate.wait(5)
            return []

    screen.omnibox._services = replace(screen.desk.services, search=Slow())
    keys.type_text(screen.line, "Алма")
    screen.qtbot.wait(150)
    assert not screen.omnibox.is_open
    screen.qtbot.waitUntil(lambda: screen.omnibox.is_open is True, timeout=2000)
    gate.set()
    settle(screen.qtbot, screen.jobs)


def test_a_search_that_never_answers_is_told(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    class Dead:
        def find(self, text: str, limit: int = 50) -> list[PatientHit]:
            gate.wait(10)
            return []

    screen.omnibox._lost.setInterval(200)
    screen.omnibox._services = replace(screen.desk.services, search=Dead())
    keys.type_text(screen.line, "Алма")
    screen.qtbot.waitUntil(lambda: bool(screen.notes), timeout=3000)
    assert "жауап бермеді" in screen.notes[0]
    gate.set()


def test_bad_check_digit_is_a_sentence_and_nothing_can_be_registered(screen: Screen) -> None:
    screen.type(bad_iin(_iin(screen.aisulu)))
    assert screen.notes == ["ЖСН-де қате бар: бақылау саны сәйкес емес. 12 санды қайта теріңіз."]
    screen.press(Qt.Key.Key_F2)
    screen.press(Qt.Key.Key_Return)
    assert screen.heard == []


def test_unknown_iin_offers_to_register_with_it(screen: Screen) -> None:
    iin = fitting_iin(dt.date(1990, 1, 2), Sex.MALE)
    screen.type(iin)
    assert screen.notes == ["Бұл ЖСН-мен ешкім тіркелмеген."]
    screen.press(Qt.Key.Key_Return)
    assert screen.heard == [("register_wanted", iin)]


def test_nobody_found_says_what_to_try(screen: Screen) -> None:
    screen.type("Щукинъ")
    assert "телефонның соңын" in screen.notes[0]
    assert [act.key for act in screen.acts] == ["F2"]


def test_acts_by_sign_and_by_word(screen: Screen) -> None:
    screen.type(">")
    assert [act.code for act in screen.acts] == [
        *(
            "register",
            "referrals",
            "attachment",
            "checks",
            "districts",
            "shift",
            "import",
            "rules",
            "duplicates",
            "sync",
            "settings",
            "keys",
        )
    ]
    screen.omnibox.clear()
    screen.type(">бап")
    screen.press(Qt.Key.Key_Return)
    assert screen.heard == [("command_wanted", "settings")]
    screen.type("баптау")
    assert screen.acts[0].code == "settings"


def test_escape_closes_then_clears_then_is_the_pages(screen: Screen) -> None:
    screen.type("Айсұлу")
    screen.press(Qt.Key.Key_Escape)
    assert not screen.omnibox.is_open
    assert screen.line.text() == "Айсұлу"
    screen.press(Qt.Key.Key_Down)
    settle(screen.qtbot, screen.jobs)
    assert screen.omnibox.is_open
    screen.press(Qt.Key.Key_Escape)
    screen.press(Qt.Key.Key_Escape)
    assert screen.line.text() == ""
    screen.press(Qt.Key.Key_Escape)
    assert screen.heard == []


def test_language_changes_while_the_list_is_open(screen: Screen) -> None:
    screen.type("Алма")
    screen.words.set_language(Language.RU)
    row = next(entry for entry in screen.omnibox.entries if isinstance(entry, Person))
    heading = next(entry for entry in screen.omnibox.entries if isinstance(entry, Heading))
    assert heading.text == "Пациенты · 1"
    assert "другая поликлиника" in row.second
    assert row.chip.text == "на 20.11"


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_cut_or_untranslated(
    screen: Screen, theme: ThemeName, scale: float, language: Language
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    for text in ("Үлгібаева", "Жоқадам", bad_iin(_iin(screen.aisulu)), ">"):
        screen.omnibox.clear()
        screen.type(text)
        assert screen.omnibox.is_open
        assert clipped_labels(screen.omnibox.popup) == []
        assert untranslated(screen.omnibox.popup, language) == []
        bottom = screen.omnibox.popup.geometry().bottom()
        assert bottom < screen.window.height()
    assert nameless(screen.window) == []
    assert screen.omnibox.popup.list.accessibleName()
