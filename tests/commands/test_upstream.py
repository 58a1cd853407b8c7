"""`upstream set` and `upstream check` from a script."""

import os
from pathlib import Path

import pytest

from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.texts import Language, Texts
from tests.commands.program import Said, inside
from tests.services.desk import bytes_of
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import Answer, outcome

RU = Texts(Language.RU)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice profile with nobody in it."""
    path = tmp_path_factory.mktemp("upstream") / "practice"
    open_or_create_profile(path, ProfileKind.PRACTICE)
    return path


def run(folder: Path, *arguments: str, lang: str = "ru", **environ: str) -> Said:
    return inside("--profile", str(folder), "--lang", lang, "upstream", *arguments, environ=environ)


def descriptor(secret: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, secret)
    os.close(writing)
    return reading


def test_nothing_is_set_at_first(tmp_path: Path) -> None:
    open_or_create_profile(tmp_path / "p", ProfileKind.PRACTICE)
    said = run(tmp_path / "p", "check")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == RU.say("upstream.errors.upstream.not_set")


def test_set_with_a_secret_from_a_descriptor_and_check(folder: Path) -> None:
    with served() as server:
        server.guard = lambda headers: (
            None if headers.get("Authorization") == "Bearer t0p-secret" else Answer(401, outcome("no"))
        )
        fd = descriptor(b"t0p-secret\n")
        said = run(folder, "set", server.store.base, "--auth", "bearer", "--secret-fd", str(fd), "--json")
        assert (said.code, said.err) == (0, "")
        assert said.json == {"url": server.store.base, "auth": "bearer", "user": "", "token_url": ""}
        checked = run(folder, "check", "--json")
        assert checked.code == 0
        assert checked.json["is_good"] is True
        assert [row["layer"] for row in checked.json["layers"]] == [
            *("name", "port", "certificate", "sign_in", "fhir", "operations", "clock")
        ]
        server.guard = lambda _: Answer(401, outcome("no"))
        lines = run(folder, "check")
        assert lines.code == 1
        assert RU.say("upstream.check.sign_in.refused") in lines.out.splitlines()[3]
    assert b"t0p-secret" not in bytes_of(folder)
    for lang in Language:
        gone = run(folder, "check", lang=lang.value)
        assert gone.code == 1
        assert len(gone.out.splitlines()) == 7
        assert Texts(lang).say("upstream.check.skipped") in gone.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("https://fhir.example/r4",), "upstream.practice_elsewhere"),
        (("http://fhir.example/r4",), "upstream.not_https"),
        (("fhir.example",), "upstream.address"),
        (("http://127.0.0.1/r4", "--auth", "basic", "--user", "u"), "upstream.secret_needed"),
        (("http://127.0.0.1/r4", "--auth", "basic"), "upstream.user_needed"),
    ],
)
def test_what_is_refused_changes_nothing(folder: Path, arguments: tuple[str, ...], code: str) -> None:
    before = run(folder, "check", "--json").out
    said = run(folder, "set", *arguments, CLINIC_DESK_SECRET="no", CLINIC_DESK_PASSPHRASE="no")
    assert (said.code, said.out) == (1, "")
    assert said.err.strip() == RU.say(f"upstream.errors.{code}")
    assert run(folder, "check", "--json").out == before


def test_files_and_descriptors_that_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    base = "http://127.0.0.1:1/fhir"
    said = run(folder, "set", base, "--ca", str(tmp_path / "absent.pem"))
    assert (said.code, said.err.strip()) == (2, RU.say("upstream.errors.upstream.ca_file"))
    said = run(folder, "set", base, "--auth", "bearer", "--secret-fd", "977")
    assert (said.code, said.err.strip()) == (2, RU.say("upstream.errors.upstream.secret_fd"))
    said = run(folder, "set", base, "--auth", "bearer", "--secret-fd", str(descriptor(b"\xff\xfe")))
    assert (said.code, said.err.strip()) == (2, RU.say("upstream.errors.upstream.secret_fd"))
    assert run(folder, "set", base, "--auth", "digest").code == 2
    assert run(folder).code == 2


def test_forgetting_the_server(folder: Path) -> None:
    assert run(folder, "set", "http://127.0.0.1:1/fhir").code == 0
    said = run(folder, "forget", "--json")
    assert (said.code, said.json) == (0, {"url": None, "waiting": 0})
    assert run(folder, "check").code == 2
    assert RU.say("upstream.command.forgotten", waiting=0) in run(folder, "forget").out


@pytest.mark.parametrize(
    ("command", "key"), [("upstream", "help"), ("sync", "sync.help"), ("outbox", "outbox.help")]
)
def test_help_in_three_languages(command: str, key: str) -> None:
    said = inside(command, "--help")
    assert said.code == 0
    for lang in Language:
        assert Texts(lang).say(f"upstream.{key}") in said.out
