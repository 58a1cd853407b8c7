"""`search TEXT`: people found as the omnibox finds them."""

from __future__ import annotations

import argparse
from typing import Any

from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, Terminal

_MOST = 50


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("search", parents=[common], help="find people by whatever is known")
    parser.add_argument("text", metavar="TEXT", nargs="+")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help=f"at most {_MOST}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Prints the hits, best first; IINs are masked."""
    limit = max(1, min(arguments.limit, _MOST))
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        hits = profile.desk.search.find(" ".join(arguments.text), limit)
    rows = [
        {
            "patient_id": hit.patient_id,
            "name": hit.name,
            "birth_date": hit.birth_date.isoformat() if hit.birth_date else None,
            "iin_masked": hit.iin_masked,
            "match": hit.match,
        }
        for hit in hits
    ]
    texts = terminal.texts
    lines = []
    for hit in hits:
        born = texts.date(hit.birth_date) if hit.birth_date else "—"
        lines.append(f"{hit.patient_id}  {hit.name}  {born}  {hit.iin_masked}")
    terminal.result({"hits": rows}, lines or [texts.say("commands.nobody_found")])
    return DONE
