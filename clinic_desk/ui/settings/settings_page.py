"""The page of settings: what a slip says, where it goes, how the window looks."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.sentences import code_sentence, error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings, Look
from clinic_desk.services.places import PlaceBook
from clinic_desk.services.slips import PrinterList
from clinic_desk.texts import Language
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.card import ScrollPage
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.fields import TextField
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space, vertical
from clinic_desk.ui.kit.tokens import Kind as SignKind
from clinic_desk.ui.kit.tokens import ThemeName
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.settings.about import AboutCard
from clinic_desk.ui.settings.cards import ClinicCard, DeskCard, PrinterCard
from clinic_desk.ui.settings.form import FieldError, SettingsForm
from clinic_desk.ui.settings.look_and_scanner import LookCard, ScannerCard

_TWO_COLUMNS_FROM = 960


class SettingsPage(Page):
    """Clinic, desk, printer, look, scanner test, about.

    The look works and is saved at once; the rest is saved together, with what is wrong said by its field.

    Args:
        services: the use cases of the open profile.
        jobs: the lanes beside the window.
        words: the language of the window.
        notifier: told what was saved.
        parent: as in Qt.

    Signals:
        look_changed: the `Look` that works now.
        settings_changed: something was saved.
    """

    look_changed = Signal(object)
    settings_changed = Signal()

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._stored: SettingsForm | None = None
        self._errors: dict[str, FieldError] = {}
        self._error: ClinicDeskError | None = None
        self._is_saved = False
        self.clinic = ClinicCard(words, PlaceBook(services.rules, services.clock))
        self.desk = DeskCard(words)
        self.printer = PrinterCard(words)
        self.look = LookCard(words)
        self.scanner = ScannerCard(words)
        self.about = AboutCard(words)
        self._is_wide: bool | None = None
        self._build()
        self._connect()
        self._arrange()
        look().changed.connect(self._arrange)
        words.follow(self._retell)

    def on_shown(self) -> None:
        """See `Page`."""
        if not self.is_changed:
            self._read()
        self._ask_printers()

    def on_escape(self) -> bool:
        """See `Page`. What was typed goes back to what is stored."""
        if not self.is_changed:
            return False
        self.discard()
        return True

    def first_focus(self) -> QWidget | None:
        """See `Page`."""
        return self.clinic.fields["name_kk"].edit

    @property
    def is_changed(self) -> bool:
        """Whether something is not saved."""
        return self._stored is not None and self._form().cleaned() != self._stored

    def save(self) -> None:
        """What differs is saved, or what is wrong is said by its field."""
        if self._stored is None or not self.save_button.isEnabled():
            return
        form = self._form().cleaned()
        self._error = None
        self._errors = form.errors(self._stored)
        self._retell()
        if self._errors:
            self._focus_first_error()
            return

        def work() -> Change:
            settings = form.within(self._services.settings.read())
            return self._services.settings.change(settings, self._services.actor())

        def done(change: Change) -> None:
            self._show(form)
            self._is_saved = True
            self._retell()
            self._notifier.announce(change)
            self.settings_changed.emit()

        self.save_button.setEnabled(False)
        self._jobs.run(work, done, self._failed, owner=self, lane="write")

    def discard(self) -> None:
        """The fields hold again what is stored."""
        if self._stored is not None:
            self._show(self._stored)
            self._retell()

    def _build(self) -> None:
        self.title = PlainLabel(role="title")
        self.note = PlainLabel(tone="muted")
        self.note.setObjectName("settings_label_note")
        self.discard_button = SecondaryButton("", "Esc")
        self.discard_button.setObjectName("settings_button_discard")
        self.discard_button.clicked.connect(self.discard)
        self.save_button = PrimaryButton("", "Ctrl+Enter", "check")
        self.save_button.setObjectName("settings_button_save")
        self.save_button.clicked.connect(self.save)
        self.save_button.claim_key(self)
        head = QHBoxLayout()
        space(head, 0, 10)
        head.addLayout(vertical(self.title, self.note, gap=2), 1)
        head.addWidget(self.discard_button)
        head.addWidget(self.save_button)
        self.banner = Banner(SignKind.ERR, wide=False)
        self.banner.setObjectName("settings_banner")
        self.banner.hide()
        page = self.scroll_page = ScrollPage(margins=(24, 16, 24, 16), gap=12)
        page.body.addLayout(head)
        page.body.addWidget(self.banner)
        self._left, self._right = QWidget(), QWidget()
        self._left.setLayout(vertical(self.clinic, self.desk, self.about, None, gap=12))
        self._right.setLayout(vertical(self.look, self.printer, self.scanner, None, gap=12))
        self._grid = QGridLayout()
        space(self._grid, 0, 12)
        page.body.addLayout(self._grid)
        page.body.addStretch(1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(page)

    def _connect(self) -> None:
        for card in (self.clinic, self.desk, self.printer):
            card.edited.connect(self._on_edited)
        self.look.chosen.connect(self._on_look)
        self.printer.refresh_wanted.connect(self._ask_printers)
        self.printer.test_wanted.connect(self._print_test)
        self._notifier.changed.connect(self._on_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Two columns where there is room for two, else one under the other."""
        is_wide = self.width() >= look().px(_TWO_COLUMNS_FROM)
        if self._is_wide is is_wide:
            return
        self._is_wide = is_wide
        self._grid.addWidget(self._left, 0, 0)
        self._grid.addWidget(self._right, 0 if is_wide else 1, 1 if is_wide else 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if is_wide else 0)

    def _form(self) -> SettingsForm:
        return SettingsForm(self.clinic.value(), self.desk.value(), self.printer.value())

    def _read(self) -> None:
        self._jobs.run(self._services.settings.read, self._on_read, self._failed, owner=self, lane="read")

    def _on_read(self, settings: DeskSettings) -> None:
        if not self.is_changed:
            self._show(SettingsForm.of(settings))
            self._retell()

    def _on_changed(self, change: Change) -> None:
        if change.touches(Kind.SETTINGS) and self.isVisible() and not self.is_changed:
            self._read()

    def _show(self, form: SettingsForm) -> None:
        self._stored = form
        self._errors, self._error = {}, None
        self.clinic.show_part(form.clinic)
        self.desk.show_part(form.desk)
        self.printer.show_part(form.printing)

    def _failed(self, error: ClinicDeskError) -> None:
        self._error = error
        self._retell()

    def _on_edited(self) -> None:
        self._is_saved = False
        self._errors = {name: e for name, e in self._errors.items() if self._field(name).error()}
        self._tell_state()

    def _on_look(self, wanted: Look) -> None:
        """The look is another one at once, and is kept."""
        self._words.set_language(Language(wanted.language))
        look().set(ThemeName(wanted.theme), wanted.scale / 100)
        self.look_changed.emit(wanted)

        def work() -> Change:
            settings = replace(self._services.settings.read(), look=wanted)
            return self._services.settings.change(settings, self._services.actor())

        self._jobs.run(work, self._notifier.announce, self._failed, owner=self, lane="write")

    def _ask_printers(self) -> None:
        self.printer.refresh.setEnabled(False)

        def show(known: PrinterList) -> None:
            self.printer.refresh.setEnabled(True)
            self.printer.show_printers(known)

        def failed(error: ClinicDeskError) -> None:
            self.printer.refresh.setEnabled(True)
            self._failed(error)

        self._jobs.run(self._services.slips.printers, show, failed, owner=self, lane="side")

    def _print_test(self) -> None:
        """A test page goes to the printer that is chosen on the page, saved or not."""
        printing, language = self.printer.value(), self._words.language
        self.printer.show_outcome(None)
        self.printer.test.setEnabled(False)

        def failed(error: ClinicDeskError) -> None:
            self.printer.test.setEnabled(True)
            self._failed(error)

        self._jobs.run(
            lambda: self._services.slips.print_test(printing, language),
            self.printer.show_outcome,
            failed,
            owner=self,
            lane="side",
        )

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("settings.title"))
        self.save_button.setText(say("shell.save"))
        self.discard_button.setText(say("settings.discard"))
        for card in (self.clinic, self.desk):
            for name, field in card.fields.items():
                error = self._errors.get(f"{card.part}_{name}")
                field.set_error(self._sentence(error) if error else "")
        self._tell_state()

    def _tell_state(self) -> None:
        say = self._words.say
        changed = self.is_changed
        self.save_button.setEnabled(changed)
        self.discard_button.setVisible(changed)
        state = "saved" if self._is_saved and not changed else "changed" if changed else "note"
        self.note.setText(say(f"settings.{state}"))
        self.banner.setVisible(self._error is not None or bool(self._errors))
        if self._error is not None:
            self.banner.set_text(error_sentence(self._words.texts, self._error))
        elif self._errors:
            self.banner.set_text(say("settings.errors", n=len(self._errors)))

    def _sentence(self, error: FieldError) -> str:
        own = f"settings.error.{error.code}"
        if self._words.has(own):
            return self._words.say(own)
        return code_sentence(self._words.texts, error.code, error.params)

    def _field(self, name: str) -> TextField:
        part, _, field = name.partition("_")
        return (self.clinic if part == "clinic" else self.desk).fields[field]

    def _focus_first_error(self) -> None:
        self._field(next(iter(self._errors))).setFocus()
