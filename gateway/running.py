"""The whole product on this machine: prepared, started, supervised, and found by commands."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import doors
from core.settings import REPOSITORY, Settings
from gateway.cli.client import Address, is_ready
from gateway.cli.problem import Problem
from gateway.keys import assistant_secret
from gateway.processes.sandbox import ACCOUNTS, KEY
from gateway.sandbox.accounts import SHORT_WAITS, Accounts
from gateway.supervisor import (
    Child,
    Supervisor,
    free_port,
    port_is_free,
    python_command,
    wait_until,
    write_address,
)

BOT_PYTHON = REPOSITORY / "bot" / ".venv" / "bin" / "python"
_START_SECONDS = 180.0


@dataclass(frozen=True)
class SandboxPlan:
    """Local servers instead of accounts: where they listen and what they are called by.

    ``key``: with which they post events, as the one-stop software would.
    """

    port: int
    smtp_port: int
    accounts: Accounts
    key: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Waits are short, unless somebody set them."""
        waits = {name: value for name, value in SHORT_WAITS.items() if name not in os.environ}
        return self.accounts.environment(self.url, smtp_port=self.smtp_port) | waits


@dataclass(frozen=True)
class Plan:
    """Where everything listens, and the secret of the commands on this machine."""

    host: str
    port: int
    rasa_ports: tuple[int, ...]
    actions_port: int
    token: str
    sandbox: SandboxPlan | None = None

    @property
    def rasa_url(self) -> str:
        """Of every Rasa server, parted by commas."""
        return ",".join(f"http://127.0.0.1:{port}" for port in self.rasa_ports)

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def url(self) -> str:
        return f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"  # noqa: S104


def has_accounts(settings: Settings) -> bool:
    """Whether anybody filled in an account of a real provider."""
    groups = (settings.zalo.app_id, settings.telegram.token, settings.smtp.host, settings.twilio.account_sid)
    gateways = (
        settings.esms.api_key,
        settings.speedsms.secret,
        settings.vietguys.user,
        settings.stringee.user,
    )
    return any((*groups, *gateways))


def make_plan(*, host: str, port: int | None, sandbox: bool = False, rasa_servers: int = 1) -> Plan:
    if port is not None and not port_is_free(host, port):
        raise Problem(f"cổng {port} đang có chương trình khác dùng: chọn cổng khác bằng --port")
    return Plan(
        host=host,
        port=port or free_port(),
        rasa_ports=tuple(free_port() for _ in range(rasa_servers)),
        actions_port=free_port(),
        token=f"mc_{secrets.token_urlsafe(32)}",
        sandbox=SandboxPlan(free_port(), free_port(), Accounts()) if sandbox else None,
    )


def children(settings: Settings, plan: Plan, model: Path) -> list[Child]:
    """The processes; Rasa, the actions and the sandbox listen on the loopback only.

    What Rasa, the actions and the gateway prove themselves with is handed over in their environment, which no
    other account can read: a command line can be read by everybody.
    """
    secret = assistant_secret(settings)
    ours = {
        "MOTCUA_DATA_DIR": str(settings.data_dir),
        "MOTCUA_RASA_URL": plan.rasa_url,
        "MOTCUA_ACTIONS_URL": plan.actions_url,
        doors.VARIABLE: secret,
        "MOTCUA_LOCAL_TOKEN": plan.token,
        "MOTCUA_URL": plan.url,
        "MOTCUA_METRICS_DIR": str(settings.run_dir / "metrics"),
        # Small products of matrices: a second thread would mostly wait, and burn a core while it does.
        "OPENBLAS_NUM_THREADS": "1",
    }
    played = []
    if plan.sandbox is not None:
        ours |= plan.sandbox.environment()
        played.append(_sandbox(settings, plan, plan.sandbox))
    count = range(settings.workers)
    return [
        *played,
        Child("actions", python_command("gateway.processes.actions", "--port", str(plan.actions_port)), ours),
        *(
            _rasa(_numbered("rasa", number), port, plan, model, secret)
            for number, port in enumerate(plan.rasa_ports)
        ),
        *(Child(_numbered("planner", n), python_command("gateway.processes.planner"), ours) for n in count),
        *(Child(_numbered("worker", n), python_command("gateway.processes.worker"), ours) for n in count),
        Child(
            "gateway",
            python_command("gateway.processes.gateway", "--host", plan.host, "--port", str(plan.port)),
            ours,
        ),
    ]


def _numbered(name: str, number: int) -> str:
    """Name of a log: the first of its kind has the plain one."""
    return f"{name}-{number + 1}" if number else name


_RASA_INHERITS = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "MOTCUA_DATA_DIR",
)


def _rasa(name: str, port: int, plan: Plan, model: Path, secret: str) -> Child:
    """Fenced: it knows neither the database nor any secret of ours but that of its own doors."""
    return Child(
        name,
        [
            str(BOT_PYTHON), "-m", "bot.server",
            "--model", str(model),
            "--port", str(port),
            "--actions-url", f"{plan.actions_url}/webhook",
        ],
        {
            "PYTHONPATH": str(REPOSITORY),
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            doors.VARIABLE: secret,
        },
        cwd=REPOSITORY,
        inherits=_RASA_INHERITS,
    )  # fmt: skip


def _sandbox(settings: Settings, plan: Plan, sandbox: SandboxPlan) -> Child:
    return Child(
        "sandbox",
        python_command(
            "gateway.processes.sandbox",
            "--port", str(sandbox.port),
            "--smtp-port", str(sandbox.smtp_port),
            "--gateway-url", plan.url,
            "--outbox", str(settings.data_dir / "outbox"),
        ),
        {ACCOUNTS: sandbox.accounts.to_json(), **({KEY: sandbox.key} if sandbox.key else {})},
    )  # fmt: skip


async def train(settings: Settings, tell: Callable[[str], None]) -> Path:
    """The model of today's training data, trained only if it is not there yet."""
    if not BOT_PYTHON.exists():
        raise Problem("chưa có môi trường Rasa (bot/.venv): chạy 'make install' trước")
    folder = settings.data_dir / "models"
    process = await asyncio.create_subprocess_exec(
        str(BOT_PYTHON), "-m", "bot.train", "--out", str(folder),
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    waiting = asyncio.create_task(process.communicate())
    seconds = 0
    while not waiting.done():
        await asyncio.wait([waiting], timeout=5)
        seconds += 5
        if not waiting.done():
            tell(f"  … đang huấn luyện mô hình hiểu câu hỏi ({seconds} giây)")
    output, errors = waiting.result()
    if process.returncode:
        tail = errors.decode(errors="replace").strip().splitlines()[-5:]
        raise Problem("huấn luyện mô hình không xong: " + " | ".join(tail))
    return Path(output.decode().strip().splitlines()[-1])


async def serve(
    settings: Settings, plan: Plan, *, tell: Callable[[str], None], on_ready: Callable[[], None]
) -> None:
    """Run everything until the terminal says stop."""
    model = await train(settings, tell)
    shutil.rmtree(settings.run_dir / "metrics", ignore_errors=True)  # counts of processes that are gone
    supervisor = Supervisor(children(settings, plan, model), log_dir=settings.data_dir / "logs")
    running = asyncio.create_task(supervisor.run())
    try:
        ready = asyncio.create_task(wait_until(lambda: is_ready(plan.url), seconds=_START_SECONDS, tell=tell))
        await asyncio.wait([ready, running], return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and ready.result():
            write_address(
                settings.run_dir,
                url=plan.url,
                token=plan.token,
                rasa_url=plan.rasa_url,
                actions_url=plan.actions_url,
            )
            on_ready()
        elif not running.done():
            supervisor.stop()
            await running
            raise Problem(f"chưa khởi động xong sau {_START_SECONDS:.0f} giây: xem {settings.data_dir}/logs")
        ready.cancel()
        await running
    finally:
        supervisor.stop()
        await asyncio.gather(running, return_exceptions=True)
        address = settings.run_dir / "gateway.json"
        if address.exists() and plan.token in address.read_text(encoding="utf-8"):
            address.unlink()


@asynccontextmanager
async def temporary_gateway(settings: Settings) -> AsyncIterator[Address]:
    """The product for the length of one command, on ports of its own and the same data folder."""
    from gateway.prepare import prepare

    def tell(line: str) -> None:
        print(line, file=sys.stderr)

    tell("Chưa có máy chủ đang chạy: khởi động một máy chủ cho lệnh này…")
    await prepare(settings, tell=tell)
    plan = make_plan(host="127.0.0.1", port=None)
    model = await train(settings, tell)
    with tempfile.TemporaryDirectory(prefix="motcua-") as logs:
        supervisor = Supervisor(children(settings, plan, model), log_dir=Path(logs))
        running = asyncio.create_task(supervisor.run())
        try:
            if not await wait_until(lambda: is_ready(plan.url), seconds=_START_SECONDS, tell=tell):
                raise Problem("máy chủ tạm không khởi động được: chạy 'motcua up' để xem lỗi")
            yield Address(plan.url, plan.token, plan.rasa_url, plan.actions_url)
        finally:
            supervisor.stop()
            await running
