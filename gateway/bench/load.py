"""Load from outside: requests over kept-open connections, cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


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


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, the next. No streams: they cost more than some answers do."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._got = b""
        self._answer: asyncio.Future[int] | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> _Line:
        _, line = await asyncio.get_running_loop().create_connection(cls, host, port)
        return line

    async def ask(self, request: bytes) -> int:
        """The status of the answer, once its body is there as well."""
        assert self._transport is not None  # noqa: S101 - made by open
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        size = _LENGTH.search(self._got, 0, end)
        if len(self._got) >= end + 4 + (int(size[1]) if size else 0):
            status, self._got = int(self._got[9:12]), b""
            self._answer.set_result(status)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server hung up"))


async def as_fast_as_possible(host: str, port: int, requests: Sequence[bytes], *, connections: int) -> Times:
    """Every connection sends its next request when the answer is there."""
    times, left = Times(), iter(requests)

    async def one() -> None:
        line = await _Line.open(host, port)
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
        line = await _Line.open(host, port)
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
