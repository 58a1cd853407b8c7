"""Nothing is cut or left in another language, at 100, 125 and 150 per cent, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.ids import PatientId
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, ThemeName, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.referrals.referral_list import ReferralListPage
from tests.ui.referrals.conftest import Screen
from tests.ui.referrals.small_clinic import INSURED, UNINSURED, UNKNOWN
from tests.ui.referrals.test_referral_list import issue


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)]
)
@pytest.mark.parametrize("patient", [INSURED, UNINSURED, UNKNOWN])
def test_dialog(
    screen: Screen, language: Language, theme: ThemeName, scale: float, patient: PatientId
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    if patient == INSURED:
        issue(screen.clinic)
    screen.open(patient)
    assert clipped_labels(screen.window) == []
    screen.fill()
    screen.view.show_note(True)
    screen.finish()
    screen.settle()
    screen.qtbot.wait(20)
    assert clipped_labels(screen.window) == []
    assert untranslated(screen.window, language) == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.25, 1.5])
def test_dialog_with_everything_missing(screen: Screen, language: Language, scale: float) -> None:
    look().set(ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    screen.open(INSURED)
    screen.finish()
    screen.settle()
    screen.qtbot.wait(20)
    assert clipped_labels(screen.window) == []
    assert untranslated(screen.window, language) == []


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_slip_gives_the_form_the_whole_width_where_it_is_narrow(
    make_screen: Callable[[], Screen], scale: float
) -> None:
    look().set_scale(scale)
    screen = make_screen()
    screen.open(INSURED)
    view = screen.view
    form, is_below = view.form_page, scale > 1.25
    assert view.page.verticalScrollBar().maximum() == 0
    assert view.page.viewport().rect().contains(form.geometry())
    assert form.isAncestorOf(view.slip) is is_below
    room = view.page.width() - look().px(19) - look().px(24)
    assert form.width() == room - (0 if is_below else look().px(330) + look().px(12))
    assert form.horizontalScrollBar().maximum() == 0
    # Above that, who is referred needs the room; the button that closes says its key itself.
    assert view.hint.isVisible() is (scale == 1)
    look().set_scale(1.0)
    screen.settle()
    assert not form.isAncestorOf(view.slip)
    assert view.page.viewport().rect().contains(view.slip.geometry())
    assert view.hint.isVisible()


@pytest.mark.parametrize("scale", [1.25, 1.5])
def test_findings_appear_in_sight_above_the_form(screen: Screen, scale: float) -> None:
    look().set_scale(scale)
    screen.open(UNINSURED)
    view = screen.view
    screen.type("кар")
    screen.enter()
    screen.settle()
    assert not view.findings.isVisible()
    view.form_page.verticalScrollBar().setValue(200)
    assert view.form_page.verticalScrollBar().value() > 0
    screen.type("i10")
    screen.enter()
    screen.settle()
    assert view.findings.isVisible()
    # All of it, as long as the control in use is in sight too.
    words = view.findings.blocks.label
    assert words.visibleRegion().boundingRect() == words.rect()
    used = QApplication.focusWidget()
    assert used is view.reasons.tiles()[0]
    assert used.visibleRegion().boundingRect() == used.rect()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale", "width"),
    [(ThemeName.LIGHT, 1.0, 1154), (ThemeName.DARK, 1.25, 1278), (ThemeName.LIGHT, 1.5, 1262)],
)
@pytest.mark.parametrize("is_empty", [False, True])
def test_list(
    qtbot: QtBot,
    screen: Screen,
    language: Language,
    theme: ThemeName,
    scale: float,
    width: int,
    is_empty: bool,
) -> None:
    look().set(theme, scale)
    screen.words.set_language(language)
    if not is_empty:
        issue(screen.clinic)
    page = ReferralListPage(screen.clinic.desk, screen.jobs, screen.words, ChangeNotifier(screen.window))
    qtbot.addWidget(page)
    page.resize(width, 700)
    page.show()
    page.on_shown()
    screen.settle()
    assert clipped_labels(page) == []
    assert untranslated(page, language) == []
