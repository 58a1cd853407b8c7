"""The term of an answer in words: how many working days are left, or how many it is late."""

from __future__ import annotations

import datetime as dt

from clinic_desk.deadline_sentences import due_summary
from clinic_desk.domain.deadlines import DayRole, Due
from clinic_desk.services.ports import Clock
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.ui.attachment.due_strip import DueWords
from clinic_desk.ui.kit import Kind, UiText

_COUNTED = (DayRole.COUNTED, DayRole.DUE)


class DueReader:
    """Says terms as of the present moment, by the calendar in force."""

    def __init__(self, rules: RuleBook, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    def short(self, due_at: dt.datetime, words: UiText) -> DueWords:
        """The term of something that was sent: in so many working days, today, or late since then."""
        now, zone = self._clock.now(), self._clock.zone
        local = due_at.astimezone(zone)
        today, day = now.astimezone(zone).date(), local.date()
        calendar = self._rules.calendar(today)
        time, until = words.texts.time(due_at), words.texts.moment(due_at)
        say = words.say
        if now > due_at:
            late = calendar.between(day, today)
            if day == today:
                title = say("attachment_screen.due.late_today", time=time)
            else:
                title = say("attachment_screen.due.late", n=max(1, late))
            return DueWords(title, until, "", Kind.ERR, "warning-circle")
        if day == today:
            return DueWords(say("attachment_screen.due.today", time=time), until, "", Kind.WARN, "hourglass")
        left = calendar.between(today, day)
        return DueWords(say("attachment_screen.due.in_days", n=left), until, "", Kind.INFO, "clock")

    def ahead(self, due: Due, words: UiText) -> DueWords:
        """The term of an application that is not sent yet, with the reason of the day."""
        days = sum(step.role in _COUNTED for step in due.steps)
        title = words.say("attachment_screen.due.title", n=max(1, days))
        return DueWords(title, self._until(due.at, words), self._why(due, words))

    def running(self, due_at: dt.datetime, due: Due | None, words: UiText) -> DueWords:
        """The term of a case that was sent, with the working days gone by as a bar and the reason."""
        short = self.short(due_at, words)
        days = [step.day for step in due.steps if step.role in _COUNTED] if due else []
        today = self._clock.today()
        done = sum(day < today for day in days)
        why = self._why(due, words) if due else ""
        text = self._until(due_at, words)
        return DueWords(
            short.title, text, why, short.kind, short.icon, done, len(days) if len(days) > 1 else 0
        )

    def _until(self, at: dt.datetime, words: UiText) -> str:
        day = at.astimezone(self._clock.zone).date()
        return words.say("attachment_screen.due.until", day=day, time=words.texts.time(at))

    def _why(self, due: Due, words: UiText) -> str:
        days = due_summary(words.texts, due)
        return words.say("attachment_screen.due.why", days=days) if days else ""


__all__ = ["DueReader"]
