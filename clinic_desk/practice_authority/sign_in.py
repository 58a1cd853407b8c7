"""Who may come in: nobody asked, a password, a token, or a token of OAuth2's client credentials."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from clinic_desk.practice_authority.problems import Refused
from clinic_desk.practice_authority.settings import AuthoritySettings, SignIn


class Doorkeeper:
    """Checks the Authorization header and gives out tokens."""

    def __init__(self, settings: AuthoritySettings) -> None:
        self._settings = settings
        self._tokens: dict[str, float] = {}

    def check(self, header: str, *, is_open: bool = False) -> None:
        """Lets the request through or refuses it; what `is_open` needs no sign-in, but takes no wrong one.

        Raises:
            Refused: 401.
        """
        way = self._settings.sign_in
        if way == SignIn.NONE or (is_open and not header):
            return
        scheme, _, value = header.partition(" ")
        wanted = "basic" if way == SignIn.BASIC else "bearer"
        if scheme.lower() == wanted and self._is_right(way, value.strip()):
            return
        challenge = "Basic" if way == SignIn.BASIC else "Bearer"
        raise Refused(
            401, "Sign in first", headers={"www-authenticate": f'{challenge} realm="practice authority"'}
        )

    def give_token(self, header: str, body: bytes) -> tuple[int, Mapping[str, Any]]:
        """The answer of OAuth2's token endpoint to a client's credentials (RFC 6749, 4.4)."""
        fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        if fields.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        user, secret = fields.get("client_id", ""), fields.get("client_secret", "")
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "basic":
            user, secret = (unquote(part) for part in _credentials(value))
        if not self._is_client(user, secret):
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(24)
        lifetime = self._settings.token_lifetime_s
        self._tokens[token] = time.monotonic() + lifetime
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}

    def forget_tokens(self) -> None:
        """Every token given out is worth nothing from now on."""
        self._tokens.clear()

    def _is_right(self, way: SignIn, value: str) -> bool:
        if way == SignIn.BASIC:
            return self._is_client(*_credentials(value))
        if way == SignIn.BEARER:
            return hmac.compare_digest(value.encode(), self._settings.secret.encode())
        return self._tokens.get(value, 0.0) > time.monotonic()

    def _is_client(self, user: str, secret: str) -> bool:
        right = hmac.compare_digest(user.encode(), self._settings.user.encode())
        return hmac.compare_digest(secret.encode(), self._settings.secret.encode()) and right


def _credentials(value: str) -> tuple[str, str]:
    try:
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return user, secret
