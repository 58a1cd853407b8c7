"""What the form shows of the rules' answer: changes used, the term, the new place, whether it may be sent."""

from __future__ import annotations

from clinic_desk.services.attachment_rows import AttachmentCheck, AttachmentRow
from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.case_keeper import CaseKeeper
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.attachment.form_watch import Checked, why_not
from clinic_desk.ui.attachment.places import place_new
from clinic_desk.ui.kit import ChipData, Kind, UiText


class FormFace:
    """Puts words of the moment's language into the view; keeps nothing."""

    def __init__(self, view: ApplicationView, words: UiText, due: DueReader, keeper: CaseKeeper) -> None:
        self._view = view
        self._words = words
        self._due = due
        self._keeper = keeper

    def show_check(self, check: AttachmentCheck) -> None:
        """Free changes used, the rule behind them, and the term."""
        say, view = self._words.say, self._view
        used, limit = check.free_changes_used, check.free_changes_limit
        text = say("attachment_screen.free_changes", n=used, limit=limit)
        is_full = used >= limit
        kind, icon = (Kind.WARN, "warning") if is_full else (Kind.NEUTRAL, "info")
        view.free_changes.set_chip(ChipData(kind, text, icon))
        view.free_changes.setToolTip(say(f"attachment_screen.rule.{check.mode}"))
        rule = "uncertain" if check.rule_is_uncertain else check.mode
        view.rule_note.setText(say(f"attachment_screen.rule.{rule}"))
        view.paper_card.due.show_due(self._due.ahead(check.due, self._words))

    def show_earlier(self, refused: AttachmentRow | None) -> None:
        """That the register refused the person's last application."""
        banner = self._view.earlier
        banner.setVisible(refused is not None)
        if refused is not None:
            ground = self._words.say(f"attachment.ground.{refused.refusal_ground}")
            banner.set_text(self._words.say("attachment_screen.earlier.refused", ground=ground))

    def show_new(self, answer: Checked | None) -> None:
        """The district that is chosen, and from which day."""
        choice = self._view.districts.choice()
        district, doctor = (choice.district, choice.doctor) if choice else (None, None)
        effective = answer.check.effective_on if answer else None
        self._view.change.new.show_place(place_new(self._words, district, doctor, effective))

    def show_send(self, answer: Checked | None, *, is_open: bool, is_sending: bool) -> None:
        """The button is off until nothing stands in the way; why stands below it in words.

        While the rules are being asked (`answer` None) it stays as it was: a press waits for their answer.
        """
        view = self._view
        draft = self._draft() if is_open else ""
        view.draft_drop.setVisible(bool(draft))
        view.draft_drop.setToolTip(draft)
        if is_sending or not is_open:
            view.send.setEnabled(False)
            view.head.set_why(self._words.say("attachment_screen.sending") if is_sending else "")
        elif answer is not None:
            why = why_not(self._words, answer)
            view.send.setEnabled(not why)
            view.head.set_why(why, draft)

    def _draft(self) -> str:
        """When the draft was saved, "" while there is none."""
        if self._keeper.case is None:
            return ""
        saved_at = self._keeper.saved_at
        if saved_at is None:
            return self._words.say("attachment_screen.draft.kept")
        return self._words.say("attachment_screen.draft.saved", time=self._words.texts.time(saved_at))


__all__ = ["FormFace"]
