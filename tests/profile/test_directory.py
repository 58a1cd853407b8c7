"""Which folder is meant, and that a folder is made, opened or refused whole."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.profile import directory
from clinic_desk.profile.directory import (
    Profile,
    ProfileChoice,
    ProfileRefused,
    choose_profile,
    open_or_create_profile,
)
from clinic_desk.profile.kind import ProfileKind

CLINIC, PRACTICE = ProfileKind.CLINIC, ProfileKind.PRACTICE


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(directory, "_default_folder", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("argument", "variable", "command", "folder", "kind"),
    [
        (None, None, False, "clinic", CLINIC),
        ("", "", False, "clinic", CLINIC),
        ("practice", None, False, "practice", PRACTICE),
        (None, "practice", False, "practice", PRACTICE),
        (None, None, True, "practice", PRACTICE),
        ("practice", "/somewhere", False, "practice", PRACTICE),
    ],
)
def test_the_word_the_variable_and_the_default(
    elsewhere: Path, argument: str | None, variable: str | None, command: bool, folder: str, kind: ProfileKind
) -> None:
    environ = {} if variable is None else {"CLINIC_DESK_PROFILE": variable}
    assert choose_profile(argument, environ, practice=command) == ProfileChoice(elsewhere / folder, kind)


def test_a_folder_goes_before_the_variable_and_is_made_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"CLINIC_DESK_PROFILE": str(tmp_path / "of-variable")}
    assert choose_profile("desk", environ) == ProfileChoice(tmp_path / "desk", None)
    assert choose_profile("./practice", environ) == ProfileChoice(tmp_path / "practice", None)
    assert choose_profile(None, environ) == ProfileChoice(tmp_path / "of-variable", None)
    assert choose_profile("desk", {}, practice=True) == ProfileChoice(tmp_path / "desk", PRACTICE)
    assert choose_profile("~/desk", {}).path == Path.home() / "desk"


def test_the_default_lies_in_the_users_own_data_folder() -> None:
    path = choose_profile(None, {}).path
    assert path.is_relative_to(Path.home())
    assert path.parts[-2:] == ("clinic-desk", "clinic")


@pytest.mark.parametrize("kind", list(ProfileKind))
def test_made_once_and_the_same_ever_after(tmp_path: Path, kind: ProfileKind) -> None:
    folder = tmp_path / "деңгей" / "a b" / "desk"
    made = open_or_create_profile(folder, kind)
    assert made == Profile(folder, kind, made.id)
    assert uuid.UUID(made.id).version == 4
    assert made.is_practice is (kind is PRACTICE)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "profile.json").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in folder.iterdir()] == ["profile.json"]
    before = contents(folder)
    assert open_or_create_profile(folder, kind) == made
    assert open_or_create_profile(folder, None) == made
    assert contents(folder) == before


def test_an_empty_folder_is_taken_and_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o755)
    assert open_or_create_profile(folder, None).kind is CLINIC
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("is_", "wanted"), [(CLINIC, PRACTICE), (PRACTICE, CLINIC)])
def test_one_kind_never_becomes_the_other(tmp_path: Path, is_: ProfileKind, wanted: ProfileKind) -> None:
    open_or_create_profile(tmp_path / "p", is_)
    before = contents(tmp_path)
    with pytest.raises(ProfileRefused) as refused:
        open_or_create_profile(tmp_path / "p", wanted)
    assert refused.value.code == f"profile.is_{is_.value}"
    assert contents(tmp_path) == before


GOOD = {"format": 1, "program": "clinic-desk", "kind": "clinic", "id": "8e0f6f3c-9a51-4f0a-9d0e-55d0a4a8f0d1"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (json.dumps(GOOD | {"format": 2}), "profile.newer"),
        (json.dumps(GOOD | {"format": 10**400}), "profile.newer"),
        (json.dumps(GOOD | {"format": 0}), "profile.damaged"),
        (json.dumps(GOOD | {"format": True}), "profile.damaged"),
        (json.dumps(GOOD | {"format": "1"}), "profile.damaged"),
        (json.dumps(GOOD | {"kind": "hospital"}), "profile.damaged"),
        (json.dumps(GOOD | {"id": "../../etc"}), "profile.damaged"),
        (json.dumps(GOOD | {"id": None}), "profile.damaged"),
        (json.dumps(GOOD | {"program": "other"}), "profile.not_ours"),
        ("{}", "profile.not_ours"),
        ("[]", "profile.damaged"),
        ("", "profile.damaged"),
        (json.dumps(GOOD)[:-3], "profile.damaged"),
        (json.dumps(GOOD)[:-1] + ', "kind": "practice"}', "profile.damaged"),
        (json.dumps(GOOD)[:-1] + ', "more": NaN}', "profile.damaged"),
        ("[" * 50_000, "profile.damaged"),
        (" " * 70_000 + json.dumps(GOOD), "profile.damaged"),
    ],
)
def test_a_strange_description_is_refused_and_untouched(tmp_path: Path, text: str, code: str) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "profile.json").write_text(text, encoding="utf-8")
    (folder / "clinic.db").write_bytes(b"data")
    before, mode = contents(folder), folder.stat().st_mode
    with pytest.raises(ProfileRefused) as refused:
        open_or_create_profile(folder, None)
    assert refused.value.code == code
    assert contents(folder) == before
    assert folder.stat().st_mode == mode


def test_more_fields_of_the_same_format_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(GOOD | {"label": "x"}), encoding="utf-8")
    assert open_or_create_profile(tmp_path, None).id == GOOD["id"]


@pytest.mark.parametrize("name", ["clinic.db", "letter.txt", ".hidden", "folder/"])
def test_a_folder_of_others_is_refused_and_untouched(tmp_path: Path, name: str) -> None:
    if name.endswith("/"):
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(b"theirs")
    before, mode = sorted(tmp_path.rglob("*")), tmp_path.stat().st_mode
    with pytest.raises(ProfileRefused) as refused:
        open_or_create_profile(tmp_path, CLINIC)
    assert refused.value.code == "profile.not_ours"
    assert sorted(tmp_path.rglob("*")) == before
    assert tmp_path.stat().st_mode == mode


def test_what_a_killed_first_start_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".clinic-desk-profile.json.0123456789abcdef.part").write_bytes(b'{"for')
    assert open_or_create_profile(tmp_path, CLINIC).kind is CLINIC


def test_first_starts_at_the_same_moment_get_one_profile(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from clinic_desk.profile.directory import open_or_create_profile\n"
        "sys.stdin.readline()\n"
        "print(open_or_create_profile(pathlib.Path(sys.argv[1]), None).id)\n"
    )
    for round_ in range(3):
        folder = tmp_path / str(round_)
        starts = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for start in starts:
            assert start.stdin is not None
            start.stdin.write("\n")
            start.stdin.flush()
        ids = [start.communicate(timeout=60)[0].strip() for start in starts]
        assert len(set(ids)) == 1
        assert ids[0] == open_or_create_profile(folder, None).id


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"a file")
    for path in (tmp_path / "p", tmp_path / "p" / "deeper"):
        with pytest.raises(ProfileRefused) as refused:
            open_or_create_profile(path, CLINIC)
        assert refused.value.code == "profile.unwritable"
    assert (tmp_path / "p").read_bytes() == b"a file"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as refused:
        open_or_create_profile(Path("/proc/clinic-desk-test/desk"), CLINIC)
    assert refused.value.code == "profile.unwritable"


@pytest.fixture
def guest_folder() -> Iterator[Path]:
    """A folder anybody may enter and nobody but its owner may write in, outside the private test folders."""
    folder = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
    (folder / "empty").mkdir()
    (folder / "empty").chmod(0o555)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_place_without_the_right_to_write(guest_folder: Path) -> None:
    as_root = os.geteuid() == 0
    if as_root:
        os.seteuid(65534)  # rights do not hold root back
    try:
        for path in (guest_folder / "new", guest_folder / "empty"):
            with pytest.raises(ProfileRefused) as refused:
                open_or_create_profile(path, CLINIC)
            assert refused.value.code == "profile.unwritable"
    finally:
        if as_root:
            os.seteuid(0)
    assert [p.name for p in guest_folder.rglob("*")] == ["empty"]


def test_a_network_place_is_refused_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "is_network_place", lambda _path: True)
    with pytest.raises(ProfileRefused) as refused:
        open_or_create_profile(tmp_path / "p", CLINIC)
    assert refused.value.code == "profile.network"
    assert not (tmp_path / "p").exists()


def test_refusals_are_errors_a_person_can_act_on() -> None:
    assert issubclass(ProfileRefused, ClinicDeskError)
