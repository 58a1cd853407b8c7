"""Joins the field in the top bar with the search, the list below it and the acts.

Every letter is a question on the read lane; the answer to an older one is dropped, and nothing waits for it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.insurance import AgeLimits
from clinic_desk.sentences import code_sentence, error_sentence
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientHit
from clinic_desk.ui.kit import CancelToken, Jobs, UiText
from clinic_desk.ui.omnibox.entries import Action, Entry, Heading, Note, Person, person
from clinic_desk.ui.omnibox.intent import COMMAND_SIGN, Intent, Meaning, matches, read
from clinic_desk.ui.omnibox.popup import OmniboxPopup
from clinic_desk.ui.top_bar import OmniboxLine

LIMIT: Final = 20
QUIET_MS: Final = 300
"""How long a search may take before the list says that it is searching."""
LOST_MS: Final = 5000
"""After this the list says that no answer came, instead of searching for ever."""

_COMMANDS: Final = (
    ("register", "user-plus", "F2"),
    ("referrals", "paper-plane-tilt", ""),
    ("attachment", "identification-card", ""),
    ("checks", "shield-warning", ""),
    ("districts", "map-trifold", ""),
    ("shift", "clipboard-text", ""),
    ("import", "download-simple", ""),
    ("rules", "scales", ""),
    ("duplicates", "users", ""),
    ("sync", "cloud-check", ""),
    ("settings", "gear", ""),
    ("keys", "keyboard", "F1"),
)
_SPEAKING: Final = (Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_F8)
_WHOLE_WORD: Final = 3
"""From so many letters on a text without «>» may name an act."""


class Omnibox(QObject):
    """What happens around the field; lives as long as it.

    Signals:
        person_chosen: the id of a person to be opened.
        refer_wanted: the id of a person to be referred at once (F8).
        attach_wanted: the id of a person to be attached at once (F4).
        register_wanted: somebody is to be registered; the text is what was typed.
        command_wanted: register, duplicates, sync, keys, or the key of a section.
    """

    person_chosen = Signal(str)
    refer_wanted = Signal(str)
    attach_wanted = Signal(str)
    register_wanted = Signal(str)
    command_wanted = Signal(str)

    def __init__(self, services: DeskServices, jobs: Jobs, words: UiText, line: OmniboxLine) -> None:
        super().__init__(line)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._line = line
        self._popup: OmniboxPopup | None = None
        self._intent = Intent(Meaning.NOTHING, "")
        self._hits: list[PatientHit] = []
        self._problem: ClinicDeskError | None = None
        self._answered = True
        self._pending: CancelToken | None = None
        self._open_when_answered = ""
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._show_searching)
        self._lost = QTimer(self, singleShot=True, interval=LOST_MS)
        self._lost.timeout.connect(self._show_lost)
        line.textEdited.connect(self._on_edited)
        line.moved.connect(self._on_moved)
        line.submitted.connect(self._on_submitted)
        line.escaped.connect(self._on_escaped)
        line.left.connect(self.close)
        line.installEventFilter(self)
        words.language_changed.connect(self._on_language)

    @property
    def popup(self) -> OmniboxPopup:
        """The list, made when first needed."""
        if self._popup is None:
            self._popup = OmniboxPopup(self._line, self._words)
            self._popup.list.picked.connect(self._take)
        return self._popup

    @property
    def is_open(self) -> bool:
        """Whether the list lies open."""
        return self._popup is not None and self._popup.isVisible()

    @property
    def is_answered(self) -> bool:
        """Whether the list shows what the text in the field found."""
        return self._answered

    @property
    def entries(self) -> list[Entry]:
        """What the list shows; empty while it is closed."""
        return self.popup.list.entries() if self.is_open else []

    def search(self, text: str) -> None:
        """Look for `text` as if it had been typed: for scans of something that is no IIN."""
        self._line.setText(text)
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._on_edited(text)

    def clear(self) -> None:
        """The field is empty, the list closed, nothing is being looked for."""
        self._forget()
        self._hits = []
        self._intent = Intent(Meaning.NOTHING, "")
        self._line.clear()
        self.close()

    def close(self) -> None:
        """The list is closed; what was typed stays."""
        self._open_when_answered = ""
        self._quiet.stop()
        if self._popup is not None:
            self._popup.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            # These are the window's keys, but with something typed here they speak of what is typed.
            if event.key() in _SPEAKING and self._speaks(event):
                if kind == QEvent.Type.KeyPress:
                    self._on_function_key(event.key())
                event.accept()
                return True
        elif kind == QEvent.Type.Resize and self.is_open:
            QTimer.singleShot(0, self.popup, self.popup.place)
        return super().eventFilter(watched, event)

    def _speaks(self, event: QKeyEvent) -> bool:
        if event.modifiers() or self._intent.meaning is Meaning.NOTHING or not self._line.text().strip():
            return False
        return event.key() == Qt.Key.Key_F2 or not self._answered or isinstance(self._current(), Person)

    def _current(self) -> Person | Action | None:
        return self.popup.list.current() if self.is_open else None

    def _on_function_key(self, key: int) -> None:
        if key == Qt.Key.Key_F2:
            self._register()
        elif not self._answered:
            self._open_when_answered = "attach" if key == Qt.Key.Key_F4 else "refer"
        elif key == Qt.Key.Key_F4:
            self._hand_on(self.attach_wanted)
        else:
            self._hand_on(self.refer_wanted)

    def _hand_on(self, wanted: SignalInstance) -> None:
        """The current person is somebody else's from here on."""
        entry = self._current()
        if isinstance(entry, Person):
            self.clear()
            wanted.emit(entry.hit.patient_id)

    def _register(self) -> None:
        if self._intent.meaning is Meaning.BAD_IIN:
            return
        text = "" if self._intent.meaning is Meaning.COMMAND else self._intent.text
        self.clear()
        self.register_wanted.emit(text)

    def _on_edited(self, text: str) -> None:
        self._forget()
        self._problem = None
        self._intent = read(text)
        if not self._intent.searches or self._intent.meaning is Meaning.COMMAND:
            self._hits = []
            self._show()
            return
        services, wanted = self._services, self._intent.text
        self._answered = False
        self._quiet.start()
        self._lost.start()
        self._pending = self._jobs.run(
            lambda: services.search.find(wanted, LIMIT), self._on_hits, self._on_failed, owner=self
        )

    def _forget(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        self._answered = True
        self._open_when_answered = ""
        self._quiet.stop()
        self._lost.stop()

    def _on_hits(self, hits: list[PatientHit]) -> None:
        self._settle(hits, None)

    def _on_failed(self, error: ClinicDeskError) -> None:
        self._settle([], error)

    def _settle(self, hits: list[PatientHit], problem: ClinicDeskError | None) -> None:
        self._answered = True
        self._pending = None
        self._quiet.stop()
        self._lost.stop()
        self._hits, self._problem = hits, problem
        then, self._open_when_answered = self._open_when_answered, ""
        if self._line.hasFocus():
            self._show()
        if then and hits:
            # Enter came before the answer: it meant the first line, never an act nobody has seen.
            self._show()
            if then == "refer":
                self._hand_on(self.refer_wanted)
            elif then == "attach":
                self._hand_on(self.attach_wanted)
            else:
                self._take(self._current())

    def _on_submitted(self, _shift: bool) -> None:
        if not self._answered:
            self._open_when_answered = "open"
        elif self.is_open:
            self._take(self._current())
        elif self._line.text().strip():
            self._on_edited(self._line.text())
            self._open_when_answered = "open" if self._pending is not None else ""

    def _take(self, entry: Entry | None) -> None:
        match entry:
            case Person():
                self.clear()
                self._line.setFocus(Qt.FocusReason.OtherFocusReason)
                self.person_chosen.emit(entry.hit.patient_id)
            case Action(code="register") if entry.argument:
                self._register()
            case Action():
                self.clear()
                self.command_wanted.emit(entry.code)
            case _:
                pass

    def _on_moved(self, rows: int) -> None:
        if self.is_open:
            self.popup.list.move_by(rows)
        elif self._line.text().strip():
            self._on_edited(self._line.text())

    def _on_escaped(self) -> None:
        if self.is_open:
            self.close()
        elif self._line.text():
            self.clear()
        else:
            self._hand_on_escape()

    def _hand_on_escape(self) -> None:
        """Esc in an empty field is the page's."""
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape.value, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._line.window(), press)

    def _on_language(self) -> None:
        if self.is_open:
            self._show(self._current())

    def _show_searching(self) -> None:
        if not self._answered and self._line.hasFocus():
            self.popup.show_entries([Note(self._words.say("omnibox.searching"), "hourglass")])

    def _show_lost(self) -> None:
        self._forget()
        if self._line.hasFocus():
            note = Note(self._words.say("omnibox.no_answer"), "warning-circle", is_problem=True)
            self.popup.show_entries([note])

    def _show(self, keep: Entry | None = None) -> None:
        if self._intent.meaning is Meaning.NOTHING:
            self.close()
            return
        self.popup.show_entries(self._lines(), keep)

    def _lines(self) -> list[Entry]:
        say = self._words.say
        intent = self._intent
        if intent.meaning is Meaning.COMMAND:
            acts: list[Entry] = list(self._commands(intent.text))
            return [Heading(say("omnibox.actions")), *acts] if acts else [Note(say("omnibox.command.none"))]
        if intent.problem is not None:
            sentence = code_sentence(self._words.texts, intent.problem.code, intent.problem.params)
            return [Note(sentence, "warning-circle", is_problem=True)]
        if self._problem is not None:
            return [Note(error_sentence(self._words.texts, self._problem), "warning-circle", is_problem=True)]
        lines: list[Entry] = []
        if self._hits:
            key = "omnibox.people_more" if len(self._hits) >= LIMIT else "omnibox.people"
            lines.append(Heading(say(key, n=len(self._hits))))
            lines += self._people()
        else:
            lines.append(
                Note(say("omnibox.nobody_iin" if intent.meaning is Meaning.IIN else "omnibox.nobody"))
            )
        acts = self._acts()
        if acts:
            lines += [Heading(say("omnibox.actions"), with_line=True), *acts]
        return lines

    def _people(self) -> list[Entry]:
        clock = self._services.clock
        limits = AgeLimits.on(self._services.tables, clock.today())
        now = clock.now()
        return [person(hit, self._words.texts, now, clock.zone, limits) for hit in self._hits]

    def _acts(self) -> list[Entry]:
        say = self._words.say
        intent = self._intent
        acts: list[Entry] = []
        if intent.meaning is Meaning.NAME and len(intent.text) >= _WHOLE_WORD and not self._hits:
            acts += self._commands(intent.text)
        titles = {
            Meaning.NAME: say("omnibox.register_name", text=intent.text),
            Meaning.IIN: say("omnibox.register_iin"),
            Meaning.PHONE: say("omnibox.register_phone"),
        }
        is_known = intent.meaning is Meaning.IIN and any(hit.match == "iin" for hit in self._hits)
        if intent.meaning in titles and not is_known:
            note = say("omnibox.register_note")
            acts.append(Action("register", titles[intent.meaning], note, "plus", "F2", intent.text))
        return acts

    def _commands(self, query: str) -> list[Action]:
        say = self._words.say
        titles = [(code, say(f"omnibox.command.{code}"), icon, key) for code, icon, key in _COMMANDS]
        return [
            Action(code, title, icon=icon, key=key)
            for code, title, icon, key in titles
            if not query or matches(query, title)
        ]


__all__ = ["COMMAND_SIGN", "Omnibox"]
