"""A row of a rule table as a person reads it, in the reader's language."""

from typing import Any

import pytest

from clinic_desk.domain.rule_tables import SCHEMAS
from clinic_desk.rule_sentences import days_words, row_title, row_words, table_title
from clinic_desk.services.rules_of_the_day import shipped_documents
from clinic_desk.texts import Language, Texts

KK, RU, EN = (Texts(language) for language in Language)


def _row(table: str, **known: object) -> dict[str, Any]:
    rows = shipped_documents()[table]["rows"]
    found: dict[str, Any] = next(row for row in rows if known.items() <= row.items())
    return found


def test_codes_have_words_and_a_flag_that_is_set_is_its_title() -> None:
    schema = SCHEMAS["direct_access"]
    row = _row("direct_access", code="gynecologist")
    assert row_title(RU, schema, row) == "Акушер-гинеколог"
    assert row_words(RU, schema, row) == "Только по прикреплению"
    assert row_words(RU, schema, _row("direct_access", code="dentistry")) == ""


def test_of_a_name_in_several_languages_the_reader_s_is_told() -> None:
    schema, row = SCHEMAS["working_calendar"], _row("working_calendar", date="2026-10-25")
    assert row_title(EN, schema, row) == "25.10.2026"
    assert row_words(EN, schema, row) == "Kind: holiday; Name: Republic Day"
    assert row_words(KK, schema, row) == "Түрі: мереке; Атауы: Республика күні"


def test_ranges_numbers_and_lists_are_written_for_people() -> None:
    row = _row("guaranteed_diagnoses", code="hepatitis", valid_to=None)
    assert "B18.0–B18.2, B18.8, B19, K74" in row_words(RU, SCHEMAS["guaranteed_diagnoses"], row)
    assert days_words(RU, row) == ("01.01.2026", "")
    row = _row("insurance_statuses", status="grace_6m")
    assert "Непрерывных платежей, мес.: 60" in row_words(RU, SCHEMAS["insurance_statuses"], row)


@pytest.mark.parametrize("table", SCHEMAS)
@pytest.mark.parametrize("texts", [KK, RU, EN], ids=["kk", "ru", "en"])
def test_every_shipped_row_can_be_read(texts: Texts, table: str) -> None:
    schema = SCHEMAS[table]
    assert table_title(texts, table) != table
    for row in shipped_documents()[table]["rows"]:
        assert row_title(texts, schema, row)
        said = row_words(texts, schema, row)
        assert "None" not in said
        assert "{'" not in said


def test_a_value_that_is_none_of_its_field_is_shown_as_it_stands() -> None:
    schema = SCHEMAS["working_calendar"]
    row = {"date": "soon", "kind": "long_weekend", "name_en": 7}
    assert row_title(EN, schema, row) == "soon"
    assert row_words(EN, schema, row) == "Kind: long_weekend; Name: 7"
