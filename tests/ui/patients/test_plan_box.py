"""The box of the panel: what stands in it in each situation, and whose signs it bears."""

import datetime as dt

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import InsurancePlan
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.patients.panel_view import BoxColumn, PlanBox, Sign
from clinic_desk.ui.patients.plan_box import plan_box
from tests.domain.test_insurance_plan import ADULT, HALF_PAID, S, known, plan_of

RU = Texts(Language.RU)


def box(plan: InsurancePlan, guaranteed: Coverage = Coverage.YES) -> PlanBox:
    made = plan_box(plan, RU, guaranteed)
    assert made is not None
    return made


def lines(column: BoxColumn) -> list[tuple[Sign, str]]:
    return [(line.sign, line.text) for line in column.lines]


def test_nobody_insured_has_a_box() -> None:
    for status in (S.INSURED_CONTRIBUTIONS, S.INSURED_STATE, S.INSURED_STATE_LOCAL):
        assert plan_box(plan_of(status), RU) is None


def test_own_diseases_stand_first_and_push_out_the_last_lines() -> None:
    made = box(plan_of(S.UNINSURED, known("A15.0"), known("C50.9"), known("E11.9"), months=HALF_PAID))
    assert [line.is_own for line in made.left.lines] == [True, True, False]
    assert [line.is_own for line in made.right.lines] == [True, False, False]
    assert made.left.title == "Доступно сейчас, бесплатно (ГОБМП)"
    assert made.right.title == "Только по ОСМС"


def test_an_unknown_onset_is_a_question_not_a_yes() -> None:
    (first, *_) = lines(box(plan_of(S.UNINSURED, known("I21.0"))).left)
    assert first[0] is Sign.NOT_KNOWN
    assert "спросите у врача" in first[1]


def test_what_is_not_known_is_asked_and_never_closed() -> None:
    made = box(plan_of(None, known("E11.9")))
    assert made.right.title == "ОСМС: узнаем после проверки"
    assert {line.sign for line in made.right.lines} == {Sign.NOT_KNOWN}
    assert made.right.lines[0].text == "Сахарный диабет: по страховке"


def test_a_temporary_right_is_to_be_proved_before_its_end() -> None:
    made = box(plan_of(S.TEMPORARY_1M, valid_through=dt.date(2026, 12, 23)))
    assert lines(made.left) == [(Sign.DO, "Передать в Фонд документ о льготе")]
    assert made.right.title == "После 23.12.2026"
    assert lines(made.right)[0] == (Sign.MIND, "Помощь по ОСМС закроется")


def test_level_de_ends_with_the_year_however_old_the_answer_is() -> None:
    assert box(plan_of(S.CONDITIONAL_DE)).right.title == "После 31.12.2026"


def test_a_kept_right_without_months_sends_to_the_fund_for_the_sum() -> None:
    made = box(plan_of(S.GRACE_3M, category="employee", valid_through=dt.date(2026, 11, 30)))
    assert lines(made.left)[0] == (Sign.DO, "Узнать долг в Фонде и оплатить")
    assert made.right.title == "После 30.11.2026"


def test_a_right_kept_for_six_months_promises_no_more() -> None:
    made = box(plan_of(S.GRACE_6M, months="p" * 8 + "gggg"))
    assert len(made.right.lines) == 1


def test_a_worker_s_contract_pays_in_place_of_the_guaranteed_package() -> None:
    worker = plan_of(S.UNINSURED, person=ADULT._replace(is_on_contract=True))
    for guaranteed, sign in (
        (Coverage.YES, Sign.OPEN),
        (Coverage.UNKNOWN, Sign.NOT_KNOWN),
        (Coverage.NO, Sign.CLOSED),
    ):
        made = box(worker, guaranteed)
        assert made.left.title == "Платит страховщик по договору"
        assert {line.sign for line in made.left.lines} == {sign}
