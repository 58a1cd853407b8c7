"""Every plan can be said in every language, and on paper, whatever the facts."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.insurance_plan import KnownDiagnosis, PlanPerson, Situation, insurance_plan
from clinic_desk.domain.rule_tables.becoming_insured import Begins, Way
from clinic_desk.plan_sentences import PlanWords, lower_first
from clinic_desk.services.leaflets import WITH_LEAFLET
from clinic_desk.services.rules_of_the_day import shipped_tables
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import NBSP, Language, Texts
from clinic_desk.ui.patients.plan_box import plan_box
from tests.domain.test_insurance_plan import CHECKS, DAYS, DIAGNOSES, HALF_PAID, PEOPLE, S, known, plan_of

TEXTS = [Texts(language) for language in Language]
KK, RU, EN = TEXTS


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(PEOPLE, CHECKS, DIAGNOSES, DAYS)
def test_any_plan_is_said_in_full_sentences(
    person: PlanPerson, check: InsuranceCheck, diagnoses: list[KnownDiagnosis], day: dt.date
) -> None:
    plan = insurance_plan(person, check, diagnoses, day, shipped_tables())
    for texts in TEXTS:
        words = PlanWords(texts, plan, "Qoldau 24/7")
        said = [words.situation(), words.free_title(), words.insured_title(), words.ways_title()]
        said += [words.line(line, with_examples=True) for line in (*plan.free, *plan.insured_only)]
        said += [text for note in plan.notes for text in (words.note(note), words.record(note))]
        for way in words.ways():
            said += [way.lead, way.text, way.source]
            assert way.text.endswith((".", "др.", "т.б.")), way.text
        assert all(said)
        assert not any("{" in text or ".." in text for text in said)
        plan_box(plan, texts)


def test_every_code_that_a_table_may_name_has_words() -> None:
    """An administrator may give a way any beginning, and any way may be open."""
    wanted = [f"insurance_plan.begins.{begins}" for begins in Begins]
    wanted += [f"insurance_plan.way.{way}.{part}" for way in Way for part in ("lead", "text")]
    wanted += [f"insurance_plan.situation.{situation}" for situation in Situation]
    wanted += [f"insurance_panel.act.leaflet.{situation}" for situation in WITH_LEAFLET]
    wanted += [f"leaflet.print.{answer}" for answer in PrintAnswer if answer is not PrintAnswer.ACCEPTED]
    assert [key for key in wanted if not KK.has(key)] == []


def test_months_stand_with_their_year() -> None:
    months = [dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
    said = [PlanWords(texts, plan_of(None)).months(months) for texts in TEXTS]
    assert said == [
        "2026 ж. қараша, желтоқсан; 2027 ж. қаңтар",
        "ноябрь, декабрь 2026; январь 2027",
        "November, December 2026; January 2027",
    ]


@pytest.mark.parametrize(
    ("unpaid", "said"),
    [
        (1, "Не уплачен 1 месяц"),
        (2, "Не уплачено 2 месяца"),
        (5, "Не уплачено 5 месяцев"),
        (12, "12 месяцев"),
    ],
)
def test_counts_of_months_take_their_form(unpaid: int, said: str) -> None:
    plan = plan_of(S.UNINSURED, months="p" * (12 - unpaid) + "-" * unpaid)
    assert said in PlanWords(RU, plan).missing()


def test_a_sum_is_never_broken_and_names_its_year() -> None:
    plan = plan_of(S.UNINSURED, months=HALF_PAID)
    debt, ahead = plan.way(Way.PAY_DEBT), plan.way(Way.PREPAY_12_MONTHS)
    assert debt is not None
    assert debt.cost is not None
    assert ahead is not None
    assert ahead.cost is not None
    assert PlanWords(KK, plan).sum(debt.cost) == (
        f"6{NBSP}×{NBSP}4{NBSP}250{NBSP}₸{NBSP}={NBSP}25{NBSP}500{NBSP}₸ (2026 ж. сомасы)"
    )
    assert PlanWords(RU, plan).sum(ahead.cost).endswith("(суммы 2026 года, новые уточните в Фонде)")


def test_a_disease_whose_onset_nobody_told_asks_the_doctor() -> None:
    plan = plan_of(S.UNINSURED, known("I21.0"))
    (note,) = plan.notes
    assert "спросите у врача" in PlanWords(RU, plan).note(note)
    until = plan_of(S.UNINSURED, known("I21.0", onset=dt.date(2026, 9, 1)))
    assert PlanWords(RU, until).note(until.notes[0]) == "Острый инфаркт миокарда: бесплатно до 01.03.2027"


@pytest.mark.parametrize(
    ("text", "said"),
    [("Туберкулёз", "туберкулёз"), ("ВИЧ", "ВИЧ"), ("D, E деңгейі", "D, E деңгейі"), ("", "")],
)
def test_a_word_in_a_sentence_begins_small_but_an_abbreviation_stays(text: str, said: str) -> None:
    assert lower_first(text) == said
