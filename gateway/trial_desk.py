"""Trying a draft before it is handed in: in the background, told as it goes, and gone on with after a crash.

Who asked for it may close the page. When every question is answered as rightly as before, the draft goes to
review in their name; else it stays with them, and what is wrong is kept until they try again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from core import editing, trials
from core.content import ContentStatus, published
from core.database import Database
from core.trials import ContentTrial, TrialStatus
from gateway.content_trial import Progress, ask, rehearse
from gateway.golden import WrongAnswer
from knowledge.base import KnowledgeBase
from knowledge.catalogue import load_catalogue
from people import repository as people

HANDED_IN = "content.gui"
"""The action in the audit."""
_LONGEST_SUBJECT = 100
_LEASE = timedelta(seconds=20)
_TOLD_EVERY = 0.7
_LOOKED_EVERY = 10.0

log = structlog.get_logger()


class TrialDesk:
    def __init__(
        self, database: Database, base: Callable[[], KnowledgeBase], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._base, self._clock = database, base, clock
        self._at_work: dict[str, asyncio.Task[None]] = {}
        # One at a time: citizens are answered by the same processor.
        self._turn = asyncio.Lock()

    async def begin(self, key: str, sha256: str, *, by: str, patience: float) -> ContentTrial | None:
        """Begin trying a draft; how far it is when it has ended, or after ``patience`` seconds."""
        now = self._clock()
        async with self._database.writing() as session:
            run = await trials.begin(
                session, key=key, sha256=sha256, by=by, now=now, lease_until=now + _LEASE
            )
        if run is not None:
            await asyncio.wait({self._work_on(key, run)}, timeout=patience)
        return await self.look(key)

    async def look(self, key: str) -> ContentTrial | None:
        """How far the trial of a document is; one that nobody is at work on is gone on with here."""
        async with self._database.reading() as session:
            found = await trials.of_document(session, key)
        if found is not None and found.status == TrialStatus.RUNNING and found.lease_until < self._clock():
            await self._take_over(key)
        return found

    async def keep_going(self) -> None:
        """For as long as the process lives: go on with what another left in the middle."""
        while True:
            try:
                async with self._database.reading() as session:
                    keys = await trials.deserted(session, now=self._clock())
                for key in keys:
                    await self._take_over(key)
            except Exception as error:
                log.error("trials_not_looked_at", exc_info=error)
            await asyncio.sleep(_LOOKED_EVERY)

    def leave(self) -> None:
        """The process ends: what is not finished is gone on with by the next one."""
        for task in list(self._at_work.values()):
            task.cancel()

    async def _take_over(self, key: str) -> None:
        now = self._clock()
        async with self._database.writing() as session:
            run = await trials.take_over(session, key, now=now, lease_until=now + _LEASE)
        if run is not None:
            self._work_on(key, run)

    def _work_on(self, key: str, run: str) -> asyncio.Task[None]:
        if run not in self._at_work:
            task = asyncio.create_task(self._work(key, run))
            self._at_work[run] = task
            task.add_done_callback(lambda _done: self._at_work.pop(run, None))
        return self._at_work[run]

    async def _work(self, key: str, run: str) -> None:
        progress = Progress()
        asking = asyncio.create_task(self._ask(key, run, progress))
        try:
            while not (await asyncio.wait({asking}, timeout=_TOLD_EVERY))[0]:
                progress.stop = progress.stop or not await self._tell(run, progress)
            status = asking.result()
        except asyncio.CancelledError:
            asking.cancel()
            raise
        except Exception as error:
            log.error("trial_failed", key=key, exc_info=error)
            status = TrialStatus.FAILED
        finally:
            progress.stop = True
        await self._end(key, run, progress, status)

    async def _ask(self, key: str, run: str, progress: Progress) -> TrialStatus:
        async with self._turn:
            async with self._database.reading() as session:
                trial = await trials.at_work(session, run)
                draft = await editing.open_version(session, key)
                documents, catalogue = await published(session), await load_catalogue(session)
            if trial is None or draft is None or draft.sha256 != trial.sha256:
                return TrialStatus.OVERTAKEN
            rehearsal = await asyncio.to_thread(rehearse, documents, catalogue, key, draft.body, self._base())
            await asyncio.to_thread(ask, rehearsal, progress)
        return TrialStatus.REFUSED if progress.wrong else TrialStatus.HANDED_IN

    async def _tell(self, run: str, progress: Progress) -> bool:
        """Whether to go on."""
        async with self._database.writing() as session:
            return await trials.tell(
                session,
                run,
                asked=progress.asked,
                whole=progress.whole,
                sample=progress.sample,
                wrong=_stored(progress),
                lease_until=self._clock() + _LEASE,
            )

    async def _end(self, key: str, run: str, progress: Progress, status: TrialStatus) -> None:
        async with self._database.writing() as session:
            trial = await trials.at_work(session, run)
            if trial is None:
                return
            draft = await editing.open_version(session, key)
            if draft is None or draft.sha256 != trial.sha256 or draft.status != ContentStatus.DRAFT:
                status = TrialStatus.OVERTAKEN
            trial.asked, trial.whole, trial.sample = progress.asked, progress.whole, progress.sample
            trial.wrong, trial.status = _stored(progress), status
            if draft is not None and status is TrialStatus.HANDED_IN:
                editing.submit(draft)
                subject = f"content:{key}"[:_LONGEST_SUBJECT]
                await people.add_audit(session, actor=trial.asked_by, action=HANDED_IN, subject=subject)


def _stored(progress: Progress) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in progress.wrong]


def wrong_answers(trial: ContentTrial | None) -> list[WrongAnswer]:
    """What is wrong so far. Sentences that an older version kept are told when the draft is tried again."""
    kept = trial.wrong if trial is not None else []
    return [WrongAnswer.model_validate(one) for one in kept if isinstance(one, dict)]
