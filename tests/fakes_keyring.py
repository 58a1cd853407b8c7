"""A keyring in memory that passes the same suite as the real one, and can be made to fail as those do."""

from clinic_desk.credentials.secret_store import StoreFailed, StoreLocked


class Killed(BaseException):
    """Stands for the end of the process in the middle of an act."""


class FakeSecretStore:
    """Secrets in a dictionary.

    Attributes:
        is_locked: every act raises StoreLocked.
        is_broken: every act raises StoreFailed.
        forgets: a written secret is gone at once, as with a null back end.
        dies_after_write_of: the process "ends" right after this user's secret was written.
    """

    def __init__(self, name: str = "secret-service") -> None:
        self._name = name
        self.secrets: dict[str, str] = {}
        self.is_locked = False
        self.is_broken = False
        self.forgets = False
        self.dies_after_write_of: str | None = None

    @property
    def name(self) -> str:
        return self._name

    def read(self, user: str) -> str | None:
        self._check()
        return self.secrets.get(user)

    def write(self, user: str, secret: str) -> None:
        self._check()
        if not self.forgets:
            self.secrets[user] = secret
        if user == self.dies_after_write_of:
            raise Killed

    def delete(self, user: str) -> None:
        self._check()
        self.secrets.pop(user, None)

    def _check(self) -> None:
        if self.is_locked:
            raise StoreLocked
        if self.is_broken:
            raise StoreFailed
