"""Which upstream the clinic talks to and how it signs in; the secret itself lies elsewhere."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Protocol

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.sync.upstream_address import Address, BadAddress, parse_address

_NAME = "upstream"
_LONGEST = 200
_LONGEST_SECRET = 4000
_PLAIN = re.compile(r"[!-~]+")


class AuthKind(StrEnum):
    """How the desk signs in; stored values."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    OAUTH2 = "oauth2"
    """Client credentials: the secret is exchanged for tokens that live for minutes."""


@dataclass(frozen=True, slots=True)
class UpstreamSettings:
    """The upstream of the profile.

    Args:
        url: the FHIR base.
        auth: how to sign in.
        user: the user of `basic`, the client of `oauth2`; empty otherwise.
        token_url: where tokens are given; empty asks the server's SMART configuration.
        scope: what is asked for with a token; empty asks for nothing in particular.
        ca_file: the clinic's own certificate authority, in place of the system's; empty for the system's.
    """

    url: str
    auth: AuthKind = AuthKind.NONE
    user: str = ""
    token_url: str = ""
    scope: str = ""
    ca_file: str = ""

    @property
    def address(self) -> Address:
        """The base, taken apart."""
        return parse_address(self.url)

    @property
    def secret_goes_to(self) -> str:
        """The only origin the secret may be sent to; for `oauth2` without a given place, the base's own."""
        return parse_address(self.token_url or self.url).origin


class UpstreamSecrets(Protocol):
    """Where the one secret of the upstream lies: a password, a token, or a client's secret.

    Every method may wait for a dialog of the operating system: never call one on the window's thread.
    """

    def read(self, goes_to: str) -> str | None:
        """The secret kept for that origin; None where there is none, or it was kept for another origin.

        Raises:
            ClinicDeskError: it cannot be reached.
        """

    def write(self, goes_to: str, secret: str) -> None:
        """Keeps the secret for that origin and no other, in place of an older one.

        Raises:
            ClinicDeskError: it was not kept.
        """

    def forget(self) -> None:
        """Nothing is kept any more.

        Raises:
            ClinicDeskError: it cannot be reached.
        """


class UpstreamSettingsService:
    """Reads and changes which upstream the profile has.

    Args:
        store, clock: the profile's.
        secrets: where the secret lies.
        check_ca_file: raises `upstream.ca_file` for a file that holds no certificate.
        is_practice: whether its people are made up.

    Attributes:
        on_moved: called after another server was set.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        secrets: UpstreamSecrets,
        check_ca_file: Callable[[str], None],
        *,
        is_practice: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._secrets = secrets
        self._check_ca_file = check_ca_file
        self._is_practice = is_practice
        self.on_moved: Callable[[], object] = lambda: None

    @property
    def secrets(self) -> UpstreamSecrets:
        """Where the secret lies."""
        return self._secrets

    def read(self) -> UpstreamSettings | None:
        """The upstream; None when none was set."""
        with self._store.read() as work:
            return _known(work.settings.get(_NAME))

    def change(self, settings: UpstreamSettings, secret: str, actor: Actor) -> Change:
        """The upstream is set and its secret kept; the audit log names what changed, never a value.

        The secret is given anew with each change, so that none ever goes to a place it was not typed for.
        With another base all that was known of the old server is forgotten in the same transaction.

        Raises:
            BadAddress: not https, or for a practice profile not on this machine.
            InvalidValue: `upstream.secret_needed`, `upstream.secret_signs`, `upstream.user_needed`,
                `upstream.too_long`.
            ClinicDeskError: `upstream.ca_file`, or the secret could not be kept; nothing was changed.
        """
        settings = self._checked(settings, secret)
        if settings.auth is AuthKind.NONE:
            self._secrets.forget()
        else:
            # Before the settings: a secret without settings is never used; without it nobody can sign in.
            self._secrets.write(settings.secret_goes_to, secret)
        self._put(asdict(settings), actor, has_secret=settings.auth is not AuthKind.NONE)
        return Change.of(Kind.SETTINGS)

    def forget(self, actor: Actor) -> Change:
        """No upstream is set and no secret kept; what waits stays and waits for another.

        Raises:
            ClinicDeskError: the secret could not be removed; nothing was changed.
        """
        self._secrets.forget()
        self._put({}, actor)
        return Change.of(Kind.SETTINGS)

    def _put(self, new: dict[str, Any], actor: Actor, *, has_secret: bool = False) -> None:
        with self._store.write() as work:
            old = work.settings.get(_NAME) or {}
            names = old.keys() | new.keys()
            changed = sorted(name for name in names if new.get(name, "") != old.get(name, ""))
            if has_secret:
                changed.append("secret")
            work.settings.put(_NAME, new)
            desk, now = actor.desk.code, self._clock.now()
            work.audit.write(AuditEntry(now, actor.user, desk, "upstream.change", "settings", _NAME, changed))
            is_moved = self._is_moved(work, old.get("url", ""), new.get("url", ""), actor, now)
            work.commit()
        if is_moved:
            self.on_moved()

    def _is_moved(
        self, work: UnitOfWork, old_base: str, new_base: str, actor: Actor, now: dt.datetime
    ) -> bool:
        """Whether another server is talked to from now on; without any, a practice clinic has its own."""
        if not new_base and not self._is_practice:
            return False
        # Not needed where settings are only read, as at every start.
        from clinic_desk.services.sync.other_server import note_server

        return note_server(work, new_base, old_base, actor, now)

    def _checked(self, settings: UpstreamSettings, secret: str) -> UpstreamSettings:
        """The settings with addresses written one way.

        Raises:
            ClinicDeskError: see `change`.
        """
        if max(len(settings.user), len(settings.scope)) > _LONGEST or len(secret) > _LONGEST_SECRET:
            raise InvalidValue("upstream.too_long")
        base = self._allowed(settings.url)
        token_url = ""
        if settings.auth is AuthKind.OAUTH2 and settings.token_url:
            token_url = self._allowed(settings.token_url).url
        needs_user = settings.auth in (AuthKind.BASIC, AuthKind.OAUTH2)
        if needs_user and not settings.user.strip():
            raise InvalidValue("upstream.user_needed")
        if settings.auth is not AuthKind.NONE and not secret:
            raise InvalidValue("upstream.secret_needed")
        if settings.auth in (AuthKind.BEARER, AuthKind.OAUTH2) and not _PLAIN.fullmatch(secret):
            raise InvalidValue("upstream.secret_signs")
        if settings.ca_file:
            self._check_ca_file(settings.ca_file)
        return UpstreamSettings(
            base.url,
            settings.auth,
            settings.user.strip() if needs_user else "",
            token_url,
            settings.scope.strip() if settings.auth is AuthKind.OAUTH2 else "",
            settings.ca_file,
        )

    def _allowed(self, url: str) -> Address:
        address = parse_address(url)
        if self._is_practice and not address.is_loopback:
            raise BadAddress("upstream.practice_elsewhere")
        return address


def _known(stored: Any) -> UpstreamSettings | None:
    """The stored values the program knows; a newer program's extra ones are left alone."""
    if not isinstance(stored, dict) or not stored.get("url"):
        return None
    names = {field.name for field in fields(UpstreamSettings)}
    known = {name: value for name, value in stored.items() if name in names}
    return UpstreamSettings(**known | {"auth": AuthKind(known.get("auth", AuthKind.NONE))})
