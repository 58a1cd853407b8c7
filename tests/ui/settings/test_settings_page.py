"""The settings page driven by keys: what is saved, what is refused, what works at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit

from clinic_desk.domain.errors import Conflict
from clinic_desk.domain.iin import check_digit
from clinic_desk.services.changes import Kind
from clinic_desk.services.desk_settings import Look, Printing
from clinic_desk.services.slips import PrintAnswer, PrinterList
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ThemeName, look
from clinic_desk.ui.kit.keymap import KAZAKH_DIGIT_ROW
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.settings.scanner_trial import Scan
from tests.ui import keys
from tests.ui.settings.conftest import FILLED, Screen

KEY = Qt.Key
IIN = f"88021440000{check_digit('88021440000')}"


def choose(screen: Screen, tiles: object, key: str) -> None:
    """The tile of this key is chosen, by the key."""
    tiles.focus_first()  # type: ignore[attr-defined]
    target = QApplication.focusWidget()
    assert target is not None
    keys.press(target, key)
    keys.release(target, key)
    screen.settle()


def test_what_is_stored_is_shown_and_nothing_is_to_be_saved(screen: Screen) -> None:
    page = screen.page
    assert page.clinic.value() == FILLED.clinic
    assert page.desk.value() == FILLED.desk
    assert not page.save_button.isEnabled()
    assert not page.discard_button.isVisible()


def test_typed_settings_are_saved_with_an_audit_line(screen: Screen) -> None:
    screen.fill("clinic_name_kk", "  № 8   қалалық емхана ")
    screen.fill("clinic_bin", "990340005977"[:11])
    screen.fill("desk_code", "t3")
    screen.fill("desk_registrar", "Әбілқасымова Ғ.")
    assert screen.page.save_button.isEnabled()
    screen.save()
    assert "БСН-де 12 сан болуы керек" in screen.page.clinic.fields["bin"].error()
    assert screen.stored == FILLED
    screen.fill("clinic_bin", "")
    screen.save()
    stored = screen.stored
    assert stored.clinic.name_kk == "№ 8 қалалық емхана"
    assert (stored.desk.code, stored.desk.registrar) == ("T3", "Әбілқасымова Ғ.")
    assert screen.page.desk.fields["code"].text() == "T3"
    assert screen.page.note.text() == "Сақталды."
    assert screen.saved == [True]
    assert screen.told[-1].touches(Kind.SETTINGS)
    with screen.services.settings._store.read() as work:
        lines = [e for e in work.audit.of_object("settings", "desk") if "registrar" in e.fields]
    assert lines


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("clinic_bin", "12034000001", "БСН-де 12 сан болуы керек"),
        ("clinic_phone", "12", "Мұндай телефон нөмірі болмайды."),
        ("desk_code", "ОКНО-1", "Терезе кодында 1–6 латын әрпі"),
        ("desk_code", "", "Терезе кодында 1–6 латын әрпі"),
        ("desk_label", "", "Терезенің нөмірін жазыңыз."),
        ("desk_registrar", "   ", "Тіркеушінің аты-жөнін жазыңыз"),
    ],
)
def test_what_is_wrong_is_said_by_its_field_and_nothing_is_saved(
    screen: Screen, field: str, text: str, sentence: str
) -> None:
    screen.fill(field, text)
    screen.save()
    part, _, name = field.partition("_")
    shown = (screen.page.clinic if part == "clinic" else screen.page.desk).fields[name]
    assert shown.error().startswith(sentence)
    assert QApplication.focusWidget() is shown.edit
    assert screen.page.banner.isVisible()
    assert screen.stored == FILLED
    # What was typed is kept, and the error goes with the next key.
    assert shown.text() == text
    keys.press(shown.edit, "7")
    assert shown.error() == ""
    assert not screen.page.banner.isVisible()


def test_the_clinics_region_is_found_by_its_name_and_kept(screen: Screen) -> None:
    field = screen.page.clinic.kato
    field.edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys.type_text(field.edit, "шымк")
    keys.click(field.edit, Qt.Key.Key_Return)
    assert field.text() == "Шымкент қ."
    screen.words.set_language(Language.RU)
    assert field.text() == "г. Шымкент"
    screen.save()
    assert screen.stored.clinic.kato == "790000000"


def test_the_name_is_needed_in_one_language(screen: Screen) -> None:
    screen.fill("clinic_name_kk", "")
    screen.fill("clinic_name_ru", "")
    screen.save()
    assert screen.page.clinic.fields["name_kk"].error() == "Атауын кемінде бір тілде жазыңыз."
    screen.fill("clinic_name_ru", "Поликлиника")
    screen.save()
    assert screen.stored.clinic.name_ru == "Поликлиника"


@pytest.mark.parametrize("is_fresh", [True])
def test_a_fresh_profile_can_choose_a_printer_before_anything_else(screen: Screen) -> None:
    choose(screen, screen.page.printer.paper, "2")
    screen.save()
    assert screen.stored.printing == Printing(paper="a4")


def test_escape_brings_back_what_is_stored(screen: Screen) -> None:
    screen.fill("clinic_address", "Басқа жер")
    screen.press(KEY.Key_Escape)
    assert screen.page.clinic.fields["address"].text() == FILLED.clinic.address
    assert not screen.page.is_changed


def test_settings_changed_elsewhere_appear_unless_something_is_typed(screen: Screen) -> None:
    settings, actor = screen.services.settings, screen.services.actor()
    other = replace(FILLED, clinic=replace(FILLED.clinic, address="Жаңа мекенжай"))
    screen.page._notifier.announce(settings.change(other, actor))
    screen.settle()
    assert screen.page.clinic.fields["address"].text() == "Жаңа мекенжай"
    screen.fill("desk_label", "9")
    screen.page._notifier.announce(settings.change(FILLED, actor))
    screen.settle()
    assert screen.page.desk.fields["label"].text() == "9"


def test_a_refusal_of_the_store_is_told_and_the_input_is_kept(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Conflict("record.changed")

    monkeypatch.setattr(type(screen.services.settings), "change", refuse)
    screen.fill("desk_label", "9")
    screen.save()
    assert screen.page.banner.label.text().startswith("Бұл жазбаны")
    assert screen.page.desk.fields["label"].text() == "9"
    monkeypatch.undo()
    screen.save()
    assert screen.stored.desk.label == "9"
    assert not screen.page.banner.isVisible()


# Look ---------------------------------------------------------------------------------------


def test_language_theme_and_size_work_at_once_and_are_kept(screen: Screen) -> None:
    card = screen.page.look
    choose(screen, card.language, "2")
    assert screen.words.language is Language.RU
    assert screen.page.title.text() == "Настройки"
    choose(screen, card.theme, "2")
    assert look().theme is ThemeName.DARK
    choose(screen, card.scale, "2")
    assert look().scale == 1.25
    assert screen.looks == [Look("ru", "light", 100), Look("ru", "dark", 100), Look("ru", "dark", 125)]
    assert screen.stored == replace(FILLED, look=Look("ru", "dark", 125))


def test_the_look_changed_elsewhere_is_shown(screen: Screen) -> None:
    screen.words.set_language(Language.EN)
    look().set(ThemeName.DARK, 1.5)
    assert screen.page.look.value() == Look("en", "dark", 150)


def test_a_change_of_language_keeps_what_was_typed(screen: Screen) -> None:
    screen.fill("clinic_address", "Басқа жер")
    choose(screen, screen.page.look.language, "3")
    assert screen.page.clinic.fields["address"].text() == "Басқа жер"
    assert screen.stored.clinic == FILLED.clinic
    screen.page.clinic.fields["address"].setFocus()
    screen.save()
    assert screen.stored.clinic.address == "Басқа жер"
    assert screen.stored.look.language == "en"


# Printer ------------------------------------------------------------------------------------


def test_the_printer_is_chosen_from_the_systems_list(screen: Screen) -> None:
    combo = screen.page.printer.printer
    assert combo.text() == "Жүйенің негізгі принтері: Kyocera"
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    for character in "HP":
        keys.press(combo.edit, character)
    screen.press(KEY.Key_Return)
    choose(screen, screen.page.printer.copies, "2")
    screen.save()
    assert screen.stored.printing == Printing("HP_LaserJet", "a5", 2)


def test_a_printer_that_is_gone_stays_chosen_until_another_one_is(screen: Screen) -> None:
    printing = Printing(printer="Old_Printer")
    settings, actor = screen.services.settings, screen.services.actor()
    screen.page._notifier.announce(settings.change(replace(FILLED, printing=printing), actor))
    screen.settle()
    assert screen.page.printer.printer.text() == "Old_Printer"
    screen.printer.known = PrinterList(())
    QTest.mouseClick(screen.page.printer.refresh, Qt.MouseButton.LeftButton)
    screen.settle()
    assert screen.page.printer.value().printer == "Old_Printer"
    assert screen.page.printer.printer.hint.text() == "Принтер табылмады"
    assert not screen.page.is_changed


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (PrintAnswer.ACCEPTED, "Сынақ парағы принтерге жіберілді."),
        (PrintAnswer.WAITING, "Принтер кезегі тоқтап тұр."),
        (PrintAnswer.NO_PRINTER, "Принтер табылмады."),
        (PrintAnswer.TIMED_OUT, "Принтер жауап бермеді."),
        (PrintAnswer.REFUSED, "Принтер парақты қабылдамады."),
    ],
)
def test_a_test_page_is_printed_and_its_answer_told(
    screen: Screen, answer: PrintAnswer, sentence: str
) -> None:
    screen.printer.answer = answer
    card = screen.page.printer
    card.test.setFocus()
    screen.press(KEY.Key_Space)
    screen.settle()
    assert card.outcome.isVisible()
    assert card.outcome.label.text().startswith(sentence)
    ((pdf, printer, copies, paper),) = screen.printer.printed
    assert pdf.startswith(b"%PDF")
    assert (printer, copies, paper) == ("", 1, "a5")


def test_the_window_answers_while_the_printing_system_does_not(screen: Screen) -> None:
    screen.printer.gate.clear()
    card = screen.page.printer
    QTest.mouseClick(card.test, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.refresh, Qt.MouseButton.LeftButton)
    assert not card.test.isEnabled()
    assert not card.refresh.isEnabled()
    screen.fill("desk_label", "5")
    screen.press(KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    screen.qtbot.waitUntil(lambda: screen.stored.desk.label == "5")
    screen.printer.gate.set()
    screen.settle()
    assert card.test.isEnabled()
    assert card.refresh.isEnabled()


# Scanner ------------------------------------------------------------------------------------


def scan(screen: Screen, text: str, end: str = "\r", gap: int = 4, start: int = 1_000) -> Scan:
    """Characters as a scanner types them, `gap` milliseconds apart, to the window itself."""
    line = screen.page.scanner.line
    line.setFocus()
    handle = screen.window.windowHandle()
    found: list[Scan] = []
    line.scanned.connect(found.append)
    for number, character in enumerate(text + end):
        at = start + number * gap
        keys.press(handle, character, at=at)
        keys.release(handle, character, at=at + 1)
    screen.settle()
    line.scanned.disconnect(found.append)
    assert len(found) == 1
    return found[0]


def test_a_scan_of_an_iin_shows_what_came_and_how_fast(screen: Screen) -> None:
    opened: list[str] = []
    screen.window.scanned.connect(opened.append)
    got = scan(screen, IIN)
    assert got.is_fast
    assert (got.longest_gap_ms, got.total_ms, got.end, got.subject) == (4, 44, "Enter", "iin")
    card = screen.page.scanner
    assert card.verdict.text() == "Сканер танылды"
    assert "12 таңба, 44 мс ішінде, ең ұзақ үзіліс 4 мс, соңында Enter." in card.speed.text()
    assert card.sent.text() == "Дәл осылай келді: " + IIN
    # The test keeps the scan to itself: nobody's card is opened.
    assert opened == []


def test_a_scan_under_the_kazakh_layout_is_read_back(screen: Screen) -> None:
    typed = "".join(KAZAKH_DIGIT_ROW["1234567890".index(digit)] for digit in IIN)
    got = scan(screen, typed)
    assert (got.typed, got.meant, got.subject) == (typed, IIN, "iin")
    assert screen.page.scanner.sent.text() == f"Басқа пернетақтамен келді, түзетілді: {typed}"
    assert screen.page.scanner.line.text() == IIN


def test_typing_by_hand_is_told_from_a_scan(screen: Screen) -> None:
    got = scan(screen, IIN, gap=120)
    assert not got.is_fast
    assert screen.page.scanner.verdict.text() == "Қолмен терілген сияқты"


def test_a_scanner_that_ends_with_tab_does_not_leave_the_field(screen: Screen) -> None:
    got = scan(screen, "T2-1A7Q-00042", end="\t")
    assert got.end == "Tab"
    assert QApplication.focusWidget() is screen.page.scanner.line


def test_an_empty_field_lets_tab_go_on(screen: Screen) -> None:
    screen.page.scanner.line.setFocus()
    screen.press(KEY.Key_Tab)
    assert QApplication.focusWidget() is not screen.page.scanner.line


# Look of the page ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)]
)
def test_every_word_can_be_read(screen: Screen, language: Language, theme: ThemeName, scale: float) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    page = screen.page
    scan(screen, IIN)
    page.printer.test.click()
    screen.fill("clinic_bin", "1")
    screen.fill("clinic_phone", "1")
    screen.fill("desk_code", "Ж")
    screen.fill("desk_registrar", "")
    page.save()
    screen.settle()
    for position in (0.0, 0.5, 1.0):
        bar = page.scroll_page.verticalScrollBar()
        bar.setValue(round(bar.maximum() * position))
        QApplication.processEvents()
        assert clipped_labels(screen.window) == []
        assert untranslated(screen.window, language) == []
    assert page.scroll_page.horizontalScrollBar().maximum() == 0


def test_versions_and_licences_are_told(screen: Screen) -> None:
    page = screen.page
    page.about.licences.setFocus()
    screen.press(KEY.Key_Space)
    text = screen.window.findChild(QPlainTextEdit, "settings_licences_text")
    assert isinstance(text, QPlainTextEdit)
    assert "Noto Sans · OFL-1.1" in text.toPlainText()
    assert "|" not in text.toPlainText()
    assert text.isReadOnly()
    screen.press(KEY.Key_Escape)
    assert not screen.window.is_covered()


def test_every_control_has_a_name(screen: Screen) -> None:
    for kind in (QAbstractButton, QLineEdit):
        for widget in screen.page.findChildren(kind):
            if widget.objectName().startswith("qt_"):
                continue
            assert widget.accessibleName(), widget.objectName() or widget
            assert widget.objectName(), widget
