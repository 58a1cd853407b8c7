"""`import rules` and `list rules` as a script sees them: exit codes, JSON, sentences and the store."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.rules_of_the_day import TABLES
from tests.commands.program import Said, inside

NOW = "2026-11-27T10:00:00+05:00"


class Shell:
    """Runs commands on one empty practice profile, at a fixed time or another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        open_or_create_profile(folder / "profile", ProfileKind.PRACTICE)

    def run(self, *arguments: str, now: str = NOW, lang: str = "en") -> Said:
        return inside("--profile", str(self.folder / "profile"), "--now", now, "--lang", lang, *arguments)

    def table(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run("list", "rules", name, "--json").out)
        return told

    def file(self, document: object, name: str = "limits.json") -> str:
        path = self.folder / name
        path.write_text(json.dumps(document), "utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def _validity(document: dict[str, Any], days: int | None = None) -> Any:
    row = next(row for row in document["rows"] if row["limit"] == "referral_validity_days")
    if days is not None:
        row["value"] = days
    return row["value"]


def test_the_list_names_every_table(shell: Shell) -> None:
    said = shell.run("list", "rules", "--json")
    rows = json.loads(said.out)["rows"]
    assert said.code == 0
    assert [row["code"] for row in rows] == list(TABLES)
    assert all(row["since"] is None and row["imported_by"] is None for row in rows)
    assert next(row for row in rows if row["code"] == "contacts")["name"] == "The Fund's channels"


def test_what_is_listed_is_edited_and_imported_from_a_day_on(shell: Shell) -> None:
    document = shell.table("limits")
    _validity(document, 10)
    arguments = ("import", "rules", shell.file(document), "--takes-effect", "2027-01-01", "--json")
    dry = json.loads(shell.run(*arguments, "--dry-run").out)
    assert (dry["applied"], dry["import_id"], dry["takes_effect_on"]) == (False, None, "2027-01-01")
    assert [(row["after"]["value"], row["fields"]) for row in dry["changed"]] == [(10, ["value"])]
    assert _validity(shell.table("limits")) == 30
    said = shell.run(*arguments, "--reason", "Order No. 5")
    told = json.loads(said.out)
    assert (said.code, told["applied"], told["table"], told["errors"]) == (0, True, "limits", [])
    assert _validity(shell.table("limits")) == 30
    listed = json.loads(shell.run("list", "rules", "--json").out)["rows"]
    assert next(row for row in listed if row["code"] == "limits")["next_on"] == "2027-01-01"
    later = json.loads(shell.run("list", "rules", "limits", "--json", now="2027-01-01T00:00:00+05:00").out)
    assert _validity(later) == 10


def test_the_same_table_again_is_done_and_writes_nothing(shell: Shell) -> None:
    said = shell.run("import", "rules", shell.file(shell.table("limits")), "--json")
    told = json.loads(said.out)
    assert (said.code, told["applied"], told["changed"]) == (0, False, [])


def test_a_bad_table_is_refused_whole_with_every_row(shell: Shell) -> None:
    document = shell.table("limits")
    _validity(document, 10)
    document["rows"].append(dict(document["rows"][0]))
    document["rows"][1]["source"] = ""
    said = shell.run("import", "rules", shell.file(document), "--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert [(e["row"], e["field"], e["code"]) for e in told["errors"]] == [
        (2, "source", "empty"),
        (len(document["rows"]), "valid_from", "overlap"),
    ]
    assert all(error["message"] for error in told["errors"])
    assert (told["table"], told["applied"]) == ("limits", False)
    assert "2 faults" in said.err
    assert _validity(shell.table("limits")) == 30


def test_a_person_reads_row_and_field(shell: Shell) -> None:
    document = shell.table("limits")
    document["rows"][1]["source"] = ""
    said = shell.run("import", "rules", shell.file(document), lang="ru")
    assert "строка 2, «Источник»: Поле пустое" in said.out
    said = shell.run("import", "rules", shell.file({"format": 7}), lang="kk")
    assert (said.code, "Бағдарламаны жаңартыңыз" in said.out) == (1, True)


def test_a_list_from_a_spreadsheet_names_its_lines(shell: Shell) -> None:
    path = shell.folder / "contacts.csv"
    assert shell.run("list", "rules", "contacts", "--csv", str(path)).code == 0
    content = path.read_bytes()
    path.write_bytes(content.replace(b";tel:1414;", b";ftp://1414;"))
    told = json.loads(shell.run("import", "rules", str(path), "--json").out)
    assert [(e["row"], e["field"], e["code"]) for e in told["errors"]] == [(2, "url", "not_a_link")]
    path.write_bytes(content.replace(b";tel:1414;", b";tel:1415;"))
    told = json.loads(shell.run("import", "rules", str(path), "--json").out)
    assert (told["applied"], told["changed"][0]["after"]["url"]) == (True, "tel:1415")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "rules", "nobody.json"), "cannot be opened"),
        (("import", "rules", "{file}", "--takes-effect", "2026-11-26"), "in the past"),
        (("import", "rules", "{file}", "--takes-effect", "soon"), "soon"),
        (("list", "rules", "taxes"), "taxes"),
        (("list", "doctors", "limits"), "limits"),
    ],
)
def test_wrong_use_ends_with_two(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    document = shell.table("limits")
    _validity(document, 9)
    file = shell.file(document)
    said = shell.run(*(argument.replace("{file}", file) for argument in arguments))
    assert said.code == 2
    assert words in said.err
    assert _validity(shell.table("limits")) == 30


def test_a_file_that_cannot_be_read_makes_no_store(shell: Shell) -> None:
    path = shell.folder / "x.json"
    path.write_text("{", "utf-8")
    assert shell.run("import", "rules", str(path)).code == 2
    assert not (shell.folder / "profile" / "clinic.db").exists()


def test_the_rows_of_a_table_are_told_in_words(shell: Shell) -> None:
    said = shell.run("list", "rules", "working_calendar", lang="ru")
    assert "01.01.2026  Вид: праздник; Название: Новый год" in said.out.splitlines()
    said = shell.run("list", "rules", "insurance_statuses", lang="kk")
    (line,) = [line for line in said.out.splitlines() if line.startswith("Құқық сақталған: 6 ай")]
    assert line.endswith("01.01.2026–")
