"""Makes the Qt application: look, fonts, Qt's own words, and what becomes of the program's mistakes."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from clinic_desk.resources import resource_path
from clinic_desk.texts import Language
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import ThemeName
from clinic_desk.ui.kit.words import UiText

_log = logging.getLogger(__name__)
_QT_PREFIX = "qtbase_"
# Qt counts money of a bare "ru" in roubles.
_LOCALES = {Language.KK: "kk_KZ", Language.RU: "ru_KZ", Language.EN: "en_GB"}


def make_application(
    argv: Sequence[str] = (), *, theme: ThemeName = ThemeName.LIGHT, scale: float = 1.0
) -> QApplication:
    """The one QApplication, dressed; an existing one is dressed again and returned.

    Where there is no screen it draws offscreen instead of failing, so that the commands work on a server.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        if not _has_screen():
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QApplication(list(argv) or ["clinic-desk"])
    app.setApplicationName("clinic-desk")
    app.setApplicationDisplayName("Clinic Desk")
    app.setDesktopFileName("clinic-desk")
    app.setWindowIcon(_window_icon())
    app.setStyle("Fusion")
    current = look()
    if (current.theme, current.scale) == (theme, scale):
        current.apply()
    else:
        current.set(theme, scale)
    return app


class QtWords(QObject):
    """Keeps Qt's own words (menus of fields, printing) in the language of the window."""

    def __init__(self, words: UiText, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._translator: QTranslator | None = None
        words.follow(self._install)

    def _install(self) -> None:
        if self._translator is not None:
            QApplication.removeTranslator(self._translator)
            self._translator = None
        language = self._words.language
        QLocale.setDefault(QLocale(_LOCALES[language]))
        if language is Language.EN:
            return
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"{_QT_PREFIX}{language.value}", folder):
            QApplication.installTranslator(translator)
            self._translator = translator


class CrashReporter(QObject):
    """Receives what no one expected: logs it without data of people and lets the window live.

    The log gets the kind of the error and the places it passed, never its message or values: a message may
    hold a name. The code names the place, so the same mistake has the same code at every desk.

    Signals:
        crashed: the code to show to the person.
    """

    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._previous: tuple[Callable[..., object], Callable[..., object]] | None = None
        self._reporting = False

    def install(self) -> None:
        """Errors that reach nobody come here, those of other threads too."""
        self._previous = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread

    def uninstall(self) -> None:
        """Errors go where they went before."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook = self._previous
            self._previous = None

    def report(self, error: BaseException) -> str:
        """Log the error, tell `crashed`, and return the code."""
        code = crash_code(error)
        _log.error("mistake %s: %s", code, "; ".join(_places(error)))
        if not self._reporting:
            # A mistake while showing a mistake must not go round.
            self._reporting = True
            try:
                self.crashed.emit(code)
            finally:
                self._reporting = False
        return code

    def _on_uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.report(error if error.__traceback__ is not None else error.with_traceback(trace))

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)


def crash_code(error: BaseException) -> str:
    """A short code of the place an error came from: eight letters and digits, the same for the same place."""
    import hashlib  # only a mistake pays for reading it

    return hashlib.sha256("|".join(_places(error)).encode()).hexdigest()[:8].upper()


def _places(error: BaseException) -> list[str]:
    """The kind of each error of the chain and the functions it passed, outermost first."""
    places = []
    current: BaseException | None = error
    while current is not None:
        places.append(type(current).__qualname__)
        frames = traceback.extract_tb(current.__traceback__)
        places.extend(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        current = current.__cause__
    return places


def _has_screen() -> bool:
    if not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _window_icon() -> QIcon:
    try:
        return QIcon(str(resource_path("icons", "clinic-desk.svg")))
    except FileNotFoundError:
        return QIcon()


__all__ = ["CrashReporter", "QtWords", "crash_code", "make_application"]
