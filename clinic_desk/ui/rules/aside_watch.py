"""Says, over every page, when an imported rule table is kept that this version of the program cannot read.

Another table is in force then than the clinic wanted, and nobody must have to find that out.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.strips import StripPlace


class AsideWatch(QObject):
    """Keeps the strip over the window and the number on the rail."""

    def __init__(self, window: MainWindow, book: RuleBook, words: UiText, notifier: ChangeNotifier) -> None:
        super().__init__(window)
        self._window = window
        self._book = book
        self._words = words
        self._told = 0
        notifier.changed.connect(self._on_changed)

    def look(self) -> None:
        """What is kept and cannot be read is told, or no longer."""
        tables = len(self._book.set_aside)
        if tables == self._told:
            return
        self._told = tables
        self._window.rail.item("rules").set_count(tables)
        if tables:
            self._show(tables)
        else:
            self._window.set_strip(StripPlace.RULES, None)

    def _show(self, tables: int) -> None:
        # Hardly ever needed, so it is not read while the window opens.
        from clinic_desk.ui.kit.banner import Banner
        from clinic_desk.ui.kit.buttons import LinkButton
        from clinic_desk.ui.kit.tokens import Kind as Tone

        banner = Banner(Tone.WARN, "scales")
        banner.setObjectName("shell_banner_rules")
        self._words.bind(banner.setText, "rules_screen.window_aside", n=tables)
        button = banner.add_act(LinkButton())
        button.setObjectName("shell_banner_rules_button_open")
        self._words.bind(button.setText, "rules_screen.window_open")
        button.clicked.connect(lambda: self._window.show_section("rules"))
        self._window.set_strip(StripPlace.RULES, banner)

    def _on_changed(self, change: Change) -> None:
        if change.touches(Kind.RULES):
            self.look()
