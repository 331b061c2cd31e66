"""How long every page takes in an office of three years, asked for by everybody who may see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from gateway.app import create_app
from gateway.bench.furnish import furnish, settings_of, sign_up
from gateway.bench.kinds import Kind
from gateway.bench.office import Office
from gateway.bench.visits import CITIZEN, Page, Visitor, pages_of, staff_visitors
from gateway.bench.world import World, world

REFERENCE = "/console/dang-nhap"
"""The sign-in page: drawn like any other, with nothing to look up."""
BAR_MS = 200.0
_FILES = 3
"""Reports and pictures are asked for so often."""


@dataclass
class Line:
    """One page as one visitor gets it. ``status``, ``kind``, ``size``: of the last answer, as it is sent."""

    page: Page
    visitor: Visitor
    status: int = 0
    kind: str = ""
    size: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        return self.kind.startswith("text/html")

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)

    def as_json(self, reference: float) -> dict[str, Any]:
        return {
            "page": self.page.name,
            "visitor": self.visitor.name,
            "status": self.status,
            "kind": self.kind.partition(";")[0],
            "bytes": self.size,
            "p50_ms": self.quantile(0.5),
            "p95_ms": self.quantile(0.95),
            "ratio": round(self.quantile(0.5) / reference, 1),
        }


async def measure(
    kind: Kind,
    *,
    office: Office,
    visits: int = 20,
    catalogue: Sequence[Path] = (),
    only: str = "",
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """``visits`` of each page, after one that does not count. ``catalogue``: national exports.

    ``only``: pages whose name has this in it.
    """
    async with world(kind) as made:
        await furnish(made, office, catalogue=catalogue, tell=tell)
        tell("starting the gateway")
        await made.start_gateway()
        found = await visit(made, office, visits=visits, only=only, tell=tell)
    return {
        "database": kind.value,
        "dossiers": office.dossiers,
        "conversations": office.conversations,
        "procedures": office.procedures,
        **found,
    }


async def visit(
    made: World, office: Office, *, visits: int, only: str = "", tell: Callable[[str], None]
) -> dict[str, Any]:
    """One request at a time, page after page and then again, so that a bad minute falls on all alike."""
    visitors = [*staff_visitors(office), CITIZEN]
    database = made.database()
    try:
        accounts = await sign_up(database, visitors)
        async with database.reading() as session:
            app = create_app(settings_of(made), rasa_url="http://127.0.0.1:9")
            pages, left_out = await pages_of(app, session)
    finally:
        await database.dispose()
    lines = [
        Line(page, visitor)
        for visitor in visitors
        for page in pages
        if page.open_to(visitor) and only in page.name
    ]
    reference = Line(Page(REFERENCE, [REFERENCE], None), CITIZEN)
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{made.gateway_port}", auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as client:
        cookies = await _sign_in(client, accounts)
        for number in range(visits + 1):
            tell(f"{len(lines)} pages, round {number} of {visits}")
            for at, line in enumerate(lines):
                if at % 10 == 0:
                    await _look(client, reference, number, "")
                if line.is_page or number <= _FILES:
                    await _look(client, line, number, cookies.get(line.visitor.name, ""))
    return _told(lines, reference, left_out)


async def _sign_in(client: aiohttp.ClientSession, accounts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """By visitor, the cookie that lets them in."""
    cookies = {}
    for visitor, (name, password) in accounts.items():
        form = {"username": name, "password": password}
        async with client.post(REFERENCE, data=form, allow_redirects=False) as answer:
            if answer.status != 303:
                raise RuntimeError(f"{visitor} was not let in: {answer.status}")
            cookies[visitor] = answer.headers["Set-Cookie"].partition(";")[0]
    return cookies


async def _look(client: aiohttp.ClientSession, line: Line, number: int, cookie: str) -> None:
    path = line.page.paths[number % len(line.page.paths)]
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Cookie": cookie}
    started = time.perf_counter()
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        body = await answer.read()
    if number:
        line.seconds.append(time.perf_counter() - started)
    line.status, line.size = answer.status, len(body)
    line.kind = answer.headers.get("Content-Type", "text/html" if answer.status == 303 else "")


def _told(lines: Sequence[Line], reference: Line, left_out: Mapping[str, str]) -> dict[str, Any]:
    usual = reference.quantile(0.5)
    ordered = sorted(lines, key=lambda line: -line.quantile(0.95))
    pages = [line.as_json(usual) for line in ordered if line.is_page]
    return {
        "reference_p50_ms": usual,
        "reference_p95_ms": reference.quantile(0.95),
        "pages": pages,
        "files": [line.as_json(usual) for line in ordered if not line.is_page],
        "over": sorted({one["page"] for one in pages if one["p95_ms"] > BAR_MS}),
        "failed": [one for one in pages if one["status"] >= 500],
        "left_out": dict(left_out),
    }
