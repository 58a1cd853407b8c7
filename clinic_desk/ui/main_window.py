"""The one window: top bar, rail, pages, and the keys that work everywhere. No rules and no queries."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.rail import Rail
from clinic_desk.ui.strips import StripPlace, StripStack
from clinic_desk.ui.top_bar import OmniboxLine, TopBar

if TYPE_CHECKING:
    from clinic_desk.ui.kit.toast import Toast, ToastArea
    from clinic_desk.ui.scanner import Scanner

WIDE_FROM = 1200
"""A window at least this wide, in pixels at scale 1, has words on its rail."""

PageFactory = Callable[[], QWidget]


@dataclass(slots=True)
class _Section:
    factory: PageFactory
    page: QWidget | None = None


class Shell(QWidget):
    """What fills the window; in practice an amber frame runs around it on every screen."""

    def __init__(self, framed: bool) -> None:
        super().__init__()
        self._framed = framed
        self.column = QVBoxLayout(self)
        space(self.column, 3 if framed else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground: QColor = look().colour("warn" if self._framed else "bg")
        painter.fillRect(self.rect(), ground)


class _Ground(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look().colour("bg"))


class MainWindow(QMainWindow):
    """Shows sections, keeps the keys, hands scans on.

    Args:
        words: the language of the window.
        practice: frame every screen as practice.

    Signals:
        section_shown: the key of the section that is in front now.
        register_requested: F2.
        attach_requested: F4.
        refer_requested: F8.
        print_requested: Ctrl+P.
        refresh_requested: F5, where the page has nothing of its own to ask again.
        scanned: what a scanner read, on any screen.
        closing: the window is about to close; save what is open.
    """

    section_shown = Signal(str)
    register_requested = Signal()
    attach_requested = Signal()
    refer_requested = Signal()
    print_requested = Signal()
    refresh_requested = Signal()
    scanned = Signal(str)
    closing = Signal()

    def __init__(self, words: UiText, *, practice: bool = False) -> None:
        super().__init__()
        self.setObjectName("shell_window")
        self._words = words
        self._sections: dict[str, _Section] = {}
        self._order: list[str] = []
        self._current = ""
        self._key_lines: list[tuple[str, str]] = []
        words.bind(self.setWindowTitle, "shell.product")
        self.top_bar = TopBar(words)
        self.rail = Rail(words)
        self.rail.chosen.connect(self._on_rail)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.strips = StripStack()
        self._pane = QVBoxLayout()
        space(self._pane, 0, 0)
        self._pane.addWidget(self.strips)
        self._pane.addWidget(self._stack, 1)
        row = QHBoxLayout()
        space(row, 0, 0)
        row.addWidget(self.rail)
        row.addLayout(self._pane, 1)
        shell = Shell(practice)
        self.practice_banner: Banner | None = None
        if practice:
            shell.column.addWidget(self._make_practice_banner())
        ground = _Ground()
        inner = QVBoxLayout(ground)
        space(inner, 0, 0)
        inner.addWidget(self.top_bar)
        inner.addLayout(row, 1)
        shell.column.addWidget(ground, 1)
        self.setCentralWidget(shell)
        self.rail.add("keys", "keyboard", "shell.section.keys", below=True, checkable=False)
        self._toasts: ToastArea | None = None
        self._scanner: Scanner | None = None
        self._add_shortcuts()
        look().changed.connect(self._fit)
        self.resize(1366, 768)

    @property
    def omnibox(self) -> OmniboxLine:
        """The field that finds people and acts."""
        return self.top_bar.omnibox

    @property
    def toasts(self) -> "ToastArea":
        """Where toasts are shown."""
        if self._toasts is None:
            from clinic_desk.ui.kit.toast import ToastArea

            self._toasts = ToastArea(self)
        return self._toasts

    def listen_to_keys(self) -> None:
        """Scans, Cyrillic shortcuts and the focus ring work from now on; call it after the first paint.

        What they need is read only now: the window paints before it. A second call does nothing.
        """
        if self._scanner is not None:
            return
        from clinic_desk.ui.kit.focus_ring import FocusRing
        from clinic_desk.ui.layout_shortcuts import LayoutShortcuts
        from clinic_desk.ui.scanner import Scanner

        self._scanner = Scanner(parent=self)
        self._scanner.scanned.connect(self.scanned)
        self._scanner.watch(self)
        self._layouts = LayoutShortcuts(self)
        self._ring = FocusRing(self)

    def add_page(self, key: str, factory: PageFactory) -> None:
        """Put a section behind the window that is not on the rail and has no number among the keys."""
        self._sections[key] = _Section(factory)

    def has_section(self, key: str) -> bool:
        """Whether there is such a section, on the rail or not."""
        return key in self._sections

    def add_section(
        self, key: str, icon: str, title_key: str, factory: PageFactory, *, below: bool = False
    ) -> None:
        """Put a section on the rail; its page is made when it is first shown.

        Sections get Ctrl+1 to Ctrl+9 in the order they are added.
        """
        self.add_page(key, factory)
        self._order.append(key)
        self.rail.add(key, icon, title_key, below=below)

    def add_key_line(self, key: str, text_key: str) -> None:
        """List a key of a screen on the sheet of keys."""
        if (key, text_key) not in self._key_lines:
            self._key_lines.append((key, text_key))

    @property
    def sections(self) -> tuple[str, ...]:
        """The keys of all sections in the order of Ctrl+1 and on."""
        return tuple(self._order)

    @property
    def current_section(self) -> str:
        """The key of the section in front, or ""."""
        return self._current

    def page(self, key: str) -> QWidget:
        """The page of a section, made now if it was not yet."""
        section = self._sections[key]
        if section.page is None:
            section.page = section.factory()
            self._stack.addWidget(section.page)
        return section.page

    def is_made(self, key: str) -> bool:
        """Whether the page of a section was made already."""
        return self._sections[key].page is not None

    def show_section(self, key: str) -> QWidget:
        """The section is in front; its page is returned."""
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        self.rail.set_current(key)
        self._current = key
        if isinstance(page, Page):
            page.on_shown()
        self.section_shown.emit(key)
        return page

    def set_strip(self, place: StripPlace, strip: QWidget | None) -> None:
        """Show a strip above every page, or none, in that place."""
        self.strips.put(place, strip)

    def show_only(self, page: QWidget) -> None:
        """Show a page that belongs to no section, such as why the store could not be opened."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self._current = ""

    def show_toast(self, text: str, undo: Callable[[], object] | None = None) -> "Toast":
        """Say at the foot of the window that something is done, with Undo if it can be taken back."""
        return self.toasts.show(text, undo_text=self._words.say("shell.undo"), undo=undo)

    def is_covered(self) -> bool:
        """Whether a dialog lies over the window."""
        from clinic_desk.ui.kit.modal import Modal

        return any(modal.isVisible() for modal in self.findChildren(Modal))

    def focus_omnibox(self) -> None:
        """The omnibox has the focus and its text is selected; a dialog on top keeps the focus instead."""
        if not self.is_covered():
            self.omnibox.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.omnibox.selectAll()

    def show_keys(self) -> None:
        """The sheet of keys is open, or closed if it was."""
        from clinic_desk.ui.keys_sheet import EVERYWHERE, MOVING, KeysSheet

        opened = self.findChild(KeysSheet)
        if opened is not None and opened.isVisible():
            opened.dismiss()
            return
        sections = ("Ctrl+1", "shell.keys.sections")
        if len(self._order) > 1:
            sections = (f"Ctrl+1…{min(len(self._order), 9)}", "shell.keys.sections")
        KeysSheet(self._words, (*EVERYWHERE, *self._key_lines), (*MOVING, sections)).open_over(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: object) -> None:
        self.closing.emit()
        super().closeEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            page = self._stack.currentWidget()
            if not (isinstance(page, Page) and page.on_escape()):
                self.focus_omnibox()
            return
        if event.key() == Qt.Key.Key_F5 and not event.isAutoRepeat():
            # A page that checks again by F5 has taken the key before.
            self._unless_covered(self.refresh_requested.emit)
            return
        super().keyPressEvent(event)

    def _make_practice_banner(self) -> Banner:
        banner = Banner(Kind.WARN, "student")
        banner.setObjectName("shell_banner_practice")
        banner.set_slim()
        self.practice_banner = banner
        self._words.follow(self._retell_practice)
        return banner

    def _retell_practice(self) -> None:
        if self.practice_banner is not None:
            say = self._words.say
            self.practice_banner.set_text(say("shell.practice.text"), say("shell.practice.strong"))

    def _add_shortcuts(self) -> None:
        self._shortcut("F1", self.show_keys)
        self._shortcut("Ctrl+K", self.focus_omnibox)
        self._shortcut("Ctrl+Z", self._undo)
        self._shortcut("F6", self._next_pane)
        self._shortcut("F2", partial(self._unless_covered, self.register_requested.emit))
        self._shortcut("F4", partial(self._unless_covered, self.attach_requested.emit))
        self._shortcut("F8", partial(self._unless_covered, self.refer_requested.emit))
        self._shortcut("Ctrl+P", self.print_requested.emit)
        for number in range(1, 10):
            self._shortcut(f"Ctrl+{number}", partial(self._unless_covered, self._go, number))

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)

    def _unless_covered(self, act: Callable[..., object], *args: object) -> None:
        if not self.is_covered():
            act(*args)

    def _go(self, number: int) -> None:
        if number <= len(self._order):
            self.show_section(self._order[number - 1])

    def _on_rail(self, key: str) -> None:
        if key == "keys":
            self.show_keys()
        else:
            self.show_section(key)

    def _undo(self) -> None:
        if self._toasts is not None and self._toasts.undo():
            return
        page = self._stack.currentWidget()
        if isinstance(page, Page) and not self.is_covered():
            page.on_undo()

    def _next_pane(self) -> None:
        if self.is_covered():
            return
        reason = Qt.FocusReason.TabFocusReason
        focus: QWidget | None = self.focusWidget()
        if focus is self.omnibox:
            item = self.rail.current_item()
            (item or self.rail.item("keys")).setFocus(reason)
        elif focus is not None and self.rail.isAncestorOf(focus):
            page = self._stack.currentWidget()
            first = page.first_focus() if isinstance(page, Page) else None
            if first is not None:
                first.setFocus(reason)
            elif page is not None:
                page.setFocus(reason)
                page.focusNextChild()
        else:
            self.focus_omnibox()

    def _fit(self) -> None:
        narrow = self.width() < look().px(WIDE_FROM)
        self.rail.set_narrow(narrow)
        self.top_bar.set_narrow(narrow)
