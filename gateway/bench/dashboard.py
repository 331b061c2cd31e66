"""A year of opinions as a page: ``/minh-bach`` and the console's, every period in every way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.calendar import local_day
from core.content import published
from core.content_mirror import sync
from core.database import Database, utc_now
from feedback import kpis, tallies, tally_repository
from feedback.figures import By
from feedback.instruments import SHORT_SURVEY
from feedback.overview import overview
from feedback.periods import current, offered, period
from feedback.span import Slice
from gateway.bench.fill import filling, insert_series
from gateway.bench.kinds import Kind
from gateway.bench.load import Times, as_fast_as_possible, request_bytes
from gateway.bench.plans import listening, whole_tables
from gateway.bench.world import World, world
from gateway.console.doors import COOKIE
from gateway.content_kinds import why_not
from gateway.knowledge import SEED
from gateway.opinion import OpinionContent, opinion_content
from gateway.units import ensure_units
from people import accounts, sign_in
from people.models import Role

PAGE, PUBLIC = "/console/y-kien", "/minh-bach"
_ROWS = frozenset({"dossier", "survey_answer", "survey_invitation"})
_ANSWERED = 30


async def measure(
    kind: Kind, *, dossiers: int, visits: int = 200, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``dossiers`` were handed over within a year, all were invited, ``_ANSWERED`` percent answered."""
    async with world(kind) as made:
        database = made.database()
        await sync(database, seed=SEED, mirror=made.folder / "content", acceptable=why_not)
        await ensure_units(database)
        async with database.reading() as session:
            content = opinion_content(await published(session))
        await database.dispose()  # tables are filled by nobody else's leave
        tell(f"filling {dossiers} dossiers, invitations and answers")
        await asyncio.to_thread(_fill, made.url, dossiers, tell)
        database = made.database()
        by_rows = await _count_once(database, content)
        tell("counting figures and half months for the first time")
        figures = await _seconds(kpis.refresh(database, utc_now()))
        first = await _seconds(tallies.refresh(database, utc_now(), content.areas))
        again = await _one_half_again(database, content)
        by_numbers = await _count_once(database, content)
        with listening() as heard:
            await _count_once(database, content)
        token = await _signed_in(database)
        await database.dispose()
        whole = await asyncio.to_thread(whole_tables, made.url, heard, growing=_ROWS)
        tell("starting the gateway")
        await made.start_gateway()
        views = _views()
        cookie = {"Cookie": f"{COOKIE}={token}", "Accept": "text/html"}
        await _ask(made, [PUBLIC], cookie)  # templates are read once
        cold = await _ask(made, views, cookie)
        warm = await _ask(made, (views * (visits // len(views) + 1))[:visits], cookie)
    for times in (cold, warm):
        if set(times.statuses) != {200}:
            raise RuntimeError(f"not every page was drawn: {times.statuses}")
    return {
        "database": kind.value,
        "dossiers": dossiers,
        "views": len(views),
        "year_from_rows_s": round(by_rows, 2),
        "year_from_numbers_ms": round(by_numbers * 1000),
        "figures_counted_s": round(figures, 1),
        "halves_counted_s": round(first, 1),
        "one_half_again_ms": round(again * 1000),
        "first_visit_p50_ms": cold.quantile(0.5),
        "first_visit_p95_ms": cold.quantile(0.95),
        "first_visit_slowest_ms": cold.quantile(1.0),
        "visit_p50_ms": warm.quantile(0.5),
        "visit_p95_ms": warm.quantile(0.95),
        "whole_tables": whole,
    }


_WARDS = {
    "Quy Nhơn": 26, "Quy Nhơn Bắc": 9, "Quy Nhơn Đông": 8, "Quy Nhơn Nam": 15, "Quy Nhơn Tây": 4,
    "Long Khánh": 21, "Bảo Vinh": 8, "Bình Lộc": 6, "Hàng Gòn": 1, "Xuân Lập": 2,
}  # fmt: skip
_FIELDS = {
    "Hộ tịch": 34, "Chứng thực": 27, "Đất đai": 15, "Bảo trợ xã hội": 12, "Hoạt động xây dựng": 6,
    "Đăng ký kinh doanh": 6,
}  # fmt: skip
_CHANNELS = {"online": 55, "counter": 35, "post": 10}
_GROUPS = {"Nhóm tiếp nhận": 50, "Nhóm tư pháp – hộ tịch": 30, "Nhóm địa chính – xây dựng": 20}


def _one_of(shares: Mapping[str, int], divisor: int) -> str:
    """A name in SQL, as often as its share of a hundred; ``divisor`` makes choices independent."""
    place, cases, limit = f"({{chance}} / {divisor} % 100)", "", 0
    for name, share in shares.items():
        limit += share
        cases += f" WHEN {place} < {limit} THEN '{name}'"
    return f"CASE{cases} END"


# Two hundred procedures, some of them much oftener than others.
_PLACES = {
    "unit": _one_of({f"UBND phường {name}": share for name, share in _WARDS.items()}, 1),
    "field": _one_of(_FIELDS, 7),
    "procedure_code": "'1.' || (({chance} / 11 % 200) * ({chance} / 13 % 200) / 200)",
    "channel": _one_of(_CHANNELS, 17),
}
_HALF = "CASE WHEN {day} <= 14 THEN 1 ELSE 2 END"
_SHORT = {"instrument": f"'{SHORT_SURVEY}'", "instrument_version": "1"}
_SATISFIED = "{chance} / 29 % 100 < 92"
_SEALED = "'k1:" + "x" * 60 + "'"
_COLUMNS: dict[str, dict[str, str]] = {
    "dossier": {
        "id": "{id}", "code": "{code}", **_PLACES, "procedure_name": "'Thủ tục mẫu đo tốc độ'",
        "officer": "'Trần Thị Mẫu'", "applicant_name": _SEALED, "phone": _SEALED, "phone_hash": "{person}",
        "received_at": "{when}", "due_at": "{when}", "extension_count": "0", "supplement_count": "0",
        "status": "'returned'", "status_at": "{when}", "closed_at": "{when}", "sample": "{no}",
        "sensitive": "{no}", "created_at": "{when}", "updated_at": "{when}",
    },
    "survey_invitation": {
        "id": "{id}", "dossier_hash": "{spread}", "token_hash": "{spread}", **_PLACES, **_SHORT,
        "officer_group": _one_of(_GROUPS, 19), "closed_at": "{when}", "closed_month": "{month}",
        "closed_half": _HALF, "send_at": "{when}", "expires_at": "{when}", "state": "'ended'",
        "reached": "{yes}", "sample": "{no}",
    },
    "survey_answer": {
        "id": "{key}", "answer_key": "{spread}", "month": "{month}", "half": _HALF, **_PLACES, **_SHORT,
        "officer_group": _one_of(_GROUPS, 19), "mode": "'link'", "drawn": "{yes}",
        "flags": "CASE WHEN {chance} / 23 % 50 = 0 THEN 'device' ELSE '' END",
        "headline": f"CASE WHEN {_SATISFIED} THEN 4 + {{chance}} / 31 % 2 ELSE 1 + {{chance}} / 31 % 3 END",
        "factors": "CASE WHEN {chance} / 37 % 3 = 0 THEN '45445' ELSE '-----' END",
        "answers": _SEALED, "change_until": _SEALED, "sample": "{no}",
    },
}  # fmt: skip


def _fill(url: str, dossiers: int, tell: Callable[[str], None]) -> None:
    with filling(url, list(_COLUMNS), tell) as connection:
        for table, columns in _COLUMNS.items():
            count = dossiers * _ANSWERED // 100 if table == "survey_answer" else dossiers
            insert_series(connection, table, columns, count, timedelta(days=365))


def _views() -> list[str]:
    """Every period that the page offers, by the calendar and as filed, in every way; and the public page."""
    today = local_day(utc_now())
    found = []
    for filed in (False, True):
        more = "&hanh_chinh=1" if filed else ""
        for one in offered(today, administrative=filed):
            found.append(f"{PUBLIC}?ky={one.name}{more}")
            found += [f"{PAGE}?ky={one.name}{more}&xem={by.value}" for by in By]
    return found


async def _ask(made: World, paths: Sequence[str], headers: dict[str, str]) -> Times:
    requests = [request_bytes("GET", path, headers=headers) for path in paths]
    return await as_fast_as_possible("127.0.0.1", made.gateway_port, requests, connections=1)


async def _count_once(database: Database, content: OpinionContent) -> float:
    """Seconds that the overview of this year takes with nothing kept."""
    wanted = period(current(local_day(utc_now())))
    started = time.perf_counter()
    async with database.reading() as session:
        await overview(session, wanted, targets=content.targets, areas=content.areas, now=utc_now())
    return time.perf_counter() - started


async def _seconds(work: Any) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _one_half_again(database: Database, content: OpinionContent) -> float:
    async with database.writing() as session:
        month = f"{utc_now() - timedelta(days=60):%Y-%m}"
        await tally_repository.touch(session, [Slice(month, 1)])
    return await _seconds(tallies.refresh(database, utc_now(), content.areas))


async def _signed_in(database: Database) -> str:
    """The token of a leader who sees every unit of the province."""
    now = utc_now()
    async with database.writing() as session:
        staff, password = await accounts.create_account(
            session, username="do.toc", display_name="Đo Tốc", actor="bench", now=now,
            second_factor_due=False, handed_out=False,
        )  # fmt: skip
        for province in ("tinh-gia-lai", "tinh-dong-nai"):
            await accounts.give_post(
                session,
                staff=staff,
                unit_code=province,
                role=Role.LEADER,
                actor="bench",
                starts_on=local_day(now),
            )
        done = await sign_in.sign_in(session, username="do.toc", password=password, address="bench", now=now)
    if done.token is None:
        raise RuntimeError(f"the bench could not sign in: {done}")
    return done.token
