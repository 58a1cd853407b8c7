"""OAuth2 client credentials: a secret is exchanged for tokens, which live in memory only.

The place that gives tokens is named in the settings, or by the server's SMART configuration if it lies at the
server's own origin. A server that names another host is not believed: whoever broke into it would have the
clinic's secret. The clinic names such a place itself (`--token-url`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.services.sync.upstream_address import Address, parse_address
from clinic_desk.services.sync.upstream_port import NoReply, WhyNoReply
from clinic_desk.upstream.exchange import RawReply, Session
from clinic_desk.upstream.sign_in import ReadSecret, needed_secret
from clinic_desk.upstream.strict_json import NotJson, strict_json
from clinic_desk.upstream.wire_limits import WireLimits

_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_LONGEST_TOKEN: Final = 16_000
_EARLIER_S: Final = 60
_REFUSALS: Final = frozenset({400, 401, 403})
_METHODS: Final = ("client_secret_basic", "client_secret_post")


class TokenSignIn:
    """Gets a token when there is none, before it runs out, and once more when it was refused.

    Args:
        base: the session of the FHIR base, for the SMART configuration; no secret goes there by this.
        address: the FHIR base.
        token_url: where tokens are given; empty asks the SMART configuration.
        client: the client's id.
        scope: what is asked for; empty for nothing in particular.
        read_secret: asked once, when it is needed first.
        limits, ca_file: as for the base.
    """

    def __init__(
        self,
        base: Session,
        address: Address,
        *,
        token_url: str,
        client: str,
        scope: str,
        read_secret: ReadSecret,
        limits: WireLimits,
        ca_file: str,
    ) -> None:
        self._base = base
        self._address = address
        self._given = parse_address(token_url) if token_url else None
        self._client = client
        self._scope = scope
        self._read_secret = read_secret
        self._limits = limits
        self._ca_file = ca_file
        self._secret: str | None = None
        self._session: Session | None = None
        self._place: Address | None = None
        self._method = _METHODS[0]
        self._token: Any = None
        self._earlier_s = 0.0
        self._is_closed = False

    def headers(self) -> dict[str, str]:
        """See `SignIn`."""
        if self._token is None or self._token.is_expired(leeway=self._earlier_s):
            try:
                self._get_token()
            except NoReply as error:
                # Whatever happened to the question for a token, the request itself never left.
                raise NoReply(error.why, is_untouched=True) from error
        return {"Authorization": f"Bearer {self._token['access_token']}"}

    def renew(self) -> bool:
        """The token is dropped; the next one may be better."""
        self._token = None
        return True

    def close(self) -> None:
        """A question for a token ends now."""
        self._is_closed = True
        if self._session is not None:
            self._session.close()

    def _get_token(self) -> None:
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        self._token = None
        place, session = self._where()
        if self._secret is None:
            self._secret = needed_secret(self._read_secret)
        form = prepare_token_request("client_credentials", scope=self._scope)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        sign = ClientAuth(self._client, self._secret, self._method).prepare
        url, headers, form = sign("POST", place.url, headers, form)
        self._take(session.call("POST", url, headers, form.encode()))

    def _take(self, raw: RawReply) -> None:
        from authlib.oauth2.rfc6749.wrappers import OAuth2Token

        said = _object(raw)
        if raw.status in _REFUSALS:
            raise NoReply(WhyNoReply.SIGN_IN)
        if raw.status != 200 or said is None:
            # Down, too busy, or a page of somebody in between: not a refusal, so worth another try later.
            raise NoReply(WhyNoReply.NOT_FHIR)
        token, kind, life = said.get("access_token"), said.get("token_type"), said.get("expires_in")
        if not isinstance(token, str) or len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
            raise NoReply(WhyNoReply.SIGN_IN)
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise NoReply(WhyNoReply.SIGN_IN)
        seconds = int(str(life)) if re.fullmatch(r"[0-9]{1,9}", str(life)) else 0
        self._token = OAuth2Token({"access_token": token, "expires_in": seconds})
        # A token of a few seconds must serve for some of them.
        self._earlier_s = min(_EARLIER_S, seconds / 4)

    def _where(self) -> tuple[Address, Session]:
        """Where tokens are given, and the connections to it."""
        if self._place is None:
            self._place = self._given or self._discovered()
        if self._session is None:
            self._session = Session(self._place, self._limits, self._ca_file)
            if self._is_closed:
                self._session.close()
        return self._place, self._session

    def _discovered(self) -> Address:
        url = f"{self._address.url}/.well-known/smart-configuration"
        said = _object(raw := self._base.call("GET", url, {"Accept": "application/json"}))
        if raw.status >= 500 or raw.status == 429:
            raise NoReply(WhyNoReply.NOT_FHIR)
        if raw.status != 200 or said is None:
            raise NoReply(WhyNoReply.SIGN_IN)
        methods = said.get("token_endpoint_auth_methods_supported")
        if isinstance(methods, list) and _METHODS[0] not in methods and _METHODS[1] in methods:
            self._method = _METHODS[1]
        endpoint = said.get("token_endpoint")
        try:
            place = parse_address(endpoint) if isinstance(endpoint, str) else None
        except InvalidValue:
            place = None
        if place is None or place.origin != self._address.origin:
            raise NoReply(WhyNoReply.SIGN_IN)
        return place


def _object(raw: RawReply) -> dict[str, Any] | None:
    try:
        return strict_json(raw.body)
    except NotJson:
        return None
