"""One dressed application for all tests of the window; each begins light, at 100 %, in Kazakh."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from clinic_desk.texts import Language
from clinic_desk.ui.application import make_application
from clinic_desk.ui.kit import ThemeName, UiText, look


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    return make_application()


@pytest.fixture(autouse=True)
def plain_look(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qapp" in request.fixturenames or "qtbot" in request.fixturenames:
        request.getfixturevalue("dressed")
        look().set(ThemeName.LIGHT, 1.0)
        yield
        # Widgets that asked to be deleted are gone before the next test.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    else:
        yield


@pytest.fixture
def words(qapp: QApplication) -> UiText:
    return UiText(Language.KK)
