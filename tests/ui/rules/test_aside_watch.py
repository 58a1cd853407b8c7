"""A kept rule table that cannot be read does not stop the program; the window says so until it is mended."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, LinkButton, UiText
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.rules.aside_watch import AsideWatch
from tests.ui.rules.conftest import NOW, TODAY, limits


def test_the_window_says_so_until_it_is_dealt_with(qtbot: QtBot, words: UiText) -> None:
    bad = RuleDocument(RuleDocumentId("b" * 32), "limits", {**limits(9), "format": 2}, TODAY, NOW, "N")
    book, notifier, window = shipped_book(), ChangeNotifier(), MainWindow(words)
    window.add_section("patient", "user", "shell.section.patient", Page)
    window.add_section("rules", "scales", "shell.section.rules", Page)
    qtbot.addWidget(window)
    window.show()
    watch = AsideWatch(window, book, words, notifier)
    watch.look()
    assert window.findChild(Banner, "shell_banner_rules") is None
    book.replace([bad])
    notifier.changed.emit(Change.of(Kind.RULES))
    banner = window.findChild(Banner, "shell_banner_rules")
    assert banner is not None
    assert "1 ереже кестесі оқылмады" in banner.label.text()
    words.set_language(Language.EN)
    assert "cannot be read" in banner.label.text()
    assert window.rail.item("rules").accessibleName().startswith("Rules")
    button = window.findChild(LinkButton, "shell_banner_rules_button_open")
    assert button is not None
    button.click()
    assert window.current_section == "rules"
    book.replace([bad._replace(is_undone=True)])
    notifier.changed.emit(Change.of(Kind.RULES))
    qtbot.waitUntil(lambda: window.findChild(Banner, "shell_banner_rules") is None)
