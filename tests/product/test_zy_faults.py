"""Each process of the running product is killed: citizens are told, nothing is lost, nothing comes twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.product.conftest import Product, eventually

pytestmark = pytest.mark.rasa


def _pid(product: Product, name: str) -> int:
    """Of a process of this product: its command names it, its environment the data folder."""
    wanted = {"rasa": b"bot.server", "worker": b"gateway.processes.worker"}.get(
        name, f"gateway.processes.{name}".encode()
    )
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if wanted in command and str(product.data_dir).encode() in environment:
            return int(folder.name)
    pytest.fail(f"no process {name}")


def _kill(product: Product, name: str) -> None:
    os.kill(_pid(product, name), signal.SIGKILL)


def _event(code: str, kind: str = "received") -> bytes:
    data = {
        "dossier_code": code,
        "procedure_code": "9.000001",
        "procedure_name": "Thủ tục mẫu",
        "unit": "Ủy ban nhân dân phường Mẫu",
        "applicant": {"name": "Nguyễn Văn Mẫu", "phone": "0900000001"},
        "received_at": "2026-11-02T08:00:00+07:00",
        "occurred_at": "2026-11-02T08:00:00+07:00",
    }
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"{code}-{kind}",
            "source": "https://example.com/one-stop",
            "type": f"vn.motcua.dossier.{kind}",
            "data": data,
        }
    ).encode()


def _told(product: Product, code: str) -> list[dict[str, object]]:
    status, body = product.get(f"/v1/dossiers/{code}/notifications")
    return json.loads(body)["notifications"] if status == 200 else []


def _post(product: Product, code: str) -> int:
    return product.post("/v1/dossier-events", _event(code), content_type="application/cloudevents+json")[0]


def _code() -> str:
    return f"H99.01-261102-{uuid.uuid4().int % 9000 + 1000}"


def _sent_once(product: Product, code: str) -> None:
    messages = eventually(
        lambda: [m for m in _told(product, code) if m["status"] in ("accepted", "sent", "delivered")],
        seconds=240,
    )
    assert len(messages) == 1
    assert len([text for text in product.outbox() if code in text and "Nội dung" in text]) <= 1


def _works(product: Product) -> bool:
    return product.get("/readyz")[0] == 200


@pytest.mark.parametrize("name", ["planner", "worker"])
def test_a_killed_process_loses_no_notice_and_sends_none_twice(product: Product, name: str) -> None:
    codes = [_code() for _ in range(4)]
    for code in codes[:2]:
        assert _post(product, code) == 201
    _kill(product, name)
    for code in codes[2:]:
        assert _post(product, code) == 201
    for code in codes:
        _sent_once(product, code)


def test_a_killed_gateway_comes_back_and_knows_what_it_had_taken(product: Product) -> None:
    code = _code()
    assert _post(product, code) == 201
    _kill(product, "gateway")

    def again() -> int:
        try:
            return _post(product, code)
        except OSError:
            return 0

    assert eventually(again, seconds=240) == 200, "known, and counted once"
    _sent_once(product, code)


def test_a_rolling_restart_loses_nothing_that_comes_in_meanwhile(product: Product) -> None:
    """Each process is asked to stop, as an upgrade does, while events and questions keep coming."""
    eventually(lambda: _works(product), seconds=240)
    codes, silent = [], []
    over = threading.Event()

    def until_taken(ask: Callable[[], tuple[int, Any]]) -> Any:
        """As the one-stop software and the page do: again under the same name until it is taken."""
        while not over.is_set():
            with contextlib.suppress(OSError, HTTPException, ValueError):
                status, body = ask()
                if status in (200, 201):
                    return body
            time.sleep(0.5)
        return None

    def events() -> None:
        while not over.is_set():
            code = _code()
            if until_taken(lambda code=code: (_post(product, code), code)):
                codes.append(code)
            time.sleep(1)

    def questions() -> None:
        while not over.is_set():
            name = uuid.uuid4().hex
            asked = {"text": "làm giấy khai sinh cần gì", "conversation": name, "external_id": name}
            answer = until_taken(lambda asked=asked: product.post("/v1/turns", asked))
            if answer and not answer["text"]:
                silent.append(name)

    threads = [threading.Thread(target=one, daemon=True) for one in (events, questions)]
    for one in threads:
        one.start()
    try:
        for name in ("gateway", "planner", "worker"):
            before = _pid(product, name)
            os.kill(before, signal.SIGTERM)
            eventually(lambda name=name, before=before: _other(product, name, before), seconds=120)
            eventually(lambda: _ready_again(product), seconds=120)
    finally:
        over.set()
        for one in threads:
            one.join(60)
    assert codes
    assert not silent
    for code in codes:
        _sent_once(product, code)


def _other(product: Product, name: str, before: int) -> bool:
    """Whether another process of this name runs by now."""
    try:
        return _pid(product, name) != before
    except pytest.fail.Exception:
        return False


def _ready_again(product: Product) -> bool:
    with contextlib.suppress(OSError):
        return _works(product)
    return False


@pytest.mark.parametrize("name", ["actions", "rasa"])
def test_without_its_mind_the_product_says_so_takes_events_and_recovers(product: Product, name: str) -> None:
    eventually(lambda: _works(product), seconds=240)
    _kill(product, name)
    answer = product.say(f"fault-{uuid.uuid4().hex}", "làm giấy khai sinh cần gì")
    assert answer["text"], "never silence"
    code = _code()
    assert _post(product, code) == 201
    _sent_once(product, code)
    eventually(lambda: _works(product), seconds=240)
    assert eventually(
        lambda: product.say(f"fault-{uuid.uuid4().hex}", "làm giấy khai sinh cần gì")["code"], seconds=240
    )
