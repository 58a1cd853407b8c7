"""Every code that the program can hand out has its sentence, with the parameters it is given.

Codes are collected from the source itself, so a new one without words fails here.
"""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from clinic_desk.domain import attachment_rules, errors, rules
from clinic_desk.domain.attachment import CaseState, ConsentGiver, ConsentWay
from clinic_desk.domain.catalogue import Package, SupplierRole
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.patient import (
    AgeBand,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.referral import Answer, Payer, PayerReason, PrintState, ReferralStatus
from clinic_desk.resources import read_json as read_once
from clinic_desk.services.rules_of_the_day import TABLES, shipped_tables
from clinic_desk.texts import Language, Texts, areas

SOURCE = Path(errors.__file__).parent.parent
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
read_json = cache(read_once)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

# Areas of the catalogue in which clinic_desk.sentences looks for the sentence of an error.
ERROR_AREAS = [
    area
    for area in areas()
    if area
    in {
        *("errors", "profile", "storage", "imports", "printing", "commands"),
        *("districts", "people", "attachment", "rules", "leaflet"),
        *("sync", "sync_arrivals", "upstream", "shift", "practice_server"),
    }
]


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text("utf-8"))


TREES = list(_trees())


@cache
def _error_classes() -> set[str]:
    """ClinicDeskError and every class of the program derived from it, by name."""
    names = {"ClinicDeskError"}
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    while True:
        more = {name for name, above in bases.items() if above & names} - names
        if not more:
            return names
        names |= more


def _strings(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _strings(node.body) + _strings(node.orelse)
    return []


def _raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, code and parameters (None: not all known) of each error that is made from a literal code."""
    classes = _error_classes()
    for path, tree in TREES:
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func
            name = (
                called.id
                if isinstance(called, ast.Name)
                else called.attr
                if isinstance(called, ast.Attribute)
                else ""
            )
            is_super = name == "__init__" and isinstance(called, ast.Attribute)
            if name not in classes and not is_super:
                continue
            given = {keyword.arg for keyword in node.keywords}
            known = None if None in given else {key for key in given if key}
            for code in _strings(node.args[0]):
                if CODE.fullmatch(code):
                    yield f"{path}:{node.lineno}", code, known


def _sentences(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []


def _placeholders(entry: dict[str, object]) -> set[str]:
    return {name for sentence in _sentences(entry["kk"]) for name in PLACEHOLDER.findall(sentence)}


def _entry(code: str, path: str) -> dict[str, object] | None:
    """The text of a code; what is wrong with a list or one of its rows is said by the area of imports."""
    keys = [(area, f"errors.{code}") for area in ERROR_AREAS]
    if path.startswith(("domain/imports", "tabular", "services/import")):
        keys += [("imports", code), ("imports", f"problem.{code}")]
    for area, key in keys:
        entry: dict[str, object] | None = read_json("texts", f"{area}.json").get(key)
        if entry is not None:
            return entry
    return None


def test_every_error_code_has_a_sentence_and_gives_what_it_asks_for() -> None:
    raised = list(_raised())
    assert len({code for _, code, _ in raised}) > 60
    silent = [f"{place} {code}" for place, code, _ in raised if _entry(code, place) is None]
    assert silent == []
    unfilled = [
        f"{place} {code} lacks {missing}"
        for place, code, known in raised
        if known is not None and (missing := _placeholders(_entry(code, place) or {"kk": ""}) - known)
    ]
    assert unfilled == []


def test_error_sentences_are_short_and_blame_nobody() -> None:
    long = [
        f"{area}.{key} {language}"
        for area in ERROR_AREAS
        for key, entry in read_json("texts", f"{area}.json").items()
        if key.startswith("errors.")
        for language, value in entry.items()
        for sentence in _sentences(value)
        if len(sentence) > 240
    ]
    assert long == []


def test_the_codes_that_docstrings_promise_exist() -> None:
    """A docstring names `a.b` in its error class: no code is promised that has no words."""
    quoted = re.compile(r"`([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)`")
    promised = [
        (f"{path}:{node.lineno}", code)
        for path, tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in _error_classes()
        for code in quoted.findall(ast.get_docstring(node) or "")
        if not code.endswith(".json")
    ]
    assert len(promised) > 20
    assert [f"{place} {code}" for place, code in promised if _entry(code, place) is None] == []


# The modules of rules, the beginning of their codes, and the catalogue that has the sentences.
RULES = [
    ("domain/rules.py", "referral.", "findings"),
    ("domain/attachment_rules.py", "attachment.", "attachment_findings"),
    ("domain/district_rules.py", "district.", "district_findings"),
]


def _literals(path: str) -> Iterator[str]:
    (tree,) = [tree for name, tree in TREES if name == path]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize(("path", "beginning", "area"), RULES)
def test_every_finding_has_its_sentence_and_no_sentence_is_left_over(
    path: str, beginning: str, area: str
) -> None:
    findings = {text for text in _literals(path) if text.startswith(beginning)}
    words = set(read_json("texts", f"{area}.json"))
    assert len(findings) >= 9
    assert findings - words == set()
    assert {key for key in words if key.startswith(beginning)} - findings == set()


def test_everything_that_is_possible_instead_has_its_sentence() -> None:
    """The rules name what is possible in tuples of words without a dot."""
    (tree,) = [tree for path, tree in TREES if path == "domain/rules.py"]
    named = {
        item.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        for item in node.elts
        if isinstance(item, ast.Constant)
    }
    assert named == set(read_json("texts", "instead.json"))


@pytest.mark.parametrize(
    ("path", "area", "least"),
    [
        ("domain/attachment_rules.py", "attachment_findings", 6),
        ("domain/district_rules.py", "district_findings", 2),
    ],
)
def test_everything_that_is_possible_instead_has_its_sentence_beside_the_findings(
    path: str, area: str, least: int
) -> None:
    """These rules name it behind the source of a block, a warning or a note."""
    words = read_json("texts", f"{area}.json")
    said = {key.removeprefix("instead.") for key in words if key.startswith("instead.")}
    (tree,) = [tree for name, tree in TREES if name == path]
    named = {
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in (
            node.args[3:]
            if isinstance(node.func, ast.Name) and node.func.id in {"_block", "_warning"}
            else [item for part in node.args[5:] if isinstance(part, ast.Tuple) for item in part.elts]
        )
        if isinstance(argument, ast.Constant)
    }
    assert len(named) >= least
    assert named == said


LABELS: list[tuple[str, type[StrEnum]]] = [
    ("status", ReferralStatus),
    ("print", PrintState),
    ("insurance", InsuranceStatus),
    ("channel", Channel),
    ("payer", Payer),
    ("package", Package),
    ("attachment", AttachmentState),
    ("basis", AttachmentBasis),
    ("district", DistrictKind),
    ("sex", Sex),
    ("age_band", AgeBand),
    ("reminders", Reminders),
    ("role", SupplierRole),
    ("document", DocumentKind),
    ("no_iin", NoIinReason),
    ("language", SlipLanguage),
    ("case", CaseState),
    ("consent_way", ConsentWay),
    ("consent_giver", ConsentGiver),
]


@pytest.mark.parametrize(("group", "values"), LABELS, ids=[group for group, _ in LABELS])
def test_every_value_a_screen_shows_has_a_label(group: str, values: type[StrEnum]) -> None:
    words = read_json("texts", "labels.json")
    assert [value for value in values if f"{group}.{value}" not in words] == []


def test_every_reason_and_category_of_the_tables_has_a_label() -> None:
    words = read_json("texts", "labels.json")
    reasons = [row.value.code for row in shipped_tables().reasons.rows]
    categories = [row.value.code for row in shipped_tables().categories.rows]
    assert [code for code in reasons if f"reason.{code}" not in words] == []
    assert [code for code in categories if f"category.{code}" not in words] == []


def test_every_part_of_a_verdict_has_words() -> None:
    words = read_json("texts", "verdict.json")
    wanted = [f"answer.{answer}" for answer in Answer]
    wanted += [f"payer.{payer}" for payer in Payer]
    wanted += [f"sentence.{reason}" for reason in PayerReason if reason is not PayerReason.CONTRACT]
    wanted += [f"chip.{reason}" for reason in PayerReason if reason is not PayerReason.CONTRACT]
    wanted += ["chip.contract.other", "sentence.contract.other"]
    assert [key for key in wanted if key not in words] == []


def test_no_label_of_a_status_is_left_over() -> None:
    words = read_json("texts", "labels.json")
    for group, values in LABELS:
        known = {f"{group}.{value}" for value in values} | {"language.en", "district.short"}
        assert {key for key in words if key.startswith(f"{group}.")} - known == set()


def test_every_source_of_a_rule_has_words() -> None:
    """The registrar reads where a rule comes from in their own language."""
    texts = Texts(Language.KK)
    tables = [read_json("rules", f"{name}.json") for name in TABLES]
    sources = {row["source"] for table in tables for row in table["rows"]}
    for module in (rules, attachment_rules):
        sources |= {value for name, value in vars(module).items() if name.startswith("SOURCE_")}
    assert len(sources) > len(tables)
    assert [source for source in sorted(sources) if not texts.has(f"sources.{source}")] == []
