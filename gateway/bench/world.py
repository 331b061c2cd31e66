"""A product of one's own for a measurement: data folder, database, Redis, and the processes, to be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from core.crypto import KeyRing, activate
from core.database import Database
from core.settings import REPOSITORY
from gateway import schema
from gateway.bench.kinds import PLANNER, WORKER, Kind
from gateway.bench.servers import PostgresServer, RedisServer
from gateway.supervisor import free_port, python_command

TOKEN = "mc_bench_token_of_this_machine_alone"  # noqa: S105 - of a server that lives for a minute
ESMS_SECRET = "bench-callback"  # noqa: S105
_START_SECONDS = 180.0


class World:
    """Made by ``world()``. Processes are known by name: ``gateway``, ``worker``, ``stub`` and more stubs.

    ``more``: further environment of processes that are started from now on.
    """

    def __init__(self, folder: Path, kind: Kind, *, redis: bool) -> None:
        self.folder, self.kind = folder, kind
        self.postgres = PostgresServer() if kind is Kind.POSTGRESQL else None
        self.redis = RedisServer() if redis else None
        self.gateway_port = free_port()
        self.more: dict[str, str] = {}
        self._stub_ports: dict[str, int] = {}
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._commands: dict[str, list[str]] = {}

    @property
    def url(self) -> str:
        if self.postgres is not None:
            return self.postgres.url("bench")
        return f"sqlite+aiosqlite:///{self.folder / 'motcua.db'}"

    @property
    def environment(self) -> dict[str, str]:
        found = {
            "MOTCUA_DATA_DIR": str(self.folder),
            "MOTCUA_LOCAL_TOKEN": TOKEN,
            "MOTCUA_ESMS__CALLBACK_SECRET": ESMS_SECRET,
            "MOTCUA_ENCODER": "false",
            "DATABASE_URL": self.url,
            "MOTCUA_LOG_LEVEL": "WARNING",
        }
        return found | self.more | ({"REDIS_URL": self.redis.url} if self.redis else {})

    async def prepare(self) -> None:
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.start)
            await asyncio.to_thread(self.postgres.sql, "CREATE DATABASE bench")
        if self.redis is not None:
            await asyncio.to_thread(self.redis.start)
        activate(KeyRing.load_or_create(self.folder / "keys" / "ring.json"))
        await asyncio.to_thread(schema.upgrade, self.url)

    def analyze(self) -> None:
        """What PostgreSQL does by itself within a minute: without figures about its tables it reads some of
        them whole, and a minute is all that a measurement lasts."""
        if self.postgres is not None:
            self.postgres.sql("ANALYZE", database="bench")

    def database(self) -> Database:
        return Database(self.url)

    # Processes

    async def start_gateway(self) -> None:
        await self._run("gateway", "gateway.processes.gateway", "--port", str(self.gateway_port))
        await answers(f"http://127.0.0.1:{self.gateway_port}/healthz")

    async def gateway_answers(self) -> bool:
        timeout = aiohttp.ClientTimeout(total=1)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as client,
                client.get(f"http://127.0.0.1:{self.gateway_port}/healthz") as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def start_stub(self, name: str = "stub", **settings: Any) -> str:
        port = self._stub_ports.setdefault(name, free_port())
        await self._run(name, "gateway.bench.stub", "--port", str(port))
        await answers(f"{self.stub_url(name)}/arrivals")
        if settings:
            await self.set_stub(name, **settings)
        return self.stub_url(name)

    def stub_url(self, name: str = "stub") -> str:
        return f"http://127.0.0.1:{self._stub_ports[name]}"

    async def set_stub(self, name: str = "stub", **settings: Any) -> None:
        await self._ask("POST", name, "/settings", json=settings)

    async def forget(self, name: str = "stub") -> None:
        async with aiohttp.ClientSession() as client, client.post(f"{self.stub_url(name)}/forget"):
            pass

    async def arrivals(self, name: str = "stub") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self._ask("GET", name, "/arrivals"))
        return found

    async def count(self, name: str = "stub") -> int:
        """How many messages the stub has taken."""
        return int(await self._ask("GET", name, "/count"))

    async def _ask(self, method: str, name: str, path: str, **more: Any) -> str:
        async with (
            aiohttp.ClientSession() as client,
            client.request(method, f"{self.stub_url(name)}{path}", **more) as answer,
        ):
            answer.raise_for_status()
            return await answer.text()

    def cpu_seconds(self, name: str) -> float:
        """Of a process and its threads, so far: what a machine shared with others cannot distort much."""
        stat = Path(f"/proc/{self._processes[name].pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    async def start_workers(self, configuration: Mapping[str, Any]) -> None:
        """``configuration``: what ``gateway.bench.worker`` takes; returns when planner and worker work."""
        file = self.folder / "worker.json"
        file.write_text(json.dumps(configuration))
        for name in (PLANNER, WORKER):
            self.ready(name).unlink(missing_ok=True)
            await self._run(name, "gateway.bench.worker", str(file), str(self.ready(name)))
        for name in (PLANNER, WORKER):
            await self.at_work(name, self.ready(name))

    async def at_work(self, name: str, ready: Path) -> None:
        """Until a planner or worker has made this file; raises RuntimeError with its log where it ended."""
        async with asyncio.timeout(_START_SECONDS):
            while not ready.exists():
                self._must_live(name)
                await asyncio.sleep(0.02)

    async def stop_workers(self, *, number: int = signal.SIGTERM) -> None:
        for name in (PLANNER, WORKER):
            await self.stop(name, number=number)

    def ready(self, name: str) -> Path:
        """A file that planner and worker make when they are at work."""
        return self.folder / f"{name}.ready"

    def workers_cpu_seconds(self) -> float:
        return self.cpu_seconds(PLANNER) + self.cpu_seconds(WORKER)

    async def start(self, name: str, module: str, *arguments: str) -> None:
        await self._run(name, module, *arguments)

    async def _run(self, name: str, module: str, *arguments: str) -> None:
        self._commands[name] = python_command(module, *arguments)
        await self.restart(name)

    async def restart(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = await asyncio.create_subprocess_exec(
                *self._commands[name],
                env={**os.environ, **self.environment},
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def lives(self, name: str) -> bool:
        return self._processes[name].returncode is None

    def kill(self, name: str) -> None:
        process = self._processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    async def stop(self, name: str, *, number: int = signal.SIGTERM) -> None:
        process = self._processes.pop(name, None)
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def _must_live(self, name: str) -> None:
        if self._processes[name].returncode is not None:
            raise RuntimeError(f"{name}: {(self.folder / f'{name}.log').read_text()[-3000:]}")

    async def close(self) -> None:
        for name in list(self._processes):
            await self.stop(name, number=signal.SIGKILL)
        if self.redis is not None:
            self.redis.stop()
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.stop)


@asynccontextmanager
async def world(kind: Kind = Kind.SQLITE, *, redis: bool = False) -> AsyncIterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    made = World(folder, kind, redis=redis)
    try:
        await made.prepare()
        yield made
    finally:
        await made.close()
        shutil.rmtree(folder, ignore_errors=True)


async def answers(url: str) -> None:
    async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as client:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with client.get(url) as answer:
                    if answer.status < 500:
                        return
            await asyncio.sleep(0.05)
