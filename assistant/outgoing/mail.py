"""The SMTP client: connects to an address that may be called, with a bounded conversation."""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
from typing import Any

from assistant.outgoing.addresses import connected
from assistant.outgoing.budget import Budget, TooMuch

#: Bytes a mail server may say in one conversation.
_LARGEST = 256 * 1024


def smtp(host: str, port: int, *, seconds: float, tls: ssl.SSLContext | None = None) -> smtplib.SMTP:
    """Return a connected client, encrypted from the start where `tls` is given; its whole conversation ends within 3 × `seconds`.

    Raises RefusedAddress, OSError and SMTPException, as its methods do.
    """
    return _Client(host, port, seconds, tls)


class _Client(smtplib.SMTP):
    def __init__(self, host: str, port: int, seconds: float, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._budget = Budget(3 * seconds, _LARGEST)
        super().__init__(host, port, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = connected(host, port, timeout)
        if self._tls is None:
            return opened
        try:
            return self._tls.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Replies(self.sock, self._budget, float(self.timeout)))
        return super().getreply()


class _Replies(io.RawIOBase):
    """What a server says, within the budget."""

    def __init__(self, connection: socket.socket, budget: Budget, seconds: float) -> None:
        self._connection, self._budget, self._seconds = connection, budget, seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._budget.left(self._seconds))
        count = self._connection.recv_into(buffer)
        try:
            self._budget.took(count)
        except TooMuch as error:
            raise OSError(str(error)) from error
        return count
