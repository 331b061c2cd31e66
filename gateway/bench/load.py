"""Load from outside: requests over kept-open connections, cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Times:
    """Seconds that each request took, and the answers by status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    passed: float = 0.0

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.passed if self.passed else 0.0


def request_bytes(method: str, path: str, *, body: bytes = b"", headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class _Line:
    """One connection: a request, its answer, the next."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        if at >= 0:
            size = int(lowered[at + 15 : lowered.index(b"\r\n", at)])
            await self._reader.readexactly(size)
        return status

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


async def as_fast_as_possible(host: str, port: int, requests: Sequence[bytes], *, connections: int) -> Times:
    """Every connection sends its next request when the answer is there."""
    times, left = Times(), iter(requests)

    async def one() -> None:
        line = _Line(host, port)
        for request in left:
            started = time.perf_counter()
            _count(times, await line.ask(request), time.perf_counter() - started)
        line.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    times.passed = time.perf_counter() - started
    return times


async def at_a_rate(
    host: str, port: int, requests: Sequence[bytes], *, per_second: float, connections: int
) -> Times:
    """A request at its moment whether the ones before are answered or not; waiting counts."""
    times = Times()
    started = time.perf_counter()
    numbered: Iterator[tuple[int, bytes]] = iter(enumerate(requests))

    async def one() -> None:
        line = _Line(host, port)
        for number, request in numbered:
            due = started + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            _count(times, await line.ask(request), time.perf_counter() - due)
        line.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    times.passed = time.perf_counter() - started
    return times


def _count(times: Times, status: int, seconds: float) -> None:
    times.seconds.append(seconds)
    times.statuses[status] = times.statuses.get(status, 0) + 1
