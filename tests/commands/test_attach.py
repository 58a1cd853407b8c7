"""`attach`: what it sends, refuses and answers, in which words, with which exit code."""

import json
from pathlib import Path

import pytest

from clinic_desk.texts import Language, Texts
from tests.commands.conftest import MARKUP_NAME, Practice
from tests.commands.program import Said
from tests.printing.samples import words as words_of_pdf
from tests.services.attaching import application

RIGHT = ("--basis", "residence", "--document", "identity_document:2020-05-05", "--consent", "patient:paper")


@pytest.fixture
def district(practice: Practice) -> str:
    """A district that takes adults and has room."""
    rows = practice.run("list", "districts", "--json").json["rows"]
    return next(row["code"] for row in rows if row["kind"] == "general")


def _attach(practice: Practice, *more: str, lang: str = "ru") -> Said:
    return practice.run("attach", *more, lang=lang)


def _sent(practice: Practice, district: str, *more: str) -> dict[str, object]:
    person = practice.person(None)
    said = _attach(practice, "--json", "--iin", person, "--district", district, *RIGHT, *more)
    assert said.code == 0, said
    return said.json  # type: ignore[no-any-return]


def test_an_application_is_sent_and_says_when_the_answer_is_due_and_why(
    practice: Practice, district: str
) -> None:
    person = practice.person(None)
    said = practice.process("attach", "--json", "--iin", person, "--district", district, *RIGHT)
    assert (said.code, said.err) == (0, "")
    answer = said.json
    assert answer["state"] == "sent"
    assert answer["due"] == "2026-11-24T13:00:00+00:00"
    assert answer["explanation"] == [
        "23.11.2026: принято в рабочее время",
        "24.11.2026: день ответа",
    ]
    assert [finding["code"] for finding in answer["findings"]] == ["attachment.counts_from_sending"]


def test_handed_in_on_friday_evening_moves_on_with_its_reasons(practice: Practice, district: str) -> None:
    answer = _sent(practice, district, "--received", "2026-11-20T18:20:00+05:00")
    assert answer["due"] == "2026-11-24T13:00:00+00:00"
    assert answer["explanation"] == [
        "20.11.2026: после рабочего времени, переходит на следующий рабочий день",
        "21.11.2026: выходной",
        "22.11.2026: выходной",
        "23.11.2026: рабочий день, когда заявление принимается",
        "24.11.2026: день ответа",
    ]


@pytest.mark.parametrize("language", list(Language))
def test_without_consent_it_is_refused_in_words(
    practice: Practice, district: str, language: Language
) -> None:
    person = practice.person(None)
    said = _attach(
        practice,
        *("--iin", person, "--district", district, "--basis", "residence"),
        *("--document", "identity_document"),
        lang=language.value,
    )
    assert (said.code, said.out) == (1, "")
    assert said.err == Texts(language).say("attachment_findings.attachment.no_consent") + "\n"


def test_a_refusal_as_json_names_every_finding(practice: Practice) -> None:
    person = practice.person(None)
    said = _attach(practice, "--json", "--iin", person)
    assert said.code == 1
    assert said.json["state"] == "not_sent"
    assert {row["code"] for row in said.json["findings"]} == {
        "attachment.no_basis",
        "attachment.no_district",
        "attachment.no_consent",
        "attachment.no_identity_document",
    }
    assert all(row["source"] and row["message"] for row in said.json["findings"])


def test_a_dry_run_writes_nothing(practice: Practice, district: str) -> None:
    person = practice.person(None)
    said = _attach(practice, "--json", "--iin", person, "--district", district, *RIGHT, "--dry-run")
    assert (said.code, said.json["missing"], said.json["mode"]) == (0, [], "all_year")
    assert said.json["free_changes"] == {"used": 0, "limit": 2}
    assert _attach(practice, "--json", "--iin", person, "--dry-run").code == 1
    again = _attach(practice, "--json", "--iin", person, "--district", district, *RIGHT)
    assert again.code == 0


def test_the_same_operation_sends_once(practice: Practice, district: str) -> None:
    person = practice.person(None)
    first, second = (
        _attach(practice, "--json", "--iin", person, "--district", district, *RIGHT, "--operation", "o" * 32)
        for _ in range(2)
    )
    assert (first.code, second.code) == (0, 0)
    assert first.json["case_id"] == second.json["case_id"]
    other = _attach(practice, "--json", "--iin", person, "--district", district, *RIGHT)
    assert (other.code, [row["code"] for row in other.json["findings"]]) == (1, ["attachment.case_open"])


def test_a_reason_and_a_senior_let_a_warning_pass(practice: Practice, district: str) -> None:
    person = practice.person(None)
    right = ("--document", "identity_document", "--consent", "patient:egov")

    def change(*more: str) -> Said:
        options = ("--iin", person, "--district", district, "--basis", "free_choice", *right, *more)
        return _attach(practice, "--json", *options)

    for _ in range(2):
        sent = change()
        assert sent.code == 0, sent
        ended = ("--case", sent.json["case_id"])
        assert _attach(practice, "--json", *ended, "--accept").json["state"] == "in_force"
        assert _attach(practice, "--json", *ended, "--end", "moved_away").json["state"] == "ended"
    refused = change()
    assert [row["code"] for row in refused.json["findings"]] == ["attachment.change_limit"]
    assert change("--reason", "көшті").json["findings"][0]["code"] == "attachment.allowed_by_needed"
    assert change("--reason", "көшті", "--allowed-by", "Аға Т.").code == 0


def test_a_draft_is_gone_on_with(practice: Practice, district: str) -> None:
    person = practice.person(None)
    profile = practice.open()
    try:
        patient = profile.desk.patients.by_iin(person)
        assert patient is not None
        form = application(patient.id, district_id=None, note="терезеден")
        draft, _ = profile.desk.attachments.save_draft(form, profile.desk.actor())
    finally:
        profile.close()
    said = _attach(practice, "--json", "--iin", person, "--district", district)
    assert (said.code, said.json["case_id"]) == (0, draft.id)


def test_answers_and_their_papers(practice: Practice, district: str, tmp_path: Path) -> None:
    case_id = str(_sent(practice, district, "--pdf", str(tmp_path / "a.pdf"))["case_id"])
    assert MARKUP_NAME in words_of_pdf((tmp_path / "a.pdf").read_bytes())
    wrong = _attach(practice, "--case", case_id, "--refuse", "list_full", "--text", "толы", lang="kk")
    assert wrong.code == 1
    assert "басқа дәрігер" in wrong.err
    no_text = _attach(practice, "--json", "--case", case_id, "--refuse", "not_genuine")
    assert no_text.json["findings"][0]["code"] == "attachment.ground_needs_text"
    paper = tmp_path / "r.pdf"
    refusal = ("--refuse", "not_genuine", "--text", "8-тармақ", "--pdf", str(paper))
    said = _attach(practice, "--json", "--case", case_id, *refusal)
    assert (said.code, said.json["state"]) == (0, "refused")
    assert "8-тармақ" in words_of_pdf(paper.read_bytes())
    again = _attach(practice, "--case", case_id, "--accept")
    assert (again.code, again.out) == (1, "")


def test_accepting_with_a_number_and_a_day(practice: Practice, district: str, tmp_path: Path) -> None:
    case_id = str(_sent(practice, district)["case_id"])
    paper = tmp_path / "n.pdf"
    answer = ("--accept", "--number", "Р-77", "--effective", "2026-12-01", "--pdf", str(paper))
    said = _attach(practice, "--json", "--case", case_id, *answer)
    assert (said.json["state"], said.json["effective_on"]) == ("accepted", "2026-12-01")
    assert "Р-77" in words_of_pdf(paper.read_bytes())
    shown = _attach(practice, "--case", case_id, lang="kk")
    assert shown.out.splitlines() == [f"Өтініш {case_id}: Қабылданды"]
    dropped = _attach(practice, "--json", "--case", case_id, "--withdraw", "--text", "ойланды")
    assert dropped.json["state"] == "ended"


def test_a_paper_that_cannot_be_written_does_not_lose_the_case(practice: Practice, district: str) -> None:
    person = practice.person(None)
    said = _attach(
        practice,
        *("--json", "--iin", person, "--district", district, *RIGHT, "--pdf", "/nowhere/at/all/a.pdf"),
    )
    assert said.code == 2
    told = json.loads(said.out.splitlines()[0])
    assert (told["state"], told["pdf"]) == ("sent", None)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--iin", "820101300000", *RIGHT), 1),
        (("--case", "f" * 32, "--accept"), 1),
        (("--patient", "f" * 32, *RIGHT), 1),
        (("--iin", "880214400000", "--document", "photo"), 2),
        (("--iin", "880214400000", "--document", "identity_document:31.12.2020"), 2),
        (("--iin", "880214400000", "--consent", "nobody:paper"), 2),
        (("--iin", "880214400000", "--received", "2026-11-20T18:20:00"), 2),
        (("--iin", "880214400000", "--basis", "because"), 2),
        (("--case", "f" * 32, "--accept", "--withdraw"), 2),
        ((), 2),
    ],
)
def test_wrong_use_and_unknown_people_are_sentences(
    practice: Practice, options: tuple[str, ...], code: int
) -> None:
    said = practice.run("attach", *options)
    assert (said.code, said.out) == (code, "")
    assert "Traceback" not in said.err
    assert said.err.strip()


def test_an_unknown_district_is_named(practice: Practice) -> None:
    said = _attach(practice, "--iin", practice.person(None), "--district", "999", *RIGHT)
    assert said.code == 1
    assert "999" in said.err
