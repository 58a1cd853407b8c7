"""Paper that was handed out and is no longer right, noted in the transaction of the news itself.

Whoever stores news (an answer about insurance, a decision of the upstream or the supplier, another list of
suppliers) calls the function of that news before it commits. News the other way round heals: papers that are
right after all need nobody any more. Each step is a line of the audit log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from clinic_desk.domain.ids import PatientId, RecallId, ReferralId
from clinic_desk.domain.referral import Answer, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.rules import offer_on
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd, RecallReason
from clinic_desk.domain.terms import clinic_day
from clinic_desk.services.actor import Actor
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, UnitOfWork
from clinic_desk.services.who_pays import who_pays

_HELD_FOR_WRONG: Final = frozenset({RecallEnd.TOLD, RecallEnd.RETURNED})
"""How a recall ended whose person goes on believing that the paper is wrong."""
MAX_WORDS = 400
"""So much of the server's words is kept with a recall."""


def is_on_paper(referral: Referral) -> bool:
    """True when somebody may hold this referral's paper."""
    return referral.copies_printed > 0 or referral.print_state is PrintState.PRINTED


def note_refused(
    work: UnitOfWork, referral_id: ReferralId, *, actor: Actor, at: dt.datetime, words: str = ""
) -> PaperRecall | None:
    """The upstream or the supplier refused the referral, or its operation was rejected.

    Args:
        work: the open transaction in which the news is stored.
        referral_id: the refused one.
        actor: whose act it is in the audit log: who is at the desk, or the worker's actor.
        at: now, aware UTC.
        words: the server's own words; kept as a quotation.

    Returns:
        The paper to recall; None when no paper was handed out or it stands in the list already.
    """
    return _open(work, referral_id, RecallReason.REFUSED, actor, at, words)


def note_replaced(
    work: UnitOfWork,
    referral_id: ReferralId,
    replaced_by: ReferralId,
    *,
    actor: Actor,
    at: dt.datetime,
    words: str = "",
) -> PaperRecall | None:
    """The referral got another number upstream: its paper shows the old one. Arguments as `note_refused`."""
    return _open(work, referral_id, RecallReason.REPLACED, actor, at, words, replaced_by)


def note_confirmed(
    work: UnitOfWork, referral_id: ReferralId, *, actor: Actor, at: dt.datetime
) -> list[PaperRecall]:
    """The referral that was refused before is accepted after all; the papers that need nobody any more.

    A referral that stands refused heals nothing: that the upstream has it does not mean that it said yes.
    """
    referral = work.referrals.get(referral_id)
    if referral is None or not (referral.is_living or referral.status is ReferralStatus.COMPLETED):
        return []
    return _heal(work, referral_id, RecallReason.REFUSED, actor, at)


def note_insurance_answer(
    work: UnitOfWork, patient_id: PatientId, tables: RuleTables, *, actor: Actor, at: dt.datetime
) -> list[PaperRecall]:
    """An answer about the person's insurance was added to `work`; the papers it makes wrong.

    A living referral on paper is looked at again by the rules of the day: when nobody but the person pays
    now, and the paper says something else, the paper is wrong. An answer that covers heals.

    Args:
        work: the open transaction, with the answer in it.
        patient_id: whose answer.
        tables: the rule tables of the day of `at`.
        actor: as in `note_refused`.
        at: now, aware UTC.
    """
    patient = work.patients.get(patient_id)
    if patient is None:
        return []
    today, opened = clinic_day(at), []
    for referral in work.referrals.of_patient(patient.id):
        if not (referral.is_living and is_on_paper(referral) and today <= referral.valid_until):
            continue
        service = work.catalogue.service(referral.service_id)
        judged = who_pays(
            work,
            patient,
            service,
            referral.icd_code,
            today,
            tables,
            onset_on=referral.insurance.onset_on,
        )
        answer = judged.verdict.answer
        if answer is Answer.NOT_COVERED and referral.insurance.payer is not Payer.SELF_PAY:
            recall = _open(work, referral.id, RecallReason.NOT_INSURED, actor, at)
            opened += [recall] if recall else []
        elif answer in {Answer.COVERED, Answer.COVERED_OTHER}:
            _heal(work, referral.id, RecallReason.NOT_INSURED, actor, at)
    return opened


def note_supplier_news(
    work: UnitOfWork, supplier_ids: Collection[str] | None, *, actor: Actor, at: dt.datetime
) -> list[PaperRecall]:
    """Suppliers or what they offer changed in `work`; the papers that lead nowhere now.

    Args:
        work: the open transaction, with the suppliers' new state in it.
        supplier_ids: those that changed; None looks at every living paper, as after a whole list.
        actor: as in `note_refused`.
        at: now, aware UTC.
    """
    today, opened = clinic_day(at), []
    for referral in work.referrals.on_paper(supplier_ids):
        if today > referral.valid_until:
            continue
        if _leads_somewhere(work, referral, today):
            _heal(work, referral.id, RecallReason.SUPPLIER_GONE, actor, at)
        else:
            recall = _open(work, referral.id, RecallReason.SUPPLIER_GONE, actor, at)
            opened += [recall] if recall else []
    return opened


def note_whole_list(work: UnitOfWork, tables: RuleTables, *, actor: Actor, at: dt.datetime) -> None:
    """A list of answers, suppliers or offers was loaded or taken back: every living paper is looked at again.

    Arguments as `note_insurance_answer`. Costs by the papers people hold, not by the list.
    """
    note_supplier_news(work, None, actor=actor, at=at)
    for patient_id in dict.fromkeys(referral.patient_id for referral in work.referrals.on_paper()):
        note_insurance_answer(work, patient_id, tables, actor=actor, at=at)


def log_recall(
    work: UnitOfWork, action: str, recall: PaperRecall, actor: Actor, at: dt.datetime, reason: str
) -> None:
    """One line of the audit log about the referral whose paper it is; `reason` is a code."""
    work.audit.write(
        AuditEntry(
            at, actor.user, actor.desk.code, f"paper.{action}", "referral", recall.referral_id, reason=reason
        )
    )


def _leads_somewhere(work: UnitOfWork, referral: Referral, today: dt.date) -> bool:
    supplier = work.catalogue.supplier(referral.supplier_id)
    service = work.catalogue.service(referral.service_id)
    if supplier is None or service is None or not supplier.is_listed_on(today):
        return False
    return offer_on(work.catalogue.offers(supplier.id, service.id), supplier, service, today) is not None


def _open(
    work: UnitOfWork,
    referral_id: ReferralId,
    reason: RecallReason,
    actor: Actor,
    at: dt.datetime,
    words: str = "",
    replaced_by: ReferralId | None = None,
) -> PaperRecall | None:
    referral = work.referrals.get(referral_id)
    if referral is None or not is_on_paper(referral):
        return None
    known = work.recalls.of_referral(referral_id)
    if any(recall.is_open and recall.reason is reason for recall in known):
        return None
    # What was to be told before is no longer so.
    outdated = [recall for recall in known if recall.reason is RecallReason.RIGHT_AGAIN]
    settle_open(work, outdated, RecallEnd.HEALED, actor, at)
    recall = PaperRecall(
        RecallId(new_id()), referral_id, reason, at, words.strip()[:MAX_WORDS], replaced_by=replaced_by
    )
    work.recalls.add(recall)
    log_recall(work, "recall", recall, actor, at, reason.value)
    return recall


def _heal(
    work: UnitOfWork, referral_id: ReferralId, reason: RecallReason, actor: Actor, at: dt.datetime
) -> list[PaperRecall]:
    everything = work.recalls.of_referral(referral_id)
    known = [recall for recall in everything if recall.reason is reason]
    was_told = any(
        recall.called_at is not None if recall.is_open else recall.end in _HELD_FOR_WRONG for recall in known
    )
    healed = settle_open(work, known, RecallEnd.HEALED, actor, at)
    for recall in known:
        if recall.end in _HELD_FOR_WRONG:
            done = replace(recall, end=RecallEnd.HEALED)
            work.recalls.save(done)
            log_recall(work, "healed", done, actor, at, reason.value)
            healed.append(done)
    is_wrong_still = any(one.reason is not reason and one.is_open for one in everything)
    if was_told and not is_wrong_still:
        # Who was told not to go has to hear that they may.
        _open(work, referral_id, RecallReason.RIGHT_AGAIN, actor, at)
    return healed


def settle_open(
    work: UnitOfWork,
    recalls: Iterable[PaperRecall],
    end: RecallEnd,
    actor: Actor,
    at: dt.datetime,
    replaced_by: ReferralId | None = None,
) -> list[PaperRecall]:
    """Those of `recalls` that were open, settled now, each with its line in the audit log."""
    settled = []
    for recall in recalls:
        if not recall.is_open:
            continue
        done = replace(
            recall,
            settled_at=at,
            settled_by=actor.user,
            end=end,
            replaced_by=replaced_by or recall.replaced_by,
        )
        work.recalls.save(done)
        log_recall(work, "settled", done, actor, at, end.value)
        settled.append(done)
    return settled
