"""What the page of a shift shows: figures, counts and sentences, in the language of the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.sync.recalls import RecallReason
from clinic_desk.sentences import error_sentence
from clinic_desk.services.sync.papers.recalls import PaperRow, PaperState
from clinic_desk.services.sync.papers.shift_values import ShiftSheet
from clinic_desk.ui.kit import ChipData, Kind, UiText
from clinic_desk.ui.shift.shift_view import ShiftView
from clinic_desk.ui.shift.words_to_say import words_to_say


class ShiftFace:
    """Sets the words of a view; knows no use case."""

    def __init__(self, view: ShiftView, words: UiText) -> None:
        self._view = view
        self._words = words
        self._trouble: ClinicDeskError | None = None
        view.show_table(False)

    def show_sheet(self, sheet: ShiftSheet) -> None:
        """The head, the figures and what passes on."""
        self._trouble = None
        view = self._view
        self._say_head(sheet)
        self._say_figures(sheet)
        view.left.show_items(sheet.left)
        view.set_closed(sheet.is_closed)
        view.close_button.setEnabled(sheet.opened_at is not None)
        view.print_button.setEnabled(True)

    def show_papers(
        self, recalls: Sequence[PaperRow], provisional: Sequence[PaperRow], *, shows_all: bool
    ) -> None:
        """How many papers there are, and the sentence where there are none."""
        view, say = self._view, self._words.say
        shown = provisional if shows_all else recalls
        view.show_table(bool(shown))
        to_call = len({row.patient_id for row in recalls if row.needs_call})
        key = "shift.to_call" if to_call else "shift.nobody_to_call"
        chip = ChipData(
            Kind.ERR if to_call else Kind.OK,
            say(key, n=to_call),
            "warning-circle" if to_call else "check-circle",
        )
        view.papers_chip.set_chip(chip)
        counted = Counter(row.state for row in provisional)
        view.papers_note.setText(
            say(
                "shift.provisional",
                n=len(provisional),
                fine=counted[PaperState.NOTHING],
                waiting=counted[PaperState.WAITING],
            )
            if provisional
            else say("shift.papers_note")
        )
        view.all_papers.setVisible(bool(provisional) or shows_all)
        view.all_papers.setText(say("shift.only_recalls" if shows_all else "shift.all_provisional"))
        view.empty.setText(say("shift.empty"))

    def show_chosen(self, row: PaperRow | None, clinic: ClinicProfile) -> None:
        """What to say to whoever holds the chosen paper, and what can be done about it."""
        view, say = self._view, self._words.say
        told = words_to_say(row, clinic) if row is not None else ""
        view.to_say.setText(told)
        view.say_card.setVisible(bool(told))
        view.phone.setText(row.phone if row is not None else "")
        recall = row.recall if row is not None else None
        quoted = recall.detail if recall is not None else ""
        view.quoted.setText(say("shift.quoted", words=quoted) if quoted else "")
        view.quoted.setVisible(bool(quoted))
        is_open = recall is not None and recall.is_open
        is_wrong = is_open and recall is not None and recall.reason is not RecallReason.RIGHT_AGAIN
        view.called_button.setEnabled(is_open)
        for button in (view.replace_button, view.returned_button):
            button.setEnabled(is_wrong)
        is_told = row is not None and row.state is PaperState.TOLD
        view.called_button.setText(say("shift.not_called" if is_told else "shift.called"))

    def show_trouble(self, error: ClinicDeskError) -> None:
        """The store did not answer: what is shown may be old, and says so."""
        self._trouble = error
        self.retell()

    def retell(self) -> None:
        """The notice above the figures, in the language of now."""
        if self._trouble is not None:
            self._view.notice.set_text(error_sentence(self._words.texts, self._trouble))
            self._view.notice.show()

    def _say_head(self, sheet: ShiftSheet) -> None:
        view, say, texts = self._view, self._words.say, self._words.texts
        desk = say("shell.desk", label=sheet.desk_label) if sheet.desk_label.isdigit() else sheet.desk_label
        if sheet.opened_at is None:
            hours = texts.date(sheet.as_of)
        else:
            until = sheet.closed_at or sheet.as_of
            hours = f"{texts.moment(sheet.opened_at)}–{texts.time(until)}"
        view.subtitle.setText(" · ".join(part for part in (desk, sheet.user, hours) if part))
        notice = ""
        if sheet.closed_at is not None:
            notice = say("shift.is_closed", time=texts.time(sheet.closed_at))
        elif sheet.opened_at is None:
            notice = say("shift.not_begun")
        view.notice.set_text(notice)
        view.notice.setVisible(bool(notice))

    def _say_figures(self, sheet: ShiftSheet) -> None:
        say, number, figures = self._words.say, self._words.texts.number, self._view.figures
        done = sheet.figures

        def show(name: str, n: int, remark: str) -> None:
            figures[name].show_figure(say(f"shift.figure.{name}"), number(n), remark)

        show("served", done.served, say("shift.remark.insurance", n=done.insurance))
        show("registered", done.registered, say("shift.remark.papers", n=done.papers))
        show("referrals", done.referrals, say("shift.remark.provisional", n=done.provisional))
        show("attachments", done.attachments, say("shift.remark.answers", n=done.answers))
        if sheet.unsent:
            since = sheet.unsent_since
            remark = (
                say("shift.remark.unsent_since", moment=since) if since else say("shift.remark.attention")
            )
        elif sheet.sent:
            remark = say("shift.remark.all_sent", n=sheet.sent)
        else:
            remark = say("shift.remark.nothing_to_send")
        figures["unsent"].show_figure(
            say("shift.figure.unsent"), number(sheet.unsent), remark, "err" if sheet.unsent else "ok"
        )
