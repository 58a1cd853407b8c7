"""What a person does about the exchange: each act asks what it has to ask, and then writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.sync.conflicts import ConflictKind, Side
from clinic_desk.durable_file import atomic_write
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ConflictRow
from clinic_desk.ui.imports.file_chooser import FileChooser
from clinic_desk.ui.kit import Dialogs, Jobs, UiText

_EXPORT_NAME: Final = "clinic-desk-queue.json"
_UNREAD_NAME: Final = "clinic-desk-unread.json"


class SyncActs(QObject):
    """Withdrawing, trying again, deciding and saving to a file.

    Signals:
        wrote: the `Change` that an act made.
        failed: the `ClinicDeskError` that kept it from being made.

    Args:
        over: the page, over which questions are asked.
        services: the use cases.
        jobs: where they run.
        words: the words.
        dialogs: asks for reasons.
        chooser: asks for files.
        tell: says what was done.
    """

    wrote = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        over: QWidget,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        dialogs: Dialogs,
        chooser: FileChooser,
        tell: Callable[[str], object],
    ) -> None:
        super().__init__(over)
        self._over, self._services, self._jobs, self._words = over, services, jobs, words
        self._dialogs, self._tell = dialogs, tell
        self.chooser = chooser

    def retry(self, row: AttentionRow) -> None:
        """The operation goes again as it is."""
        services = self._services
        self._write(lambda: services.attention.retry(row.op_id, services.actor()), "sync_screen.done.retried")

    def withdraw(self, row: AttentionRow) -> None:
        """The operation is not sent, once a reason is given."""
        services, say = self._services, self._words.say

        def write(reason: str) -> None:
            self._write(
                lambda: services.attention.withdraw(row.op_id, reason, services.actor()),
                "sync_screen.done.withdrawn",
            )

        self._dialogs.ask(
            self._over,
            say("sync_screen.withdraw.title"),
            say("sync_screen.withdraw.why"),
            write,
            text=say("sync_screen.withdraw.text"),
        )

    def decide(self, conflict: ConflictRow, choice: Mapping[str, Side]) -> None:
        """The chosen values stand; or they are one person; or what is gone is created again."""
        services = self._services

        def work() -> Change:
            actor = services.actor()
            match conflict.kind:
                case ConflictKind.FIELDS:
                    return services.conflicts.decide(conflict.id, choice, actor)
                case ConflictKind.DUPLICATE:
                    return services.conflicts.link(conflict.id, actor)
                case ConflictKind.GONE:
                    return services.conflicts.create_again(conflict.id, actor)

        self._write(work, "sync_screen.done.decided")

    def refuse(self, conflict: ConflictRow) -> None:
        """They are two people, or what is gone is left so, once a reason is given."""
        match conflict.kind:
            case ConflictKind.DUPLICATE:
                self._keep_apart(conflict)
            case ConflictKind.GONE:
                self._leave_gone(conflict)

    def export(self, row: AttentionRow) -> None:
        """The operation goes to a file."""
        services = self._services
        self._save(_EXPORT_NAME, lambda: services.attention.export([row.op_id], services.actor()))

    def export_unread(self) -> None:
        """The list of what could not be read goes to a file."""
        services = self._services
        self._save(_UNREAD_NAME, lambda: services.unread.export(services.actor()))

    def renew(self, begin: Callable[[], object]) -> None:
        """A restored upstream is read anew once a person says so."""
        say = self._words.say
        title, text = say("sync_screen.renew.title"), say("sync_screen.renew.text")
        self._dialogs.confirm(self._over, title, text, say("sync_screen.renew"), begin)

    # Inside --------------------------------------------------------------------------------------

    def _keep_apart(self, conflict: ConflictRow) -> None:
        services, say = self._services, self._words.say

        def write(reason: str) -> None:
            self._write(
                lambda: services.conflicts.keep_apart(conflict.id, reason, services.actor()),
                "sync_screen.done.decided",
            )

        title, why = say("sync_screen.duplicate.apart"), say("sync_screen.duplicate.why")
        self._dialogs.ask(self._over, title, why, write)

    def _leave_gone(self, conflict: ConflictRow) -> None:
        services, say = self._services, self._words.say

        def write(reason: str) -> None:
            self._write(
                lambda: services.conflicts.leave(conflict.id, reason, services.actor()),
                "sync_screen.done.left_gone",
            )

        title, text = say("sync_screen.gone.leave_title"), say("sync_screen.gone.leave_text")
        self._dialogs.ask(self._over, title, say("sync_screen.gone.why"), write, text=text)

    def _write(self, work: Callable[[], Change], told: str) -> None:
        def done(change: Change) -> None:
            self._tell(self._words.say(told))
            self.wrote.emit(change)

        self._jobs.run(work, done, self.failed.emit, owner=self, lane="write")

    def _save(self, name: str, content: Callable[[], bytes]) -> None:
        def save(path: Path) -> None:
            self._jobs.run(
                lambda: atomic_write(path, content()),
                lambda _: self._tell(self._words.say("sync_screen.done.exported")),
                self.failed.emit,
                owner=self,
                lane="side",
            )

        self.chooser.choose_target(self._over, name, save)
