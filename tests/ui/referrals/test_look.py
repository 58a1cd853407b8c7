"""Nothing is cut or left in another language, at 100 and 125 per cent, light and dark."""

from __future__ import annotations

import pytest
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
@pytest.mark.parametrize(("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)])
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
def test_dialog_with_everything_missing(screen: Screen, language: Language) -> None:
    look().set(ThemeName.LIGHT, 1.25)
    screen.words.set_language(language)
    screen.open(INSURED)
    screen.finish()
    screen.settle()
    screen.qtbot.wait(20)
    assert clipped_labels(screen.window) == []
    assert untranslated(screen.window, language) == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale", "width"), [(ThemeName.LIGHT, 1.0, 1154), (ThemeName.DARK, 1.25, 1286)]
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
