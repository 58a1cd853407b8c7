"""`sync` exchanges without a window: figures, exit code, and why nothing came."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic_desk.bootstrap import open_profile
from clinic_desk.domain.iin import Sex
from clinic_desk.profile.directory import ProfileChoice, open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.person_form import PersonForm
from clinic_desk.texts import Language, Texts
from tests.commands.program import Said, inside
from tests.services.desk import iin
from tests.upstream.fhir_http import _Server, served
from tests.upstream.fhir_store import Answer, outcome

RU = Texts(Language.RU)
FIGURES = ["sent", "accepted", "rejected", "conflicts", "waiting", "pulled", "last_success"]
Desk = tuple[Path, Callable[[str], None]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A practice profile, and what registers one more person in it."""
    folder = tmp_path_factory.mktemp("sync") / "practice"
    open_or_create_profile(folder, ProfileKind.PRACTICE)

    def register(place: str) -> None:
        profile = open_profile(ProfileChoice(folder, None), state=folder.parent / "state")
        form = PersonForm(
            iin=iin(f"7707073{place}"),
            surname="Сейітқали",
            given_name="Әлихан",
            birth_date=dt.date(1977, 7, 7),
            sex=Sex.MALE,
        )
        try:
            profile.desk.patients.register(form, profile.desk.actor())
        finally:
            profile.close()

    return folder, register


@pytest.fixture(scope="module")
def server(desk: Desk) -> Iterator[_Server]:
    """A server that the profile talks to."""
    with served() as running:
        assert run(desk, "upstream", "set", running.store.base).code == 0
        yield running


def run(desk: Desk, *arguments: str) -> Said:
    return inside("--profile", str(desk[0]), "--lang", "ru", *arguments)


def test_without_a_server_there_is_nothing_to_exchange_with(tmp_path: Path) -> None:
    open_or_create_profile(tmp_path / "p", ProfileKind.PRACTICE)
    said = run((tmp_path / "p", lambda _: None), "sync", "--once")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == RU.say("upstream.errors.upstream.not_set")


def test_what_waits_arrives_and_is_told(desk: Desk, server: _Server) -> None:
    desk[1]("1010")
    said = run(desk, "sync", "--once", "--json")
    assert (said.code, said.err) == (0, "")
    assert list(said.json) == FIGURES
    assert (said.json["sent"], said.json["accepted"], said.json["waiting"]) == (1, 1, 0)
    assert dt.datetime.fromisoformat(said.json["last_success"]).tzinfo
    assert len(server.store.all("Patient")) == 1
    again = run(desk, "sync", "--json").json
    assert (again["sent"], again["waiting"]) == (0, 0)
    lines = run(desk, "sync", "--once").out.splitlines()
    assert len(lines) == 1


def test_what_is_refused_needs_a_person(desk: Desk, server: _Server) -> None:
    desk[1]("1120")
    server.store.reject = lambda resource: "no such person" if resource["resourceType"] == "Patient" else None
    said = run(desk, "sync", "--once", "--json")
    assert (said.code, said.json["rejected"], said.json["waiting"]) == (1, 1, 0)
    (row,) = run(desk, "outbox", "--show", "attention", "--json").json["rows"]
    assert (row["state"], row["answer"]["said"]) == ("rejected", "no such person")


def test_a_server_that_is_gone_or_wants_a_sign_in(desk: Desk, server: _Server) -> None:
    desk[1]("1230")
    server.guard = lambda _: Answer(401, outcome("sign in"))
    said = run(desk, "sync", "--once", "--json")
    assert (said.code, said.json["accepted"], said.json["waiting"]) == (2, 0, 1)
    assert said.err.startswith(RU.say("sync_state.sentence.sign_in_needed"))
    assert run(desk, "upstream", "set", "http://127.0.0.1:1/fhir").code == 0
    said = run(desk, "sync", "--json")
    assert (said.code, said.json["waiting"]) == (2, 1)
    assert said.err.strip() == f"{RU.say('upstream.sync.no_answer')} {RU.say('upstream.sync.look')}"
    for row in run(desk, "outbox", "--json").json["rows"]:
        if row["state"] == "pending":
            assert row["attempts"] <= 1
