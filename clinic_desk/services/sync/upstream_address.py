"""Where the upstream is, taken apart: the exact origin that credentials may go to, and what lies below it.

Plain http is for this machine alone. Nothing here reaches the network.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from clinic_desk.domain.errors import InvalidValue

_PORTS: Final = {"https": 443, "http": 80}
_LONGEST: Final = 500
_LONGEST_LINK: Final = 16_000
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9\-.]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")
_PATH: Final = re.compile(r"(/[A-Za-z0-9\-._~%]+)*")


class BadAddress(InvalidValue):
    """The address cannot be used.

    `code` is `upstream.address` (none at all, or with a user, a query or odd signs), `upstream.not_https`
    (plain http to another machine) or `upstream.practice_elsewhere`.
    """


@dataclass(frozen=True, slots=True)
class Address:
    """A URL without user, query and fragment; `host` in lower case, IPv6 in brackets; `path` has no slash
    at its end.
    """  # noqa: D205 - one sentence about four fields

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, always written out: `https://fhir.example:443`."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as it is shown and called; the usual port is left out."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """True for this machine."""
        return is_loopback(self.host)

    def below(self, link: str) -> str | None:
        """The URL that a link (absolute or relative) leads to; None unless it stays at or below this address.

        The query stays as the server wrote it.
        """
        if len(link) > _LONGEST_LINK or not link.isascii() or not link.isprintable() or "\\" in link:
            return None
        try:
            parts = urlsplit(urljoin(f"{self.url}/", link))
            led_to = _address(parts.scheme, parts.netloc, parts.path)
        except (ValueError, BadAddress):
            return None
        is_below = led_to.path == self.path or led_to.path.startswith(f"{self.path}/")
        if led_to.origin != self.origin or not is_below:
            return None
        return f"{led_to.url}?{parts.query}" if parts.query else led_to.url


def parse_address(text: str) -> Address:
    """The address that somebody typed.

    Raises:
        BadAddress: see there.
    """
    said = text.strip()
    if len(said) > _LONGEST or not said.isascii() or not said.isprintable():
        raise BadAddress("upstream.address")
    try:
        parts = urlsplit(said)
    except ValueError as error:
        raise BadAddress("upstream.address") from error
    if parts.query or parts.fragment or "?" in said or "#" in said:
        raise BadAddress("upstream.address")
    address = _address(parts.scheme, parts.netloc, parts.path)
    if address.scheme == "http" and not address.is_loopback:
        raise BadAddress("upstream.not_https")
    return address


def is_loopback(host: str) -> bool:
    """Whether the host (a name, or an IP address with or without brackets) is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _address(scheme: str, netloc: str, path: str) -> Address:
    scheme = scheme.lower()
    host, port = _host_and_port(netloc.lower())
    path = path.rstrip("/")
    if scheme not in _PORTS or not _HOST.fullmatch(host) or not _PATH.fullmatch(path):
        raise BadAddress("upstream.address")
    # A dot segment, written openly or in hexadecimal, could climb out of the base path.
    if (
        any(part.replace("%2e", ".") in (".", "..") for part in path.lower().split("/"))
        or "%2f" in path.lower()
    ):
        raise BadAddress("upstream.address")
    return Address(scheme, host, _PORTS[scheme] if port is None else port, path)


def _host_and_port(netloc: str) -> tuple[str, int | None]:
    """The two parts; a user in front of the host makes no host of it and is refused by its sign."""
    host, colon, port = netloc.rpartition(":")
    if not colon or netloc.endswith("]"):
        return netloc, None
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise BadAddress("upstream.address")
    return host, int(port)
