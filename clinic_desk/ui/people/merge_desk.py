"""Merging from wherever two cards turn out to be one person's: the dialog, the word that it is done, Undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError, InvalidValue
from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.merging import MergeForm, MergeSides
from clinic_desk.services.people_port import Merge, UndoPlan
from clinic_desk.services.places import PlaceBook
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.people.merge_dialog import MergeDialog
from clinic_desk.ui.people.undo_dialog import UndoDialog


class MergeDesk(QObject):
    """One merge at a time.

    Signals:
        merged: the id of the person who was kept; their card is to be shown.
        unmerged: the id of the person who is here again.
    """

    merged = Signal(str)
    unmerged = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        over: QWidget,
        tell: Callable[..., object],
    ) -> None:
        super().__init__(over)
        self._services, self._jobs, self._words = services, jobs, words
        self._notifier = notifier
        self._over = over
        self._tell = tell
        self._dialog: MergeDialog | None = None

    @property
    def dialog(self) -> MergeDialog:
        """The two cards side by side, made when first needed."""
        if self._dialog is None:
            places = PlaceBook(self._services.rules, self._services.clock)
            self._dialog = MergeDialog(self._words, places, self._over)
            self._dialog.merge_wanted.connect(self._merge)
            self._dialog.swap_wanted.connect(self.open)
        return self._dialog

    def open(self, kept_id: str, gone_id: str) -> None:
        """The two cards lie side by side over the window; the first stays unless a person says otherwise."""
        services = self._services

        def read() -> tuple[MergeSides, dict[str, str]]:
            sides = services.merging.sides(PatientId(kept_id), PatientId(gone_id))
            return sides, services.patients.district_numbers()

        def show(answer: tuple[MergeSides, dict[str, str]]) -> None:
            self.dialog.start(*answer, self._over)

        self._jobs.run(read, show, self._on_error, owner=self)

    def undo(self, merge_id: str) -> None:
        """The merge is taken back; what would stay behind is asked about first."""
        services, wanted = self._services, MergeId(merge_id)

        def read() -> tuple[Merge, UndoPlan]:
            return services.merging.get(wanted), services.merging.plan_undo(wanted)

        def ask(answer: tuple[Merge, UndoPlan]) -> None:
            merge, plan = answer
            if plan.is_exact:
                self._undo(merge, plan)
                return
            dialog = UndoDialog(self._words, merge, plan, self._over)
            dialog.confirmed.connect(lambda: self._undo(merge, plan))
            dialog.open_over(self._over, dialog.do_button)

        self._jobs.run(read, ask, self._on_error, owner=self)

    def _merge(self, form: MergeForm) -> None:
        services = self._services

        def work() -> tuple[Merge, Change]:
            return services.merging.merge(form, services.actor())

        self._jobs.run(work, self._on_merged, self._on_refused, owner=self, lane="write")

    def _on_merged(self, answer: tuple[Merge, Change]) -> None:
        merge, change = answer
        self.dialog.close_modal()
        self._notifier.announce(change)
        self.merged.emit(merge.kept_id)
        self._tell(self._words.say("people.merge.done"), undo=lambda: self.undo(merge.id))

    def _on_refused(self, error: ClinicDeskError) -> None:
        sentence = error_sentence(self._words.texts, error)
        field = str(error.params.get("field", "")) if isinstance(error, InvalidValue) else ""
        if field:
            self.dialog.show_errors({field: sentence})
        else:
            self.dialog.show_problem(sentence)

    def _undo(self, merge: Merge, plan: UndoPlan) -> None:
        services = self._services

        def work() -> Change:
            return services.merging.undo(merge.id, plan, services.actor())

        def done(change: Change) -> None:
            self._notifier.announce(change)
            self.unmerged.emit(merge.gone_id)
            self._tell(self._words.say("people.unmerge.done"))

        self._jobs.run(work, done, self._on_error, owner=self, lane="write")

    def _on_error(self, error: ClinicDeskError) -> None:
        self._tell(error_sentence(self._words.texts, error))
