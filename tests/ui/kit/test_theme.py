import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from clinic_desk.ui.kit import Card, Look, PrimaryButton, ThemeName, look, space, vertical


def test_theme_and_scale_switch_while_shown(qtbot) -> None:
    card = Card()
    button = PrimaryButton("Жолдама", "F8", "paper-plane-tilt")
    card.body.addWidget(button)
    qtbot.addWidget(card)
    card.show()
    before = button.sizeHint().height()
    pixel = card.grab().toImage().pixelColor(20, 5)
    with qtbot.waitSignal(look().changed):
        look().set(ThemeName.DARK, 1.5)
    assert button.sizeHint().height() == pytest.approx(before * 1.5, abs=2)
    assert card.body.contentsMargins().left() == 30
    assert card.grab().toImage().pixelColor(20, 8) == QColor("#1A222C")
    assert pixel == QColor("#FFFFFF")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.palette().color(QPalette.ColorRole.Window) == QColor("#10161D")


def test_inner_layouts_follow_the_scale(qtbot) -> None:
    box = QWidget()
    inner = vertical(QWidget(), margins=4, gap=8)
    box.setLayout(vertical(inner, margins=(1, 2, 3, 4), gap=12))
    qtbot.addWidget(box)
    look().set_scale(1.25)
    margins = inner.contentsMargins()
    assert (margins.left(), inner.spacing()) == (5, 10)


def test_control_height_is_the_same_with_and_without_focus(qtbot) -> None:
    for scale in (1.0, 1.25, 1.5):
        look().set_scale(scale)
        box = QWidget()
        edit, other = QLineEdit(), PrimaryButton("x")
        box.setLayout(vertical(edit, other))
        qtbot.addWidget(box)
        box.show()
        box.activateWindow()
        assert edit.height() == look().px(38)
        assert other.sizeHint().height() == look().px(38)
        edit.setFocus()
        qtbot.waitUntil(edit.hasFocus)
        QApplication.processEvents()
        assert edit.sizeHint().height() == look().px(38)


def test_window_font_is_the_bundled_one(qtbot) -> None:
    assert QFontInfo(look().font(14, 600)).family() == "Inter"
    assert QFontInfo(look().font(14, 400)).pixelSize() == 14


def test_unknown_scale_is_refused(qapp) -> None:
    with pytest.raises(ValueError, match="scale"):
        look().set_scale(2.0)
    with pytest.raises(ValueError, match="scale"):
        Look().set(ThemeName.DARK, 0.5)


def test_space_in_a_grid_counts_both_ways(qtbot) -> None:
    from PySide6.QtWidgets import QGridLayout

    box = QWidget()
    qtbot.addWidget(box)
    grid = QGridLayout(box)
    space(grid, 8, 12)
    look().set_scale(1.5)
    assert (grid.horizontalSpacing(), grid.verticalSpacing()) == (18, 18)
