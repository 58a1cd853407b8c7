"""The eight pictures of the panel, and how the age of an answer changes them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, Coverage, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.verdict import PersonFacts, package_verdicts
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import NBSP, Language, Texts
from clinic_desk.ui.kit import Kind
from clinic_desk.ui.kit.month_cells import MonthKind
from clinic_desk.ui.patients.insurance_state import PanelState, PanelView, describe
from tests.ui.people_desk import PeopleDesk

S = InsuranceStatus
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PeopleDesk]:
    made = PeopleDesk.open(tmp_path)
    yield made
    made.close()


def view(
    desk: PeopleDesk,
    status: InsuranceStatus | None,
    *,
    language: Language = Language.KK,
    failed: bool = False,
    sex: Sex = Sex.FEMALE,
    born: dt.date = dt.date(1988, 2, 14),
    **answer: object,
) -> PanelView:
    patient = desk.person(sex=sex, born=born)
    if status is not None:
        desk.answer(patient, status, **answer)  # type: ignore[arg-type]
    if failed:
        desk.services.insurance.record_failure(patient.id, Channel.BOT, WhyNoAnswer.NO_ANSWER, desk.actor)
    return described(desk, desk.services.patients.card(patient.id), language)


def described(desk: PeopleDesk, card: PatientCard, language: Language = Language.KK) -> PanelView:
    return describe(card, Texts(language), desk.clock.now(), desk.clock.zone)


def test_contributions(desk: PeopleDesk) -> None:
    shown = view(desk, S.INSURED_CONTRIBUTIONS, category="employee", months="p" * 12)
    assert (shown.state, shown.chip.kind, shown.chip.icon) == (
        PanelState.CONTRIBUTIONS,
        Kind.OK,
        "shield-check",
    )
    assert [cell.kind for cell in shown.months] == [MonthKind.PAID] * 12
    assert [shown.months[0].label, shown.months[-1].label] == ["жел", "қар"]
    assert shown.bar is None
    assert shown.coverage is Coverage.YES
    assert ("Жарналар, соңғы 12 ай", "12 айдың 12-сі төленген") in shown.facts
    assert ("Санат", "Жалдамалы қызметкер") in shown.facts
    assert (shown.act.code, shown.act.key) == ("refer", "F8")
    assert shown.source == "egov.kz, 09:41 · Сәбитова Г."
    assert shown.age_chips == ()


def test_state_pays_for_a_child(desk: PeopleDesk) -> None:
    shown = view(
        desk,
        S.INSURED_STATE,
        born=dt.date(2016, 11, 3),
        category="child",
        valid_through=dt.date(2034, 11, 3),
    )
    assert (shown.state, shown.chip.text, shown.chip.icon) == (
        PanelState.STATE,
        "Сақтандырылған: бала",
        "baby",
    )
    assert shown.bar is not None
    assert (shown.bar.text, shown.bar.kind, shown.bar.dashed) == (
        "03.11.2034 дейін · 18 жас",
        Kind.OK,
        False,
    )
    assert shown.months == ()


def test_grace(desk: PeopleDesk) -> None:
    shown = view(desk, S.GRACE_3M, months="p" * 9 + "ggg", valid_through=dt.date(2026, 11, 30))
    assert (shown.state, shown.chip.kind) == (PanelState.GRACE, Kind.WARN)
    assert [cell.kind for cell in shown.months].count(MonthKind.GRACE) == 3
    assert shown.sentence.startswith("30.11.2026 дейін ғана")
    assert shown.facts == (("Соңғы төлем", "тамыз 2026"), ("Берешек", f"3 ай, 12{NBSP}750{NBSP}₸"))
    assert shown.coverage is Coverage.YES


def test_conditional_runs_to_the_end_of_the_year(desk: PeopleDesk) -> None:
    shown = view(desk, S.CONDITIONAL_DE, category="conditional_de")
    assert (shown.state, shown.chip.kind, shown.chip.icon) == (PanelState.CONDITIONAL, Kind.INFO, "users")
    assert shown.bar is not None
    assert shown.bar.text == "31.12.2026 дейін"
    assert ("Пациент толтырады", "ештеңе керек емес") in shown.facts


def test_temporary_is_to_be_checked_again(desk: PeopleDesk) -> None:
    shown = view(
        desk,
        S.TEMPORARY_1M,
        valid_through=dt.date(2026, 12, 23),
        channel=Channel.QOLDAU,
        reference="0042",
    )
    assert (shown.state, shown.chip.icon) == (PanelState.TEMPORARY, "timer")
    assert shown.bar is not None
    assert shown.bar.text == "23.11.2026 – 23.12.2026"
    assert ("Еске салу", "21.12.2026") in shown.facts
    assert ("Жауап №", "0042") in shown.facts
    assert (shown.act.code, shown.act.text) == ("check", "Қайта тексеру: 23.12.2026")


def test_uninsured_counts_the_months_and_says_what_is_free(desk: PeopleDesk) -> None:
    shown = view(desk, S.UNINSURED, months="ppp--ppp----")
    assert (shown.state, shown.chip.kind, shown.chip.icon) == (PanelState.UNINSURED, Kind.ERR, "shield-slash")
    assert shown.sentence == "12 айдың 6-сы төленген. Тегін көмек бәрібір бар."
    assert shown.coverage is Coverage.NO
    assert [cell.kind for cell in shown.months].count(MonthKind.UNPAID) == 6
    assert "наурыз: төленбеген" in shown.months_sentence


def test_a_child_without_status_is_told_no_sum_but_who_should_pay(desk: PeopleDesk) -> None:
    shown = view(desk, S.UNINSURED, born=dt.date(2015, 1, 1), months="-" * 12, language=Language.RU)
    assert shown.facts == (
        ("Не уплачено", "12 месяцев"),
        ("Взнос должно платить", "государство, спросите Фонд"),
    )
    assert (shown.act.code, shown.act.key) == ("leaflet", "Ctrl+P")


def test_never_asked_is_not_a_no(desk: PeopleDesk) -> None:
    shown = view(desk, None)
    assert (shown.state, shown.chip.kind, shown.chip.icon) == (PanelState.NEVER, Kind.NEUTRAL, "question")
    assert "Бұл «жоқ» деген емес" in shown.sentence
    assert shown.coverage is Coverage.UNKNOWN
    assert shown.bar is not None
    assert shown.bar.dashed
    assert (shown.act.code, shown.act.key) == ("check", "F5")


def test_failed_check_keeps_the_last_good_answer(desk: PeopleDesk) -> None:
    shown = view(desk, S.INSURED_CONTRIBUTIONS, months="p" * 12, ago=3 * DAY, failed=True)
    assert (shown.state, shown.chip.kind) == (PanelState.FAILED, Kind.STALE)
    assert shown.sentence == "20.11.2026 күйі: сақтандырылған. Кейінірек қайта сұраңыз."
    assert shown.bar is not None
    assert (shown.bar.text, shown.bar.dashed) == ("ескі жауап: 12 айдың 12-сі төленген", True)
    assert shown.coverage is Coverage.UNKNOWN
    assert shown.age_chips[0].text == "20.11.2026 09:41 · 3 күн бұрын"

    assert shown.facts[0] == ("Соңғы сұрау", "23.11.2026 09:41, @SaqtandyryBot: жауап болмады")


def test_failed_check_an_hour_after_an_answer_is_told_beside_it(desk: PeopleDesk) -> None:
    shown = view(desk, S.INSURED_CONTRIBUTIONS, months="p" * 12, ago=dt.timedelta(hours=1), failed=True)
    assert (shown.state, shown.coverage) == (PanelState.CONTRIBUTIONS, Coverage.YES)
    assert shown.facts[-1] == ("Соңғы сұрау", "23.11.2026 09:41, @SaqtandyryBot: жауап болмады")


def test_failed_check_of_somebody_never_asked_stays_never_asked(desk: PeopleDesk) -> None:
    shown = view(desk, None, failed=True)
    assert shown.state is PanelState.NEVER
    assert shown.facts[0][1] == "23.11.2026 09:41, @SaqtandyryBot: жауап болмады"


def test_answer_that_ran_out_is_neither_yes_nor_no(desk: PeopleDesk) -> None:
    shown = view(desk, S.TEMPORARY_1M, valid_through=dt.date(2026, 11, 22), ago=20 * DAY)
    assert (shown.state, shown.chip.text) == (PanelState.FAILED, "Жауаптың мерзімі өтті")
    assert shown.coverage is Coverage.UNKNOWN
    born = dt.date(1990, 1, 1)
    still = view(desk, S.TEMPORARY_1M, born=born, valid_through=dt.date(2026, 11, 23), ago=20 * DAY)
    assert still.state is PanelState.TEMPORARY


def test_unknown_answer_in_the_store_does_not_hide_the_good_one(desk: PeopleDesk) -> None:
    patient = desk.person()
    desk.answer(patient, S.INSURED_CONTRIBUTIONS, ago=2 * DAY)
    desk.answer(patient, S.UNKNOWN)
    shown = described(desk, desk.services.patients.card(patient.id))
    assert shown.state is PanelState.FAILED
    assert shown.sentence.startswith("21.11.2026 күйі: сақтандырылған")


def test_age_of_an_answer_by_the_written_rule(desk: PeopleDesk) -> None:
    patient = desk.person()
    desk.answer(patient, S.INSURED_CONTRIBUTIONS)
    start = desk.clock.now()
    seen = []
    for age in (dt.timedelta(hours=24), dt.timedelta(hours=25), 30 * DAY, 31 * DAY):
        desk.clock.move(start + age - desk.clock.now())
        shown = described(desk, desk.services.patients.card(patient.id))
        seen.append(([chip.kind for chip in shown.age_chips], shown.act.code, shown.coverage))
    assert seen == [
        ([], "refer", Coverage.YES),
        ([Kind.STALE], "refer", Coverage.YES),
        ([Kind.STALE], "refer", Coverage.YES),
        ([Kind.STALE, Kind.WARN], "check", Coverage.UNKNOWN),
    ]


@pytest.mark.parametrize("status", [S.INSURED_CONTRIBUTIONS, S.UNINSURED])
def test_answer_too_old_to_act_on_is_neither_yes_nor_no(desk: PeopleDesk, status: S) -> None:
    shown = view(desk, status, ago=31 * DAY)
    assert (shown.state, shown.chip.text) == (PanelState.FAILED, "Жауап ескірген")
    assert (shown.coverage, shown.guaranteed) == (Coverage.UNKNOWN, Coverage.YES)
    assert shown.sentence.endswith("Жауап ескірген, қайта тексеріңіз.")
    assert (shown.act.code, shown.act.key) == ("check", "F5")


def test_a_worker_of_the_eaeu_has_the_contract_in_place_of_the_guaranteed_package(desk: PeopleDesk) -> None:
    card = desk.services.patients.card(desk.person().id)
    worker = PersonFacts(basis=AttachmentBasis.EAEU_CONTRACT, contract_until=dt.date(2027, 3, 31))
    packages = package_verdicts(worker, None, desk.clock.today(), desk.services.tables)
    shown = described(desk, replace(card, packages=packages))
    assert (shown.guaranteed, shown.by_contract) == (Coverage.YES, True)
    unknown = package_verdicts(
        PersonFacts(basis=AttachmentBasis.EAEU_CONTRACT), None, desk.clock.today(), desk.services.tables
    )
    shown = described(desk, replace(card, packages=unknown))
    assert (shown.guaranteed, shown.by_contract) == (Coverage.UNKNOWN, False)


def test_russian_speaks_of_a_woman_and_a_man(desk: PeopleDesk) -> None:
    said = [
        view(desk, S.UNINSURED, language=Language.RU, sex=sex, born=born).chip.text
        for sex, born in ((Sex.FEMALE, dt.date(1990, 1, 1)), (Sex.MALE, dt.date(1991, 1, 1)))
    ]
    assert said == ["Не застрахована", "Не застрахован"]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("paid", range(13))
def test_every_count_of_months_can_be_said(desk: PeopleDesk, language: Language, paid: int) -> None:
    shown = view(
        desk,
        S.UNINSURED,
        language=language,
        months="p" * paid + "-" * (12 - paid),
        born=dt.date(1990, 1, 1 + paid),
    )
    assert len(shown.months) == 12
    assert ("12" in shown.sentence) and "{" not in shown.sentence
