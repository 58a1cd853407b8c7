"""Every code that reading and parsing can give has its sentence in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.resources import read_json
from clinic_desk.tabular.encoding import CODECS
from clinic_desk.texts import Language, Texts
from tests.domain.imports.rows_of import fields_of

SOURCE = Path(__file__).parents[3] / "clinic_desk"
TEXTS = Texts(Language.KK)
PROBLEM = re.compile(
    r"""(?:problem|warn|note|RowProblem|CellRemark|InvalidAmount|InvalidDate|InvalidIin|InvalidBin|InvalidName|InvalidIcdCode)\(
        \s*f?"([^"]+)"(?:\s+if[^"]+else\s+"([^"]+)")?""",
    re.VERBOSE,
)
CODE = re.compile(r'"((?:row|date|icd|cell|quotes)\.[a-z_]+)"')


def codes_in(*files: Path) -> set[str]:
    found: set[str] = set()
    for file in files:
        text = file.read_text("utf-8")
        found |= {code for match in PROBLEM.finditer(text) for code in match.groups() if code}
        found |= set(CODE.findall(text))
    return {code.replace("{kind}", kind) for code in found for kind in ("iin", "bin") if "." in code} - {
        "cell.text"
    }


def test_every_problem_has_a_sentence() -> None:
    files = [*(SOURCE / "domain/imports").glob("*.py"), *(SOURCE / "tabular").glob("*.py")]
    domain = [SOURCE / "domain" / f"{name}.py" for name in ("iin", "bin", "names", "catalogue")]
    codes = codes_in(*files, *domain)
    assert {"iin.check_digit", "bin.scientific", "row.contradicts", "date.impossible", "icd.block"} <= codes
    assert sorted(code for code in codes if not TEXTS.has(f"imports.problem.{code}")) == []


def test_every_unusable_file_has_a_sentence() -> None:
    raised = {
        code
        for file in (SOURCE / "tabular").glob("*.py")
        for call in re.findall(r"UnusableFile\(([^()]*(?:\([^()]*\)[^()]*)*)\)", file.read_text("utf-8"))
        for code in re.findall(r'"([a-z_]+)"', call)
    }
    assert {"empty", "zip_bomb", "has_nul", "unsafe_xml", "old_excel", "no_headings"} <= raised
    assert sorted(code for code in raised if not TEXTS.has(f"imports.file.{code}")) == []


@pytest.mark.parametrize("code", ["form", "unknown_field", "no_such_heading", "field_twice", "heading_twice"])
def test_every_wrong_mapping_has_a_sentence(code: str) -> None:
    params = dict.fromkeys(("text", "field", "fields", "heading"), "x")
    assert TEXTS.say(f"imports.map.{code}", **params)


def test_kinds_fields_and_encodings_have_names() -> None:
    for kind in ImportKind:
        assert TEXTS.has(f"imports.kind.{kind}")
        assert set(read_json("imports", f"{kind}.json")) == {"required", "fields"}
        for field in fields_of(kind).names:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field)
            assert TEXTS.has(f"imports.field.{field}"), field
    for encoding in CODECS:
        assert TEXTS.has(f"imports.encoding.{encoding}")


def test_required_fields_exist() -> None:
    for kind in ImportKind:
        fields = fields_of(kind)
        assert {name for group in fields.required for name in group} <= set(fields.names)
