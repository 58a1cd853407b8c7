"""Seven people, seven different panels: each says what that person has, lacks and can do, in kk and ru."""

import datetime as dt
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import Situation
from clinic_desk.practice.seeding import make_clinic
from clinic_desk.practice.showcase import (
    CHILD,
    LEVEL_DE,
    NEVER_CHECKED,
    PREPAID,
    THIRD_MONTH,
    UNINSURED_DIABETES,
    UNINSURED_TUBERCULOSIS,
    showcase,
)
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.storage.database import open_store
from clinic_desk.texts import NBSP, Language, Texts
from clinic_desk.ui.kit.month_cells import MonthKind
from clinic_desk.ui.patients.insurance_state import PanelState, PanelView, describe
from clinic_desk.ui.patients.panel_view import Sign
from clinic_desk.ui.tour.insurance import PANELS
from tests.assembled import assembled

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
KK, RU = Language.KK, Language.RU
ROLES = tuple(PANELS.values())


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServices]:
    folder: Path = tmp_path_factory.mktemp("seven")
    clock = FixedClock(NOW)
    store = open_store(folder / "store.db", bytes(range(32)), create=True, profile_id="p", now=lambda: NOW)
    make_clinic(store, clock, 10, lambda done, total: None, lambda: False)
    yield assembled(store, clock, is_practice=True)
    store.close()


def card(services: DeskServices, role: str) -> PatientCard:
    iin = next(one.person.iin for one in showcase(NOW.date()) if one.role == role)
    patient = services.patients.by_iin(iin)
    assert patient is not None
    return services.patients.card(patient.id)


def panel(services: DeskServices, role: str, language: Language = KK) -> PanelView:
    return describe(card(services, role), Texts(language), NOW, services.clock.zone)


def words(view: PanelView) -> list[str]:
    """Everything the panel says, the age of the answer left out."""
    said = [
        view.chip.text,
        view.sentence,
        view.act.text,
        *(f"{label}: {value}" for label, value in view.facts),
    ]
    if view.bar is not None:
        said.append(view.bar.text)
    if view.box is not None:
        for column in (view.box.left, view.box.right):
            said += [column.title, *(line.text for line in column.lines)]
    return said


def lines(view: PanelView, side: str) -> list[tuple[Sign, str]]:
    assert view.box is not None
    column = view.box.left if side == "left" else view.box.right
    return [(line.sign, line.text) for line in column.lines]


def test_these_are_the_seven() -> None:
    assert set(ROLES) == {
        UNINSURED_DIABETES, UNINSURED_TUBERCULOSIS, CHILD, LEVEL_DE, THIRD_MONTH, PREPAID, NEVER_CHECKED,
    }  # fmt: skip


@pytest.mark.parametrize("language", [KK, RU])
def test_no_two_say_the_same(services: DeskServices, language: Language) -> None:
    shown = {role: words(panel(services, role, language)) for role in ROLES}
    for one, other in combinations(ROLES, 2):
        assert shown[one] != shown[other]
        # Not only one word: at least three of what either says is not said of the other.
        assert len(set(shown[one]) ^ set(shown[other])) >= 3, (one, other)


def test_uninsured_with_diabetes_needs_insurance_for_it(services: DeskServices) -> None:
    view = panel(services, UNINSURED_DIABETES)
    assert (view.state, view.coverage) == (PanelState.UNINSURED, Coverage.NO)
    assert view.facts == (
        ("Төленбегені", "6 ай"),
        ("Берешекті төлесе", f"25{NBSP}500{NBSP}₸"),
        ("12 ай алдын ала", f"51{NBSP}000{NBSP}₸"),
    )
    assert lines(view, "right")[0] == (Sign.CLOSED, "Қант диабеті: сақтандыру керек")
    assert lines(view, "left")[0] == (Sign.OPEN, "Жедел және шұғыл көмек")
    assert (view.act.code, view.act.key) == ("leaflet", "Ctrl+P")
    assert lines(panel(services, UNINSURED_DIABETES, RU), "right")[0][1] == "Сахарный диабет: нужна страховка"


def test_uninsured_with_tuberculosis_is_treated_free(services: DeskServices) -> None:
    view = panel(services, UNINSURED_TUBERCULOSIS)
    assert (view.state, view.coverage) == (PanelState.UNINSURED, Coverage.NO)
    assert lines(view, "left")[0] == (Sign.OPEN, "Туберкулез: тегін")
    assert all(sign is Sign.CLOSED for sign, _ in lines(view, "right"))
    assert lines(panel(services, UNINSURED_TUBERCULOSIS, RU), "left")[0][1] == "Туберкулёз: бесплатно"


def test_a_child_is_paid_for_until_18(services: DeskServices) -> None:
    view = panel(services, CHILD)
    assert (view.state, view.chip.icon, view.box) == (PanelState.STATE, "baby", None)
    assert view.sentence == "Жарнаны мемлекет төлейді, ата-анадан сұралмайды."
    assert view.bar is not None
    assert view.bar.text == "13.03.2036 дейін · 18 жас"
    assert (view.act.code, view.act.key) == ("refer", "F8")


def test_level_de_fills_in_nothing(services: DeskServices) -> None:
    view = panel(services, LEVEL_DE)
    assert view.state is PanelState.CONDITIONAL
    assert ("Пациент толтырады", "ештеңе керек емес") in view.facts
    assert ("Шарты", "соңғы 3 айда жарна жоқ") in view.facts
    assert view.bar is not None
    assert view.bar.text == "31.12.2026 дейін"
    assert view.box is not None
    assert view.box.right.title == "31.12.2026 кейін"


def test_the_third_month_says_the_last_day_and_the_debt(services: DeskServices) -> None:
    view = panel(services, THIRD_MONTH)
    assert (view.state, view.coverage) == (PanelState.GRACE, Coverage.YES)
    assert [cell.kind for cell in view.months] == [MonthKind.PAID] * 9 + [MonthKind.GRACE] * 3
    assert view.sentence == "30.11.2026 дейін ғана. Берешекті төлеу керек."
    assert ("Соңғы төлем", "тамыз 2026") in view.facts
    assert ("Берешек", f"3 ай, 12{NBSP}750{NBSP}₸") in view.facts
    assert lines(view, "left")[0] == (Sign.DO, f"Берешекті төлеу: 12{NBSP}750{NBSP}₸")
    assert view.box is not None
    assert view.box.right.title == "30.11.2026 кейін"
    assert (view.act.text, view.act.key) == ("Берешекті ескерту", "Ctrl+P")
    assert ("Последний взнос", "август 2026") in panel(services, THIRD_MONTH, RU).facts


def test_twelve_months_ahead_show_no_red_months(services: DeskServices) -> None:
    view = panel(services, PREPAID)
    assert (view.state, view.months, view.box) == (PanelState.CONTRIBUTIONS, (), None)
    assert view.bar is not None
    assert view.bar.text == "31.10.2027 дейін алдын ала төленген"
    assert ("Алдын ала төленген", "12 ай") in view.facts
    assert "ескі берешек сұралмайды" in view.sentence


@pytest.mark.parametrize("language", list(Language))
def test_never_checked_says_no_no(services: DeskServices, language: Language) -> None:
    shown = card(services, NEVER_CHECKED)
    view = panel(services, NEVER_CHECKED, language)
    assert shown.plan.situation is Situation.NOT_KNOWN
    assert (view.state, view.coverage) == (PanelState.NEVER, Coverage.UNKNOWN)
    assert {sign for sign, _ in lines(view, "right")} == {Sign.NOT_KNOWN}
    texts = Texts(language)
    closed = [
        texts.say("insurance_panel.chip.uninsured"),
        texts.say("insurance_panel.needs.title"),
        texts.say("insurance_plan.insured_only"),
    ]
    assert [no for no in closed if any(no in said for said in words(view))] == []
    assert (view.act.code, view.act.key) == ("check", "F5")
