"""The insurance panel of the card: state, months, packages, age of the answer, the one next act."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.services.rows import PatientCard
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.ui.kit import Card, Chip, LinkButton, MonthCells, PlainLabel, SectionTitle, UiText, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.patients.asking_line import AskingLine
from clinic_desk.ui.patients.bar import Bar
from clinic_desk.ui.patients.free_care import FreeCare
from clinic_desk.ui.patients.insurance_state import PanelView, describe
from clinic_desk.ui.patients.mark import PackageMark

_FACTS = 3


class SourceLine(QWidget):
    """Who asked, where and when; without words it is only room."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("check", "text2", 14)
        self._label = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self._label.setObjectName(name)
        row = QHBoxLayout(self)
        space(row, 0, 5)
        row.addWidget(self._icon)
        row.addWidget(self._label, 1)

    def setText(self, text: str) -> None:
        """Show this, or nothing."""
        self._label.setText(text)
        self._icon.setVisible(bool(text))


class InsurancePanel(Card):
    """Shows one card's insurance in the language of the moment.

    Signals:
        check_wanted: an answer is to be recorded.
        refer_wanted: a referral is to be issued.
        leaflet_wanted: the leaflet is to be printed.
        plan_wanted: the whole plan is to be shown.
    """

    check_wanted = Signal()
    refer_wanted = Signal()
    leaflet_wanted = Signal()
    plan_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(gap=9, parent=parent)
        self.setObjectName("card_insurance_panel")
        self._words = words
        self._shown: tuple[PatientCard, dt.datetime, ZoneInfo] | None = None
        self.view: PanelView | None = None
        self._build()
        words.follow(self._say)

    def show_card(self, card: PatientCard, now: dt.datetime, zone: ZoneInfo) -> None:
        """Show the insurance of `card` at `now` (aware)."""
        self._shown = (card, now, zone)
        self._say()

    def show_asking(self, exchange: SyncStatus, asked_at: dt.datetime | None, *, can_ask: bool) -> None:
        """Show what F5 does now, and the question that waits for its answer."""
        is_asked_by_machine = can_ask and exchange.state is not SyncState.NOT_SET
        key = "insurance_panel.check_online" if is_asked_by_machine else "insurance_panel.check"
        self._words.bind(self.check.setText, key)
        self.asking.show_asking(exchange if is_asked_by_machine else SyncStatus(), asked_at)

    @property
    def is_leaflet_next(self) -> bool:
        """Whether the one next act is to print the leaflet."""
        return self.view is not None and self.view.act.code == "leaflet"

    def _build(self) -> None:
        title = SectionTitle()
        self._words.bind(title.setText, "insurance_panel.title")
        plan = LinkButton("", "Ctrl+G", "clipboard-text")
        plan.setObjectName("card_insurance_button_plan")
        plan.clicked.connect(self.plan_wanted)
        self._words.bind(plan.setText, "insurance_plan.card.whole")
        title.trailing.addWidget(plan)
        self.check = LinkButton("", "F5", "arrows-clockwise")
        self.check.setObjectName("card_insurance_button_check")
        self.check.clicked.connect(self.check_wanted)
        self._words.bind(self.check.setText, "insurance_panel.check")
        title.trailing.addWidget(self.check)
        self.body.addWidget(title)
        self.body.addLayout(self._build_state())
        self.asking = AskingLine(self._words)
        self.body.addWidget(self.asking)
        self.sentence = PlainLabel(wraps=True)
        self.sentence.setObjectName("card_insurance_text_sentence")
        self.body.addWidget(self.sentence)
        self.body.addLayout(self._build_facts())
        self.months = MonthCells()
        self.months.setObjectName("card_insurance_months")
        self.bar = Bar()
        self.bar.setObjectName("card_insurance_bar")
        self.body.addWidget(self.months)
        self.body.addWidget(self.bar)
        self.free_care = FreeCare()
        self.free_care.setObjectName("card_insurance_free_care")
        self.body.addWidget(self.free_care)
        self.body.addStretch(1)
        self.body.addLayout(self._build_foot())

    def _build_state(self) -> QHBoxLayout:
        row = QHBoxLayout()
        space(row, 0, 10)
        self.chip = Chip(large=True)
        self.chip.setObjectName("card_insurance_chip_state")
        row.addWidget(self.chip)
        self.age_chips = [Chip(), Chip()]
        for number, chip in enumerate(self.age_chips):
            chip.setObjectName(f"card_insurance_chip_age_{number}")
            row.addWidget(chip)
        self._source = SourceLine("card_insurance_text_source")
        row.addWidget(self._source, 1)
        return row

    def _build_facts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        space(row, 0, 12)
        self._labels, self._values = [], []
        for place in range(_FACTS):
            label, value = PlainLabel(role="caption", tone="muted"), PlainLabel(role="strong", wraps=True)
            value.setObjectName(f"card_insurance_text_fact_{place}")
            value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            space(column, 0, 2)
            column.addWidget(label)
            column.addWidget(value, 1)
            row.addLayout(column, 1)
            self._labels.append(label)
            self._values.append(value)
        return row

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        space(row, 0, 16)
        self.insurance_mark = PackageMark()
        self.insurance_mark.setObjectName("card_insurance_mark_insurance")
        self.guaranteed_mark = PackageMark()
        self.guaranteed_mark.setObjectName("card_insurance_mark_guaranteed")
        row.addWidget(self.insurance_mark)
        row.addWidget(self.guaranteed_mark)
        self._old_source = SourceLine("card_insurance_text_source_old")
        row.addWidget(self._old_source, 1)
        self.act = LinkButton("", "F8", "arrow-right")
        self.act.setObjectName("card_insurance_button_next")
        self.act.clicked.connect(self._on_act)
        row.addWidget(self.act)
        return row

    def _on_act(self) -> None:
        wanted = {"refer": self.refer_wanted, "leaflet": self.leaflet_wanted}
        code = self.view.act.code if self.view is not None else ""
        wanted.get(code, self.check_wanted).emit()

    def _say(self) -> None:
        if self._shown is None:
            return
        card, now, zone = self._shown
        view = describe(card, self._words.texts, now, zone)
        self.view = view
        self.chip.set_chip(view.chip, view.chip_sentence)
        for index, chip in enumerate(self.age_chips):
            chip.setVisible(index < len(view.age_chips))
            if index < len(view.age_chips):
                chip.set_chip(view.age_chips[index])
        self.sentence.setText(view.sentence)
        for index in range(_FACTS):
            label, value = view.facts[index] if index < len(view.facts) else ("", "")
            self._labels[index].setText(label)
            self._values[index].setText(value)
            self._labels[index].setVisible(bool(label))
            self._values[index].setVisible(bool(label))
        self.months.setVisible(bool(view.months))
        self.months.set_cells(view.months, view.months_sentence)
        self.bar.setVisible(view.bar is not None)
        if view.bar is not None:
            self.bar.show_bar(view.bar.text, view.bar.kind, dashed=view.bar.dashed)
        self.free_care.setVisible(view.box is not None)
        if view.box is not None:
            self.free_care.show_box(view.box)
        self._say_foot(view)

    def _say_foot(self, view: PanelView) -> None:
        say = self._words.say
        self.insurance_mark.show_mark(
            say("insurance_panel.mark.insurance"),
            view.coverage,
            say(f"insurance_panel.mark.insurance.{view.coverage}"),
        )
        self.guaranteed_mark.show_mark(
            say("insurance_panel.mark.guaranteed"),
            view.guaranteed,
            say(f"insurance_panel.mark.guaranteed.{'contract' if view.by_contract else view.guaranteed}"),
        )
        # Beside the state when it is of today, else in the foot: the chips of its age need the room. Empty
        # both still fill their rows, so that the act stays at the right edge.
        self._source.setText("" if view.age_chips else view.source)
        self._old_source.setText(view.source if view.age_chips else "")
        self.act.setText(view.act.text)
        self.act.set_key(view.act.key)
