"""The live slip beside the form, drawn beside the window, and the line about the printer below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer

from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import Printing
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.slips import PreviewImage, PrinterList
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.kit.choice_popup import Option
from clinic_desk.ui.kit.combo_field import Deliver
from clinic_desk.ui.kit.pictures import picture_of
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView

_PAUSE_MS: Final = 150
_SLOW_MS: Final = 300


class SlipPreview(QObject):
    """Draws the slip of the form 150 ms after the last change; an older picture never replaces a newer one.

    While one picture is being drawn at most one more waits, so that a slow machine draws the newest form
    and not every one in between.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        view: ReferralEditorView,
    ) -> None:
        super().__init__(view)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._view = view
        self._read: Callable[[], ReferralForm] | None = None
        self._actor: Actor | None = None
        self._language = SlipLanguage.KK
        self._remark = ""
        self._round = 0
        self._drawing = False
        self._asked_again = False
        self._was_provisional = True
        self._printers = PrinterList(())
        self._printing: Printing | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(lambda: self._say("referral.preview.loading"))
        view.printer_change.clicked.connect(self._choose_printer)
        view.printer_field.set_source(self._list_printers)
        view.printer_field.chosen.connect(self._on_printer)
        notifier.exchange_changed.connect(self._on_exchange)
        words.follow(self._retell)

    def begin(self, read: Callable[[], ReferralForm], language: SlipLanguage) -> None:
        """Show slips of the form that `read` gives, on empty paper at first."""
        self._round += 1
        self._read, self._language, self._actor = read, language, None
        self._drawing = self._asked_again = False
        self._printing = None
        self._view.slip.set_image(None)
        self._view.printer_field.hide()
        self._view.printer_line.show()
        self._view.printer_change.show()
        self._say("")

    def know(self, actor: Actor, printing: Printing) -> None:
        """Who issues and where slips are printed is known now: draw, and look for the printers."""
        self._actor, self._printing = actor, printing
        turn = self._round
        self.ask()
        self._jobs.run(
            self._services.slips.printers,
            lambda found: self._on_printers(turn, found),
            lambda _error: self._on_printers(turn, PrinterList(())),
            owner=self,
            lane="side",
        )

    def ask(self) -> None:
        """The form has changed."""
        if self._actor is not None:
            self._pause.start()

    def _on_exchange(self, _status: object) -> None:
        """The paper is promised anew only when its mark comes or goes."""
        if self._notifier.exchange.is_connected is self._was_provisional:
            self.ask()

    def end(self) -> None:
        """Nothing more is drawn."""
        self._round += 1
        self._pause.stop()
        self._slow.stop()
        self._actor = None

    def _draw(self) -> None:
        if self._drawing:
            self._asked_again = True
            return
        actor, read = self._actor, self._read
        if actor is None or read is None:
            return
        self._drawing = True
        self._slow.start()
        turn, form = self._round, read()
        self._was_provisional = is_provisional = not self._notifier.exchange.is_connected
        paper = self._view.slip.paper
        width = round(max(paper.sheet().width(), 1) * paper.devicePixelRatioF())
        self._jobs.run(
            lambda: self._services.slips.preview(form, actor, width, is_provisional=is_provisional),
            lambda image: self._on_image(turn, image),
            lambda _error: self._on_image(turn, None),
            owner=self,
            lane="side",
        )

    def _on_image(self, turn: int, image: PreviewImage | None) -> None:
        if turn != self._round:
            return
        self._drawing = False
        self._slow.stop()
        if image is not None:
            self._view.slip.set_image(picture_of(image))
        self._say("" if image is not None else "referral.preview.failed")
        if self._asked_again:
            self._asked_again = False
            self._draw()

    def _say(self, remark: str) -> None:
        self._remark = remark
        self._retell()

    def _retell(self) -> None:
        say = self._words.say
        self._view.slip.remark.setText(say(self._remark or f"referral.preview.paper.{self._language}"))
        printing = self._printing
        if printing is None:
            self._view.printer_line.setText("")
            return
        printer = printing.printer or self._printers.default
        if not printer and not self._printers.names:
            self._view.printer_line.setText(say("referral.preview.no_printer"))
            return
        name = printer or self._printers.names[0]
        self._view.printer_line.setText(say("referral.preview.printer", printer=name, n=printing.copies))

    def _on_printers(self, turn: int, found: PrinterList) -> None:
        if turn == self._round:
            self._printers = found
            self._view.printer_change.setVisible(bool(found.names))
            self._retell()

    def _choose_printer(self) -> None:
        self._view.printer_line.hide()
        self._view.printer_change.hide()
        self._view.printer_field.show()
        self._view.printer_field.open_list()

    def _list_printers(self, query: str, deliver: Deliver) -> None:
        wanted = query.casefold()
        deliver([Option(name, name) for name in self._printers.names if wanted in name.casefold()])

    def _on_printer(self, option: Option) -> None:
        view = self._view
        view.printer_field.hide()
        view.printer_line.show()
        view.printer_change.show()
        view.printer_change.setFocus()
        actor = self._actor
        if self._printing is None or actor is None:
            return
        self._printing = replace(self._printing, printer=str(option.key))
        self._retell()
        settings, printing = self._services.settings, self._printing
        self._jobs.run(
            lambda: settings.change(replace(settings.read(), printing=printing), actor),
            self._notifier.announce,
            owner=self,
            lane="write",
        )
