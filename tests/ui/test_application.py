import logging
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from clinic_desk.texts import Language
from clinic_desk.ui.application import CrashReporter, QtWords, crash_code, make_application
from clinic_desk.ui.kit import ThemeName, UiText, look


def fail(name: str) -> None:
    raise KeyError(name)


@pytest.fixture
def reporter(qapp):
    made = CrashReporter()
    made.install()
    yield made
    made.uninstall()


def caught(name: str) -> KeyError:
    try:
        fail(name)
    except KeyError as error:
        return error
    raise AssertionError("unreachable")


def test_one_application_dressed_again(qapp) -> None:
    app = make_application(theme=ThemeName.DARK, scale=1.25)
    assert app is QApplication.instance()
    assert app.palette().color(QPalette.ColorRole.Window).name() == look().tokens.bg.lower()
    assert app.styleSheet()
    assert (look().theme, look().scale) == (ThemeName.DARK, 1.25)
    assert not app.windowIcon().isNull()
    assert app.applicationName() == "clinic-desk"


def test_qt_speaks_the_language_of_the_window(qapp, words: UiText) -> None:
    keeper = QtWords(words)
    said = {}
    for language in (Language.RU, Language.KK, Language.EN):
        words.set_language(language)
        said[language] = QCoreApplication.translate("QPlatformTheme", "Cancel")
    words.set_language(Language.KK)
    assert said == {Language.RU: "Отмена", Language.KK: "Бас тарту", Language.EN: "Cancel"}
    assert QLocale().name() == "kk_KZ"
    assert QLocale(QLocale().name()).currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) == "KZT"
    words.set_language(Language.EN)
    assert keeper is not None


def test_mistake_is_logged_without_anybodys_data(
    reporter: CrashReporter, caplog: pytest.LogCaptureFixture, qtbot
) -> None:
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(reporter.crashed) as crashed:
        code = reporter.report(caught("Үлгібаева Айсұлу 880214400000"))
    assert crashed.args == [code]
    assert code in caplog.text
    assert "KeyError" in caplog.text
    assert "fail" in caplog.text
    assert "Үлгібаева" not in caplog.text
    assert "880214400000" not in caplog.text


def test_code_names_the_place_not_the_person(qapp) -> None:
    codes = {crash_code(caught(name)) for name in ("Үлгібаева", "Сынақбаев")}
    assert len(codes) == 1
    assert len(codes.pop()) == 8
    try:
        int("x")
    except ValueError as error:
        assert crash_code(error) != crash_code(caught("x"))


def test_uncaught_errors_arrive_from_every_thread(reporter: CrashReporter, qtbot) -> None:
    codes: list[str] = []
    reporter.crashed.connect(codes.append)
    error = caught("x")
    sys.excepthook(KeyError, error, error.__traceback__)
    assert codes == [crash_code(error)]
    thread = threading.Thread(target=fail, args=("y",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(codes) == 2)


def test_mistake_while_showing_a_mistake_does_not_go_round(reporter: CrashReporter) -> None:
    shown: list[str] = []

    def show(code: str) -> None:
        shown.append(code)
        reporter.report(caught("again"))

    reporter.crashed.connect(show)
    reporter.report(caught("first"))
    assert len(shown) == 1


def test_hooks_are_given_back(qapp) -> None:
    before = sys.excepthook, threading.excepthook
    reporter = CrashReporter()
    reporter.install()
    assert sys.excepthook != before[0]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
