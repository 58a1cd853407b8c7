"""`list`, `search`, `practice` and what is common to all commands."""

import datetime as dt
import os
from pathlib import Path

import pytest

from clinic_desk import __version__
from clinic_desk.practice.showcase import showcase
from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.texts import Language, Texts
from tests.commands.conftest import MARKUP_NAME, Practice
from tests.commands.program import TIME, inside, process
from tests.services.desk import bytes_of

SHOWN = len(showcase(dt.date(2026, 11, 23)))
"""The people every practice clinic has on top of those asked for."""
ROWS = {
    "services": {"code", "name", "id", "package"},
    "suppliers": {"code", "name", "id", "state", "listed", "complete", "listed_from", "listed_to"},
    "doctors": {"code", "name", "id", "specialty"},
    "districts": {
        *("code", "name", "id", "kind", "doctor", "people", "children"),
        *("norm", "norm_set_by_organisation", "doctor_people", "streets"),
    },
    "reasons": {"code", "name", "key"},
}


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_lists_have_rows_with_code_and_name(practice: Practice, kind: str) -> None:
    said = practice.run("list", kind, "--json")
    assert (said.code, said.err) == (0, "")
    rows = said.json["rows"]
    assert rows
    assert set(said.json) == {"rows"}
    for row in rows:
        assert set(row) == ROWS[kind]
        assert row["name"]
    people = practice.run("list", kind)
    assert len(people.out.splitlines()) == len(rows)
    assert people.out.splitlines()[0].startswith(f"{rows[0]['code']}  {rows[0]['name']}")


@pytest.mark.parametrize("language", list(Language))
def test_the_five_reasons_in_each_language(practice: Practice, language: Language) -> None:
    rows = practice.run("list", "reasons", "--json", lang=language.value).json["rows"]
    assert [row["key"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["name"] for row in rows] == [
        Texts(language).say(f"labels.reason.{row['code']}") for row in rows
    ]


def test_the_practice_clinic_has_twenty_districts_and_sixty_suppliers(practice: Practice) -> None:
    districts = practice.run("list", "districts", "--json").json["rows"]
    assert len(districts) == 20
    assert all(row["streets"] and row["norm"] and row["norm_set_by_organisation"] for row in districts)
    assert [row["children"] for row in districts if row["kind"] == "therapeutic"] == [0] * 4
    assert all(row["people"] == row["children"] for row in districts if row["kind"] == "pediatric")
    load = f"{districts[0]['people']} / 1\N{NO-BREAK SPACE}700"
    assert practice.run("list", "districts", lang="ru").out.splitlines()[0].endswith(load)
    assert len(practice.run("list", "suppliers", "--json").json["rows"]) == 60


def test_suppliers_of_a_service_earliest_first(practice: Practice) -> None:
    rows = practice.run("list", "suppliers", "--service", practice.service, "--json").json["rows"]
    assert rows
    earliest = [row["earliest"] or "9999" for row in rows]
    assert earliest == sorted(earliest)
    for row in rows:
        if row["wait_days"] is not None:
            assert (
                row["earliest"] == (dt.date(2026, 11, 23) + dt.timedelta(days=row["wait_days"])).isoformat()
            )
        assert row["role"] in {"supplier", "co_executor"}


def test_suppliers_of_an_unknown_service(practice: Practice) -> None:
    said = practice.run("list", "suppliers", "--service", "Z99")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == Texts(Language.RU).say("commands.errors.commands.unknown_service", code="Z99")


def test_the_real_process_lists_and_searches(practice: Practice) -> None:
    digits = practice.person()
    found = practice.process("search", digits, "--json")
    assert (found.code, found.err, len(found.json["hits"])) == (0, "", 1)
    assert practice.process("list", "reasons").out.splitlines()[0] == "no_specialist  Нет специалиста"
    wrong = practice.process("list", "everything")
    assert (wrong.code, wrong.out, len(wrong.err.splitlines())) == (2, "", 1)


# Search ----------------------------------------------------------------------------------------


def test_search_finds_people_and_masks_their_iin(practice: Practice) -> None:
    digits = practice.person()
    said = practice.run("search", digits, "--json")
    assert said.code == 0
    (hit,) = said.json["hits"]
    assert set(hit) == {"patient_id", "name", "birth_date", "iin_masked", "match"}
    assert (hit["name"], hit["birth_date"], hit["match"]) == (f"{MARKUP_NAME} Әлихан", "1977-07-07", "iin")
    assert hit["iin_masked"] == f"{digits[:6]} ••{digits[8:]}"
    assert digits not in said.out
    assert hit["patient_id"] == practice.id_of(digits)


def test_search_joins_words_and_keeps_the_limit(practice: Practice) -> None:
    for _ in range(3):
        practice.person()
    few = practice.run("search", "иванов", "алихан", "--limit", "2", "--json")
    assert len(few.json["hits"]) == 2
    assert len(practice.run("search", "Иванов", "--limit", "1").out.splitlines()) == 1


def test_a_name_is_printed_as_it_is(practice: Practice) -> None:
    (line,) = practice.run("search", practice.person()).out.splitlines()
    assert f"{MARKUP_NAME} Әлихан" in line


@pytest.mark.parametrize("language", list(Language))
def test_nobody_found_is_said_and_is_no_error(practice: Practice, language: Language) -> None:
    said = practice.run("search", "Қзвцпфжхч", lang=language.value)
    assert (said.code, said.err) == (0, "")
    assert said.out.strip() == Texts(language).say("commands.nobody_found")
    assert practice.run("search", "Қзвцпфжхч", "--json").json == {"hits": []}


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE patients; --", '"*', "%", "\u202e", "a" * 5000, "-", "NEAR(", "🙂"]
)
def test_any_text_may_be_searched_for(practice: Practice, text: str) -> None:
    assert practice.run("search", "--json", "--", text).code == 0


# Practice --------------------------------------------------------------------------------------


def test_practice_is_made_once_said_to_be_made_up_and_made_anew_on_demand(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    common = ("practice", "--people", "40", "--no-window", "--profile", str(folder), "--lang", "en")
    first = process(*common)
    assert (first.code, first.err) == (0, "")
    assert first.out.strip() == Texts(Language.EN).say("commands.practice_ready", people=40 + SHOWN)
    assert "password" in first.out
    key, database = (folder / "practice.key").read_bytes(), (folder / "clinic.db").read_bytes()
    assert process(*common, "--people", "50").out == first.out  # it is there: nothing is made
    assert (folder / "clinic.db").read_bytes() == database
    anew = process(*common, "--people", "50", "--reset", "--json")
    assert anew.json == {"people": 50 + SHOWN, "profile": str(folder)}
    assert (folder / "practice.key").read_bytes() == key
    assert process("search", "а", "--profile", str(folder), "--json").code == 0


def test_the_word_practice_and_the_variable_name_the_same_profile(tmp_path: Path) -> None:
    environ = {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    made = process("practice", "--people", "20", "--no-window", "--json", environ=environ)
    assert made.json["profile"] == str(tmp_path / "data" / "clinic-desk" / "practice")
    by_word = process("list", "reasons", "--profile", "practice", "--json", environ=environ)
    by_variable = process("list", "reasons", "--json", environ=environ | {"CLINIC_DESK_PROFILE": "practice"})
    assert by_word.code == by_variable.code == 0
    assert by_word.json == by_variable.json


def test_practice_keeps_its_hands_off_a_real_clinic(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    open_or_create_profile(folder, ProfileKind.CLINIC)
    before = bytes_of(folder)
    for more in ((), ("--reset",)):
        said = inside("practice", "--no-window", "--profile", str(folder), *more, "--lang", "en")
        assert said.code == 2
        assert len(said.err.splitlines()) == 1
    after = bytes_of(folder)
    assert {name: content for name, content in after.items() if name != "profile.lock"} == before


# All commands ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(Language))
def test_a_fixed_time_is_for_practice_only(tmp_path: Path, language: Language) -> None:
    sentence = Texts(language).say("commands.errors.commands.now_only_in_practice")
    clinic = tmp_path / "clinic"
    open_or_create_profile(clinic, ProfileKind.CLINIC)
    before = bytes_of(tmp_path)
    for folder in (clinic, tmp_path / "nothing-yet"):
        said = inside("list", "reasons", "--profile", str(folder), "--now", TIME, "--lang", language.value)
        assert (said.code, said.out, said.err.strip()) == (2, "", sentence)
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "everything"),
        ("search",),
        ("refer",),
        ("refer", "--iin", "1", "--patient", "2"),
        ("practice", "--people", "0"),
        ("practice", "--people", "many"),
        ("import", "people", "x.csv"),
        ("nonsense",),
        ("list", "reasons", "--now", "yesterday"),
        ("list", "reasons", "--now", "2026-11-23T09:41:00"),
        ("list", "reasons", "--lang", "de"),
        ("list", "reasons", "--wrong"),
        ("search", "x", "--limit", "some"),
    ],
)
def test_wrong_use_ends_2_with_one_sentence(arguments: tuple[str, ...]) -> None:
    said = inside(*arguments, "--lang", "en") if "--lang" not in arguments else inside(*arguments)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert "--help" in said.err


@pytest.mark.parametrize(
    ("setting", "language"),
    [("ru_RU.UTF-8", "ru"), ("en_GB.UTF-8", "en"), ("kk_KZ", "kk"), ("C", "kk"), ("", "kk")],
)
def test_without_lang_the_environment_chooses_and_kazakh_is_first(setting: str, language: str) -> None:
    said = inside(
        "list", "nothing", environ={"LC_ALL": setting, "LC_MESSAGES": "", "LANG": "", "PYTHONUTF8": "1"}
    )
    start = Texts(Language(language)).say("commands.wrong_use", what="", program="").split(":")[0]
    assert said.err.startswith(start)


@pytest.mark.parametrize("words", [("--lang", "en"), ("--lang=en",)])
def test_wrong_use_is_told_in_the_language_that_was_asked_for(words: tuple[str, ...]) -> None:
    said = inside("list", "nothing", *words, environ={"LC_ALL": "kk_KZ"})
    start = Texts(Language.EN).say("commands.wrong_use", what="", program="").split(":")[0]
    assert said.err.startswith(start)


def test_a_clinic_without_a_keyring_and_without_a_terminal_is_told_so(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    environ = {"DBUS_SESSION_BUS_ADDRESS": "", "DISPLAY": ""}
    said = process("list", "reasons", "--profile", str(folder), "--lang", "en", environ=environ)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == Texts(Language.EN).say("profile.errors.key.passphrase_needed")
    assert not (folder / "clinic.db").exists()


@pytest.mark.parametrize("damage", ["profile", "key", "database", "not a store", "foreign folder"])
def test_an_unusable_profile_is_a_sentence_and_stays_as_it_was(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "p"
    if damage == "foreign folder":
        folder.mkdir()
        (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    else:
        inside("practice", "--people", "20", "--no-window", "--profile", str(folder))
        file = folder / {"profile": "profile.json", "key": "practice.key"}.get(damage, "clinic.db")
        content = file.read_bytes()
        file.write_bytes(
            {
                "profile": b"{",
                "key": b"nonsense",
                "database": content[:5000] + bytes(3000) + content[8000:],
                "not a store": b"SQLite format 3\x00" + bytes(8000),
            }[damage]
        )
    before = bytes_of(folder)
    for language in Language:
        said = inside("list", "reasons", "--profile", str(folder), "--lang", language.value)
        if damage == "database":
            # Only a page that is read is missed; whatever is said, it is a sentence or the list.
            assert said.code in {0, 2}
        else:
            assert (said.code, said.out) == (2, "")
            assert len(said.err.splitlines()) == 1
            assert Texts(language).say("errors.errors.unexpected", code="").split("(")[0] not in said.err
    after = bytes_of(folder)
    after.pop("profile.lock", None)
    before.pop("profile.lock", None)
    assert damage == "database" or after == before


def test_the_version(practice: Practice) -> None:
    said = process("--version")
    assert (said.code, said.out.strip()) == (0, f"clinic-desk {__version__}")


def test_a_reader_that_goes_away_is_no_traceback(practice: Practice) -> None:
    read, write = os.pipe()
    os.close(read)
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "clinic_desk", "list", "services", "--profile", str(practice.folder)],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert b"Traceback" not in done.stderr
