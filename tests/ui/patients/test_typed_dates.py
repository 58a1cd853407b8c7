"""Days and moments as people type them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_desk.ui.patients.date_field import DateField
from clinic_desk.ui.patients.typed_dates import typed_day, typed_moment
from tests.ui import keys

ZONE = ZoneInfo("Asia/Almaty")
KAZAKH = str.maketrans("1234567890", '"әіңғ,.үұқ')
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text", ["14.02.1988", "14021988", "1988-02-14", " 14/02/1988 ", "14-2-1988", "14.2.1988"]
)
def test_a_day_in_every_way_of_typing(text: str) -> None:
    assert typed_day(text) == dt.date(1988, 2, 14)


@pytest.mark.parametrize(
    "text", ["", "14.02.88", "31.02.1988", "1402198", "февраль", "14.13.1988", "00001988"]
)
def test_what_is_no_day(text: str) -> None:
    assert typed_day(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:41", "2026-11-23T09:41"),
        ("9.05", "2026-11-23T09:05"),
        ("20.11 16:05", "2026-11-20T16:05"),
        ("20.11, 16:05", "2026-11-20T16:05"),
        ("24.12 16:05", "2025-12-24T16:05"),
        ("23.11.2026 09:41", "2026-11-23T09:41"),
        ("25:00", ""),
        ("09:60", ""),
        ("32.11 09:00", ""),
        ("вчера", ""),
        ("", ""),
    ],
)
def test_moments(text: str, expected: str) -> None:
    moment = typed_moment(text, NOW, ZONE)
    assert (moment.isoformat()[:16] if moment else "") == expected
    assert moment is None or moment.utcoffset() == dt.timedelta(hours=5)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("14021988", "14.02.1988"),
        ("1988-02-14", "14.02.1988"),
        ("14021988".translate(KAZAKH), "14.02.1988"),
        ("31.02.1988", "31.02.1988"),
        ("14.02.1988", "14.02.1988"),
    ],
)
def test_field_tidies_what_is_typed(qtbot: QtBot, typed: str, shown: str) -> None:
    field = DateField("Туған күні")
    qtbot.addWidget(field)
    field.show()
    field.edit.setFocus()
    keys.type_text(field.edit, typed)
    keys.click(field.edit, Qt.Key.Key_Return)
    assert field.text() == shown
    assert field.is_bad is (shown == "31.02.1988")


def test_kazakh_six_and_seven_are_digits_after_a_kazakh_digit(qtbot: QtBot) -> None:
    field = DateField("Туған күні")
    qtbot.addWidget(field)
    keys.type_text(field.edit, "16071967".translate(KAZAKH))
    assert field.day() == dt.date(1967, 7, 16)
