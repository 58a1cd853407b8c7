"""The page of the rules by keys alone: looking, importing with a preview, a refusal, undo, export."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.services.changes import Kind
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rules_of_the_day import TABLES
from clinic_desk.texts import Language
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.rules.rules_flow import View
from tests.ui.rules.conftest import NOW, TODAY, Screen, cells, limits

NEXT_YEAR = dt.date(2027, 1, 1)


def _choose(screen: Screen, table: str) -> None:
    """By keys, from wherever the list stands."""
    while screen.page.tables_panel.chosen != table:
        before = screen.page.tables_panel.chosen
        screen.press(Qt.Key.Key_Down)
        assert screen.page.tables_panel.chosen != before


def test_every_table_is_listed_and_the_first_has_its_rows(screen: Screen) -> None:
    panel = screen.page.tables_panel
    assert panel.list.hasFocus()
    assert len(cells(panel.list)) == len(TABLES)
    assert panel.chosen == TABLES[0]
    assert len(cells(panel.rows)) == 9
    assert panel.undo.isHidden()


def test_rows_are_told_in_words_with_days_and_source(screen: Screen) -> None:
    screen.words.set_language(Language.RU)
    _choose(screen, "limits")
    rows = cells(screen.page.tables_panel.rows)
    assert [
        "Предупреждать об ожидании, раб. дней",
        "Значение: 15",
        "Единый перечень дефектов Фонда, код 7.0: ожидание свыше 15 рабочих дней",
    ] in rows
    # What no source settles is marked, once.
    assert [
        "Направление действует, дней",
        "Значение: 30",
        "Правила о сроке амбулаторного направления не найдено: установлено организацией"
        " | Установлено организацией",
    ] in rows
    assert ["Список поставщиков устаревает, дней", "Значение: 7", "Установлено организацией"] in rows


def test_enter_leads_to_the_rows_and_f6_back(screen: Screen) -> None:
    screen.press(Qt.Key.Key_Return)
    assert screen.page.tables_panel.rows.hasFocus()
    screen.press(Qt.Key.Key_F6)
    assert screen.window.omnibox.hasFocus()


def test_a_table_is_imported_from_a_day_on_by_keys(screen: Screen) -> None:
    screen.bring(limits(20, takes_effect_on="2027-01-01"))
    panel = screen.page.preview_panel
    assert screen.page.flow.view is View.PREVIEW
    assert panel.table.hasFocus()
    assert panel.day.text() == "01.01.2027"
    (row,) = cells(panel.table)
    assert (row[1], row[2]) == ("Мәні: 30", "Мәні: 20")
    assert screen.services.rule_imports.kept() == []
    panel.reason.edit.setFocus()
    screen.type("5-buiryk")
    screen.ctrl(Qt.Key.Key_Return)
    (kept,) = screen.services.rule_imports.kept()
    assert (kept.takes_effect_on, kept.reason, kept.by) == (NEXT_YEAR, "5-buiryk", "Сәбитова Г.")
    assert (screen.validity(), screen.validity(NEXT_YEAR)) == (30, 20)
    assert [change.touches(Kind.RULES) for change in screen.changes] == [True]
    # The table is in front again, with what is to come and who brought it.
    tables = screen.page.tables_panel
    assert screen.page.flow.view is View.TABLES
    assert tables.chosen == "limits"
    assert "01.01.2027" in tables.origin.text()
    assert "Сәбитова Г." in tables.origin.text()
    assert "5-buiryk" in tables.origin.text()


def test_the_preview_says_in_whose_place_the_table_comes(screen: Screen) -> None:
    screen.words.set_language(Language.EN)
    screen.bring(limits(20))
    assert screen.page.meta.text() == "limits.json · in place of the program's own table"
    screen.ctrl(Qt.Key.Key_Return)
    screen.bring(limits(10))
    assert screen.page.meta.text() == (
        "limits.json · in place of the one in force since 27.11.2026 (imported by Сәбитова Г.)"
    )


def test_ctrl_z_takes_the_import_back(screen: Screen) -> None:
    screen.bring(limits(20))
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.validity() == 20
    assert "«Мерзімдер мен шектер» кестесі 27.11.2026 бастап күшінде" in screen.toast()
    screen.ctrl(Qt.Key.Key_Z)
    assert screen.validity() == 30
    assert len(screen.changes) == 2
    assert screen.page.tables_panel.undo.isHidden()


def test_ctrl_z_works_when_the_toast_is_gone_and_only_once(screen: Screen) -> None:
    screen.bring(limits(20))
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.window.toasts.toast is not None
    screen.window.toasts.toast.leave()
    screen.ctrl(Qt.Key.Key_Z)
    assert screen.validity() == 30
    screen.bring(limits(20))
    screen.press(Qt.Key.Key_Escape)
    screen.ctrl(Qt.Key.Key_Z)
    assert len(screen.changes) == 2
    assert screen.page.banner.isHidden()


def test_an_older_import_is_undone_after_a_question(screen: Screen) -> None:
    screen.bring(limits(20))
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.window.toasts.toast is not None
    screen.window.toasts.toast.leave()
    _choose(screen, "limits")
    undo = screen.page.tables_panel.undo
    undo.setFocus()
    screen.press(Qt.Key.Key_Space)
    # A dangerous act needs more than a reflex: the focus is on Cancel.
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "shell_dialog_button_cancel"
    assert screen.validity() == 20
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.validity() == 30


def test_the_day_can_be_typed_and_the_changes_are_shown_for_it(screen: Screen) -> None:
    screen.bring(limits(20))
    panel = screen.page.preview_panel
    panel.day.edit.setFocus()
    panel.day.edit.selectAll()
    screen.type("01022027")
    # What was typed and not looked at is not applied by a reflex.
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.services.rule_imports.kept() == []
    assert panel.day.text() == "01.02.2027"
    screen.ctrl(Qt.Key.Key_Return)
    (kept,) = screen.services.rule_imports.kept()
    assert kept.takes_effect_on == dt.date(2027, 2, 1)


@pytest.mark.parametrize(("typed", "told"), [("26112026", "өткен күннен"), ("99", "Күн емес")])
def test_a_day_that_cannot_be_is_told_by_the_field(screen: Screen, typed: str, told: str) -> None:
    screen.bring(limits(20))
    panel = screen.page.preview_panel
    panel.day.edit.setFocus()
    panel.day.edit.selectAll()
    screen.type(typed)
    screen.press(Qt.Key.Key_Tab)
    assert told in panel.day.error()
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.page.flow.view is View.PREVIEW
    assert screen.services.rule_imports.kept() == []


def test_an_old_order_counts_from_today_at_the_earliest(screen: Screen) -> None:
    screen.bring(limits(20, takes_effect_on="2026-01-01"))
    assert screen.page.preview_panel.day.day() == TODAY


def test_a_file_that_says_the_same_cannot_be_put_in_force(screen: Screen) -> None:
    screen.bring(limits(30))
    panel = screen.page.preview_panel
    assert panel.nothing.isVisible()
    assert not screen.page.apply.isEnabled()
    screen.ctrl(Qt.Key.Key_Return)
    assert screen.services.rule_imports.kept() == []
    screen.press(Qt.Key.Key_Escape)
    assert screen.page.flow.view is View.TABLES
    assert screen.page.tables_panel.list.hasFocus()


def test_a_refused_file_names_every_row_and_changes_nothing(screen: Screen) -> None:
    document = limits(20)
    document["rows"].append(dict(document["rows"][0]))
    document["rows"][1]["source"] = ""
    screen.words.set_language(Language.RU)
    screen.bring(document)
    panel = screen.page.refused_panel
    assert screen.page.flow.view is View.REFUSED
    assert panel.table.hasFocus()
    last = len(document["rows"])
    assert cells(panel.table) == [
        ["строка 2", "Источник | source", "Поле пустое"],
        [
            f"строка {last}",
            "Действует с | valid_from",
            "Дни пересекаются со строкой 1: на один код одна строка за раз",
        ],
    ]
    assert "2 ошибки" in panel.banner.label.text()
    assert screen.validity() == 30
    # Another file can be chosen at once.
    screen.bring(limits(20))
    assert screen.page.flow.view is View.PREVIEW


def test_a_file_that_is_no_table_is_said_above_the_tables(screen: Screen) -> None:
    path = screen.folder / "x.json"
    path.write_text("{", "utf-8")
    screen.chooser.path = path
    screen.ctrl(Qt.Key.Key_O)
    assert screen.page.flow.view is View.TABLES
    assert screen.page.banner.isVisible()
    assert "JSON" in screen.page.banner.label.text()
    screen.bring({"format": 9})
    assert screen.page.banner.isHidden()
    assert cells(screen.page.refused_panel.table)[0][0] == "Файл"
    screen.chooser.path = path
    screen.ctrl(Qt.Key.Key_O)
    assert screen.page.flow.view is View.TABLES
    assert screen.page.banner.isVisible()


def test_a_list_belongs_to_the_table_that_is_looked_at(screen: Screen) -> None:
    """Two tables of diagnoses have the same columns: a file named anyhow is taken for the one in front."""
    _choose(screen, "insurance_diagnoses")
    path = screen.folder / "кесте.csv"
    path.write_bytes(
        screen.services.rule_imports.as_csv("insurance_diagnoses", TODAY).replace(b"J44", b"J43")
    )
    screen.chooser.path = path
    screen.ctrl(Qt.Key.Key_O)
    assert screen.page.flow.view is View.PREVIEW
    assert "Динамикалық бақылаудағы созылмалы аурулар" in screen.page.title.text()


def test_the_table_in_front_is_saved_and_comes_back(screen: Screen) -> None:
    _choose(screen, "contacts")
    screen.chooser.path = screen.folder / "contacts.csv"
    screen.ctrl(Qt.Key.Key_S)
    assert screen.chooser.offered == ["contacts.csv"]
    assert "@SaqtandyryBot" in screen.chooser.path.read_text("utf-8-sig")
    assert "contacts.csv" in screen.toast()
    screen.chooser.path = screen.folder / "contacts.json"
    screen.page.tables_panel.json.setFocus()
    screen.press(Qt.Key.Key_Space)
    assert json.loads(screen.chooser.path.read_text("utf-8"))["table"] == "contacts"
    screen.ctrl(Qt.Key.Key_O)
    assert screen.page.preview_panel.nothing.isVisible()


def test_a_file_that_cannot_be_written_is_said(screen: Screen) -> None:
    screen.chooser.path = Path("/nowhere/at all/limits.csv")
    screen.ctrl(Qt.Key.Key_S)
    assert screen.page.banner.isVisible()


def test_a_kept_table_that_cannot_be_read_is_said_by_its_rows(screen: Screen) -> None:
    bad = RuleDocument(
        RuleDocumentId("b" * 32), "limits", {**limits(9), "format": 2}, TODAY, NOW, "Омаров Н."
    )
    with screen.services.rule_imports._store.write() as work:
        work.rule_documents.add(bad)
        work.commit()
    screen.services.rule_imports.load()
    screen.window.show_section("rules")
    screen.settle()
    panel = screen.page.tables_panel
    assert panel.aside.isHidden()
    _choose(screen, "limits")
    assert panel.aside.isVisible()
    assert "Омаров Н." in panel.aside.label.text()
    assert cells(panel.rows)[0][:2] == ["Жолдама жарамды, күн", "Мәні: 30"]


@pytest.mark.parametrize("language", list(Language))
def test_words_are_whole_in_every_language(screen: Screen, language: Language) -> None:
    screen.words.set_language(language)
    for act in (lambda: None, lambda: screen.bring(limits(20)), lambda: screen.bring({"format": 9})):
        if screen.page.flow.view is View.PREVIEW:
            screen.press(Qt.Key.Key_Escape)
        act()
        QTest.qWait(10)
        assert clipped_labels(screen.window) == []
        assert untranslated(screen.window, language) == []


def test_rows_are_as_high_as_their_words(screen: Screen) -> None:
    """A long source is read to its end, also when the window becomes narrow."""
    _choose(screen, "limits")
    table = screen.page.tables_panel.rows
    before = table.rowHeight(0)
    screen.window.resize(1000, 768)
    QTest.qWait(20)
    assert table.rowHeight(0) > before
    screen.words.set_language(Language.EN)
    assert table.rowHeight(0) != before
