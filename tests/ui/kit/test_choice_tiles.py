import pytest
from PySide6.QtCore import Qt

from clinic_desk.ui.kit import Choice, ChoiceTiles
from tests.ui.keys import click, type_text

REASONS = [
    Choice("no_specialist", "Маман жоқ", "1"),
    Choice("no_equipment", "Жабдық жоқ", "2"),
    Choice("full", "Кесте бір айға толы", "3"),
    Choice("leave", "Дәрігер демалыста", "4"),
    Choice("broken", "Жабдық істен шыққан", "5"),
]


@pytest.fixture
def tiles(qtbot) -> ChoiceTiles:
    tiles = ChoiceTiles(REASONS)
    tiles.setObjectName("referral_reason_radio")
    qtbot.addWidget(tiles)
    tiles.resize(780, 90)
    tiles.show()
    tiles.activateWindow()
    tiles.focus_first()
    qtbot.waitUntil(tiles.tiles()[0].hasFocus)
    return tiles


@pytest.mark.parametrize("key", ["3", "і"])
def test_digit_chooses_under_every_layout(tiles: ChoiceTiles, key: str, qtbot) -> None:
    with qtbot.waitSignal(tiles.chosen) as chosen:
        type_text(tiles.tiles()[0], key)
    assert chosen.args == ["full"]
    assert tiles.value() == "full"
    assert tiles.tiles()[2].hasFocus()


def test_other_digits_do_nothing(tiles: ChoiceTiles) -> None:
    type_text(tiles.tiles()[0], "9")
    assert tiles.value() is None


def test_arrows_move_and_choose(tiles: ChoiceTiles) -> None:
    type_text(tiles.tiles()[0], "1")
    click(tiles.tiles()[0], Qt.Key.Key_Right)
    assert tiles.value() == "no_equipment"


def test_group_is_one_stop_for_tab(tiles: ChoiceTiles) -> None:
    def stops() -> list[object]:
        return [tile.choice.value for tile in tiles.tiles() if tile.focusPolicy() & Qt.FocusPolicy.TabFocus]

    assert stops() == ["no_specialist"]
    tiles.set_value("leave")
    assert stops() == ["leave"]


def test_disabled_choice_cannot_be_taken(tiles: ChoiceTiles) -> None:
    tiles.set_choices([Choice(c.value, c.text, c.key, enabled=c.key != "4") for c in REASONS])
    type_text(tiles.tiles()[0], "4")
    assert tiles.value() is None


def test_new_words_keep_the_choice(tiles: ChoiceTiles) -> None:
    tiles.set_value("full")
    tiles.set_choices([Choice(c.value, f"{c.text}!", c.key) for c in REASONS])
    assert tiles.value() == "full"
    assert tiles.tiles()[2].text() == "Кесте бір айға толы!"


@pytest.mark.parametrize(
    ("key", "value"), [("м", "male"), ("М", "male"), ("v", "male"), ("ж", "female"), (";", "female")]
)
def test_letters_choose_in_both_alphabets(qtbot, key: str, value: str) -> None:
    """Under a Latin layout the keys of М and Ж type V and a semicolon."""
    tiles = ChoiceTiles([Choice("male", "Мужской", "М"), Choice("female", "Женский", "Ж")], columns=2)
    qtbot.addWidget(tiles)
    tiles.show()
    tiles.activateWindow()
    tiles.focus_first()
    type_text(tiles.tiles()[0], key)
    assert tiles.value() == value


def test_tiles_have_names(tiles: ChoiceTiles) -> None:
    assert [tile.objectName() for tile in tiles.tiles()][:2] == [
        "referral_reason_radio_no_specialist",
        "referral_reason_radio_no_equipment",
    ]
    assert all(tile.accessibleName() for tile in tiles.tiles())
