"""``systemctl start`` ends when citizens are answered, and not before."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY, settings
from gateway.cli.up import _up
from gateway.service_manager import VARIABLE, tell_ready, tell_status
from gateway.supervisor import free_port


@pytest.fixture(params=["a file", "abstract"])
def heard(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[str]]]:
    name = str(tmp_path / "notify") if request.param == "a file" else f"@motcua-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0"))
        listening.setblocking(False)
        monkeypatch.setenv(VARIABLE, name)

        def read() -> list[str]:
            found: list[str] = []
            while True:
                try:
                    found += listening.recv(1000).decode().splitlines()
                except BlockingIOError:
                    return found

        yield read


async def test_systemd_hears_what_we_are_at_and_is_told_ready_only_when_citizens_are_answered(
    heard: Callable[[], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def prepare(*_: Any, **__: Any) -> None:
        """Nothing to make ready."""

    async def serve(_: Any, __: Any, *, tell: Callable[[str], None], on_ready: Callable[[], None]) -> None:
        tell("  … đang huấn luyện (5 giây)")
        before = heard()
        assert "STATUS=… đang huấn luyện (5 giây)" in before
        assert "READY=1" not in before
        on_ready()
        assert heard()[0] == "READY=1"

    monkeypatch.setattr("gateway.prepare.prepare", prepare)
    monkeypatch.setattr("gateway.running.serve", serve)
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    await _up("127.0.0.1", free_port(), False)
    settings.cache_clear()
    assert "Type=notify" in (REPOSITORY / "docs" / "operations" / "motcua.service").read_text().splitlines()


def test_without_systemd_or_with_a_deaf_one_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    tell_ready("x")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nobody"))
    tell_status("x")
