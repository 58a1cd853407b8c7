"""Step 2: the consent (who, how, when) and the documents that were seen, names and dates only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from clinic_desk.domain.attachment import ConsentGiver, SeenDocument
from clinic_desk.services.attachment_rows import ConsentForm, DocumentChoice
from clinic_desk.ui.attachment.seen_row import SeenRow
from clinic_desk.ui.attachment.words import consent_note, document_name, document_note
from clinic_desk.ui.kit import Card, LinkButton, SectionTitle, UiText, look, space

CONSENT, IDENTITY, REPRESENTATIVE = "consent", "identity", "representative"
_TWO_COLUMNS_FROM = 460


class ConsentPanel(Card):
    """The boxes of step 2. It shows what it is given and tells what a person did; it keeps nothing.

    All documents that prove the identity share one box: one of them is needed.

    Documents that may but need not be there stay behind a link, all but the first and those that were seen.

    Signals:
        consent_ticked: whether the consent is recorded now.
        representative_ticked: whether somebody acts for the patient.
        consent_details_wanted: who, how or when is to be changed.
        document_ticked: code of the document ("identity" for the one of several), and whether it was seen.
        document_details_wanted: code of the document, as above.
        passed: the name of the box that was ticked just now.
    """

    consent_ticked = Signal(bool)
    consent_details_wanted = Signal()
    representative_ticked = Signal(bool)
    document_ticked = Signal(str, bool)
    document_details_wanted = Signal(str)
    passed = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(18, 12, 18, 14), gap=8, parent=parent)
        self.setObjectName("attachment_consent_panel")
        self._words = words
        self._rows: dict[str, SeenRow] = {}
        self._columns = 2
        self._shows_all = False
        self._choices: tuple[DocumentChoice, ...] = ()
        self._seen: tuple[SeenDocument, ...] = ()
        title = SectionTitle("", 2)
        words.bind(title.setText, "attachment_screen.step.consent")
        self.more = LinkButton(icon="caret-down")
        self.more.setObjectName("attachment_consent_button_more")
        words.bind(self.more.setText, "attachment_screen.document.more")
        self.more.clicked.connect(self._on_more)
        title.trailing.addWidget(self.more)
        self.body.addWidget(title)
        self._grid = QGridLayout()
        space(self._grid, 0, 10)
        self.body.addLayout(self._grid)
        self.consent = self._make_row(CONSENT)
        self.consent.ticked.connect(self.consent_ticked)
        self.consent.details_wanted.connect(self.consent_details_wanted)
        self.representative = self._make_row(REPRESENTATIVE)
        self.representative.ticked.connect(self.representative_ticked)
        self.representative.details_wanted.connect(self.consent_details_wanted)

    @property
    def rows(self) -> dict[str, SeenRow]:
        """The boxes by name: consent, identity, representative, then codes of documents."""
        return dict(self._rows)

    def show_consent(self, consent: ConsentForm | None, by: str, *, is_minor: bool) -> None:
        """Show the consent as it is recorded, or that there is none, and who acts for the patient."""
        say = self._words.say
        if consent is None:
            self.consent.show_state(
                False, say("attachment_screen.consent.tick"), say("attachment_screen.consent.none"), ""
            )
        else:
            change = say("attachment_screen.consent.change")
            note = consent_note(self._words, consent, by)
            self.consent.show_state(True, say("attachment_screen.consent.recorded"), note, change, data=True)
        acts = consent is not None and consent.giver is not ConsentGiver.PATIENT
        if acts and consent is not None:
            giver = say(f"labels.consent_giver.{consent.giver}")
            note = f"{giver}: {consent.name}" if consent.name else giver
        else:
            note = say(
                "attachment_screen.representative.needed"
                if is_minor
                else "attachment_screen.representative.needless"
            )
        self.representative.show_state(acts, say("attachment_screen.representative"), note, "", data=acts)

    def show_documents(self, choices: Sequence[DocumentChoice], seen: Sequence[SeenDocument]) -> None:
        """Show a box for each document that has a place here; the needed ones say so."""
        self._choices, self._seen = tuple(choices), tuple(seen)
        by_code = {document.code: document for document in seen}
        identity = [choice for choice in choices if choice.proves_identity]
        others = [choice for choice in choices if not choice.proves_identity]
        optional = [choice for choice in others if not choice.is_needed]
        shown = [
            choice
            for choice in others
            if self._shows_all or choice.is_needed or choice.code in by_code or choice in optional[:1]
        ]
        self.more.setVisible(self._shows_all or len(shown) < len(others))
        names = [CONSENT, *([IDENTITY] if identity else []), REPRESENTATIVE, *(c.code for c in shown)]
        for gone in set(self._rows) - set(names):
            row = self._rows.pop(gone)
            row.hide()
            # The click that brought this may still be inside the row.
            QTimer.singleShot(0, row.deleteLater)
        for name in names:
            if name not in self._rows:
                self._add_document(name)
        self._rows = {name: self._rows[name] for name in names}
        if identity:
            proof = next((by_code[c.code] for c in identity if c.code in by_code), None)
            self._show_identity(proof, several=len(identity) > 1)
        for choice in shown:
            self._show_document(choice, by_code.get(choice.code))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 2 if self.width() >= look().px(_TWO_COLUMNS_FROM) else 1
        if columns != self._columns:
            self._columns = columns
            self._arrange()

    def _on_more(self) -> None:
        self._shows_all = not self._shows_all
        self.more.set_icon("caret-up" if self._shows_all else "caret-down")
        key = "attachment_screen.document.fewer" if self._shows_all else "attachment_screen.document.more"
        self._words.bind(self.more.setText, key)
        self.show_documents(self._choices, self._seen)

    def _show_identity(self, proof: SeenDocument | None, *, several: bool) -> None:
        say = self._words.say
        row = self._rows[IDENTITY]
        if proof is None:
            note = say("attachment_screen.document.needed")
            row.show_state(False, say("attachment_screen.document.identity"), note, "")
            return
        note = document_name(self._words, proof.code)
        if proof.dated is not None:
            note = f"{note} · {self._words.texts.date(proof.dated)}"
        change = say("attachment_screen.document.change" if several else "attachment_screen.document.date")
        row.show_state(True, say("attachment_screen.document.identity_seen"), note, change)

    def _show_document(self, choice: DocumentChoice, seen: SeenDocument | None) -> None:
        row = self._rows[choice.code]
        note = document_note(self._words, choice, seen)
        change = self._words.say("attachment_screen.document.date")
        row.show_state(seen is not None, document_name(self._words, choice.code), note, change)

    def _add_document(self, name: str) -> None:
        row = self._make_row(name)
        row.ticked.connect(lambda is_on: self.document_ticked.emit(name, is_on))
        row.details_wanted.connect(lambda: self.document_details_wanted.emit(name))

    def _make_row(self, name: str) -> SeenRow:
        row = SeenRow(name)
        row.passed.connect(lambda: self.passed.emit(name))
        self._rows[name] = row
        return row

    def _arrange(self) -> None:
        rows = list(self._rows.values())
        for number, row in enumerate(rows):
            self._grid.addWidget(row, number // self._columns, number % self._columns)
        for before, after in pairwise(rows):
            QWidget.setTabOrder(before.pencil, after.box)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)


__all__ = ["CONSENT", "IDENTITY", "REPRESENTATIVE", "ConsentPanel"]
