"""One run of the window: application, words, lanes, the start, and an orderly end."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QEvent, QMargins, QObject, QTimer
from PySide6.QtWidgets import QApplication

from clinic_desk.texts import Language
from clinic_desk.ui.application import CrashReporter, QtWords, make_application
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import ThemeName
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.start import OpenedProfile, ProfileOpener, Start
from clinic_desk.ui.strips import StripPlace

if TYPE_CHECKING:
    from clinic_desk.services.sync.practice_switches import PracticeSwitches

CHECK_AFTER_MS = 3_000
"""When the store is looked through: after the first patient's questions, not before."""
_STARTED_AFTER_MS = 5_000
_LAST_WORK_S = 20.0
"""How long the end waits for what a person was told is being saved."""
_LAST_ROUND_S = 5.0
"""How long the end waits for a round that is cut short."""
EXCHANGE_AFTER_MS = 700
"""When the exchange with the upstream begins: the window is ready and has painted its first screen."""
_FRAME = QMargins(8, 40, 8, 8)
"""About what a window system puts around a window."""


class KeptLook(Protocol):
    """The look of the last time."""

    def read(self) -> dict[str, Any]:
        """What was kept, possibly nothing."""

    def write(self, language: str, theme: str, scale: int) -> None:
        """Kept for the next start."""


class Program(QObject):
    """The parts of one run; make it after the application."""

    def __init__(
        self,
        opener: ProfileOpener,
        words: UiText,
        kept: KeptLook,
        *,
        is_practice: bool,
        mark: Callable[[str], object],
    ) -> None:
        super().__init__()
        self.words = words
        self.crashes = CrashReporter(self)
        self.jobs = Jobs(self._report, parent=self)
        self.window = MainWindow(words, practice=is_practice)
        self.start = Start(self.window, words, self.jobs, opener)
        self.start.opened.connect(self._on_opened)
        self.crashes.crashed.connect(self._on_crashed)
        self.profile: OpenedProfile | None = None
        self.clinic: QObject | None = None
        self._kept = kept
        self._mark = mark
        self._server: QObject | None = None
        self._damage: Any = None
        words.language_changed.connect(self._keep_look)
        look().changed.connect(self._keep_look)
        self.window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window and event.type() == QEvent.Type.Paint:
            self.window.removeEventFilter(self)
            # After this very paint has reached the screen, the slow part may begin.
            QTimer.singleShot(0, self._on_painted)
        return False

    def listen(self, address: str) -> None:
        """A second start of the same profile raises this window."""
        from clinic_desk.ui.single_instance import SingleInstance, bring_to_front

        server = SingleInstance(address, self)
        server.raise_requested.connect(lambda: bring_to_front(self.window))
        server.listen()
        self._server = server

    def end(self) -> None:
        """Drafts and what is being saved get their time, then the store is closed."""
        self.start.stop()
        if self.profile is not None and self.profile.sync is not None:
            # First, as it may be waiting for a reply; what it has not sent waits for the next start.
            self.profile.sync.stop(_LAST_ROUND_S)
        self.jobs.shutdown(_LAST_WORK_S)
        if self.profile is not None:
            self.profile.close()
            self.profile = None
        self.crashes.uninstall()

    def _on_painted(self) -> None:
        self._mark("painted")
        self.crashes.install()
        self.window.listen_to_keys()
        self.start.begin()

    def _on_opened(self, profile: OpenedProfile) -> None:
        from clinic_desk.ui.clinic_window import ClinicWindow

        self.profile = profile
        clinic = ClinicWindow(self.window, self.words, self.jobs, profile.desk, profile.imports, profile.sync)
        self.clinic = clinic
        clinic.begin()
        self._mark("ready")
        clinic.exchange.may_sign_in(profile.upstream_settings, profile.desk.actor)
        QTimer.singleShot(EXCHANGE_AFTER_MS, clinic, clinic.begin_exchange)
        QTimer.singleShot(CHECK_AFTER_MS, self, self._check_store)
        if profile.practice_switches is not None:
            self._add_practice_acts(profile, profile.practice_switches)

    def _add_practice_acts(self, profile: OpenedProfile, switches: PracticeSwitches) -> None:
        from clinic_desk.ui.practice.practice_acts import PracticeActs

        def ask_at_once() -> None:
            if profile.sync is not None:
                profile.sync.now()

        acts = PracticeActs(self.window, self.words, self.jobs, switches, ask_at_once)
        QTimer.singleShot(EXCHANGE_AFTER_MS, acts, acts.begin)

    def _check_store(self) -> None:
        """Looks through the whole store beside the window: a page that rots is told before it is needed."""
        if self.profile is not None:
            self.jobs.run(self.profile.store.is_whole, self._tell_damage, owner=self, lane="side")

    def _tell_damage(self, is_whole: bool) -> None:
        if is_whole:
            return
        from clinic_desk.ui.kit.banner import Banner
        from clinic_desk.ui.kit.tokens import Kind

        banner = Banner(Kind.ERR)
        banner.setObjectName("shell_banner_damaged")
        self.window.set_strip(StripPlace.DAMAGED, banner)
        self._damage = banner
        self.words.follow(self._say_damage)

    def _say_damage(self) -> None:
        from clinic_desk.sentences import code_sentence

        self._damage.set_text(code_sentence(self.words.texts, "store.damaged", {}))

    def _report(self, error: BaseException) -> None:
        self.crashes.report(error)

    def _on_crashed(self, code: str) -> None:
        from clinic_desk.ui.kit.dialogs import WindowDialogs

        say = self.words.say
        WindowDialogs(self.words).show_error(
            self.window, say("shell.crash.title"), say("shell.crash.text", code=code)
        )

    def _keep_look(self) -> None:
        current = look()
        self._kept.write(self.words.language.value, current.theme.value, round(current.scale * 100))


def run_window(
    opener: ProfileOpener,
    *,
    language: Language | None,
    is_practice: bool,
    look: KeptLook,
    raise_address: str,
    marks: Callable[[str], object],
) -> int:
    """Shows the window until it is closed and gives the exit code."""
    program = make_program(opener, language=language, is_practice=is_practice, kept=look, mark=marks)
    show_fitting(program.window)
    QTimer.singleShot(0, program, lambda: program.listen(raise_address))
    # What the start has made stays until the end. The collector would walk through all of it each time enough
    # else has piled up, and hold the window up for longer than an eye forgives.
    QTimer.singleShot(_STARTED_AFTER_MS, program, gc.freeze)
    app = QApplication.instance()
    assert app is not None  # noqa: S101 - made above
    code = app.exec()
    program.end()
    return code


def show_fitting(window: MainWindow) -> None:
    """The window is shown, maximised where its frame would not fit around it."""
    framed, room = window.size().grownBy(_FRAME), window.screen().availableSize()
    if framed.boundedTo(room) != framed:
        window.showMaximized()
    else:
        window.show()


def raise_running(address: str) -> bool:
    """True when the program that has the profile answered and came to the front."""
    make_application()
    from clinic_desk.ui.single_instance import ask_running_window

    return ask_running_window(address)


def make_program(
    opener: ProfileOpener,
    *,
    language: Language | None,
    is_practice: bool,
    kept: KeptLook,
    mark: Callable[[str], object] = lambda mark: None,
) -> Program:
    """The application and the program in the look of the last time; nothing is shown yet."""
    known = kept.read()
    theme = ThemeName.DARK if known.get("theme") == "dark" else ThemeName.LIGHT
    scale = known.get("scale") if known.get("scale") in (100, 125, 150) else 100
    make_application(theme=theme, scale=float(scale or 100) / 100)
    said = language or _language(known.get("language"))
    words = UiText(said)
    program = Program(opener, words, kept, is_practice=is_practice, mark=mark)
    QtWords(words, program)
    return program


def _language(stored: object) -> Language:
    try:
        return Language(str(stored))
    except ValueError:
        return Language.KK
