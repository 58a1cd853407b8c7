"""Chips, tiles, months, steps, toasts, ring, buttons: what they say and how they behave."""

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget

from clinic_desk.ui.kit import (
    Banner,
    Chip,
    ChipData,
    EmptyState,
    FocusRing,
    KeyButton,
    Kind,
    LinkButton,
    MonthCell,
    MonthCells,
    MonthKind,
    PlainLabel,
    PrimaryButton,
    Progress,
    SecondaryButton,
    SlipPane,
    Step,
    StepLine,
    ThemeName,
    Tile,
    TileRow,
    ToastArea,
    look,
    vertical,
)
from clinic_desk.ui.kit.measure import clipped_labels
from tests.ui.keys import click


def test_chip_says_a_sentence_and_shows_words(qtbot) -> None:
    chip = Chip(Kind.STALE, "20.11 күйі", sentence="Сақтандыру жауабы 20.11.2026 алынған, 3 күн бұрын")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Сақтандыру жауабы 20.11.2026 алынған, 3 күн бұрын"
    assert chip.sizeHint().height() == 24
    chip.set_chip(ChipData(Kind.OK, "Сақтандырылған", "shield-check"))
    assert chip.accessibleName() == "Сақтандырылған"
    assert Chip(Kind.OK, "x", large=True).sizeHint().height() == 32


def test_chip_follows_the_theme(qtbot) -> None:
    chip = Chip(Kind.ERR, "Қате")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    assert chip.grab().toImage().pixelColor(chip.width() // 2, 2) == QColor("#FDE4E1")
    look().set_theme(ThemeName.DARK)
    assert chip.grab().toImage().pixelColor(chip.width() // 2, 2) == QColor("#4A1F1C")


def test_button_shows_its_key_and_is_named_by_its_words(qtbot) -> None:
    button = PrimaryButton("Жолдама", "F8", "paper-plane-tilt")
    qtbot.addWidget(button)
    assert button.text().split() == ["Жолдама", "F8"]
    assert (button.accessibleName(), button.words()) == ("Жолдама", "Жолдама")
    button.setText("A & B")
    assert "A && B" in button.text()
    assert button.accessibleName() == "A & B"


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_claimed_key_presses_the_button(qtbot, enter: Qt.Key) -> None:
    from PySide6.QtTest import QTest

    page = QWidget()
    field, button = QLineEdit(), PrimaryButton("Сақтау", "Ctrl+Enter")
    page.setLayout(vertical(field, button))
    button.claim_key(page)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(page.windowHandle(), enter, Qt.KeyboardModifier.ControlModifier)
    assert pressed == [True]
    button.setEnabled(False)
    QTest.keyClick(page.windowHandle(), enter, Qt.KeyboardModifier.ControlModifier)
    assert pressed == [True]


def test_long_word_without_spaces_is_wrapped_whole(qtbot) -> None:
    label = PlainLabel("Абдирахманова" * 6, wraps=True)
    label.setFixedWidth(120)
    qtbot.addWidget(label)
    label.show()
    assert label.heightForWidth(120) >= 5 * label.fontMetrics().height()
    label.resize(120, label.heightForWidth(120))
    assert clipped_labels(label) == []


def test_eliding_is_asked_for_and_keeps_the_whole_in_the_tooltip(qtbot) -> None:
    label = PlainLabel("Өте ұзын мәтін сыймайды", data=True)
    qtbot.addWidget(label)
    label.show()
    label.resize(40, 20)
    assert clipped_labels(label) != []
    label.set_eliding(True)
    assert label.toolTip() == "Өте ұзын мәтін сыймайды"
    assert clipped_labels(label) == []


def test_tone_changes_the_colour(qtbot) -> None:
    label = PlainLabel("Қате")
    qtbot.addWidget(label)
    label.show()
    label.set_tone("err")
    assert label.palette().color(label.foregroundRole()) == QColor("#A31A14")


def test_tiles_filter(qtbot) -> None:
    row = TileRow(
        [("all", Tile("tray", caption="Барлығы")), ("late", Tile("warning-circle", "err", "Мерзімі өтті"))]
    )
    qtbot.addWidget(row)
    row.show()
    row.tile("late").set_number(2)
    row.set_value("all")
    with qtbot.waitSignal(row.chosen) as chosen:
        click(row.tile("late"), Qt.Key.Key_Space)
    assert chosen.args == ["late"]
    assert row.value() == "late"
    assert row.tile("late").accessibleName() == "Мерзімі өтті: 2"


def test_months_say_a_sentence_and_paint_signs(qtbot) -> None:
    cells = MonthCells()
    qtbot.addWidget(cells)
    kinds = [MonthKind.PAID, MonthKind.UNPAID, MonthKind.GRACE, MonthKind.UNKNOWN]
    cells.set_cells([MonthCell(kind, "қаң") for kind in kinds], "4 айдың 1-і төленген")
    assert cells.accessibleName() == "4 айдың 1-і төленген"
    cells.resize(400, cells.sizeHint().height())
    image = cells.grab().toImage()
    grounds = [image.pixelColor(100 * number + 15, 7).name() for number in range(4)]
    assert grounds[0] == "#dcf2e9"
    assert grounds[2] == "#ffefc7"
    assert grounds[1] == grounds[3]
    signs = [image.copy(QRect(100 * number + 30, 4, 40, 20)) for number in range(4)]
    assert len({bytes(sign.constBits()) for sign in signs}) == 4


def test_step_line_names_its_steps(qtbot) -> None:
    line = StepLine([Step("Файл", "дайын", "done"), Step("Жүктеу", state="now")])
    qtbot.addWidget(line)
    assert line.accessibleName() == "1. Файл дайын; 2. Жүктеу"
    line.resize(600, 72)
    image = line.grab().toImage()
    assert image.pixelColor(450 - 10, 15) == QColor("#1257A6")
    assert image.pixelColor(150 - 10, 15) == QColor("#DCF2E9")


def test_toast_undoes_once(qtbot) -> None:
    window = QMainWindow()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    area = ToastArea(window)
    undone: list[int] = []
    area.show("Жолдама сақталды", undo_text="Қайтару", undo=lambda: undone.append(1))
    assert area.toast is not None
    assert window.rect().contains(area.toast.geometry())
    assert area.undo()
    assert not area.undo()
    assert undone == [1]
    assert area.toast is None


def test_newer_toast_replaces_and_old_one_leaves_by_itself(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    area = ToastArea(window)
    area.show("бір")
    second = area.show("екі", lasts_ms=20)
    assert area.toast is second
    qtbot.waitUntil(lambda: area.toast is None)


def test_ring_keeps_its_distance_and_leaves_fields_alone(qtbot) -> None:
    window = QMainWindow()
    page = QWidget()
    button, field, other = SecondaryButton("бір"), QLineEdit(), SecondaryButton("екі")
    page.setLayout(vertical(button, field, other, margins=20, gap=12))
    window.setCentralWidget(page)
    qtbot.addWidget(window)
    ring = FocusRing(window)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(ring.isVisible)
    assert ring.geometry() == QRect(
        button.mapTo(ring.parentWidget(), button.rect().topLeft()), button.size()
    ).adjusted(-4, -4, 4, 4)
    assert ring.grab().toImage().pixelColor(ring.width() // 2, 1) == QColor("#B45309")
    field.setFocus()
    assert not ring.isVisible()
    other.setFocus()
    other.hide()
    assert not ring.isVisible() or ring.surrounded() is not other


def test_ring_outlives_the_page_it_lay_on(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    ring = FocusRing(window)
    from clinic_desk.ui.kit import ScrollPage

    for _ in range(3):
        page = ScrollPage()
        button = SecondaryButton("бір")
        page.body.addWidget(button)
        window.setCentralWidget(page)
        window.show()
        window.activateWindow()
        button.setFocus()
        qtbot.waitUntil(lambda button=button: ring.surrounded() is button and ring.isVisible())
        page.setFocus()
        QApplication.processEvents()
        button.clearFocus()


def test_banner_says_all_of_it(qtbot) -> None:
    banner = Banner(Kind.STALE, "wifi-slash")
    act = banner.add_act(LinkButton("Қайталау", "F5"))
    qtbot.addWidget(banner)
    banner.set_text("Жұмыс істеуге болады.", "09:12-ден байланыс жоқ.")
    assert banner.accessibleName() == "09:12-ден байланыс жоқ. Жұмыс істеуге болады."
    assert isinstance(act, KeyButton)
    banner.resize(900, 44)
    assert banner.grab().toImage().pixelColor(2, 20) == QColor("#EEE7FA")


def test_progress_counts_and_cancels_once(qtbot) -> None:
    progress = Progress("Жүктелуде", "Тоқтату")
    qtbot.addWidget(progress)
    progress.show()
    progress.set_progress(1_234, 5_000)
    assert progress.count.text() == "1\N{NO-BREAK SPACE}234 / 5\N{NO-BREAK SPACE}000"
    asked: list[bool] = []
    progress.cancelled.connect(lambda: asked.append(True))
    progress.button.click()
    progress.button.click()
    assert asked == [True]


def test_empty_state_has_a_sentence_and_one_key(qtbot) -> None:
    state = EmptyState("tray", "Жолдама әлі жоқ", PrimaryButton("Жолдама", "F8"))
    qtbot.addWidget(state)
    state.resize(400, 300)
    state.show()
    assert clipped_labels(state) == []
    state.setText("Бос")
    assert state.label.text() == "Бос"


def test_paper_is_white_in_the_dark(qtbot) -> None:
    look().set_theme(ThemeName.DARK)
    pane = SlipPane()
    qtbot.addWidget(pane)
    pane.resize(330, 540)
    pane.show()
    image = QImage(1480, 2100, QImage.Format.Format_RGB32)
    image.fill(QColor("#00FF00"))
    paper = pane.paper
    assert paper.grab().toImage().pixelColor(paper.width() // 2, 40) == QColor("#FFFFFF")
    pane.set_image(image)
    assert paper.has_image()
    assert paper.grab().toImage().pixelColor(paper.width() // 2, 40) == QColor("#00FF00")
    pane.set_image(None)
    assert not paper.has_image()


def test_ring_bears_the_end_of_its_window(qtbot) -> None:
    window = QMainWindow()
    button = SecondaryButton("бір")
    window.setCentralWidget(button)
    FocusRing(window)
    ring = window.findChild(FocusRing)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(lambda: ring.surrounded() is not None)
    window.deleteLater()
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    other.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    ring._on_focus(None, other)
