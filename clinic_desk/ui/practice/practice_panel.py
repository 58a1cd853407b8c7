"""Everything the made-up authority can be made to do, and the rules by which it decides."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.sentences import error_sentence
from clinic_desk.services.sync.practice_switches import PracticeSwitches, Push, Switch
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import SecondaryButton
from clinic_desk.ui.kit.card import SectionTitle
from clinic_desk.ui.kit.check_box import CheckBox
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.modal import Modal
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_SWITCHES: Final = {
    Switch.OUTAGE: "practice_server.panel.outage",
    Switch.SLOW: "practice_server.panel.slow",
    Switch.LOST_REPLIES: "practice_server.panel.lost_replies",
    Switch.THROTTLED: "practice_server.panel.throttled",
    Switch.FAILING: "practice_server.panel.failing",
    Switch.GARBAGE: "practice_server.panel.garbage",
}
_PUSHES: Final = {
    Push.DECIDE: "practice_server.panel.decide",
    Push.CHANGE_MIND: "practice_server.panel.change_mind",
    Push.SNAPSHOT: "practice_server.panel.snapshot",
    Push.RESTORE: "practice_server.panel.restore",
}
_DONE: Final = {
    Push.DECIDE: "practice_server.panel.done_decide",
    Push.CHANGE_MIND: "practice_server.panel.done_change_mind",
    Push.SNAPSHOT: "practice_server.panel.done_snapshot",
    Push.RESTORE: "practice_server.panel.done_restore",
}


class PracticePanel(Modal):
    """Boxes for what stays on, buttons for what happens once, the rules below.

    Signals:
        turned: something was turned or done.
    """

    turned = Signal()

    def __init__(self, words: UiText, jobs: Jobs, switches: PracticeSwitches) -> None:
        say = words.say
        super().__init__(say("practice_server.panel.title"), icon="sliders-horizontal", width=860, height=640)
        self._words = words
        self._jobs = jobs
        self._switches = switches
        self.boxes: dict[Switch, CheckBox] = {}
        self.buttons: dict[Push, SecondaryButton] = {}
        self.result = Banner(Kind.INFO, wide=False)
        self.result.setObjectName("practice_panel_result")
        self.result.hide()
        self.body.addWidget(PlainLabel(say("practice_server.panel.intro"), tone="muted", wraps=True))
        self.body.addWidget(SectionTitle(say("practice_server.panel.faults")))
        self.body.addWidget(self._fault_boxes())
        self.body.addWidget(SectionTitle(say("practice_server.panel.once")))
        self.body.addWidget(self._push_buttons())
        self.body.addWidget(self.result)
        self.body.addWidget(SectionTitle(say("practice_server.rules.title")))
        self._add_rules()
        self.body.addStretch(1)
        close = SecondaryButton(say("shell.close"), "Esc")
        close.setObjectName("practice_panel_button_close")
        close.clicked.connect(self.close_modal)
        self.foot.addStretch(1)
        self.foot.addWidget(close)

    def begin(self) -> None:
        """Learns what is on."""
        self._jobs.run(self._switches.positions, self._show, self._fail, owner=self, lane="side")

    def _fault_boxes(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        space(grid, 0, 6)
        grid.setHorizontalSpacing(32)
        grid.setColumnStretch(2, 1)
        for place, (switch, key) in enumerate(_SWITCHES.items()):
            box = CheckBox(self._words.say(key))
            box.setObjectName(f"practice_panel_box_{switch.value}")
            box.clicked.connect(partial(self._turn, switch))
            self.boxes[switch] = box
            grid.addWidget(box, place // 2, place % 2)
        return holder

    def _push_buttons(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        space(grid, 0, 8)
        grid.setColumnStretch(2, 1)
        for place, (push, key) in enumerate(_PUSHES.items()):
            button = SecondaryButton(self._words.say(key))
            button.setObjectName(f"practice_panel_button_{push.value}")
            button.clicked.connect(partial(self._push, push))
            self.buttons[push] = button
            grid.addWidget(button, place // 2, place % 2)
        return holder

    def _add_rules(self) -> None:
        holder = QWidget()
        grid = QGridLayout(holder)
        space(grid, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        row, last = 0, ""
        for about, digits, what in self._switches.rules(self._words.language.value):
            if about != last:
                grid.addWidget(PlainLabel(about, role="strong", wraps=True), row, 0, 1, 2)
                row, last = row + 1, about
            grid.addWidget(PlainLabel(digits, tone="muted", data=True), row, 0)
            grid.addWidget(PlainLabel(what, wraps=True), row, 1)
            row += 1
        self.body.addWidget(holder)

    def _turn(self, switch: Switch) -> None:
        is_on = self.boxes[switch].isChecked()

        def turn() -> frozenset[Switch]:
            self._switches.turn(switch, is_on=is_on)
            return self._switches.positions()

        self._jobs.run(turn, self._turned, self._fail, owner=self, lane="side")

    def _turned(self, positions: frozenset[Switch]) -> None:
        self._show(positions)
        self.turned.emit()

    def _push(self, push: Push) -> None:
        self._jobs.run(
            lambda: self._switches.push(push),
            partial(self._pushed, push),
            self._fail,
            owner=self,
            lane="side",
        )

    def _pushed(self, push: Push, count: int) -> None:
        self._tell(self._words.say(_DONE[push], n=count), Kind.INFO)
        self.turned.emit()

    def _show(self, positions: frozenset[Switch]) -> None:
        for switch, box in self.boxes.items():
            box.setChecked(switch in positions)

    def _fail(self, error: ClinicDeskError) -> None:
        self._tell(error_sentence(self._words.texts, error), Kind.ERR)

    def _tell(self, text: str, kind: Kind) -> None:
        self.result.set_kind(kind)
        self.result.set_text(text)
        self.result.show()
