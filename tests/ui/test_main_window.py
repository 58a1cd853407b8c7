"""The window: sections, keys, languages, practice frame, room for words at every size."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from clinic_desk.texts import Language
from clinic_desk.ui.kit import Modal, Page, PlainLabel, ThemeName, UiText, look, vertical
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from tests.ui.keys import click, press, release

CONTROL = Qt.KeyboardModifier.ControlModifier
SECTIONS = (
    ("patient", "user", False),
    ("referrals", "paper-plane-tilt", False),
    ("import", "upload-simple", True),
    ("settings", "gear", True),
)


class Sheet(Page):
    """A page with one field that remembers what the window told it."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.setLayout(vertical(PlainLabel("880214 ••0000", data=True), self.field, None, margins=24))
        self.shown = 0
        self.steps_back = 0

    def on_shown(self) -> None:
        self.shown += 1

    def on_escape(self) -> bool:
        self.steps_back -= 1
        return self.steps_back >= 0


@pytest.fixture
def make_window(words: UiText, qtbot) -> Iterator[Callable[..., MainWindow]]:
    def make(*, practice: bool = False) -> MainWindow:
        window = MainWindow(words, practice=practice)
        qtbot.addWidget(window)
        for key, icon, below in SECTIONS:
            window.add_section(key, icon, f"shell.section.{key}", Sheet, below=below)
        window.top_bar.set_user("Сәбитова Г.", "2-терезе")
        window.show()
        window.listen_to_keys()
        window.activateWindow()
        window.show_section("patient")
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window()


def key(
    window: MainWindow, code: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.windowHandle(), code, modifiers)


def sheet(window: MainWindow, name: str) -> Sheet:
    page = window.page(name)
    assert isinstance(page, Sheet)
    return page


def test_pages_are_made_when_first_shown(window: MainWindow) -> None:
    assert window.is_made("patient")
    assert not window.is_made("settings")
    window.show_section("settings")
    assert window.is_made("settings")
    assert sheet(window, "settings").shown == 1
    window.show_section("patient")
    assert sheet(window, "patient").shown == 2


@pytest.mark.parametrize(
    ("number", "name"), [(Qt.Key.Key_1, "patient"), (Qt.Key.Key_2, "referrals"), (Qt.Key.Key_4, "settings")]
)
def test_control_and_a_digit_go_to_a_section(window: MainWindow, number: Qt.Key, name: str, qtbot) -> None:
    window.show_section("import")
    with qtbot.waitSignal(window.section_shown) as shown:
        key(window, number, CONTROL)
    assert shown.args == [name]
    assert window.current_section == name
    assert window.rail.item(name).isChecked()


def test_unused_digits_do_nothing(window: MainWindow) -> None:
    key(window, Qt.Key.Key_9, CONTROL)
    assert window.current_section == "patient"


def test_rail_goes_to_a_section_and_only_shows_what_exists(window: MainWindow) -> None:
    window.rail.item("referrals").click()
    assert window.current_section == "referrals"
    names = [item.text() for item in window.rail.findChildren(QWidget) if hasattr(item, "set_count")]
    assert sorted(names) == sorted(
        ["Пациент", "Жолдамалар", "Тізімдерді жүктеу", "Баптаулар", "Пернелер · F1"]
    )
    window.rail.item("referrals").set_count(6)
    assert window.rail.item("referrals").accessibleName() == "Жолдамалар: 6"


@pytest.mark.parametrize(
    ("code", "modifiers", "signal"),
    [
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "register_requested"),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, "refer_requested"),
        (Qt.Key.Key_P, CONTROL, "print_requested"),
    ],
)
def test_keys_everywhere(
    window: MainWindow, code: Qt.Key, modifiers: Qt.KeyboardModifier, signal: str, qtbot
) -> None:
    sheet(window, "patient").field.setFocus()
    with qtbot.waitSignal(getattr(window, signal)):
        key(window, code, modifiers)


def test_control_k_goes_to_the_omnibox(window: MainWindow) -> None:
    window.omnibox.setText("Үлгібаева")
    sheet(window, "patient").field.setFocus()
    key(window, Qt.Key.Key_K, CONTROL)
    assert window.omnibox.hasFocus()
    assert window.omnibox.selectedText() == "Үлгібаева"


@pytest.mark.parametrize(("typed", "goes_to"), [("л", "omnibox"), ("Л", "omnibox")])
def test_control_k_under_a_cyrillic_layout(window: MainWindow, typed: str, goes_to: str) -> None:
    sheet(window, "patient").field.setFocus()
    press(window.windowHandle(), typed, modifiers=CONTROL)
    assert window.omnibox.hasFocus()
    assert window.omnibox.text() == ""


def test_control_and_digits_under_the_kazakh_layout(window: MainWindow) -> None:
    press(window.windowHandle(), "ә", modifiers=CONTROL)
    assert window.current_section == "referrals"


def test_escape_asks_the_page_then_goes_to_the_omnibox(window: MainWindow) -> None:
    page = sheet(window, "patient")
    page.steps_back = 1
    page.field.setFocus()
    key(window, Qt.Key.Key_Escape)
    assert page.field.hasFocus()
    key(window, Qt.Key.Key_Escape)
    assert window.omnibox.hasFocus()


def test_f6_walks_the_panes(window: MainWindow) -> None:
    window.omnibox.setFocus()
    key(window, Qt.Key.Key_F6)
    assert window.rail.item("patient").hasFocus()
    key(window, Qt.Key.Key_F6)
    assert sheet(window, "patient").field.hasFocus()
    key(window, Qt.Key.Key_F6)
    assert window.omnibox.hasFocus()


def test_scan_reaches_the_window_from_any_field(window: MainWindow) -> None:
    codes: list[str] = []
    window.scanned.connect(codes.append)
    field = sheet(window, "patient").field
    field.setText("жартылай")
    field.setFocus()
    for number, character in enumerate("880214400000\r"):
        press(window.windowHandle(), character, at=1_000 + 6 * number)
        release(window.windowHandle(), character, at=1_002 + 6 * number)
    assert codes == ["880214400000"]
    assert field.text() == "жартылай"


def test_scan_reaches_the_window_under_a_dialog(window: MainWindow) -> None:
    codes: list[str] = []
    window.scanned.connect(codes.append)
    window.show_keys()
    for number, character in enumerate("880214400000\r"):
        press(window.windowHandle(), character, at=1_000 + 6 * number)
    assert codes == ["880214400000"]
    assert window.is_covered()


def test_sheet_of_keys_opens_and_closes_with_f1(window: MainWindow) -> None:
    window.add_key_line("F5", "shell.keys.recheck")
    window.add_key_line("F5", "shell.keys.recheck")
    key(window, Qt.Key.Key_F1)
    assert window.is_covered()
    said = [label.text() for label in window.findChild(Modal).findChildren(PlainLabel)]
    assert said.count("Сақтандыруды қайта тексеру") == 1
    key(window, Qt.Key.Key_F1)
    assert not window.is_covered()
    window.rail.item("keys").click()
    assert window.is_covered()
    click(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.is_covered()


def test_a_dialog_keeps_the_sections_away(window: MainWindow) -> None:
    asked: list[int] = []
    window.refer_requested.connect(lambda: asked.append(1))
    window.show_keys()
    key(window, Qt.Key.Key_2, CONTROL)
    key(window, Qt.Key.Key_F8)
    key(window, Qt.Key.Key_K, CONTROL)
    assert window.current_section == "patient"
    assert asked == []
    assert not window.omnibox.hasFocus()


def test_toast_is_undone_with_control_z(window: MainWindow) -> None:
    undone: list[int] = []
    window.show_toast("Жолдама сақталды", undo=lambda: undone.append(1))
    window.rail.item("patient").setFocus()
    key(window, Qt.Key.Key_Z, CONTROL)
    assert undone == [1]


def test_an_empty_omnibox_leaves_control_z_to_the_toast_and_a_typed_one_takes_it(window: MainWindow) -> None:
    undone: list[int] = []
    window.show_toast("Карталар біріктірілді", undo=lambda: undone.append(1))
    window.focus_omnibox()
    window.omnibox.setText("")
    window.omnibox.insert("Үлг")
    key(window.omnibox, Qt.Key.Key_Z, CONTROL)
    assert undone == []
    assert window.omnibox.text() == ""
    key(window.omnibox, Qt.Key.Key_Z, CONTROL)
    assert undone == [1]


def test_language_button_switches_everything(window: MainWindow, words: UiText) -> None:
    button = window.top_bar.language_button
    seen = []
    for language in (Language.RU, Language.EN, Language.KK):
        button.click()
        assert words.language is language
        assert untranslated(window, language) == []
        seen.append(
            (window.rail.item("settings").text(), window.top_bar.state_chip.text(), button.accessibleName())
        )
    assert len(set(seen)) == 3
    assert seen[0][:2] == ("Настройки", "На этом компьютере")


def test_practice_frames_every_screen(make_window: Callable[..., MainWindow]) -> None:
    window = make_window(practice=True)
    for name in ("patient", "referrals", "settings"):
        window.show_section(name)
        QApplication.processEvents()
        assert window.practice_banner is not None
        assert window.practice_banner.isVisible()
        image = window.grab().toImage()
        corners = [
            (1, 1),
            (window.width() - 2, 1),
            (1, window.height() - 2),
            (window.width() - 2, window.height() - 2),
        ]
        assert {image.pixelColor(*corner).name() for corner in corners} == {QColor(look().tokens.warn).name()}
    assert "ойдан шығарылған" in window.practice_banner.accessibleName()


def test_no_practice_no_frame(window: MainWindow) -> None:
    assert window.practice_banner is None
    assert window.grab().toImage().pixelColor(1, window.height() - 2) != QColor(look().tokens.warn)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_words_fit_at_1366(
    make_window: Callable[..., MainWindow], words: UiText, language: Language, theme: ThemeName, scale: float
) -> None:
    words.set_language(language)
    look().set(theme, scale)
    window = make_window(practice=True)
    window.resize(1366, 768)
    QApplication.processEvents()
    window.rail.item("referrals").set_count(54)
    assert window.minimumSizeHint().width() <= 1366
    assert window.width() == 1366
    assert clipped_labels(window) == []
    assert untranslated(window, language) == []
    window.show_keys()
    QApplication.processEvents()
    assert clipped_labels(window) == []
    assert untranslated(window, language) == []


def test_narrow_window_has_icons_with_names(window: MainWindow) -> None:
    assert window.rail.width() == 212
    look().set_scale(1.25)
    assert window.rail.width() == 80
    assert window.rail.item("patient").toolTip() == "Пациент"
    assert window.rail.item("patient").accessibleName() == "Пациент"
    look().set_scale(1.0)
    assert window.rail.width() == 212
    assert window.rail.item("patient").toolTip() == ""


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize(("count", "badge"), [(7, "7"), (54, "54"), (99, "99"), (100, "99+"), (1234, "99+")])
def test_count_on_the_rail_is_whole(window: MainWindow, scale: float, count: int, badge: str) -> None:
    look().set_scale(scale)
    window.resize(1366, 768)
    item = window.rail.item("referrals")
    item.set_count(count)
    QApplication.processEvents()
    assert clipped_labels(window.rail) == []
    said = [painted.text for painted in item.painted_texts()]
    assert said == ([badge] if scale > 1 else ["Жолдамалар", str(count)])
    assert item.accessibleName() == f"Жолдамалар: {count}"
    item.set_count(0)
    assert [painted.text for painted in item.painted_texts()] == ([] if scale > 1 else ["Жолдамалар"])


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_sheet_of_keys_shows_all_of_itself(window: MainWindow, scale: float) -> None:
    look().set_scale(scale)
    window.resize(1366, 768)
    window.show_keys()
    QApplication.processEvents()
    assert window.findChild(Modal).page.verticalScrollBar().maximum() == 0


def test_every_control_has_a_name(window: MainWindow) -> None:
    window.show_toast("Дайын", undo=lambda: None)
    stops = [
        w for w in window.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
    ]
    nameless = [w for w in stops if not w.accessibleName() and w is not sheet(window, "patient").field]
    assert len(stops) >= 8
    assert nameless == []
    assert [w for w in stops if not w.objectName() and w is not sheet(window, "patient").field] == []


def test_closing_is_told_first(window: MainWindow, qtbot) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


def test_only_one_window_ever_opens(window: MainWindow) -> None:
    """A widget shown before it has a parent would flash up as a window of its own."""
    window.show_keys()
    window.show_toast("Дайын", undo=lambda: None)
    opened = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert opened == [window]


def test_import_brings_nothing_heavy() -> None:
    code = (
        "import sys, clinic_desk.ui.main_window, clinic_desk.ui.application\n"
        "heavy = {'reportlab', 'httpx', 'openpyxl', 'keyring', 'sqlalchemy', 'qtawesome', 'pypdfium2'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
