"""F2: a new person, or the changed values of a stored one, with likely matches beside the form."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.services.changes import Change
from clinic_desk.services.changes import Kind as ChangeKind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.places import PlaceBook
from clinic_desk.services.ports import Draft
from clinic_desk.services.rows import Duplicate
from clinic_desk.services.sync.exchange.promises import Act
from clinic_desk.ui.kit import CancelToken, ChangeNotifier, Jobs, UiText
from clinic_desk.ui.patients.offer import DRAFT_KIND as STORED_KIND
from clinic_desk.ui.register.complaints import Complaints
from clinic_desk.ui.register.draft_keeper import DraftKeeper
from clinic_desk.ui.register.draft_notice import DraftNotice
from clinic_desk.ui.register.form_state import FormState
from clinic_desk.ui.register.match_search import MatchSearch
from clinic_desk.ui.register.register_view import RegisterView
from clinic_desk.ui.register.ways_out import WaysOut
from clinic_desk.ui.sync.promise_line import PromiseLine

NEW_KIND: Final = "register"
"""Kind of the drafts of new people; the subject is made for each form."""
_LIKENESS: Final = frozenset(
    {"iin", "surname", "given_name", "patronymic", "birth_date", "document", "document_number"}
)
"""Fields whose change may make one person look like another."""


class RegisterPage(RegisterView):
    """One form for both. Ctrl+Enter saves, Esc keeps the draft and leaves.

    Signals:
        saved: the id of the person as saved; their card is to be shown.
        open_wanted: the id of a stored person who is the one on the form.
        merge_wanted: the ids of two stored people who are one: the one on the form, and the other.
        closed: the form is left, its draft is kept.
    """

    saved = Signal(str)
    open_wanted = Signal(str)
    merge_wanted = Signal(str, str)
    closed = Signal()

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, PlaceBook(services.rules, services.clock), parent)
        self._services, self._jobs = services, jobs
        self._notifier = notifier
        self.head_words.addWidget(PromiseLine(Act.REGISTER, words, notifier))
        self._patient: Patient | None = None
        self._stored = FormState()
        self._others: dict[PatientId, str] = {}
        self._is_touched = False
        self._is_saving = False
        self._loading: CancelToken | None = None
        self._keeper = DraftKeeper(services, jobs, self._payload, self)
        self._keeper.saved.connect(self._on_draft_saved)
        self._keeper.failed.connect(self._on_draft_failed)
        self._notice = DraftNotice(words, self.draft_banner, self.draft_button)
        self._complaints = Complaints(words, self.fields, services.patients.problems, self.show_problem)
        self._ways = WaysOut(services, jobs, notifier, self.fields.state, self._on_draft_failed, self)
        self.search = MatchSearch(services, jobs, self.fields.state, self._stored_id, self)
        self._connect()
        words.follow(self._say)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
            app.applicationStateChanged.connect(self._on_application_state)

    @property
    def patient(self) -> Patient | None:
        """The stored person that is being changed; None for a new one."""
        return self._patient

    def start(self, text: str = "") -> None:
        """A form for a new person, begun with what was typed in the omnibox.

        Without `text` an unfinished form of before comes back; with it the earlier one is offered.
        """
        begun = FormState.of_text(text)
        self._open_form(None, FormState(), begun, NEW_KIND, new_id())
        self._is_touched = not begun.is_empty
        if self._is_touched:
            self._keeper.changed()
            self.search.now()
        services = self._services

        def read() -> tuple[str, list[Draft]]:
            drafts = [d for d in services.drafts.mine(services.actor()) if d.kind == NEW_KIND]
            return services.settings.read().clinic.kato, drafts

        self._loading = self._jobs.run(read, self._on_new_drafts, self._on_draft_failed, owner=self)

    def edit(self, patient: Patient) -> None:
        """The form of a stored person; values that were typed and not saved come back."""
        stored = FormState.of(patient)
        self._open_form(patient, stored, stored, STORED_KIND, patient.id)
        services = self._services
        self._loading = self._jobs.run(
            lambda: services.drafts.load(STORED_KIND, patient.id, services.actor()),
            self._on_stored_draft,
            self._on_draft_failed,
            owner=self,
        )

    def complete(self, patient: Patient) -> None:
        """The form of a person registered without an IIN, where the IIN is typed next."""
        self.edit(patient)
        self.fields.iin.edit.setFocus()

    def save(self) -> None:
        """Ctrl+Enter: the person is saved, or the form says what keeps it from being saved."""
        if self._is_saving:
            return
        if self.here.match is not None:
            self.here.open()
            return
        if not self._complaints.is_good() or not self._is_decided():
            return
        services, patient, form = self._services, self._patient, self.fields.state().form()
        others, draft = dict(self._others), self._keeper.place
        self._set_saving(True)
        # A draft saved behind this would outlive it.
        self._keeper.pause()

        def work() -> tuple[Patient, Change]:
            actor = services.actor()
            if patient is not None:
                answer = services.patients.change(patient, form, actor, other_than=others)
            else:
                answer = services.patients.register(form, actor, other_than=others)
            # In the same turn, so that nobody sees the person and still the draft. The person is saved
            # by now: a draft that cannot be removed is no reason to say otherwise.
            if draft is not None:
                with contextlib.suppress(ClinicDeskError):
                    services.drafts.drop(*draft, actor)
            return answer

        self._jobs.run(work, self._on_saved, self._on_not_saved, owner=self, lane="write")

    def leave(self) -> None:
        """Esc: the draft is kept, the form is left."""
        self._keeper.flush()
        self.closed.emit()

    def keep_draft(self) -> None:
        """What is typed is on its way to the store; called before the window closes."""
        self._keeper.flush()

    def on_escape(self) -> bool:
        self.leave()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        self._keeper.flush()
        super().hideEvent(event)

    def _connect(self) -> None:
        self.cancel_button.clicked.connect(self.leave)
        self.save_button.clicked.connect(self.save)
        self._notice.open_wanted.connect(self._restore)
        self._notice.clear_wanted.connect(self._clear)
        self.fields.edited.connect(self._on_edited)
        self.fields.iin_submitted.connect(self._on_iin_submitted)
        self.fields.reason.mother_wanted.connect(self._look_up_mother)
        self.fields.reason.offer_taken.connect(self._take_from_mother)
        self.here.open_wanted.connect(self._on_open_here)
        self.duplicates.other_wanted.connect(self._on_other)
        self.duplicates.same_wanted.connect(self._take)
        self._ways.left_for.connect(self._leave_for)
        self._ways.merge_wanted.connect(self.merge_wanted)
        self.search.found.connect(self._on_matches)
        mother_key = QShortcut(QKeySequence("Alt+M"), self)
        mother_key.setAutoRepeat(False)
        mother_key.activated.connect(self.fields.reason.take_offer)

    def _stored_id(self) -> PatientId | None:
        return self._patient.id if self._patient is not None else None

    def _open_form(
        self, patient: Patient | None, stored: FormState, state: FormState, kind: str, subject: str
    ) -> None:
        if self._loading is not None:
            self._loading.cancel()
        self._keeper.keep(kind, subject)
        self._patient, self._stored = patient, stored
        self._others = {}
        self._is_touched = False
        self.search.stop()
        self.here.set_stored(patient is not None)
        self.duplicates.set_stored(patient is not None)
        self.fields.set_state(state)
        self._complaints.forget()
        self._notice.nothing()
        self.show_draft_foot("")
        self._show_matches([], None)
        self._set_saving(False)
        self._say()
        self.fields.focus_start()

    def _payload(self) -> dict[str, Any] | None:
        state = self.fields.state()
        if self._patient is None:
            return None if state.is_empty else state.payload() | {"others": dict(self._others)}
        altered = state.altered_from(self._stored)
        if not altered:
            return None
        return state.payload() | {
            "altered": altered,
            "version": self._patient.version,
            "others": dict(self._others),
        }

    def _on_new_drafts(self, answer: tuple[str, list[Draft]]) -> None:
        home, drafts = answer
        if self._patient is not None:
            return
        self.fields.live_near(home)
        if not drafts:
            return
        if self._is_touched:
            self._notice.offer(drafts[0])
        else:
            self._restore(drafts[0])

    def _on_stored_draft(self, draft: Draft | None) -> None:
        if draft is None or self._patient is None or draft.subject != self._patient.id:
            return
        if self._is_touched or draft.payload.get("version") != self._patient.version:
            self._notice.offer(draft)
        else:
            self._restore(draft)

    def _restore(self, draft: Draft) -> None:
        """The draft is in the form, and what is typed from now on goes to the same draft."""
        self._keeper.keep(draft.kind, draft.subject)
        others = draft.payload.get("others")
        self._others = (
            {PatientId(key): str(why) for key, why in others.items()} if isinstance(others, dict) else {}
        )
        self.fields.set_state(FormState.of_payload(draft.payload))
        self._is_touched = True
        self._notice.restored(draft)
        self.search.now()
        self.fields.focus_start()

    def _clear(self) -> None:
        """Back to an empty form, or to what is stored."""
        patient, stored = self._patient, self._stored
        if patient is None:
            self._keeper.drop()
            self._open_form(None, FormState(), FormState(), NEW_KIND, new_id())
            self.fields.live_near(self.fields.choices.home)
        else:
            change = Change.of(ChangeKind.DRAFT, patient.id)
            self._keeper.drop(lambda: self._notifier.announce(change))
            self._open_form(patient, stored, stored, STORED_KIND, patient.id)

    def _on_edited(self) -> None:
        self._is_touched = True
        self._keeper.changed()
        self._complaints.forget()
        if self.here.match is not None and len(self.fields.state().iin) != 12:
            self._show_matches([], None)
        self.search.soon()

    def _on_iin_submitted(self) -> None:
        if self.here.match is not None:
            self.here.open()
            return
        self.fields.focusNextChild()
        if len(self.fields.iin.text()) == 12:
            self.search.now()

    def _look_up_mother(self, iin: str) -> None:
        services, part = self._services, self.fields.reason
        self._jobs.run(
            lambda: services.patients.by_iin(iin), lambda mother: part.show_mother(iin, mother), owner=self
        )

    def _take_from_mother(self) -> None:
        mother = self.fields.reason.mother
        if mother is not None:
            self.fields.take_from_mother(mother)

    def _on_matches(self, found: list[Duplicate], seconds: float | None) -> None:
        self._show_matches(found, seconds)

    def _show_matches(self, found: list[Duplicate], seconds: float | None) -> None:
        exact = next((match for match in found if match.likelihood == "exact_iin"), None)
        self.here.show_match(exact)
        self.fields.rest.setVisible(exact is None)
        self.duplicates.show_matches(found, set(self._others), self.fields.state(), seconds)
        # One primary act at a time: while somebody else's card may be the answer, that is it.
        self.save_button.set_look("secondary" if exact or self._undecided() else "primary")
        if not self._undecided():
            self._complaints.decided()

    def _undecided(self) -> list[Duplicate]:
        """Almost sure matches about which nobody has said a word yet."""
        return [
            match
            for match in self.duplicates.matches
            if match.likelihood == "almost_sure" and match.patient.id not in self._others
        ]

    def _on_other(self, match: Duplicate, reason: str) -> None:
        self._others[match.patient.id] = reason
        self._keeper.changed()
        self._show_matches(self.duplicates.matches, self.duplicates.seconds)

    def _take(self, match: Duplicate) -> None:
        """The match is the person on the form."""
        self.search.stop()
        if self._patient is not None:
            # Beside another card the form stays what it is.
            self._keeper.flush()
        self._ways.take(match, self._stored_id())

    def _on_open_here(self, _patient_id: str) -> None:
        if self.here.match is not None:
            self._take(self.here.match)

    def _leave_for(self, patient_id: str) -> None:
        self._keeper.drop()
        self._is_touched = False
        self.open_wanted.emit(patient_id)

    def _is_decided(self) -> bool:
        """Whether it was said of every almost sure match that it is somebody else.

        A stored person whose name, date and papers stay as they are is not asked about: mending a phone
        number must not wait for a merge.
        """
        if not self._undecided():
            return True
        if self._patient is not None and not _LIKENESS & set(self.fields.state().altered_from(self._stored)):
            return True
        key = "register.decide_first" if self._patient is None else "register.decide_first_stored"
        self._complaints.decide_first(key)
        return False

    def _on_saved(self, answer: tuple[Patient, Change]) -> None:
        patient, change = answer
        self.search.stop()
        self._keeper.stop()
        self._is_touched = False
        self._set_saving(False)
        self._notifier.announce(change)
        self.saved.emit(patient.id)

    def _on_not_saved(self, error: ClinicDeskError) -> None:
        self._set_saving(False)
        self._keeper.changed()
        if self._complaints.refuse(error):
            self.search.now()

    def _set_saving(self, is_saving: bool) -> None:
        self._is_saving = is_saving
        self.save_button.setEnabled(not is_saving)

    def _on_draft_saved(self, moment: dt.datetime) -> None:
        at = moment.astimezone(self._services.clock.zone)
        self.show_draft_foot(self._words.say("register.saved_draft", time=f"{at:%H:%M:%S}"))

    def _on_draft_failed(self, _error: ClinicDeskError) -> None:
        self.show_draft_foot(self._words.say("register.draft_failed"), is_bad=True)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None and self.isAncestorOf(before) and not (now and self.isAncestorOf(now)):
            self._keeper.flush()

    def _on_application_state(self) -> None:
        self._keeper.flush()

    def _say(self) -> None:
        say = self._words.say
        is_new = self._patient is None
        self.title.setText(say("register.title" if is_new else "register.title_edit"))
        self.setAccessibleName(self.title.text())
        self.subtitle.setText(say("register.subtitle"))
        self.cancel_button.setText(say("register.cancel"))
        self.save_button.setText(say("register.save"))
        self._complaints.retell()
