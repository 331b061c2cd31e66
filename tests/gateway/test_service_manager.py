"""``systemctl start`` ends when citizens are answered, and not before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.service_manager import VARIABLE, tell_ready, tell_status


@pytest.fixture(params=["a file", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    name = str(tmp_path / "notify") if request.param == "a file" else f"@motcua-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0"))
        listening.settimeout(2)
        monkeypatch.setenv(VARIABLE, name)
        yield listening


def test_systemd_hears_what_we_are_at_and_when_we_are_ready(heard: socket.socket) -> None:
    tell_status("  … đang huấn luyện (5 giây)")
    tell_ready("Đang chạy: http://127.0.0.1:8080")
    assert heard.recv(500).decode() == "STATUS=… đang huấn luyện (5 giây)"
    assert heard.recv(500).decode().splitlines() == ["READY=1", "STATUS=Đang chạy: http://127.0.0.1:8080"]


def test_without_systemd_or_with_a_deaf_one_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    tell_ready("x")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nobody"))
    tell_ready("x")
