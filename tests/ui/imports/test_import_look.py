"""No word of the import page is cut or left in another language, at any size, in light and dark."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.texts import Language
from clinic_desk.ui.imports.flow_state import Step
from clinic_desk.ui.imports.rows_model import Filter
from clinic_desk.ui.imports.rows_table import ImportTable
from clinic_desk.ui.kit import ThemeName, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.kit.whole_words import cell_height, cell_widths
from tests.supplier_lists import supplier_rows, text
from tests.ui.imports.conftest import Screen


def cut_remarks(table: ImportTable) -> list[str]:
    """What is said about rows and has no room in its cell."""
    model = table.rows_model()
    if model is None or not table.isVisible():
        return []
    column = model.remark_column()
    width = table.columnWidth(column)
    cells = [(model.cell(row, column), table.rowHeight(row)) for row in range(model.rowCount())]
    return [
        cell.spoken
        for cell, height in cells
        if cell_widths(cell)[0] > width or cell_height(cell, width) > height
    ]


def check(screen: Screen, language: Language) -> None:
    def nothing_is_cut() -> None:
        assert clipped_labels(screen.window) == []

    # Texts that wrap are laid out in several rounds, which a busy machine spreads out.
    screen.qtbot.waitUntil(nothing_is_cut, timeout=2_000)
    assert cut_remarks(screen.page.rows_panel.table) == []
    for head in (screen.page.header.title, screen.page.header.primary):
        # However far the page is scrolled.
        assert head.isHidden() or head.visibleRegion().boundingRect() == head.rect()
    assert untranslated(screen.window, language) == []
    for area in screen.page.findChildren(QScrollArea):
        if area.isVisible():
            assert area.horizontalScrollBar().maximum() == 0, area.objectName()


def list_with_everything(tmp_path: Path) -> Path:
    rows = [list(row) for row in supplier_rows(12)]
    rows[1][0] = "12034000012"
    rows[2][4] = "Партнёр"
    rows[3][5] = "31.02.2026"
    rows[4][1] = '=HYPERLINK("http://example.org")'
    rows[5][1] = "«Cымбат» клиникасы"
    path = tmp_path / "a-rather-long-name-of-a-list-of-suppliers-2026-11-23.csv"
    path.write_text(text(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)]
)
def test_every_step_can_be_read(
    screen: Screen, tmp_path: Path, language: Language, theme: ThemeName, scale: float
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    page = screen.page
    for kind in ImportKind:
        page.flow.choose_kind(kind)
        check(screen, language)
    page.flow.choose_kind(ImportKind.SUPPLIERS)
    screen.open(list_with_everything(tmp_path))
    for wanted in Filter:
        page.rows_panel.tiles.tile(wanted).click()
        check(screen, language)
    page.flow.load()
    check(screen, language)
    page.rows_panel.skip_bad.click()
    check(screen, language)
    page.flow.go_back()
    assert page.flow.step is Step.COLUMNS
    check(screen, language)
    page.flow.map_field("name", None)
    screen.settle()
    check(screen, language)
    page.flow.map_field("name", 1)
    screen.settle()
    page.flow.compare()
    screen.settle()
    page.flow.load()
    screen.settle()
    assert page.flow.step is Step.LOADED
    check(screen, language)
    page.flow.take_back()
    screen.settle()
    check(screen, language)
    page.flow.go_back()
    screen.settle()
    check(screen, language)


def test_the_action_of_a_row_is_seen_without_scrolling_sideways(screen: Screen, tmp_path: Path) -> None:
    screen.open(list_with_everything(tmp_path))
    for scale in (1.0, 1.25):
        look().set(ThemeName.LIGHT, scale)
        QTest.qWait(20)
        table = screen.page.rows_panel.table
        assert table.horizontalScrollBar().maximum() == 0, scale
        assert table.height() >= look().px(168)


def test_the_focus_can_be_seen_on_every_step(screen: Screen, tmp_path: Path) -> None:
    screen.open(list_with_everything(tmp_path))
    seen = set()
    for _ in range(12):
        screen.press(Qt.Key.Key_Tab)
        focus = screen.window.focusWidget()
        assert focus is not None
        assert not focus.visibleRegion().isEmpty(), focus.objectName()
        seen.add(focus.objectName())
    assert {"import_rows_table", "import_rows_check_skip_bad", "import_rows_button_csv"} <= seen
    assert {"import_button_back", "import_button_primary"} <= seen
