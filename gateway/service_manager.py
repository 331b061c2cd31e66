"""What systemd is told about us, in its own protocol: https://www.freedesktop.org/software/systemd/man/sd_notify.html

With it ``systemctl start`` waits until citizens are answered and fails when we fail, and ``systemctl status``
says what we are at.
"""

from __future__ import annotations

import os
import socket

VARIABLE = "NOTIFY_SOCKET"


def tell_status(line: str) -> None:
    """What we are at, for ``systemctl status``."""
    _send(f"STATUS={line.strip()}")


def tell_ready(line: str) -> None:
    _send(f"READY=1\nSTATUS={line}")


def _send(message: str) -> None:
    """Nothing happens where no service manager listens; a deaf one stops nobody from answering citizens."""
    address = os.environ.get(VARIABLE)
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.sendto(message.encode(), address)
    except OSError:
        return
