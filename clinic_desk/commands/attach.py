"""`attach`: an application for attachment from a script, and the register's answer to it."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.commands.finding_rows import finding_row, refusal_rows, say_refusal
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, UNUSABLE, Terminal
from clinic_desk.deadline_sentences import due_sentences
from clinic_desk.domain.attachment import AttachmentCase, ConsentGiver, ConsentWay, EndReason, SeenDocument
from clinic_desk.domain.deadlines import Due
from clinic_desk.domain.errors import ClinicDeskError, Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding, warnings
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables.attachment import DOCUMENTS_SEEN
from clinic_desk.durable_file import FileNotSaved, atomic_write
from clinic_desk.services.attachment_answers import END_REASONS
from clinic_desk.services.attachment_request import due_of
from clinic_desk.services.attachment_rows import AttachmentForm, ConsentForm, PaperKind
from clinic_desk.services.identity import new_id


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "attach", parents=[common], help="send an application for attachment, answer it"
    )
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--iin", metavar="IIN")
    who.add_argument("--patient", metavar="ID")
    who.add_argument("--case", metavar="ID", help="a case that was sent: give the answer with it")
    form = parser.add_argument_group("application")
    form.add_argument("--district", metavar="NUMBER", default="")
    form.add_argument("--doctor", metavar="CODE", default="")
    form.add_argument("--basis", choices=[basis.value for basis in AttachmentBasis])
    form.add_argument(
        "--document",
        metavar="CODE[:DATE]",
        type=_document,
        action="append",
        default=[],
        help="a document seen",
    )
    form.add_argument(
        "--consent", metavar="WHO:HOW[:NAME]", type=_consent, help="such as patient:paper or parent:egov:NAME"
    )
    form.add_argument("--previous", metavar="TEXT", default="", help="where the person is attached now")
    form.add_argument("--care-at-home", metavar="TEXT", default="")
    form.add_argument("--contract-until", metavar="DATE", type=dt.date.fromisoformat)
    form.add_argument(
        "--received", metavar="TIME", type=_moment, help="when it was handed in, with an offset"
    )
    form.add_argument("--note", metavar="TEXT", default="")
    form.add_argument("--reason", metavar="TEXT", default="", help="lets warnings pass, with --allowed-by")
    form.add_argument("--allowed-by", metavar="NAME", default="", help="the senior registrar")
    form.add_argument("--operation", metavar="ID", default="", help="the same id again sends nothing new")
    form.add_argument("--dry-run", action="store_true", help="only what the rules say")
    answer = parser.add_argument_group("answer").add_mutually_exclusive_group()
    answer.add_argument("--accept", action="store_true")
    answer.add_argument("--refuse", metavar="GROUND")
    answer.add_argument("--withdraw", action="store_true", help="with --text as the reason")
    answer.add_argument("--end", choices=[reason.value for reason in END_REASONS])
    parser.add_argument("--number", metavar="TEXT", default="", help="with --accept: the register's number")
    parser.add_argument(
        "--effective", metavar="DATE", type=dt.date.fromisoformat, help="with --accept or --end: the day"
    )
    parser.add_argument(
        "--text", metavar="TEXT", default="", help="with --refuse: the paragraph of the Rules"
    )
    parser.add_argument("--pdf", metavar="FILE", help="write the paper of the state reached there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sends or answers; a refusal names every finding and ends with 1."""
    with opened(arguments.choice, clock=arguments.clock) as profile:
        findings: tuple[Finding, ...] = ()
        try:
            if arguments.case:
                case = _answer(profile, arguments)
            else:
                form = _form(profile, arguments)
                if arguments.dry_run:
                    return _say_check(profile, form, terminal)
                case, findings = _send(profile, form, arguments)
        except RuleBroken as error:
            return _refuse(terminal, error.findings, error)
        except (InvalidValue, NotFound, Conflict) as error:
            return _refuse(terminal, (), error)
        due = _due(profile, case)
        is_written = not arguments.pdf or _write_paper(profile, case, Path(arguments.pdf))
    _say_case(terminal, case, due, findings, arguments.pdf if is_written else None)
    if not is_written:
        terminal.problem(terminal.texts.say("attachment_command.paper_not_written"))
        return UNUSABLE
    return DONE


def _say_case(
    terminal: Terminal, case: AttachmentCase, due: Due | None, findings: tuple[Finding, ...], pdf: str | None
) -> None:
    texts = terminal.texts
    explanation = due_sentences(texts, due) if due else []
    rows = [finding_row(terminal, finding) for finding in findings]
    data = {
        "case_id": case.id,
        "state": case.state.value,
        "due": case.due_at.isoformat() if case.due_at else None,
        "explanation": explanation,
        "effective_on": case.effective_on.isoformat() if case.effective_on else None,
        "findings": rows,
        "pdf": pdf,
    }
    state = texts.say(f"labels.case.{case.state.value}")
    lines = [texts.say("attachment_command.state", state=state, case=case.id)]
    if case.due_at and case.answered_at is None:
        lines += [texts.say("attachment_command.due", due=case.due_at), *explanation]
    terminal.result(data, lines + [row["message"] for row in rows])


# The application --------------------------------------------------------------------------------


def _form(profile: OpenProfile, arguments: argparse.Namespace) -> AttachmentForm:
    """What was said, over the person's draft if there is one."""
    attachments = profile.desk.attachments
    with profile.store.read() as work:
        if arguments.iin:
            patient = work.patients.by_iin(parse_iin(arguments.iin).digits)
        else:
            patient = work.patients.get(PatientId(arguments.patient))
        districts = {district.number: district.id for district in work.clinic.districts()}
        doctor = work.clinic.doctor_by_code(arguments.doctor) if arguments.doctor else None
    if patient is None:
        raise NotFound("patient.not_found")
    if arguments.district and arguments.district not in districts:
        raise NotFound("commands.unknown_district", number=arguments.district)
    if arguments.doctor and doctor is None:
        raise NotFound("commands.unknown_doctor", code=arguments.doctor)
    draft = attachments.open_case(patient.id)
    is_draft = draft is not None and draft.sent_at is None
    form = attachments.form(draft) if draft and is_draft else AttachmentForm(patient.id)
    said: dict[str, Any] = {
        "basis": AttachmentBasis(arguments.basis) if arguments.basis else None,
        "district_id": districts.get(arguments.district),
        "doctor_id": doctor.id if doctor else None,
        "documents": tuple(arguments.document),
        "consent": arguments.consent,
        "previous": arguments.previous,
        "care_at_home": arguments.care_at_home,
        "contract_until": arguments.contract_until,
        "received_at": arguments.received,
        "note": arguments.note,
        "allowed_by": arguments.allowed_by,
    }
    form = replace(form, **{name: value for name, value in said.items() if value})
    if not arguments.reason.strip():
        return form
    # A script has no dialog to write a reason for each warning in, so its one reason answers all of them.
    asking = warnings(attachments.check(form).findings)
    return replace(form, reasons_given={finding.code: arguments.reason for finding in asking})


def _send(
    profile: OpenProfile, form: AttachmentForm, arguments: argparse.Namespace
) -> tuple[AttachmentCase, tuple[Finding, ...]]:
    operation = OperationId(arguments.operation or new_id())
    sent, _ = profile.desk.attachments.send(form, operation, profile.desk.actor())
    return sent.case, sent.findings


def _say_check(profile: OpenProfile, form: AttachmentForm, terminal: Terminal) -> int:
    """What the rules say of the form; 1 when it could not be sent like this."""
    check = profile.desk.attachments.check(form)
    rows = [finding_row(terminal, finding) for finding in check.findings]
    explanation = due_sentences(terminal.texts, check.due)
    data = {
        "case_id": None,
        "state": None,
        "due": check.due.at.isoformat(),
        "explanation": explanation,
        "effective_on": check.effective_on.isoformat() if check.effective_on else None,
        "findings": rows,
        "missing": list(check.missing),
        "free_changes": {"used": check.free_changes_used, "limit": check.free_changes_limit},
        "mode": check.mode.value,
    }
    lines = [terminal.texts.say("attachment_command.due", due=check.due.at), *explanation]
    terminal.result(data, lines + [row["message"] for row in rows])
    return REFUSED if check.missing else DONE


# The answer -------------------------------------------------------------------------------------


def _answer(profile: OpenProfile, arguments: argparse.Namespace) -> AttachmentCase:
    answers, actor = profile.desk.attachment_answers, profile.desk.actor()
    case_id = AttachmentCaseId(arguments.case)
    if arguments.accept:
        return answers.accept(case_id, actor, arguments.number, arguments.effective)[0]
    if arguments.refuse is not None:
        return answers.refuse(case_id, actor, arguments.refuse, arguments.text)[0]
    if arguments.withdraw:
        return answers.withdraw(case_id, actor, arguments.text)[0]
    if arguments.end:
        return answers.end(case_id, actor, EndReason(arguments.end), arguments.effective)[0]
    return profile.desk.attachments.get(case_id)


def _due(profile: OpenProfile, case: AttachmentCase) -> Due | None:
    """Why the answer is due then; None where that is not known any more, or never was."""
    if case.received_at is None or case.sent_at is None:
        return None
    due = due_of(case.received_at, profile.desk.rules, profile.desk.clock)
    return due if due.at == case.due_at else None


def _write_paper(profile: OpenProfile, case: AttachmentCase, path: Path) -> bool:
    kind = PaperKind.APPLICATION
    if case.refusal_ground:
        kind = PaperKind.REFUSAL
    elif case.effective_on is not None:
        kind = PaperKind.NOTICE
    try:
        atomic_write(path, profile.desk.attachment_papers.paper(case.id, kind, profile.desk.actor()))
    except FileNotSaved:
        return False
    return True


def _refuse(terminal: Terminal, findings: tuple[Finding, ...], error: ClinicDeskError) -> int:
    rows = refusal_rows(terminal, findings, error)
    if terminal.wants_json:
        terminal.result(
            {"case_id": None, "state": "not_sent", "due": None, "explanation": [], "findings": rows}, []
        )
    say_refusal(terminal, rows)
    return REFUSED


# Values of arguments ----------------------------------------------------------------------------


def _document(text: str) -> SeenDocument:
    code, _, day = text.partition(":")
    if code not in DOCUMENTS_SEEN:
        raise argparse.ArgumentTypeError(text)
    return SeenDocument(code, dt.date.fromisoformat(day) if day else None)


def _consent(text: str) -> ConsentForm:
    giver, way, name, *_ = [*text.split(":", 2), "", ""]
    return ConsentForm(ConsentGiver(giver), ConsentWay(way or ConsentWay.PAPER.value), name=name)


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(text)
    return moment
