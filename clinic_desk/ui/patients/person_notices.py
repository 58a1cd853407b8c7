"""What is said above the card: unsaved values, no IIN yet, a number that disagrees with the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.patient import Patient
from clinic_desk.services.ports import Draft
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.sync.papers.recalls import PaperRow, PaperState
from clinic_desk.ui.kit import Banner, LinkButton, UiText, space
from clinic_desk.ui.kit import Kind as ChipKind
from clinic_desk.ui.patients.offer import offered_fields

_KEYS: Final = {PaperState.TOLD: "shift.card_told", PaperState.TELL: "shift.card_right_again"}


class PersonNotices(QWidget):
    """Banners, each only while it has something to say.

    Signals:
        edit_wanted: the unsaved values are to be looked at.
        complete_wanted: the IIN is to be added.
        duplicates_wanted: people who may be the same are to be looked for.
        papers_wanted: the list of papers to recall is to be looked at.
    """

    edit_wanted = Signal()
    complete_wanted = Signal()
    duplicates_wanted = Signal()
    papers_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._card: PatientCard | None = None
        self._offer: Draft | None = None
        self._papers: tuple[PaperRow, ...] = ()
        self.recall = Banner(ChipKind.ERR, "warning-circle", wide=False)
        self.recall.setObjectName("card_head_banner_recall")
        self._link(self.recall, "card_head_button_recall", "shift.card_look", "", self.papers_wanted)
        self.offer = Banner(ChipKind.INFO, wide=False)
        self.offer.setObjectName("card_head_banner_offer")
        self._link(self.offer, "card_head_button_offer", "card.offer.look", "", self.edit_wanted)
        self.unfinished = Banner(ChipKind.WARN, "identification-card", wide=False)
        self.unfinished.setObjectName("card_head_banner_unfinished")
        self._link(
            self.unfinished,
            "card_head_button_duplicates",
            "people.card.duplicates",
            "Ctrl+D",
            self.duplicates_wanted,
        )
        self._link(
            self.unfinished,
            "card_head_button_complete",
            "people.card.complete",
            "Ctrl+I",
            self.complete_wanted,
        )
        self.mismatch = Banner(ChipKind.WARN, "warning", wide=False)
        self.mismatch.setObjectName("card_head_banner_mismatch")
        column = QVBoxLayout(self)
        space(column, 0, 10)
        self._banners = (self.recall, self.offer, self.unfinished, self.mismatch)
        for banner in self._banners:
            column.addWidget(banner)
        words.follow(self._say)

    def show_card(
        self, card: PatientCard | None, offer: Draft | None, papers: Sequence[PaperRow] = ()
    ) -> None:
        """Say what this card needs; `papers` are those of the person that are to be recalled."""
        self._card, self._offer, self._papers = card, offer, tuple(papers)
        self._say()

    def _link(self, banner: Banner, name: str, key: str, keys: str, wanted: object) -> None:
        button = LinkButton("", keys)
        button.setObjectName(name)
        button.clicked.connect(wanted)
        self._words.bind(button.setText, key)
        banner.add_act(button)

    def _say(self) -> None:
        say = self._words.say
        patient = self._card.patient if self._card else None
        fields = offered_fields(self._offer.payload, self._words) if self._offer else ""
        self._tell(self.offer, say("card.offer.text", fields=fields) if fields else "")
        self._tell(self.unfinished, self._unfinished(patient))
        self._tell(self.mismatch, " ".join(self._mismatches()))
        self._tell(self.recall, " ".join(self._recalled(row) for row in self._papers))
        self.setVisible(any(not banner.isHidden() for banner in self._banners))

    def _unfinished(self, patient: Patient | None) -> str:
        if patient is None or patient.no_iin_reason is None:
            return ""
        return self._words.say(f"people.card.unfinished.{patient.no_iin_reason}")

    def _recalled(self, row: PaperRow) -> str:
        """Which paper is wrong and why; whoever stands at the desk can be told at once."""
        recall = row.recall
        why = self._words.say(f"shift.why.{recall.reason}") if recall else ""
        key = _KEYS.get(row.state, "shift.card_recall")
        return self._words.say(key, number=row.number, why=why[:1].lower() + why[1:])

    def _mismatches(self) -> list[str]:
        say, card = self._words.say, self._card
        mismatch = card.iin_mismatch if card else None
        sentences = []
        if card is not None and mismatch:
            if mismatch.number_birth_date and card.patient.birth_date:
                number, document = mismatch.number_birth_date, card.patient.birth_date
                sentences.append(say("card.mismatch.date", number=number, document=document))
            if mismatch.number_sex:
                sentences.append(
                    say(
                        "card.mismatch.sex",
                        number=say(f"labels.sex.{mismatch.number_sex}"),
                        document=say(f"labels.sex.{card.patient.sex}"),
                    )
                )
        return sentences

    def _tell(self, banner: Banner, text: str) -> None:
        banner.setVisible(bool(text))
        banner.set_text(text)
