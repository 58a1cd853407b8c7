"""A second start shows the first window instead of opening another one.

The program that holds the profile's lock listens on a local socket; a second start sends it one fixed
word. Nothing a sender says is used for anything but comparing it with that word.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

_REQUEST = b"raise\n"
_ANSWER = b"raised\n"
_MOST_CONNECTIONS = 8
_PATIENCE_MS = 2_000
_RETRY_S = 0.05


class SingleInstance(QObject):
    """The first program's ear; made and used on the window's thread by the holder of the profile's lock.

    Signals:
        raise_requested: another start of the same user asks for the window.

    Args:
        address: `clinic_desk.profile.raise_address` of the profile.
        parent: as with every QObject.
    """

    raise_requested = Signal()

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._callers: set[_Caller] = set()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_MOST_CONNECTIONS)
        self._server.newConnection.connect(self._on_new_connection)

    def listen(self) -> bool:
        """Begin to listen; False when the place allows no socket, and then second starts just end.

        A socket left by a killed program is removed first: whoever holds the lock knows that it is stale.
        """
        QLocalServer.removeServer(self._address)
        return self._server.listen(self._address)

    def close(self) -> None:
        """Stop listening, drop who is still talking, and remove the socket."""
        self._server.close()
        for caller in tuple(self._callers):
            caller.hang_up()

    def _on_new_connection(self) -> None:
        while self._server.hasPendingConnections():
            connection = self._server.nextPendingConnection()
            caller = _Caller(connection, self)
            self._callers.add(caller)
            caller.asked.connect(self.raise_requested)
            caller.gone.connect(self._on_caller_gone)
            if len(self._callers) > _MOST_CONNECTIONS or not _is_same_user(connection):
                caller.hang_up()
            else:
                caller.hear()

    def _on_caller_gone(self) -> None:
        caller = self.sender()
        if isinstance(caller, _Caller):
            self._callers.discard(caller)
            caller.deleteLater()


class _Caller(QObject):
    """One program that connected: heard for two seconds, answered only when it says the one word.

    Signals:
        asked: it said the word, and the answer is on its way.
        gone: the connection has ended.
    """

    asked = Signal()
    gone = Signal()

    def __init__(self, connection: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        connection.setParent(self)
        connection.setReadBufferSize(len(_REQUEST) + 1)
        connection.readyRead.connect(self.hear)
        connection.disconnected.connect(self.gone)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.hang_up)
        self._patience.start()

    def hear(self) -> None:
        message = bytes(self._connection.peek(len(_REQUEST) + 1).data())
        if message == _REQUEST:
            self._connection.readyRead.disconnect(self.hear)
            self._connection.write(_ANSWER)
            self._connection.flush()
            self.asked.emit()
            self._connection.disconnectFromServer()
        elif not _REQUEST.startswith(message):
            self.hang_up()

    def hang_up(self) -> None:
        if self._connection.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self.gone.emit()
        else:
            self._connection.abort()


def ask_running_window(address: str, timeout_ms: int = _PATIENCE_MS) -> bool:
    """Ask the running program to show its window; True when it answered that it does.

    Waits at most `timeout_ms`, also for a first program that is still starting. Needs no event loop.
    """
    deadline = time.monotonic() + timeout_ms / 1_000
    while True:
        connection = QLocalSocket()
        connection.connectToServer(address)
        if connection.waitForConnected(_left_ms(deadline)):
            answered = _is_same_user(connection) and _converse(connection, deadline)
            connection.abort()
            return answered
        connection.abort()
        if time.monotonic() + _RETRY_S >= deadline:
            return False
        time.sleep(_RETRY_S)


def bring_to_front(window: QWidget) -> None:
    """Show `window`, also when it was minimised or lies behind others, and give it the keyboard."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def _converse(connection: QLocalSocket, deadline: float) -> bool:
    connection.write(_REQUEST)
    connection.waitForBytesWritten(_left_ms(deadline))
    answer = b""
    while _ANSWER.startswith(answer) and answer != _ANSWER:
        if not connection.bytesAvailable() and not connection.waitForReadyRead(_left_ms(deadline)):
            return False
        answer += bytes(connection.read(len(_ANSWER) + 1 - len(answer)).data())
    return answer == _ANSWER


def _left_ms(deadline: float) -> int:
    return max(1, int((deadline - time.monotonic()) * 1_000))


def _is_same_user(connection: QLocalSocket) -> bool:
    """Say whether the other end runs as this user.

    Linux tells it per connection. Elsewhere the socket's own rights decide: the private profile folder
    on macOS, the pipe's access list that `UserAccessOption` sets on Windows.
    """
    if sys.platform != "linux":
        return True
    try:
        with socket.socket(fileno=os.dup(int(connection.socketDescriptor()))) as end:
            credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    except OSError:
        return False
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())
