import pytest

from clinic_desk.domain.slip_code import parse_slip_code, slip_check, slip_code
from tests.printing.samples import NUMBER


def test_square_code_says_number_and_check_and_leads_back() -> None:
    assert slip_code(NUMBER) == f"CD1|{NUMBER}|{slip_check(NUMBER)}"
    assert parse_slip_code(slip_code(NUMBER)) == NUMBER


def test_check_never_changes() -> None:
    # Paper already handed out carries these.
    assert slip_check("T2-0N3K7-00042-8") == "1WV2"
    assert slip_check("A-00000-00001-X") == "DR7X"


def test_bar_code_leads_back() -> None:
    assert parse_slip_code(f" {NUMBER}\r\n") == NUMBER
    assert parse_slip_code(NUMBER.lower()) == NUMBER


@pytest.mark.parametrize("at", range(len(NUMBER)))
def test_a_wrong_character_is_found(at: int) -> None:
    wrong = NUMBER[:at] + ("X" if NUMBER[at] != "X" else "Y") + NUMBER[at + 1 :]
    assert parse_slip_code(wrong) is None
    assert parse_slip_code(f"CD1|{wrong}|{slip_check(NUMBER)}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|",
        "880214400000",
        "CD1",
        "CD1|",
        f"CD1|{NUMBER}",
        f"CD1|{NUMBER}|",
        f"CD2|{NUMBER}|{slip_check(NUMBER)}",
        f"CD1|{NUMBER}|{slip_check(NUMBER)}|x",
        "CD1|<b>|0000",
        "қабылдау",
        "A-" * 5000,
        "\0",
    ],
)
def test_anything_else_is_no_slip(text: str) -> None:
    assert parse_slip_code(text) is None


@pytest.mark.parametrize("number", ["", "t2-1", "№1-2", "A|B-1", "A", "A" * 80 + "-1"])
def test_only_printable_numbers_get_a_code(number: str) -> None:
    with pytest.raises(ValueError, match="slip number"):
        slip_code(number)
