"""The whole plan of one person over the window: what is free, what needs insurance, every open way.

It speaks the registrar's language first and turns to the patient's at a key, so that both can read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import CareLine, InsurancePlan
from clinic_desk.domain.insurance_plan.values import SIGNIFICANT
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.domain.rule_tables.becoming_insured import CarePackage
from clinic_desk.plan_sentences import PlanWords, WayWords
from clinic_desk.services.leaflets import WITH_LEAFLET
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit import (
    Card,
    Modal,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    SectionTitle,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.slip_pane import Paper
from clinic_desk.ui.patients.panel_view import guaranteed_of

_WIDTH = 1240
_PAPER = (296, 420)
"""Half a sheet as the printer will bring it, small beside the plan."""
_HEIGHT = 704
_COLUMNS = 2
_MOVES = {
    Qt.Key.Key_Down.value: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up.value: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown.value: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp.value: QAbstractSlider.SliderAction.SliderPageStepSub,
}
_SIGNS = {
    Coverage.YES: ("check-circle", "ok"),
    Coverage.NO: ("x-circle", "err"),
    Coverage.UNKNOWN: ("question", "text2"),
}


class PlanSheet(Modal):
    """Shows the plan of one card; the arrows and Page keys move it. Ctrl+P and Ctrl+G belong to the card.

    Signals:
        leaflet_wanted: the leaflet is to be printed.
    """

    leaflet_wanted = Signal()

    def __init__(self, words: UiText, card: PatientCard, fund_channel: str) -> None:
        super().__init__(icon="clipboard-text", width=_WIDTH, height=_HEIGHT)
        self.setObjectName("card_plan_modal")
        self.paper = Paper()
        self.paper.setObjectName("card_plan_paper")
        self.paper.setFixedSize(look().px(_PAPER[0]), look().px(_PAPER[1]))
        words.bind(self.paper.setAccessibleName, "insurance_plan.card.paper")
        self._row = QHBoxLayout()
        space(self._row, 0, 16)
        self._row.addWidget(self.paper, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._row)
        # Not before it lies in the sheet: shown alone, it would be a window of its own and take the keys.
        self.paper.setVisible(card.plan.situation in WITH_LEAFLET)
        self._words = words
        self._plan: InsurancePlan = card.plan
        self._guaranteed = guaranteed_of(card)
        self._fund_channel = fund_channel
        self._patient_language = _language_of(card.patient.slip_language, words.language)
        self._speaks_to_patient = False
        self._content: QWidget | None = None
        self.subtitle.setText(card.patient.name.full)
        self._build_foot()
        words.follow(self._say)
        self.closed.connect(self.deleteLater)

    @property
    def has_paper(self) -> bool:
        """Whether there is a leaflet to be shown and printed."""
        return self._plan.situation in WITH_LEAFLET

    def show_paper(self, image: QImage) -> None:
        """The leaflet as it will be printed."""
        self.paper.set_image(image)

    @property
    def spoken(self) -> Language:
        """The language of the plan now."""
        return self._patient_language if self._speaks_to_patient else self._words.language

    def turn(self) -> None:
        """The plan speaks to the patient, or to the registrar again."""
        self._speaks_to_patient = not self._speaks_to_patient
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _MOVES.get(event.key())
        if action is not None:
            self.page.verticalScrollBar().triggerAction(action)
        super().keyPressEvent(event)

    def _build_foot(self) -> None:
        self.turn_button = SecondaryButton("", "", "globe")
        self.turn_button.setObjectName("card_plan_button_language")
        self.turn_button.clicked.connect(self.turn)
        close = SecondaryButton("", "Esc")
        close.setObjectName("card_plan_button_close")
        close.clicked.connect(self.dismiss)
        self._words.bind(close.setText, "shell.close")
        self.print_button = PrimaryButton("", "Ctrl+P", "printer")
        self.print_button.setObjectName("card_plan_button_print")
        self.print_button.clicked.connect(self.leaflet_wanted)
        self._words.bind(self.print_button.setText, "insurance_plan.card.print")
        self.foot.addWidget(self.turn_button)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        self.foot.addWidget(self.print_button)
        self.print_button.setVisible(self.has_paper)

    def _say(self) -> None:
        other = self._words.language if self._speaks_to_patient else self._patient_language
        self.turn_button.setText(self._words.say(f"labels.language.{other}"))
        self.turn_button.setVisible(self._patient_language is not self._words.language)
        texts = Texts(self.spoken)
        self.set_title(texts.say("insurance_plan.title"))
        if self._content is not None:
            self._row.removeWidget(self._content)
            self._content.deleteLater()
        words = PlanWords(texts, self._plan, self._fund_channel)
        self._content = _Content(words, self._plan, self._guaranteed, texts.say)
        self._row.insertWidget(0, self._content, 1)


class _Content(QWidget):
    """The plan in the words of one language; made anew when the language turns."""

    def __init__(
        self, words: PlanWords, plan: InsurancePlan, guaranteed: Coverage, say: Callable[..., str]
    ) -> None:
        super().__init__()
        self._words, self._plan, self._guaranteed, self._say = words, plan, guaranteed, say
        column = QVBoxLayout(self)
        space(column, 0, 12)
        standing = PlainLabel(words.situation(), role="large", wraps=True)
        standing.setObjectName("card_plan_text_situation")
        column.addWidget(standing)
        for sentence in (words.missing(), words.not_told()):
            if sentence:
                column.addWidget(PlainLabel(sentence, tone="muted", wraps=True))
        packages = QHBoxLayout()
        space(packages, 0, 12)
        free = self._package(words.free_title(), plan.free, CarePackage.GUARANTEED)
        insured = self._package(words.insured_title(), plan.insured_only, CarePackage.INSURANCE)
        packages.addWidget(free, 1)
        packages.addWidget(insured, 1)
        column.addLayout(packages)
        column.addWidget(SectionTitle(words.ways_title()))
        ways = words.ways()
        if not ways:
            column.addWidget(PlainLabel(words.why_no_ways(), wraps=True))
        grid = QGridLayout()
        space(grid, 0, 12)
        for column_number in range(_COLUMNS):
            grid.setColumnStretch(column_number, 1)
        for place, way in enumerate(ways):
            grid.addWidget(self._way(place + 1, way), place // _COLUMNS, place % _COLUMNS)
        column.addLayout(grid)
        column.addStretch(1)

    def _package(self, title: str, lines: Iterable[CareLine], package: CarePackage) -> Card:
        card = Card(sunken=True, margins=(14, 10, 14, 10), gap=4)
        card.setObjectName(f"card_plan_package_{package}")
        card.body.addWidget(PlainLabel(title, role="strong", wraps=True))
        sign = _SIGNS[self._guaranteed if package is CarePackage.GUARANTEED else self._plan.coverage]
        for line in lines:
            said = self._words.line(line)
            said = said[:1].upper() + said[1:]
            if not line.is_settled:
                said = f"{said} ({self._say('insurance_plan.not_settled')})"
            card.body.addLayout(_signed(sign, PlainLabel(said, wraps=True)))
            if line.code == SIGNIFICANT and self._plan.significant:
                card.body.addLayout(_remark(self._words.diseases()))
            for note in self._plan.notes_of(package):
                if note.line == line.code:
                    own = _SIGNS[Coverage.UNKNOWN] if note.asks_onset else sign
                    card.body.addLayout(
                        _signed(own, PlainLabel(self._words.note(note), role="strong", wraps=True))
                    )
                    card.body.addLayout(_remark(self._words.record(note)))
        card.body.addStretch(1)
        return card

    def _way(self, number: int, way: WayWords) -> Card:
        card = Card(margins=(14, 10, 14, 10), gap=3)
        card.setObjectName(f"card_plan_way_{way.way}")
        card.body.addWidget(PlainLabel(f"{number}. {way.lead}", role="strong", wraps=True))
        text = way.text[:1].upper() + way.text[1:]
        card.body.addWidget(PlainLabel(text, wraps=True))
        told = " ".join(filter(None, (way.begins, way.needs)))
        if told:
            card.body.addWidget(PlainLabel(told, role="small", wraps=True))
        if way.mistakes:
            card.body.addWidget(PlainLabel(way.mistakes, role="small", tone="warn", wraps=True))
        card.body.addWidget(PlainLabel(way.source, role="caption", tone="muted", wraps=True))
        card.body.addStretch(1)
        return card


def _signed(sign: tuple[str, str], label: PlainLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    space(row, 0, 8)
    row.addWidget(IconLabel(*sign, 16), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    return row


def _remark(text: str) -> QHBoxLayout:
    """A small line under the words of a signed one."""
    row = QHBoxLayout()
    space(row, (24, 0, 0, 0), 0)
    row.addWidget(PlainLabel(text, role="caption", tone="muted", wraps=True))
    return row


def _language_of(wish: SlipLanguage, window: Language) -> Language:
    """The language the patient reads; of somebody who reads both, the one the window does not speak."""
    if wish is SlipLanguage.BOTH:
        return Language.RU if window is Language.KK else Language.KK
    return Language(wish.value)
