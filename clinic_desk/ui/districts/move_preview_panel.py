"""What a move would change: how many people, both loads now and then, what speaks against it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_desk.domain.districts import full_years
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.street_parts import Houses
from clinic_desk.sentences import finding_sentence, instead_sentences
from clinic_desk.services.district_rows import LoadChange, MovePreview
from clinic_desk.services.districts_port import PersonToMove
from clinic_desk.ui.districts.district_words import (
    ages_words,
    district_words,
    doctor_words,
    houses_words,
    load_of,
    load_sentence,
)
from clinic_desk.ui.kit import Banner, Kind, LoadBar, PlainLabel, TextField, UiText, space


class LoadBlock(QWidget):
    """One district with its load now and then."""

    def __init__(self, words: UiText, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="strong", data=True)
        self.title.setObjectName(f"district_move_label_{name}")
        self.doctor = PlainLabel(role="small", tone="muted", data=True)
        self.before_label, self.after_label = PlainLabel(role="small"), PlainLabel(role="small")
        self.before, self.after = LoadBar(), LoadBar()
        self.before.setObjectName(f"district_move_bar_{name}_before")
        self.after.setObjectName(f"district_move_bar_{name}_after")
        grid = QGridLayout(self)
        space(grid, 0, 4)
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.doctor, 1, 0, 1, 2)
        grid.addWidget(self.before_label, 2, 0)
        grid.addWidget(self.before, 2, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.after_label, 3, 0)
        grid.addWidget(self.after, 3, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)

    def show_change(self, change: LoadChange) -> None:
        """Show this district."""
        words, norm = self._words, change.norm
        self.title.setText(district_words(words, change.district))
        self.doctor.setText(doctor_words(words, change.doctor))
        self.before_label.setText(words.say("districts.move.before"))
        self.after_label.setText(words.say("districts.move.after"))
        for bar, people in ((self.before, change.before.people), (self.after, change.after.people)):
            bar.set_load(load_of(words, people, norm), load_sentence(words, people, norm))


class MovePreviewPanel(QWidget):
    """The right side of the dialog.

    Signals:
        reason_changed: the words of the reason, or who allowed it, are other ones.
    """

    reason_changed = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._preview: MovePreview | None = None
        self._trouble = ""
        self.hint = PlainLabel(tone="muted", wraps=True)
        self.hint.setObjectName("district_move_label_hint")
        self.people = PlainLabel(role="subtitle")
        self.people.setObjectName("district_move_label_people")
        self.ages = PlainLabel(role="small", tone="muted")
        self.source, self.target = LoadBlock(words, "source"), LoadBlock(words, "target")
        self.blocks = Banner(Kind.ERR, wide=False)
        self.blocks.setObjectName("district_move_banner_blocks")
        self.warnings = Banner(Kind.WARN, wide=False)
        self.warnings.setObjectName("district_move_banner_warnings")
        self.notes = Banner(Kind.INFO, "info", wide=False)
        self.notes.setObjectName("district_move_banner_notes")
        self.reason = TextField(required=True)
        self.reason.setObjectName("district_move_field_reason")
        self.allowed_by = TextField(required=True)
        self.allowed_by.setObjectName("district_move_field_allowed_by")
        for field in (self.reason, self.allowed_by):
            field.edit.setMaxLength(200)
            field.edited.connect(lambda _text: self.reason_changed.emit())
        self.streets = PlainLabel(role="small", wraps=True, data=True)
        self.streets.setObjectName("district_move_label_streets")
        self.examples_title = PlainLabel(role="caption", tone="muted")
        self.examples = PlainLabel(role="small", wraps=True, data=True)
        self.examples.setObjectName("district_move_label_examples")
        column = QVBoxLayout(self)
        space(column, 0, 10)
        for part in (
            *(self.hint, self.blocks, self.people, self.ages, self.source, self.target),
            *(self.warnings, self.reason, self.allowed_by, self.notes),
            *(self.streets, self.examples_title, self.examples),
        ):
            column.addWidget(part)
        column.addStretch(1)
        words.follow(self._retell)

    @property
    def preview(self) -> MovePreview | None:
        """What is shown."""
        return self._preview

    def show_preview(self, preview: MovePreview | None, trouble: str = "") -> None:
        """Show this; None shows what to do first, or what is wrong with what was typed."""
        self._preview, self._trouble = preview, trouble
        self._retell()

    def is_answered(self) -> bool:
        """Whether a reason that is needed stands there, with who allowed it."""
        if self._preview is None or not self._preview.needs_reason:
            return True
        return bool(self.reason.text().strip() and self.allowed_by.text().strip())

    def given_reason(self) -> tuple[str, str]:
        """The reason and who allowed it; empty where none is needed."""
        if self._preview is None or not self._preview.needs_reason:
            return "", ""
        return self.reason.text(), self.allowed_by.text()

    def _retell(self) -> None:
        words, shown = self._words, self._preview
        self.reason.set_label(words.say("districts.move.reason"))
        self.allowed_by.set_label(words.say("districts.move.allowed_by"))
        self.examples_title.setText(words.say("districts.move.examples"))
        self.hint.setText(self._trouble or words.say("districts.move.choose"))
        self.hint.setVisible(shown is None)
        self._show_findings(shown.findings if shown else ())
        for part in (self.people, self.ages, self.source):
            part.setVisible(shown is not None)
        self.target.setVisible(shown is not None and shown.target is not None)
        needs_reason = shown is not None and shown.is_possible and shown.needs_reason
        self.reason.setVisible(needs_reason)
        self.allowed_by.setVisible(needs_reason)
        examples = shown.examples if shown else ()
        self.examples_title.setVisible(bool(examples))
        self.examples.setVisible(bool(examples))
        self.examples.setText("\n".join(self._person(one, shown.day) for one in examples) if shown else "")
        going = self._streets_going(shown) if shown else ""
        self.streets.setVisible(bool(going))
        self.streets.setText(words.say("districts.move.streets_go", streets=going) if going else "")
        if shown is None:
            return
        self.people.setText(words.say("districts.move.people", n=shown.people.people))
        self.ages.setText(ages_words(words, shown.people))
        self.source.show_change(shown.source)
        if shown.target is not None:
            self.target.show_change(shown.target)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        texts = self._words.texts
        for banner, severity in (
            (self.blocks, Severity.BLOCK),
            (self.warnings, Severity.WARNING),
            (self.notes, Severity.NOTE),
        ):
            lines: list[str] = []
            for finding in findings:
                if finding.severity is severity:
                    lines.append(finding_sentence(texts, finding))
                    lines += [f"• {way}" for way in instead_sentences(texts, finding)]
            banner.set_text("\n".join(dict.fromkeys(lines)))
            banner.setVisible(bool(lines))

    def _streets_going(self, shown: MovePreview) -> str:
        target = shown.target
        if target is None:
            return ""
        gone = [part for part in shown.streets.added if part.district_id == target.district.id]
        return ", ".join(f"{part.name}: {houses_words(self._words, Houses.of(part))}" for part in gone)

    def _person(self, one: PersonToMove, day: dt.date) -> str:
        """Name, age and address: visitors see the screen, so no birth date."""
        age = self._words.say("labels.age", n=full_years(one.birth_date, day)) if one.birth_date else ""
        return " · ".join(part for part in (one.name.short, age, one.address) if part)
