"""The measures themselves: they find what is wrong and stay silent about what is right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QTableView, QWidget

from clinic_desk.texts import Language
from clinic_desk.ui.kit import (
    Cell,
    Chip,
    Column,
    DataTable,
    Kind,
    PlainLabel,
    PrimaryButton,
    RowsModel,
    Tile,
    UiText,
)
from clinic_desk.ui.kit.measure import clipped_labels, untranslated


def shown(qtbot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_narrow_label_button_chip_and_tile_are_found(qtbot) -> None:
    for widget in (
        PlainLabel("Сақтандырылған"),
        PrimaryButton("Жіберу және басып шығару", "Ctrl+Enter"),
        Chip(Kind.OK, "Сақтандырылған"),
        Tile("tray", caption="Жіберілуін күтуде"),
    ):
        shown(qtbot, widget)
        widget.resize(widget.sizeHint())
        assert clipped_labels(widget) == []
        widget.setMinimumSize(1, 1)
        widget.resize(60, widget.height())
        assert len(clipped_labels(widget)) >= 1, widget


def test_low_wrapped_label_is_found(qtbot) -> None:
    label = PlainLabel("Бұл қызмет МӘМС-ке кіреді, пациент сақтандырылмаған. " * 3, wraps=True)
    shown(qtbot, label)
    label.resize(200, label.heightForWidth(200))
    assert clipped_labels(label) == []
    label.resize(200, 20)
    assert len(clipped_labels(label)) == 1


def test_narrow_heading_of_a_table_is_found(qtbot, words: UiText) -> None:
    model = RowsModel([Column("shell.section.import", lambda row, _: Cell(str(row)), 60)], words)
    model.set_rows([1])
    table = DataTable()
    table.set_model(model)
    shown(qtbot, table)
    assert isinstance(table, QTableView)
    assert [text.split(": ")[1] for text in clipped_labels(table)] == ["Тізімдерді жүктеу"]
    table.setColumnWidth(0, 300)
    assert clipped_labels(table) == []


def test_hidden_words_do_not_count(qtbot) -> None:
    box = QWidget()
    label = PlainLabel("Сақтандырылған", parent=box)
    label.resize(10, 10)
    shown(qtbot, box)
    assert len(clipped_labels(box)) == 1
    label.hide()
    assert clipped_labels(box) == []


def scrolled(qtbot, label: PlainLabel, bar: Qt.ScrollBarPolicy) -> QScrollArea:
    area = QScrollArea()
    area.setHorizontalScrollBarPolicy(bar)
    area.setWidget(label)
    label.resize(label.sizeHint())
    shown(qtbot, area)
    area.resize(label.width() // 2, 200)
    qtbot.wait(1)
    return area


def test_words_beside_the_sight_are_cut_unless_a_bar_brings_them_back(qtbot) -> None:
    cut = scrolled(qtbot, PlainLabel("Жеткізуші таңдалмады"), Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    assert clipped_labels(cut) == ["PlainLabel: Жеткізуші таңдалмады"]
    reached = scrolled(qtbot, PlainLabel("Жеткізуші таңдалмады"), Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    assert clipped_labels(reached) == []


def test_words_wholly_beside_the_sight_are_found(qtbot) -> None:
    area = scrolled(qtbot, PlainLabel(" " * 60), Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    far = PlainLabel("Алыс", parent=area.widget())
    far.move(area.viewport().width() + 20, 0)
    far.show()
    assert far.visibleRegion().isEmpty()
    assert "PlainLabel: Алыс" in clipped_labels(area)


def test_a_bar_out_of_sight_brings_nothing_back(qtbot) -> None:
    inner = scrolled(qtbot, PlainLabel("Жеткізуші таңдалмады"), Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    outer = QScrollArea()
    outer.setWidget(inner)
    shown(qtbot, outer)
    outer.resize(600, 100)
    assert inner.horizontalScrollBar().visibleRegion().isEmpty()
    assert clipped_labels(outer) == ["PlainLabel: Жеткізуші таңдалмады"]


def test_words_below_the_sight_are_reached_by_scrolling(qtbot) -> None:
    area = QScrollArea()
    label = PlainLabel("бір\nекі\nүш\nтөрт\nбес")
    area.setWidget(label)
    label.resize(label.sizeHint())
    shown(qtbot, area)
    area.resize(300, label.height() // 2)
    assert area.verticalScrollBar().maximum() > 0
    assert clipped_labels(area) == []


def test_words_over_the_edge_of_a_box_are_cut(qtbot) -> None:
    box = shown(qtbot, QWidget())
    box.resize(100, 100)
    label = PlainLabel("Сақтандырылған", parent=box)
    label.resize(label.sizeHint())
    label.move(60, 10)
    label.show()
    assert clipped_labels(box) == ["PlainLabel: Сақтандырылған"]
    # A wide label is not cut as long as its words are inside.
    label.setText("Иә")
    assert clipped_labels(box) == []


def test_words_left_in_another_language_are_found(qtbot) -> None:
    box = QWidget()
    label = PlainLabel("Отмена", parent=box)
    shown(qtbot, box)
    assert untranslated(box, Language.RU) == []
    assert untranslated(box, Language.KK) == ["PlainLabel: Отмена"]
    assert untranslated(box, Language.EN) == ["PlainLabel: Отмена"]
    label.setText("Ыбырай")
    assert untranslated(box, Language.KK) == []
    assert untranslated(box, Language.EN) == ["PlainLabel: Ыбырай"]
    label.setProperty("data", True)
    assert untranslated(box, Language.EN) == []


def test_bare_key_is_found(qtbot) -> None:
    label = shown(qtbot, PlainLabel("shell.cancel"))
    assert untranslated(label, Language.KK) == ["PlainLabel: shell.cancel"]
