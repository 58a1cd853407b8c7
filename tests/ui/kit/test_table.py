from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from clinic_desk.texts import Language
from clinic_desk.ui.kit import Cell, ChipData, Column, DataTable, Kind, RowsModel, UiText, look
from tests.ui.keys import click, press


@dataclass(frozen=True)
class Line:
    name: str
    state: str


ROWS = [Line("Сынақбаев Ерлан", "late"), Line("Үлгібаев Нұрлан", "done"), Line("Мысалова Гүлнар", "done")]


def state_cell(line: Line, words: UiText) -> Cell:
    kind = Kind.ERR if line.state == "late" else Kind.OK
    return Cell(chip=ChipData(kind, words.say("shell.save")), sentence=f"{line.name}: {line.state}")


@pytest.fixture
def table(words: UiText, qtbot) -> DataTable:
    columns = [
        Column[Line](
            "shell.section.patient",
            lambda line, _: Cell(line.name, second="880214 ••0000", strong=True),
            200,
            1,
        ),
        Column[Line]("shell.section.referrals", state_cell, 160),
    ]
    table = DataTable(row_height=50)
    qtbot.addWidget(table)
    model = RowsModel(columns, words, parent=table)
    model.set_rows(ROWS)
    table.set_model(model)
    table.resize(700, 300)
    table.show()
    return table


def test_room_that_is_left_goes_to_the_stretching_column(table: DataTable) -> None:
    assert table.columnWidth(1) == 160
    assert table.columnWidth(0) == table.viewport().width() - 160
    look().set_scale(1.5)
    assert table.columnWidth(1) == 240
    assert table.rowHeight(0) == 75


def test_enter_and_double_click_open(table: DataTable, qtbot) -> None:
    table.select_row(1)
    with qtbot.waitSignal(table.opened) as opened:
        click(table, Qt.Key.Key_Return)
    assert opened.args == [1]
    with qtbot.waitSignal(table.opened) as opened:
        table.doubleClicked.emit(table.model().index(2, 0))
    assert opened.args == [2]


def test_current_row_is_told(table: DataTable, qtbot) -> None:
    with qtbot.waitSignal(table.row_changed) as changed:
        table.select_row(2)
    assert changed.args == [2]
    assert table.current_row() == 2


def test_typing_is_left_to_those_above(table: DataTable) -> None:
    table.select_row(0)
    press(table, "м")
    assert table.current_row() == 0


def test_words_follow_the_language(table: DataTable, words: UiText, qtbot) -> None:
    model = table.model()
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(1, horizontal) == "Жолдамалар"
    with qtbot.waitSignals([model.headerDataChanged, model.dataChanged]):
        words.set_language(Language.RU)
    assert model.headerData(1, horizontal) == "Направления"
    assert model.cell(0, 1).chip == ChipData(Kind.ERR, "Сохранить")


def test_screen_reader_hears_sentences(table: DataTable) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    assert table.model().index(0, 1).data(role) == "Сынақбаев Ерлан: late"
    assert table.model().index(1, 0).data(role) == "Үлгібаев Нұрлан, 880214 ••0000"


def test_chip_is_painted_in_its_colour(table: DataTable) -> None:
    image = table.viewport().grab().toImage()
    cell = table.visualRect(table.model().index(0, 1))
    spot = image.pixelColor(cell.left() + 22, cell.center().y() - 9)
    assert spot == QColor("#FDE4E1")


def test_row_of_an_index(table: DataTable) -> None:
    model = table.model()
    assert model.row_at(model.index(1, 0)) is ROWS[1]
    assert model.row_at(99) is None
    assert model.rows() == ROWS


def test_no_widgets_inside(table: DataTable) -> None:
    assert all(
        table.indexWidget(table.model().index(row, column)) is None for row in range(3) for column in range(2)
    )
