"""After everything else has run: nothing on the disk, in a log or in the metrics says who the citizens are.

Named so that it is the last of this folder. The folder ``outbox`` stands in for accounts of providers: what
would have gone to citizens' phones lies there in clear on purpose, and a deployment with accounts has none.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from core.crypto import KeyRing, activate, key_ring
from gateway import tables
from gateway.reencrypt import encrypted_columns
from tests.product.citizens import PhoneChat, Phones, WebChat
from tests.product.conftest import Product, eventually
from tests.product.test_zy_faults import _event, _sent_once

pytestmark = pytest.mark.rasa

_PERSONAL = {"phone", "email", "applicant_name", "account", "value"}
_NOT_SCANNED = {"outbox", "keys", "models", "content"}


@dataclass(frozen=True)
class Planted:
    """A citizen whom nobody else in the product's data can be taken for."""

    channel: str
    phone: str
    name: str
    identity: str

    @property
    def mail(self) -> str:
        return f"bi.mat.{self.channel}@example.com"

    @property
    def accounts(self) -> tuple[str, str]:
        """As the sandbox numbers its people: on Zalo, on Telegram."""
        return f"24684588{self.phone[-9:]}", self.phone[-9:]

    @property
    def words(self) -> str:
        return (
            f"tôi là {self.name}, số 0{self.phone[3:]}, căn cước {self.identity}, thư {self.mail}, "
            "làm giấy khai sinh cần gì"
        )


CITIZENS = (
    Planted("api", "+84900000777", "Phạm Thị Bí Mật", "079088000777"),
    Planted("webchat", "+84900000771", "Đặng Kín Đáo Webchat", "079088000771"),
    Planted("zalo", "+84900000772", "Bùi Giấu Tên Zalo", "079088000772"),
    Planted("telegram", "+84900000773", "Vũ Thầm Lặng Telegram", "079088000773"),
    Planted("sms", "+84900000774", "Hồ Im Lìm Tin Nhắn", "079088000774"),
    Planted("dossier", "+84900000775", "Trịnh Nộp Hồ Sơ Kín", "079088000775"),
)


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
    """As people and programs write it: a phone with and without its country, words in JSON and addresses."""
    if not one.startswith("+84"):
        return {one, json.dumps(one)[1:-1], quote(one), one.casefold()}
    return {one, one[1:], f"0{one[3:]}", quote(one)}


def _scanned(product: Product) -> dict[str, bytes]:
    files = {
        str(path.relative_to(product.data_dir)): path.read_bytes()
        for path in product.data_dir.rglob("*")
        if path.is_file() and path.relative_to(product.data_dir).parts[0] not in _NOT_SCANNED
    }
    return {**files, "/metrics": product.get("/metrics")[1].encode()}


def _speak(product: Product, phones: Phones) -> None:
    """Everybody says who they are, each on their channel; who can share an account's telephone does."""
    for one in CITIZENS:
        match one.channel:
            case "api":
                product.say(f"leak-{uuid.uuid4().hex}", one.words)
                product.get(f"/kiem-tra?ma=0{one.phone[3:]}")
            case "webchat":
                line = WebChat(product)
                line.open()
                line.say(one.words)
                line.close()
            case "dossier":
                _files(product, one)
            case channel:
                PhoneChat(phones, channel, one.phone).say(one.words)
    zalo, telegram = CITIZENS[2], CITIZENS[3]
    phones.tell("/api/do", what="follow", phone=zalo.phone)
    phones.tell("/api/do", what="share-info", phone=zalo.phone)
    phones.tell("/api/do", what="share-contact", phone=telegram.phone)


def _files(product: Product, one: Planted) -> None:
    code = f"H99.01-261102-{uuid.uuid4().int % 9000 + 1000}"
    event = json.loads(_event(code))
    event["data"]["applicant"] = {"name": one.name, "phone": f"0{one.phone[3:]}", "email": one.mail}
    sent = json.dumps(event).encode()
    assert product.post("/v1/dossier-events", sent, content_type="application/cloudevents+json")[0] == 201
    _sent_once(product, code)


def test_nothing_that_is_kept_names_a_citizen(product: Product, phones: Phones) -> None:
    _speak(product, phones)
    people = _people(product)
    assert len(people) > 10, "the sample city must have been looked at"
    zalo, telegram = CITIZENS[2], CITIZENS[3]
    for known in (zalo.accounts[0], telegram.accounts[1], CITIZENS[5].mail, CITIZENS[5].name):
        eventually(lambda known=known: known in _people(product))
    planted = {
        part for one in CITIZENS for part in (one.phone, one.name, one.identity, one.mail, *one.accounts)
    }
    needles = {spelling for one in {*people, *planted} for spelling in _spellings(one) if len(spelling) > 8}
    scanned = _scanned(product)
    assert {Path(name).suffix for name in scanned} >= {".db", ".log"}
    leaks = [
        f"{file}: {needle[:3]}…"
        for file, content in scanned.items()
        for needle in needles
        if needle.encode() in content
    ]
    assert not leaks, leaks[:20]
