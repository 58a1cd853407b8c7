"""`sync`: exchanges with the upstream now, without a window."""

from __future__ import annotations

import argparse
from typing import Any

from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, UNUSABLE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.sync.exchange.round_values import RoundResult
from clinic_desk.services.sync.exchange.status import Stop
from clinic_desk.texts import Language, Texts

_MOST_ROUNDS = 20


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "sync",
        parents=[common],
        help="exchange with the upstream now",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(Texts(language).say("upstream.sync.help") for language in Language),
    )
    parser.add_argument(
        "--once", action="store_true", help="one round; by default rounds until nothing more moves"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sends what waits and takes what is new; 1 when something now needs a person, 2 without an exchange."""
    with opened(arguments.choice, clock=arguments.clock) as profile:
        rounds = profile.rounds()
        results: list[RoundResult] = []
        try:
            for _ in range(1 if arguments.once else _MOST_ROUNDS):
                results.append(rounds.run_once(_no_progress, _never))
                if not results[-1].is_success or not _has_moved(results[-1]):
                    break
        finally:
            rounds.disconnect()
        last_success, waiting = rounds.facts.last_success, rounds.counts().waiting
    last = results[-1]
    if not last.is_set:
        raise ClinicDeskError("upstream.not_set")
    data: dict[str, Any] = {
        "sent": sum(one.sent for one in results),
        "accepted": sum(one.accepted for one in results),
        "rejected": sum(one.rejected for one in results),
        # An operation about somebody who may be another person is a difference to decide, too.
        "conflicts": sum(one.conflicts + one.held for one in results),
        "waiting": waiting,
        "pulled": sum(one.pulled for one in results),
        "last_success": last_success.isoformat() if last_success else None,
    }
    figures = {name: value for name, value in data.items() if name != "last_success"}
    terminal.result(data, [terminal.texts.say("upstream.sync.figures", **figures)])
    if not last.is_success:
        terminal.problem(_why(terminal.texts, last))
        return UNUSABLE
    return REFUSED if data["rejected"] or data["conflicts"] else DONE


def _has_moved(result: RoundResult) -> bool:
    return bool(result.accepted or result.pulled)


def _why(texts: Texts, result: RoundResult) -> str:
    """Why there was no exchange, and where to look."""
    match result.stop:
        case Stop.SIGN_IN:
            said = texts.say("sync_state.sentence.sign_in_needed")
        case Stop.RESTORED:
            return texts.say("sync_state.sentence.restored")
        case _:
            key = f"sync_state.why.{result.why}"
            said = texts.say(key) if texts.has(key) else texts.say("upstream.sync.no_answer")
    return f"{said} {texts.say('upstream.sync.look')}"


def _no_progress(_done: int, _total: int | None) -> None:
    """Nobody watches."""


def _never() -> bool:
    """Nobody stops it but by the keyboard."""
    return False
