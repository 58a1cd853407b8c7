"""`verdict`: the answer as JSON and as lines, and what it says of somebody who is not here."""

import pytest

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.texts import Language, Texts
from tests.commands.conftest import Practice
from tests.commands.program import Said
from tests.services.desk import iin

FIELDS = {"answer", "payer", "reason", "rule", "source", "evidence", "as_of"}


def ask(practice: Practice, *more: str, icd: str = "R10.4", lang: str = "ru", **who: str) -> Said:
    words = [word for name, value in who.items() for word in (f"--{name}", value)]
    return practice.run("verdict", *words, "--service", practice.service, "--icd", icd, *more, lang=lang)


def test_an_insured_person_as_json(practice: Practice) -> None:
    said = practice.process(
        *("verdict", "--iin", practice.person(), "--service", practice.service, "--icd", "R10.4", "--json")
    )
    assert (said.code, said.err) == (0, "")
    assert set(said.json) >= FIELDS
    assert (said.json["answer"], said.json["payer"]) == ("covered", "insurance")
    assert (said.json["reason"], said.json["rule"]) == ("insured", "service_insurance")
    assert said.json["evidence"]["status"] == "insured_state"
    assert (said.json["as_of"], said.json["until"]) == ("2026-11-23T04:41:00+00:00", "2026-12-23")


def test_the_four_answers(practice: Practice) -> None:
    uninsured, unknown = practice.person(InsuranceStatus.UNINSURED), practice.person(None)
    found = {
        (said := ask(practice, "--json", iin=person, icd=icd)).json["answer"]: said.json
        for person, icd in (
            (practice.person(), "R10.4"),
            (uninsured, "A15.0"),
            (uninsured, "R10.4"),
            (unknown, "R10.4"),
        )
    }
    assert set(found) == {"covered", "covered_other", "not_covered", "unknown"}
    assert found["covered_other"]["group"] == "tuberculosis"
    assert found["covered_other"]["evidence"] is None
    assert "108/2020" in found["covered_other"]["source"]
    assert found["not_covered"]["payer"] == "self_pay"
    assert (found["unknown"]["needs"], found["unknown"]["as_of"]) == (["insurance"], None)


def test_the_day_and_the_first_day_of_the_disease_count(practice: Practice) -> None:
    person = practice.person(InsuranceStatus.UNINSURED)
    new_year = ask(practice, "--json", "--date", "2027-01-01", iin=person)
    assert (new_year.json["answer"], new_year.json["reason"]) == ("unknown", "evidence_too_old")
    before = ask(practice, "--json", "--date", "2026-11-22", iin=person)
    assert (before.json["answer"], before.json["reason"]) == ("unknown", "checked_later")
    asked = ask(practice, "--json", iin=person, icd="i210")
    assert (asked.json["reason"], asked.json["needs"]) == ("onset_not_known", ["onset"])
    begun = ask(practice, "--json", "--onset", "2026-06-01", iin=person, icd="I21.0")
    assert (begun.json["answer"], begun.json["until"]) == ("covered_other", "2026-12-01")


@pytest.mark.parametrize("language", list(Language))
def test_people_read_sentences(practice: Practice, language: Language) -> None:
    texts = Texts(language)
    person = practice.person(InsuranceStatus.UNINSURED)
    said = ask(practice, iin=person, icd="E11.9", lang=language.value)
    lines = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert lines[0].startswith(texts.say("verdict.answer.not_covered"))
    assert lines[1] == texts.say("verdict.sentence.uninsured")
    assert texts.say("rule_tables.group.diabetes") in lines[2]
    assert "23.12.2026" in lines[4]
    assert "109/2020" in lines[5]
    unknown = ask(practice, iin=practice.person(None), lang=language.value).out.splitlines()
    assert unknown[0] == f"{texts.say('verdict.answer.unknown')}."


def test_a_person_is_named_by_id_too(practice: Practice) -> None:
    person = practice.person()
    assert ask(practice, "--json", patient=practice.id_of(person)).json["answer"] == "covered"


@pytest.mark.parametrize("language", list(Language))
def test_somebody_who_is_not_here(practice: Practice, language: Language) -> None:
    said = ask(practice, iin=iin("75010130077"), lang=language.value)
    assert (said.code, said.out) == (1, "")
    assert said.err.strip() == Texts(language).say("errors.errors.patient.not_found")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--iin", "123"], "iin.length"),
        (["--iin", iin("75010130077")], "patient.not_found"),
    ],
)
def test_a_refusal_as_json(practice: Practice, options: list[str], code: str) -> None:
    said = practice.run("verdict", *options, "--service", practice.service, "--icd", "R10", "--json")
    assert said.code == 1
    assert said.json["answer"] is None
    assert [finding["code"] for finding in said.json["findings"]] == [code]


def test_a_service_or_code_nobody_knows(practice: Practice) -> None:
    person = practice.person()
    for service, icd, code in (
        ("Q99.999.999", "R10", "commands.unknown_service"),
        (practice.service, "боль", "icd.form"),
    ):
        said = practice.run("verdict", "--iin", person, "--service", service, "--icd", icd, "--json")
        assert (said.code, said.json["findings"][0]["code"]) == (1, code)


def test_wrong_use_ends_with_two(practice: Practice) -> None:
    assert practice.process("verdict", "--iin", practice.person(), "--icd", "R10").code == 2
    assert ask(practice, "--date", "tomorrow", iin=iin("75010130077")).code == 2


def test_nothing_is_written(practice: Practice) -> None:
    person = practice.person()
    ask(practice, iin=person)
    assert practice.referrals_of(person) == []
