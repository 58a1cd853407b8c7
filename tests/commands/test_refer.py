"""`refer`: what it makes and refuses, in which words, with which exit code."""

import json
import subprocess
from pathlib import Path

import pytest

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.numbers import parse_number
from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.lock import ProfileLock
from clinic_desk.texts import Language, Texts
from tests.commands.conftest import MARKUP_NAME, Practice


def _codes(said: object) -> list[str]:
    return [finding["code"] for finding in said.json["findings"]]  # type: ignore[attr-defined]


def test_a_referral_is_made(practice: Practice) -> None:
    person = practice.person()
    said = practice.process("refer", "--json", *practice.words(iin=person, note="Құрсақ <i>қуысы</i>"))
    assert (said.code, said.err) == (0, "")
    answer = said.json
    assert {"number", "status", "findings", "pdf"} <= set(answer)
    assert (answer["status"], answer["findings"], answer["pdf"]) == ("issued", [], None)
    parse_number(answer["number"])
    assert practice.referrals_of(person) == [answer["number"]]


def test_people_read_a_sentence(practice: Practice) -> None:
    person = practice.person(None)
    for language in Language:
        texts = Texts(language)
        said = practice.refer("--note", "бұл тағы керек", iin=person, lang=language.value)
        assert (said.code, said.err) == (0, "")
        assert texts.say("findings.referral.insurance_unknown") in said.out.splitlines()
        number = practice.referrals_of(person)[0]
        assert said.out.splitlines()[0] == texts.say("commands.referral_issued", number=number)


def test_a_person_is_named_by_id_too(practice: Practice) -> None:
    person = practice.person()
    said = practice.refer("--json", patient=practice.id_of(person))
    assert said.code == 0
    assert practice.referrals_of(person) == [said.json["number"]]


@pytest.mark.parametrize("language", list(Language))
def test_without_a_doctor_it_is_refused_with_a_sentence(practice: Practice, language: Language) -> None:
    person = practice.person()
    said = practice.refer(iin=person, doctor=None, lang=language.value)
    assert (said.code, said.out) == (1, "")
    assert said.err == Texts(language).say("findings.referral.no_doctor") + "\n"
    assert practice.referrals_of(person) == []


def test_a_refusal_as_json_names_every_finding(practice: Practice) -> None:
    person = practice.person()
    said = practice.refer("--json", iin=person, doctor=None, reason=None, icd="U99.99")
    assert said.code == 1
    answer = said.json
    assert (answer["number"], answer["status"], answer["pdf"]) == (None, "refused", None)
    assert sorted(_codes(said)) == ["referral.no_doctor", "referral.no_reason", "referral.unknown_diagnosis"]
    for finding in answer["findings"]:
        assert finding["severity"] == "block"
        assert finding["message"]
        assert finding["source"]
        assert finding["message"] in said.err
    assert practice.referrals_of(person) == []


@pytest.mark.parametrize("code", ["U99.99", "грипп", "R10.44.1", "<b>"])
def test_an_unknown_diagnosis_is_refused(practice: Practice, code: str) -> None:
    said = practice.refer("--json", iin=practice.person(), icd=code)
    assert (said.code, _codes(said)) == (1, ["referral.unknown_diagnosis"])
    assert code in said.err


def test_a_supplier_that_is_not_on_the_list_that_day_is_refused(practice: Practice) -> None:
    rows = practice.run("list", "suppliers", "--json").json["rows"]
    excluded = [row for row in rows if row["complete"] and row["state"] == "excluded"]
    later = [row for row in rows if row["complete"] and row["state"] == "included" and not row["listed"]]
    assert excluded
    assert later
    person = practice.person()
    for row in (excluded[0], later[0]):
        said = practice.refer("--json", iin=person, supplier=row["code"])
        assert (said.code, _codes(said)) == (1, ["referral.supplier_not_listed"])
        (finding,) = said.json["findings"]
        assert row["name"] in finding["message"]
        assert "23.11.2026" in finding["message"]
        assert finding["instead"] == [Texts(Language.RU).say("instead.choose_other_supplier")]
    assert practice.referrals_of(person) == []


def test_a_supplier_that_does_not_give_the_service_is_refused(practice: Practice) -> None:
    giving = {
        row["code"]
        for row in practice.run("list", "suppliers", "--service", practice.service, "--json").json["rows"]
    }
    rows = practice.run("list", "suppliers", "--json").json["rows"]
    other = next(row for row in rows if row["listed"] and row["complete"] and row["code"] not in giving)
    said = practice.refer("--json", iin=practice.person(), supplier=other["code"])
    assert (said.code, _codes(said)) == (1, ["referral.supplier_without_service"])


@pytest.mark.parametrize("language", list(Language))
def test_an_uninsured_person_is_refused_and_told_what_is_possible(
    practice: Practice, language: Language
) -> None:
    person = practice.person(InsuranceStatus.UNINSURED)
    said = practice.refer("--json", iin=person, lang=language.value)
    assert (said.code, _codes(said)) == (1, ["referral.uninsured"])
    (finding,) = said.json["findings"]
    texts = Texts(language)
    told = texts.say("findings.referral.uninsured", day="\x00").split("\x00")
    assert [part in finding["message"] for part in told] == [True, True]
    assert finding["instead"] == [
        texts.say(f"instead.{code}")
        for code in ("guaranteed_care", "district_doctor", "check_again", "guaranteed_diagnosis")
    ]
    assert all(sentence in said.err for sentence in finding["instead"])
    assert practice.referrals_of(person) == []


@pytest.mark.parametrize("code", ["C50.9", "a150", "В20"])
def test_an_uninsured_person_is_referred_for_a_guaranteed_diagnosis(practice: Practice, code: str) -> None:
    person = practice.person(InsuranceStatus.UNINSURED)
    said = practice.refer("--json", iin=person, icd=code)
    assert (said.code, said.err) == (0, "")
    assert practice.referrals_of(person) == [said.json["number"]]


def test_refusals_of_the_real_process(practice: Practice) -> None:
    uninsured, insured = practice.person(InsuranceStatus.UNINSURED), practice.person()
    refused = practice.process("refer", "--json", *practice.words(iin=uninsured))
    assert (refused.code, _codes(refused)) == (1, ["referral.uninsured"])
    doctorless = practice.process("refer", *practice.words(iin=insured, doctor=None))
    assert (doctorless.code, doctorless.out) == (1, "")
    assert doctorless.err == Texts(Language.RU).say("findings.referral.no_doctor") + "\n"
    wrong = practice.process("refer", *practice.words())
    assert (wrong.code, wrong.out) == (2, "")
    assert practice.referrals_of(uninsured) == practice.referrals_of(insured) == []


def test_a_second_referral_needs_words(practice: Practice) -> None:
    person = practice.person()
    first = practice.refer("--json", iin=person).json["number"]
    said = practice.refer("--json", iin=person)
    assert (said.code, _codes(said)) == (1, ["referral.already_living"])
    assert said.json["findings"][0]["severity"] == "warning"
    assert first in said.err
    again = practice.refer("--json", "--note", "второе УЗИ после лечения", iin=person)
    assert (again.code, _codes(again)) == (0, ["referral.already_living"])
    assert practice.referrals_of(person) == [again.json["number"], first]


def test_the_same_operation_twice_makes_one(practice: Practice) -> None:
    person = practice.person()
    words = practice.words(iin=person, operation="op-1")
    first, again = (practice.process("refer", "--json", *words) for _ in range(2))
    assert (first.code, again.code) == (0, 0)
    assert first.json["number"] == again.json["number"]
    assert (first.json["was_there"], again.json["was_there"]) == (False, True)
    assert practice.referrals_of(person) == [first.json["number"]]


def test_the_slip_is_written(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "жолдама.pdf"
    person = practice.person()
    said = practice.refer("--json", "--pdf", str(file), iin=person)
    assert (said.code, said.json["pdf"]) == (0, str(file))
    text = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True
    ).stdout.decode()
    assert said.json["number"] in text
    assert MARKUP_NAME in " ".join(text.split())
    assert person in text.replace(" ", "")
    assert file.stat().st_mode & 0o077 == 0


def test_a_slip_that_cannot_be_written_does_not_hide_the_number(practice: Practice, tmp_path: Path) -> None:
    person = practice.person()
    said = practice.refer("--json", "--pdf", str(tmp_path / "nowhere" / "slip.pdf"), iin=person)
    assert said.code == 2
    assert said.json["pdf"] is None
    assert said.err.strip() == Texts(Language.RU).say("commands.errors.commands.file_not_written")
    assert practice.referrals_of(person) == [said.json["number"]]


@pytest.mark.parametrize(
    ("changed", "code", "sentence"),
    [
        ({"iin": "900101300018"}, "iin.check_digit", "ИИН"),
        ({"iin": "9001013"}, "iin.length", "12"),
        ({"iin": "900101300007"}, "patient.not_found", "нет"),
        ({"patient": "f" * 32}, "patient.not_found", "нет"),
        ({"service": "Z99.999.999"}, "commands.unknown_service", "Z99.999.999"),
        ({"doctor": "nobody"}, "commands.unknown_doctor", "nobody"),
        ({"supplier": "000000000000"}, "commands.unknown_supplier", "000000000000"),
        ({"note": "х" * 501}, "referral.note_too_long", "500"),
    ],
)
def test_what_does_not_exist_is_named(
    practice: Practice, changed: dict[str, str], code: str, sentence: str
) -> None:
    if not {"iin", "patient"} & set(changed):
        changed = {"iin": practice.person(), **changed}
    said = practice.refer("--json", **changed)
    assert (said.code, _codes(said)) == (1, [code])
    assert sentence in said.err
    assert json.loads(said.out)["number"] is None


@pytest.mark.parametrize("language", list(Language))
def test_while_the_window_is_open_a_script_may_read_but_not_write(
    practice: Practice, language: Language
) -> None:
    lock = ProfileLock(open_or_create_profile(practice.folder, None))
    assert lock.acquire()
    try:
        said = practice.run("refer", "--iin", "900101300017", lang=language.value)
        read = practice.run("list", "reasons", lang=language.value)
    finally:
        lock.release()
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [Texts(language).say("profile.errors.profile.in_use")]
    assert (read.code, read.err) == (0, "")


def test_numbers_of_many_runs_never_repeat(practice: Practice) -> None:
    people = [practice.person() for _ in range(4)]
    numbers = [practice.refer("--json", iin=person).json["number"] for person in people]
    assert len(set(numbers)) == 4
    assert [practice.referrals_of(person) for person in people] == [[number] for number in numbers]
