"""Asks iGate about open dossiers, a round at a time, in one worker of however many there are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from core import jobs
from core.database import Database, utc_now
from core.intake_settings import IgateSettings
from dossiers import repository as dossiers
from dossiers.asked_events import Asked, event_of
from dossiers.problems import Problem
from dossiers.service import EventConflict, accept
from wire.igate import IgateBusy, IgateClient, IgateDossier, IgateError, IgateRefused

log = structlog.get_logger()

_KIND = "igate.poll"
_LEASE = timedelta(minutes=30)


@dataclass
class Round:
    """``new``: events stored; ``missing``: codes that iGate does not know; ``failed``: by the error."""

    asked: int = 0
    new: int = 0
    missing: list[str] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class IgatePoller:
    def __init__(
        self,
        database: Database,
        client: IgateClient,
        settings: IgateSettings,
        *,
        code_pattern: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._client, self._settings = database, client, settings
        self._pattern, self._clock = code_pattern, clock

    async def tick(self) -> Round | None:
        """One round when its time has come and no other worker has it; None otherwise."""
        now = self._clock()
        slot = int(now.timestamp() // (self._settings.every_minutes * 60))
        async with self._database.writing() as session:
            # A slot's number leaves a trail of where the last round ended.
            await jobs.enqueue(
                session, kind=_KIND, unique_key=f"igate:{slot}", payload={"slot": slot}, run_at=now
            )
            job = await jobs.claim(session, kinds=[_KIND], now=now, lease=_LEASE)
        if job is None:
            return None
        found = await self.ask(await self._codes(slot))
        async with self._database.writing() as session:
            await jobs.finish(session, job.id)
        log.info("igate_round", asked=found.asked, new=found.new, failed=found.failed)
        return found

    async def _codes(self, slot: int) -> Sequence[str]:
        """Open dossiers; where there are more than a round holds, another part of them each time."""
        async with self._database.reading() as session:
            return await dossiers.open_codes(session, part=slot, size=self._settings.most_a_round)

    async def ask(self, codes: Sequence[str]) -> Round:
        """Look these up and take in what is new. Stops at once where our account is refused."""
        found = Round()
        gate = asyncio.Semaphore(self._settings.at_once)
        stop = asyncio.Event()

        async def one(code: str) -> IgateDossier | None:
            async with gate:
                if stop.is_set():
                    return None
                found.asked += 1
                try:
                    answer = await self._client.look_up(code)
                except IgateError as error:
                    found.failed[error.code] = found.failed.get(error.code, 0) + 1
                    if isinstance(error, IgateRefused | IgateBusy):
                        stop.set()  # asking on would be refused again, or make it worse
                    return None
                if answer is None:
                    found.missing.append(code)
                return answer

        for answer in await asyncio.gather(*(one(code) for code in codes)):
            if answer is not None:
                await self._take(answer, found)
        return found

    async def _take(self, answer: IgateDossier, found: Round) -> None:
        asked = Asked(
            code=answer.code,
            status=answer.status,
            applicant_name=answer.applicant_name,
            procedure_name=answer.procedure_name,
            applied_at=answer.applied_at,
            completed_at=answer.completed_at,
            due_at=answer.due_at,
        )
        try:
            async with self._database.writing() as session:
                dossier = await dossiers.dossier_by_code(session, answer.code)
                event = event_of(
                    asked,
                    dossier,
                    own_words=self._settings.statuses,
                    code_pattern=self._pattern,
                    now=self._clock(),
                )
                if isinstance(event, Problem):
                    found.problems.append(event)
                elif event is not None:
                    await accept(session, [event], now=self._clock())
                    found.new += 1
        except EventConflict as conflict:
            found.problems += conflict.problems
