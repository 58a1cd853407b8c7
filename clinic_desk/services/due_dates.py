"""The terms of answers follow the calendar: a corrected one moves those that are still waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_log import log_case
from clinic_desk.services.attachment_request import due_of
from clinic_desk.services.ports import Clock, UnitOfWork
from clinic_desk.services.rule_book import RuleBook


def due_follower(clock: Clock) -> Callable[[UnitOfWork, RuleBook, Actor], None]:
    """What an import of rules calls inside its transaction, with the book that will be in force."""

    def follow(work: UnitOfWork, book: RuleBook, actor: Actor) -> None:
        recompute_due(work, book, actor, clock)

    return follow


def recompute_due(work: UnitOfWork, book: RuleBook, actor: Actor, clock: Clock) -> list[AttachmentCaseId]:
    """Each sent case has the term that today's tables give; the audit log has the old and the new one.

    Written into the open transaction; which cases moved.
    """
    moved = []
    for case in work.attachments.waiting():
        if case.received_at is None:
            continue
        due_at = due_of(case.received_at, book, clock).at
        if due_at != case.due_at:
            saved = work.attachments.save(replace(case, due_at=due_at), by=actor.user, at=clock.now())
            before = case.due_at.isoformat() if case.due_at else ""
            log_case(
                work, clock, actor, "attachment.due_moved", saved, reason=f"{before}>{due_at.isoformat()}"
            )
            moved.append(case.id)
    return moved
