"""The omnibox as the window has it: a key press, the lanes, the rows in the model."""

from __future__ import annotations

import os
import time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from clinic_desk.services.clock import SystemClock
from clinic_desk.services.rules_of_the_day import shipped_tables
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.texts import Language
from clinic_desk.ui.application import make_application
from clinic_desk.ui.kit import Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.omnibox.omnibox import Omnibox


class _OnlySearch:
    """What of the use cases the omnibox calls while somebody types."""

    def __init__(self, store: SqlStore) -> None:
        self.search = SqlPatientSearch(store)
        self.clock = SystemClock()
        self.tables = shipped_tables()


class OmniboxTimer:
    """Times one change of the field's text until the popup has its answer."""

    def __init__(self, store: SqlStore) -> None:
        make_application()
        self._words = UiText(Language.KK)
        self._jobs = Jobs(self._crash)
        self._window = MainWindow(self._words)
        services: Any = _OnlySearch(store)
        self._omnibox = Omnibox(services, self._jobs, self._words, self._window.omnibox)
        self._window.show()
        self._window.omnibox.setFocus()
        QApplication.processEvents()

    def time(self, text: str) -> float:
        """Milliseconds from the last key press of `text` to its rows."""
        line = self._window.omnibox
        line.setText(text[:-1])
        start = time.perf_counter()
        line.insert(text[-1])
        line.textEdited.emit(line.text())
        while not self._omnibox.is_answered:
            QApplication.processEvents()
        return (time.perf_counter() - start) * 1000

    def close(self) -> None:
        """The lanes end."""
        self._jobs.shutdown(5)
        self._window.close()

    @staticmethod
    def _crash(error: BaseException) -> None:
        raise error
