"""The import page driven by keys: choose, map, correct, leave out, load, undo, cancel."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.services.imports import Outcome
from clinic_desk.texts import Language
from clinic_desk.ui.imports.file_chooser import SystemFileChooser
from clinic_desk.ui.imports.flow_state import Phase, Step
from clinic_desk.ui.imports.rows_model import Filter
from clinic_desk.ui.kit.dialogs import WindowDialogs
from tests.supplier_lists import BROKEN, HEADINGS, ROWS, supplier_rows, text, write_list
from tests.ui.imports.conftest import Screen

KEY = Qt.Key


def write(tmp_path: Path, rows: Any, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_text(text([list(row) for row in rows]), encoding="utf-8")
    return path


def small_broken() -> list[list[str]]:
    """Twenty rows with one wrong BIN, one wrong role and one formula: lines 5, 9 and 12."""
    rows = [list(row) for row in supplier_rows(20)]
    rows[3][0] = f"{rows[3][0][:6]}O{rows[3][0][7:]}"
    rows[7][4] = "Партнёр"
    rows[10][1] = '=HYPERLINK("http://x";"y")'.replace(";", ",")
    assert supplier_rows(20)[3][0][6] == "0"
    return rows


def test_a_list_of_5000_with_3_broken_rows(screen: Screen, tmp_path: Path) -> None:
    screen.open(write_list(tmp_path, "cp1251"))
    page = screen.page
    assert page.flow.step is Step.ROWS
    assert page.rows_panel.filter() is Filter.REFUSED
    assert screen.lines() == sorted(BROKEN)
    tiles = {wanted: page.rows_panel.tiles.tile(wanted).number() for wanted in Filter}
    assert tiles[Filter.NEW].replace("\N{NO-BREAK SPACE}", "") == "4997"
    assert tiles[Filter.REFUSED] == "3"
    assert page.header.primary.words() == "4\N{NO-BREAK SPACE}997 жолды жүктеу"
    assert "Windows-1251" in page.header.meta.text()
    assert "5\N{NO-BREAK SPACE}000 жол" in page.header.meta.text()

    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert page.flow.step is Step.ROWS
    assert page.header.banner.isVisible()
    assert page.header.banner.label.text().startswith("3 жолда қате бар. Ештеңе жүктелген жоқ")
    assert screen.suppliers() == {}

    page.rows_panel.skip_bad.setFocus()
    screen.press(KEY.Key_Space)
    assert not page.header.banner.isVisible()
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert page.flow.step is Step.LOADED
    assert len(screen.suppliers()) == 4_997
    assert len(screen.told) == 1
    assert page.result_panel.csv.words() == "3 жол CSV-ге"

    screen.ctrl(KEY.Key_Z)
    screen.settle()
    assert screen.suppliers() == {}
    assert page.flow.is_undone
    assert not page.result_panel.undo.isVisible()


def test_f2_corrects_the_bad_cell_with_the_value_that_would_be_right(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    assert screen.lines() == [5, 9, 12]
    screen.press(KEY.Key_F2)
    assert screen.registered == []
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    right = supplier_rows(20)[3][0]
    assert (editor.text(), editor.selectedText()) == (right, right)
    screen.press(KEY.Key_Return)
    screen.settle()
    assert screen.lines() == [9, 12]
    assert screen.page.header.banner.label.text() == "5-жол түзетілді. Қайтару — Ctrl+Z."
    # The next bad row is current, so the next F2 needs no other key.
    screen.press(KEY.Key_F2)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    screen.type("жеткізуші")
    screen.press(KEY.Key_Return)
    screen.settle()
    assert screen.lines() == [12]
    assert screen.page.flow.corrected == 2
    screen.ctrl(KEY.Key_Z)
    screen.settle()
    assert screen.lines() == [9, 12]
    screen.ctrl(KEY.Key_Z)
    screen.settle()
    assert screen.lines() == [5, 9, 12]
    assert not screen.page.flow.can_take_back
    assert screen.suppliers() == {}


def test_escape_leaves_a_cell_as_it_was(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    screen.press(KEY.Key_F2)
    screen.type("1")
    screen.press(KEY.Key_Escape)
    screen.settle()
    assert screen.page.flow.step is Step.ROWS
    assert screen.lines() == [5, 9, 12]
    assert screen.page.flow.corrected == 0


def test_del_leaves_a_row_out_and_the_file_is_never_changed(screen: Screen, tmp_path: Path) -> None:
    path = write(tmp_path, small_broken())
    before = path.read_bytes()
    screen.open(path)
    for _ in range(3):
        screen.press(KEY.Key_Delete)
        screen.settle()
    assert screen.page.flow.preview is not None
    assert screen.page.flow.preview.counts[Outcome.REFUSED] == 0
    assert screen.page.flow.left_out == 3
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert len(screen.suppliers()) == 17
    assert path.read_bytes() == before


def test_a_corrected_list_is_what_is_loaded(screen: Screen, tmp_path: Path) -> None:
    rows = small_broken()[:8]
    screen.open(write(tmp_path, rows))
    screen.press(KEY.Key_F2)
    screen.press(KEY.Key_Return)
    screen.settle()
    screen.press(KEY.Key_F2)
    screen.type("Соисполнитель")
    screen.press(KEY.Key_Return)
    screen.settle()
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert set(screen.suppliers()) == {row[0] for row in supplier_rows(8)}


def test_a_bad_cell_is_marked_in_place_and_a_formula_is_text(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    model = screen.page.rows_panel.table.rows_model()
    assert model is not None
    marked = [
        (row, model.fields[column - 1])
        for row in range(3)
        for column in range(1, len(model.fields) + 1)
        if model.cell(row, column).icon == "warning-circle"
    ]
    assert marked == [(0, "bin"), (1, "role"), (2, "name")]
    name = model.cell(2, model.table_column("name") or 0)
    assert name.text == '=HYPERLINK("http://x","y")'
    wrong = model.cell(0, len(model.fields) + 1)
    assert wrong.text == "БСН: «0» цифрының орнында «O» әрпі тұр"
    assert wrong.second == f"{supplier_rows(20)[3][0]} деп түзету керек пе?"
    assert [model.cell(row, model.action_column()).text for row in range(3)] == ["Түзету", "Түзету", "Өткізу"]


def test_the_link_in_a_row_corrects_or_leaves_out(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    table = screen.page.rows_panel.table
    model = table.rows_model()
    assert model is not None
    place = table.visualRect(model.index(2, model.action_column())).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    screen.settle()
    assert screen.lines() == [5, 9]
    model = table.rows_model()
    assert model is not None
    place = table.visualRect(model.index(0, model.action_column())).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    screen.press(KEY.Key_Escape)


def test_tiles_filter(screen: Screen, tmp_path: Path) -> None:
    first = write(tmp_path, supplier_rows(4))
    screen.open(first)
    assert screen.page.rows_panel.filter() is Filter.NEW
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    rows = [list(row) for row in supplier_rows(6)]
    rows[1][1] = "«Жаңа атау» клиникасы"
    rows[2][4] = "?"
    # A Latin C in a Cyrillic word is folded, and told.
    rows[5][1] = "«Cымбат» клиникасы"
    screen.open(write(tmp_path, rows, "second.csv"))
    panel = screen.page.rows_panel
    shown = {}
    for wanted in Filter:
        QTest.mouseClick(panel.tiles.tile(wanted), Qt.MouseButton.LeftButton)
        shown[wanted] = screen.lines()
    assert shown == {
        Filter.SAME: [2, 5],
        Filter.NEW: [6, 7],
        Filter.CHANGED: [3],
        Filter.REFUSED: [4],
        Filter.WARNED: [7],
    }
    QTest.mouseClick(panel.tiles.tile(Filter.CHANGED), Qt.MouseButton.LeftButton)
    assert "Атауы" in screen.cells(0)
    QTest.mouseClick(panel.tiles.tile(Filter.WARNED), Qt.MouseButton.LeftButton)
    assert "Алынғаны: «Сымбат» клиникасы" in panel.detail.text()


def test_columns_are_mapped_by_hand_and_remembered(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    body = "\n".join(";".join(row[:2]) for row in supplier_rows(3))
    path.write_text(f"Номер;Как зовут\n{body}\n", encoding="utf-8")
    screen.open(path)
    page = screen.page
    assert page.flow.step is Step.COLUMNS
    assert page.columns_panel.problem.label.text() == "Керекті баған табылмады: Атауы."
    # The focus waits on the field that is missing.
    field = page.columns_panel.fields["name"]
    assert QApplication.focusWidget() is field.edit
    screen.ctrl(KEY.Key_Return)
    assert page.header.banner.isVisible()
    screen.type("зовут")
    screen.press(KEY.Key_Return)
    screen.settle()
    assert not page.columns_panel.problem.isVisible()
    assert field.hint.text().startswith("«Мысал 0» клиникасы; «Мысал 1»")
    screen.press(KEY.Key_Tab)
    assert QApplication.focusWidget() is page.columns_panel.fields["bin"].edit
    screen.type("Ном")
    screen.press(KEY.Key_Return)
    screen.settle()
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert page.flow.step is Step.ROWS
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert len(screen.suppliers()) == 3
    screen.press(KEY.Key_Escape)
    screen.open(path)
    assert page.flow.step is Step.ROWS


def test_a_column_is_one_field(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, supplier_rows(2)))
    page = screen.page
    screen.press(KEY.Key_Escape)
    assert page.flow.step is Step.COLUMNS
    page.flow.map_field("region", HEADINGS.index("Роль"))
    screen.settle()
    assert page.flow.columns is not None
    assert page.flow.columns.found["region"] == HEADINGS.index("Роль")
    assert "role" not in page.flow.columns.found
    option = page.columns_panel.fields["role"].option()
    assert option is not None
    assert option.key is None


def test_the_encoding_and_delimiter_are_shown_and_can_be_changed(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text([list(row) for row in supplier_rows(2)]).encode("cp1251"))
    screen.open(path)
    screen.press(KEY.Key_Escape)
    panel = screen.page.columns_panel
    assert (panel.encoding.text(), panel.delimiter.text()) == ("Windows-1251", "«;»")
    panel.encoding.setFocus()
    panel.encoding.edit.selectAll()
    screen.type("CP866")
    screen.press(KEY.Key_Return)
    screen.settle()
    assert screen.page.flow.table is not None
    assert screen.page.flow.table.encoding == "cp866"
    assert screen.page.flow.step is Step.COLUMNS
    assert not screen.page.flow.columns or not screen.page.flow.columns.is_usable


def test_a_workbook_offers_its_sheets(screen: Screen, tmp_path: Path) -> None:
    screen.open(write_list(tmp_path, "xlsx", [list(row) for row in supplier_rows(3)]))
    assert "«Тізім» парағы" in screen.page.header.meta.text()
    screen.press(KEY.Key_Escape)
    panel = screen.page.columns_panel
    assert panel.sheet.isVisible()
    assert not panel.encoding.isVisible()
    assert panel.sheet.text() == "Тізім"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "Файл бос."), (b"%PDF-1.7", "Бұл басқа түрдегі файл."), (None, "Файл ашылмады.")],
)
def test_an_unusable_file_is_told_and_nothing_is_lost(
    screen: Screen, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    screen.open(path)
    assert screen.page.flow.step is Step.FILE
    assert screen.page.header.banner.label.text().startswith(sentence)
    screen.open(write(tmp_path, supplier_rows(2), "good.csv"))
    assert screen.page.flow.step is Step.ROWS
    assert not screen.page.header.banner.isVisible()


def test_a_number_chooses_the_kind_and_its_columns_are_told(screen: Screen) -> None:
    panel = screen.page.file_panel
    panel.tiles.focus_first()
    screen.type("4")
    assert screen.page.flow.kind is ImportKind.PATIENTS
    assert "ЖСН" in panel._needed.text() + panel._optional.text()


def test_a_dropped_file_is_read(screen: Screen, tmp_path: Path) -> None:
    path = write(tmp_path, supplier_rows(2), "<b>жаман.csv")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(300, 300), *how)
    QApplication.sendEvent(screen.page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(screen.page, QDropEvent(QPoint(300, 300), *how))
    screen.settle()
    assert screen.page.flow.step is Step.ROWS
    # A name of a file is text, not markup.
    assert screen.page.header.meta.text().startswith("<b>жаман.csv · UTF-8")
    assert screen.page.header.meta.textFormat() is Qt.TextFormat.PlainText


def test_several_files_or_addresses_are_not_taken(screen: Screen, tmp_path: Path) -> None:
    path = write(tmp_path, supplier_rows(2))
    for urls in (
        [QUrl.fromLocalFile(str(path))] * 2,
        [QUrl("https://example.org/list.csv")],
    ):
        data = QMimeData()
        data.setUrls(urls)
        enter = QDragEnterEvent(
            QPoint(9, 9),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        enter.ignore()
        QApplication.sendEvent(screen.page, enter)
        assert not enter.isAccepted()


def test_loading_can_be_stopped_while_the_window_answers(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.open(write(tmp_path, supplier_rows()))
    reached, go_on = threading.Event(), threading.Event()
    real = screen.imports.apply

    def held(*args: Any, **how: Any) -> Any:
        progress = how["progress"]

        def slow(done: int, total: int | None) -> None:
            progress(done, total)
            reached.set()
            assert go_on.wait(20)

        return real(*args, **{**how, "progress": slow})

    monkeypatch.setattr(screen.imports, "apply", held)
    screen.ctrl(KEY.Key_Return)
    assert reached.wait(20)
    page = screen.page
    busy = page.flow.busy
    assert busy is not None
    assert (busy.phase, busy.done, busy.total) == (Phase.LOADING, 2_000, ROWS)
    screen.qtbot.waitUntil(page.header.progress.isVisible)
    screen.qtbot.waitUntil(lambda: "2\N{NO-BREAK SPACE}000" in page.header.progress.count.text())
    # The window is not locked: the search takes keys meanwhile.
    screen.ctrl(KEY.Key_K)
    screen.type("Үлгі")
    screen.qtbot.waitUntil(lambda: screen.window.omnibox.text() == "Үлгі")
    QTest.mouseClick(page.header.progress.button, Qt.MouseButton.LeftButton)
    assert page.flow.busy is not None
    go_on.set()
    screen.settle()
    assert page.flow.step is Step.ROWS
    assert page.header.banner.label.text() == "Тоқтатылды, ештеңе жүктелген жоқ."
    assert screen.suppliers() == {}
    assert screen.imports.history() == []
    monkeypatch.undo()
    screen.window.show_section("import")
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert len(screen.suppliers()) == ROWS


def test_an_import_that_was_done_before_it_stopped_is_shown(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.open(write(tmp_path, supplier_rows(3)))
    done, go_on = threading.Event(), threading.Event()
    real = screen.imports.apply

    def held(*args: Any, **how: Any) -> Any:
        answer = real(*args, **how)
        done.set()
        assert go_on.wait(20)
        return answer

    monkeypatch.setattr(screen.imports, "apply", held)
    screen.ctrl(KEY.Key_Return)
    assert done.wait(20)
    screen.page.flow.cancel()
    go_on.set()
    screen.settle()
    assert screen.page.flow.step is Step.LOADED
    assert len(screen.suppliers()) == 3


def test_the_refused_rows_go_to_a_csv_that_no_spreadsheet_runs(screen: Screen, tmp_path: Path) -> None:
    rows = small_broken()
    rows[15][0] = "+7 701"
    rows[16][0] = "@cmd"
    rows[17][0] = "-1"
    screen.open(write(tmp_path, rows))
    target = tmp_path / "refused.csv"
    screen.chooser.path = target
    QTest.mouseClick(screen.page.rows_panel.csv, Qt.MouseButton.LeftButton)
    screen.settle()
    assert screen.chooser.offered == ["suppliers-refused-2026-11-23.csv"]
    lines = target.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == ";".join([*HEADINGS, "Жол нөмірі", "Себебі"])
    assert len(lines) == 7
    assert lines[3].split(";")[1] == '"\'=HYPERLINK(""http://x"",""y"")"'
    assert [line.split(";")[0] for line in lines[4:]] == ["'+7 701", "'@cmd", "'-1"]
    assert lines[1].split(";")[-2] == "5"
    assert "БСН: «0» цифрының орнында «O» әрпі тұр" in lines[1]
    assert screen.page.header.banner.label.text() == "Сақталды: refused.csv"


def test_a_csv_that_cannot_be_written_is_told(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    screen.chooser.path = tmp_path / "nowhere" / "refused.csv"
    QTest.mouseClick(screen.page.rows_panel.csv, Qt.MouseButton.LeftButton)
    screen.settle()
    assert screen.page.header.banner.isVisible()
    assert screen.page.header.banner.strong.text() == "Орындалмады."
    assert screen.page.flow.step is Step.ROWS


def test_an_earlier_import_is_undone_after_a_question(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, supplier_rows(3)))
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    screen.press(KEY.Key_Escape)
    screen.settle()
    panel = screen.page.file_panel
    assert panel.history.isVisible()
    QTest.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    assert screen.window.is_covered()
    # The answer that changes nothing has the focus.
    screen.press(KEY.Key_Escape)
    assert len(screen.suppliers()) == 3
    QTest.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    screen.ctrl(KEY.Key_Return)
    screen.settle()
    assert screen.suppliers() == {}
    assert not panel.undo.isEnabled()


def test_the_systems_dialog_gives_a_path_and_does_not_block(screen: Screen, tmp_path: Path) -> None:
    path = write(tmp_path, supplier_rows(2))
    found: list[Path] = []
    SystemFileChooser(screen.words).choose_list(screen.page, found.append)
    dialog = screen.window.findChild(QFileDialog, "import_file_dialog")
    assert isinstance(dialog, QFileDialog)
    screen.qtbot.waitUntil(dialog.isVisible)
    assert dialog.windowTitle() == "Тізімді таңдау"
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.setText(str(path))
    QTest.keyClick(line, KEY.Key_Return)
    assert found == [path]
    screen.qtbot.waitUntil(lambda: not dialog.isVisible())


def test_words_follow_the_language_while_rows_are_shown(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    screen.words.set_language(Language.RU)
    assert screen.page.header.title.text() == "Загрузка списка поставщиков Фонда"
    assert screen.page.header.primary.words() == "Загрузить 17 строк"
    assert screen.cells(1)[-2:] == ["Неизвестная роль", "Исправить"]
    screen.ctrl(KEY.Key_Return)
    assert screen.page.header.banner.label.text().startswith("Ошибки в 3 строках.")
    screen.words.set_language(Language.EN)
    assert screen.page.header.banner.label.text().startswith("3 rows have errors.")


def test_a_mistake_of_the_program_leaves_the_page_usable(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[BaseException] = []
    monkeypatch.setattr(screen.jobs, "_on_crash", crashes.append)

    def broken(*args: object, **how: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(screen.imports, "read", broken)
    screen.chooser.path = write(tmp_path, supplier_rows(2))
    screen.ctrl(KEY.Key_O)
    screen.qtbot.waitUntil(lambda: len(crashes) == 1)
    screen.qtbot.waitUntil(lambda: screen.page.flow.busy is None)
    monkeypatch.undo()
    screen.open(screen.chooser.path)
    assert screen.page.flow.step is Step.ROWS


def test_100000_rows_are_shown_at_once(screen: Screen, tmp_path: Path) -> None:
    from dataclasses import replace

    screen.open(write(tmp_path, supplier_rows(10)))
    preview = screen.page.flow.preview
    assert preview is not None
    many = replace(preview, rows=preview.rows * 10_000, counts={**preview.counts, Outcome.NEW: 100_000})
    asked: list[tuple[int, int]] = []
    panel = screen.page.rows_panel
    panel.show_preview(many, skips_bad=False, corrected=0, left_out=0, anew=True)
    model = panel.table.rows_model()
    assert model is not None
    real = model.cell
    model.cell = lambda row, column: (asked.append((row, column)), real(row, column))[1]  # type: ignore[method-assign]
    panel.table.viewport().repaint()
    panel.table.scrollToBottom()
    panel.table.viewport().repaint()
    assert model.rowCount() == 100_000
    # Only what can be seen is made.
    assert len({row for row, _ in asked}) < 60


def test_dialogs_of_the_page_are_the_windows(screen: Screen) -> None:
    assert isinstance(screen.page._dialogs, WindowDialogs)


def test_every_control_has_a_name(screen: Screen, tmp_path: Path) -> None:
    screen.open(write(tmp_path, small_broken()))
    from PySide6.QtWidgets import QAbstractButton, QTableView

    for kind in (QAbstractButton, QLineEdit, QTableView):
        for widget in screen.page.findChildren(kind):
            if not widget.isVisible() or widget.objectName().startswith("qt_"):
                continue
            assert widget.accessibleName(), widget.objectName() or widget
            assert widget.objectName(), widget
