"""Taking a move between districts back, after asking where somebody would be left behind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import DistrictMoveId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.districts_port import Undoable
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, UiText

Tell = Callable[[str], object]


class UndoMove(QObject):
    """One move at a time."""

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        *,
        dialogs: Dialogs,
        tell: Tell,
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._dialogs = dialogs
        self._tell = tell
        self._over = over

    def undo(self, move_id: DistrictMoveId) -> None:
        """The move is taken back; the person is asked first when that leaves somebody behind."""
        self._jobs.run(
            lambda: self._services.redistricting.undoable(move_id),
            lambda found: self._ask(move_id, found),
            self._fail,
            owner=self,
        )

    def _ask(self, move_id: DistrictMoveId, found: Undoable) -> None:
        say = self._words.say
        sentences = []
        if found.left:
            people = self._words.texts.number(found.people)
            sentences.append(say("districts.undo.left", n=found.left, people=people))
        if found.streets_changed:
            sentences.append(say("districts.undo.streets"))
        if not sentences:
            self._undo(move_id, 0)
            return
        self._dialogs.confirm(
            self._over,
            say("districts.undo.title"),
            " ".join(sentences),
            say("districts.undo.yes"),
            lambda: self._undo(move_id, found.left),
        )

    def _undo(self, move_id: DistrictMoveId, leaving: int) -> None:
        self._jobs.run(
            lambda: self._services.redistricting.undo(
                move_id,
                self._services.actor(),
                leaving=leaving,
                progress=lambda _done, _total: None,
                cancelled=lambda: False,
            ),
            self._on_undone,
            self._fail,
            owner=self,
            lane="write",
        )

    def _on_undone(self, answer: tuple[Undoable, Change]) -> None:
        undone, change = answer
        self._notifier.announce(change)
        self._tell(self._words.say("districts.undo.done", n=undone.people))

    def _fail(self, error: ClinicDeskError) -> None:
        self._tell(error_sentence(self._words.texts, error))
