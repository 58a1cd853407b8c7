"""`practice-server`: the authority of the practice clinic on its own, its rules, and its switches."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clinic_desk.commands.terminal import DONE, UNUSABLE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.practice.size import PEOPLE
from clinic_desk.texts import Language, Texts

if TYPE_CHECKING:
    from clinic_desk.practice_authority.serving import Serving
    from clinic_desk.practice_authority.settings import AuthoritySettings

_SWITCH: Final = "switch"


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "practice-server",
        parents=[common],
        help="the made-up authority that the practice clinic talks to",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(Texts(language).say("practice_server.help") for language in Language),
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="port of the FHIR side (a free one)"
    )
    parser.add_argument(
        "--people", type=int, default=PEOPLE, metavar="N", help=f"how many people it knows ({PEOPLE})"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where its file lies (in the profile)")
    parser.add_argument(
        "--delay", type=_seconds, default=None, metavar="S", help="seconds that a step of a decision takes"
    )
    parser.add_argument("--rules", action="store_true", help="print the rules by which it decides")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=argparse.SUPPRESS)
    parser.add_argument("--made-on", type=dt.date.fromisoformat, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--by-hand", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "words", nargs="*", metavar="switch NAME on|off", help="turn a switch of a running one"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serves until it is interrupted, or does the one thing asked for."""
    from clinic_desk.practice_authority.settings import FOLDER

    if arguments.rules:
        return _tell_rules(terminal)
    folder = arguments.folder or arguments.choice.path / FOLDER
    if arguments.words:
        return _turn(arguments.words, folder, terminal)
    from clinic_desk.practice_authority.beside import is_installed

    if not is_installed():
        raise ClinicDeskError("practice_server.not_installed")
    from clinic_desk.practice_authority.settings import USUAL_DELAY_S, AuthoritySettings

    delay_s = USUAL_DELAY_S if arguments.delay is None else arguments.delay
    settings = AuthoritySettings(folder, arguments.port, arguments.host, delay_s, language=terminal.language)
    serving = _prepared(settings, arguments, terminal)
    if arguments.beside:
        from clinic_desk.practice_authority.serving import end_with_parent

        # The window that started it may be killed: then the pipe ends, and so does this.
        threading.Thread(target=end_with_parent, args=(serving.stop,), daemon=True).start()
    try:
        serving.run(lambda: _tell_address(serving, terminal, is_beside=arguments.beside))
    except KeyboardInterrupt:
        return DONE
    finally:
        serving.forget_address()
    return DONE


def _prepared(settings: AuthoritySettings, arguments: argparse.Namespace, terminal: Terminal) -> Serving:
    from clinic_desk.practice.upstream_world import UpstreamWorld
    from clinic_desk.practice_authority.authority import Authority
    from clinic_desk.practice_authority.seeding import is_seeded, seed, start_anew_for
    from clinic_desk.practice_authority.serving import Serving, check_host

    check_host(settings.host)
    world = UpstreamWorld(arguments.made_on or arguments.clock.today(), arguments.people)
    if arguments.made_on:
        start_anew_for(settings, world.count, world.today)
    authority = Authority(settings)
    try:
        if not is_seeded(authority):
            if not arguments.beside and sys.stderr.isatty():
                terminal.problem(terminal.texts.say("practice_server.filling", n=world.count))
            seed(authority, world)
        return Serving(authority)
    except BaseException:
        authority.close()
        raise


def _tell_address(serving: Serving, terminal: Terminal, *, is_beside: bool) -> None:
    address = serving.keep_address()
    said = {"base": address.base, "control": address.control, "rules": f"{address.control}/practice/rules"}
    if is_beside:
        print(json.dumps({**said, "token": address.token}), flush=True)
        return
    lines = [
        terminal.texts.say("practice_server.ready", base=address.base),
        terminal.texts.say("practice_server.ready_rules", address=said["rules"]),
        terminal.texts.say("practice_server.ready_end"),
    ]
    terminal.result(said, lines)
    sys.stdout.flush()


def _tell_rules(terminal: Terminal) -> int:
    from clinic_desk.practice_authority.rules import rule_lines

    lines = rule_lines(terminal.texts)
    rows = [{"about": about, "digits": digits, "what": what} for about, digits, what in lines]
    told = [terminal.texts.say("practice_server.rules.intro")]
    for number, (about, digits, what) in enumerate(lines):
        if not number or lines[number - 1][0] != about:
            told += ["", about]
        told.append(f"  {digits:<22} {what}")
    terminal.result({"rules": rows}, told)
    return DONE


def _turn(words: list[str], folder: Path, terminal: Terminal) -> int:
    """`switch NAME`, `switch NAME on`, `switch NAME off`, `switch NAME=VALUE`."""
    if words[0] != _SWITCH or len(words) not in (2, 3) or words[2:] not in ([], ["on"], ["off"]):
        terminal.problem(terminal.texts.say("practice_server.switch_use"))
        return UNUSABLE
    from clinic_desk.practice_authority.switches import SwitchClient, address_in

    name, _, value = words[1].partition("=")
    is_on = words[2:] != ["off"]
    client = SwitchClient(lambda: address_in(folder))
    said = client.decide() if name == "decide" else client.set(name, is_on=is_on, value=value)
    key = "practice_server.switch_on" if is_on else "practice_server.switch_off"
    terminal.result(said, [terminal.texts.say(key, name=name)])
    return DONE


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(text)
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(text)
    return seconds
