"""`refer`: a referral from a script, by the same rules as at the window."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.commands.finding_rows import finding_row, refusal_rows, say_refusal
from clinic_desk.commands.one_service import find_service
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, UNUSABLE, Terminal
from clinic_desk.domain.catalogue import Supplier
from clinic_desk.domain.errors import ClinicDeskError, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.ids import DoctorId, OperationId, PatientId, ServiceId, SupplierId
from clinic_desk.domain.iin import parse_iin
from clinic_desk.durable_file import FileNotSaved, atomic_write
from clinic_desk.sentences import finding_sentence
from clinic_desk.services.identity import new_id
from clinic_desk.services.referrals import ReferralForm


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("refer", parents=[common], help="issue a referral")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--iin", metavar="IIN")
    who.add_argument("--patient", metavar="ID")
    parser.add_argument("--service", metavar="CODE", default="")
    parser.add_argument("--icd", metavar="CODE", default="")
    parser.add_argument("--doctor", metavar="CODE", default="")
    parser.add_argument("--reason", metavar="CODE", default="")
    parser.add_argument("--supplier", metavar="BIN", default="")
    parser.add_argument(
        "--note", metavar="TEXT", default="", help="also the reason where a warning asks for one"
    )
    parser.add_argument(
        "--onset", metavar="DATE", type=dt.date.fromisoformat, help="first day of the disease, by the doctor"
    )
    parser.add_argument("--operation", metavar="ID", default="", help="the same id again makes nothing new")
    parser.add_argument("--pdf", metavar="FILE", help="write the slip there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Issues the referral; a refusal names every finding and ends with 1."""
    with opened(arguments.choice, clock=arguments.clock) as profile:
        try:
            form = _form(profile, arguments)
            operation = OperationId(arguments.operation or new_id())
            actor = profile.desk.actor()
            issued, _ = profile.desk.referrals.issue(form, operation, actor)
        except RuleBroken as error:
            _say_refusal(terminal, error.findings, error)
            return REFUSED
        except (InvalidValue, NotFound) as error:
            _say_refusal(terminal, (), error)
            return REFUSED
        is_written = bool(arguments.pdf) and _write_pdf(
            Path(arguments.pdf), profile.desk.slips.pdf(issued.referral_id)
        )
    data = {
        "number": issued.number,
        "status": issued.status.value,
        "findings": [finding_row(terminal, finding) for finding in issued.findings],
        "pdf": arguments.pdf if is_written else None,
        "referral_id": issued.referral_id,
        "was_there": issued.was_there,
    }
    lines = [terminal.texts.say("commands.referral_issued", number=issued.number)]
    lines += [finding_sentence(terminal.texts, finding) for finding in issued.findings]
    terminal.result(data, lines)
    if arguments.pdf and not is_written:
        # Said last, and after the number: the referral is saved and must not be issued again.
        terminal.problem(terminal.texts.say("commands.errors.commands.file_not_written"))
        return UNUSABLE
    return DONE


def _form(profile: OpenProfile, arguments: argparse.Namespace) -> ReferralForm:
    with profile.store.read() as work:
        if arguments.iin:
            patient = work.patients.by_iin(parse_iin(arguments.iin).digits)
        else:
            patient = work.patients.get(PatientId(arguments.patient))
        doctor = work.clinic.doctor_by_code(arguments.doctor) if arguments.doctor else None
        doctor = doctor or (work.clinic.doctor(DoctorId(arguments.doctor)) if arguments.doctor else None)
        supplier: Supplier | None = None
        if arguments.supplier:
            supplier = work.catalogue.supplier_by_bin(arguments.supplier)
            supplier = supplier or work.catalogue.supplier(SupplierId(arguments.supplier))
    if patient is None:
        raise NotFound("patient.not_found")
    if arguments.doctor and doctor is None:
        raise NotFound("commands.unknown_doctor", code=arguments.doctor)
    if arguments.supplier and supplier is None:
        raise NotFound("commands.unknown_supplier", code=arguments.supplier)
    service: ServiceId | None = None
    if arguments.service:
        try:
            service = find_service(profile, arguments.service)
        except ClinicDeskError as error:
            raise InvalidValue(error.code, **error.params) from error
    note = arguments.note.strip()
    # A script has no dialog to write a reason for each warning in, so its note answers all of them.
    answers = {"referral.already_living": note} if note else {}
    return ReferralForm(
        patient.id,
        service,
        arguments.icd,
        doctor.id if doctor else None,
        arguments.reason,
        supplier.id if supplier else None,
        note=note,
        reasons_given=answers,
        onset_on=arguments.onset,
    )


def _write_pdf(path: Path, pdf: bytes) -> bool:
    try:
        atomic_write(path, pdf)
    except FileNotSaved:
        return False
    return True


def _say_refusal(terminal: Terminal, findings: tuple[Finding, ...], error: ClinicDeskError) -> None:
    rows = refusal_rows(terminal, findings, error)
    if terminal.wants_json:
        terminal.result({"number": None, "status": "refused", "findings": rows, "pdf": None}, [])
    say_refusal(terminal, rows)
