"""How a request says who sends it. What it says goes to the one origin it was given for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Protocol

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.sync.upstream_port import NoReply, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind

ReadSecret = Callable[[], str | None]


class SignIn(Protocol):
    """Headers for one origin."""

    def headers(self) -> dict[str, str]:
        """What the next request says.

        Raises:
            NoReply: nothing could be had to say; the request itself was not sent.
        """

    def renew(self) -> bool:
        """After a 401: whether the next `headers` may say something better."""

    def close(self) -> None:
        """Waiting ends now."""


class NoSignIn:
    """Says nothing."""

    def headers(self) -> dict[str, str]:
        """No header."""
        return {}

    def renew(self) -> bool:
        """Nothing could be better."""
        return False

    def close(self) -> None:
        """Nothing waits."""


class FixedSignIn:
    """The same header each time, for `basic` and `bearer`.

    Args:
        kind: which of the two.
        user: of `basic`.
        read_secret: asked once, when it is needed first; it may wait for a person.
    """

    def __init__(self, kind: AuthKind, user: str, read_secret: ReadSecret) -> None:
        self._kind = kind
        self._user = user
        self._read_secret = read_secret
        self._said: str | None = None

    def headers(self) -> dict[str, str]:
        """See `SignIn`."""
        if self._said is None:
            secret = needed_secret(self._read_secret)
            if self._kind is AuthKind.BASIC:
                self._said = "Basic " + base64.b64encode(f"{self._user}:{secret}".encode()).decode()
            else:
                self._said = f"Bearer {secret}"
        return {"Authorization": self._said}

    def renew(self) -> bool:
        """The server knows this secret and refused it."""
        return False

    def close(self) -> None:
        """Nothing waits."""


def needed_secret(read_secret: ReadSecret) -> str:
    """The secret.

    Raises:
        NoReply: SIGN_IN, when there is none for this place or the keyring does not give it.
    """
    try:
        secret = read_secret()
    except ClinicDeskError as error:
        raise NoReply(WhyNoReply.SIGN_IN, is_untouched=True) from error
    if not secret:
        raise NoReply(WhyNoReply.SIGN_IN, is_untouched=True)
    return secret
