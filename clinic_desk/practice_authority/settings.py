"""How one authority runs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from clinic_desk.texts import Language

USUAL_DELAY_S: Final = 20.0
"""How long a made-up official takes for one step, unless told otherwise."""


FOLDER: Final = "authority"
"""Where its file lies within the folder of the practice profile."""


class SignIn(StrEnum):
    """How clients sign in."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    OAUTH2 = "oauth2"


@dataclass(frozen=True, slots=True)
class AuthoritySettings:
    """What an authority is started with.

    Args:
        folder: where its file and its address lie; made if it is absent.
        port: the FHIR port, 0 for a free one.
        host: an address of this machine; any other is refused.
        delay_s: between two steps of a decision; None: only when a `tick` says so.
        sign_in: how clients sign in; `user` and `secret` are what they need (a bearer's token is `secret`).
        token_lifetime_s: of OAuth2's tokens.
        token: what the switches ask for; new for each start.
        language: in which the made-up officials write.
    """

    folder: Path
    port: int = 0
    host: str = "127.0.0.1"
    delay_s: float | None = USUAL_DELAY_S
    sign_in: SignIn = SignIn.NONE
    user: str = "desk"
    secret: str = "practice"  # noqa: S105 - made-up people only
    token_lifetime_s: int = 3600
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    language: Language = Language.KK

    @property
    def database_path(self) -> Path:
        """The authority's own file."""
        return self.folder / "authority.db"
