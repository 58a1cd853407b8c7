"""Rows of a list of streets: which houses a cell means, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.address import street_key
from clinic_desk.domain.imports.houses import InvalidHouses, houses_of
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import StreetRow
from clinic_desk.domain.street_parts import WHOLE_STREET, Houses, together
from clinic_desk.domain.streets import StreetSide
from tests.domain.imports.rows_of import codes as codes_of
from tests.domain.imports.rows_of import row as row_of

ALL, ODD, EVEN = StreetSide.ALL, StreetSide.ODD, StreetSide.EVEN


@pytest.mark.parametrize(
    ("text", "houses"),
    [
        ("", WHOLE_STREET),
        ("все", WHOLE_STREET),
        ("Вся улица", WHOLE_STREET),
        ("барлығы", WHOLE_STREET),
        ("бүкіл көше", WHOLE_STREET),
        ("all", WHOLE_STREET),
        ("чётные и нечётные", WHOLE_STREET),
        ("нечётные", Houses(ODD)),
        ("Нечетная сторона", Houses(ODD)),
        ("тақ", Houses(ODD)),
        ("тақ жағы", Houses(ODD)),
        ("odd side", Houses(ODD)),
        ("чётные", Houses(EVEN)),
        ("жұп үйлер", Houses(EVEN)),
        ("1-25", Houses(ALL, None, 25)),
        ("1 – 25", Houses(ALL, None, 25)),
        ("дома 26-51", Houses(ALL, 26, 51)),
        ("с 26 по 51", Houses(ALL, 26, 51)),
        ("26-дан 51-ге дейін", Houses(ALL, 26, 51)),
        ("№ 26 … 51", Houses(ALL, 26, 51)),
        ("нечётные 1-25", Houses(ODD, None, 25)),
        ("1-25 (нечетные)", Houses(ODD, None, 25)),
        ("тақ, 13-тен бастап", Houses(ODD, 13)),
        ("от 12", Houses(ALL, 12)),
        ("12+", Houses(ALL, 12)),
        ("12 и далее", Houses(ALL, 12)),
        ("12 және одан әрі", Houses(ALL, 12)),
        ("до 40", Houses(ALL, None, 40)),
        ("40-қа дейін", Houses(ALL, None, 40)),
        ("2,4,6", Houses(EVEN, None, 6)),
        ("2, 4, 6", Houses(EVEN, None, 6)),
        ("1, 3, 5-9 нечётные", Houses(ODD, None, 9)),
        ("1, 2, 3, 4", Houses(ALL, None, 4)),
        ("1-9, 10, 11-20", Houses(ALL, None, 20)),
        ("7", Houses(ODD, 7, 7)),
        ("12а", Houses(EVEN, 12, 12)),
        ("5/1 и 7", Houses(ODD, 5, 7)),
        ("12а-12в", Houses(EVEN, 12, 12)),
    ],
)
def test_houses_are_told_from_words_of_three_languages(text: str, houses: Houses) -> None:
    assert houses_of(text) == houses


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2, 4, 10", "houses_apart"),
        ("1-9; 21-29", "houses_apart"),
        ("25-1", "houses_unreadable"),
        ("0-5", "houses_unreadable"),
        ("у рынка", "houses_unreadable"),
        ("1-25-30", "houses_unreadable"),
        ("?", "houses_unreadable"),
        ("12345", "houses_unreadable"),
        ("тақ 2", "houses_unreadable"),
        ("<b>1</b>", "houses_unreadable"),
    ],
)
def test_what_is_no_run_of_houses_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidHouses) as refused:
        houses_of(text)
    assert refused.value.code == f"street.{code}"


@given(st.text(max_size=30) | st.text("0123456789 -–,;/абчетнижұптқ+№.", max_size=24))
def test_no_cell_is_more_than_refused(text: str) -> None:
    try:
        found = houses_of(text)
    except InvalidHouses:
        return
    assert together([found]) == [found]


def parsed(*cells: str) -> ParsedRow:
    return row_of(ImportKind.STREETS, dict(zip(("Улица", "Дома", "Участок"), cells, strict=True)))


def test_a_row_is_a_part_of_a_street() -> None:
    row = parsed("пр. Абая", "нечётные 1-25", "№ 5")
    assert row.values == StreetRow("пр. Абая", street_key("проспект Абая"), Houses(ODD, None, 25), "5")
    assert not row.warnings


def test_kazakh_and_russian_spellings_are_rows_of_their_own() -> None:
    kk = parsed("Бақша көшесі", "", "2 учаске").values
    ru = parsed("ул. Садовая", "", "участок 2").values
    assert isinstance(kk, StreetRow)
    assert isinstance(ru, StreetRow)
    assert (kk.district, ru.district) == ("2", "2")
    assert kk.key != ru.key


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["", "1-5", "3"], ["street.missing"]),
        (["ул.", "1-5", "3"], ["street.no_name"]),
        (["Абая", "1-5", ""], ["street.no_district"]),
        (["Абая", "5-1", "3"], ["street.houses_unreadable"]),
        (["Абая", "2, 8", "участок"], ["street.houses_apart", "street.no_district"]),
        (["=cmd|'/c calc'!A1", "", "3"], ["cell.formula"]),
        (["А" * 200, "", "3"], ["cell.too_long"]),
        (["Абая", "1\x00", "3"], ["cell.characters"]),
    ],
)
def test_what_cannot_be_used_is_named_by_its_field(cells: list[str], codes: list[str]) -> None:
    row = parsed(*cells)
    assert row.values is None
    assert codes_of(row.problems) == codes
