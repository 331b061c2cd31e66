"""Starting the product's processes from one terminal, and keeping them up.

Each child writes to its own log file under the data folder. A child that ends is started again after a
growing pause; when the supervisor is asked to stop, all of them are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
_STEADY_SECONDS = 30.0
_STOP_SECONDS = 8.0


@dataclass(frozen=True)
class Child:
    """One process: a name for its log, its command and what it needs in its environment.

    ``inherits``: names of our own environment that it gets; all unless told. Rasa gets no secrets and no
    database.
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    inherits: Sequence[str] | None = None

    def whole_environment(self) -> dict[str, str]:
        given = os.environ if self.inherits is None else _picked(self.inherits)
        return {**given, **self.environment}


def _picked(names: Sequence[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


class Supervisor:
    def __init__(self, children: Sequence[Child], *, log_dir: Path) -> None:
        self._children = children
        self._log_dir = log_dir
        self._stopping = asyncio.Event()
        self._running: dict[str, asyncio.subprocess.Process] = {}

    def stop(self) -> None:
        self._stopping.set()

    def processes(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items() if process.returncode is None}

    async def run(self) -> None:
        """Keep every child running until asked to stop."""
        self._log_dir.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        await self._stopping.wait()
        await self._end_all()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(child)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            log.error("process_ended", child=child.name, code=code, again_in_seconds=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _run_once(self, child: Child) -> int:
        with (self._log_dir / f"{child.name}.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                cwd=child.cwd,
                env=child.whole_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            self._running[child.name] = process
            return await process.wait()

    async def _end_all(self) -> None:
        living = [process for process in self._running.values() if process.returncode is None]
        for process in living:
            _signal_group(process.pid, signal.SIGTERM)
        _, late = await asyncio.wait(
            [asyncio.create_task(process.wait()) for process in living]
            or [asyncio.create_task(asyncio.sleep(0))],
            timeout=_STOP_SECONDS,
        )
        if late:
            for process in living:
                if process.returncode is None:
                    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


async def wait_until(check: Callable[[], object], *, seconds: float, tell: Callable[[str], None]) -> bool:
    """Poll an awaitable check until it is true, telling about progress every five seconds."""
    started = time.monotonic()
    told = 0
    while (passed := time.monotonic() - started) < seconds:
        result = check()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return True
        if int(passed) // 5 > told:
            told = int(passed) // 5
            tell(f"  … đang khởi động ({int(passed)} giây)")
        await asyncio.sleep(0.25)
    return False


def write_address(run_dir: Path, *, url: str, token: str, rasa_url: str, actions_url: str) -> None:
    """Tell commands on this machine where the gateway is, readable by its owner only."""
    run_dir.mkdir(parents=True, exist_ok=True)
    target = run_dir / "gateway.json"
    temporary = target.with_suffix(".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        found = {"url": url, "token": token, "rasa_url": rasa_url, "actions_url": actions_url}
        json.dump({**found, "pid": os.getpid()}, file)
    temporary.replace(target)


def python_command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
