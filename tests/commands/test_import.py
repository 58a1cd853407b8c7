"""`clinic-desk import` as a script sees it: exit codes, JSON, sentences and the store."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.commands.main import main
from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from tests.supplier_lists import BROKEN, HEADINGS, ROWS, broken_rows, supplier_rows, text, write_list


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile"
    open_or_create_profile(path, ProfileKind.PRACTICE)
    return path


class Shell:
    """Runs commands on one profile."""

    def __init__(self, profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._profile = profile
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *arguments: object, lang: str = "ru") -> int:
        self._capsys.readouterr()
        try:
            code = main([*map(str, arguments), "--profile", str(self._profile), "--lang", lang])
        except SystemExit as stop:
            code = int(str(stop.code))
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    @property
    def told(self) -> dict[str, Any]:
        (line,) = self.out.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    def suppliers(self) -> list[dict[str, Any]]:
        assert self.run("list", "suppliers", "--json") == 0
        rows: list[dict[str, Any]] = self.told["rows"]
        return rows


@pytest.fixture
def shell(profile: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(profile, capsys)


def few(tmp_path: Path, *rows: tuple[str, ...], name: str = "few.csv") -> Path:
    path = tmp_path / name
    path.write_text(text([list(row) for row in rows]), encoding="utf-8")
    return path


def counted(told: dict[str, Any]) -> tuple[int, ...]:
    return tuple(told[name] for name in ("rows", "new", "changed", "same", "refused"))


def test_three_broken_rows_of_5000_are_named_and_nothing_is_applied(shell: Shell, tmp_path: Path) -> None:
    path = write_list(tmp_path, "cp1251")
    assert shell.run("import", "suppliers", path, "--json") == 1
    told = shell.told
    assert counted(told) == (ROWS, ROWS - 3, 0, 0, 3)
    assert [(e["row"], e["column"], e["code"]) for e in told["errors"]] == [
        (line, HEADINGS[column], code) for line, (column, _, code) in sorted(BROKEN.items())
    ]
    assert told["errors"][0]["message"] == "БИН: 11 цифр вместо 12"
    assert (told["encoding"], told["delimiter"], told["sheet"]) == ("cp1251", ";", None)
    assert (told["applied"], told["import_id"]) == (False, None)
    assert shell.err == "Ошибки в 3 строках. Ничего не загружено: исправьте файл или добавьте --skip-bad.\n"
    assert shell.suppliers() == []


@pytest.mark.parametrize("form", ["utf-8", "cp1251", "utf-16", "xlsx"])
def test_skipping_the_bad_rows_applies_the_others(shell: Shell, tmp_path: Path, form: str) -> None:
    path = write_list(tmp_path, form)
    assert shell.run("import", "suppliers", path, "--skip-bad", "--json") == 1
    told = shell.told
    assert counted(told) == (ROWS, 4_997, 0, 0, 3)
    assert {e["row"] for e in told["errors"]} == set(BROKEN)
    assert told["applied"] is True
    assert told["import_id"]
    assert shell.err == ""
    assert {row["code"] for row in shell.suppliers()} == {
        row[0] for line, row in enumerate(supplier_rows(), start=2) if line not in BROKEN
    }
    assert shell.run("import", "suppliers", path, "--skip-bad", "--json") == 1
    assert counted(shell.told) == (ROWS, 0, 0, 4_997, 3)


def test_a_dry_run_writes_nothing_and_ends_as_the_import_would(shell: Shell, tmp_path: Path) -> None:
    good = few(tmp_path, *supplier_rows(3))
    assert shell.run("import", "suppliers", good, "--dry-run", "--json") == 0
    assert counted(shell.told) == (3, 3, 0, 0, 0)
    assert shell.told["applied"] is False
    assert shell.suppliers() == []
    bad = few(tmp_path, *map(tuple, broken_rows()[:20]), name="bad.csv")
    for extra in ([], ["--skip-bad"]):
        assert shell.run("import", "suppliers", bad, "--dry-run", "--json", *extra) == 1
        assert (shell.told["refused"], shell.err) == (1, "")
    assert shell.suppliers() == []


def test_good_rows_end_with_0_and_a_sentence(shell: Shell, tmp_path: Path) -> None:
    path = few(tmp_path, *supplier_rows(3))
    assert shell.run("import", "suppliers", path) == 0
    assert shell.out == "Загружено: новых 3, изменено 0, без изменений 0, с ошибкой 0, пропущено 0.\n"
    assert shell.run("import", "suppliers", path, lang="kk") == 0
    assert shell.out == "Жүктелді: жаңа 0, өзгерген 0, өзгермеген 3, қатесі бар 0, өткізілген 0.\n"


def test_people_are_told_each_bad_cell(shell: Shell, tmp_path: Path) -> None:
    path = few(tmp_path, *map(tuple, broken_rows()[:20]))
    assert shell.run("import", "suppliers", path) == 1
    assert "Строка 18, «БИН/ИИН»: БИН: 11 цифр вместо 12. Проверьте в списке на сайте Фонда" in shell.out


def test_a_mapping_is_used_and_remembered(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text("Code;Специальность;Name_ru;TarificatrCode\n1;Кардиолог;Приём, первичный;A02.004.000\n")
    mapping = "code=TarificatrCode,name=Name_ru,specialty=Специальность"
    assert shell.run("import", "services", path, "--map", mapping, "--dry-run", "--json") == 0
    assert shell.told["columns"] == {
        "code": "TarificatrCode",
        "name": "Name_ru",
        "specialty": "Специальность",
    }
    assert shell.told["unknown_columns"] == ["Code"]
    assert shell.run("import", "services", path, "--map", mapping, "--json") == 0
    assert shell.run("import", "services", path, "--json") == 0
    assert counted(shell.told) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (b"", (), "Файл пуст. Ничего не изменено."),
        (None, (), "Файл не открылся."),
        (b"%PDF-1.4 not a list", (), "Это файл другого вида."),
        ("Имя;Город\nА;Б\n".encode(), (), "Не найден нужный столбец: Наименование."),
        ("Наименование;Город\nА;Б\n".encode(), ("--map", "name=Нет"), "В файле нет заголовка «Нет»"),
        ("Наименование;Город\nА;Б\n".encode(), ("--map", "nobody=Город"), "Поля «nobody» нет."),
        ("Наименование;Город\nА;Б\n".encode(), ("--map", "что-то"), "Столбцы пишутся так:"),
    ],
)
def test_an_unusable_file_or_mapping_ends_with_2_and_one_sentence(
    shell: Shell,
    profile: Path,
    tmp_path: Path,
    content: bytes | None,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    assert shell.run("import", "suppliers", path, *arguments, "--json") == 2
    assert shell.out == ""
    (line,) = shell.err.splitlines()
    assert line.startswith(sentence)
    assert shell.suppliers() == []


def test_a_file_that_cannot_be_read_does_not_even_make_a_store(
    shell: Shell, profile: Path, tmp_path: Path
) -> None:
    before = sorted(profile.iterdir())
    assert shell.run("import", "suppliers", tmp_path / "absent.csv") == 2
    assert sorted(profile.iterdir()) == before


@pytest.mark.parametrize("arguments", [("people", "x.csv"), ("suppliers",), ("suppliers", "x", "--sheet")])
def test_wrong_use_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell.run("import", *arguments) == 2
    assert len(shell.err.splitlines()) == 1


def test_a_large_list_asks_for_the_switch(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = "".join(
        f"A{n // 1_000_000:02}.{n // 1000 % 1000:03}.{n % 1000:03};Қызмет {n}\n" for n in range(50_001)
    )
    path.write_text("Код;Наименование\n" + rows, encoding="utf-8")
    assert shell.run("import", "services", path, "--json") == 2
    assert "--large" in shell.err
    assert shell.run("import", "services", path, "--large", "--dry-run", "--json") == 0
    assert counted(shell.told) == (50_001, 50_001, 0, 0, 0)


def test_the_encoding_and_the_sheet_can_be_said(shell: Shell, tmp_path: Path) -> None:
    path = few(tmp_path, *supplier_rows(2))
    assert shell.run("import", "suppliers", path, "--encoding", "cp1251") == 2
    assert shell.err.startswith("Не найден нужный столбец: Наименование.")
    book = write_list(tmp_path, "xlsx")
    assert shell.run("import", "suppliers", book, "--sheet", "Тізім", "--dry-run", "--json") == 1
    assert shell.told["sheet"] == "Тізім"
    assert shell.run("import", "suppliers", book, "--sheet", "Лист9") == 2
    assert shell.err == "В книге нет такого листа.\n"


def test_cells_cannot_move_the_cursor_of_a_terminal(shell: Shell, tmp_path: Path) -> None:
    row = ["12034000012", "\x1b[2JҚұпия", *supplier_rows(1)[0][2:]]
    path = tmp_path / "evil.csv"
    path.write_text("БИН/ИИН;Наименование\x1b[2J;Регион\n" + ";".join(row[:3]) + "\n", encoding="utf-8")
    assert shell.run("import", "suppliers", path, "--map", "name=#2") == 1
    assert "\x1b" not in shell.out + shell.err


def test_streets_of_two_districts_are_refused_with_both_rows(shell: Shell, tmp_path: Path) -> None:
    doctors = tmp_path / "doctors.csv"
    doctors.write_text("Код;Фамилия;Имя;Участок\nV1;Ахметова;Дана;3\nV2;Ким;Олег;5\n", encoding="utf-8")
    assert shell.run("import", "doctors", doctors) == 0
    path = tmp_path / "streets.csv"
    lines = ("Улица;Дома;Участок", "Абай көшесі;1-25;3", "ул. Абай;нечётные;5", "ул. Садовая;;7")
    path.write_text("\n".join(lines), encoding="utf-8")
    assert shell.run("import", "streets", path) == 1
    assert "Пересекается со строкой 2: там эти дома отданы участку № 3" in shell.out
    assert "Участка № 7 нет" in shell.out
    assert shell.run("list", "districts", "--json") == 0
    assert [row["streets"] for row in shell.told["rows"]] == [0, 0]
    assert shell.run("import", "streets", path, "--skip-bad") == 1
    assert shell.run("list", "districts", "--json") == 0
    assert [(row["code"], row["streets"]) for row in shell.told["rows"]] == [("3", 1), ("5", 0)]
