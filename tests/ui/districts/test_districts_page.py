"""The section of districts by keys: loads, streets, a move with its preview, undo, what is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clinic_desk.domain.errors import Cancelled
from clinic_desk.services.redistricting import RedistrictingService
from tests.ui.districts.conftest import ADULTS, CHILDREN, EIGHT, SEVEN, Section

CONTROL = Qt.KeyboardModifier.ControlModifier
KEY = Qt.Key


def cells(section: Section, row: int) -> list[str]:
    model = section.page.model
    return [model.cell(row, column).spoken for column in range(model.columnCount())]


def open_move(section: Section) -> None:
    section.press(KEY.Key_M, CONTROL)
    assert section.page.dialog.view.is_open


def choose_target(section: Section, number: str) -> None:
    section.page.dialog.view.target.edit.setFocus()
    section.type(number)
    section.press(KEY.Key_Return)


def test_loads_are_told_with_the_norm_and_the_doctors_districts_together(section: Section) -> None:
    assert section.page.view.table.hasFocus()
    assert section.page.view.subtitle.text() == "13 бекітілген адам: балалар 6, ересектер 7 · 23.11.2026 күйі"
    assert cells(section, 0) == [
        "№ 7 ЖПД",
        "Оспанова Г.\N{NO-BREAK SPACE}Т., 2 учаскеде 13",
        "12 адам, норма 1\N{NO-BREAK SPACE}700",
        "балалар 6, ересектер 6",
        "2",
    ]
    assert section.page.view.norm.text() == "Норма: ұйым белгілеген"


def test_arrows_show_the_streets_of_each_district(section: Section) -> None:
    assert [row.name for row in section.page.streets_model.rows()] == ["Абай көшесі", "Гоголь көшесі"]
    section.press(KEY.Key_Down)
    assert section.page.view.streets_title.label.text() == "№ 8 ЖПД"
    street = section.page.streets_model
    assert [street.cell(0, column).spoken for column in range(3)] == ["Достық", "тізімде жоқ", "1"]
    assert not section.page.view.remove_button.isEnabled()
    section.press(KEY.Key_Down)
    assert not section.page.view.streets.isVisible()
    assert section.page.view.no_streets.isVisible()
    section.press(KEY.Key_Up)
    assert section.page.view.remarks.text() == "Тізімде жоқ көшелерде: 1 адам"


def test_a_street_goes_to_another_district_by_keys_and_comes_back(section: Section) -> None:
    open_move(section)
    view = section.page.dialog.view
    assert not view.move_button.isEnabled()
    assert view.panel_of_result.hint.isVisible()
    section.press(KEY.Key_Space)
    assert view.panel_of_result.people.text() == "6 адам ауысады"
    assert view.panel_of_result.blocks.label.text() == "Адамдар ауысатын учаскені таңдаңыз."
    choose_target(section, "8")
    assert view.panel_of_result.target.after.accessibleName() == "7 адам, норма 1\N{NO-BREAK SPACE}700"
    assert view.panel_of_result.streets.text() == "Көше тізімі де өзгереді: Абай көшесі: барлығы"
    section.press(KEY.Key_Return, CONTROL)
    assert not view.is_open
    assert section.numbers() == {"7": 6, "8": 7}
    assert section.streets(EIGHT) == ["Абай көшесі"]
    assert section.told == ["6 адам № 8 учаскеге ауысты"]
    section.undo[-1]()
    section.rest()
    assert section.numbers() == {"7": 12, "8": 1}
    assert section.streets(SEVEN) == ["Абай көшесі", "Гоголь көшесі"]
    assert section.told[-1] == "6 адам бұрынғы учаскесіне қайтарылды"
    assert cells(section, 0)[2].startswith("12 адам")


def test_sides_houses_and_ages_narrow_what_moves(section: Section) -> None:
    open_move(section)
    view = section.page.dialog.view
    section.press(KEY.Key_Space)
    section.press(KEY.Key_Tab)
    section.press(KEY.Key_2)
    assert view.panel_of_result.people.text() == "4 адам ауысады"
    view.numbers["house_from"].edit.setFocus()
    section.type("3")
    assert view.panel_of_result.people.text() == "2 адам ауысады"
    view.numbers["age_to"].edit.setFocus()
    section.type("17")
    assert view.panel_of_result.people.text() == "1 адам ауысады"
    view.numbers["age_from"].edit.setFocus()
    section.type("18")
    assert view.panel_of_result.hint.text() == ("«Бастап» мәні «дейін» мәнінен үлкен. Сандарды тексеріңіз.")
    assert not view.move_button.isEnabled()


def test_an_age_group_needs_no_street(section: Section) -> None:
    open_move(section)
    section.page.dialog.view.numbers["age_to"].edit.setFocus()
    section.type("17")
    choose_target(section, "19")
    section.press(KEY.Key_Return, CONTROL)
    assert section.numbers() == {"7": 6, "8": 1, "19": 6}
    assert section.streets(CHILDREN) == []


def test_children_are_not_given_to_a_therapeutic_district(section: Section) -> None:
    open_move(section)
    view = section.page.dialog.view
    section.press(KEY.Key_Space)
    choose_target(section, "15")
    assert view.panel_of_result.blocks.label.text() == (
        "3 адам тым жас: № 15 учаске 18 жастан бастап қабылдайды.\n• Жасын шектеңіз"
    )
    section.press(KEY.Key_Return, CONTROL)
    assert view.is_open
    assert ADULTS.number not in section.numbers()


@pytest.mark.parametrize("norm", [6])
def test_over_the_norm_a_reason_and_a_senior_are_asked_for(section: Section) -> None:
    open_move(section)
    view = section.page.dialog.view
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    panel = view.panel_of_result
    assert "1 адам артық" in panel.warnings.label.text()
    assert not view.move_button.isEnabled()
    panel.reason.edit.setFocus()
    section.type("doctor on leave")
    assert not view.move_button.isEnabled()
    panel.allowed_by.edit.setFocus()
    section.type("Ahmetova")
    section.press(KEY.Key_Return, CONTROL)
    (row,) = section.services.districts.moves()
    assert (row.move.reason, row.move.allowed_by) == ("doctor on leave", "Ahmetova")


def test_a_stopped_move_says_so_and_stays_open(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> object:
        raise Cancelled

    open_move(section)
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    monkeypatch.setattr(RedistrictingService, "move", stopped)
    section.press(KEY.Key_Return, CONTROL)
    assert section.told == ["Тоқтатылды. Ешкім ауысқан жоқ."]
    assert section.page.dialog.view.is_open
    assert section.page.dialog.view.move_button.isEnabled()
    assert section.numbers() == {"7": 12, "8": 1}


def test_escape_stops_the_work_and_keeps_what_was_chosen(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Event()

    def waiting(_: object, *__: object, cancelled: Callable[[], bool], **___: object) -> object:
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled

    open_move(section)
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    monkeypatch.setattr(RedistrictingService, "move", waiting)
    progress = section.page.dialog.view.progress
    section.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return, CONTROL)
    section.qtbot.waitUntil(lambda: begun.is_set() and progress.isVisible())
    section.qtbot.keyClick(section.page.dialog.view, KEY.Key_Escape)
    section.rest()
    assert not progress.isVisible()
    assert section.page.dialog.view.is_open
    assert section.told == ["Тоқтатылды. Ешкім ауысқан жоқ."]


def test_escape_leaves_everything_as_it_is(section: Section) -> None:
    open_move(section)
    section.press(KEY.Key_Space)
    section.press(KEY.Key_Escape)
    assert not section.page.dialog.view.is_open
    assert section.page.view.table.hasFocus()
    open_move(section)
    assert section.page.dialog.view.streets.keys() == ()


def test_the_street_in_focus_is_marked_at_once(section: Section) -> None:
    section.page.view.streets.setFocus()
    section.press(KEY.Key_Down)
    section.press(KEY.Key_Return)
    assert section.page.dialog.view.panel_of_result.people.text() == "6 адам ауысады"
    assert section.page.dialog.view.is_open


def test_delete_takes_a_street_off_the_list_and_undo_puts_it_back(section: Section) -> None:
    section.page.view.streets.setFocus()
    section.press(KEY.Key_Delete)
    assert section.streets(SEVEN) == ["Гоголь көшесі"]
    assert section.numbers() == {"7": 12, "8": 1}
    assert section.told == ["«Абай көшесі» тізімнен алынды, адамдар орнында қалды."]
    assert section.page.view.remarks.text() == "Тізімде жоқ көшелерде: 6 адам"
    section.undo[-1]()
    section.rest()
    assert section.streets(SEVEN) == ["Абай көшесі", "Гоголь көшесі"]


def test_past_moves_are_listed_and_taken_back(section: Section) -> None:
    open_move(section)
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    section.press(KEY.Key_Return, CONTROL)
    section.page.view.moves_button.setFocus()
    section.press(KEY.Key_Space)
    moves = section.page.moves
    assert moves.table.hasFocus()
    assert [moves.model.cell(0, column).spoken for column in range(1, 5)] == [
        "Абай көшесі",
        "№ 7 → № 8",
        "6",
        "Күшінде",
    ]
    section.press(KEY.Key_Return, CONTROL)
    assert moves.model.cell(0, 4).spoken == "Қайтарылды"
    assert not moves.undo_button.isEnabled()
    assert section.numbers() == {"7": 12, "8": 1}


def test_undo_asks_before_somebody_is_left_behind(section: Section) -> None:
    open_move(section)
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    section.press(KEY.Key_Return, CONTROL)
    open_move(section)
    section.press(KEY.Key_Escape)
    section.page.view.table.setFocus()
    section.press(KEY.Key_Down)
    open_move(section)
    section.press(KEY.Key_Space)
    section.page.dialog.view.numbers["house_to"].edit.setFocus()
    section.type("1")
    choose_target(section, "7")
    section.press(KEY.Key_Return, CONTROL)
    assert section.numbers() == {"7": 8, "8": 5}
    section.undo[0]()
    section.rest()
    assert section.numbers() == {"7": 8, "8": 5}
    text = section.window.findChild(object, "shell_dialog_text")
    assert text.text() == (
        "Содан бері 2 адам басқаша бекітілген: олар қазіргі учаскесінде қалады. Қайтатыны: 4. "
        "Көше тізімі содан бері өзгерген, ол қазіргі күйінде қалады."
    )
    section.press(KEY.Key_Return, CONTROL)
    assert section.numbers() == {"7": 12, "8": 1}


def test_tab_reaches_every_control_of_the_dialog_in_reading_order(section: Section) -> None:
    open_move(section)
    section.press(KEY.Key_Space)
    choose_target(section, "8")
    section.page.dialog.view.streets.setFocus()
    seen = []
    for _ in range(9):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.objectName())
        section.press(KEY.Key_Tab)
    assert seen == [
        "district_move_table_streets",
        "district_move_side_all",
        "district_move_field_house_from",
        "district_move_field_house_to",
        "district_move_field_age_from",
        "district_move_field_age_to",
        "district_move_field_target",
        "district_move_button_cancel",
        "district_move_button_move",
    ]


def test_every_control_has_a_name(section: Section) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView

    open_move(section)
    section.page.show_moves()
    nameless = [
        widget.objectName() or type(widget).__name__
        for kind in (QAbstractButton, QLineEdit, QTableView)
        for widget in section.window.findChildren(kind)
        if widget.isVisible() and not (widget.accessibleName() and widget.objectName())
    ]
    assert [name for name in nameless if name.startswith("district")] == []
