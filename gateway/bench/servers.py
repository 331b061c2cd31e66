"""Database and Redis servers of one's own, for benchmarks and tests: started in a folder, thrown away after.

PostgreSQL refuses to run as root; it is then started as the user that Debian's package made for it.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from gateway.bench.kinds import ServerMissing
from gateway.supervisor import free_port

_POSTGRES_HOMES = "/usr/lib/postgresql"
_START_SECONDS = 30.0


def postgres_programs() -> Path:
    """The folder of ``initdb`` and ``postgres``; raises ``ServerMissing``."""
    versions = sorted(Path(_POSTGRES_HOMES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise ServerMissing("PostgreSQL is not here: apt-get install postgresql, or make install-servers")
    return Path(found).resolve().parent


def redis_program() -> str:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise ServerMissing("Redis is not here: apt-get install redis-server, or make install-servers")
    return found


def _unprivileged() -> str | None:
    """The account to run PostgreSQL as; None when we are no root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise ServerMissing("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'")


class PostgresServer:
    """A cluster in a folder of its own that listens on a socket in that folder.

    ``durable=False`` leaves out every wait for the disk: for tests alone. ``below`` is a folder with a short
    name to make it in.
    """

    def __init__(self, *, durable: bool = True, connections: int = 60, below: str | None = None) -> None:
        self._programs = postgres_programs()
        self._user = _unprivileged()
        self._group = grp.getgrgid(pwd.getpwnam(self._user).pw_gid).gr_name if self._user else None
        # A socket's path may have 107 letters at most: not below a long test folder.
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-pg-", dir=below))
        self._durable = durable
        self._connections = connections
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        data = self.folder / "data"
        if not data.exists():
            if self._user:
                shutil.chown(self.folder, self._user)
            self.folder.chmod(0o755)
            self._run(
                "initdb", "-D", str(data), "-U", "motcua", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
            )
        self._launch()

    def _launch(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": str(self._connections),
            "shared_buffers": "256MB" if self._durable else "64MB",
            "fsync": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            "max_wal_size": "2GB",
            "log_min_messages": "fatal",
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user(str(self._programs / "postgres"), "-D", str(self.folder / "data"), *arguments),
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        self._wait()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://motcua@/{database}?host={self.folder}"

    def pid(self) -> int:
        """The postmaster's, whatever started it."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def cpu_seconds(self) -> float:
        """Of the whole cluster so far, sessions that ended included."""
        master = self.pid()
        return _cpu_seconds(master, ended=True) + sum(_cpu_seconds(one) for one in _children(master))

    def kill(self) -> None:
        """As the power would: the postmaster and all its children at once."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            master = self.pid()
            for pid in [*_children(master), master]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def restart(self) -> None:
        """Start again after ``kill``; the database then recovers by itself."""
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self._launch()

    def stop(self) -> None:
        if self._process is not None:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
                os.kill(self.pid(), signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, statement: str, *, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(f"user=motcua host={self.folder} dbname={database}", autocommit=True) as one:
            one.execute(statement.encode())

    def _as_user(self, *command: str) -> list[str]:
        """Without root's rights, and told to stop when we are gone: a test that is killed leaves nothing."""
        if shutil.which("setpriv"):
            rights = (
                [f"--reuid={self._user}", f"--regid={self._group}", "--clear-groups"] if self._user else []
            )
            return ["setpriv", *rights, "--pdeathsig", "INT", *command]
        return ["runuser", "-u", self._user, "--", *command] if self._user else list(command)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._as_user(str(self._programs / program), *arguments),
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")

    def _wait(self) -> None:
        import psycopg

        give_up = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.sql("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > give_up or (self._process and self._process.poll() is not None):
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return


def _cpu_seconds(pid: int, *, ended: bool = False) -> float:
    """``ended``: with the children that it has waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(one) for one in stat[11 : 15 if ended else 13]) / os.sysconf("SC_CLK_TCK")


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class RedisServer:
    """Redis on a port of the loopback, keeping nothing on the disk."""

    def __init__(self) -> None:
        self._program = redis_program()
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                self._program, "--port", str(self.port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", tempfile.gettempdir(),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        import redis

        give_up = time.monotonic() + _START_SECONDS
        with redis.Redis(port=self.port) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    if time.monotonic() > give_up:
                        raise
                    time.sleep(0.02)
                else:
                    return

    def flush(self) -> None:
        import redis

        with contextlib.suppress(redis.RedisError), redis.Redis(port=self.port, socket_timeout=2) as client:
            client.flushall()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    stop = kill
