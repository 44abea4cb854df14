"""Talks to clamd over its Unix socket: one stream in, one line back."""

from __future__ import annotations

import socket
from typing import IO, Any

TIMEOUT_SECONDS = 60
_CHUNK = 64 * 1024


class ScannerSilent(Exception):
    """The scanner could not be reached or did not say what it found."""


def scan(content: IO[Any], address: str) -> str:
    """Return what clamd finds in the bytes, empty when they are clean.

    ``address`` is the path of clamd's socket. Raises :class:`ScannerSilent` when there is no
    verdict, also for a file above clamd's own size limit.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(address)
            connection.sendall(b"zINSTREAM\0")
            while chunk := content.read(_CHUNK):
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(b"\0\0\0\0")
            answer = _read_line(connection)
    except OSError as fault:
        raise ScannerSilent(str(fault)) from fault
    return _verdict(answer)


def _read_line(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (part := connection.recv(4096)):
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Read ``stream: OK`` and ``stream: Name FOUND``; everything else is no verdict."""
    _label, _separator, rest = answer.partition(": ")
    if rest == "OK":
        return ""
    if rest.endswith(" FOUND"):
        return rest.removesuffix(" FOUND")
    raise ScannerSilent(answer or "no answer")
