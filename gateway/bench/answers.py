"""How many answers to the survey a second are kept durably over HTTP: one tap, one commit, one redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from core.database import Database, new_id, utc_now
from core.settings import REPOSITORY
from feedback.instruments import SHORT_SURVEY, load_instruments
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.token import new_seed, token_hash, token_of
from feedback.wording import freeze
from gateway.bench.accept import bare
from gateway.bench.kinds import Kind
from gateway.bench.load import Times, as_fast_as_possible, at_a_rate, request_bytes
from gateway.bench.world import World, world

_CONNECTIONS = 64
_TABLES = ("survey_answer", "survey_trace")
_BODY = b"overall=4"
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "bench"}
_CHUNK = 2_000


async def measure(
    kind: Kind, *, answers: int = 6_000, seconds: int = 10, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``answers`` as fast as possible, then 600 a second for ``seconds``; beside them the same rows put into
    empty tables by a bare loop, one commit each."""
    warm, paced_count = 200, 600 * seconds
    async with world(kind) as made:
        tell("planting invitations")
        database = made.database()
        tokens = await _plant(database, answers + paced_count + warm)
        tell("starting the gateway")
        await made.start_gateway()
        await _post(made, tokens[:warm])
        tell(f"{answers} answers as fast as possible")
        before = made.cpu_seconds("gateway")
        fast = await _post(made, tokens[warm : warm + answers])
        cpu = made.cpu_seconds("gateway") - before
        tell(f"600 a second for {seconds} s")
        paced = await at_a_rate(
            "127.0.0.1",
            made.gateway_port,
            [_request(token) for token in tokens[warm + answers :]],
            per_second=600,
            connections=_CONNECTIONS,
        )
        async with database.reading() as session:
            kept = await session.scalar(select(func.count()).select_from(SurveyAnswer))
        await database.dispose()
        reference = await asyncio.to_thread(bare, made, min(answers, 2_000), 1, _TABLES)
    for times in (fast, paced):
        if set(times.statuses) != {303}:
            raise RuntimeError(f"not every answer was taken: {times.statuses}")
    if kept != len(tokens):
        raise RuntimeError(f"{len(tokens)} answers were acknowledged and {kept} are kept")
    return {
        "database": kind.value,
        "answers_per_s": round(fast.per_second),
        "reference_commits_per_s": round(reference),
        "ratio": round(fast.per_second / reference, 2),
        "cpu_us_per_answer": round(cpu / answers * 1e6),
        "at_600_per_s": round(paced.per_second),
        "at_600_p50_ms": paced.quantile(0.5),
        "at_600_p95_ms": paced.quantile(0.95),
        "at_600_p99_ms": paced.quantile(0.99),
    }


async def _plant(database: Database, count: int) -> list[str]:
    now = utc_now()
    folder: Path = REPOSITORY / "content" / "surveys"
    instrument = load_instruments(folder)[SHORT_SURVEY]
    tokens = []
    async with database.writing() as session:
        await freeze(session, instrument, now)
    for first in range(0, count, _CHUNK):
        async with database.writing() as session:
            for number in range(first, min(first + _CHUNK, count)):
                identifier, seed = new_id(), new_seed()
                tokens.append(token_of(identifier, seed))
                session.add(
                    SurveyInvitation(
                        id=identifier,
                        dossier_hash=f"bench-{number}",
                        unit=f"Phường {number % 40}",
                        field="Hộ tịch",
                        closed_at=now,
                        closed_month=f"{now:%Y-%m}",
                        instrument=instrument.id,
                        instrument_version=instrument.version,
                        token_seed=seed,
                        token_hash=token_hash(tokens[-1]),
                        send_at=now - timedelta(days=1),
                        expires_at=now + timedelta(days=30),
                    )
                )
    return tokens


def _request(token: str) -> bytes:
    return request_bytes("POST", f"/k/{token}", body=_BODY, headers=_HEADERS)


async def _post(made: World, tokens: list[str]) -> Times:
    return await as_fast_as_possible(
        "127.0.0.1", made.gateway_port, [_request(token) for token in tokens], connections=_CONNECTIONS
    )
