"""Behaviour of the dialog that moves people of one district to another."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.districts import AgeGroup, DistrictMove, Selection, StreetPart
from clinic_desk.domain.errors import Cancelled, ClinicDeskError
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import StreetSide
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.district_rows import DistrictOverview, DistrictStreets, MovePreview
from clinic_desk.ui.districts.district_words import district_words, doctor_words, load_of
from clinic_desk.ui.districts.move_view import MoveView
from clinic_desk.ui.kit import ChangeNotifier, Jobs, Option, UiText
from clinic_desk.ui.kit.combo_field import Deliver

_TYPING_PAUSE_MS: Final = 80


class MoveDialog(QObject):
    """Asks who moves where, shows what changes, moves.

    Signals:
        moved: the `DistrictMove` that was made.
        told: a sentence about work that was stopped or refused.
    """

    moved = Signal(object)
    told = Signal(str)
    _progressed = Signal(int, int)

    def __init__(
        self, services: DeskServices, jobs: Jobs, words: UiText, notifier: ChangeNotifier, over: QWidget
    ) -> None:
        super().__init__(over)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._over = over
        self._overview: DistrictOverview | None = None
        self._district_id: DistrictId | None = None
        self._round = 0
        self._stop = Event()
        self._is_working = False
        self.view = view = MoveView(words)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._ask)
        view.target.set_source(self._find_targets)
        view.streets.marked.connect(self._ask)
        view.side.chosen.connect(lambda _side: self._ask())
        for field in view.numbers.values():
            field.edited.connect(self._on_typed)
        view.target.chosen.connect(lambda _option: self._ask())
        view.target.cleared.connect(self._ask)
        view.panel_of_result.reason_changed.connect(self._show_act)
        view.cancel_button.clicked.connect(view.dismiss)
        view.move_button.clicked.connect(self._move)
        view.move_button.claim_key(view)
        view.progress.cancelled.connect(self._stop.set)
        self._progressed.connect(view.progress.set_progress)
        words.follow(self._retell)

    def open_for(
        self,
        overview: DistrictOverview,
        district_id: DistrictId,
        streets: DistrictStreets,
        marked: Sequence[str] = (),
    ) -> None:
        """The dialog asks about this district; the streets with the keys `marked` are marked."""
        view = self.view
        self._overview, self._district_id = overview, district_id
        row = overview.row(district_id)
        if row is None:
            return
        self._retell()
        view.streets.set_streets(streets.streets, marked)
        view.streets.setVisible(bool(streets.streets))
        view.no_streets.setVisible(not streets.streets)
        view.side.set_value(StreetSide.ALL)
        for field in (*view.numbers.values(), view.panel_of_result.reason, view.panel_of_result.allowed_by):
            field.set_text("")
        view.target.set_option(None)
        self._set_working(False)
        self._ask()
        view.open_over(self._over, view.streets if streets.streets else view.numbers["age_from"].edit)

    def _retell(self) -> None:
        row = self._overview.row(self._district_id) if self._overview else None
        if row is not None:
            names = district_words(self._words, row.district), doctor_words(self._words, row.doctor)
            self.view.subtitle.setText(" · ".join(names))

    # What is asked for ---------------------------------------------------------------------------

    def _selection(self) -> Selection | None:
        """What the form says, None while it says nothing or something impossible."""
        numbers = {name: int(f.text()) if f.text() else None for name, f in self.view.numbers.items()}
        if _is_reversed(numbers["house_from"], numbers["house_to"]) or _is_reversed(
            numbers["age_from"], numbers["age_to"]
        ):
            return None
        keys = self.view.streets.keys()
        street = ages = None
        if keys:
            side = self.view.side.value()
            houses = Houses(
                side if isinstance(side, StreetSide) else StreetSide.ALL,
                numbers["house_from"] or None,
                numbers["house_to"] or None,
            )
            street = StreetPart(keys, houses)
        if numbers["age_from"] is not None or numbers["age_to"] is not None:
            ages = AgeGroup(numbers["age_from"] or 0, numbers["age_to"], self._services.clock.today())
        if self._district_id is None or (street is None and ages is None):
            return None
        return Selection(self._district_id, street, ages)

    def _target_id(self) -> DistrictId | None:
        option = self.view.target.option()
        return DistrictId(str(option.key)) if option else None

    def _find_targets(self, text: str, deliver: Deliver) -> None:
        """Districts whose number begins with the text, or whose doctor's name has it; never its own."""
        wanted = text.casefold().strip()
        options = []
        for row in self._overview.rows if self._overview else ():
            doctor = doctor_words(self._words, row.doctor)
            named = row.district.number.casefold().startswith(wanted) or wanted in doctor.casefold()
            if row.district.id == self._district_id or (wanted and not named):
                continue
            load = load_of(self._words, row.load.people, row.norm)
            options.append(
                Option(
                    row.district.id, f"{district_words(self._words, row.district)} · {doctor}", note=load.text
                )
            )
        deliver(options)

    # Preview -------------------------------------------------------------------------------------

    def _on_typed(self, _text: str) -> None:
        # What is shown is not what is asked for any more: nobody may press the button meanwhile.
        self.view.move_button.setEnabled(False)
        self._typing.start()

    def _ask(self) -> None:
        self._typing.stop()
        self._round += 1
        turn, selection, target = self._round, self._selection(), self._target_id()
        self.view.move_button.setEnabled(False)
        if selection is None:
            self.view.panel_of_result.show_preview(None, self._trouble())
            return
        self._jobs.run(
            lambda: self._services.redistricting.preview(selection, target),
            lambda preview: self._on_preview(turn, preview),
            self._fail,
            owner=self,
        )

    def _trouble(self) -> str:
        numbers = {name: int(f.text()) if f.text() else None for name, f in self.view.numbers.items()}
        if _is_reversed(numbers["house_from"], numbers["house_to"]) or _is_reversed(
            numbers["age_from"], numbers["age_to"]
        ):
            return self._words.say("districts.move.order")
        return ""

    def _on_preview(self, turn: int, preview: MovePreview) -> None:
        if turn == self._round:
            self.view.panel_of_result.show_preview(preview)
            self._show_act()

    def _show_act(self) -> None:
        panel = self.view.panel_of_result
        possible = panel.preview is not None and panel.preview.is_possible and panel.is_answered()
        self.view.move_button.setEnabled(possible and not self._is_working)

    # The act -------------------------------------------------------------------------------------

    def _move(self) -> None:
        panel = self.view.panel_of_result
        preview = panel.preview
        if self._is_working or preview is None or preview.target is None or not panel.is_answered():
            return
        selection, target = preview.selection, preview.target.district.id
        reason, allowed_by = panel.given_reason()
        self._stop.clear()
        self._set_working(True)

        def work() -> tuple[DistrictMove, Change] | None:
            try:
                return self._services.redistricting.move(
                    selection,
                    target,
                    self._services.actor(),
                    reason=reason,
                    allowed_by=allowed_by,
                    progress=lambda done, total: self._progressed.emit(done, total or 0),
                    cancelled=self._stop.is_set,
                )
            except Cancelled:
                # Said here and not by the token of the lane: a move that was finished first is told as made.
                return None

        self._jobs.run(work, self._on_moved, self._on_refused, owner=self, lane="write")

    def _on_moved(self, answer: tuple[DistrictMove, Change] | None) -> None:
        self._set_working(False)
        if answer is None:
            self.told.emit(self._words.say("districts.move.stopped"))
            self._ask()
            return
        move, change = answer
        self.view.close_modal()
        self._notifier.announce(change)
        self.moved.emit(move)

    def _on_refused(self, error: ClinicDeskError) -> None:
        """What was shown is not how it is any more: it is shown anew."""
        self._fail(error)
        self._ask()

    def _fail(self, error: ClinicDeskError) -> None:
        self._set_working(False)
        self.told.emit(error_sentence(self._words.texts, error))

    def _set_working(self, working: bool) -> None:
        view = self.view
        self._is_working = view.is_working = working
        view.progress.setVisible(working)
        view.progress.button.setEnabled(working)
        view.progress.set_progress(0, 0)
        view.cancel_button.setEnabled(not working)
        self._show_act()


def _is_reversed(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and low > high
