"""The knowledge base as a process holds it: loaded from the database, swapped when content changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import structlog

from conversations.reviewing import Subject
from core.calendar import WorkingCalendar, local_day
from core.content import published
from core.crypto import CryptoError, key_ring
from core.database import Database, utc_now
from core.editing import held
from core.generations import generations
from core.settings import REPOSITORY, Settings
from dossiers.complaint_terms import ComplaintTerms
from gateway import content_kinds
from gateway.opinion import OpinionContent, opinion_content
from gateway.searching import Searching
from knowledge.base import KnowledgeBase
from knowledge.catalogue import GENERATION, load_catalogue
from knowledge.holds import without_held
from knowledge.published import read_content
from knowledge.schemas import Procedure
from knowledge.staleness import Marker
from notifications.informing import Informing
from people.person_requests import RequestTerms

log = structlog.get_logger()

# Where a glance tells whether anything was written, it is cast often; else each look is a question to the
# database by every process that answers.
_GLANCE_SECONDS = 0.2
_ASK_SECONDS = 1.0
_WATCHED = ("content", GENERATION)


@dataclass(frozen=True)
class Snapshot:
    """``day``: the local day on which its records stand; a new day makes a new snapshot."""

    base: KnowledgeBase
    calendar: WorkingCalendar
    generations: tuple[int, ...]
    day: date
    catalogue: Mapping[str, Procedure]
    informing: Informing
    opinion: OpinionContent
    marker: Marker
    terms: ComplaintTerms
    request_terms: RequestTerms


async def take_snapshot(
    database: Database,
    on: date | None = None,
    *,
    before: Snapshot | None = None,
    searching: Searching | None = None,
) -> Snapshot:
    """Read the catalogue and the published content, and build the index off the event loop.

    ``on``: the day to look at the records from; today where none is given. ``before``: the snapshot that this
    one replaces; the catalogue is read again only if it has changed. Without ``searching`` the index is built
    by the first search.
    """
    on = on or today()
    async with database.reading() as session:
        now = await generations(session, *_WATCHED)
        documents = await published(session)
        holds = frozenset(await held(session))
        if before is not None and before.generations[1] == now[1]:
            catalogue = before.catalogue
        else:
            catalogue = await load_catalogue(session)

    marker = before.marker if before is not None else Marker()

    def build() -> KnowledgeBase:
        content = without_held(marker.mark(read_content(documents, catalogue), on), holds)
        base = KnowledgeBase(content, before=before.base if before is not None else None)
        if searching is not None:
            searching.prepare(base)
        return base

    base = await asyncio.to_thread(build)
    informing = content_kinds.informing(documents)
    calendar, opinion = content_kinds.calendar(documents), opinion_content(documents)
    terms = content_kinds.complaint_terms(documents)
    asked = content_kinds.request_terms(documents)
    return Snapshot(base, calendar, now, on, catalogue, informing, opinion, marker, terms, asked)


def today() -> date:
    return local_day(utc_now())


class LiveKnowledge:
    """``base()`` and ``calendar()`` always give the newest whole snapshot."""

    def __init__(self, database: Database, searching: Searching | None = None) -> None:
        """``searching``: for a process that answers questions, so that no citizen waits for an index."""
        self._database = database
        self._searching = searching
        self._snapshot: Snapshot | None = None

    async def load(self) -> None:
        started = time.perf_counter()
        snapshot = await take_snapshot(self._database, before=self._snapshot, searching=self._searching)
        self._snapshot = snapshot
        took = round((time.perf_counter() - started) * 1000)
        log.info("content_loaded", generations=snapshot.generations, took_ms=took)
        if self._searching is not None:
            self._searching.encode_in_background(snapshot.base)

    def base(self) -> KnowledgeBase:
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.base

    def calendar(self) -> WorkingCalendar:
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.calendar

    def subject(self, code: str) -> Subject | None:
        """What an answer of this code is about; nothing for what is no procedure."""
        found = self.base().procedure(code)
        return Subject(found.spoken_name, found.field) if found is not None else None

    def complaint_terms(self) -> ComplaintTerms:
        """The days that the law gives for reflections and complaints."""
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.terms

    def request_terms(self) -> RequestTerms:
        """The days for what citizens ask about their own data."""
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.request_terms

    def informing(self) -> Informing:
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.informing

    def opinion(self) -> OpinionContent:
        assert self._snapshot is not None, "load() comes first"  # noqa: S101
        return self._snapshot.opinion

    async def watch(self) -> None:
        """Swap the snapshot soon after a change or midnight; a broken one is left out and reported."""
        pulse = self._database.pulse()
        while True:
            await asyncio.sleep(_GLANCE_SECONDS if pulse.tells else _ASK_SECONDS)
            held = self._snapshot
            if not pulse.moved() and held is not None and held.day == today():
                continue
            try:
                async with self._database.asking() as session:
                    now = await generations(session, *_WATCHED)
                if held is None or now != held.generations or held.day != today():
                    await self.load()
            except Exception as error:
                pulse.forget()
                log.error("content_reload_failed", exc_info=error)
                await asyncio.sleep(5)


async def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The knowledge base for one command, prepared if this is the first one."""
    from gateway.prepare import prepare

    try:
        key_ring()
    except CryptoError:
        await prepare(settings, tell=lambda line: None)
    database = Database(settings.database)
    try:
        return (await take_snapshot(database, searching=Searching.of(settings))).base
    finally:
        await database.dispose()


SEED = REPOSITORY / "content"
