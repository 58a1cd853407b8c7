"""Where an answer about insurance is written down, wherever F5 was pressed: card, referral or list."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError, RuleBroken
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, WhyNoAnswer
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.sync.exchange.promises import Act, Worth
from clinic_desk.services.sync.exchange.status import SyncState
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.patients.answer_entry import AnswerEntry, NoAnswer, Written
from clinic_desk.ui.sync.promise_line import PromiseLine


class AnswerDesk(QObject):
    """Opens the panel for an answer over a window, keeps what was written and tells who shows the person.

    Signals:
        kept: the id of the person whose answer, or failed check, is in the store now.
        asked: the id of the person about whom the upstream is asked.
    """

    kept = Signal(str)
    asked = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._owner = parent
        self._last_channel: Channel | None = None
        self.entry: AnswerEntry | None = None
        # Whose answer is expected from the upstream.
        self._expected: set[PatientId] = set()
        notifier.changed.connect(self._on_changed)

    @property
    def is_open(self) -> bool:
        """Whether the panel covers a window."""
        return self.entry is not None and self.entry.is_open

    def check(self, card: PatientCard, over: QWidget) -> None:
        """F5: the upstream is asked; where it is out of reach, the panel shows the other ways as well.

        Without an upstream, and for a person without an IIN, there is only the panel.
        """
        exchange = self._notifier.exchange
        if exchange.state is SyncState.NOT_SET or card.patient.iin is None:
            self.ask(card, over)
            return
        services, patient_id = self._services, card.patient.id

        def put() -> Change:
            return services.insurance.ask(patient_id, None, services.actor())[1]

        def tell(change: Change) -> None:
            # The question itself is news of the person, and no answer.
            self._expected.discard(patient_id)
            self._notifier.announce(change)
            self._expected.add(patient_id)
            self.asked.emit(patient_id)

        # A question that could not even be written down leaves the way by hand.
        self._jobs.run(put, tell, lambda _error: self.ask(card, over), owner=self, lane="write")
        if not exchange.is_connected:
            # The question waits with all else; the patient does not have to.
            self.ask(card, over)

    def ask(self, card: PatientCard, over: QWidget) -> None:
        """The panel for this person lies over the window of `over`."""
        if self.entry is None:
            self.entry = AnswerEntry(self._words, self._services.clock, self._services.rules, self._owner)
            self.entry.recorded.connect(self._on_recorded)
            line = PromiseLine(Act.CHECK, self._words, self._notifier, only=Worth.NOT_POSSIBLE)
            self.entry.put_promise(line)
        self.entry.start(card, over, self._last_channel)

    def close(self) -> None:
        """The panel is off the window."""
        if self.entry is not None:
            self.entry.close_modal()

    def _on_changed(self, change: Change) -> None:
        """The upstream's answer is here: whoever shows the person is told as of one written by hand."""
        came = {one for one in self._expected if change.touches(Kind.INSURANCE, one)}
        self._expected -= came
        for patient_id in came:
            self.kept.emit(patient_id)

    def _on_recorded(self, said: Written | NoAnswer) -> None:
        services = self._services
        answer = said.answer if isinstance(said, Written) else said
        self._last_channel = answer.channel

        def work() -> Change:
            actor = services.actor()
            if isinstance(said, Written):
                return services.insurance.record(said.answer, actor, in_spite_of=said.in_spite_of)[1]
            why = WhyNoAnswer.NO_ANSWER
            return services.insurance.record_failure(said.patient_id, said.channel, why, actor)[1]

        self._jobs.run(
            work,
            lambda change: self._on_kept(answer.patient_id, change),
            self._on_not_kept,
            owner=self,
            lane="write",
        )

    def _on_kept(self, patient_id: PatientId, change: Change) -> None:
        self.close()
        self._notifier.announce(change)
        self.kept.emit(patient_id)

    def _on_not_kept(self, error: ClinicDeskError) -> None:
        if self.entry is None:
            return
        if isinstance(error, RuleBroken):
            self.entry.show_doubts(error.findings)
        else:
            self.entry.show_error(error_sentence(self._words.texts, error))
