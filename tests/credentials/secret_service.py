"""A session bus of its own with GNOME Keyring on it, for tests of the real thing."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection


class SecretService:
    """A private D-Bus session; `unlock` puts an unlocked keyring on it. End it with `stop`."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        runtime = home / "run"
        runtime.mkdir(mode=0o700)
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("XDG_", "DBUS_", "GNOME_", "PYTHON_KEYRING"))
        } | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
        self._daemon: subprocess.Popen[bytes] | None = None
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environ,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().decode().strip()
        self.environ["DBUS_SESSION_BUS_ADDRESS"] = self.address

    def unlock(self) -> None:
        """Put a keyring with the password `pw` on the bus, unlocked; it is made if there is none."""
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environ,
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(b"pw")
        self._daemon.stdin.close()
        # Asked any earlier, the bus would start a locked keyring of its own.
        deadline = time.monotonic() + 30
        with closing(open_dbus_connection(bus=self.address)) as connection:
            question = message_bus.NameHasOwner("org.freedesktop.secrets")
            while connection.send_and_get_reply(question).body != (True,):
                assert time.monotonic() < deadline, "the keyring did not come up"
                time.sleep(0.01)

    def lock(self) -> None:
        """Lock the default collection; there is no screen on which a prompt could unlock it."""
        with self._session() as connection:
            secretstorage.get_default_collection(connection).lock()

    def users(self) -> list[str]:
        """Return the user names under which the program keeps secrets, sorted."""
        with self._session() as connection:
            items = secretstorage.get_default_collection(connection).search_items({"service": "clinic-desk"})
            return sorted(item.get_attributes()["username"] for item in items)

    def forget(self, user: str) -> None:
        """Delete the secret of `user`."""
        with self._session() as connection:
            items = secretstorage.get_default_collection(connection).search_items({"username": user})
            for item in items:
                item.delete()

    def replace(self, user: str, secret: str) -> None:
        """Put another secret in the place of that of `user`."""
        with self._session() as connection:
            items = secretstorage.get_default_collection(connection).search_items({"username": user})
            for item in items:
                item.set_secret(secret.encode())

    @contextmanager
    def _session(self) -> Iterator[DBusConnection]:
        with closing(open_dbus_connection(bus=self.address)) as connection:
            yield connection

    def stop(self) -> None:
        """End the bus, and with it everything on it."""
        for process in (self._daemon, self._bus):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(20)
        if self._bus.stdout is not None:
            self._bus.stdout.close()
