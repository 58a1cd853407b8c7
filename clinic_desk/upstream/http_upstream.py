"""The upstream over HTTP: one request of the port is one request on the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from clinic_desk.services.sync.upstream_address import Address
from clinic_desk.services.sync.upstream_port import NoReply, Query, Reply, Resource, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from clinic_desk.upstream.exchange import Session
from clinic_desk.upstream.replies import reply_of
from clinic_desk.upstream.sign_in import FixedSignIn, NoSignIn, ReadSecret, SignIn
from clinic_desk.upstream.tokens import TokenSignIn
from clinic_desk.upstream.wire_limits import WireLimits

_FHIR: Final = "application/fhir+json"
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ID: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}")
_OPERATION: Final = re.compile(r"[a-z][a-z\-]{0,63}")
_VERSION: Final = re.compile(r"[A-Za-z0-9\-._:]{1,128}")
_WHOLE: Final = {"Prefer": "return=representation"}


class HttpUpstream:
    """See `Upstream`. One thread at a time; `close` may come from any.

    Args:
        address: the FHIR base.
        limits: see there.
        session: the connections to the base's origin.
        sign_in: who we are, said to that origin.
    """

    def __init__(self, address: Address, limits: WireLimits, session: Session, sign_in: SignIn) -> None:
        self._address = address
        self._limits = limits
        self._session = session
        self._sign_in = sign_in

    def capabilities(self) -> Reply:
        """See `Upstream`."""
        return self._ask("GET", "metadata")

    def create(self, resource: Resource, if_none_exist: str = "") -> Reply:
        """See `Upstream`. The condition is one search parameter, `name=value`, not yet percent-encoded."""
        name, _, value = if_none_exist.partition("=")
        headers = {"If-None-Exist": f"{_quoted(name)}={_quoted(value)}"} if if_none_exist else {}
        return self._write("POST", _type(resource), resource, headers)

    def update(self, resource: Resource, version: str) -> Reply:
        """See `Upstream`."""
        place = f"{_type(resource)}/{_checked(_ID, resource.get('id'))}"
        return self._write("PUT", place, resource, {"If-Match": f'W/"{_checked(_VERSION, version)}"'})

    def read(self, resource_type: str, resource_id: str) -> Reply:
        """See `Upstream`."""
        return self._ask("GET", f"{_checked(_TYPE, resource_type)}/{_checked(_ID, resource_id)}")

    def versions(self, resource_type: str, resource_id: str) -> Reply:
        """See `Upstream`."""
        return self._ask("GET", f"{_checked(_TYPE, resource_type)}/{_checked(_ID, resource_id)}/_history")

    def search(self, resource_type: str, query: Query) -> Reply:
        """See `Upstream`."""
        return self._ask("GET", f"{_checked(_TYPE, resource_type)}{_query(query)}")

    def history(self, resource_type: str, query: Query) -> Reply:
        """See `Upstream`."""
        return self._ask("GET", f"{_checked(_TYPE, resource_type)}/_history{_query(query)}")

    def next_page(self, link: str) -> Reply:
        """See `Upstream`."""
        url = self._address.below(link)
        if url is None:
            raise NoReply(WhyNoReply.REDIRECT, is_untouched=True)
        return self._call("GET", url, {}, None, is_write=False)

    def transaction(self, bundle: Resource) -> Reply:
        """See `Upstream`."""
        return self._ask("POST", "", bundle)

    def operation(self, resource_type: str, name: str, resource: Resource) -> Reply:
        """See `Upstream`."""
        place = f"{_checked(_TYPE, resource_type)}/${_checked(_OPERATION, name.removeprefix('$'))}"
        return self._ask("POST", place, resource)

    def close(self) -> None:
        """See `Upstream`."""
        # Its own call first: the session's waits for the one under way, which may be waiting for a token.
        self._sign_in.close()
        self._session.close()

    def _ask(self, method: str, place: str, resource: Resource | None = None) -> Reply:
        headers = _WHOLE if resource is not None else {}
        return self._call(method, self._url(place), headers, resource, is_write=False)

    def _write(self, method: str, place: str, resource: Resource, headers: Mapping[str, str]) -> Reply:
        return self._call(method, self._url(place), {**_WHOLE, **headers}, resource, is_write=True)

    def _url(self, place: str) -> str:
        return f"{self._address.url}/{place}" if place else self._address.url

    def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        resource: Resource | None,
        *,
        is_write: bool,
    ) -> Reply:
        # Servers answer a search from memory for a while (HAPI FHIR for a minute) unless asked for news.
        content, said = None, {"Accept": _FHIR, "Cache-Control": "no-cache", **headers}
        if resource is not None:
            text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            content, said["Content-Type"] = text.encode(), f"{_FHIR}; charset=utf-8"
        raw = self._session.call(method, url, said | self._sign_in.headers(), content)
        if raw.status == 401 and self._sign_in.renew():
            # A 401 had no effect, so the same request may go once more.
            raw = self._session.call(method, url, said | self._sign_in.headers(), content)
        return reply_of(raw, is_write=is_write, most_wait_s=self._limits.retry_after_s)


def http_upstream(settings: UpstreamSettings, read_secret: ReadSecret, limits: WireLimits) -> HttpUpstream:
    """The upstream of the settings; nothing is connected and no secret read before the first call.

    Raises:
        ClinicDeskError: `upstream.ca_file`, or an address that is none.
    """
    address = settings.address
    session = Session(address, limits, settings.ca_file)
    sign_in: SignIn
    match settings.auth:
        case AuthKind.NONE:
            sign_in = NoSignIn()
        case AuthKind.OAUTH2:
            sign_in = TokenSignIn(
                session,
                address,
                token_url=settings.token_url,
                client=settings.user,
                scope=settings.scope,
                read_secret=read_secret,
                limits=limits,
                ca_file=settings.ca_file,
            )
        case _:
            sign_in = FixedSignIn(settings.auth, settings.user, read_secret)
    return HttpUpstream(address, limits, session, sign_in)


def _type(resource: Resource) -> str:
    return _checked(_TYPE, resource.get("resourceType"))


def _checked(pattern: re.Pattern[str], value: object) -> str:
    """The part of an address, which nothing could break out of.

    Raises:
        NoReply: NOT_FHIR and untouched: ids and versions are a server's words, and these are none.
    """
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise NoReply(WhyNoReply.NOT_FHIR, is_untouched=True)
    return value


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _query(query: Query) -> str:
    return f"?{urlencode(list(query), quote_via=quote, safe='')}" if query else ""
