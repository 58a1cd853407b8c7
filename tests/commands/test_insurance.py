"""`insurance`: the evidence of one person from a script."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.insurance import InsuranceStatus
from tests.commands.conftest import Practice
from tests.commands.program import TIME, Said, inside

ANSWER = {
    "status": "insured_contributions",
    "channel": "egov",
    "checked_at": "2026-11-23T09:30:00+05:00",
    "category": "employee",
    "reference": "Q-17",
    "valid_through": "2026-12-31",
    "months": "ppppppppppgg",
}


def record(practice: Practice, folder: Path, iin: str, document: object, *more: str) -> Said:
    path = folder / "answer.json"
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return practice.run("insurance", "--iin", iin, "--record", str(path), "--json", *more)


def shown(practice: Practice, iin: str) -> dict[str, Any]:
    said = practice.run("insurance", "--iin", iin, "--json")
    assert said.code == 0, said
    return said.json


def test_somebody_never_asked_about_is_unknown_not_uninsured(practice: Practice) -> None:
    iin = practice.person(None)
    said = shown(practice, iin)
    assert (said["evidence"], said["freshness"], said["coverage"]) == (None, "never", "unknown")
    assert iin not in json.dumps(said)
    lines = practice.run("insurance", "--iin", iin)
    assert lines.code == 0
    assert "ещё не спрашивали" in lines.out
    assert "Не застрахован" not in lines.out


def test_an_answer_is_recorded_as_it_was_given(practice: Practice, tmp_path: Path) -> None:
    iin = practice.person(None)
    said = record(practice, tmp_path, iin, ANSWER)
    assert said.code == 0, said
    assert said.json["recorded"] is True
    evidence = said.json["evidence"]
    assert evidence == {
        "status": "insured_contributions",
        "checked_at": "2026-11-23T04:30:00+00:00",
        "channel": "egov",
        "checked_by": evidence["checked_by"],
        "category": "employee",
        "reference": "Q-17",
        "valid_through": "2026-12-31",
        "months": "ppppppppppgg",
        "paid_months": 10,
    }
    assert evidence["checked_by"]
    assert shown(practice, iin)["evidence"] == evidence
    lines = practice.run("insurance", "--iin", iin).out.splitlines()
    assert lines[0].startswith("Застрахован · 23.11.2026 09:30 · egov.kz · ")
    assert lines[1:] == ["Ответ свежий", "Помощь по ОСМС открыта"]


def test_an_answer_comes_from_standard_input_in_the_words_of_the_channel(practice: Practice) -> None:
    iin = practice.person(None)
    where = ("--profile", str(practice.folder), "--now", TIME)
    answer = '{"status": "Не застрахован", "channel": "1414"}'
    said = inside(*where, "insurance", "--iin", iin, "--record", "-", "--json", stdin=answer)
    assert said.code == 0, said
    assert (said.json["evidence"]["status"], said.json["evidence"]["channel"]) == ("uninsured", "call_centre")


def test_a_failed_check_never_replaces_the_last_good_answer(practice: Practice, tmp_path: Path) -> None:
    iin = practice.person(InsuranceStatus.INSURED_STATE)
    before = shown(practice, iin)["evidence"]
    said = record(practice, tmp_path, iin, {"no_answer": "no_connection", "channel": "bot"})
    assert said.code == 0, said
    assert said.json["evidence"] == before
    # A fixed clock: the answer and the failure are of one moment, and then the answer stands.
    assert [failure["why"] for failure in said.json["failures"]] == ["no_connection"]


def test_what_does_not_fit_is_named_and_recorded_only_all_the_same(
    practice: Practice, tmp_path: Path
) -> None:
    iin = practice.person(None)
    doubtful = {"status": "uninsured", "channel": "egov", "months": "p" * 12}
    said = record(practice, tmp_path, iin, doubtful)
    assert said.code == 1
    assert [row["code"] for row in said.json["findings"]] == ["insurance.paid_but_uninsured"]
    assert "12 месяцев" in said.err
    assert shown(practice, iin)["answers"] == []
    assert record(practice, tmp_path, iin, doubtful, "--all-the-same").code == 0
    assert len(shown(practice, iin)["answers"]) == 1


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("", "JSON"),
        ("[1, 2]", "JSON"),
        ("[" * 100_000, "JSON"),
        ("x" * 70_000, "JSON"),
        ({}, "channel"),
        ({"channel": "egov"}, "status"),
        ({**ANSWER, "status": "maybe"}, "status"),
        ({**ANSWER, "status": 100}, "status"),
        ({**ANSWER, "channel": "сорока"}, "channel"),
        ({**ANSWER, "checked_at": "yesterday"}, "checked_at"),
        ({**ANSWER, "checked_at": "2026-11-23T10:00:00+05:00"}, "не наступило"),
        ({**ANSWER, "valid_through": "31.12.2026"}, "valid_through"),
        ({**ANSWER, "months": "ppp"}, "months"),
        ({**ANSWER, "reference": "7" * 61}, "reference"),
        ({**ANSWER, "validthrough": "2026-12-31"}, "validthrough"),
        ({**ANSWER, "status": "unknown"}, ""),
        ({"no_answer": "no_answer", "channel": "egov", "status": "uninsured"}, "status"),
        ({"no_answer": "tired", "channel": "egov"}, "no_answer"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_is_recorded(
    practice: Practice, tmp_path: Path, document: object, named: str
) -> None:
    iin = practice.person(None)
    said = record(practice, tmp_path, iin, document)
    assert said.code == 1, said
    assert said.json["recorded"] is False
    assert named in said.err
    assert shown(practice, iin)["answers"] == []


def test_people_and_files_that_are_not_there(practice: Practice, tmp_path: Path) -> None:
    assert practice.run("insurance", "--iin", "900101300008").code == 1
    nobody = practice.run("insurance", "--iin", "900101300811", "--json")
    assert (nobody.code, nobody.json["evidence"]) == (1, None)
    iin = practice.person(None)
    assert practice.run("insurance", "--iin", iin, "--record", str(tmp_path / "none.json")).code == 2
    assert practice.run("insurance", "--iin", iin, "--record", str(tmp_path)).code == 2
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    assert practice.run("insurance", "--iin", iin, "--record", str(binary)).code == 2
    assert inside("insurance").code == 2
