"""`upstream set`, `check` and `forget`: which server the clinic talks to, and how far one gets to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clinic_desk.commands.opened import opened
from clinic_desk.commands.secret import asked_secret
from clinic_desk.commands.terminal import DONE, REFUSED, Terminal
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.sentences import error_sentence
from clinic_desk.services.sync.upstream_check import LayerResult, is_good
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from clinic_desk.texts import Language, Texts


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "upstream",
        parents=[common],
        help="the server that the clinic talks to",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(Texts(language).say("upstream.help") for language in Language),
    )
    acts = parser.add_subparsers(metavar="ACT", dest="act", required=True)
    sets = acts.add_parser("set", parents=[common], help="which server, and how to sign in there")
    sets.add_argument("url", metavar="URL", help="FHIR base; https, or http on this machine")
    sets.add_argument("--auth", choices=[kind.value for kind in AuthKind], default=AuthKind.NONE.value)
    sets.add_argument("--user", metavar="NAME", default="", help="user of basic, client of oauth2")
    sets.add_argument("--token-url", metavar="URL", default="", help="where oauth2 tokens are given")
    sets.add_argument("--scope", metavar="TEXT", default="", help="what an oauth2 token is asked for")
    sets.add_argument("--ca", metavar="FILE", default="", help="PEM file of the clinic's own authority")
    sets.add_argument(
        "--secret-fd", metavar="N", type=int, help="read the secret there; it is asked for otherwise"
    )
    sets.set_defaults(run=run_set)
    check = acts.add_parser("check", parents=[common], help="name, port, certificate, sign-in, FHIR, clock")
    check.set_defaults(run=run_check)
    forget = acts.add_parser("forget", parents=[common], help="talk to no server; what waits stays")
    forget.set_defaults(run=run_forget)


def run_set(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sets the server; 1 when address, sign-in or secret cannot be used, and nothing is changed then."""
    settings = UpstreamSettings(
        arguments.url,
        AuthKind(arguments.auth),
        arguments.user,
        arguments.token_url,
        arguments.scope,
        str(Path(arguments.ca).absolute()) if arguments.ca else "",
    )
    secret = ""
    if settings.auth is not AuthKind.NONE:
        secret = asked_secret(terminal.texts.say("upstream.command.secret"), arguments.secret_fd)
    with opened(arguments.choice, clock=arguments.clock) as profile:
        try:
            profile.upstream_settings.change(settings, secret, profile.desk.actor())
        except InvalidValue as error:
            terminal.problem(error_sentence(terminal.texts, error))
            return REFUSED
        kept = profile.upstream_settings.read()
    assert kept is not None  # noqa: S101 - it was set just now
    data = {"url": kept.url, "auth": kept.auth.value, "user": kept.user, "token_url": kept.token_url}
    terminal.result(data, [terminal.texts.say("upstream.command.set", url=kept.url)])
    return DONE


def run_forget(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """No server is set any more; what waits stays."""
    with opened(arguments.choice, clock=arguments.clock) as profile:
        profile.upstream_settings.forget(profile.desk.actor())
        waiting = profile.desk.attention.counts().waiting
    line = terminal.texts.say("upstream.command.forgotten", waiting=waiting)
    terminal.result({"url": None, "waiting": waiting}, [line])
    return DONE


def run_check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Says of each layer how it is and what to do; 1 when one is bad."""
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        results = profile.check_upstream()
    rows = [_row(terminal.texts, result) for result in results]
    lines = [
        terminal.texts.say(
            "upstream.check.line",
            layer=terminal.texts.say(f"upstream.layer.{result.layer}"),
            mark=terminal.texts.say(f"upstream.mark.{result.finding}"),
            sentence=row["message"],
        )
        for result, row in zip(results, rows, strict=True)
    ]
    terminal.result({"is_good": is_good(results), "layers": rows}, lines)
    return DONE if is_good(results) else REFUSED


def _row(texts: Texts, result: LayerResult) -> dict[str, Any]:
    return {
        "layer": result.layer.value,
        "finding": result.finding.value,
        "code": result.code,
        "message": texts.say(f"upstream.check.{result.code}", **result.params),
    }
