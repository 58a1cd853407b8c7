"""Every table of the rules, its fields and its codes have words on the screen."""

from typing import Any

import pytest

from clinic_desk.domain.rule_tables import SCHEMAS, TableSchema
from clinic_desk.domain.rule_tables.fields import Code, Codes
from clinic_desk.texts import Language, Texts

TEXTS = Texts(Language.KK)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda schema: schema.name)
def test_a_table_and_its_fields_and_codes_have_words(schema: TableSchema[Any]) -> None:
    wanted = [f"rule_tables.table.{schema.name}"]
    for name, field in schema.all_fields.items():
        wanted.append(f"rule_tables.field.{name}")
        if isinstance(field, Code | Codes) and field.labels:
            wanted += [f"{field.labels}.{code}" for code in field.known]
    assert [key for key in wanted if not TEXTS.has(key)] == []
