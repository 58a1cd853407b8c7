"""`verdict`: who pays for a service, a diagnosis and a day, with the reason, the rule and the evidence."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.commands.finding_rows import refusal_rows, say_refusal
from clinic_desk.commands.one_service import find_service
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, Terminal
from clinic_desk.domain.catalogue import normalise_icd
from clinic_desk.domain.errors import ClinicDeskError, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.referral import Payer
from clinic_desk.domain.verdict import Verdict
from clinic_desk.services.who_pays import Judged
from clinic_desk.verdict_words import beside, group_words, reason_sentence, rule_words


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("verdict", parents=[common], help="who pays for a service on a day")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--iin", metavar="IIN")
    who.add_argument("--patient", metavar="ID")
    parser.add_argument("--service", metavar="CODE", required=True)
    parser.add_argument("--icd", metavar="CODE", required=True)
    parser.add_argument("--date", metavar="DATE", type=dt.date.fromisoformat, help="today by default")
    parser.add_argument(
        "--onset", metavar="DATE", type=dt.date.fromisoformat, help="first day of the disease, by the doctor"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Says who pays; 1 when the person, the service or the code is not known here."""
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        day = arguments.date or profile.desk.clock.today()
        try:
            judged = _judged(profile, arguments, day)
        except ClinicDeskError as error:
            rows = refusal_rows(terminal, (), error)
            if terminal.wants_json:
                terminal.result({"answer": None, "findings": rows}, [])
            say_refusal(terminal, rows)
            return REFUSED
        terminal.result(_data(judged), _lines(terminal, judged.verdict, day))
    return DONE


def _judged(profile: OpenProfile, arguments: argparse.Namespace, day: dt.date) -> Judged:
    with profile.store.read() as work:
        if arguments.iin:
            patient = work.patients.by_iin(parse_iin(arguments.iin).digits)
        else:
            patient = work.patients.get(PatientId(arguments.patient))
    if patient is None:
        raise NotFound("patient.not_found")
    service_id = find_service(profile, arguments.service)
    icd_code = normalise_icd(arguments.icd)
    return profile.desk.referrals.who_pays(patient.id, service_id, icd_code, day, onset_on=arguments.onset)


def _data(judged: Judged) -> dict[str, Any]:
    found, check = judged.verdict, judged.check
    is_evidence = check is not None and check.id == found.evidence
    return {
        "answer": found.answer.value,
        "payer": found.payer.value,
        "reason": found.reason.value,
        "rule": found.rule,
        "source": found.source,
        "evidence": {
            "id": check.id,
            "status": check.status.value,
            "channel": check.channel.value,
            "reference": check.reference,
        }
        if check is not None and is_evidence
        else None,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "until": found.until.isoformat() if found.until else None,
        "group": found.group,
        "needs": [need.value for need in found.needs],
        "is_settled": found.is_settled,
    }


def _lines(terminal: Terminal, found: Verdict, day: dt.date) -> list[str]:
    texts = terminal.texts
    first = f"{texts.say(f'verdict.answer.{found.answer}')}."
    if found.payer is not Payer.UNKNOWN:
        payer = texts.say(f"labels.payer.{found.payer}")
        first = f"{first} {texts.say('verdict.line.payer', payer=payer)}"
    group = group_words(texts, found)
    source = rule_words(texts, found)
    return [
        first,
        reason_sentence(texts, found),
        *([texts.say("verdict.line.group", group=group)] if group else []),
        *beside(texts, found, day),
        *([texts.say("verdict.line.source", source=source)] if source else []),
    ]
