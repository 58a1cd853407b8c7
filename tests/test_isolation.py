"""The guards of conftest.py hold: a test cannot reach the network or the user's folders."""

import socket
from pathlib import Path

import platformdirs
import pytest


def test_outside_network_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match=r"clinic\.example"):
        socket.create_connection(("clinic.example", 443))


def test_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_folders_of_the_user_are_temporary() -> None:
    for folder in (
        Path.home(),
        platformdirs.user_data_path("clinic-desk"),
        platformdirs.user_config_path("x"),
    ):
        assert "clinic-desk-tests-" in str(folder)
