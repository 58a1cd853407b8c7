"""A district's load: green room below the norm, a warning near it, hatching above it."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from clinic_desk.ui.kit import Cell, Load, LoadBar, look
from clinic_desk.ui.kit.load_bar import load_width, paint_load
from clinic_desk.ui.kit.measure import clipped_labels


@pytest.mark.parametrize(
    ("people", "norm", "over", "token"),
    [
        (0, 1700, 0, "accent"),
        (1614, 1700, 0, "accent"),
        (1615, 1700, 0, "warn"),
        (1700, 1700, 0, "warn"),
        (1701, 1700, 1, "err"),
        (5000, None, 0, "accent"),
    ],
)
def test_what_a_load_warns_of(people: int, norm: int | None, over: int, token: str) -> None:
    load = Load(people, norm, "")
    assert (load.over, load.token) == (over, token)


def painted(load: Load) -> QImage:
    image = QImage(400, 40, QImage.Format.Format_RGB32)
    image.fill(look().colour("surface"))
    painter = QPainter(image)
    paint_load(painter, QRect(0, 0, 400, 40), load)
    painter.end()
    return image


def columns_of(image: QImage, colour: QColor) -> set[int]:
    return {x for x in range(image.width()) for y in range(14, 26) if image.pixelColor(x, y) == colour}


def test_the_bar_grows_with_people_and_is_hatched_above_the_norm(dressed) -> None:
    half = columns_of(painted(Load(850, 1700, "850")), look().colour("accent"))
    full = columns_of(painted(Load(1600, 1700, "1600")), look().colour("accent"))
    assert len(full) > len(half) > 30
    over = painted(Load(1900, 1700, "1900"))
    assert columns_of(over, look().colour("err_bg"))
    assert not columns_of(painted(Load(1699, 1700, "1699")), look().colour("err_bg"))


def test_without_a_norm_only_the_number_is_shown(dressed) -> None:
    assert not columns_of(painted(Load(850, None, "")), look().colour("accent"))


def test_numbers_are_never_cut_at_any_scale(qtbot) -> None:
    bar = LoadBar(Load(12_265, 12_200, "12 265 / 12 200"), "No. 4: 65 people above the norm")
    qtbot.addWidget(bar)
    bar.show()
    for scale in (1.0, 1.25, 1.5):
        look().set_scale(scale)
        bar.adjustSize()
        assert bar.width() >= load_width(Load(12_265, 12_200, "12 265 / 12 200"))
        assert clipped_labels(bar) == []
    assert bar.accessibleName() == "No. 4: 65 people above the norm"


def test_a_screen_reader_reads_the_numbers_of_a_cell() -> None:
    assert Cell(load=Load(3, 2, "3 / 2")).spoken == "3 / 2"
