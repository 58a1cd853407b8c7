"""`leaflet --iin IIN [--pdf FILE]`: what a person can do about their insurance, and their leaflet."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from clinic_desk.commands.finding_rows import refusal_rows, say_refusal
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, Terminal
from clinic_desk.domain.errors import ClinicDeskError, InvalidValue, NotFound
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.insurance_plan import Cost, InsurancePlan, WayOffer
from clinic_desk.domain.patient import Patient
from clinic_desk.durable_file import FileNotSaved, atomic_write
from clinic_desk.plan_sentences import PlanWords
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.leaflets import fund_channel


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "leaflet", parents=[common], help="tell what a person can do about their insurance"
    )
    parser.add_argument("--iin", metavar="IIN", required=True)
    parser.add_argument("--pdf", metavar="FILE", help="write the leaflet there, in the patient's language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Prints the plan of today; 1 when a leaflet is asked for and nothing stands on it."""
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        desk = profile.desk
        try:
            patient = _person(desk, arguments.iin)
            pdf = desk.leaflets.pdf(patient.id) if arguments.pdf else b""
        except (InvalidValue, NotFound) as error:
            return _refused(terminal, error)
        plan = desk.patients.card(patient.id).plan
        channel = fund_channel(desk.tables, desk.clock.today())
    is_written = bool(pdf) and _write(Path(arguments.pdf), pdf)
    words = PlanWords(terminal.texts, plan, channel)
    data = {"patient_id": patient.id, **_data(plan), "pdf": arguments.pdf if is_written else None}
    terminal.result(data, _lines(words, plan))
    if pdf and not is_written:
        # Said last: the plan is told all the same.
        raise ClinicDeskError("leaflet.not_written")
    return DONE


def _person(desk: DeskServices, digits: str) -> Patient:
    patient = desk.patients.by_iin(parse_iin(digits).digits)
    if patient is None:
        raise NotFound("patient.not_found")
    return patient


def _write(path: Path, pdf: bytes) -> bool:
    try:
        atomic_write(path, pdf)
    except FileNotSaved:
        return False
    return True


def _data(plan: InsurancePlan) -> dict[str, Any]:
    return {
        "as_of": plan.day.isoformat(),
        "situation": plan.situation.value,
        "coverage": plan.coverage.value,
        "until": _day(plan.until),
        "paid_months": plan.paid,
        "missing": [month.isoformat() for month in plan.missing],
        "months_not_told": plan.not_told,
        "free": [line.code for line in plan.free],
        "insured_only": [line.code for line in plan.insured_only],
        "diagnoses": [
            {
                "icd": note.diagnosis.icd_code,
                "group": note.group,
                "package": note.package.value,
                "until": _day(note.until),
                "asks_onset": note.asks_onset,
                "source": note.source,
            }
            for note in plan.notes
        ],
        "ways": [_way(offer) for offer in plan.ways],
    }


def _way(offer: WayOffer) -> dict[str, Any]:
    return {
        "way": offer.way.value,
        "begins": offer.begins.value,
        "begins_on": _day(offer.begins_on),
        "until": _day(offer.until),
        "months": [month.isoformat() for month in offer.months],
        "cost": _cost(offer.cost),
        "needs": list(offer.needs),
        "mistakes": list(offer.mistakes),
        "source": offer.source,
        "is_settled": offer.is_settled,
    }


def _cost(cost: Cost | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    return {
        "months": cost.months,
        "monthly_tenge": cost.monthly,
        "total_tenge": cost.total,
        "sums_of": cost.year,
        "ask_the_fund": cost.asks_fund,
    }


def _lines(words: PlanWords, plan: InsurancePlan) -> list[str]:
    told = [words.situation(), words.missing(), words.not_told()]
    told += [words.note(note) for note in plan.notes]
    told += [
        f"{number}. {way.lead} {way.text} {way.begins}".rstrip() for number, way in enumerate(words.ways(), 1)
    ]
    if not plan.ways:
        told.append(words.why_no_ways())
    return [line for line in told if line]


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _refused(terminal: Terminal, error: ClinicDeskError) -> int:
    rows = refusal_rows(terminal, (), error)
    if terminal.wants_json:
        terminal.result({"ways": [], "findings": rows, "pdf": None}, [])
    say_refusal(terminal, rows)
    return REFUSED
