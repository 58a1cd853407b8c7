"""`insurance --iin IIN [--record FILE]`: what is known of a person's insurance, or one answer more of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from clinic_desk.commands.answer_file import GivenFailure, read_answer
from clinic_desk.commands.finding_rows import refusal_rows, say_refusal
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, Terminal
from clinic_desk.domain.errors import ClinicDeskError, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import mask, parse_iin
from clinic_desk.domain.insurance import FailedCheck, InsuranceCheck
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard

_FIELDS = "status, channel, checked_at, category, reference, valid_through, months, no_answer"


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "insurance",
        parents=[common],
        help="show, or record, what a channel answered about a person's insurance",
        description=f"FILE holds one JSON object with some of {_FIELDS}; - reads it from standard input. "
        "What does not fit in the answer is named and nothing is recorded, unless --all-the-same is given.",
    )
    parser.add_argument("--iin", metavar="IIN", required=True)
    parser.add_argument("--record", metavar="FILE", help="an answer, or a check that brought none, as JSON")
    parser.add_argument(
        "--all-the-same", action="store_true", help="record in spite of what does not fit; the log says so"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Prints the evidence with its freshness, after recording what was given; 1 when that is refused."""
    text = _text_of(arguments.record) if arguments.record else None
    with opened(arguments.choice, clock=arguments.clock, only_reads=text is None) as profile:
        desk = profile.desk
        try:
            patient_id = _person(desk, arguments.iin)
            if text is not None:
                _record(desk, patient_id, text, all_the_same=arguments.all_the_same)
        except RuleBroken as error:
            return _refused(terminal, error.findings, error)
        except (InvalidValue, NotFound) as error:
            return _refused(terminal, (), error)
        card = desk.patients.card(patient_id)
        failures = desk.insurance.failures(patient_id)
    terminal.result(_data(card, failures, recorded=text is not None), _lines(terminal, card))
    return DONE


def _text_of(name: str) -> str:
    from clinic_desk.commands.answer_file import LONGEST

    try:
        if name == "-":
            return sys.stdin.read(LONGEST + 1)
        with Path(name).open(encoding="utf-8-sig") as file:
            return file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ClinicDeskError("commands.file_not_read") from error


def _person(desk: DeskServices, digits: str) -> PatientId:
    patient = desk.patients.by_iin(parse_iin(digits).digits)
    if patient is None:
        raise NotFound("patient.not_found")
    return patient.id


def _record(desk: DeskServices, patient_id: PatientId, text: str, *, all_the_same: bool) -> None:
    actor = desk.actor()
    given = read_answer(text, patient_id, desk.clock.zone)
    if isinstance(given, GivenFailure):
        desk.insurance.record_failure(patient_id, given.channel, given.why, actor)
        return
    doubts = [doubt.code for doubt in desk.insurance.doubts(given)] if all_the_same else []
    desk.insurance.record(given, actor, in_spite_of=doubts)


def _data(card: PatientCard, failures: list[FailedCheck], *, recorded: bool) -> dict[str, Any]:
    patient = card.patient
    return {
        "patient_id": patient.id,
        "iin_masked": mask(patient.iin.digits) if patient.iin else None,
        "recorded": recorded,
        "evidence": _check(card.check) if card.check else None,
        "freshness": card.freshness.value,
        "coverage": card.coverage.value,
        "could_not_be_checked": _failure(card.failure) if card.failure else None,
        "answers": [_check(check) for check in card.checks],
        "failures": [_failure(failure) for failure in failures],
    }


def _check(check: InsuranceCheck) -> dict[str, Any]:
    return {
        "status": check.status.value,
        "checked_at": check.checked_at.isoformat(),
        "channel": check.channel.value,
        "checked_by": check.checked_by,
        "category": check.category or None,
        "reference": check.reference or None,
        "valid_through": check.valid_through.isoformat() if check.valid_through else None,
        "months": check.months or None,
        "paid_months": check.paid_months,
    }


def _failure(failure: FailedCheck) -> dict[str, Any]:
    return {
        "at": failure.at.isoformat(),
        "channel": failure.channel.value,
        "why": failure.why.value,
        "by": failure.by,
    }


def _lines(terminal: Terminal, card: PatientCard) -> list[str]:
    texts = terminal.texts
    say = texts.say
    lines = []
    if card.check is None:
        lines.append(say("insurance_panel.sentence.never"))
    else:
        check = card.check
        parts = [
            say(f"labels.insurance.{check.status}"),
            texts.moment(check.checked_at),
            say(f"labels.channel.{check.channel}"),
            check.checked_by,
        ]
        lines.append(" · ".join(part for part in parts if part))
        lines.append(say(f"evidence.freshness.{card.freshness}"))
    lines.append(say(f"insurance_panel.mark.insurance.{card.coverage}"))
    if card.failure is not None:
        channel = say(f"labels.channel.{card.failure.channel}")
        lines.append(say(f"evidence.failure.{card.failure.why}", moment=card.failure.at, channel=channel))
    return lines


def _refused(terminal: Terminal, findings: tuple[Finding, ...], error: ClinicDeskError) -> int:
    rows = refusal_rows(terminal, findings, error)
    if terminal.wants_json:
        terminal.result({"recorded": False, "evidence": None, "findings": rows}, [])
    say_refusal(terminal, rows)
    return REFUSED
