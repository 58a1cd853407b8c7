"""The command line: what was asked for, which profile, in which language."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import zoneinfo
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from clinic_desk import __version__
from clinic_desk.commands.terminal import UNUSABLE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.profile.directory import ProfileChoice, choose_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.clock import FixedClock, SystemClock
from clinic_desk.texts import Language, Texts

Run = Callable[[argparse.Namespace, Terminal], int]

_LANGUAGES = [language.value for language in Language]
# Only the module of the command that was asked for is read: the window must paint at once.
_COMMANDS: Final = {
    "practice": "practice",
    "practice-server": "practice_server",
    "import": "import_file",
    "insurance": "insurance",
    "leaflet": "leaflet",
    "search": "search",
    "list": "list_rows",
    "refer": "refer",
    "verdict": "verdict",
    "attach": "attach",
    "move-people": "move_people",
    "upstream": "upstream",
    "outbox": "outbox",
    "sync": "sync",
    "tour": "tour",
    "open": "window",
}
_IN_PRACTICE: Final = {"practice", "practice-server", "tour"}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the use in one sentence and ends with 2."""

    def error(self, message: str) -> NoReturn:
        texts = Texts(_language_of(sys.argv[1:]))
        print(texts.say("commands.wrong_use", what=message, program=self.prog), file=sys.stderr)
        raise SystemExit(UNUSABLE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code; never raises for anything a person can cause."""
    # The zone data that come with the program: an old machine still has Almaty at UTC+6.
    zoneinfo.reset_tzpath(())
    said = list(sys.argv[1:] if arguments is None else arguments)
    parsed = _parser(said).parse_args(said)
    # A default in a subcommand would overwrite what stood before it, so defaults are given here.
    for name, value in {"profile": None, "lang": None, "now": None, "json": False}.items():
        if not hasattr(parsed, name):
            setattr(parsed, name, value)
    terminal = Terminal(Language(parsed.lang or _language_of([])), parsed.json)
    run: Run = getattr(parsed, "run", None) or _module("window").run
    try:
        parsed.choice = choose_profile(parsed.profile, os.environ, practice=parsed.command in _IN_PRACTICE)
        parsed.clock = _clock(parsed.now, parsed.choice)
        return run(parsed, terminal)
    except ClinicDeskError as error:
        from clinic_desk.sentences import error_sentence

        terminal.problem(error_sentence(terminal.texts, error))
        return UNUSABLE
    except KeyboardInterrupt:
        terminal.problem(terminal.texts.say("errors.errors.work.cancelled"))
        return UNUSABLE
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except Exception as error:
        code = type(error).__name__
        if os.environ.get("CLINIC_DESK_DEBUG"):
            raise
        terminal.problem(terminal.texts.say("errors.errors.unexpected", code=code))
        return UNUSABLE


def _module(name: str) -> Any:
    return import_module(f"clinic_desk.commands.{name}")


def _parser(said: Sequence[str]) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--profile", metavar="DIR", help="folder of the profile, or the word practice")
    common.add_argument("--lang", choices=_LANGUAGES, help="language of sentences, window and tour")
    common.add_argument(
        "--now", metavar="TIME", type=_moment, help="ISO 8601 with offset; practice profiles only"
    )
    common.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser = _Parser(
        prog="clinic-desk", parents=[common], description="The registrar's desk of a polyclinic."
    )
    parser.add_argument("--version", action="version", version=f"clinic-desk {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    wanted = [name for name in _COMMANDS if name in said] or (["open"] if _is_bare(said) else [])
    for name in wanted if len(wanted) == 1 else _COMMANDS:
        _module(_COMMANDS[name]).add_to(commands, common)
    return parser


def _is_bare(said: Sequence[str]) -> bool:
    """Whether nothing but common options was said, so that the window opens."""
    words = iter(said)
    for word in words:
        name, has_value, _ = word.partition("=")
        if name in ("--profile", "--lang", "--now"):
            if not has_value:
                next(words, None)
        elif word != "--json":
            return False
    return True


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(text) from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(text)
    return moment


def _clock(now: dt.datetime | None, choice: ProfileChoice) -> SystemClock:
    if now is None:
        return SystemClock()
    if not _is_practice(choice):
        raise ClinicDeskError("commands.now_only_in_practice")
    return FixedClock(now)


def _is_practice(choice: ProfileChoice) -> bool:
    from clinic_desk.profile.directory import open_or_create_profile

    if choice.kind is not None:
        return choice.kind is ProfileKind.PRACTICE
    if not (choice.path / "profile.json").exists():
        return False
    return open_or_create_profile(choice.path, None).is_practice


def _language_of(arguments: Sequence[str]) -> Language:
    """The language asked for, else the one of the environment, else Kazakh."""
    for place, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[place + 1 : place + 2])
            if value in _LANGUAGES:
                return Language(value)
    said = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[
        :2
    ].lower()
    return Language(said) if said in _LANGUAGES else Language.KK
