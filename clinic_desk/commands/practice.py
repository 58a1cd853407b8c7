"""`practice`: the made-up polyclinic, made on the first start, then opened."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from clinic_desk.commands import window
from clinic_desk.commands.terminal import DONE, Terminal
from clinic_desk.practice.size import PEOPLE

if TYPE_CHECKING:
    from clinic_desk.bootstrap import OpenProfile


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("practice", parents=[common], help="a made-up clinic to learn on")
    parser.add_argument(
        "--people", type=_count, default=None, metavar="N", help=f"how many people ({PEOPLE})"
    )
    parser.add_argument("--reset", action="store_true", help="make the clinic anew")
    parser.add_argument("--no-window", action="store_true", help="make it and end")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Makes what is missing; opens the window unless told otherwise."""
    if arguments.reset:
        from clinic_desk.bootstrap import remove_practice_clinic

        remove_practice_clinic(arguments.choice)
    if not arguments.no_window:
        return window.run(arguments, terminal)
    # Read here only: a window paints before the store's parts are read.
    from clinic_desk.bootstrap import open_profile

    profile = open_profile(arguments.choice, clock=arguments.clock)
    try:
        people = _make(profile, arguments.people, terminal)
    finally:
        profile.close()
    terminal.result(
        {"people": people, "profile": str(arguments.choice.path)},
        [terminal.texts.say("commands.practice_ready", people=people)],
    )
    return DONE


def _make(profile: OpenProfile, people: int | None, terminal: Terminal) -> int:
    from clinic_desk.bootstrap import make_practice_clinic

    shows = sys.stderr.isatty()

    def progress(done: int, total: int | None) -> None:
        if shows:
            line = terminal.texts.say("commands.practice_making", done=done, total=total)
            print(f"\r{line}", end="" if done != total else "\n", file=sys.stderr, flush=True)

    make_practice_clinic(profile, people or PEOPLE, progress, lambda: False)
    with profile.store.read() as work:
        return work.patients.count()


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 2_000_000:
        raise argparse.ArgumentTypeError(text)
    return number
