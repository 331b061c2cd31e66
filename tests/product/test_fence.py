"""Rasa's old stack is fenced: it listens on the loopback alone, speaks to nobody else, knows no secret."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.product.conftest import Product
from tests.product.test_zy_faults import _pid

pytestmark = pytest.mark.rasa

_LISTEN = "0A"
_LOOPBACK = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}


def connections(pid: int) -> list[tuple[str, str, str]]:
    """(state, local address, remote address) of a process's TCP sockets, in the kernel's hexadecimal."""
    own = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            name = str(descriptor.readlink())
        except OSError:
            continue
        if name.startswith("socket:["):
            own.add(name[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[9] in own:
                found.append((parts[3], parts[1].partition(":")[0], parts[2].partition(":")[0]))
    return found


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_it_listens_and_speaks_on_the_loopback_alone(product: Product, name: str) -> None:
    product.say(f"fence-{uuid.uuid4().hex}", "làm giấy khai sinh cần gì")
    sockets = connections(_pid(product, name))
    assert any(state == _LISTEN for state, _, _ in sockets)
    assert {local for _, local, _ in sockets} <= _LOOPBACK
    assert {remote for state, _, remote in sockets if state != _LISTEN} <= _LOOPBACK


def test_rasa_is_started_without_the_database_and_without_a_secret(product: Product) -> None:
    lines = Path(f"/proc/{_pid(product, 'rasa')}/environ").read_bytes().split(b"\0")
    names = {line.partition(b"=")[0].decode() for line in lines}
    ours = {name for name in names if name == "DATABASE_URL" or name.startswith("MOTCUA_")}
    assert ours <= {"MOTCUA_DATA_DIR"}
