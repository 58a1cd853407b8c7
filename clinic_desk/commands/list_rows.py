"""`list KIND`: the lists a script needs before it can refer anybody."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.commands.one_service import find_service
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.rule_tables import SCHEMAS, TableSchema
from clinic_desk.durable_file import atomic_write
from clinic_desk.rule_sentences import days_words, row_title, row_words, table_title
from clinic_desk.services.rules_of_the_day import TABLES

_EVERY = 100_000
_KINDS = ("services", "suppliers", "doctors", "districts", "reasons", "rules")

Row = dict[str, Any]


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("list", parents=[common], help=", ".join(_KINDS))
    parser.add_argument("kind", choices=_KINDS, metavar="KIND", help=", ".join(_KINDS))
    parser.add_argument(
        "table", nargs="?", choices=TABLES, metavar="TABLE", help="with rules: the rows of one table"
    )
    parser.add_argument("--csv", metavar="FILE", type=Path, help="with a table: as a list for a spreadsheet")
    parser.add_argument(
        "--service", metavar="CODE", help="only suppliers that may take a person for it today"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Prints code and name of each row, and what else is known of it."""
    if arguments.table is not None:
        return _one_table(arguments, terminal)
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        rows = _ROWS[arguments.kind](profile, arguments.service, terminal)
    terminal.result({"rows": rows}, [_told(row, terminal) for row in rows])
    return DONE


def _told(row: Row, terminal: Terminal) -> str:
    """Code and name; for a district its people and the norm too."""
    said = f"{row['code']}  {row['name']}"
    if "norm" not in row:
        return said
    number = terminal.texts.number
    people, norm = number(row["people"]), row["norm"]
    load = people if norm is None else terminal.texts.say("districts.load", people=people, norm=number(norm))
    return f"{said}  {load}"


def _services(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    return [
        {
            "code": s.code,
            "name": s.title.said_in(terminal.language),
            "id": s.service_id,
            "package": s.package.value,
        }
        for s in profile.desk.referrals.services(service or "", _EVERY)
    ]


def _suppliers(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    if service:
        found = find_service(profile, service)
        return [
            {
                "code": s.bin,
                "name": s.name,
                "id": s.supplier_id,
                "role": s.role.value,
                "wait_days": s.wait_days,
                "earliest": s.earliest.isoformat() if s.earliest else None,
                "distance_km": s.distance_km,
            }
            for s in profile.desk.referrals.suppliers(found).rows
        ]
    today = profile.desk.clock.today()
    with profile.store.read() as work:
        return [
            {
                "code": s.bin,
                "name": s.name,
                "id": s.id,
                "state": s.state.value,
                "listed": s.is_listed_on(today),
                "complete": s.is_complete,
                "listed_from": s.listed_from.isoformat() if s.listed_from else None,
                "listed_to": s.listed_to.isoformat() if s.listed_to else None,
            }
            for s in work.catalogue.suppliers()
        ]


def _doctors(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    return [
        {
            "code": d.code,
            "name": d.name,
            "id": d.doctor_id,
            "specialty": d.specialty.said_in(terminal.language),
        }
        for d in profile.desk.referrals.doctors("", _EVERY)
    ]


def _districts(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    return [
        {
            "code": row.district.number,
            "name": terminal.texts.say(f"labels.district.{row.district.kind}", number=row.district.number),
            "id": row.district.id,
            "kind": row.district.kind.value,
            "doctor": row.doctor.code if row.doctor else None,
            "people": row.load.people,
            "children": row.load.children,
            "norm": row.norm.people,
            "norm_set_by_organisation": row.norm.is_uncertain,
            "doctor_people": row.doctor_people,
            "streets": row.streets,
        }
        for row in profile.desk.districts.overview().rows
    ]


def _reasons(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    return [
        {
            "code": reason.code,
            "name": terminal.texts.say(f"labels.reason.{reason.code}"),
            "key": reason.key,
        }
        for reason in profile.desk.referrals.reasons()
    ]


def _rules(profile: OpenProfile, service: str | None, terminal: Terminal) -> list[Row]:
    today = profile.desk.clock.today()
    return [
        {
            "code": state.schema.name,
            "name": table_title(terminal.texts, state.schema.name),
            "rows": state.in_force,
            "set_by_organisation": state.uncertain,
            "sources": list(state.sources),
            "since": state.imported.takes_effect_on.isoformat() if state.imported else None,
            "imported_by": state.imported.by if state.imported else None,
            "next_on": state.coming.takes_effect_on.isoformat() if state.coming else None,
        }
        for state in profile.desk.rule_imports.tables(today)
    ]


def _one_table(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """The rows of a rule table: in words, as the document that `import rules` takes, and as a list."""
    if arguments.kind != "rules":
        raise ClinicDeskError("rules.table_without_rules", table=arguments.table)
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        service, today = profile.desk.rule_imports, profile.desk.clock.today()
        document, table = service.document(arguments.table, today), arguments.table
        if arguments.csv:
            try:
                atomic_write(arguments.csv, service.as_csv(table, today))
            except OSError as error:
                raise ClinicDeskError("rules.file_unwritable") from error
    terminal.result(document, [_line(terminal, SCHEMAS[table], row) for row in document["rows"]])
    return DONE


def _line(terminal: Terminal, schema: TableSchema[Any], row: Mapping[str, Any]) -> str:
    texts = terminal.texts
    said = row_words(texts, schema, row)
    first, last = days_words(texts, row)
    days = f"{first}–{last}" if first or last else ""
    return "  ".join(part for part in (row_title(texts, schema, row), said, days) if part)


_ROWS = {
    "services": _services,
    "suppliers": _suppliers,
    "doctors": _doctors,
    "districts": _districts,
    "reasons": _reasons,
    "rules": _rules,
}
