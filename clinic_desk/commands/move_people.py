"""`move-people`: a street or an age group to another district, or such a move back."""

from __future__ import annotations

import argparse
import re
from typing import Any

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.commands.finding_rows import finding_row, refusal_rows, say_refusal
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, Terminal
from clinic_desk.domain.address import street_key
from clinic_desk.domain.districts import AgeGroup, Selection, StreetPart
from clinic_desk.domain.errors import ClinicDeskError, Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.ids import DistrictId, DistrictMoveId
from clinic_desk.domain.imports.houses import InvalidHouses, houses_of
from clinic_desk.domain.street_parts import WHOLE_STREET, Houses
from clinic_desk.services.district_rows import LoadChange, MovePreview


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("move-people", parents=[common], help="move people to another district")
    parser.add_argument("--from", dest="source", metavar="NUMBER", help="the district they belong to")
    parser.add_argument("--to", dest="target", metavar="NUMBER", help="the district they shall belong to")
    parser.add_argument(
        "--street", metavar="TEXT", action="append", default=[], help="again for another spelling"
    )
    parser.add_argument(
        "--houses",
        metavar="TEXT",
        type=_houses,
        default=WHOLE_STREET,
        help="such as 1-25 or odd; all without it",
    )
    parser.add_argument("--ages", metavar="FROM-TO", type=_ages, help="full years, such as 0-17 or 18-")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why the norm may be passed")
    parser.add_argument(
        "--allowed-by", metavar="NAME", default="", help="the senior registrar who allowed it"
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--undo", metavar="ID", help="take a move back")
    parser.add_argument(
        "--leaving", metavar="N", type=int, default=0, help="with --undo: so many moved since may stay"
    )
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Moves, or takes back; a refusal names every finding and ends with 1."""
    chosen = arguments.source and arguments.target and (arguments.street or arguments.ages)
    if not (arguments.undo or chosen):
        arguments.parser.error("--from, --to and --street or --ages, or --undo")
    with opened(arguments.choice, clock=arguments.clock) as profile:
        try:
            return (
                _undo(profile, arguments, terminal) if arguments.undo else _move(profile, arguments, terminal)
            )
        except RuleBroken as error:
            return _refuse(terminal, error.findings, error)
        except (InvalidValue, NotFound, Conflict) as error:
            return _refuse(terminal, (), error)


def _move(profile: OpenProfile, arguments: argparse.Namespace, terminal: Terminal) -> int:
    numbers = {row.district.number: row.district.id for row in profile.desk.districts.overview().rows}
    source, target = (_district(numbers, number) for number in (arguments.source, arguments.target))
    service = profile.desk.redistricting
    selection = Selection(source, _street(arguments), _group(profile, arguments))
    seen = service.preview(selection, target)
    move_id = None
    if not arguments.dry_run:
        move, _ = service.move(
            selection,
            target,
            profile.desk.actor(),
            reason=arguments.reason,
            allowed_by=arguments.allowed_by,
            progress=lambda _done, _total: None,
            cancelled=lambda: False,
        )
        move_id = move.id
    _say(terminal, seen, move_id)
    is_answered = bool(arguments.reason.strip() and arguments.allowed_by.strip())
    return DONE if move_id or (seen.is_possible and (is_answered or not seen.needs_reason)) else REFUSED


def _say(terminal: Terminal, seen: MovePreview, move_id: str | None) -> None:
    texts = terminal.texts
    rows = [finding_row(terminal, finding) for finding in seen.findings]
    changes = [change for change in (seen.source, seen.target) if change is not None]
    data = {
        "move_id": move_id,
        "people": seen.people.people,
        "children": seen.people.children,
        "from": _load(seen.source),
        "to": _load(seen.target) if seen.target else None,
        "findings": rows,
    }
    lines = [texts.say("districts.move.people", n=seen.people.people)]
    for change in changes:
        name = texts.say(f"labels.district.{change.district.kind}", number=change.district.number)
        lines.append(
            texts.say(
                "districts.move.told",
                district=name,
                before=texts.number(change.before.people),
                after=texts.number(change.after.people),
            )
        )
    terminal.result(data, lines + [row["message"] for row in rows])


def _load(change: LoadChange) -> dict[str, Any]:
    return {
        "district": change.district.number,
        "before": change.before.people,
        "after": change.after.people,
        "norm": change.norm.people,
    }


def _undo(profile: OpenProfile, arguments: argparse.Namespace, terminal: Terminal) -> int:
    undone, _ = profile.desk.redistricting.undo(
        DistrictMoveId(arguments.undo),
        profile.desk.actor(),
        leaving=arguments.leaving,
        progress=lambda _done, _total: None,
        cancelled=lambda: False,
    )
    data = {
        "move_id": arguments.undo,
        "people": undone.people,
        "left": undone.left,
        "streets_changed": undone.streets_changed,
    }
    terminal.result(data, [terminal.texts.say("districts.undo.done", n=undone.people)])
    return DONE


def _district(numbers: dict[str, DistrictId], number: str) -> DistrictId:
    if number not in numbers:
        raise NotFound("commands.unknown_district", number=number)
    return numbers[number]


def _street(arguments: argparse.Namespace) -> StreetPart | None:
    keys = tuple(dict.fromkeys(street_key(street) for street in arguments.street))
    return StreetPart(keys, arguments.houses) if keys else None


def _group(profile: OpenProfile, arguments: argparse.Namespace) -> AgeGroup | None:
    if arguments.ages is None:
        return None
    low, high = arguments.ages
    return AgeGroup(low, high, profile.desk.clock.today())


def _houses(text: str) -> Houses:
    try:
        return houses_of(text)
    except InvalidHouses as error:
        raise argparse.ArgumentTypeError(text) from error


def _ages(text: str) -> tuple[int, int | None]:
    found = re.fullmatch(r"(\d{1,3})?-(\d{1,3})?", text.strip())
    if found is None or not (found[1] or found[2]):
        raise argparse.ArgumentTypeError(text)
    low, high = int(found[1] or 0), int(found[2]) if found[2] else None
    if high is not None and high < low:
        raise argparse.ArgumentTypeError(text)
    return low, high


def _refuse(terminal: Terminal, findings: tuple[Finding, ...], error: ClinicDeskError) -> int:
    rows = refusal_rows(terminal, findings, error)
    if terminal.wants_json:
        terminal.result({"move_id": None, "findings": rows}, [])
    say_refusal(terminal, rows)
    return REFUSED
