"""Rasa's old stack is fenced: it listens on the loopback alone, speaks to nobody else, knows no secret but
that of its own doors; and nobody comes in at these without it.
"""

from __future__ import annotations

import contextlib
import json
import stat
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest

from bot import doors
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


def test_rasa_is_started_without_the_database_and_with_the_secret_of_its_doors_alone(
    product: Product,
) -> None:
    lines = Path(f"/proc/{_pid(product, 'rasa')}/environ").read_bytes().split(b"\0")
    names = {line.partition(b"=")[0].decode() for line in lines}
    ours = {name for name in names if name == "DATABASE_URL" or name.startswith("MOTCUA_")}
    assert ours <= {"MOTCUA_DATA_DIR", doors.VARIABLE}


def test_neither_rasa_nor_the_actions_answer_whoever_lacks_the_key_of_their_door(product: Product) -> None:
    found = json.loads((product.data_dir / "run" / "gateway.json").read_text())
    secret = (product.data_dir / "keys" / "assistant.secret").read_text()
    turn = {"sender": "fence", "message": "làm giấy khai sinh cần gì", "next_action": "action_greet"}
    for url, path, own, other in (
        (found["rasa_url"], "/webhooks/rest/webhook", doors.RASA, doors.ACTIONS),
        (found["actions_url"], "/webhook", doors.ACTIONS, doors.RASA),
        (found["actions_url"], "/heard", doors.ACTIONS, doors.RASA),
    ):
        for key in (None, doors.key_of(other, secret), secret):
            assert _post(url + path, turn, key)[0] == 401, path
        assert _post(url + path, turn, doors.key_of(own, secret))[0] != 401, path
    status, said = product.get("/readyz")
    assert (status, set(json.loads(said).values())) == (200, {"ok"})


def test_the_secret_stands_in_no_command_and_in_no_log(product: Product) -> None:
    product.say(f"fence-{uuid.uuid4().hex}", "làm giấy khai sinh cần gì")
    secret = (product.data_dir / "keys" / "assistant.secret").read_text()
    keys = [secret, *(doors.key_of(door, secret) for door in (doors.RASA, doors.ACTIONS))]
    told = product.logs() + (product.data_dir / "up.log").read_text(errors="replace")
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                told += (folder / "cmdline").read_text(errors="replace")
    assert not [place for place, key in enumerate(keys) if key in told]
    assert stat.S_IMODE((product.data_dir / "keys" / "assistant.secret").stat().st_mode) == 0o600


def _post(url: str, body: dict[str, Any], key: str | None) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json", **doors.shown(key)}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
