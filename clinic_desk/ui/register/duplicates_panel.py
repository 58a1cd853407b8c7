"""The right half of the form: who may be the same person, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QButtonGroup, QVBoxLayout, QWidget

from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import (
    Banner,
    Card,
    ChoiceTiles,
    EmptyState,
    Kind,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    SectionTitle,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.register.candidate import Candidate
from clinic_desk.ui.register.comparison import Comparison, lines
from clinic_desk.ui.register.form_state import FormState
from clinic_desk.ui.register.other_reasons import other_reasons

MOST = 5


class DuplicatesPanel(Card):
    """Candidates with Alt+1 to Alt+5, the comparison, [Other person Alt+N] and [Same: open Alt+Enter].

    Whoever says "other person" says why, by one more key: the pair is remembered with it.

    Signals:
        other_wanted: the `Duplicate` is said to be somebody else, and the code of why.
        same_wanted: the `Duplicate` is said to be the person on the form.
    """

    other_wanted = Signal(object, str)
    same_wanted = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(gap=10, parent=parent)
        self.setObjectName("register_match_panel")
        self._words = words
        self._matches: list[Duplicate] = []
        self._others: set[str] = set()
        self._state = FormState()
        self._seconds: float | None = None
        self._chosen = 0
        self._is_stored = False
        self._returns_to: QWidget | None = None
        self._build()
        words.follow(self._say)

    @property
    def chosen(self) -> Duplicate | None:
        """The match that is being compared."""
        return self._matches[self._chosen] if self._chosen < len(self._matches) else None

    @property
    def matches(self) -> list[Duplicate]:
        """All that are shown, likeliest first."""
        return list(self._matches)

    @property
    def seconds(self) -> float | None:
        """How long the search took; None when nothing was searched for."""
        return self._seconds

    def show_matches(
        self, matches: list[Duplicate], others: set[str], state: FormState, seconds: float | None
    ) -> None:
        """Show these for the form as it stands.

        Args:
            matches: likeliest first.
            others: ids of people who were said to be somebody else.
            state: the form they were found for.
            seconds: how long the search took; None when nothing was searched for.
        """
        before: str = self.chosen.patient.id if self.chosen else ""
        self._matches, self._others = matches[:MOST], others
        self._state, self._seconds = state, seconds
        if not matches:
            self._put_question_away()
        ids: list[str] = [match.patient.id for match in self._matches]
        open_ones = [number for number, patient_id in enumerate(ids) if patient_id not in others]
        if before in ids and (before not in others or not open_ones):
            self._chosen = ids.index(before)
        else:
            self._chosen = open_ones[0] if open_ones else 0
        self._say()

    def choose(self, number: int) -> None:
        """Compare with this one, counted from 0."""
        if number < len(self._matches):
            self._put_question_away()
            self._chosen = number
            self._say()

    def set_stored(self, is_stored: bool) -> None:
        """Whether the form is that of a stored person: the same person is merged, not opened."""
        self._is_stored = is_stored
        self._say()

    def press_other(self) -> None:
        """Alt+N: it is asked why they are two."""
        match = self.chosen
        if match is not None and match.patient.id not in self._others and match.likelihood != "exact_iin":
            self._returns_to = self._returns_to or QApplication.focusWidget()
            self.why.show()
            self.reasons.focus_first()

    def press_same(self) -> None:
        """Alt+Enter."""
        if self.chosen is not None:
            self.same_wanted.emit(self.chosen)

    def _build(self) -> None:
        self.title = SectionTitle()
        self.count = PlainLabel(role="caption", tone="muted")
        self.count.setObjectName("register_match_text_count")
        self.body.addWidget(FlowRow(self.title, self.count, gap=4))
        self.empty = EmptyState("users")
        self.empty.setObjectName("register_match_empty")
        self.body.addWidget(self.empty, 1)
        self.found = QWidget()
        column = QVBoxLayout(self.found)
        space(column, 0, 8)
        self._group = QButtonGroup(self)
        self.candidates = [Candidate() for _ in range(MOST)]
        for number, candidate in enumerate(self.candidates):
            candidate.setObjectName(f"register_match_candidate_{number + 1}")
            candidate.clicked.connect(lambda _checked, number=number: self.choose(number))
            self._group.addButton(candidate)
            column.addWidget(candidate)
        self._upper_acts, self._lower_acts = QVBoxLayout(), QVBoxLayout()
        column.addLayout(self._upper_acts)
        self.comparison = Comparison(self._words)
        column.addWidget(self.comparison)
        self.note = Banner(Kind.NEUTRAL, "info", wide=False)
        self.note.setObjectName("register_match_banner_note")
        column.addWidget(self.note)
        column.addStretch(1)
        column.addLayout(self._lower_acts)
        self._acts = self._build_acts()
        look().changed.connect(self._place_acts)
        self._place_acts()
        self.body.addWidget(self.found, 1)

    def _place_acts(self) -> None:
        """Large type makes the comparison long: the acts stand above it, where they are seen at once."""
        place = self._upper_acts if look().scale > 1 else self._lower_acts
        if self._acts.parentWidget() is None or place.indexOf(self._acts) < 0:
            place.addWidget(self._acts)

    def _build_acts(self) -> QWidget:
        self.other_button = SecondaryButton("", "Alt+N")
        self.other_button.setObjectName("register_match_button_other")
        self.other_button.clicked.connect(self.press_other)
        self._words.bind(self.other_button.setText, "register.dup.other")
        self.same_button = PrimaryButton("", "Alt+Enter")
        self.same_button.setObjectName("register_match_button_same")
        self.same_button.clicked.connect(self.press_same)
        acts = QWidget()
        column = QVBoxLayout(acts)
        space(column, 0, 8)
        column.addWidget(self._build_why())
        column.addWidget(FlowRow(self.other_button, self.same_button))
        return acts

    def _build_why(self) -> QWidget:
        self.why = QWidget()
        self.why.setObjectName("register_match_panel_why")
        column = QVBoxLayout(self.why)
        space(column, 0, 6)
        label = PlainLabel(role="field")
        self._words.bind(label.setText, "people.other.why")
        self.reasons = ChoiceTiles(columns=2)
        self.reasons.setObjectName("register_match_why")
        self._words.bind(self.reasons.setAccessibleName, "people.other.why")
        self.reasons.chosen.connect(self._on_why)
        column.addWidget(label)
        column.addWidget(self.reasons)
        self.why.hide()
        return self.why

    def _on_why(self, reason: object) -> None:
        match, back = self.chosen, self._returns_to
        self._put_question_away()
        if back is not None and shiboken6.isValid(back) and back.isVisible():
            back.setFocus()
        if match is not None:
            self.other_wanted.emit(match, str(reason))

    def _put_question_away(self) -> None:
        self.why.hide()
        self.reasons.set_value(None)
        self._returns_to = None

    def claim_keys(self, page: QWidget) -> None:
        """The keys work wherever the focus is while `page` is on the screen."""
        acts: list[tuple[str, Callable[[], object]]] = [
            (f"Alt+{number + 1}", partial(self.choose, number)) for number in range(MOST)
        ]
        acts += [
            ("Alt+N", self.press_other),
            ("Alt+Return", self.press_same),
            ("Alt+Enter", self.press_same),
        ]
        for keys, act in acts:
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def _say(self) -> None:
        say = self._words.say
        count = len(self._matches)
        self.same_button.setText(say("register.dup.merge" if self._is_stored else "register.dup.same"))
        self.reasons.set_choices(other_reasons(self._words))
        self.empty.setVisible(not count)
        self.found.setVisible(bool(count))
        self.title.setText(say("register.dup.title" if count else "register.dup.none_title"))
        searched = self._seconds is not None
        self.count.setVisible(bool(count))
        if count:
            seconds = self._words.texts.number(_tenths(self._seconds or 0))
            self.count.setText(say("register.dup.count", n=count, seconds=seconds))
        self.empty.setText(say("register.dup.none" if searched else "register.dup.wait"))
        for number, candidate in enumerate(self.candidates):
            candidate.setVisible(number < count)
            if number < count:
                match = self._matches[number]
                candidate.show_match(
                    number + 1, match, self._words, is_other=match.patient.id in self._others
                )
                candidate.setChecked(number == self._chosen)
        self._say_chosen()

    def _say_chosen(self) -> None:
        match = self.chosen
        if match is None:
            self.comparison.show_lines([])
            return
        is_other = match.patient.id in self._others
        self.comparison.show_lines(lines(self._state, match))
        note = "register.dup.note_stored" if self._is_stored else "register.dup.note"
        key = "register.dup.all_other" if is_other else note
        self.note.set_text(self._words.say(key))
        self.other_button.setEnabled(not is_other and match.likelihood != "exact_iin")


def _tenths(seconds: float) -> Decimal:
    return max(Decimal("0.1"), Decimal(seconds).quantize(Decimal("0.1")))
