"""After everything else has run: nothing on the disk, in a log or in the metrics says who the citizens are.

Named so that it is the last of this folder. The folder ``outbox`` stands in for accounts of providers: what
would have gone to citizens' phones lies there in clear on purpose, and a deployment with accounts has none.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from core.crypto import KeyRing, activate, key_ring
from gateway import tables
from gateway.reencrypt import encrypted_columns
from tests.product.conftest import Product

pytestmark = pytest.mark.rasa

_PERSONAL = {"phone", "email", "applicant_name", "account", "value"}
_NOT_SCANNED = {"outbox", "keys", "models", "content"}
_PLANTED = ("0900000777", "079088000777", "Phạm Thị Bí Mật", "bi.mat@example.com")


def _people(product: Product) -> set[str]:
    """Every phone, name and address that the database knows, read with its keys."""
    assert tables.ROOMS
    ring = KeyRing.from_json((product.data_dir / "keys" / "ring.json").read_text())
    found: set[str] = set()
    before = key_ring()
    activate(ring)
    try:
        with closing(sqlite3.connect(product.data_dir / "motcua.db")) as database:
            for table, columns in encrypted_columns().items():
                for column in columns:
                    if column.name in _PERSONAL:
                        rows = database.execute(f'SELECT DISTINCT "{column.name}" FROM "{table.name}"')
                        found |= {ring.decrypt(value) for (value,) in rows if value}
    finally:
        activate(before)
    return found


def _spellings(one: str) -> set[str]:
    """A phone as people and programs write it; anything else as it is."""
    if not one.startswith("+84"):
        return {one}
    return {one, one[1:], f"0{one[3:]}"}


def _scanned(product: Product) -> dict[str, bytes]:
    files = {
        str(path.relative_to(product.data_dir)): path.read_bytes()
        for path in product.data_dir.rglob("*")
        if path.is_file() and path.relative_to(product.data_dir).parts[0] not in _NOT_SCANNED
    }
    return {**files, "/metrics": product.get("/metrics")[1].encode()}


def test_nothing_that_is_kept_names_a_citizen(product: Product) -> None:
    conversation = f"leak-{uuid.uuid4().hex}"
    phone, identity, name, mail = _PLANTED
    product.say(conversation, f"tôi là {name}, số {phone}, căn cước {identity}, thư {mail}, làm khai sinh")
    product.get(f"/kiem-tra?ma={phone}")
    people = _people(product)
    assert len(people) > 10, "the sample city must have been looked at"
    needles = {spelling for one in {*people, *_PLANTED} for spelling in _spellings(one) if len(spelling) > 8}
    scanned = _scanned(product)
    assert {Path(name).suffix for name in scanned} >= {".db", ".log"}
    leaks = [
        f"{file}: {needle[:3]}…"
        for file, content in scanned.items()
        for needle in needles
        if needle.encode() in content
    ]
    assert not leaks, leaks[:20]
