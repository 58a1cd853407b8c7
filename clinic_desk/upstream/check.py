"""Looks at the upstream layer by layer, so that the clinic's IT people know where it ends and what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NoReturn

from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.strict import Unreadable
from clinic_desk.services.sync.upstream_check import Finding, Layer, LayerResult
from clinic_desk.services.sync.upstream_port import NoReply, Reply, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from clinic_desk.upstream.http_upstream import HttpUpstream, http_upstream
from clinic_desk.upstream.operations import missing
from clinic_desk.upstream.sign_in import ReadSecret
from clinic_desk.upstream.wire_limits import WireLimits

_REFUSALS: Final = (401, 403)
_MOST_NAMED: Final = 6
# X509_V_ERR_*, which the ssl module gives only as numbers.
_CERTIFICATE_CODES: Final = {
    10: "certificate.expired",
    62: "certificate.other_name",
    64: "certificate.other_name",
}
_UNKNOWN_ISSUER: Final = frozenset({2, 18, 19, 20, 21})
_FHIR_CODES: Final = {
    WhyNoReply.TIMEOUT: "fhir.silent",
    WhyNoReply.BROKEN: "fhir.broken",
    WhyNoReply.NOT_FHIR: "fhir.page",
    WhyNoReply.TOO_LARGE: "fhir.large",
    WhyNoReply.REDIRECT: "fhir.redirect",
}


def check_upstream(
    settings: UpstreamSettings,
    read_secret: ReadSecret,
    limits: WireLimits,
    *,
    now: Callable[[], dt.datetime],
    most_skew_s: int,
) -> list[LayerResult]:
    """What was found, every layer once and in order.

    The first question is asked without signing in, so that a place of tokens that is down is not taken for
    the server.

    Raises:
        ClinicDeskError: `upstream.ca_file`, or an address that is none.
    """
    check = _Check(settings, read_secret, limits, now, most_skew_s)
    with contextlib.suppress(_Ended):
        check.look()
    found = {result.layer: result for result in check.results}
    return [found.get(layer, LayerResult(layer, Finding.SKIPPED, "skipped")) for layer in Layer]


class _Ended(Exception):
    """A layer is bad: nothing above it can be looked at."""


class _Check:
    def __init__(
        self,
        settings: UpstreamSettings,
        read_secret: ReadSecret,
        limits: WireLimits,
        now: Callable[[], dt.datetime],
        most_skew_s: int,
    ) -> None:
        self._settings = settings
        self._read_secret = read_secret
        self._limits = limits
        self._now = now
        self._most_skew_s = most_skew_s
        self.results: list[LayerResult] = []

    def look(self) -> None:
        """Fills `results`.

        Raises:
            _Ended: a layer is bad.
        """
        stranger = http_upstream(replace(self._settings, auth=AuthKind.NONE), lambda: None, self._limits)
        desk = http_upstream(self._settings, self._read_secret, self._limits)
        try:
            statement = self._line(stranger)
            self._sign_in(desk)
            if statement is None or statement.status in _REFUSALS:
                statement = self._statement(desk)
            self._fhir(statement)
            self._clock(statement)
        finally:
            stranger.close()
            desk.close()

    def _say(self, layer: Layer, finding: Finding, code: str, **params: object) -> None:
        self.results.append(LayerResult(layer, finding, code, params))

    def _good(self, layer: Layer, code: str, **params: object) -> None:
        self._say(layer, Finding.GOOD, code, **params)

    def _bad(self, layer: Layer, code: str, **params: object) -> NoReturn:
        self._say(layer, Finding.BAD, code, **params)
        raise _Ended

    # Layers -----------------------------------------------------------------------------------------

    def _line(self, stranger: HttpUpstream) -> Reply | None:
        """Name, port and certificate; the reply if one came, None when the line is good and none did."""
        address = self._settings.address
        reply, lost = None, None
        try:
            reply = stranger.capabilities()
        except NoReply as error:
            lost = error
        why = lost.why if lost else None
        is_silent = lost is not None and why is WhyNoReply.TIMEOUT and lost.is_untouched
        if why is WhyNoReply.NAME:
            self._bad(Layer.NAME, "name.bad", host=address.host)
        self._good(Layer.NAME, "name.good", host=address.host)
        if why is WhyNoReply.CONNECT or is_silent:
            self._bad(Layer.PORT, "port.silent" if is_silent else "port.bad", port=address.port)
        self._good(Layer.PORT, "port.good", port=address.port)
        if lost is not None and why is WhyNoReply.CERTIFICATE:
            self._bad(Layer.CERTIFICATE, _certificate_code(lost))
        plain = address.scheme == "http"
        self._good(Layer.CERTIFICATE, "certificate.not_needed" if plain else "certificate.good")
        return reply

    def _sign_in(self, desk: HttpUpstream) -> None:
        try:
            # How many, not who: a look at the line shows nobody's data.
            status = desk.search("Patient", [("_summary", "count")]).status
        except NoReply as lost:
            if lost.why is WhyNoReply.SIGN_IN:
                self._bad(Layer.SIGN_IN, "sign_in.no_token")
            if lost.is_untouched and self._settings.auth is AuthKind.OAUTH2:
                self._bad(Layer.SIGN_IN, "sign_in.unreachable")
            # The line broke, or the server answers with pages: the next layer says so.
            self._say(Layer.SIGN_IN, Finding.NOTE, "sign_in.unclear")
            return
        is_none = self._settings.auth is AuthKind.NONE
        if status == 401:
            self._bad(Layer.SIGN_IN, "sign_in.needed" if is_none else "sign_in.refused")
        if status == 403:
            self._bad(Layer.SIGN_IN, "sign_in.forbidden")
        if status >= 500:
            self._say(Layer.SIGN_IN, Finding.NOTE, "sign_in.unclear")
        else:
            self._good(Layer.SIGN_IN, "sign_in.not_needed" if is_none else "sign_in.good")

    def _statement(self, desk: HttpUpstream) -> Reply:
        try:
            return desk.capabilities()
        except NoReply as lost:
            self._bad(Layer.FHIR, _FHIR_CODES.get(lost.why, "fhir.broken"))

    def _fhir(self, statement: Reply) -> None:
        if not statement.is_ok or statement.body is None:
            self._bad(Layer.FHIR, "fhir.status", status=statement.status)
        try:
            abilities = abilities_of(statement.body)
        except Unreadable:
            self._bad(Layer.FHIR, "fhir.page")
        if not abilities.is_r4:
            self._bad(Layer.FHIR, "fhir.other_version", said=abilities.fhir_version)
        if not abilities.speaks_json:
            self._bad(Layer.FHIR, "fhir.no_json")
        self._good(Layer.FHIR, "fhir.good", version=abilities.fhir_version, said=abilities.software)
        lacks = missing(abilities)
        if lacks.needed:
            self._bad(Layer.OPERATIONS, "operations.missing", what=_named(lacks.needed))
        if lacks.unsafe:
            self._say(Layer.OPERATIONS, Finding.NOTE, "operations.unsafe", what=_named(lacks.unsafe))
        elif lacks.useful:
            self._say(Layer.OPERATIONS, Finding.NOTE, "operations.slower", what=_named(lacks.useful))
        else:
            self._good(Layer.OPERATIONS, "operations.good")

    def _clock(self, statement: Reply) -> None:
        if statement.server_time is None:
            self._say(Layer.CLOCK, Finding.NOTE, "clock.unknown")
            return
        # The header has whole seconds and the reply took a moment; both are far below what matters.
        seconds = round(abs((statement.server_time - self._now()).total_seconds()))
        if seconds > self._most_skew_s:
            self._say(Layer.CLOCK, Finding.NOTE, "clock.off", seconds=seconds)
        else:
            self._good(Layer.CLOCK, "clock.good")


def _certificate_code(lost: NoReply) -> str:
    """Why the certificate is not believed, by what lies under the error."""
    below: BaseException | None = lost
    while below is not None:
        if isinstance(below, ssl.SSLCertVerificationError):
            if below.verify_code in _UNKNOWN_ISSUER:
                return "certificate.unknown"
            return _CERTIFICATE_CODES.get(below.verify_code, "certificate.bad")
        below = below.__cause__ or below.__context__
    return "certificate.no_tls"


def _named(what: tuple[str, ...]) -> str:
    more = ", …" if len(what) > _MOST_NAMED else ""
    return ", ".join(what[:_MOST_NAMED]) + more
