"""The state of the exchange over every page: the chip in the top bar, the strip, the warning of the clock."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from clinic_desk.services.ports import Clock
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.texts import Texts
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.strips import StripPlace
from clinic_desk.ui.sync.state_words import StripWords, chip_of, clock_strip_of, sentence_of, strip_of


class SyncDisplay(QObject):
    """Shows whatever status is announced.

    Signals:
        act_wanted: the code of what a strip offers: queue, retry, sign_in, look.
    """

    act_wanted = Signal(str)

    def __init__(self, window: MainWindow, clock: Clock, words: UiText, notifier: ChangeNotifier) -> None:
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._words = words
        self._status = SyncStatus()
        notifier.exchange_changed.connect(self.show)
        words.language_changed.connect(self._say_strips)

    def show(self, status: SyncStatus) -> None:
        """This holds from now on."""
        if status == self._status:
            return
        old, self._status = self._status, status
        self._window.top_bar.show_state(self._describe)
        self._say_strips()
        if status.state is not old.state:
            self._announce()

    def _describe(self, texts: Texts) -> tuple[ChipData, str]:
        today = self._clock.today()
        return chip_of(self._status, texts, today), sentence_of(self._status, texts, today)

    def _say_strips(self) -> None:
        texts = self._words.texts
        self._put(StripPlace.SYNC, strip_of(self._status, texts, self._clock.today()))
        self._put(StripPlace.CLOCK, clock_strip_of(self._status, texts))

    def _put(self, place: StripPlace, said: StripWords | None) -> None:
        from clinic_desk.ui.sync.sync_strip import SyncStrip

        strip = self._window.strips.at(place)
        if said is None:
            if strip is not None:
                self._window.set_strip(place, None)
            return
        if not isinstance(strip, SyncStrip):
            strip = SyncStrip(self._words)
            strip.setObjectName(f"shell_banner_{place.name.lower()}")
            strip.act_wanted.connect(self.act_wanted)
            strip.show_words(said)
            self._window.set_strip(place, strip)
        else:
            # The same strip goes on, so that the focus on one of its acts is not lost.
            strip.show_words(said)

    def _announce(self) -> None:
        """Whoever cannot see the chip hears of a change of state."""
        if self._status.state is SyncState.NOT_SET:
            return
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        if QAccessible.isActive():
            sentence = self._describe(self._words.texts)[1]
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self._window.top_bar.state_chip, sentence)
            )
